"""Users, grants and the audit log."""

from typing import Any

import psycopg2
import pytest

from hygge_gateway.users.service import bootstrap_admin
from services.gateway.tests.gateway_support import ADMIN, Client, assert_problem
from services.gateway.tests.test_gateway_sessions import claims_of
from tests.support.postgres import TestDatabase

SECRET = "quite a secret 1"


@pytest.fixture(scope="module")
def admin(client: Client) -> dict[str, str]:
    return client.headers_of()


def create(client: Client, admin: dict[str, str], **body: Any) -> dict[str, Any]:
    response = client.post("/api/v1/users", json={"password": SECRET, **body}, headers=admin)
    assert response.status_code == 201, response.text
    user: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/api/v1/users/{user['id']}"
    return user


def admin_id(client: Client, admin: dict[str, str]) -> int:
    return int(client.get("/api/v1/auth/me", headers=admin).json()["id"])


def test_bootstrap_makes_one_admin_only_once(client: Client, admin: dict[str, str]) -> None:
    assert not bootstrap_admin("second-admin", SECRET)
    names = [user["username"] for user in client.get("/api/v1/users?role=admin", headers=admin).json()["items"]]
    assert names == [ADMIN[0]]


def test_user_can_be_made_read_changed_and_deleted(client: Client, admin: dict[str, str]) -> None:
    user = create(client, admin, username="olga", role="operator", email="o@example.org")
    path = f"/api/v1/users/{user['id']}"
    assert user["role"] == "operator"
    assert "password" not in str(user)
    assert client.get(path, headers=admin).json() == user
    changed = client.patch(path, json={"role": "viewer", "display_name": "Olga", "email": None}, headers=admin).json()
    assert (changed["role"], changed["display_name"], changed["email"]) == ("viewer", "Olga", None)
    assert client.delete(path, headers=admin).status_code == 204
    for response in (
        client.get(path, headers=admin),
        client.patch(path, json={}, headers=admin),
        client.delete(path, headers=admin),
        client.get("/api/v1/users/999999", headers=admin),
    ):
        assert assert_problem(response, 404)["detail"] == "There is no such user."


def test_name_of_a_deleted_user_is_not_given_out_again(client: Client, admin: dict[str, str]) -> None:
    user = create(client, admin, username="gone-one")
    client.delete(f"/api/v1/users/{user['id']}", headers=admin)
    body = {"username": "Gone-One", "password": SECRET}
    assert_problem(client.post("/api/v1/auth/register", json=body), 409)
    assert_problem(client.post("/api/v1/auth/login", json=body), 401)


def test_list_is_paged(client: Client, admin: dict[str, str]) -> None:
    for number in range(3):
        create(client, admin, username=f"paged-{number}", role="viewer")
    seen: list[str] = []
    query = "limit=2"
    while True:
        page = client.get(f"/api/v1/users?{query}", headers=admin).json()
        seen += [user["username"] for user in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"limit=2&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen))
    assert {"paged-0", "paged-1", "paged-2", ADMIN[0]} <= set(seen)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "service"}, "role"),
        ({"role": None}, "role"),
        ({"active": None}, "active"),
        ({"password": None}, "password"),
        ({"password": "short"}, "password"),
        ({"username": "other"}, "username"),
        ({"id": 7}, "id"),
        ({"password_hash": "x"}, "password_hash"),
    ],
)
def test_bad_change_is_422_and_changes_nothing(
    client: Client, admin: dict[str, str], body: dict[str, Any], field: str
) -> None:
    path = f"/api/v1/users/{admin_id(client, admin)}"
    before = client.get(path, headers=admin).json()
    problem = assert_problem(client.patch(path, json=body, headers=admin), 422)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert client.get(path, headers=admin).json() == before


def test_the_last_admin_stays(client: Client, admin: dict[str, str]) -> None:
    path = f"/api/v1/users/{admin_id(client, admin)}"
    assert_problem(client.delete(path, headers=admin), 409)
    assert_problem(client.patch(path, json={"role": "viewer"}, headers=admin), 409)
    assert_problem(client.patch(path, json={"active": False}, headers=admin), 409)
    second = create(client, admin, username="deputy", role="admin")
    assert client.delete(f"/api/v1/users/{second['id']}", headers=admin).status_code == 204


@pytest.mark.parametrize("change", [{"active": False}, {"role": "viewer"}, {"password": "another secret 9"}])
def test_a_change_that_matters_ends_the_users_sessions(
    client: Client, admin: dict[str, str], change: dict[str, Any]
) -> None:
    name = f"cut-{next(iter(change))}"
    user = create(client, admin, username=name)
    refresh_token = client.login(name, SECRET)["refresh_token"]
    assert client.patch(f"/api/v1/users/{user['id']}", json=change, headers=admin).status_code == 200
    assert_problem(client.post("/api/v1/auth/refresh", json={"refresh_token": refresh_token}), 401)
    if change.get("active") is False:
        assert_problem(client.post("/api/v1/auth/login", json={"username": name, "password": SECRET}), 401)


def test_a_name_with_nul_is_no_name(client: Client, admin: dict[str, str]) -> None:
    answer = client.get("/api/v1/audit?actor_name=a%00b", headers=admin)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "actor_name")


def test_huge_ids_are_not_a_server_error(client: Client, admin: dict[str, str]) -> None:
    assert_problem(client.get(f"/api/v1/users/{10**30}", headers=admin), 422)
    assert_problem(client.get("/api/v1/users/0", headers=admin), 422)


# The service behind says that grid n was created by user n.


def test_admin_gives_and_takes_a_grid(client: Client, admin: dict[str, str]) -> None:
    user = create(client, admin, username="grid-operator", role="operator")
    path = f"/api/v1/users/{user['id']}/grants"
    first = client.post(path, json={"grid_id": 7, "access": "view"}, headers=admin)
    assert first.status_code == 201
    assert first.headers["location"] == f"{path}/7"
    client.post(path, json={"grid_id": 7, "access": "operate"}, headers=admin)
    client.post(path, json={"grid_id": 9, "access": "view"}, headers=admin)
    granted = client.get(path, headers=admin).json()["items"]
    assert {(grant["grid_id"], grant["access"]) for grant in granted} == {(7, "operate"), (9, "view")}
    claims = claims_of(client.login("grid-operator", SECRET)["access_token"])
    assert (claims["operates"], claims["views"]) == ([7], [9])
    assert client.delete(f"{path}/7", headers=admin).status_code == 204
    assert_problem(client.delete(f"{path}/7", headers=admin), 404)
    assert claims_of(client.login("grid-operator", SECRET)["access_token"])["operates"] == []


def test_operator_gives_only_grids_they_created(client: Client, admin: dict[str, str]) -> None:
    operator = create(client, admin, username="giver", role="operator")
    create(client, admin, username="guest", role="viewer")
    headers = client.headers_of("giver", SECRET)
    own, other = operator["id"], operator["id"] + 1
    body = {"username": "guest", "access": "view"}
    given = client.post("/api/v1/grants", json={**body, "grid_id": own}, headers=headers)
    assert given.status_code == 201
    assert claims_of(client.login("guest", SECRET)["access_token"])["views"] == [own]
    assert_problem(client.post("/api/v1/grants", json={**body, "grid_id": other}, headers=headers), 403)
    assert_problem(client.post("/api/v1/grants", json={**body, "grid_id": 404}, headers=headers), 404)
    path = f"/api/v1/users/{given.json()['user_id']}/grants"
    assert_problem(client.delete(f"{path}/{other}", headers=headers), 403)
    assert client.delete(f"{path}/{own}", headers=headers).status_code == 204


@pytest.mark.parametrize(("role", "access"), [("viewer", "operate"), ("participant", "view"), ("admin", "view")])
def test_grant_that_the_role_cannot_use_is_422(client: Client, admin: dict[str, str], role: str, access: str) -> None:
    user = create(client, admin, username=f"useless-{role}", role=role)
    body = {"grid_id": 7, "access": access}
    assert_problem(client.post(f"/api/v1/users/{user['id']}/grants", json=body, headers=admin), 422)
    client.delete(f"/api/v1/users/{user['id']}", headers=admin)


def test_grant_to_nobody_is_404(client: Client, admin: dict[str, str]) -> None:
    body = {"grid_id": 7, "access": "view"}
    assert_problem(client.post("/api/v1/users/999999/grants", json=body, headers=admin), 404)
    assert_problem(client.get("/api/v1/users/999999/grants", headers=admin), 404)


def test_viewer_gives_nothing(client: Client, admin: dict[str, str]) -> None:
    user = client.new_user("curious", "viewer")
    body = {"grid_id": user["id"], "access": "view", "username": "curious"}
    assert_problem(client.post("/api/v1/grants", json=body, headers=user["headers"]), 403)


def test_audit_tells_who_did_what_from_where(client: Client, admin: dict[str, str]) -> None:
    user = create(client, admin, username="watched")
    client.post("/api/v1/auth/login", json={"username": "watched", "password": "wrong"}, headers={"X-Request-ID": "r1"})
    client.patch(f"/api/v1/users/{user['id']}", json={"role": "viewer", "password": "new secret 77"}, headers=admin)
    items = client.get("/api/v1/audit?limit=3", headers=admin).json()["items"]
    changed, failed, created = items
    assert (changed["event"], changed["actor_name"]) == ("user_changed", ADMIN[0])
    assert changed["subject"] == f"user:{user['id']}"
    assert changed["details"] == {"fields": ["password", "role"], "role": "viewer"}
    assert (failed["event"], failed["actor_name"], failed["request_id"]) == ("login_failed", "watched", "r1")
    assert failed["address"] == "127.0.0.1"
    assert created["event"] == "user_created"
    assert "new secret 77" not in str(items)


def test_audit_is_filtered_and_paged_newest_first(client: Client, admin: dict[str, str]) -> None:
    first = client.get("/api/v1/audit?event=user_created&limit=2", headers=admin).json()
    second = client.get(f"/api/v1/audit?event=user_created&limit=2&cursor={first['next_cursor']}", headers=admin).json()
    ids = [entry["id"] for entry in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 4
    only = client.get("/api/v1/audit?actor_name=watched", headers=admin).json()["items"]
    assert {entry["actor_name"] for entry in only} == {"watched"}


@pytest.mark.parametrize("statement", ["UPDATE {} SET event = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_audit_log_cannot_be_changed_even_by_its_owner(database: TestDatabase, client: Client, statement: str) -> None:
    connection = psycopg2.connect(database.url("gateway"))
    with connection, connection.cursor() as cursor, pytest.raises(psycopg2.errors.RaiseException, match="append-only"):
        cursor.execute(statement.format("gateway.audit_events"))
    connection.close()
