"""The database is lost, or somebody deletes what is needed, while everything runs: backup and log bring it back."""

import os
import shutil
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hygge_local import backup
from hygge_local.runtime import Runtime
from tests.e2e.client import Api
from tests.e2e.outages import (
    DAYS,
    Calm,
    assert_calm,
    assert_unavailable,
    begun,
    comes_back,
    eventually,
    statements,
)
from tests.support.scripted_postgres import ScriptedServer, docker_engine

PENDING = "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"


@pytest.fixture(scope="module")
def calm(frail: Runtime, calm: Calm) -> Calm:
    """With a backup of it."""
    assert backup.take(frail.folder.root, print, keep=2) == 0
    return calm


def archived(frail: Runtime) -> None:
    """Everything until now is in the archive, as it is by itself after at most a minute."""
    statements(frail, "SELECT pg_switch_wal()")
    eventually(lambda: statements(frail, PENDING) == 0)


def lose_the_database(frail: Runtime) -> None:
    """The server's machine is gone, with its disk."""
    os.killpg(frail.pids["postgres"], signal.SIGKILL)
    for folder in frail.folder.postgres.glob("data*"):
        shutil.rmtree(folder)


def test_the_database_is_lost_in_mid_run(frail: Runtime, calm: Calm, api: Api) -> None:
    run_id = begun(api, calm)
    progress = api("GET", f"/runs/{run_id}")["progress"]
    archived(frail)
    lose_the_database(frail)
    assert_unavailable(api.raw("GET", f"/runs/{run_id}"))
    began = time.monotonic()
    assert backup.restore(frail.folder.root, print) == 0
    seconds = time.monotonic() - began
    took = comes_back(api, f"/runs/{run_id}", f"/grids/{calm.village.grid_id}", "/profiles", "/users")
    print(f"restored in {seconds:.1f} s, everything answered {took:.1f} s later")
    # Workers went on meanwhile with what they had: it is the database that counts.
    assert api("GET", f"/runs/{run_id}")["progress"] >= progress - 0.2
    assert_calm(api, calm, run_id)


def test_a_mistake_is_undone_while_a_run_goes_on(frail: Runtime, calm: Calm, api: Api) -> None:
    """Back to the moment before a grid was deleted: the run that was going on then goes on from there."""
    run_id = begun(api, calm)
    time.sleep(0.5)
    before = datetime.now(UTC)
    time.sleep(0.5)
    api("DELETE", f"/grids/{calm.village.grid_id}")
    api("GET", f"/grids/{calm.village.grid_id}", expect=404)
    api("POST", "/grids", json={"name": "made after", "timezone": "Europe/Berlin"})
    time.sleep(1)
    assert backup.restore(frail.folder.root, print, to=before) == 0
    comes_back(api, f"/grids/{calm.village.grid_id}", "/profiles")
    assert "made after" not in {grid["name"] for grid in api("GET", "/grids")["items"]}
    assert_calm(api, calm, run_id)
    # What is stored is whole: every day once, also where a worker had been further than the database.
    rows = f"SELECT count(*) || ' ' || count(DISTINCT (node_id, day)) FROM results.node_days WHERE run_id = {run_id}"
    nodes = len(calm.village.houses) + len(calm.village.transformers) + 1
    assert statements(frail, rows) == f"{nodes * (DAYS + 1)} {nodes * (DAYS + 1)}"
    assert backup.take(frail.folder.root, print, keep=2) == 0


@pytest.mark.containers
def test_the_scripts_bring_hypertables_back_in_a_container(tmp_path: Path) -> None:
    """As Compose and Kubernetes run them: the image's own programs, a role that may only take backups, TimescaleDB."""
    with docker_engine() as engine:
        for name in ("data", "backups"):
            (tmp_path / name).mkdir()
            (tmp_path / name).chmod(0o777)
        container = ScriptedServer(engine, tmp_path)
        with container.running() as ask:
            ask("CREATE EXTENSION IF NOT EXISTS timescaledb")
            ask("CREATE TABLE days (ts timestamptz NOT NULL, value int)")
            ask("SELECT create_hypertable('days', 'ts', chunk_time_interval => interval '1 day')")
            ask("INSERT INTO days SELECT now() - make_interval(hours => h), h FROM generate_series(1, 240) h")
            print(container.backup())
            time.sleep(1.1)
            ask("INSERT INTO days SELECT now() + make_interval(hours => h), -h FROM generate_series(1, 240) h")
            before = ask("SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
            time.sleep(0.1)
            ask("DROP TABLE days")
        print(container.restore("--to", before))
        with container.running() as ask:
            assert ask("SELECT count(*) || ' ' || sum(value) FROM days") == "480 0"
            assert int(ask("SELECT count(*) FROM show_chunks('days')")) >= 20
            ask("INSERT INTO days VALUES (now() + interval '30 days', 1)")
