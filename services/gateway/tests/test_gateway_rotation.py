"""A new signing key with two gateway processes and a service behind: nobody is logged out, nothing is refused."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter

from hygge_core.app import create_app
from hygge_core.auth import Caller
from hygge_core.settings import CoreSettings
from hygge_gateway.keys import rotate
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import Client, gateway, serving
from services.gateway.tests.test_gateway_sessions import header_of

PUBLISH_SECONDS = 1.5
router = APIRouter()


@router.get("/whoami")
def whoami(caller: Caller) -> dict[str, str]:
    return {"username": caller.username}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything that waits some seconds waits less."""
    monkeypatch.setattr("hygge_gateway.keys.RELOAD_SECONDS", 0.05)
    monkeypatch.setattr("hygge_core.auth.REFRESH_INTERVAL_SECONDS", 0.05)


@pytest.fixture
def pair(settings: Settings, quick: None, tmp_path: Path) -> Iterator[tuple[Client, Client, Path]]:
    """Two processes' worth of gateways on one folder of keys."""
    folder = tmp_path / "keys"
    changed = settings.model_copy(update={"signing_key_file": folder, "signing_key_publish_seconds": PUBLISH_SECONDS})
    with gateway(changed) as first, gateway(changed) as second:
        yield first, second, folder


@pytest.fixture
def service(pair: tuple[Client, Client, Path]) -> Iterator[httpx.Client]:
    """A service as they all are: it takes its keys from the second gateway, whoever signed the token."""
    values: dict[str, Any] = {
        "port": 1,
        "database_url": "postgresql://nobody@127.0.0.1:1/none",
        "jwks_url": f"{pair[1].base_url}/api/v1/auth/jwks",
        "log_level": "ERROR",
    }
    app = create_app(CoreSettings(**values), name="verifying", summary="", routers=[router], checks={})
    with serving(app) as url, httpx.Client(base_url=url, timeout=20) as client:
        yield client


def test_a_rotation_logs_nobody_out(pair: tuple[Client, Client, Path], service: httpx.Client) -> None:
    first, second, folder = pair

    def is_good(token: str) -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        answers = [
            service.get("/api/v1/whoami", headers=headers),
            first.get("/api/v1/auth/me", headers=headers),
            second.get("/api/v1/grids", headers=headers),
        ]
        return all(answer.status_code == 200 for answer in answers)

    first.new_user("steady")
    session = first.login("steady", "quite a secret 1")
    old = header_of(session["access_token"])["kid"]
    assert is_good(session["access_token"])

    rotate(folder)
    rotated = time.monotonic()
    signed_by: list[str] = []
    tokens = [session["access_token"]]
    while time.monotonic() < rotated + PUBLISH_SECONDS + 2:
        # The session goes on at either gateway, and every token is good everywhere the moment it is made.
        for at in (first, second):
            answer = at.post("/api/v1/auth/refresh", json={"refresh_token": session["refresh_token"]})
            assert answer.status_code == 200, answer.text
            session = answer.json()
            tokens.append(session["access_token"])
            signed_by.append(header_of(tokens[-1])["kid"])
            assert is_good(tokens[-1])
    new = signed_by[-1]
    assert old != new
    # First only the old one, then only the new one: no process goes back.
    for process in (signed_by[::2], signed_by[1::2]):
        assert process == sorted(process, key=[old, new].index)
    assert all(is_good(token) for token in (tokens[0], *tokens[-2:]))
    for at in (first, second):
        assert [key["kid"] for key in at.get("/api/v1/auth/jwks").json()["keys"]] == [old, new]
