"""Each part of the suite goes away in mid-run and comes back: nothing accepted is lost, nobody has to help."""

import json
import os
import secrets
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np
import pytest

from hygge_engine.jobs import PAUSE_SECONDS
from hygge_local.runtime import Runtime
from tests.e2e.client import Api
from tests.e2e.outages import (
    Calm,
    assert_calm,
    assert_unavailable,
    away,
    begun,
    comes_back,
    database_answers,
    eventually,
    statements,
)


def test_the_database_goes_away(frail: Runtime, calm: Calm, api: Api) -> None:
    run_id = begun(api, calm)
    grid = f"/grids/{calm.village.grid_id}"
    reads = (grid, "/profiles", f"/runs/{run_id}", f"/results/{run_id}/summary", "/users")
    with away(frail, "postgres"):
        for path in reads:
            assert_unavailable(api.raw("GET", path))
        assert_unavailable(calm.start(api))
        login = {"username": frail.admin.username, "password": frail.admin.password}
        assert_unavailable(api.http.post("/api/v1/auth/login", json=login))
        time.sleep(6)  # longer than a lease
    took = comes_back(api, *reads[:3])
    print(f"all answered {took:.1f} s after the database was back")
    assert_calm(api, calm, run_id)


def test_a_database_that_restarts_is_not_noticed_by_the_next_request(frail: Runtime, calm: Calm, api: Api) -> None:
    """Every pool is full of dead connections, and no request fails for it."""
    paths = (f"/grids/{calm.village.grid_id}", "/profiles", "/runs", "/users")
    threads = [threading.Thread(target=api.raw, args=("GET", path)) for path in paths * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with away(frail, "postgres"):
        pass
    eventually(lambda: database_answers(frail))
    for path in paths * 3:
        answer = api.raw("GET", path)
        assert answer.is_success, answer.text


def test_a_request_that_is_repeated_through_an_outage_is_carried_out_once(frail: Runtime, calm: Calm, api: Api) -> None:
    key = secrets.token_hex(8)
    newest = api("GET", "/runs", params={"limit": 1})["items"][0]["id"]
    answers: list[int] = []

    def send() -> bool:
        answers.append((answer := calm.start(api, **{"Idempotency-Key": key})).status_code)
        return answer.status_code == 202

    with away(frail, "postgres"):
        for _ in range(3):
            send()
    eventually(send)
    assert send()  # and once more, as if that answer had been lost
    assert set(answers) <= {202, 409, 503}
    made = [run for run in api("GET", "/runs", params={"limit": 10})["items"] if run["id"] > newest]
    assert len(made) == 1
    assert_calm(api, calm, made[0]["id"])


def test_redis_goes_away(frail: Runtime, calm: Calm, api: Api) -> None:
    run_id = begun(api, calm)
    with away(frail, "redis"):
        began = time.monotonic()
        answer = calm.start(api)
        seconds = time.monotonic() - began
        print(f"a run was accepted without Redis in {seconds:.2f} s")
        assert answer.status_code == 202
        assert seconds < 5
        login = {"username": frail.admin.username, "password": frail.admin.password}
        assert api.http.post("/api/v1/auth/login", json=login).status_code == 200
        for path in (f"/grids/{calm.village.grid_id}", f"/runs/{run_id}", "/profiles"):
            assert api.raw("GET", path).status_code == 200
        assert httpx.get(f"{frail.service_url('engine')}/health/ready", timeout=10).status_code == 200
    assert_calm(api, calm, run_id)
    assert_calm(api, calm, answer.json()["id"])


def test_a_redis_that_hangs_holds_nobody_up(frail: Runtime, calm: Calm, api: Api) -> None:
    """Not gone but silent: the worst kind, because nothing is refused."""
    time.sleep(PAUSE_SECONDS + 1)  # the engine is not to remember what was before
    os.kill(frail.pids["redis"], signal.SIGSTOP)
    try:
        waits, runs = [], []
        for _ in range(3):
            began = time.monotonic()
            answer = calm.start(api)
            waits.append(time.monotonic() - began)
            assert answer.status_code == 202, answer.text
            runs.append(answer.json()["id"])
        assert api.raw("GET", "/grids").status_code == 200
    finally:
        os.kill(frail.pids["redis"], signal.SIGCONT)
    print("runs were accepted with a Redis that hangs in " + ", ".join(f"{wait:.2f} s" for wait in waits))
    assert waits[0] < 10
    assert max(waits[1:]) < 3
    for run_id in runs:
        assert_calm(api, calm, run_id)


@pytest.mark.parametrize("name", ["topology", "profiles", "results", "engine"])
def test_a_service_goes_away(frail: Runtime, calm: Calm, api: Api, name: str) -> None:
    run_id = begun(api, calm)
    grid_id = calm.village.grid_id
    paths = {
        "topology": f"/grids/{grid_id}",
        "profiles": "/profiles",
        "results": f"/results/{run_id}/summary",
        "engine": f"/runs/{run_id}",
    }
    with away(frail, name):
        accepted = calm.start(api)
        assert_unavailable(api.raw("GET", paths[name]))
        for other in paths.keys() - {name, "results"}:
            assert api.raw("GET", paths[other]).status_code == 200, other
        if accepted.status_code != 202:
            assert_unavailable(accepted)
        time.sleep(5)
    took = comes_back(api, *(path for service, path in paths.items() if service != "results"))
    print(f"everything answered {took:.1f} s after {name} was back")
    assert_calm(api, calm, run_id)
    if accepted.status_code == 202:
        assert_calm(api, calm, accepted.json()["id"])


def test_the_gateway_goes_away(frail: Runtime, calm: Calm, api: Api) -> None:
    """The others know its keys and go on; a worker whose token has ended waits for a new one."""
    run_id = begun(api, calm)
    token = api.http.headers["Authorization"]
    with away(frail, "gateway"):
        answer = httpx.get(
            f"{frail.service_url('topology')}/api/v1/grids/{calm.village.grid_id}", headers={"Authorization": token}
        )
        assert answer.status_code == 200, answer.text
        time.sleep(3)
    assert_calm(api, calm, run_id)


@pytest.fixture
def small_disk(frail: Runtime) -> Iterator[tuple[Path, str]]:
    """A real file system of 192 MB that the database has a tablespace on."""
    folder = frail.folder.root / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=192m", "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip() or mounted.returncode}")
    try:
        data = folder / "data"
        data.mkdir()
        owner = (frail.folder.postgres / "data").stat()
        os.chown(data, owner.st_uid, owner.st_gid)
        yield folder, f"CREATE TABLESPACE small LOCATION '{data}'"
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_the_disk_is_full(frail: Runtime, calm: Calm, api: Api, small_disk: tuple[Path, str]) -> None:
    folder, create = small_disk
    moved = ("results.node_days_2016_05", "profiles.profile_days")
    statements(frail, create, *(f"ALTER TABLE {table} SET TABLESPACE small" for table in moved))
    try:
        ballast = folder / "ballast"
        with ballast.open("wb") as file:
            try:
                while True:
                    file.write(bytes(1 << 16))
                    file.flush()
            except OSError:
                pass
        refused = upload_years(api)
        run_id = int(calm.start(api).json()["id"])
        eventually(lambda: logged(frail, "no room left"), 60)
        run = api("GET", f"/runs/{run_id}")
        assert run["status"] == "running", run
        assert api.raw("GET", f"/grids/{calm.village.grid_id}").status_code == 200
        ballast.unlink()
        assert_calm(api, calm, run_id)
        assert_unavailable(refused)
        assert upload_years(api).is_success
    finally:
        statements(
            frail, *(f"ALTER TABLE {table} SET TABLESPACE pg_default" for table in moved), "DROP TABLESPACE small"
        )


def upload_years(api: Api) -> httpx.Response:
    """Twelve series of a year: several megabytes, more than any free page of the table takes."""
    names = [f"more {i}" for i in range(12)]
    values = np.random.default_rng(9).random((365 * 96, len(names))).round(5).tolist()
    start = datetime(2025, 1, 1, tzinfo=UTC)
    lines = [
        f"{start + timedelta(minutes=15 * i):%Y-%m-%dT%H:%MZ}," + ",".join(map(str, row))
        for i, row in enumerate(values)
    ]
    mapping = {
        "timestamp_column": "timestamp", "step_minutes": 15, "unit": "kW",
        "series": [{"column": name, "name": name, "profile_type": "load"} for name in names],
    }  # fmt: skip
    file = ("more.csv", "\n".join([",".join(["timestamp", *names]), *lines]), "text/csv")
    return api.raw("POST", "/profiles/upload", files={"file": file}, data={"mapping": json.dumps(mapping)})


def logged(frail: Runtime, what: str) -> bool:
    return any(what in log.read_text() for log in frail.folder.logs.glob("worker*.log"))
