"""A run end to end: from `POST /runs` to `succeeded` with every quarter-hour stored, beside raw COPY and the bare core.

`python -m bench.run [houses …]` (default 10 110 300 1000; 3000 takes some minutes) starts the embedded runtime in a
folder of its own, brings synthetic communities in through the gateway and runs their leap year of 35,136 steps.
"""

import io
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import psycopg2
import pyarrow as pa
import pyarrow.csv

from hygge_core.node_days import COLUMNS, TABLE
from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.assemble import assemble
from hygge_engine.inputs.collect import read_bundle
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.simulation import simulate
from hygge_local.client import Api
from hygge_local.runtime import Runtime, RuntimeSettings

START, STEPS = datetime(2016, 1, 1, tzinfo=UTC), 35_136
END = START + STEPS * timedelta(minutes=15)
PROFILES = 60
BARS = {110: "≤ 5 s", 1000: "≤ 40 s, ≤ 2 GB"}
OTHER_RUN = 1_000_000


def main() -> None:
    counts = [int(argument) for argument in sys.argv[1:]] or [10, 110, 300, 1000]
    folder = Path(tempfile.mkdtemp(prefix="hygge-bench-"))
    try:
        with Runtime(folder, RuntimeSettings(port=0), report=print) as runtime:
            account = runtime.admin
            with Api(runtime.url, account.username, account.password) as api:
                profiles = upload_profiles(api)
                measure(api, runtime, community(api, 10, profiles))  # warm
                print(HEADER)
                for houses in counts:
                    print(measure(api, runtime, community(api, houses, profiles)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


HEADER = (
    f"\n{'houses':>7} {'POST→succeeded':>15} {'bar':>15} {'M house-steps/s':>16} {'worker peak':>12} "
    f"{'raw COPY':>9} {'bare core':>10}   phases (s)"
)


def upload_profiles(api: Api) -> list[int]:
    """Loads, then solar days of differing cloudiness."""
    random = np.random.default_rng(1)
    clock = np.arange(STEPS) % 96
    sun = np.clip(np.sin((clock - 24) / 48 * np.pi), 0, None)
    columns: dict[str, Any] = {"time": [START + step * timedelta(minutes=15) for step in range(STEPS)]}
    for number in range(PROFILES):
        if number < PROFILES * 2 // 3:
            columns[f"load {number}"] = random.gamma(1.5, 0.3, STEPS).astype(np.float32)
        else:
            columns[f"solar {number}"] = (sun * random.uniform(0.2, 1, STEPS)).astype(np.float32)
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), sink)
    names = [name for name in columns if name != "time"]
    series = [{"column": name, "name": name, "profile_type": name.split()[0], "unit": "kW"} for name in names]
    mapping = {"timestamp_column": "time", "timezone": "UTC", "series": series}
    files = {"file": ("bench.csv", sink.getvalue(), "text/csv")}
    answer = api.post("/profiles/upload", files=files, data={"mapping": json.dumps(mapping)})
    return [profile["id"] for profile in answer["profiles"]]


def community(api: Api, houses: int, profiles: list[int]) -> int:
    """A grid of stations with up to 110 houses; every second house has panels, every fourth a battery."""
    battery = {"kind": "battery", "capacity_kwh": 8, "max_charge_kw": 4, "max_discharge_kw": 4, "min_soc": 0.1}
    names = [f"house {number}" for number in range(houses)]
    stations = [
        {"name": f"station {first}", "capacity_kw": 400,
         "houses": [{"name": name, "devices": [battery] if (first + n) % 4 == 1 else []}
                    for n, name in enumerate(names[first : first + 110])]}
        for first in range(0, houses, 110)
    ]  # fmt: skip
    document = {
        "format": "hygge-community/1",
        "name": f"bench {houses}",
        "timezone": "Europe/Berlin",
        "currency": "EUR",
    }
    stored = api.post("/grids/import", json=document | {"transformers": stations})
    ids = [house["id"] for station in stored["transformers"] for house in station["houses"]]
    loads, suns = profiles[: PROFILES * 2 // 3], profiles[PROFILES * 2 // 3 :]
    assigned = [{"house_id": i, "profile_id": loads[n % len(loads)], "scale": 1.0} for n, i in enumerate(ids)]
    assigned += [{"house_id": i, "profile_id": suns[n % len(suns)], "scale": 6.0} for n, i in enumerate(ids) if n % 2]
    api.put(f"/grids/{stored['id']}/assignments", json=assigned)
    return int(stored["id"])


def measure(api: Api, runtime: Runtime, grid_id: int) -> str:
    """One line of the table."""
    body = {"grid_id": grid_id, "start": START.isoformat(), "end": END.isoformat(), "storage_strategy": "community"}
    workers = list(worker_processes(runtime))
    started = time.perf_counter()
    run = api.post("/runs", json=body)
    while run["status"] in ("queued", "running"):
        time.sleep(0.02)
        run = api.get(f"/runs/{run['id']}?include=none")
    seconds = time.perf_counter() - started
    assert run["status"] == "succeeded", run["error"]
    peak = max(peak_mb(process) for process in workers)
    run = api.get(f"/runs/{run['id']}?include=snapshot")
    houses = sum(len(t["houses"]) for t in run["topology_snapshot"]["transformers"])
    copy, core = raw_copy(workers[0].environ()["HYGGE_ENGINE_DATABASE_URL"], run["id"]), bare_core(api, run)
    phases = ", ".join(f"{name} {value:.2f}" for name, value in run["timings"].items())
    api.request("DELETE", f"/runs/{run['id']}")
    rate = houses * STEPS / seconds / 1e6
    bar = BARS.get(houses, "")
    return f"{houses:7} {seconds:13.2f} s {bar:>15} {rate:16.2f} {peak:9.0f} MB {copy:7.2f} s {core:8.2f} s   {phases}"


def worker_processes(runtime: Runtime) -> Iterator[psutil.Process]:
    for name, pid in runtime.pids.items():
        if name.startswith("worker"):
            yield from [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def peak_mb(process: psutil.Process) -> float:
    """The largest resident memory of a process so far (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def raw_copy(database_url: str, run_id: int) -> float:
    """Seconds to COPY the same rows once more under another number, from memory, month by month."""
    names = ", ".join(column.name for column in COLUMNS if column.name != "run_id")
    connection = psycopg2.connect(database_url)
    seconds = 0.0
    with connection.cursor() as cursor:
        for month in range(-1, 13):
            condition = f"run_id = {run_id} AND day >= date '2016-01-01' + interval '{month} month'"
            condition += f" AND day < date '2016-01-01' + interval '{month + 1} month'"
            rows = io.BytesIO()
            query = f"SELECT {OTHER_RUN + run_id}::bigint, {names} FROM {TABLE} WHERE {condition}"
            cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", rows)
            rows.seek(0)
            started = time.perf_counter()
            cursor.copy_expert(f"COPY {TABLE} (run_id, {names}) FROM STDIN (FORMAT binary)", rows, 1 << 20)
            connection.commit()
            seconds += time.perf_counter() - started
        cursor.execute(f"DELETE FROM {TABLE} WHERE run_id = %s", (OTHER_RUN + run_id,))
        connection.commit()
    connection.close()
    return seconds


def bare_core(api: Api, run: dict[str, Any]) -> float:
    """Seconds of the simulation alone, from composed profiles to results in memory."""
    request = RunRequest.model_validate(run["parameters"])
    wanted = {
        "grid_id": run["grid_id"],
        "start": run["start"],
        "end": run["end"],
        "step_minutes": 15,
        "profile_ids": [],
    }
    bundle = read_bundle(api.request("POST", "/bundles", json=wanted).content)
    document = run["topology_snapshot"]
    axis = TimeAxis(request.start, request.end, 15, document["timezone"])
    problem = assemble(document, request, bundle, axis, 4_000_000)
    for _ in simulate(problem.community, problem.periods[:1], problem.provide, problem.parameters):
        pass  # compiled
    started = time.perf_counter()
    for _ in simulate(problem.community, problem.periods, problem.provide, problem.parameters):
        pass
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
