"""OWASP API Security Top 10 (2023), risks 1 to 5, tried on the running suite. The table is in docs/security.md."""

import base64
import hashlib
import hmac
import json
import secrets
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from hygge_local.runtime import Runtime
from tests.e2e.client import Api, new_user
from tests.e2e.communities import period
from tests.security.conftest import STEPS, Village

MISSING = 900_000_000_001


def same_answer(first: httpx.Response, second: httpx.Response, *ids: int) -> bool:
    """True if two answers differ in nothing but the ids that were asked for, and what is new in each."""

    def told(response: httpx.Response) -> tuple[int, str]:
        body = {key: value for key, value in response.json().items() if key != "trace_id"}
        text = json.dumps(body, sort_keys=True)
        for number in ids:
            text = text.replace(str(number), "ID")
        return response.status_code, text

    return told(first) == told(second)


# API1: broken object level authorization ------------------------------------------------------------------------------
# The walk over every route is tests/contract/test_tenant_isolation.py.


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/grids/{grid}", None),
        ("GET", "/grids/{grid}/topology", None),
        ("PATCH", "/grids/{grid}", {"name": "mine now"}),
        ("DELETE", "/grids/{grid}", None),
        ("POST", "/grids/{grid}/snapshots", None),
        ("GET", "/houses/{house}", None),
        ("PATCH", "/houses/{house}", {"name": "mine now"}),
    ],
)
def test_api1_another_ones_object_is_as_if_it_were_not_there(
    village: Village, stranger: Api, method: str, path: str, body: Any
) -> None:
    real = stranger.raw(method, path.format(grid=village.grid_id, house=village.house_id), json=body)
    none = stranger.raw(method, path.format(grid=MISSING, house=MISSING), json=body)
    assert real.status_code == 404
    assert same_answer(real, none, village.grid_id, village.house_id, MISSING)
    assert village.owner("GET", f"/grids/{village.grid_id}")["name"] == "village"


def test_api1_ids_in_bodies_are_checked_too(village: Village, stranger: Api) -> None:
    """A run of another one's grid, and another one's profile in one's own request."""
    run = stranger.raw("POST", "/runs", json={"grid_id": village.grid_id, **period(STEPS)})
    none = stranger.raw("POST", "/runs", json={"grid_id": MISSING, **period(STEPS)})
    assert run.status_code == 404
    assert same_answer(run, none, village.grid_id, MISSING)
    bundle = {"grid_id": village.grid_id, **period(STEPS), "profile_ids": []}
    assert stranger.raw("POST", "/bundles", json=bundle).status_code == 404


# API2: broken authentication ------------------------------------------------------------------------------------------


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def forgeries(token: str, jwks: dict[str, Any]) -> dict[str, str]:
    """What people make of somebody's token who have not got the key."""
    header, payload, signature = token.split(".")
    admin = _claims(token) | {"role": "admin", "sub": "1"}
    kid = jwks["keys"][0]["kid"]
    confused = f"{_part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': kid})}.{_part(admin)}"
    secret = json.dumps(jwks["keys"][0]).encode()
    mac = base64.urlsafe_b64encode(hmac.new(secret, confused.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()

    def headed(**fields: Any) -> str:
        return f"{_part({'alg': 'RS256', 'typ': 'at+jwt', **fields})}.{payload}.{signature}"

    return {
        "no algorithm": f"{_part({'alg': 'none', 'typ': 'at+jwt', 'kid': kid})}.{_part(admin)}.",
        "the public key as a secret": f"{confused}.{mac}",
        "other claims": f"{header}.{_part(admin)}.{signature}",
        "no signature": f"{header}.{payload}.",
        "a key id that is a path": headed(kid="../../dev/null"),
        "a key of its own": headed(jwk=jwks["keys"][0]),
        "a key from elsewhere": headed(jku="http://127.0.0.1:1/"),
        "nothing of a token": "x.y.z",
    }


@pytest.mark.parametrize("service", ["gateway", "topology", "profiles", "engine", "results"])
def test_api2_forged_tokens_are_refused_by_every_service_itself(
    embedded_suite: Runtime, stranger: Api, service: str
) -> None:
    path = {"gateway": "/auth/me", "topology": "/grids", "profiles": "/profiles", "engine": "/runs",
            "results": "/results/1/summary"}[service]  # fmt: skip
    url = f"{embedded_suite.service_url(service)}/api/v1{path}"
    token = stranger.http.headers["Authorization"].removeprefix("Bearer ")
    assert httpx.get(url, headers={"Authorization": f"Bearer {token}"}).status_code in (200, 404)
    jwks = httpx.get(f"{embedded_suite.url}/api/v1/auth/jwks").json()
    for name, forged in forgeries(token, jwks).items():
        assert httpx.get(url, headers={"Authorization": f"Bearer {forged}"}).status_code == 401, name
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, params={"access_token": token}).status_code == 401


def test_api2_guessing_ends_soon_and_tells_nothing(embedded_suite: Runtime, admin: Api) -> None:
    """With the default settings: after ten failures at the latest, for a user and for nobody alike."""
    with new_user(admin, "viewer") as victim:
        told = []
        for name in (victim.username, f"nobody-{secrets.token_hex(4)}"):
            answers: list[httpx.Response] = []
            while len(answers) < 30 and (not answers or answers[-1].status_code != 429):
                body = {"username": name, "password": secrets.token_urlsafe(9)}
                answers.append(httpx.post(f"{embedded_suite.url}/api/v1/auth/login", json=body))
            assert len(answers) <= 10
            assert int(answers[-1].headers["retry-after"]) >= 1
            told.append([(answer.status_code, answer.json()["detail"]) for answer in answers])
        assert told[0] == told[1]


def test_api2_a_stolen_refresh_token_ends_the_session(embedded_suite: Runtime, admin: Api) -> None:
    password = secrets.token_urlsafe(16)
    username = f"robbed-{secrets.token_hex(4)}"
    admin("POST", "/users", json={"username": username, "password": password})
    api = httpx.Client(base_url=f"{embedded_suite.url}/api/v1")
    first = api.post("/auth/login", json={"username": username, "password": password}).json()
    second = api.post("/auth/refresh", json={"refresh_token": first["refresh_token"]}).json()
    assert api.post("/auth/refresh", json={"refresh_token": first["refresh_token"]}).status_code == 401
    assert api.post("/auth/refresh", json={"refresh_token": second["refresh_token"]}).status_code == 401
    api.close()


# API3: broken object property level authorization ---------------------------------------------------------------------


def test_api3_nobody_gives_themselves_what_is_not_theirs_to_give(embedded_suite: Runtime, admin: Api) -> None:
    password, username = secrets.token_urlsafe(16), f"climber-{secrets.token_hex(4)}"
    url = f"{embedded_suite.url}/api/v1/auth/register"
    for surplus in ({"role": "admin"}, {"id": 1}, {"active": True}, {"password_hash": "x"}, {"kind": "service"}):
        answer = httpx.post(url, json={"username": username, "password": password, **surplus})
        assert answer.status_code == 422, surplus
    made = httpx.post(url, json={"username": username, "password": password}).json()
    assert made["role"] == "participant"


@pytest.mark.parametrize("field", ["created_by", "id", "created_at", "owner_id", "hash", "version"])
def test_api3_fields_of_the_system_cannot_be_set(village: Village, field: str) -> None:
    before = village.owner("GET", f"/grids/{village.grid_id}")
    answer = village.owner.raw("PATCH", f"/grids/{village.grid_id}", json={field: 1})
    assert answer.status_code == 422
    assert village.owner("GET", f"/grids/{village.grid_id}") == before


def test_api3_secrets_are_in_no_answer(admin: Api, openapi: dict[str, Any]) -> None:
    """Neither in what admins see of users, nor declared anywhere but where a secret is made or given."""
    for user in admin("GET", "/users")["items"]:
        assert not {"password", "password_hash", "token_hash"} & user.keys()
    telling = {
        name
        for name, schema in openapi["components"]["schemas"].items()
        for field in schema.get("properties", {})
        if field in ("password_hash", "token_hash", "secret_hash", "name_hash", "database_url", "signing_key")
    }
    assert telling == set()


# API4: unrestricted resource consumption ------------------------------------------------------------------------------


def raw_status(url: str, head: str) -> int:
    """The status of a request that no client library would send."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
        wire.sendall(head.encode())
        return int(wire.recv(4096).split()[1])


def test_api4_requests_have_a_size(embedded_suite: Runtime, village: Village) -> None:
    url, api = embedded_suite.url, village.owner
    assert raw_status(url, f"GET /api/v1/grids?x={'a' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n") == 414
    many = "".join(f"X-{number}: 1\r\n" for number in range(200))
    assert raw_status(url, f"GET /api/v1/grids HTTP/1.1\r\nHost: x\r\n{many}\r\n") == 431
    declared = "POST /api/v1/profiles/upload HTTP/1.1\r\nHost: x\r\n{}Content-Length: 999999999999\r\n\r\n"
    token = api.http.headers["Authorization"]
    assert raw_status(url, declared.format(f"Authorization: {token}\r\n")) == 413
    assert raw_status(url, declared.format("").replace("profiles/upload", "auth/login")) == 413
    deep = "[" * 100_000 + "]" * 100_000
    json_type = {"Content-Type": "application/json"}
    assert api.raw("POST", "/grids/import", content=deep, headers=json_type).status_code in (400, 422)


def test_api4_answers_and_work_have_a_size(village: Village) -> None:
    api = village.owner
    assert api.raw("GET", "/grids", params={"limit": 100_000}).status_code == 422
    for_ever = {"start": "1900-01-01T00:00:00Z", "end": "2900-01-01T00:00:00Z", "step_minutes": 15}
    answer = api.raw("POST", "/runs", json={"grid_id": village.grid_id, **for_ever})
    assert answer.status_code == 422


def test_api4_everybody_has_a_quota_and_is_told(village: Village) -> None:
    answer = village.owner.raw("GET", "/grids")
    assert answer.headers["ratelimit-policy"].startswith('"user";q=')
    assert answer.headers["ratelimit"].startswith('"user";r=')


# API5: broken function level authorization ----------------------------------------------------------------------------
# The table of every route and role is tests/contract/test_roles.py.


@pytest.mark.parametrize("role", ["operator", "viewer", "participant"])
def test_api5_what_admins_do_is_closed_to_all_others(admin: Api, role: str) -> None:
    with new_user(admin, role) as api:
        me = api("GET", "/auth/me")["id"]
        for method, path, body in (
            ("GET", "/users", None),
            ("POST", "/users", {"username": "made-by-me", "password": secrets.token_urlsafe(16), "role": "admin"}),
            ("PATCH", f"/users/{me}", {"role": "admin"}),
            ("DELETE", f"/users/{me}", None),
            ("DELETE", f"/users/{me}/lockout", None),
            ("GET", "/audit", None),
            ("GET", "/audit/head", None),
            ("GET", "/audit/verification", None),
        ):
            assert api.raw(method, path, json=body).status_code == 403, f"{method} {path}"
        assert api("GET", "/auth/me")["role"] == role


def test_api5_what_services_do_is_closed_to_people(admin: Api, village: Village) -> None:
    """Not even an admin writes results: only the engine with a token of its own."""
    for api in (admin, village.owner):
        assert api.raw("POST", "/results/1/close", json={}).status_code in (403, 422)
        assert api.raw("DELETE", f"/results/{int(time.time())}").status_code == 403


def test_api5_another_method_is_no_way_around(village: Village, stranger: Api) -> None:
    path = f"/grids/{village.grid_id}"
    override = {"X-HTTP-Method-Override": "DELETE"}
    for method in ("PUT", "TRACE", "PROPFIND", "MKCOL"):
        assert stranger.raw(method, path, headers=override).status_code in (404, 405), method
    assert village.owner.raw("POST", path, headers=override).status_code == 405
    assert village.owner.raw("GET", path, headers=override).status_code == 200
