"""What a provider may do wrong, and that it may go away or change: nobody gets in by it."""

from pathlib import Path

import httpx
import pytest

from hygge_gateway.main import build_app
from hygge_gateway.settings import Settings
from services.gateway.tests.browser_support import Browser
from services.gateway.tests.gateway_support import (
    Client,
    Redis,
    assert_problem,
    serving,
)
from services.gateway.tests.oidc_support import (
    OIDC,
    browser,
    callback_of,
    client,
    gateway_port,
    me,
    oidc,
    person,
    settings,
    sign_in,
)
from tests.oidc.running import CLIENT_ID, OidcProvider, signing_key
from tests.support.ports import free_port

__all__ = ["browser", "client", "gateway_port", "oidc", "settings"]  # fixtures are used by being in reach


def test_an_invented_code_is_refused(browser: Browser) -> None:
    callback = httpx.URL(callback_of(browser, "subject-bert"))
    assert_problem(browser.get(callback.copy_set_param("code", "invented")), 401)


def test_an_answer_in_anothers_name_is_refused(browser: Browser) -> None:
    callback = httpx.URL(callback_of(browser, "subject-bert"))
    assert callback.params["iss"]
    assert_problem(browser.get(callback.copy_set_param("iss", "https://evil.example")), 401)
    callback = httpx.URL(callback_of(browser, "subject-bert"))
    assert_problem(browser.get(callback.copy_remove_param("iss")), 401)


@pytest.mark.parametrize(
    "tamper",
    [
        {"nonce": "another one"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": ["another client", CLIENT_ID]},
        {"azp": "another client"},
        {"iss": "https://evil.example"},
        {"exp": 1_600_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": "x" * 256},
    ],
    ids=str,
)
def test_a_token_with_a_wrong_claim_is_refused(oidc: OidcProvider, browser: Browser, tamper: dict[str, object]) -> None:
    callback = callback_of(browser, "subject-bert")
    oidc.write(tamper=tamper)
    try:
        assert_problem(browser.get(callback), 401)
    finally:
        oidc.write()
    assert "hygge_refresh" not in browser.cookies


def test_a_token_for_several_clients_is_taken_when_it_names_us(oidc: OidcProvider, browser: Browser) -> None:
    callback = callback_of(browser, "subject-bert")
    oidc.write(tamper={"aud": ["another client", CLIENT_ID], "azp": CLIENT_ID})
    try:
        assert browser.get(callback).status_code == 303
    finally:
        oidc.write()


def test_a_forged_signature_is_refused(oidc: OidcProvider, browser: Browser) -> None:
    callback = callback_of(browser, "subject-bert")
    oidc.write(forged=True)
    try:
        assert_problem(browser.get(callback), 401)
    finally:
        oidc.write()


def test_signing_out_at_the_provider_too(browser: Browser, oidc: OidcProvider, settings: Settings) -> None:
    answer = browser.get(f"{OIDC}/logout")
    assert answer.status_code == 303
    target = httpx.URL(answer.headers["location"])
    assert str(target).startswith(f"{oidc.issuer}/session/end?")
    assert target.params["post_logout_redirect_uri"] == f"{settings.public_url}/sign-in"
    # The provider knows the client and the page to go back to, so it asks instead of refusing.
    assert browser.get(target).status_code == 200


def test_claims_that_only_the_userinfo_endpoint_tells(settings: Settings, oidc: OidcProvider, browser: Browser) -> None:
    oidc.stop()
    oidc.userinfo_only = True
    oidc.accounts["subject-gita"] = person("gita", "hygge-operator")
    oidc.start()
    try:
        sign_in(browser, "subject-gita")
        found = me(browser)
        assert (found["username"], found["role"]) == ("gita", "operator")
    finally:
        oidc.stop()
        oidc.userinfo_only = False
        oidc.start()


def test_the_provider_changes_its_keys(oidc: OidcProvider, browser: Browser) -> None:
    assert sign_in(browser, "subject-bert").status_code == 303
    oidc.stop()
    oidc.keys = [signing_key("second"), *oidc.keys]
    oidc.start()
    with Browser(str(browser.base_url)) as other:
        assert sign_in(other, "subject-bert").status_code == 303
    # And the same key id with another key in it, as after a restore.
    oidc.stop()
    oidc.keys = [signing_key("second")]
    oidc.start()
    with Browser(str(browser.base_url)) as other:
        assert sign_in(other, "subject-bert").status_code == 303


def test_a_provider_that_goes_away_in_the_middle_is_told_clearly(oidc: OidcProvider, browser: Browser) -> None:
    callback = callback_of(browser, "subject-bert")
    oidc.stop()
    try:
        problem = assert_problem(browser.get(callback), 503)
        assert "The town's login" in problem["detail"]
    finally:
        oidc.start()


def test_a_provider_that_was_never_there(settings: Settings, tmp_path: Path) -> None:
    """The gateway starts, passwords work, and the answer says when to try again."""
    changed = settings.model_copy(update={"oidc_issuer": f"http://127.0.0.1:{free_port()}"})
    with serving(build_app(changed)) as url, Client(url) as client:
        assert client.headers_of()
        for path in ("start", "logout"):
            response = client.get(f"{OIDC}/{path}")
            assert_problem(response, 503)
            assert int(response.headers["retry-after"]) > 0
        page = client.get(f"{OIDC}/start", headers={"Accept": "text/html"})
        assert page.headers["location"] == "/sign-in?failed=unavailable"


def test_a_discovery_document_of_somebody_else_is_refused(settings: Settings, oidc: OidcProvider) -> None:
    changed = settings.model_copy(update={"oidc_issuer": oidc.issuer + "/"})
    with serving(build_app(changed)) as url, Client(url) as client:
        assert_problem(client.get(f"{OIDC}/start"), 503)


def test_redis_is_not_needed(settings: Settings, redis_process: Redis, oidc: OidcProvider, browser: Browser) -> None:
    redis_process.stop()
    try:
        assert sign_in(browser, "subject-bert").status_code == 303
    finally:
        redis_process.start()
