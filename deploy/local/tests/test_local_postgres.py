"""The embedded PostgreSQL: private, durable, and fit again after whatever happened to it."""

import os
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest

from hygge_local import postgres
from hygge_local.files import StateFolder, load_secrets
from hygge_local.postgres import Postgres
from hygge_local.problems import CannotStart
from hygge_local.process import Child, created_at


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> StateFolder:
    folder = StateFolder(tmp_path_factory.mktemp("postgres"))
    folder.create()
    return folder


@contextmanager
def running(folder: StateFolder) -> Iterator[tuple[Postgres, Child]]:
    server = Postgres(folder, load_secrets(folder, database_exists=False))
    server.prepare()
    child = Child(server.command(), folder.logs / "postgres.log")
    child.start()
    try:
        until = time.monotonic() + 60
        while not server.answers():
            assert child.is_running, child.tail()
            assert time.monotonic() < until, child.tail()
            time.sleep(0.05)
        yield server, child
    finally:
        child.ask_to_stop()
        child.wait_or_kill()


def ask(url: str, statement: str) -> object:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def test_it_is_private_durable_and_survives_a_kill(folder: StateFolder) -> None:
    with running(folder) as (server, child):
        assert ask(server.admin_url, "SELECT version()")
        expected = {"fsync": "on", "synchronous_commit": "on", "jit": "off", "timezone": "UTC"}
        assert {name: ask(server.admin_url, f"SHOW {name}") for name in expected} == expected
        assert ask(server.admin_url, "SHOW listen_addresses") == ""
        data = folder.postgres / "data"
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        if os.geteuid() == 0:
            assert data.owner() != "root"
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(
                server.admin_url.replace(quote(load_secrets(folder, database_exists=True).postgres), "wrong")
            )
        ask(server.admin_url, "CREATE TABLE kept (id int)")
        child.kill()
    with running(folder) as (server, _):
        assert ask(server.admin_url, "SELECT count(*) FROM kept") == 0


def test_an_interrupted_creation_is_begun_again(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.create()
    (folder.postgres / "data.new").mkdir(parents=True)
    (folder.postgres / "data.new" / "PG_VERSION").write_text("18\n")
    with running(folder) as (server, _):
        assert ask(server.admin_url, "SELECT 1") == 1
        assert list(folder.postgres.glob("data.new*")) == []


def test_a_pid_file_that_names_another_program_is_removed(folder: StateFolder) -> None:
    with running(folder):
        pass
    pid_file = folder.postgres / "data" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{folder.postgres / 'data'}\n0\n5432\n\n\n\nready\n")
    with running(folder) as (server, _):
        assert ask(server.admin_url, "SELECT 1") == 1


def test_a_server_left_behind_is_stopped_first(folder: StateFolder) -> None:
    with running(folder) as (server, child):
        old = child.pid
        assert old is not None
        server.prepare()
        child.wait_or_kill(seconds=0)
        assert created_at(old) is None
        assert child.ending() in ("exit code 0", "signal SIGKILL")


def test_a_wrong_password_is_named(folder: StateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(folder) as (server, _):
        other = Postgres(folder, load_secrets(StateFolder(folder.root / "keys"), database_exists=False))
        assert server.answers()
        with pytest.raises(CannotStart, match="another password"):
            other.answers()


def test_another_major_version_is_named(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    (folder.postgres / "data").mkdir(parents=True)
    (folder.postgres / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(CannotStart, match="made by PostgreSQL 16"):
        Postgres(folder, load_secrets(folder, database_exists=False)).prepare()


def test_a_long_path_moves_the_socket(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)
    assert len(str(postgres._socket_folder(deep))) < postgres.LONGEST_SOCKET_PATH
    assert postgres._socket_folder(Path("/short")) == Path("/short/run")


@pytest.mark.parametrize(("memory_gb", "shared"), [(1, "128MB"), (8, "512MB"), (64, "1024MB")])
def test_memory_settings_follow_the_machine(memory_gb: int, shared: str) -> None:
    assert postgres.settings(Path("/s"), memory_gb * 1024**3)["shared_buffers"] == shared


def test_the_fast_shutdown_is_asked_for(folder: StateFolder) -> None:
    server = Postgres(folder, load_secrets(folder, database_exists=False))
    assert server.command().stop_signal is signal.SIGINT
