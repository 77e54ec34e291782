"""API keys: what they open, for whom, and how soon they end."""

import asyncio
import time
from typing import Any

import httpx
import psycopg2
import pytest

from hygge_gateway.api_keys.door import LOOK_AGAIN_SECONDS, OPEN_TO_KEYS
from hygge_gateway.main import build_app
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import Client, Redis, assert_problem, gateway
from services.gateway.tests.test_gateway_sessions import claims_of
from tests.support.postgres import TestDatabase

KEYS = "/api/v1/users/me/api-keys"
ECHO = "/api/v1/grids"


@pytest.fixture(scope="module")
def operator(client: Client) -> dict[str, Any]:
    return client.new_user("olga", "operator")


@pytest.fixture(autouse=True)
def _look_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is promised within ten seconds is shown within one."""
    assert LOOK_AGAIN_SECONDS < 10
    monkeypatch.setattr("hygge_gateway.api_keys.door.LOOK_AGAIN_SECONDS", 0.2)


def create(client: Client, user: dict[str, Any], **body: Any) -> dict[str, Any]:
    response = client.post(KEYS, json={"name": "a meter", **body}, headers=user["headers"])
    assert response.status_code == 201, response.text
    assert response.headers["cache-control"] == "no-store"
    made: dict[str, Any] = response.json()
    assert response.headers["location"] == f"{KEYS}/{made['id']}"
    return made


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def forwarded(client: Client, headers: dict[str, str]) -> dict[str, Any]:
    """What reached the service: its headers, with the claims of the token in them."""
    response = client.get(ECHO, headers=headers)
    assert response.status_code == 200, response.text
    seen: dict[str, Any] = response.json()["headers"]
    return {**seen, "claims": claims_of(seen["authorization"].removeprefix("Bearer "))}


def wait_until_refused(client: Client, headers: dict[str, str]) -> None:
    deadline = time.monotonic() + 10
    while client.get(ECHO, headers=headers).status_code != 401:
        assert time.monotonic() < deadline, "the key still works"
        time.sleep(0.05)


def test_a_key_is_exchanged_at_the_door(client: Client, operator: dict[str, Any]) -> None:
    made = create(client, operator)
    assert made["key"].startswith(f"hygge_{made['public_id']}_")
    for headers in (bearer(made["key"]), {"X-API-Key": made["key"]}):
        seen = forwarded(client, headers)
        assert seen["claims"]["sub"] == str(operator["id"])
        assert seen["claims"]["role"] == "operator"
        # The key itself goes nowhere.
        assert made["key"] not in str(seen)


def test_a_key_is_shown_once_and_stored_as_a_hash(
    client: Client, operator: dict[str, Any], database: TestDatabase
) -> None:
    made = create(client, operator)
    listed = client.get(KEYS, params={"limit": 100}, headers=operator["headers"])
    assert made["id"] in {key["id"] for key in listed.json()["items"]}
    assert "key" not in listed.json()["items"][0]
    with psycopg2.connect(database.url("gateway")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT api_keys::text FROM gateway.api_keys")
        assert made["key"].rpartition("_")[2] not in str(cursor.fetchall())


def test_the_token_is_made_once_and_then_remembered(client: Client, operator: dict[str, Any]) -> None:
    headers = bearer(create(client, operator)["key"])
    first = forwarded(client, headers)["claims"]["jti"]
    time.sleep(0.3)
    assert forwarded(client, headers)["claims"]["jti"] == first


def test_the_last_use_is_told(client: Client, operator: dict[str, Any]) -> None:
    made = create(client, operator)
    assert made["last_used_at"] is None
    forwarded(client, bearer(made["key"]))
    listed = client.get(KEYS, params={"limit": 100}, headers=operator["headers"]).json()["items"]
    assert next(key for key in listed if key["id"] == made["id"])["last_used_at"] is not None


@pytest.mark.parametrize(
    "key", ["hygge_", "hygge__", "hygge_0123456789abcdef_x", "hygge_x_", f"hygge_{'x' * 500}_y", "hygge_ä_ö", "other"]
)
def test_a_wrong_key_is_refused_the_same_way(client: Client, key: str) -> None:
    raw = key.encode("latin-1")
    for path in (ECHO, "/api/v1/auth/me"):
        told = assert_problem(client.get(path, headers=[(b"X-API-Key", raw)]), 401)
        assert "key" in told["detail"].lower()


def test_a_key_with_anothers_secret_is_refused(client: Client, operator: dict[str, Any]) -> None:
    one, other = create(client, operator), create(client, operator)
    mixed = f"hygge_{one['public_id']}_{other['key'].rpartition('_')[2]}"
    assert_problem(client.get(ECHO, headers=bearer(mixed)), 401)


@pytest.mark.usefixtures("one_window")
def test_wrong_keys_are_counted_by_address(settings: Settings) -> None:
    # Another window than in the tests before, whose wrong keys count too.
    few = settings.model_copy(update={"rate_limit_login": "3/hour"})
    with gateway(few) as client:
        statuses = [client.get(ECHO, headers={"X-API-Key": f"hygge_no_{index}"}).status_code for index in range(5)]
        assert statuses[:2] == [401, 401]
        assert statuses[-1] == 429


def test_an_access_token_wins_over_a_key(client: Client, operator: dict[str, Any]) -> None:
    headers = {**operator["headers"], "X-API-Key": "hygge_wrong_key"}
    seen = forwarded(client, headers)
    assert "x-api-key" not in seen


def test_a_revoked_key_is_dead_soon(client: Client, operator: dict[str, Any]) -> None:
    made = create(client, operator)
    forwarded(client, bearer(made["key"]))
    path = f"{KEYS}/{made['id']}"
    assert client.delete(path, headers=operator["headers"]).status_code == 204
    wait_until_refused(client, bearer(made["key"]))
    assert_problem(client.delete(path, headers=operator["headers"]), 404)


def test_a_key_of_somebody_who_is_not_active_is_dead(client: Client) -> None:
    user = client.new_user("otto", "operator")
    headers = bearer(create(client, user)["key"])
    forwarded(client, headers)
    client.patch(f"/api/v1/users/{user['id']}", json={"active": False}, headers=client.headers_of())
    wait_until_refused(client, headers)


def test_a_key_that_has_ended_is_dead(client: Client, operator: dict[str, Any], database: TestDatabase) -> None:
    made = create(client, operator, expires_in_days=1)
    forwarded(client, bearer(made["key"]))
    with psycopg2.connect(database.url("gateway")) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE gateway.api_keys SET expires_at = now() WHERE id = %s", (made["id"],))
    wait_until_refused(client, bearer(made["key"]))


def test_a_key_may_what_its_owner_may_now(client: Client) -> None:
    user, admin = client.new_user("orla", "operator"), client.headers_of()
    key = bearer(create(client, user)["key"])
    narrow = bearer(create(client, user, role="viewer")["key"])
    assert forwarded(client, narrow)["claims"]["role"] == "viewer"
    client.post(f"/api/v1/users/{user['id']}/grants", json={"grid_id": 7, "access": "operate"}, headers=admin)
    time.sleep(0.3)
    assert forwarded(client, key)["claims"]["operates"] == [7]
    client.patch(f"/api/v1/users/{user['id']}", json={"role": "viewer"}, headers=admin)
    time.sleep(0.3)
    assert forwarded(client, key)["claims"]["role"] == "viewer"
    client.patch(f"/api/v1/users/{user['id']}", json={"role": "participant"}, headers=admin)
    time.sleep(0.3)
    assert forwarded(client, key)["claims"]["role"] == "participant"
    assert_problem(client.get(ECHO, headers=narrow), 401)


def test_a_key_for_some_grids_sees_nothing_else(client: Client, operator: dict[str, Any]) -> None:
    """The services behind know it by a number of its own: what its owner made is not its."""
    admin, own = client.headers_of(), operator["id"]
    for grid_id, access in ((70001, "operate"), (70002, "view")):
        body = {"grid_id": grid_id, "access": access}
        assert client.post(f"/api/v1/users/{own}/grants", json=body, headers=admin).status_code == 201
    made = create(client, operator, grids=[70001, 70002, own])
    claims = forwarded(client, bearer(made["key"]))["claims"]
    assert claims["role"] == "operator"
    # The grid whose number is the user's was created by them, as the service says.
    assert (sorted(claims["operates"]), claims["views"]) == (sorted([70001, own]), [70002])
    assert claims["sub"] not in ("0", str(own))
    me = client.get("/api/v1/auth/me", headers=bearer(made["key"])).json()
    assert (me["username"], me["views"]) == ("olga", [70002])
    reads = create(client, operator, grids=[70001], role="viewer")
    claims = forwarded(client, bearer(reads["key"]))["claims"]
    assert (claims["role"], claims["operates"], claims["views"]) == ("viewer", [], [70001])
    # A grid that is taken from the owner is taken from the key.
    client.delete(f"/api/v1/users/{own}/grants/70001", headers=admin)
    time.sleep(0.3)
    assert forwarded(client, bearer(reads["key"]))["claims"]["views"] == []
    # The next user gets another number than the key's.
    assert client.new_user("oskar")["id"] != int(claims["sub"])


def test_an_admins_key_for_some_grids_is_an_operators(client: Client) -> None:
    admin = {"headers": client.headers_of()}
    claims = forwarded(client, bearer(create(client, admin, grids=[5])["key"]))["claims"]
    assert (claims["role"], claims["operates"]) == ("operator", [5])
    told = client.post(KEYS, json={"name": "x", "grids": [5, 404]}, headers=admin["headers"])
    assert assert_problem(told, 422)["errors"][0]["field"] == "grids.1"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"expires_in_days": 366}, "expires_in_days"),
        ({"expires_in_days": 0}, "expires_in_days"),
        ({"role": "admin"}, "role"),
        ({"role": "participant"}, "role"),
        ({"grids": []}, "grids"),
        ({"grids": [424242]}, "grids.0"),
        ({"name": ""}, "name"),
        ({"user_id": 1}, "user_id"),
    ],
    ids=str,
)
def test_a_key_is_within_what_its_owner_may(
    client: Client, operator: dict[str, Any], body: dict[str, Any], field: str
) -> None:
    response = client.post(KEYS, json={"name": "a meter", **body}, headers=operator["headers"])
    assert assert_problem(response, 422)["errors"][0]["field"] == field


def test_a_household_can_have_a_key_but_not_by_grid(client: Client) -> None:
    user = client.new_user("hanna")
    claims = forwarded(client, bearer(create(client, user)["key"]))["claims"]
    assert (claims["role"], claims["username"]) == ("participant", "hanna")
    told = client.post(KEYS, json={"name": "x", "grids": [1]}, headers=user["headers"])
    assert assert_problem(told, 422)["errors"][0]["field"] == "grids"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", KEYS), ("GET", KEYS), ("DELETE", f"{KEYS}/1"), ("GET", "/api/v1/users"), ("POST", "/api/v1/users"),
        ("PATCH", "/api/v1/users/1"), ("PUT", "/api/v1/users/1/identity"), ("GET", "/api/v1/service-accounts"),
        ("POST", "/api/v1/auth/password"), ("POST", "/api/v1/auth/logout"), ("GET", "/api/v1/users/1/api-keys"),
        ("GET", "/api/v1/audit/"), ("GET", "/api/v1/auth/%6de/"),
    ],
)  # fmt: skip
def test_a_key_can_not_say_who_may_sign_in(client: Client, method: str, path: str) -> None:
    """Also not an admin's: a key that was stolen must not outlive its revocation."""
    key = create(client, {"headers": client.headers_of()})["key"]
    assert_problem(client.request(method, path, json={}, headers=bearer(key)), 403)


def test_what_is_open_to_keys_is_told_in_full() -> None:
    paths = {path.removeprefix("/api/v1") for path in OPEN_TO_KEYS}
    expected = {"/auth/me", "/auth/jwks", "/auth/oidc", "/grants", "/audit", "/audit/head", "/audit/verification"}
    assert paths == expected


def test_an_admin_sees_and_revokes_anybodys(client: Client, operator: dict[str, Any]) -> None:
    made, admin = create(client, operator), client.headers_of()
    path = f"/api/v1/users/{operator['id']}/api-keys"
    listed = client.get(path, params={"limit": 100}, headers=admin).json()["items"]
    assert made["id"] in {key["id"] for key in listed}
    assert client.delete(f"{path}/{made['id']}", headers=admin).status_code == 204
    assert_problem(client.get("/api/v1/users/99999999/api-keys", headers=admin), 404)
    for method, target in (("GET", path), ("DELETE", f"{path}/{made['id']}")):
        assert_problem(client.request(method, target, headers=operator["headers"]), 403)


def test_nobody_revokes_anothers(client: Client, operator: dict[str, Any]) -> None:
    made, other = create(client, operator), client.new_user("ottilie", "operator")
    assert_problem(client.delete(f"{KEYS}/{made['id']}", headers=other["headers"]), 404)
    assert forwarded(client, bearer(made["key"]))


def test_a_service_and_a_stranger_have_none(client: Client, tokens: Any) -> None:
    assert_problem(client.get(KEYS), 401)
    form = {"grant_type": "client_credentials", "client_id": "engine", "client_secret": "engine-secret-for-tests"}
    token = client.post("/api/v1/auth/token", data=form).json()["access_token"]
    assert_problem(client.get(KEYS, headers=bearer(token)), 403)


def test_making_and_revoking_is_in_the_audit_log(client: Client, operator: dict[str, Any]) -> None:
    made = create(client, operator, name="for the audit")
    client.delete(f"{KEYS}/{made['id']}", headers=operator["headers"])
    for event in ("api_key_created", "api_key_revoked"):
        params = {"event": event, "actor_name": "olga"}
        newest = client.get("/api/v1/audit", params=params, headers=client.headers_of()).json()["items"][0]
        assert newest["subject"] == f"api_key:{made['id']}"
        assert made["key"] not in str(newest)


def test_there_is_a_most(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hygge_gateway.api_keys.service.MAX_KEYS", 2)
    user = client.new_user("oona", "viewer")
    create(client, user)
    create(client, user)
    assert_problem(client.post(KEYS, json={"name": "x"}, headers=user["headers"]), 409)


def test_many_at_once_wait_for_one_look_up(
    client: Client, operator: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hygge_gateway.api_keys.service import ApiKeyService

    monkeypatch.setattr("hygge_gateway.api_keys.door.LOOK_AGAIN_SECONDS", 5.0)
    key, looked_up = create(client, operator)["key"], []
    original = ApiKeyService.holder_of

    def counted(self: ApiKeyService, presented: str) -> Any:
        looked_up.append(presented)
        time.sleep(0.1)
        return original(self, presented)

    monkeypatch.setattr(ApiKeyService, "holder_of", counted)

    async def ask() -> list[int]:
        async with httpx.AsyncClient(base_url=client.base_url) as http:
            answers = await asyncio.gather(*(http.get(ECHO, headers=bearer(key)) for _ in range(30)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(ask()) == [200] * 30
    assert len(looked_up) == 1


def test_redis_is_not_needed_for_a_good_key(client: Client, operator: dict[str, Any], redis_process: Redis) -> None:
    key = create(client, operator)["key"]
    redis_process.stop()
    try:
        assert forwarded(client, bearer(key))
        assert_problem(client.get(ECHO, headers=bearer("hygge_wrong_key")), 401)
    finally:
        redis_process.start()


def test_without_its_database_the_door_says_when_to_come_back(settings: Settings) -> None:
    from pydantic import SecretStr

    gone = settings.model_copy(update={"database_url": SecretStr("postgresql://nobody@127.0.0.1:1/none")})
    from hygge_gateway.base import database

    build_app(gone)
    try:
        from starlette.testclient import TestClient

        client = TestClient(build_app(gone), raise_server_exceptions=False)
        for path in (ECHO, "/api/v1/auth/me"):
            answer = client.get(path, headers=bearer("hygge_some_key"))
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
    finally:
        database.initialize(None)
        build_app(settings)
