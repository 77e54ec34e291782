"""Guessing passwords: waiting times, locks, who is not locked out, and how it ends."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import psycopg2
import pytest

from hygge_core.errors import TooManyRequests
from hygge_gateway.main import build_app
from hygge_gateway.origin import Origin
from hygge_gateway.sessions.lockout import TOO_MANY, Lockout, hash_of
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import Client, Sql, assert_problem, gateway, redis_server
from tests.support.postgres import TestDatabase

PASSWORD = "quite a secret 1"
LOGIN = "/api/v1/auth/login"
HOME, AWAY = Origin("192.0.2.1", None), Origin("198.51.100.9", None)


@pytest.fixture
def sql(database: TestDatabase, settings: Settings) -> Iterator[Sql]:
    sql = Sql(database)
    sql("DELETE FROM gateway.sign_in_attempts")
    yield sql
    sql.connection.close()


@pytest.fixture
def strict(settings: Settings, sql: Sql) -> Iterator[Client]:
    with gateway(settings.model_copy(update={"lockout_failures": 6, "lockout_seconds": 600})) as client:
        yield client


@pytest.fixture
def rules(settings: Settings, sql: Sql) -> Lockout:
    """The rules by themselves, on the same database, because here every client has the same address."""
    build_app(settings)
    return Lockout(4, 6, 600, timedelta(hours=1), timedelta(days=90))


def attempt(client: Client, username: str, tried: str = "wrong one") -> httpx.Response:
    return client.post(LOGIN, json={"username": username, "password": tried})


def fail(rules: Lockout, origin: Origin, name: str = "anna") -> None:
    from hygge_core.database import transaction
    from hygge_gateway.base import database

    tried = rules.begin(name, origin)
    with transaction(database):
        rules.failed(tried, origin)


def succeed(rules: Lockout, origin: Origin, name: str = "anna") -> None:
    from hygge_core.database import transaction
    from hygge_gateway.base import database

    tried = rules.begin(name, origin)
    with transaction(database):
        rules.succeeded(tried)


def test_waiting_times_grow_until_the_lock(strict: Client, sql: Sql) -> None:
    strict.new_user("guessed")
    waits = []
    for _ in range(6):
        assert_problem(attempt(strict, "guessed"), 401)
        refused = attempt(strict, "guessed", PASSWORD)
        if refused.status_code == 200:
            # Still free: this sign-in began the count anew, so fail as often again.
            sql(
                "UPDATE gateway.sign_in_attempts SET failures = %s WHERE name_hash = %s",
                len(waits) + 1,
                hash_of("guessed"),
            )
            waits.append(0)
            continue
        assert assert_problem(refused, 429)["detail"] == TOO_MANY
        waits.append(int(refused.headers["retry-after"]))
        sql.pass_time(waits[-1])
    assert waits[:2] == [0, 0]
    assert waits[2:5] == [1, 2, 4]
    assert 590 < waits[5] <= 600


def test_the_same_words_whether_the_name_exists(strict: Client, sql: Sql) -> None:
    strict.new_user("real-one")
    told = []
    for name in ("real-one", "nobody-at-all"):
        answers = []
        for _ in range(6):
            answers.append(attempt(strict, name))
            sql.pass_time(5)
        locked = attempt(strict, name)
        body = {key: value for key, value in locked.json().items() if key != "trace_id"}
        told.append(([answer.status_code for answer in answers], body))
        assert int(locked.headers["retry-after"]) > 500
    assert told[0] == told[1]


def test_the_lock_ends_by_itself_and_a_success_resets(strict: Client, sql: Sql) -> None:
    strict.new_user("forgetful")
    for _ in range(6):
        attempt(strict, "forgetful")
        sql.pass_time(5)
    assert_problem(attempt(strict, "forgetful", PASSWORD), 429)
    sql.pass_time(601)
    assert attempt(strict, "forgetful").status_code == 401
    assert attempt(strict, "forgetful", PASSWORD).status_code == 200
    rows = sql("SELECT failures, locked_until FROM gateway.sign_in_attempts WHERE name_hash = %s", hash_of("forgetful"))
    assert (0, None) in rows


def test_an_admin_unlocks_and_the_log_tells_both(strict: Client, sql: Sql) -> None:
    user, admin = strict.new_user("locked-out"), strict.headers_of()
    for _ in range(6):
        attempt(strict, "locked-out")
        sql.pass_time(5)
    assert_problem(attempt(strict, "locked-out", PASSWORD), 429)
    path = f"/api/v1/users/{user['id']}/lockout"
    assert_problem(strict.delete(path, headers=user["headers"]), 403)
    assert_problem(strict.delete("/api/v1/users/999999/lockout", headers=admin), 404)
    assert strict.delete(path, headers=admin).status_code == 204
    assert attempt(strict, "locked-out", PASSWORD).status_code == 200
    locks = strict.get("/api/v1/audit?event=login_locked&actor_name=locked-out", headers=admin).json()["items"]
    assert [(entry["details"]["scope"], entry["details"]["seconds"]) for entry in locks] == [("network", 600)]
    unlocked = strict.get("/api/v1/audit?event=login_unlocked", headers=admin).json()["items"][0]
    assert unlocked["subject"] == f"user:{user['id']}"


def test_a_stolen_token_does_not_help_to_guess_the_password(strict: Client, sql: Sql) -> None:
    user = strict.new_user("token-stolen")
    body = {"current_password": "wrong one", "new_password": "another secret 2"}
    for _ in range(6):
        assert_problem(strict.post("/api/v1/auth/password", json=body, headers=user["headers"]), 422)
        sql.pass_time(5)
    body["current_password"] = PASSWORD
    assert_problem(strict.post("/api/v1/auth/password", json=body, headers=user["headers"]), 429)
    assert_problem(attempt(strict, "token-stolen", PASSWORD), 429)
    sql.pass_time(601)
    assert strict.post("/api/v1/auth/password", json=body, headers=user["headers"]).status_code == 204


def test_neither_restart_nor_loss_of_redis_unlocks(settings: Settings, sql: Sql) -> None:
    changes = {"lockout_failures": 2}
    with redis_server() as own, gateway(settings.model_copy(update=changes | {"redis_url": own.url})) as client:
        client.new_user("patient")
        attempt(client, "patient")
        sql.pass_time(2)
        attempt(client, "patient")
        assert_problem(attempt(client, "patient", PASSWORD), 429)
        own.stop()
        assert_problem(attempt(client, "patient", PASSWORD), 429)
    with redis_server() as empty, gateway(settings.model_copy(update=changes | {"redis_url": empty.url})) as client:
        assert_problem(attempt(client, "patient", PASSWORD), 429)


def test_many_at_once_get_no_more_tries(strict: Client, sql: Sql) -> None:
    """Counted before the password is checked: a burst can't slip by."""
    strict.new_user("burst")

    def once(_number: int) -> int:
        with httpx.Client(base_url=strict.base_url, timeout=60) as own:
            return own.post(LOGIN, json={"username": "burst", "password": "wrong one"}).status_code

    with ThreadPoolExecutor(24) as pool:
        statuses = Counter(pool.map(once, range(24)))
    assert statuses[401] <= 6
    assert statuses[401] + statuses[429] == 24


def test_a_stranger_locks_out_himself_and_not_the_user_at_home(rules: Lockout, sql: Sql) -> None:
    succeed(rules, HOME)
    for _ in range(4):
        fail(rules, AWAY)
        sql.pass_time(3)
    with pytest.raises(TooManyRequests):
        rules.begin("anna", AWAY)
    succeed(rules, HOME)
    with pytest.raises(TooManyRequests):
        rules.begin("ANNA", AWAY)


def test_many_networks_lock_the_name_for_strangers_only(rules: Lockout, sql: Sql) -> None:
    succeed(rules, HOME)
    for number in range(6):
        fail(rules, Origin(f"203.0.113.{number}", None))
    with pytest.raises(TooManyRequests) as refused:
        rules.begin("anna", Origin("203.0.113.77", None))
    assert 590 < (refused.value.retry_after_seconds or 0) <= 600
    succeed(rules, HOME)
    with pytest.raises(TooManyRequests):
        rules.begin("anna", Origin("203.0.113.78", None))
    rules.begin("somebody-else", Origin("203.0.113.78", None))
    sql.pass_time(601)
    rules.begin("anna", Origin("203.0.113.78", None))
    events = sql(
        "SELECT details->>'scope' FROM gateway.audit_events WHERE event = 'login_locked' AND actor_name = 'anna'"
    )
    assert ("strangers",) in events


def test_a_network_is_forgotten_after_the_time_of_the_setting(rules: Lockout, sql: Sql) -> None:
    succeed(rules, HOME)
    assert rules.begin("anna", HOME).known
    sql.pass_time(91 * 86400)
    assert not rules.begin("anna", HOME).known


def test_an_ipv6_network_counts_as_one(rules: Lockout, sql: Sql) -> None:
    for number in range(4):
        fail(rules, Origin(f"2001:db8:1:2::{number + 1}", None))
        sql.pass_time(3)
    with pytest.raises(TooManyRequests):
        rules.begin("anna", Origin("2001:db8:1:2:ffff::9", None))
    rules.begin("anna", Origin("2001:db8:1:3::1", None))


def test_a_process_that_died_in_the_middle_locks_nobody_for_long(rules: Lockout, sql: Sql) -> None:
    for _ in range(4):
        rules.begin("anna", HOME)
    with pytest.raises(TooManyRequests) as refused:
        rules.begin("anna", HOME)
    assert (refused.value.retry_after_seconds or 0) <= 10
    sql.pass_time(11)
    rules.begin("anna", HOME)


def test_rows_that_no_rule_asks_for_go(rules: Lockout, sql: Sql) -> None:
    fail(rules, AWAY, "long-ago")
    sql.pass_time(2 * 86400)
    succeed(rules, HOME)
    assert sql("SELECT count(*) FROM gateway.sign_in_attempts WHERE name_hash = %s", hash_of("long-ago")) == [(0,)]


def test_a_row_that_goes_while_it_is_asked_for_is_made_again(rules: Lockout, database: TestDatabase, sql: Sql) -> None:
    fail(rules, HOME)
    with psycopg2.connect(database.admin_url) as other, other.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        cursor.execute("DELETE FROM gateway.sign_in_attempts")
        tried = pool.submit(rules.begin, "anna", HOME)
        while not sql("SELECT 1 FROM pg_locks WHERE NOT granted") and not tried.done():
            time.sleep(0.01)
        other.commit()
        assert tried.result(30).username == "anna"
