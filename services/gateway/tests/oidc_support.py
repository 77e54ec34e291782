"""A gateway with a real OpenID Connect provider beside it, and browsers that sign in there."""

from collections.abc import Iterator

import httpx
import pytest

from hygge_gateway.main import build_app
from hygge_gateway.settings import Settings
from services.gateway.tests.browser_support import Browser
from services.gateway.tests.gateway_support import (
    Client,
    Redis,
    Upstream,
    serving,
    settings_for,
)
from tests.oidc.running import CLIENT_ID, CLIENT_SECRET, OidcProvider, walk_through
from tests.support.ports import free_port
from tests.support.postgres import TestDatabase

OIDC = "/api/v1/auth/oidc"
ROLES = {"hygge-admin": "admin", "hygge-operator": "operator", "hygge-viewer": "viewer"}


def person(username: str, *roles: str, **claims: str) -> dict[str, object]:
    return {"preferred_username": username, "realm_access": {"roles": ["offline_access", *roles]}, **claims}


@pytest.fixture(scope="module")
def gateway_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def oidc(gateway_port: int) -> Iterator[OidcProvider]:
    provider = OidcProvider(free_port(), f"http://127.0.0.1:{gateway_port}{OIDC}/callback")
    provider.accounts = {
        "subject-anna": person("anna", "hygge-operator", name="Anna Adler", email="anna@example.org"),
        "subject-bert": person("bert", "hygge-viewer"),
        "subject-cleo": person("cleo"),
        "subject-dora": person("dora"),
        "subject-emil": person("emil", "hygge-viewer", "hygge-admin"),
        "subject-fred": person("Früd Müßig"),
        "subject-taken": person("ROOT-admin", "hygge-admin"),
    }
    with provider:
        yield provider


@pytest.fixture(scope="module")
def settings(
    database: TestDatabase,
    redis_process: Redis,
    oidc: OidcProvider,
    gateway_port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Settings]:
    database.migrate("gateway")
    with serving(Upstream().app()) as upstream:
        yield settings_for(
            database,
            redis_process.url,
            tmp_path_factory.mktemp("gateway"),
            upstream,
            public_url=f"http://127.0.0.1:{gateway_port}",
            oidc_issuer=oidc.issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
            oidc_role_claim="realm_access.roles",
            oidc_role_map=ROLES,
            oidc_label="The town's login",
        )


@pytest.fixture(scope="module")
def client(settings: Settings, gateway_port: int) -> Iterator[Client]:
    with serving(build_app(settings), gateway_port) as url, Client(url) as running:
        yield running


@pytest.fixture
def browser(client: Client) -> Iterator[Browser]:
    with Browser(str(client.base_url)) as browser:
        yield browser


def callback_of(browser: Browser, login: str, return_to: str = "/communities/3?tab=runs", **options: bool) -> str:
    """Up to the address that the provider sends the browser back to."""
    return walk_through(
        browser, str(browser.base_url).rstrip("/") + f"{OIDC}/start?return_to={return_to}", login, **options
    )


def sign_in(browser: Browser, login: str) -> httpx.Response:
    return browser.get(callback_of(browser, login))


def me(browser: Browser) -> dict[str, object]:
    token = browser.refresh().json()["access_token"]
    response = browser.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200, response.text
    found: dict[str, object] = response.json()
    return found


def events(client: Client, event: str) -> list[dict[str, object]]:
    response = client.get("/api/v1/audit", params={"event": event, "limit": 100}, headers=client.headers_of())
    found: list[dict[str, object]] = response.json()["items"]
    return found
