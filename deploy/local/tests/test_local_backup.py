"""Backup and restore of the embedded database alone: to a moment, after a loss, and what is refused."""

import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import pytest

from hygge_local import backup, options
from hygge_local.files import StateFolder, load_secrets
from hygge_local.lock import InstanceLock
from hygge_local.postgres import Postgres
from hygge_local.problems import CannotStart
from hygge_local.process import Child


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    folder = StateFolder(tmp_path / "state with 'quotes' and 100% more")
    folder.create()
    return folder


@contextmanager
def running(folder: StateFolder) -> Iterator[Postgres]:
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
        yield server
    finally:
        child.ask_to_stop()
        child.wait_or_kill()


def ask(server: Postgres, statement: str) -> object:
    connection = psycopg2.connect(server.admin_url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def told(action: object, *arguments: object, **options: object) -> tuple[int, str]:
    lines: list[str] = []
    code = action(*arguments, lines.append, **options)  # type: ignore[operator]
    return code, "\n".join(lines)


def test_a_loss_and_a_mistake_are_made_good(folder: StateFolder) -> None:
    (folder.signing_keys / "key-0001.pem").write_text("a key")
    with running(folder) as server, InstanceLock(folder.lock):
        ask(server, "CREATE TABLE kept (id int)")
        ask(server, "SELECT pg_switch_wal()")
        assert not list((folder.backups / "wal").iterdir())  # nothing is kept before the first backup
        code, said = told(backup.take, folder.root, keep=3)
        assert code == 0, said
        assert "verified" in said
        assert ask(server, "SHOW archive_timeout") == "1min"
        time.sleep(1)  # a backup serves the moments after the second in which it ended
        ask(server, "INSERT INTO kept VALUES (1), (2)")
        before = datetime.now(UTC)
        time.sleep(0.05)
        ask(server, "DELETE FROM kept WHERE id = 1")
    # Whole and private: the log of a database holds what the database holds.
    assert stat.S_IMODE((folder.backups / "base").stat().st_mode) == 0o700
    assert "hygge_backup_last_success_timestamp_seconds" in (folder.backups / "status/hygge_backup.prom").read_text()
    assert stat.S_IMODE((folder.backups / "secrets.json").stat().st_mode) == 0o600

    # The mistake: back to before it. What the stopped server had not archived is rescued from its folder.
    code, said = told(backup.restore, folder.root, to=before)
    assert code == 0, said
    with running(folder) as server:
        assert ask(server, "SELECT count(*) FROM kept") == 2
        ask(server, "INSERT INTO kept VALUES (3)")
        ask(server, "SELECT pg_switch_wal()")
        _until_archived(server)

    # The loss: the folder is gone, with the passwords; only what was archived comes back, on the new timeline.
    for aside in folder.postgres.glob("data*"):
        shutil.rmtree(aside)
    folder.secrets.unlink()
    shutil.rmtree(folder.signing_keys)
    with pytest.raises(CannotStart, match="make restore"):
        Postgres(folder, load_secrets(folder, database_exists=False)).prepare()
    folder.secrets.unlink()
    code, said = told(backup.restore, folder.root)
    assert code == 0, said
    assert (folder.signing_keys / "key-0001.pem").read_text() == "a key"
    with running(folder) as server:
        assert ask(server, "SELECT string_agg(id::text, ' ' ORDER BY id) FROM kept") == "1 2 3"
        assert ask(server, "SELECT timeline_id FROM pg_control_checkpoint()") == 3


def test_a_restore_killed_before_its_last_step_loses_nothing(folder: StateFolder) -> None:
    with running(folder) as server, InstanceLock(folder.lock):
        assert told(backup.take, folder.root, keep=3)[0] == 0
        ask(server, "CREATE TABLE kept (id int)")
        ask(server, "INSERT INTO kept VALUES (1)")
        # One that ends in order archives the rest of its log.
        data = folder.postgres / "data"
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
    (data / "postmaster.pid").unlink()
    data.rename(f"{data}.before-20260101T000000Z")
    code, said = told(backup.restore, folder.root)
    assert code == 0, said
    with running(folder) as server:
        assert ask(server, "SELECT id FROM kept") == 1


def _until_archived(server: Postgres) -> None:
    until = time.monotonic() + 30
    while ask(server, "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"):
        assert time.monotonic() < until
        time.sleep(0.1)


def test_old_backups_go_and_damaged_ones_are_not_used(folder: StateFolder) -> None:
    with running(folder), InstanceLock(folder.lock):
        names = []
        for _ in range(3):
            code, said = told(backup.take, folder.root, keep=2)
            assert code == 0, said
            names.append(max(path.name for path in (folder.backups / "base").iterdir()))
            time.sleep(1.1)
        assert sorted(path.name for path in (folder.backups / "base").iterdir()) == sorted(names)[1:]
        segments = [path.name for path in (folder.backups / "wal").glob("*.gz") if len(path.name) == 27]
        first = (folder.backups / "base" / names[1] / "backup_label").read_text()
        assert min(segments)[:24] in first  # the log begins where the oldest backup does
    before = datetime.fromtimestamp(0, UTC)
    assert told(backup.restore, folder.root, to=before)[0] == 1
    # In the future nothing can be reached: the database stays as it is.
    code, said = told(backup.restore, folder.root, to=datetime(2999, 1, 1, tzinfo=UTC))
    assert (code, "Nothing was changed" in said) == (1, True), said
    for path in (folder.backups / "base" / names[2] / "global").iterdir():
        path.write_bytes(b"x")
    code, said = told(backup.restore, folder.root)
    assert (code, "damaged" in said) == (1, True), said
    with running(folder):
        pass


def test_what_can_not_be(folder: StateFolder) -> None:
    assert told(backup.take, folder.root, keep=3)[0] == 1
    assert told(backup.restore, folder.root)[0] == 1
    for wrong in (["restore", "--to", "yesterday"], ["restore", "--to", "2026-11-21T09:30:00"], ["backup", "postgres"]):
        with pytest.raises(SystemExit):
            options.read(wrong)
    assert backup.as_utc(options.read(["restore", "--to", "2026-11-21T10:30:00+01:00"]).to).startswith(
        "2026-11-21T09:30"
    )
    assert os.access(folder.root, os.W_OK)
