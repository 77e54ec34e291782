"""What an administrator changes while a password is being checked, which is slow and done without a connection."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

from hygge_gateway.users import passwords
from services.gateway.tests.gateway_support import Client, Sql, assert_problem
from tests.support.postgres import TestDatabase

SECRET = "quite a secret 1"
NEW = "another secret 2"
Meanwhile = Callable[[Callable[[], Any]], None]


@pytest.fixture(scope="module")
def admin(client: Client) -> dict[str, str]:
    return client.headers_of()


@pytest.fixture
def sql(database: TestDatabase) -> Iterator[Sql]:
    sql = Sql(database)
    yield sql
    sql.connection.close()


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Something to happen right after the next password was checked."""
    verify = passwords.verify
    to_do: list[Callable[[], Any]] = []

    def verified(password_hash: str | None, password: str) -> bool:
        fits = verify(password_hash, password)
        if to_do:
            to_do.pop()()
        return fits

    monkeypatch.setattr(passwords, "verify", verified)
    return to_do.append


def _login(client: Client, name: str, password: str) -> int:
    return client.post("/api/v1/auth/login", json={"username": name, "password": password}).status_code


@pytest.mark.parametrize("change", [{"password": NEW}, {"active": False}])
def test_no_session_with_what_was_right_before(
    client: Client, admin: dict[str, str], sql: Sql, meanwhile: Meanwhile, change: dict[str, Any]
) -> None:
    user = client.new_user(f"meanwhile-{next(iter(change))}")
    path = f"/api/v1/users/{user['id']}"
    meanwhile(lambda: client.patch(path, json=change, headers=admin).raise_for_status())
    assert _login(client, user["username"], SECRET) == 401
    assert sql("SELECT 1 FROM gateway.sessions WHERE user_id = %s AND revoked_at IS NULL", user["id"]) == []
    client.patch(path, json={"active": True}, headers=admin).raise_for_status()
    expected = (401, 200) if "password" in change else (200, 401)
    assert (_login(client, user["username"], SECRET), _login(client, user["username"], NEW)) == expected


def test_a_hash_written_anew_by_another_sign_in_is_the_same_password(
    client: Client, sql: Sql, meanwhile: Meanwhile
) -> None:
    user = client.new_user("meanwhile-rehashed")
    outdated = PasswordHasher(time_cost=1, memory_cost=1024).hash(SECRET)
    sql("UPDATE gateway.users SET password_hash = %s WHERE id = %s", outdated, user["id"])
    others: list[int] = []
    meanwhile(lambda: others.append(_login(client, user["username"], SECRET)))
    assert _login(client, user["username"], SECRET) == 200
    assert others == [200]
    [(renewed,)] = sql("SELECT password_hash FROM gateway.users WHERE id = %s", user["id"])
    assert not passwords.is_outdated(renewed)


def test_a_password_that_an_administrator_has_set_is_not_changed_with_the_old_one(
    client: Client, admin: dict[str, str], meanwhile: Meanwhile
) -> None:
    user = client.new_user("meanwhile-reset")
    meanwhile(
        lambda: client.patch(
            f"/api/v1/users/{user['id']}", json={"password": NEW}, headers=admin
        ).raise_for_status()
    )  # fmt: skip
    body = {"current_password": SECRET, "new_password": "the thief's secret 3"}
    problem = assert_problem(client.post("/api/v1/auth/password", json=body, headers=user["headers"]), 422)
    assert [error["field"] for error in problem["errors"]] == ["current_password"]
    assert _login(client, user["username"], NEW) == 200
