"""Tokens that must not pass, at the gateway's own routes and on the way to a service."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from hygge_core import auth
from hygge_gateway.keys import KeyRing
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import Client, assert_problem

PATHS = ["/api/v1/users", "/api/v1/auth/me", "/api/v1/grids", "/api/v1/results/1/summary", "/api/v1/bundles"]


def part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def body(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"iss": "hygge", "aud": "hygge", "sub": "1", "username": "root-admin", "role": "admin"}
    return usual | {"iat": now, "nbf": now, "exp": now + 600} | changes


def signed(key: RSAKey, claims: dict[str, Any], **header: Any) -> str:
    head = {"alg": "RS256", "typ": "at+jwt", "kid": key.kid} | header
    # Without the key's own 'alg', so that it signs with others too.
    free = RSAKey.import_key(key.as_pem(private=True))
    return jwt.encode(head, claims, free, algorithms=["RS256", "RS512", "PS256"])


@pytest.fixture(scope="module")
def key(settings: Settings, client: Client) -> RSAKey:
    return KeyRing(settings.signing_key_file, create=False).signing_key()


def bad_token(kind: str, key: RSAKey) -> str:
    stranger = RSAKey.generate_key(2048, {"kid": str(key.kid)})
    now = int(time.time())
    good = signed(key, body())
    public = key.as_pem(private=False)
    unsigned = f"{part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': key.kid})}.{part(body())}"
    mac = base64.urlsafe_b64encode(hmac.new(public, unsigned.encode(), hashlib.sha256).digest()).decode().rstrip("=")
    makers: dict[str, Callable[[], str]] = {
        "expired": lambda: signed(key, body(exp=now - 60)),
        "not yet valid": lambda: signed(key, body(nbf=now + 600)),
        "without end": lambda: signed(key, {k: v for k, v in body().items() if k != "exp"}),
        "forged": lambda: signed(stranger, body()),
        "alg none": lambda: f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{part(body())}.",
        "alg none with kid": lambda: f"{part({'alg': 'none', 'typ': 'at+jwt', 'kid': key.kid})}.{part(body())}.",
        "HS256 with the public key": lambda: f"{unsigned}.{mac}",
        "RS512": lambda: signed(key, body(), alg="RS512"),
        "wrong audience": lambda: signed(key, body(aud="another")),
        "wrong issuer": lambda: signed(key, body(iss="https://evil.example")),
        "unknown kid": lambda: signed(RSAKey.generate_key(2048, {"kid": "unknown"}), body()),
        "wrong type": lambda: signed(key, body(), typ="JWT"),
        "unknown role": lambda: signed(key, body(role="root")),
        "no subject": lambda: signed(key, {k: v for k, v in body().items() if k != "sub"}),
        "changed payload": lambda: ".".join([good.split(".")[0], part(body(sub="2")), good.split(".")[2]]),
        "no token at all": lambda: "nonsense",
        "not ASCII": lambda: "é.é.é",
    }
    return makers[kind]()


@pytest.mark.parametrize(
    "kind",
    [
        *("expired", "not yet valid", "without end", "forged", "alg none", "alg none with kid"),
        *("HS256 with the public key", "RS512", "wrong audience", "wrong issuer", "unknown kid", "wrong type"),
        *("unknown role", "no subject", "changed payload", "no token at all", "not ASCII"),
    ],
)
def test_a_bad_token_is_401_everywhere(client: Client, key: RSAKey, kind: str) -> None:
    token = bad_token(kind, key)
    for path in PATHS:
        response = client.get(path, headers=[(b"Authorization", f"Bearer {token}".encode("latin-1"))])
        assert_problem(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("value", [None, "", "Bearer", "Basic cm9vdDp4", "Token abc"])
def test_no_token_is_401(client: Client, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value}
    for path in PATHS:
        assert_problem(client.get(path, headers=headers), 401)


def test_a_good_token_passes_and_reaches_the_service(client: Client, key: RSAKey) -> None:
    token = signed(key, body())
    response = client.get("/api/v1/grids", headers={"Authorization": f"bearer {token}"})
    assert response.json()["headers"]["authorization"] == f"bearer {token}"


def test_a_remembered_token_ends_with_its_expiry(client: Client, key: RSAKey, monkeypatch: pytest.MonkeyPatch) -> None:
    decode = Mock(wraps=auth.jwt.decode)
    monkeypatch.setattr(auth.jwt, "decode", decode)
    ends = int(time.time()) + 60
    headers = {"Authorization": f"Bearer {signed(key, body(exp=ends))}"}
    assert [client.get("/api/v1/grids", headers=headers).status_code for _ in range(2)] == [200, 200]
    assert decode.call_count == 1
    # Within the clock skew that services allow, then not.
    monkeypatch.setattr(time, "time", lambda: ends + 1.0)
    assert client.get("/api/v1/grids", headers=headers).status_code == 200
    monkeypatch.setattr(time, "time", lambda: ends + auth.CLOCK_SKEW_SECONDS + 1.0)
    assert_problem(client.get("/api/v1/grids", headers=headers), 401)


@pytest.mark.parametrize("role", ["operator", "viewer", "participant", "service"])
@pytest.mark.parametrize("path", ["/api/v1/users", "/api/v1/users/1", "/api/v1/audit", "/api/v1/users/1/grants"])
def test_another_role_is_403(client: Client, key: RSAKey, role: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {signed(key, body(role=role, sub='99'))}"}
    assert_problem(client.get(path, headers=headers), 403)
