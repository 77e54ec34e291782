"""Idempotency keys on a real database: once, replayed, refused, and never stuck."""

import threading
from datetime import timedelta

import pytest
from peewee import PostgresqlDatabase

from hygge_core.database import connect, transaction
from hygge_core.errors import BadRequest, Conflict, InvalidInput, NotFound
from hygge_core.idempotency import CREATE_TABLE, Answer, Idempotency
from tests.support.postgres import TestDatabase

SCOPE = "7 POST /things"


@pytest.fixture(scope="module")
def storage(database: TestDatabase) -> PostgresqlDatabase:
    storage = connect(database.url("engine"), schema="engine", pool_size=5)
    with storage.connection_context():
        storage.execute_sql(CREATE_TABLE.format(schema="engine"))
        storage.execute_sql("CREATE TABLE engine.thing (name text)")
    return storage


@pytest.fixture
def idempotency(storage: PostgresqlDatabase) -> Idempotency:
    with storage.connection_context():
        storage.execute_sql("TRUNCATE engine.idempotency_key, engine.thing")
    return Idempotency(storage, "engine")


def things(storage: PostgresqlDatabase) -> int:
    with storage.connection_context():
        return int(storage.execute_sql("SELECT count(*) FROM engine.thing").fetchone()[0])


class Maker:
    """Makes a thing and answers with its number."""

    def __init__(self, storage: PostgresqlDatabase) -> None:
        self.storage = storage

    def __call__(self) -> Answer:
        with transaction(self.storage):
            self.storage.execute_sql("INSERT INTO engine.thing VALUES ('x')")
            count = self.storage.execute_sql("SELECT count(*) FROM engine.thing").fetchone()[0]
        return Answer(202, {"number": count}, {"Location": f"/things/{count}"})


def test_without_a_key_every_request_is_carried_out(idempotency: Idempotency, storage: PostgresqlDatabase) -> None:
    for _ in range(2):
        idempotency.once(None, scope=SCOPE, payload={}, work=Maker(storage))
    assert things(storage) == 2


def test_the_same_key_and_payload_give_the_stored_answer(idempotency: Idempotency, storage: PostgresqlDatabase) -> None:
    first = idempotency.once("k", scope=SCOPE, payload={"a": 1, "b": 2}, work=Maker(storage))
    again = idempotency.once('"k"', scope=SCOPE, payload={"b": 2, "a": 1}, work=Maker(storage))
    assert things(storage) == 1
    assert (again.status, again.body, again.replayed) == (first.status, first.body, True)
    assert again.headers == {**first.headers, "Idempotency-Replayed": "true"}


def test_another_payload_under_a_used_key_is_refused(idempotency: Idempotency, storage: PostgresqlDatabase) -> None:
    idempotency.once("k", scope=SCOPE, payload={"a": 1}, work=Maker(storage))
    with pytest.raises(InvalidInput, match=r"1 finding"):
        idempotency.once("k", scope=SCOPE, payload={"a": 2}, work=Maker(storage))
    assert things(storage) == 1


def test_keys_of_two_users_don_t_meet(idempotency: Idempotency, storage: PostgresqlDatabase) -> None:
    for user in (7, 8):
        idempotency.once("k", scope=f"{user} POST /things", payload={}, work=Maker(storage))
    assert things(storage) == 2


def test_a_failed_request_leaves_nothing_and_may_be_tried_again(
    idempotency: Idempotency, storage: PostgresqlDatabase
) -> None:
    def fail() -> Answer:
        Maker(storage)()
        raise NotFound

    with pytest.raises(NotFound):
        idempotency.once("k", scope=SCOPE, payload={}, work=fail)
    assert things(storage) == 0
    assert not idempotency.once("k", scope=SCOPE, payload={}, work=Maker(storage)).replayed


def test_while_the_first_is_running_the_second_is_refused(
    idempotency: Idempotency, storage: PostgresqlDatabase
) -> None:
    running, finish = threading.Event(), threading.Event()

    def slow() -> Answer:
        running.set()
        assert finish.wait(10)
        return Maker(storage)()

    first = threading.Thread(target=idempotency.once, args=("k",), kwargs={"scope": SCOPE, "payload": {}, "work": slow})
    first.start()
    assert running.wait(10)
    with pytest.raises(Conflict):
        idempotency.once("k", scope=SCOPE, payload={}, work=Maker(storage))
    finish.set()
    first.join()
    assert idempotency.once("k", scope=SCOPE, payload={}, work=Maker(storage)).replayed
    assert things(storage) == 1


def test_a_key_is_new_again_after_its_lifetime(storage: PostgresqlDatabase, idempotency: Idempotency) -> None:
    short = Idempotency(storage, "engine", timedelta(0))
    for _ in range(2):
        assert not short.once("k", scope=SCOPE, payload={}, work=Maker(storage)).replayed
    assert things(storage) == 2


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256])
def test_malformed_keys_are_refused(idempotency: Idempotency, storage: PostgresqlDatabase, key: str) -> None:
    with pytest.raises(BadRequest):
        idempotency.once(key, scope=SCOPE, payload={}, work=Maker(storage))
