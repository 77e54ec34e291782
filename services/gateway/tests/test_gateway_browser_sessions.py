"""The web app's session: cookies, CSRF, signing out."""

from collections.abc import Iterator

import pytest

from hygge_gateway.settings import Settings
from services.gateway.tests.browser_support import (
    REFRESH,
    REGISTRATION,
    SESSION,
    Browser,
    assert_cleared,
    attributes,
)
from services.gateway.tests.gateway_support import ADMIN, Client, assert_problem, gateway

SECRET = "quite a secret 1"
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture
def browser(client: Client) -> Iterator[Browser]:
    with Browser(str(client.base_url)) as browser:
        yield browser


def test_signing_in_sets_cookies_and_keeps_the_refresh_token_out_of_the_body(browser: Browser) -> None:
    response = browser.fetch("POST", SESSION, json={"username": ADMIN[0], "password": ADMIN[1]})
    body = response.json()
    assert body.keys() == {"access_token", "token_type", "expires_in", "csrf_token"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    assert response.headers["cache-control"] == "no-store"
    assert browser.refresh_cookie not in response.text
    fortnight = f"Max-Age={14 * 86400}"
    assert attributes(response) == {
        "hygge_refresh": {"HttpOnly", "SameSite=strict", f"Path={SESSION}", fortnight},
        "hygge_csrf": {"SameSite=strict", "Path=/", fortnight},
    }
    assert browser.cookies["hygge_csrf"] == body["csrf_token"]
    me = browser.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {body['access_token']}"}).json()
    assert me["username"] == ADMIN[0]


def test_over_https_cookies_are_secure_and_the_refresh_cookie_has_its_prefix(browser: Browser) -> None:
    """The server believes X-Forwarded-Proto of the trusted proxy in front, which is loopback here."""
    response = browser.post(SESSION, json={"username": ADMIN[0], "password": ADMIN[1]}, headers=HTTPS)
    found = attributes(response)
    assert found.keys() == {"__Secure-hygge_refresh", "hygge_csrf"}
    assert all("Secure" in each for each in found.values())
    values = [header.split(";")[0] for header in response.headers.get_list("set-cookie")]
    headers = HTTPS | {"Cookie": "; ".join(values), "X-CSRF-Token": response.json()["csrf_token"]}
    assert browser.post(REFRESH, headers=headers).status_code == 200
    # Without the prefix it could have been set by a page that came by plain http.
    planted = headers | {"Cookie": "; ".join(values).replace("__Secure-", "")}
    assert_problem(browser.post(REFRESH, headers=planted), 401)


def test_cookies_end_with_the_session(settings: Settings) -> None:
    with gateway(settings.model_copy(update={"session_seconds": 90})) as short, Browser(str(short.base_url)) as browser:
        response = browser.fetch("POST", SESSION, json={"username": ADMIN[0], "password": ADMIN[1]})
        for each in attributes(response).values():
            age = next(int(part.removeprefix("Max-Age=")) for part in each if part.startswith("Max-Age="))
            assert 85 <= age <= 90


def test_refreshing_gives_the_next_pair(browser: Browser) -> None:
    first = browser.sign_in(*ADMIN)
    cookie = browser.refresh_cookie
    response = browser.refresh()
    second = response.json()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert second.keys() == first.keys()
    assert second["access_token"] != first["access_token"]
    assert browser.refresh_cookie != cookie
    # Other tabs still have the CSRF token from before.
    assert second["csrf_token"] == first["csrf_token"]
    assert browser.refresh().status_code == 200


def test_csrf_tokens_are_another_in_each_session_and_do_not_tell_the_cookie(client: Client) -> None:
    tokens = set()
    for _ in range(2):
        with Browser(str(client.base_url)) as browser:
            tokens.add(browser.sign_in(*ADMIN)["csrf_token"])
            assert not any(part in browser.cookies["hygge_csrf"] for part in browser.refresh_cookie.split("."))
    assert len(tokens) == 2


@pytest.mark.parametrize("token", [None, "", "wrong", "é", "another session's"])
@pytest.mark.parametrize(("method", "path"), [("POST", REFRESH), ("DELETE", SESSION)])
def test_without_the_csrf_token_nothing_happens(
    client: Client, browser: Browser, method: str, path: str, token: str | None
) -> None:
    browser.sign_in(*ADMIN)
    cookie = browser.refresh_cookie
    if token == "another session's":
        with Browser(str(client.base_url)) as other:
            token = other.sign_in(*ADMIN)["csrf_token"]
    headers = {} if token is None else {"X-CSRF-Token": token.encode()}
    response = browser.request(method, path, headers=headers)
    assert "X-CSRF-Token" in assert_problem(response, 403)["detail"]
    assert not attributes(response)
    assert browser.refresh_cookie == cookie
    assert browser.refresh().status_code == 200


def test_a_planted_csrf_cookie_does_not_fit(browser: Browser) -> None:
    browser.sign_in(*ADMIN)
    cookies = f"hygge_refresh={browser.refresh_cookie}; hygge_csrf=planted"
    browser.cookies.clear()
    assert_problem(browser.post(REFRESH, headers={"Cookie": cookies, "X-CSRF-Token": "planted"}), 403)


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", ""])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", SESSION), ("POST", REGISTRATION), ("POST", REFRESH), ("DELETE", SESSION)]
)
def test_pages_of_other_sites_are_refused(browser: Browser, method: str, path: str, origin: str) -> None:
    browser.sign_in(*ADMIN)
    body = {"json": {"username": ADMIN[0], "password": ADMIN[1]}} if method == "POST" else {}
    response = browser.fetch(method, path, headers={"Origin": origin}, **body)
    assert "another site" in assert_problem(response, 403)["detail"]
    assert not attributes(response)
    assert browser.refresh().status_code == 200


def test_a_form_of_another_site_can_not_sign_anybody_in(browser: Browser) -> None:
    """Browsers send forms without asking first, but not as JSON."""
    body = f'{{"username": "{ADMIN[0]}", "password": "{ADMIN[1]}"}}'
    assert_problem(browser.post(SESSION, content=body, headers={"Content-Type": "text/plain"}), 422)


def test_refreshing_without_a_session_is_401_and_clears_the_cookies(browser: Browser) -> None:
    for cookie in (None, "hygge_refresh=no-dot", "hygge_refresh=.x", "hygge_refresh="):
        response = browser.post(REFRESH, headers={"Cookie": cookie} if cookie else {})
        assert_problem(response, 401)
        assert response.headers["cache-control"] == "no-store"
        assert_cleared(response)


def test_an_unknown_cookie_is_401_and_cleared(browser: Browser) -> None:
    browser.sign_in(*ADMIN)
    family = browser.refresh_cookie.split(".")[0]
    headers = {"Cookie": f"hygge_refresh={family}.never-made", "X-CSRF-Token": browser.cookies["hygge_csrf"]}
    browser.cookies.clear()
    response = browser.post(REFRESH, headers=headers)
    assert_problem(response, 401)
    assert_cleared(response)


def test_signing_out_ends_the_session_and_clears_the_cookies(client: Client, browser: Browser) -> None:
    client.new_user("browser.leaver")
    browser.sign_in("browser.leaver", SECRET)
    before = browser.copy()
    response = browser.sign_out()
    assert (response.status_code, response.content) == (204, b"")
    assert_cleared(response)
    assert not browser.cookies
    assert_cleared(before.refresh())
    events = client.get("/api/v1/audit?event=logout", headers=client.headers_of()).json()["items"]
    assert events[0]["subject"].startswith("session:")


def test_signing_out_without_a_session_is_silent(browser: Browser) -> None:
    assert browser.sign_out().status_code == 204
    browser.sign_in(*ADMIN)
    ended = browser.copy()
    browser.sign_out()
    response = ended.sign_out()
    assert response.status_code == 204
    assert_cleared(response)


def test_registering_signs_in(client: Client, browser: Browser) -> None:
    body = {"username": "web.anna", "password": SECRET, "email": "anna@example.org"}
    response = browser.fetch("POST", REGISTRATION, json=body)
    assert response.status_code == 201
    assert response.headers["location"] == "/api/v1/auth/me"
    assert response.headers["cache-control"] == "no-store"
    user = response.json()
    assert (user["username"], user["role"]) == ("web.anna", "participant")
    assert "refresh_token" not in user
    assert browser.refresh().status_code == 200
    assert_problem(browser.fetch("POST", REGISTRATION, json=body), 409)
    events = client.get("/api/v1/audit?actor_name=web.anna", headers=client.headers_of()).json()["items"]
    assert [event["event"] for event in events] == ["login_succeeded", "user_registered"]


def test_closed_registration_is_closed_here_too(settings: Settings) -> None:
    closed = settings.model_copy(update={"registration_open": False})
    with gateway(closed) as client, Browser(str(client.base_url)) as browser:
        body = {"username": "web.berta", "password": SECRET}
        assert_problem(browser.fetch("POST", REGISTRATION, json=body), 403)


def test_a_wrong_password_is_401_and_in_the_audit_log(client: Client, browser: Browser) -> None:
    body = {"username": "web.nobody", "password": "wrong"}
    response = browser.fetch("POST", SESSION, json=body)
    assert assert_problem(response, 401)["detail"] == "User name or password is wrong."
    assert not attributes(response)
    events = client.get("/api/v1/audit?event=login_failed", headers=client.headers_of()).json()["items"]
    assert events[0]["actor_name"] == "web.nobody"


def test_changing_the_password_ends_the_session_and_the_new_one_signs_in_again(
    client: Client, browser: Browser
) -> None:
    client.new_user("browser.changer")
    tokens = browser.sign_in("browser.changer", SECRET)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    body = {"current_password": SECRET, "new_password": "another secret 2"}
    assert browser.post("/api/v1/auth/password", json=body, headers=headers).status_code == 204
    assert_cleared(browser.refresh())
    browser.sign_in("browser.changer", "another secret 2")
    assert browser.refresh().status_code == 200


def test_tokens_of_one_transport_are_unknown_to_the_other(client: Client, browser: Browser) -> None:
    browser.sign_in(*ADMIN)
    family, token = browser.refresh_cookie.split(".")
    assert_problem(client.post("/api/v1/auth/refresh", json={"refresh_token": token}), 401)
    assert browser.refresh().status_code == 200
    other = client.login(*ADMIN)["refresh_token"]
    headers = {"Cookie": f"hygge_refresh={family}.{other}", "X-CSRF-Token": browser.cookies["hygge_csrf"]}
    browser.cookies.clear()
    assert_problem(browser.post(REFRESH, headers=headers), 401)
    assert client.post("/api/v1/auth/refresh", json={"refresh_token": other}).status_code == 200


@pytest.mark.usefixtures("one_window")
def test_quotas_are_shared_with_the_routes_beside(settings: Settings) -> None:
    wrong = {"username": "web.nobody", "password": "wrong"}
    weak = {"username": "web.weak", "password": "weak"}
    pairs = [("/api/v1/auth/login", SESSION, wrong), ("/api/v1/auth/register", REGISTRATION, weak)]
    with gateway(settings.model_copy(update={"rate_limit_login": "3/day", "rate_limit_refresh": "5/day"})) as client:
        for tokens, cookies, body in pairs:
            outcomes = [
                client.post(path, json=body).status_code for path in (tokens, cookies, cookies, cookies, tokens)
            ]
            assert outcomes[3:] == [429, 429]
        # Refreshing has its own, wider one: an office may load many pages from one address.
        assert [client.post(REFRESH).status_code for _ in range(6)] == [401] * 5 + [429]
        assert int(assert_retry(client)) >= 1


def assert_retry(client: Client) -> str:
    response = client.post(REFRESH)
    assert_problem(response, 429)
    return response.headers["retry-after"]
