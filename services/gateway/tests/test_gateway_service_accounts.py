"""Accounts of machines: what they may, and how their secrets are changed without a standstill."""

from typing import Any

import psycopg2
import pytest

from services.gateway.tests.gateway_support import CLIENT, Client, assert_problem
from services.gateway.tests.test_gateway_sessions import claims_of
from tests.support.postgres import TestDatabase

ACCOUNTS = "/api/v1/service-accounts"
TOKEN = "/api/v1/auth/token"


@pytest.fixture(scope="module")
def admin(client: Client) -> dict[str, str]:
    return client.headers_of()


def create(client: Client, admin: dict[str, str], name: str, **body: Any) -> dict[str, Any]:
    response = client.post(ACCOUNTS, json={"name": name, "role": "operator", **body}, headers=admin)
    assert response.status_code == 201, response.text
    assert response.headers["cache-control"] == "no-store"
    made: dict[str, Any] = response.json()
    assert response.headers["location"] == f"{ACCOUNTS}/{made['id']}"
    return made


def token(client: Client, account: dict[str, Any], secret: str | None = None) -> str | None:
    form = {"grant_type": "client_credentials"}
    answer = client.post(TOKEN, data=form, auth=(account["client_id"], secret or account["client_secret"]))
    if answer.status_code == 200:
        return str(answer.json()["access_token"])
    assert assert_problem(answer, 401)["error"] == "invalid_client"
    return None


def test_a_machine_has_a_role_and_grids(client: Client, admin: dict[str, str]) -> None:
    made = create(client, admin, "meter-reader", grids=[3, 4])
    value = token(client, made)
    assert value is not None
    claims = claims_of(value)
    assert (claims["role"], claims["operates"], claims["views"]) == ("operator", [3, 4], [])
    assert (claims["sub"], claims["username"]) == (str(made["user_id"]), "machine.meter-reader")
    me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {value}"})
    assert me.json()["local_login"] is False
    reader = create(client, admin, "screen", role="viewer", grids=[3])
    assert (reader["operates"], reader["views"]) == ([], [3])


def test_grids_are_given_and_taken_as_from_anybody(client: Client, admin: dict[str, str]) -> None:
    made = create(client, admin, "planner")
    grants = f"/api/v1/users/{made['user_id']}/grants"
    assert client.post(grants, json={"grid_id": 9, "access": "operate"}, headers=admin).status_code == 201
    assert claims_of(token(client, made) or "")["operates"] == [9]
    assert client.delete(f"{grants}/9", headers=admin).status_code == 204
    assert client.get(f"{ACCOUNTS}/{made['id']}", headers=admin).json()["operates"] == []


def test_a_wrong_secret_is_refused_and_noted(client: Client, admin: dict[str, str]) -> None:
    made = create(client, admin, "forgetful")
    assert token(client, made, "wrong") is None
    assert token(client, {"client_id": "account-unknown"}, "wrong") is None
    assert token(client, {"client_id": "a\x00b"}, "wrong") is None
    refused = client.get("/api/v1/audit", params={"event": "service_token_refused"}, headers=admin).json()["items"]
    assert f"service:{made['client_id']}" in {entry["actor_name"] for entry in refused}


def test_a_secret_is_stored_as_a_hash(client: Client, admin: dict[str, str], database: TestDatabase) -> None:
    made = create(client, admin, "careful")
    assert "client_secret" not in client.get(f"{ACCOUNTS}/{made['id']}", headers=admin).json()
    with psycopg2.connect(database.url("gateway")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM gateway.service_account_secrets s")
        assert made["client_secret"] not in str(cursor.fetchall())


def test_a_secret_is_rotated_without_a_standstill(
    client: Client, admin: dict[str, str], database: TestDatabase
) -> None:
    made = create(client, admin, "always-on")
    path = f"{ACCOUNTS}/{made['id']}/secret"
    first = made["client_secret"]
    second = client.post(path, json={"overlap_hours": 2}, headers=admin).json()
    assert [each["expires_at"] is None for each in second["secrets"]] == [True, False]
    assert token(client, made, first)
    assert token(client, made, second["client_secret"])
    # Never three: the oldest ends when the next comes.
    third = client.post(path, json={}, headers=admin).json()
    assert len(third["secrets"]) == 2
    assert token(client, made, first) is None
    assert token(client, made, second["client_secret"])
    with psycopg2.connect(database.url("gateway")) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE gateway.service_account_secrets SET expires_at = now() WHERE expires_at IS NOT NULL")
    assert token(client, made, second["client_secret"]) is None
    assert token(client, made, third["client_secret"])
    # A secret that leaked ends at once.
    fourth = client.post(path, json={"overlap_hours": 0}, headers=admin).json()
    assert token(client, made, third["client_secret"]) is None
    assert token(client, made, fourth["client_secret"])


def test_an_account_is_switched_off_and_on(client: Client, admin: dict[str, str]) -> None:
    made = create(client, admin, "switched")
    path = f"{ACCOUNTS}/{made['id']}"
    assert client.patch(path, json={"active": False}, headers=admin).json()["active"] is False
    assert token(client, made) is None
    changed = client.patch(path, json={"active": True, "role": "viewer"}, headers=admin).json()
    assert (changed["active"], changed["role"]) == (True, "viewer")
    assert claims_of(token(client, made) or "")["role"] == "viewer"


def test_a_deleted_account_is_gone_and_its_name_stays_taken(client: Client, admin: dict[str, str]) -> None:
    made = create(client, admin, "leaver", grids=[5])
    assert client.delete(f"{ACCOUNTS}/{made['id']}", headers=admin).status_code == 204
    assert token(client, made) is None
    for method in ("GET", "PATCH", "DELETE"):
        assert_problem(client.request(method, f"{ACCOUNTS}/{made['id']}", json={}, headers=admin), 404)
    again = client.post(ACCOUNTS, json={"name": "leaver", "role": "viewer"}, headers=admin)
    assert_problem(again, 409)


def test_a_machine_is_not_a_person(client: Client, admin: dict[str, str]) -> None:
    """It is not among the users, gets no password there, and makes no keys."""
    made = create(client, admin, "robot")
    users = client.get("/api/v1/users", params={"limit": 1000}, headers=admin).json()["items"]
    assert made["user_id"] not in {user["id"] for user in users}
    path = f"/api/v1/users/{made['user_id']}"
    assert_problem(client.get(path, headers=admin), 404)
    assert_problem(client.patch(path, json={"password": "quite a secret 1"}, headers=admin), 404)
    assert_problem(client.put(f"{path}/identity", json={"subject": "somebody"}, headers=admin), 404)
    own = {"Authorization": f"Bearer {token(client, made)}"}
    assert_problem(client.post("/api/v1/users/me/api-keys", json={"name": "x"}, headers=own), 403)
    login = {"username": "machine.robot", "password": "the password of nobody"}
    assert_problem(client.post("/api/v1/auth/login", json=login), 401)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "admin"}, "role"),
        ({"role": "service"}, "role"),
        ({"name": "No"}, "name"),
        ({"name": "with space"}, "name"),
        ({"grids": [404]}, "grids.0"),
        ({"active": True}, "active"),
    ],
    ids=str,
)
def test_what_is_wrong_is_told(client: Client, admin: dict[str, str], body: dict[str, Any], field: str) -> None:
    response = client.post(ACCOUNTS, json={"name": "nobody", "role": "viewer", **body}, headers=admin)
    assert assert_problem(response, 422)["errors"][0]["field"] == field


def test_a_change_to_null_is_refused(client: Client, admin: dict[str, str]) -> None:
    made = create(client, admin, "nullable")
    response = client.patch(f"{ACCOUNTS}/{made['id']}", json={"role": None}, headers=admin)
    assert assert_problem(response, 422)["errors"][0]["field"] == "role"


def test_they_are_admins_business(client: Client, admin: dict[str, str]) -> None:
    made, user = create(client, admin, "private"), client.new_user("nosy", "operator")
    assert made["id"] in {
        account["id"] for account in client.get(ACCOUNTS, params={"limit": 100}, headers=admin).json()["items"]
    }
    path = f"{ACCOUNTS}/{made['id']}"
    calls = [
        ("GET", ACCOUNTS), ("POST", ACCOUNTS), ("GET", path), ("PATCH", path), ("DELETE", path),
        ("POST", f"{path}/secret"),
    ]  # fmt: skip
    for method, target in calls:
        assert_problem(client.request(method, target, json={}, headers=user["headers"]), 403)
        assert_problem(client.request(method, target, json={}), 401)


def test_what_is_done_is_in_the_audit_log(client: Client, admin: dict[str, str]) -> None:
    made = create(client, admin, "audited")
    path = f"{ACCOUNTS}/{made['id']}"
    client.patch(path, json={"active": True}, headers=admin)
    client.post(f"{path}/secret", json={}, headers=admin)
    client.delete(path, headers=admin)
    for what in ("created", "changed", "rotated", "deleted"):
        params = {"event": f"service_account_{what}"}
        newest = client.get("/api/v1/audit", params=params, headers=admin).json()["items"][0]
        assert newest["subject"] == f"service_account:{made['id']}"
        assert made["client_secret"] not in str(newest)


def test_the_services_own_clients_stay_as_they_are(client: Client) -> None:
    form = {"grant_type": "client_credentials", "client_id": CLIENT[0], "client_secret": CLIENT[1]}
    claims = claims_of(client.post(TOKEN, data=form).json()["access_token"])
    assert (claims["role"], claims["sub"]) == ("service", "0")
