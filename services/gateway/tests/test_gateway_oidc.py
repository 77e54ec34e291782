"""Signing in at a real OpenID Connect provider, through its own pages."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from hygge_gateway.main import build_app
from hygge_gateway.settings import Settings
from services.gateway.tests.browser_support import Browser
from services.gateway.tests.gateway_support import (
    ADMIN,
    Client,
    assert_problem,
    serving,
)
from services.gateway.tests.oidc_support import (
    OIDC,
    browser,
    callback_of,
    client,
    events,
    gateway_port,
    me,
    oidc,
    person,
    settings,
    sign_in,
)
from tests.oidc.running import OidcProvider

__all__ = ["browser", "client", "gateway_port", "oidc", "settings"]  # fixtures are used by being in reach


def test_somebody_signs_in_and_is_a_user_with_a_session(client: Client, browser: Browser) -> None:
    answer = sign_in(browser, "subject-anna")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/communities/3?tab=runs"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    found = me(browser)
    assert (found["username"], found["role"], found["local_login"]) == ("anna", "operator", False)
    assert (found["email"], found["display_name"]) == ("anna@example.org", "Anna Adler")
    assert browser.sign_out().status_code == 204
    assert events(client, "user_created")[0]["details"]["by"] == "provider"  # type: ignore[index]
    # The second time it is the same user.
    sign_in(browser, "subject-anna")
    assert me(browser)["id"] == found["id"]


def test_the_sign_in_page_learns_what_there_is(client: Client) -> None:
    assert client.get(OIDC).json() == {
        "local_passwords": True,
        "provider": True,
        "label": "The town's login",
        "start_path": f"{OIDC}/start",
        "logout_path": f"{OIDC}/logout",
    }


def test_what_goes_to_the_provider_is_bound_and_secret(browser: Browser, oidc: OidcProvider) -> None:
    first, second = (browser.get(f"{OIDC}/start") for _ in range(2))
    assert first.status_code == 303
    sent = parse_qs(urlsplit(first.headers["location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert sent["response_type"] == ["code"]
    assert sent["redirect_uri"] == [oidc.redirect_uri]
    again = parse_qs(urlsplit(second.headers["location"]).query)
    assert all(sent[name] != again[name] for name in ("state", "nonce", "code_challenge"))
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb", ""])
def test_the_way_back_is_a_path_of_ours(browser: Browser, target: str) -> None:
    assert_problem(browser.get(f"{OIDC}/start", params={"return_to": target}), 400)


def test_two_tabs_may_sign_in_at_once(browser: Browser) -> None:
    first, second = callback_of(browser, "subject-bert"), callback_of(browser, "subject-bert", "/runs")
    assert browser.get(first).status_code == 303
    assert browser.get(second).headers["location"] == "/runs"


def test_a_callback_works_once(browser: Browser) -> None:
    callback = callback_of(browser, "subject-bert")
    assert browser.get(callback).status_code == 303
    assert_problem(browser.get(callback), 400)


def test_a_state_that_was_not_ours_is_refused(browser: Browser) -> None:
    callback = httpx.URL(callback_of(browser, "subject-bert"))
    assert_problem(browser.get(callback.copy_set_param("state", "x" * 43)), 400)
    assert_problem(browser.get(f"{OIDC}/callback"), 400)


def test_a_callback_in_another_browser_is_refused(browser: Browser) -> None:
    """Else somebody could sign another person's browser in to an account of their own."""
    callback = callback_of(browser, "subject-bert")
    with Browser(str(browser.base_url)) as other:
        other.get(f"{OIDC}/start")
        assert_problem(other.get(callback), 400)
        assert "hygge_refresh" not in other.cookies


def test_who_goes_back_at_the_provider_is_told(browser: Browser) -> None:
    callback = callback_of(browser, "", abort=True)
    assert_problem(browser.get(callback), 403)


def test_the_role_is_taken_anew_at_each_sign_in(client: Client, oidc: OidcProvider, browser: Browser) -> None:
    sign_in(browser, "subject-emil")
    assert me(browser)["role"] == "admin"
    with Browser(str(browser.base_url)) as elsewhere:
        oidc.accounts["subject-emil"] = person("emil", "hygge-viewer")
        oidc.write()
        sign_in(elsewhere, "subject-emil")
        assert me(elsewhere)["role"] == "viewer"
    # The session from before has the new role from its next refresh on.
    assert me(browser)["role"] == "viewer"
    changed = events(client, "user_changed")[0]
    assert changed["details"] == {"fields": ["role"], "role": "viewer", "by": "provider"}


def test_who_has_no_role_of_ours_is_a_participant(browser: Browser) -> None:
    sign_in(browser, "subject-cleo")
    assert me(browser)["role"] == "participant"


def test_a_name_that_is_not_allowed_here_is_spelt_anew(browser: Browser) -> None:
    sign_in(browser, "subject-fred")
    assert me(browser)["username"] == "Frud-Muig"


def test_a_name_that_is_taken_is_not_linked_until_an_admin_does(client: Client, browser: Browser) -> None:
    problem = assert_problem(sign_in(browser, "subject-taken"), 409)
    assert "administrator" in problem["detail"]
    assert "hygge_refresh" not in browser.cookies
    refused = events(client, "login_failed")[0]["details"]
    assert refused["sub"] == "subject-taken"  # type: ignore[index]
    headers = client.headers_of()
    own = client.get("/api/v1/auth/me", headers=headers).json()["id"]
    path = f"/api/v1/users/{own}/identity"
    assert_problem(client.get(path, headers=headers), 404)
    linked = client.put(path, json={"subject": "subject-taken"}, headers=headers)
    assert linked.status_code == 200, linked.text
    assert linked.json()["linked_by"] == own
    assert sign_in(browser, "subject-taken").status_code == 303
    assert me(browser)["username"] == ADMIN[0]
    assert client.get(path, headers=headers).json()["last_login_at"] is not None
    assert client.delete(path, headers=headers).status_code == 204
    assert_problem(client.delete(path, headers=headers), 404)
    assert_problem(sign_in(browser, "subject-taken"), 409)


def test_a_subject_is_one_user_only(client: Client, browser: Browser) -> None:
    sign_in(browser, "subject-bert")
    headers = client.headers_of()
    own = client.get("/api/v1/auth/me", headers=headers).json()["id"]
    body = {"subject": "subject-bert"}
    assert_problem(client.put(f"/api/v1/users/{own}/identity", json=body, headers=headers), 409)
    assert_problem(client.put("/api/v1/users/999999/identity", json=body, headers=headers), 404)


def test_who_is_not_active_here_is_refused(client: Client, browser: Browser) -> None:
    sign_in(browser, "subject-dora")
    user, headers = me(browser)["id"], client.headers_of()
    assert client.patch(f"/api/v1/users/{user}", json={"active": False}, headers=headers).status_code == 200
    assert browser.refresh().status_code == 401
    assert_problem(sign_in(browser, "subject-dora"), 403)
    # Nor does deleting give a second account to the same person.
    client.delete(f"/api/v1/users/{user}", headers=headers)
    assert_problem(sign_in(browser, "subject-dora"), 403)


def test_nobody_signs_in_with_the_password_of_an_account_that_has_none(client: Client, browser: Browser) -> None:
    sign_in(browser, "subject-anna")
    for password in ("", "the password of nobody", "!"):
        response = client.post("/api/v1/auth/login", json={"username": "anna", "password": password})
        assert response.status_code in (401, 422)
    token = browser.refresh().json()["access_token"]
    body = {"current_password": "the password of nobody", "new_password": "a very good one 1"}
    assert_problem(client.post("/api/v1/auth/password", json=body, headers={"Authorization": f"Bearer {token}"}), 409)


def test_a_browser_is_told_on_the_sign_in_page(browser: Browser) -> None:
    answer = browser.get(f"{OIDC}/callback?state=x&code=y", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?failed=bad-request"


def test_the_provider_in_place_of_passwords(settings: Settings, gateway_port: int, client: Client) -> None:
    changed = settings.model_copy(update={"local_passwords": False, "oidc_unknown_role": "refuse"})
    with serving(build_app(changed)) as url, Browser(url) as other:
        assert other.get(OIDC).json()["local_passwords"] is False
        login = {"username": ADMIN[0], "password": ADMIN[1]}
        new = {"username": "newcomer", "password": "a very good one 1"}
        for path, body in (
            ("login", login), ("session", login), ("register", new), ("session/registration", new),
            ("password", {"current_password": ADMIN[1], "new_password": "a very good one 1"}),
        ):  # fmt: skip
            problem = assert_problem(other.fetch("POST", f"/api/v1/auth/{path}", json=body), 403)
            assert "The town's login" in problem["detail"]
        # What the provider sends back goes to the one public address; the same database is behind both.
        back = httpx.URL(callback_of(other, "subject-cleo"))
        answer = other.get(f"{url}{back.raw_path.decode()}")
        assert_problem(answer, 403)
    # `build_app` made the other one's database the present one; it is the same.
    assert client.get(OIDC).json()["local_passwords"] is True


def test_a_session_from_the_provider_ends_sooner(settings: Settings) -> None:
    changed = settings.model_copy(update={"oidc_session_seconds": 90})
    with serving(build_app(changed)) as url, Browser(url) as browser:
        back = httpx.URL(callback_of(browser, "subject-anna"))
        answer = browser.get(f"{url}{back.raw_path.decode()}")
        cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("hygge_refresh"))
        assert any(f"Max-Age={seconds}" in cookie for seconds in (88, 89, 90))


def test_without_a_provider_there_is_none(settings: Settings) -> None:
    changed = settings.model_copy(update={"oidc_issuer": None})
    with serving(build_app(changed)) as url, Client(url) as client:
        assert client.get(OIDC).json()["provider"] is False
        for path in ("start", "callback", "logout"):
            assert_problem(client.get(f"{OIDC}/{path}"), 404)
