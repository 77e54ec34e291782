"""Transactions when the database's surroundings fail: a clear 503, never a 500, and the next request is fine."""

import socket
import threading
import time
from collections.abc import Iterator

import psycopg2
import pytest
from peewee import IntegrityError, PostgresqlDatabase
from psycopg2 import errors

from hygge_core.app import problem
from hygge_core.database import DatabaseAway, connect, reading, transaction
from hygge_core.errors import NotFound, Unavailable
from tests.support.postgres import TestDatabase


@pytest.fixture
def pool(database: TestDatabase) -> Iterator[PostgresqlDatabase]:
    opened = connect(database.url("engine"), schema="engine", pool_size=2)
    yield opened
    opened.close_all()


def end_all(database: TestDatabase) -> None:
    """As a server that restarts does to its connections."""
    connection = psycopg2.connect(database.admin_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()


def one(pool: PostgresqlDatabase) -> int:
    return int(pool.execute_sql("SELECT 1").fetchone()[0])


def test_a_connection_that_died_in_the_pool_is_not_used(pool: PostgresqlDatabase, database: TestDatabase) -> None:
    def hold() -> None:
        with transaction(pool):
            one(pool)
            time.sleep(0.2)

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end_all(database)
    for _ in range(3):
        with transaction(pool):
            assert one(pool) == 1


def test_a_database_that_goes_away_in_the_middle(pool: PostgresqlDatabase, database: TestDatabase) -> None:
    with pytest.raises(DatabaseAway) as raised, transaction(pool):
        one(pool)
        end_all(database)
        one(pool)
    answer = problem(raised.value, "/here")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    with transaction(pool):
        assert one(pool) == 1


def test_a_database_that_goes_away_at_the_commit_leaves_the_outcome_open(
    pool: PostgresqlDatabase, database: TestDatabase
) -> None:
    with pytest.raises(DatabaseAway, match="not known"), transaction(pool):
        one(pool)
        end_all(database)


def test_what_went_wrong_before_counts_also_when_the_rollback_fails(
    pool: PostgresqlDatabase, database: TestDatabase
) -> None:
    with pytest.raises(DatabaseAway), transaction(pool):
        one(pool)
        end_all(database)
        raise NotFound
    with pytest.raises(NotFound), transaction(pool):
        raise NotFound


@pytest.mark.parametrize("state", ["53100", "53300", "57P01", "57P03", "25006", "40P01", "58030", "08006"])
def test_faults_that_pass(pool: PostgresqlDatabase, state: str) -> None:
    with pytest.raises(DatabaseAway) as raised, transaction(pool):
        pool.execute_sql(f"DO $$ BEGIN RAISE EXCEPTION 'so' USING ERRCODE = '{state}'; END $$")
    assert raised.value.retry_after_seconds
    assert ("no room" in raised.value.detail) == (state == "53100")


def test_faults_of_ours_stay_what_they_are(pool: PostgresqlDatabase) -> None:
    with pytest.raises(IntegrityError), transaction(pool):
        pool.execute_sql("CREATE TABLE twice (id int PRIMARY KEY)")
        pool.execute_sql("INSERT INTO twice VALUES (1), (1)")
    with pytest.raises(errors.UndefinedTable), transaction(pool):
        # The driver's own errors, as COPY raises them.
        pool.connection().cursor().execute("SELECT * FROM nowhere")


def test_the_drivers_own_errors_count_too(pool: PostgresqlDatabase, database: TestDatabase) -> None:
    with pytest.raises(DatabaseAway), transaction(pool):
        cursor = pool.connection().cursor()
        end_all(database)
        cursor.execute("SELECT 1")


def test_too_few_connections_are_told_apart(pool: PostgresqlDatabase) -> None:
    pool._wait_timeout = 0.1
    entered, leave = threading.Barrier(3), threading.Event()

    def hold() -> None:
        with transaction(pool):
            entered.wait()
            leave.wait()

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    entered.wait()
    try:
        with pytest.raises(Unavailable, match="Too much"), transaction(pool):
            pass
    finally:
        leave.set()
        for thread in threads:
            thread.join()


def test_who_waits_behind_a_try_that_hangs_is_told_at_once() -> None:
    """A server that takes connections and says nothing: one timeout for all, not one for each."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        port = silent.getsockname()[1]
        pool = connect(f"postgresql://x:y@127.0.0.1:{port}/z?connect_timeout=2", schema="engine", pool_size=20)
        outcomes: list[float] = []

        def ask() -> None:
            with pytest.raises(DatabaseAway), transaction(pool):
                pass
            outcomes.append(time.monotonic() - began)

        began = time.monotonic()
        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(outcomes) == 8
    assert max(outcomes) < 6, outcomes


def test_reading_asks_without_a_transaction_and_joins_one(pool: PostgresqlDatabase) -> None:
    moments = "SELECT statement_timestamp() = transaction_timestamp()"
    with reading(pool):
        time.sleep(0.01)
        assert pool.execute_sql(moments).fetchone()[0]
        assert not pool.in_transaction()
        with transaction(pool):
            assert pool.in_transaction()
    with transaction(pool), reading(pool):
        time.sleep(0.01)
        assert not pool.execute_sql(moments).fetchone()[0]
    assert pool.is_closed()


def test_reading_while_the_database_is_away(pool: PostgresqlDatabase, database: TestDatabase) -> None:
    with pytest.raises(DatabaseAway), reading(pool):
        one(pool)
        end_all(database)
        one(pool)
    with reading(pool):
        assert one(pool) == 1
