"""How fast results are read over HTTP, beside the bars of the project and the bare SQL underneath.

`python -m bench.reads [houses …]` (default 110 and 1000): a year of quarter-hours is written by binary COPY, closed,
and read from a results service in a process of its own. Prints medians of repeated reads on a warm database.
"""

import http.server
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import orjson
import psycopg2

from hygge_core.node_days import COLUMNS, MEASURE_NAMES, TABLE
from hygge_core.pgcopy import copy_in, copy_out
from tests.support.ports import free_port
from tests.support.postgres import TestDatabase, embedded_server
from tests.support.synthetic_runs import GRID_ID, SyntheticRun
from tests.support.tokens import TokenMaker

ROOT = Path(__file__).parents[1]
API = "/api/v1/results"
YEAR = "from=2016-01-01&to=2017-01-01"
HOUSES_SIMULATED = 100
COPY_OFFSET = 1_000_000
PERIOD = "run_id = 1 AND day BETWEEN '2016-01-01' AND '2016-12-31'"
DAILY = f"SELECT node_id, day, load_kwh, imported_kwh, exported_kwh FROM results.node_days WHERE {PERIOD}"
VECTORS = ", ".join(MEASURE_NAMES[:9])
READS: tuple[tuple[str, str, float | None, str], ...] = (
    ("one node's day, 9 measures", "/1/series?node_id=101&from=2016-06-15&to=2016-06-16", 10,
     f"SELECT starts_at, {VECTORS} FROM results.node_days WHERE run_id = 1 AND node_id = 101 AND day = '2016-06-15'"),
    ("one node's year at 15 min, 1 measure", f"/1/series?node_id=101&measures=grid_kw&{YEAR}", 100,
     f"SELECT starts_at, grid_kw FROM results.node_days WHERE {PERIOD} AND node_id = 101"),
    ("one node's year at 15 min, 9 measures", f"/1/series?node_id=101&{YEAR}", 100,
     f"SELECT starts_at, {VECTORS} FROM results.node_days WHERE {PERIOD} AND node_id = 101"),
    ("one node's year by hour, 1 measure", f"/1/series?node_id=101&measures=grid_kw&resolution=1h&{YEAR}", None, ""),
    ("all houses' daily year, 1 measure", "/1/series?kind=house&measures=load_kw&resolution=1d", 500, DAILY),
    ("all houses' daily year, 3 measures", "/1/series?kind=house&measures=load_kw,import_kw,export_kw&resolution=1d",
     500, DAILY),
    ("the same as Arrow", "arrow:/1/series?kind=house&measures=load_kw,import_kw,export_kw&resolution=1d", 500, DAILY),
    ("summary with months", "/1/summary", None, ""),
    ("indicators of 100 nodes", "/1/nodes", None, ""),
    ("duration curve of the grid", "/1/duration?measure=import_kw", None, ""),
)  # fmt: skip


def main() -> None:
    counts = [int(argument) for argument in sys.argv[1:]] or [110, 1000]
    with embedded_server() as server:
        for count in counts:
            database = server.new_database()
            database.migrate("results")
            measure(database, count)


def measure(database: TestDatabase, houses: int) -> None:
    """Write, close and read one run of a year."""
    tokens = TokenMaker()
    with service(database, tokens) as client:
        run, copies = fitting_run(houses)
        service_headers = tokens.headers(0, "service")
        client.put(f"{API}/1", json=registration(run, copies), headers=service_headers).raise_for_status()
        rate, megabytes = write(database, run, copies)
        print(f"\n{copies * run.houses} houses, 35,136 steps")
        print(f"{'binary COPY':40} {rate / 1e6:9.2f} million node-steps/s, {megabytes:.0f} MB on disk")
        vacuum(database)
        started = time.perf_counter()
        client.post(f"{API}/1/close", json={"digest": "d"}, headers=service_headers).raise_for_status()
        print(f"{'close: indicators of all nodes':40} {time.perf_counter() - started:9.2f} s")
        print(f"{'read':40} {'ms':>9} {'bar ms':>9} {'bare SQL ms':>12} {'MB':>7}")
        connection = psycopg2.connect(database.admin_url)
        for label, path, bar, sql in READS:
            milliseconds, size = timed_read(client, path)
            bare = f"{timed(partial(copy_out, connection.cursor(), sql)):12.1f}" if sql else " " * 12
            print(f"{label:40} {milliseconds:9.1f} {bar or '':>9} {bare} {size / 1e6:7.2f}")
        connection.close()


def timed(call: Callable[[], Any], repeats: int = 7) -> float:
    """Median milliseconds after one call to warm up."""
    call()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        times.append((time.perf_counter() - started) * 1e3)
    return statistics.median(times)


def timed_read(client: httpx.Client, path: str) -> tuple[float, int]:
    headers = {}
    if path.startswith("arrow:"):
        path, headers = path.removeprefix("arrow:"), {"Accept": "application/vnd.apache.arrow.stream"}
    size = len(client.get(API + path, headers=headers).raise_for_status().content)
    return timed(lambda: client.get(API + path, headers=headers)), size


def fitting_run(houses: int) -> tuple[SyntheticRun, int]:
    """A simulated run, and how many copies of its houses make the community: memory stays small."""
    copies = max(1, houses // HOUSES_SIMULATED) if houses % HOUSES_SIMULATED == 0 else 1
    part = houses // copies
    run = SyntheticRun(
        houses=part, transformers=max(1, part // 50), end=datetime(2017, 1, 1, tzinfo=UTC), timezone="UTC"
    )
    return run, copies


def registration(run: SyntheticRun, copies: int) -> dict[str, Any]:
    body = run.registration()
    nodes = [body["nodes"][0]]
    for copy in range(copies):
        for node in body["nodes"][1:]:
            parent = node["parent_id"] if node["parent_id"] == GRID_ID else node["parent_id"] + copy * COPY_OFFSET
            nodes.append(node | {"id": node["id"] + copy * COPY_OFFSET, "parent_id": parent})
    return body | {"nodes": nodes}


def write(database: TestDatabase, run: SyntheticRun, copies: int) -> tuple[float, float]:
    """Node-steps per second of COPY alone (encoding apart), and the table's size in MB."""
    days, _ = run.axis.days()
    months = [*np.flatnonzero([day.day == 1 for day in days]).tolist(), len(days)]
    connection = psycopg2.connect(database.url("engine"))
    seconds, rows = 0.0, 0
    for first, last in pairwise(months):
        blocks = list(run.blocks(first_day=first, last_day=last))
        for copy in range(copies):
            shifted = [moved(block, copy) for block in blocks]
            started = time.perf_counter()
            with connection, connection.cursor() as cursor:
                copy_in(cursor, TABLE, COLUMNS, shifted)
            seconds += time.perf_counter() - started
            rows += sum(map(len, shifted))
    connection.close()
    return rows * 96 / seconds, table_megabytes(database)


def moved(block: "np.ndarray[Any, Any]", copy: int) -> "np.ndarray[Any, Any]":
    """The rows with the node ids of a copy; there is only one grid."""
    chosen = block if copy == 0 else block[block["node_id"] != GRID_ID].copy()
    if copy:
        chosen["node_id"] = chosen["node_id"] + COPY_OFFSET
        block["node_id"][block["node_id"] != GRID_ID] += COPY_OFFSET
    return chosen


def table_megabytes(database: TestDatabase) -> float:
    sql = """SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits
             WHERE inhparent = 'results.node_days'::regclass AND inhrelid::regclass::text NOT LIKE '%pkey'"""
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return float(cursor.fetchone()[0]) / 1e6  # type: ignore[index]


def vacuum(database: TestDatabase) -> None:
    """What autovacuum does a minute after a run."""
    connection = psycopg2.connect(database.admin_url)
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE results.node_days")
    connection.close()


@contextmanager
def service(database: TestDatabase, tokens: TokenMaker) -> Iterator[httpx.Client]:
    """The results service in its own process, with a stand-in for the gateway's key set."""
    keys = key_server(tokens)
    port = free_port()
    environment = os.environ | {
        "HYGGE_RESULTS_PORT": str(port), "HYGGE_RESULTS_DATABASE_URL": database.url("results"),
        "HYGGE_RESULTS_JWKS_URL": f"http://127.0.0.1:{keys.server_address[1]}/", "HYGGE_RESULTS_LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [sys.executable, "-m", "uvicorn", "--factory", "hygge_results.main:app_factory", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "error"], env=environment, cwd=ROOT)
    client = httpx.Client(
        base_url=f"http://127.0.0.1:{port}", timeout=600, headers=tokens.headers(7, "operator", exp=2**31)
    )
    try:
        wait_until_ready(client)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(10)
        keys.shutdown()


def key_server(tokens: TokenMaker) -> http.server.HTTPServer:
    class Keys(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(orjson.dumps(tokens.jwks()))

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def wait_until_ready(client: httpx.Client) -> None:
    for _ in range(300):
        try:
            if client.get("/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit("the results service did not start")


if __name__ == "__main__":
    main()
