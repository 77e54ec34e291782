"""SimBench's commercial district: 79 transformers, 8,637 houses, a leap year; 303 million house-steps at `detail=day`.

`python -m bench.district FOLDER [--steps N] [--shards N]` reads the tables of `simbench_mvlv_comm_all` in FOLDER (one
house a load), starts the embedded runtime in a folder of its own with one and then with two worker processes, and runs
the year in one piece and in shards. Prints seconds, the workers' memory, the ratio of two workers to one, bytes a row,
and the rates that `bench/plan.py` takes.
"""

import argparse
import contextlib
import gzip
import io
import json
import shutil
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from hygge_local.client import Api
from hygge_local.runtime import Runtime, RuntimeSettings

START = datetime(2015, 12, 31, 23, tzinfo=UTC)
STEP = timedelta(minutes=15)
BARS = "bars: ≤ 300 s and ≤ 4 GB on two cores; two workers ≤ 0.65 of one worker's time"
COLUMNS = ("workers", "shards", "seconds", "M house-steps/s", "memory of all", "largest", "processor: w/db/s")
HEADER = "\n" + " ".join(f"{name:>15}" for name in COLUMNS) + "   phases (s)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--steps", type=int, default=35_136)
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--detail", default="day")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hygge-district-"))
    try:
        print(BARS)
        with (
            Runtime(folder, started_with(1), report=print) as runtime,
            signed_in(runtime) as api,
        ):
            started = time.perf_counter()
            grid_id = load(api, arguments.data)
            print(f"brought in within {time.perf_counter() - started:.0f} s")
            run_of(api, runtime, grid_id, arguments, steps=96, shards=1)  # compiled, pages in memory
            print(HEADER)
            whole = measure(api, runtime, grid_id, arguments, workers=1, shards=1)
            one = measure(api, runtime, grid_id, arguments, workers=1, shards=arguments.shards)
        with (
            Runtime(folder, started_with(2), report=print) as runtime,
            signed_in(runtime) as api,
        ):
            run_of(api, runtime, grid_id, arguments, steps=96, shards=2)
            print(HEADER)
            two = measure(api, runtime, grid_id, arguments, workers=2, shards=arguments.shards)
        print(f"\ntwo workers / one worker, both in {arguments.shards} shards: {two['seconds'] / one['seconds']:.2f}")
        same = len({found["result_digest"] for found in (whole, one, two)}) == 1
        print(f"the same digest everywhere: {same}")
        print(json.dumps(rates(whole, one), indent=1))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def started_with(processes: int) -> RuntimeSettings:
    return RuntimeSettings(port=0, concurrency=processes, start_seconds=600)


def signed_in(runtime: Runtime) -> Api:
    return Api(runtime.url, runtime.admin.username, runtime.admin.password)


def table(folder: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pyarrow.csv.read_csv(folder / name).to_pylist()
    return rows


def load(api: Api, folder: Path) -> int:
    """The district through the public API; its grid's id."""
    loads, generators = table(folder, "loads.csv"), table(folder, "generators.csv")
    storages = table(folder, "storages.csv")
    profiles = upload(api, folder, "profiles_load_p.csv.gz", "load", {row["profile"] for row in loads})
    suns = {row["profile"] for row in generators}
    profiles |= upload(api, folder, "profiles_generation.csv.gz", "solar", suns)
    home = {row["bus"]: row["load"] for row in reversed(loads)}  # the first load at each bus
    devices: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in storages:
        if row["bus"] in home:
            devices[home[row["bus"]]].append(battery(row))
    areas: dict[str, list[str]] = defaultdict(list)
    local = sorted({row["subnet"] for row in loads if row["volt_level"] == 7})
    for number, row in enumerate(loads):
        # The 27 loads at the middle voltage hang on no local transformer: they are spread over the areas.
        area = row["subnet"] if row["volt_level"] == 7 else local[number % len(local)]
        areas[area].append(row["load"])
    document = {
        "format": "hygge-community/1", "name": "Commercial district", "timezone": "Europe/Berlin", "currency": "EUR",
        "transformers": [
            {"name": area, "houses": [{"name": name, "devices": devices[name]} for name in names]}
            for area, names in areas.items()
        ],
    }  # fmt: skip
    stored = api.post("/grids/import", json=document)
    ids = {house["name"]: house["id"] for part in stored["transformers"] for house in part["houses"]}
    assigned = [assignment(ids[row["load"]], profiles[row["profile"]], row) for row in loads]
    placed = [row for row in generators if row["bus"] in home]
    assigned += [assignment(ids[home[row["bus"]]], profiles[row["profile"]], row) for row in placed]
    api.put(f"/grids/{stored['id']}/assignments", json=merged(assigned))
    print(f"{len(areas)} transformers, {len(ids)} houses, {len(placed)} generators, {len(profiles)} profiles")
    return int(stored["id"])


def assignment(house_id: int, profile_id: int, row: dict[str, Any]) -> dict[str, Any]:
    return {"house_id": house_id, "profile_id": profile_id, "scale": float(row["p_kw"])}


def merged(assigned: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One assignment for each house and profile, without empty ones."""
    scales: dict[tuple[int, int], float] = defaultdict(float)
    for one in assigned:
        scales[one["house_id"], one["profile_id"]] += one["scale"]
    return [{"house_id": h, "profile_id": p, "scale": scale} for (h, p), scale in scales.items() if scale > 0]


def battery(row: dict[str, Any]) -> dict[str, Any]:
    power, each_way = float(row["p_rated_kw"]), float(row["efficiency"]) ** 0.5
    return {
        "kind": "battery", "capacity_kwh": float(row["e_kwh"]), "max_charge_kw": power, "max_discharge_kw": power,
        "charge_efficiency": each_way, "discharge_efficiency": each_way, "min_soc": 0.0, "max_soc": 1.0,
        "initial_soc": 0.0, "self_discharge_per_day": float(row["self_discharge_percent_per_day"]) / 100,
    }  # fmt: skip


def upload(api: Api, folder: Path, name: str, kind: str, wanted: set[str]) -> dict[str, int]:
    """Bring the wanted columns in as profiles in kW per kW; the tiny negative values of some are 0."""
    with gzip.open(folder / name) as file:
        whole = pyarrow.csv.read_csv(
            io.BytesIO(file.read()), convert_options=pyarrow.csv.ConvertOptions(include_columns=None)
        )
    names = [column for column in whole.column_names if column in wanted]
    times = [START + step * STEP for step in range(len(whole))]
    zero = pa.scalar(0.0)
    columns = {"time": pa.array(times)} | {n: pc.max_element_wise(whole[n].cast(pa.float64()), zero) for n in names}
    sink = io.BytesIO()
    pyarrow.csv.write_csv(pa.table(columns), sink)
    series = [{"column": n, "name": f"{kind} {n}", "profile_type": kind, "unit": "kW"} for n in names]
    mapping = {"timestamp_column": "time", "timezone": "UTC", "series": series}
    files = {"file": (f"{kind}.csv", sink.getvalue(), "text/csv")}
    answer = api.post("/profiles/upload", files=files, data={"mapping": json.dumps(mapping)})
    return {profile["name"].removeprefix(f"{kind} "): profile["id"] for profile in answer["profiles"]}


def run_of(
    api: Api, runtime: Runtime, grid_id: int, arguments: argparse.Namespace, *, steps: int, shards: int
) -> dict[str, Any]:
    """Run and wait; the run with its wall seconds and the workers' memory."""
    end = START + steps * STEP
    body = {"grid_id": grid_id, "start": START.isoformat(), "end": end.isoformat(), "shards": shards}
    body |= {"detail": arguments.detail}
    workers = worker_processes(runtime)
    for process in workers:
        forget_peak(process)
    before = cpu_seconds(runtime)
    at_once, started = 0.0, time.perf_counter()
    run: dict[str, Any] = api.post("/runs", json=body)
    while run["status"] in ("queued", "running"):
        time.sleep(0.5)
        at_once = max(at_once, sum(process.memory_info().rss for process in workers) / 1e9)
        run = api.get(f"/runs/{run['id']}?include=none")
    assert run["status"] == "succeeded", run["error"]
    seconds, after = time.perf_counter() - started, cpu_seconds(runtime)
    run |= {f"cpu_{name}": after[name] - before[name] for name in after}
    peak = max(peak_gb(process) for process in workers)
    return run | {"seconds": seconds, "largest_gb": peak, "all_gb": at_once}


def cpu_seconds(runtime: Runtime) -> dict[str, float]:
    """Processor seconds so far: of workers, database, and the services."""
    found = {"workers": 0.0, "database": 0.0, "services": 0.0}
    for name, pid in runtime.pids.items():
        kind = {"worker": "workers", "postgr": "database"}.get(name[:6], "services")
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                # Backends of the database end with their connections: their parent keeps what they took.
                found[kind] += times.user + times.system
        times = parent.cpu_times()
        found[kind] += times.children_user + times.children_system
    return found


def measure(
    api: Api, runtime: Runtime, grid_id: int, arguments: argparse.Namespace, *, workers: int, shards: int
) -> dict[str, Any]:
    """One line of the table; the run's results are removed again."""
    run = run_of(api, runtime, grid_id, arguments, steps=arguments.steps, shards=shards)
    houses = sum(len(t["houses"]) for t in api.get(f"/grids/{grid_id}/topology")["transformers"])
    run["house_steps"] = houses * arguments.steps
    run |= stored(runtime, run["id"])
    phases = ", ".join(f"{name} {value:.1f}" for name, value in run["timings"].items())
    rate = run["house_steps"] / run["seconds"] / 1e6
    numbers = f"{workers:15} {shards:15} {run['seconds']:15.1f} {rate:15.2f}"
    cpu = "/".join(f"{run[f'cpu_{name}']:.0f}" for name in ("workers", "database", "services"))
    print(f"{numbers} {run['all_gb']:12.2f} GB {run['largest_gb']:12.2f} GB {cpu:>17}   {phases}", flush=True)
    api.request("DELETE", f"/runs/{run['id']}")
    return run


def stored(runtime: Runtime, run_id: int) -> dict[str, float]:
    """Rows of the run, and bytes a row of the table with its indexes."""
    worker = worker_processes(runtime)[0]
    connection = psycopg2.connect(worker.environ()["HYGGE_ENGINE_DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM results.node_days WHERE run_id = %s", (run_id,))
        (rows,) = cursor.fetchone() or (0,)
        cursor.execute(
            "SELECT avg(pg_column_size(d.*)) FROM (SELECT * FROM results.node_days WHERE run_id = %s LIMIT 10000) d",
            (run_id,),
        )
        (size,) = cursor.fetchone() or (0,)
    connection.close()
    return {"rows": rows, "row_bytes": float(size)}


def rates(whole: dict[str, Any], one: dict[str, Any]) -> dict[str, float]:
    """What `bench/plan.py` takes."""
    steps, rows = whole["house_steps"], whole["rows"]
    return {
        "compute_per_house_step": whole["timings"]["compute"] / steps,
        "compute_per_house_step_in_shards": one["timings"]["compute"] / steps,
        "write_per_row": whole["timings"]["write"] / rows,
        "worker_cpu_per_house_step": one["cpu_workers"] / steps,
        "database_cpu_per_row": one["cpu_database"] / rows,
        "bytes_per_row": whole["row_bytes"],
        "rows_per_house_day": rows / (whole["house_steps"] / 96),
        "close_per_row": one["timings"]["close"] / rows,
    }


def worker_processes(runtime: Runtime) -> list[psutil.Process]:
    """The workers' own processes, once the one that compiles ahead has ended."""
    found = []
    for name, pid in runtime.pids.items():
        if name.startswith("worker"):
            started = psutil.Process(pid).children(recursive=True)
            gone, alive = psutil.wait_procs([child for child in started if is_compiling(child)])
            found += [psutil.Process(pid), *(child for child in started if child not in gone + alive)]
    return found


def is_compiling(process: psutil.Process) -> bool:
    try:
        return "hygge_engine.warmup" in process.cmdline()
    except psutil.ZombieProcess:
        return True


def forget_peak(process: psutil.Process) -> None:
    """Begin the largest resident memory anew (Linux)."""
    Path(f"/proc/{process.pid}/clear_refs").write_text("5")


def peak_gb(process: psutil.Process) -> float:
    """The largest resident memory since then."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1e6


if __name__ == "__main__":
    main()
