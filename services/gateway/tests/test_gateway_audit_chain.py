"""The audit log as a hash chain: made by the database, checked without it, and every attack on it found."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hygge_core.database import connect, migrate, transaction
from hygge_gateway.audit import service
from hygge_gateway.audit.anchors import Anchors
from hygge_gateway.audit.chain import START, Checker, Head, Link, digest
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.verify import anchors_in
from hygge_gateway.base import database as gateway_database
from hygge_gateway.origin import Origin
from services.gateway.tests.gateway_support import Client, assert_problem
from tests.support.postgres import ROOT, TestDatabase

NOWHERE = Origin("192.0.2.1", "a request")
TABLE = "gateway.audit_events"


class Attacker:
    """A superuser who can switch the append-only trigger off."""

    def __init__(self, database: TestDatabase) -> None:
        self._connection = psycopg2.connect(database.admin_url)
        self._connection.autocommit = True

    def __call__(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def tamper(self, *statements: str) -> None:
        self(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        for statement in statements:
            self(statement.format(TABLE))
        self(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")

    def empty(self) -> None:
        self.tamper("TRUNCATE {}")

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def attacker(database: TestDatabase) -> Iterator[Attacker]:
    """On a migrated database, with the gateway's own connection ready."""
    database.migrate("gateway")
    gateway_database.initialize(connect(database.url("gateway"), schema="gateway", pool_size=12))
    attacker = Attacker(database)
    yield attacker
    attacker.close()


@pytest.fixture
def ten(attacker: Attacker) -> list[Link]:
    """A log of ten entries."""
    attacker.empty()
    for number in range(10):
        write(actor_name=f"user{number}", number=number)
    return links()


def write(event: Event = Event.LOGIN_FAILED, **values: Any) -> None:
    with transaction(gateway_database):
        service.record(event, NOWHERE, **values)


def links() -> list[Link]:
    from hygge_gateway.audit import repository

    with transaction(gateway_database):
        return repository.links_after(0, 0, 1_000_000)


def broken_at(*anchors: Head) -> int | None:
    checker = service.verify_all(anchors)
    return checker.broken.position if checker.broken else None


def test_every_entry_is_chained_to_the_one_before(ten: list[Link]) -> None:
    assert [link.position for link in ten] == list(range(1, 11))
    assert ten[0].previous_hash == START.hash
    assert all(after.previous_hash == before.hash for before, after in pairwise(ten))
    assert all(digest(link) == link.hash for link in ten)
    assert broken_at(Head(10, ten[9].hash), Head(4, ten[3].hash)) is None


text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40)
plain = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | text
)
documents = st.dictionaries(
    text, st.recursive(plain, lambda inner: st.lists(inner, max_size=3), max_leaves=6), max_size=4
)


@given(st.none() | text, st.none() | text, documents)
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
def test_database_and_verifier_agree_on_any_content(
    attacker: Attacker, subject: str | None, name: str | None, details: dict[str, Any]
) -> None:
    from hygge_gateway.audit import repository

    with transaction(gateway_database):
        repository.insert(event="login_failed", subject=subject, actor_name=name, details=details)
    last = links()[-1]
    assert digest(last) == last.hash


ATTACKS: dict[str, tuple[int, str]] = {
    "a changed name": (4, "UPDATE {} SET actor_name = 'nobody' WHERE position = 4"),
    "a changed time": (4, "UPDATE {} SET at = at + interval '1 microsecond' WHERE position = 4"),
    "changed details": (4, "UPDATE {} SET details = '{{}}' WHERE position = 4"),
    "a value moved between fields": (4, "UPDATE {} SET subject = actor_name, actor_name = NULL WHERE position = 4"),
    "a deleted entry": (4, "DELETE FROM {} WHERE position = 4"),
    "a deleted beginning": (1, "DELETE FROM {} WHERE position < 4"),
    "a deleted entry, the gap closed": (
        4,
        "DELETE FROM {0} WHERE position = 4; UPDATE {0} SET position = -position WHERE position > 4; "
        "UPDATE {0} SET position = -position - 1 WHERE position < 0",
    ),
    "two entries swapped": (
        4,
        "UPDATE {0} SET position = -1 WHERE position = 4; UPDATE {0} SET position = 4 WHERE position = 5; "
        "UPDATE {0} SET position = 5 WHERE position = -1",
    ),
    "an entry put in between": (
        4,
        "UPDATE {0} SET position = -position WHERE position >= 4; UPDATE {0} SET position = -position + 1 "
        "WHERE position < 0; INSERT INTO {0} (event, position, previous_hash, hash) "
        "SELECT 'logout', 4, hash, sha256('made up') FROM {0} WHERE position = 3",
    ),
    "an entry replaced, with a hash of its own": (
        5,
        "UPDATE {0} SET actor_name = 'nobody' WHERE position = 4; "
        "UPDATE {0} e SET hash = gateway.audit_event_hash(e) WHERE position = 4",
    ),
    "an entry at the end that was never written": (
        11,
        "INSERT INTO {0} (event, position, previous_hash, hash) "
        "SELECT 'logout', 11, hash, sha256('made up') FROM {0} WHERE position = 10",
    ),
    "a row outside the chain": (
        11,
        "ALTER TABLE {0} ALTER position DROP NOT NULL; "
        "INSERT INTO {0} (event, previous_hash, hash) SELECT 'logout', hash, hash FROM {0} WHERE position = 10",
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_first_broken_entry_is_found(attacker: Attacker, ten: list[Link], attack: str) -> None:
    position, statements = ATTACKS[attack]
    attacker.tamper(*statements.split("; "))
    assert broken_at() == position
    attacker.empty()
    attacker(f"ALTER TABLE {TABLE} ALTER position SET NOT NULL")


def test_a_cut_off_end_is_found_by_an_anchor_only(attacker: Attacker, ten: list[Link]) -> None:
    attacker.tamper("DELETE FROM {} WHERE position > 7")
    assert broken_at() is None
    assert broken_at(Head(7, ten[6].hash)) is None
    assert broken_at(Head(10, ten[9].hash)) == 8
    write(actor_name="afterwards")
    write(actor_name="afterwards")
    write(actor_name="afterwards")
    assert broken_at() is None
    assert broken_at(Head(10, ten[9].hash)) == 10


def test_a_log_written_anew_is_found_by_an_anchor_only(attacker: Attacker, ten: list[Link]) -> None:
    attacker.empty()
    for number in range(12):
        write(actor_name="quite innocent", number=number)
    assert broken_at() is None
    assert broken_at(Head(5, ten[4].hash)) == 5


@given(st.data())
@hypothesis_settings(max_examples=150)
def test_no_edit_of_any_chain_goes_unseen(data: st.DataObject) -> None:
    """Without a database: change, drop, copy or move any entry; the end is held by an anchor."""
    chain: list[Link] = []
    head = START
    for number in range(data.draw(st.integers(2, 8))):
        name = data.draw(st.none() | text)
        blank = Link(
            number + 1, number * 2 + 1, number, "login_failed", None, name, None, None, None, "{}", head.hash, b""
        )
        chain.append(blank._replace(hash=digest(blank)))
        head = Head(number + 1, chain[-1].hash)
    index = data.draw(st.integers(0, len(chain) - 1))
    other = data.draw(st.integers(0, len(chain) - 1).filter(lambda value: value != index))
    forged = list(chain)
    kind = data.draw(st.sampled_from(["change", "drop", "copy", "swap", "rehash"]))
    changed = chain[index]._replace(actor_name=f"{chain[index].actor_name}!")
    if kind == "change":
        forged[index] = changed
    elif kind == "rehash":
        forged[index] = changed._replace(hash=digest(changed))
    elif kind == "drop":
        del forged[index]
    elif kind == "copy":
        forged.insert(other, chain[index])
    else:
        forged[index], forged[other] = forged[other], forged[index]

    def verdict(links: list[Link]) -> Checker:
        checker = Checker(anchors=[head])
        checker.follow(links)
        checker.finish(len(links), checker.head.position)
        return checker

    assert verdict(chain).broken is None
    assert verdict(forged).broken is not None


def test_concurrent_transactions_make_one_chain_and_rollbacks_leave_no_gap(attacker: Attacker) -> None:
    attacker.empty()

    class Undone(Exception):
        pass

    def several(worker: int) -> None:
        for number in range(25):
            try:
                with transaction(gateway_database):
                    service.record(Event.LOGIN_SUCCEEDED, NOWHERE, actor_name=f"worker{worker}")
                    if number % 5 == 4:
                        raise Undone
            except Undone:
                pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(several, range(8)))
    assert len(links()) == 8 * 20
    assert broken_at() is None


WRITER = """
import sys
from hygge_core.database import connect, transaction
from hygge_gateway.audit import service
from hygge_gateway.audit.schemas import Event
from hygge_gateway.base import database
from hygge_gateway.origin import Origin
database.initialize(connect(sys.argv[1], schema="gateway", pool_size=1))
while True:
    with transaction(database):
        service.record(Event.LOGOUT, Origin(None, None), actor_name="writer")
    print("written", flush=True)
"""


def test_what_was_committed_is_chained_after_a_kill(attacker: Attacker, database: TestDatabase) -> None:
    attacker.empty()
    told = 0
    for _ in range(2):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, database.url("gateway")], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _line in range(20):
                assert writer.stdout.readline() == "written\n"
            os.kill(writer.pid, signal.SIGKILL)
            told += 20 + writer.stdout.read().count("written\n")
    # The lock of a killed writer is gone with its connection.
    write(actor_name="afterwards")
    assert len(links()) >= told + 1
    assert broken_at() is None


def test_waiting_for_the_chain_is_short(attacker: Attacker) -> None:
    """Entries of different transactions wait for each other; that has to stay far below what a password check takes."""
    attacker.empty()

    def rate(threads: int, each: int = 40) -> float:
        def many(_number: int) -> None:
            for _ in range(each):
                write(actor_name="measured")

        started = time.perf_counter()
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(many, range(threads)))
        return threads * each / (time.perf_counter() - started)

    rate(1)
    alone, together = rate(1), rate(8)
    print(f"entries a second: one writer {alone:.0f}, eight {together:.0f}")
    assert together > 50


def test_rows_of_the_previous_release_are_chained(postgres: Any, tmp_path: Path) -> None:
    old = postgres.new_database()
    folder = ROOT / "services/gateway/migrations"
    for name in ("0001_users_sessions_grants_audit.py", "0002_browser_sessions.py"):
        (tmp_path / name).write_text((folder / name).read_text())
    pool = connect(old.url("gateway"), schema="gateway", pool_size=1)
    migrate(pool, tmp_path, "gateway")
    insert = (
        "INSERT INTO gateway.audit_events (event, actor_name, details) VALUES ('logout', %s, '{\"b\": 1, \"a\": [2]}')"
    )
    with psycopg2.connect(old.url("gateway")) as connection, connection.cursor() as cursor:
        for number in range(20):
            cursor.execute(insert, [f"före {number}"])
    connection.close()
    old.migrate("gateway")
    # A process of the previous release that is still running writes as before.
    with psycopg2.connect(old.url("gateway")) as connection, connection.cursor() as cursor:
        cursor.execute(insert, ["an old process"])
    connection.close()
    before = gateway_database.obj
    gateway_database.initialize(connect(old.url("gateway"), schema="gateway", pool_size=1))
    try:
        checker = service.verify_all([])
    finally:
        gateway_database.initialize(before)
    assert (checker.broken, checker.checked) == (None, 21)


def verifier(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "hygge_gateway.audit.verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_line(attacker: Attacker, ten: list[Link], database: TestDatabase, tmp_path: Path) -> None:
    url = tmp_path / "url"
    url.write_text(database.url("gateway") + "\n")
    fine = verifier("--database-url-file", str(url), "--head", str(Head(10, ten[9].hash)))
    assert (fine.returncode, fine.stdout.splitlines()[-1]) == (0, str(Head(10, ten[9].hash)))
    attacker.tamper("UPDATE {} SET subject = 'x' WHERE position = 6")
    broken = verifier("--database-url-file", str(url))
    assert broken.returncode == 1
    assert broken.stdout.startswith(f"BROKEN at entry 6 (id {ten[5].id}): its content does not have its hash")
    assert verifier("--database-url-file", str(tmp_path / "absent")).returncode == 2
    unset = verifier()
    assert (unset.returncode, "HYGGE_GATEWAY_DATABASE_URL" in unset.stderr) == (2, True)
    url.write_text("postgresql://nobody:x@127.0.0.1:1/nowhere")
    away = verifier("--database-url-file", str(url))
    assert (away.returncode, "Traceback" in away.stderr) == (2, False)


def test_heads_are_told_to_the_log_store_and_read_from_there(
    attacker: Attacker, ten: list[Link], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import asyncio

    from hygge_core import telemetry

    telemetry.configure_logging("hygge-gateway", "ERROR")
    anchors = Anchors(every_seconds=3600, every_entries=5)
    telemetry.configure_logging("hygge-gateway", "WARNING")
    asyncio.run(anchors.look())
    write()
    asyncio.run(anchors.look())
    for _ in range(4):
        write()
    asyncio.run(anchors.look())
    log = tmp_path / "gateway.log"
    told_lines = capsys.readouterr().out.splitlines()
    log.write_text("\n".join(["plain words", '{"event": "cut o', *(f"gateway-1  | {line}" for line in told_lines)]))
    heads = list(anchors_in(log))
    assert heads == [Head(10, ten[9].hash), Head(15, links()[14].hash)]
    assert broken_at(*heads) is None
    attacker.tamper("DELETE FROM {} WHERE position > 12")
    assert broken_at(*heads) == 13
    asyncio.run(anchors.look())
    told = json.loads(capsys.readouterr().out)
    assert (told["event"], told["position"], told["level"]) == ("audit log broken", 15, "error")
    empty = tmp_path / "empty"
    empty.write_text(json.dumps({"event": "other"}))
    with pytest.raises(ValueError, match="no head"):
        list(anchors_in(empty))


@pytest.fixture(scope="module")
def admin(attacker: Attacker, client: Client) -> Callable[[str], Any]:
    attacker.empty()
    headers = client.headers_of()
    return lambda path: client.get(f"/api/v1/audit{path}", headers=headers)


def test_head_and_verification_over_http(attacker: Attacker, client: Client, admin: Callable[[str], Any]) -> None:
    for _ in range(3):
        client.headers_of()
    head = admin("/head").json()
    newest = admin("?limit=1").json()["items"][0]
    assert (head["position"], head["hash"]) == (newest["position"], newest["hash"])
    whole = admin("/verification").json()
    assert (whole["intact"], whole["checked"], whole["fault"]) == (True, head["position"], None)
    assert whole["head"] == head
    part = admin("/verification?from_position=2&limit=1").json()
    assert (part["intact"], part["from_position"], part["checked"]) == (True, 2, 1)
    assert_problem(admin("/verification?limit=100001"), 422)
    assert_problem(admin(f"/verification?from_position={head['position'] + 1}"), 422)
    attacker.tamper("UPDATE {} SET address = '203.0.113.9' WHERE position = 2")
    broken = admin("/verification").json()
    assert (broken["intact"], broken["checked"], broken["fault"]["position"]) == (False, 1, 2)
    # What comes after it still follows from its hash; a deleted entry does not even give that.
    attacker.tamper("DELETE FROM {} WHERE position = 2")
    after = admin("/verification?from_position=3").json()
    assert (after["intact"], after["head"], after["fault"]["position"]) == (False, None, 3)


def test_only_an_admin_sees_head_and_verification(client: Client) -> None:
    user = client.new_user("curious")
    for path in ("/audit/head", "/audit/verification"):
        assert_problem(client.get(f"/api/v1{path}", headers=user["headers"]), 403)
        assert_problem(client.get(f"/api/v1{path}"), 401)
