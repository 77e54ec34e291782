"""Points/s of a profile upload over HTTP, from the file to the stored day vectors, beside raw COPY of the same vectors.

`python -m bench.upload [--file FILE] [--repeat N]` starts PostgreSQL and a profiles service in a process of its own.
Without a file it makes a leap year of quarter-hours, 22 series with six decimals, the shape of the semi-urban example's
loads.
"""

import argparse
import gzip
import http.server
import io
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psycopg2
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from hygge_core.pgcopy import copy_in, encode
from hygge_profiles.series.repository import COLUMNS
from tests.support.ports import free_port
from tests.support.postgres import TestDatabase, embedded_server
from tests.support.tokens import TokenMaker

STEPS, SERIES, PER_DAY = 35_136, 22, 96
TARGET = 300_000
STARTUP_SECONDS = 30


def main() -> None:
    options = arguments()
    text = gzip.decompress(options.file.read_bytes()) if options.file else synthetic()
    with embedded_server() as server:
        database = server.new_database()
        database.migrate("profiles")
        tokens = TokenMaker()
        with service(database, tokens) as client:
            client.headers.update(tokens.headers(1, "admin"))
            points, csv = upload(client, "a.csv", text, options.repeat)
            _, packed = upload(client, "a.csv.gz", gzip.compress(text, 6), options.repeat)
            _, parquet = upload(client, "a.parquet", as_parquet(text), options.repeat)
            _, checked = upload(client, "a.csv", text, options.repeat, dry_run=True)
        copied = raw_copy(database, points, options.repeat)
    print(f"{points:,} points\n{'':44} {'seconds':>8} {'points/s':>12} {'of COPY':>8}")
    rows = [
        ("raw binary COPY of the day vectors", copied),
        ("upload of CSV", csv),
        ("upload of CSV.gz", packed),
        ("upload of Parquet", parquet),
        ("dry run of CSV (parsed, checked, not stored)", checked),
    ]
    for label, seconds in rows:
        print(f"{label:44} {seconds:8.3f} {points / seconds:12,.0f} {copied / seconds:8.0%}")
    print(f"bar: upload of CSV ≥ {TARGET:,} points/s: {'met' if points / csv >= TARGET else 'MISSED'}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, help="a gzipped CSV of stamps and series")
    parser.add_argument("--repeat", type=int, default=3, help="uploads of each kind; the median is printed")
    return parser.parse_args()


def synthetic() -> bytes:
    random = np.random.default_rng(1)
    stamps = np.datetime64("2015-12-31T23:00") + np.arange(STEPS) * np.timedelta64(15, "m")
    columns: dict[str, Any] = {"timestamp_utc": np.char.add(np.datetime_as_string(stamps), "Z")}
    columns |= {f"series {n}": np.round(random.gamma(1.5, 0.2, STEPS), 6) for n in range(SERIES)}
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(pa.table(columns), sink)
    return bytes(sink.getvalue().to_pybytes())


def as_parquet(text: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    pyarrow.parquet.write_table(pyarrow.csv.read_csv(io.BytesIO(text)), sink)
    return bytes(sink.getvalue().to_pybytes())


def upload(client: httpx.Client, name: str, content: bytes, repeat: int, *, dry_run: bool = False) -> tuple[int, float]:
    """Points of the file and the median time of a request (s); the first one warms up and is left out."""
    times, points = [], 0
    for _ in range(repeat + 1):
        started = time.perf_counter()
        answer = client.post(
            "/api/v1/profiles/upload",
            files={"file": (name, content)},
            data={"mapping": json.dumps({"unit": "pu"})},
            params={"dry_run": dry_run},
        )
        times.append(time.perf_counter() - started)
        answer.raise_for_status()
        body = answer.json()
        points = body["report"]["rows_read"] * len(body["preview"] if dry_run else body["profiles"])
    return points, statistics.median(times[1:])


def raw_copy(database: TestDatabase, points: int, repeat: int) -> float:
    """Median time (s) of COPY of as many points as day vectors of 96, encoded beforehand, into the same table."""
    rows = points // PER_DAY
    values = np.random.default_rng(1).random((rows, PER_DAY)).astype(np.float32)
    days = np.datetime64("2016-01-01") + np.arange(rows) % 366
    times = []
    connection = psycopg2.connect(database.url("profiles"))
    for run in range(repeat + 1):
        ids = 10_000_000 + run * 100_000 + np.arange(rows) // 366
        block = encode(COLUMNS, {"profile_id": ids, "day": days, '"values"': values}, rows=rows)
        with connection, connection.cursor() as cursor:
            started = time.perf_counter()
            copy_in(cursor, "profiles.profile_days", COLUMNS, [block])
            connection.commit()
            times.append(time.perf_counter() - started)
    connection.close()
    return statistics.median(times[1:])


@contextmanager
def service(database: TestDatabase, tokens: TokenMaker) -> Iterator[httpx.Client]:
    """The profiles service in a process of its own, with keys from a small server in this one."""
    with key_server(tokens) as keys:
        port = free_port()
        environment = {
            **os.environ,
            "HYGGE_PROFILES_PORT": str(port),
            "HYGGE_PROFILES_DATABASE_URL": database.url("profiles"),
            "HYGGE_PROFILES_JWKS_URL": keys,
            "HYGGE_PROFILES_TOPOLOGY_URL": keys,
            "HYGGE_PROFILES_LOG_LEVEL": "ERROR",
        }
        command = [sys.executable, "-m", "uvicorn", "--factory", "hygge_profiles.main:app_factory", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
                wait_for(client)
                yield client
        finally:
            process.terminate()
            process.wait(10)


def wait_for(client: httpx.Client) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    while time.monotonic() < deadline:
        try:
            if client.get("/health/ready").is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise TimeoutError("the service did not become ready")


@contextmanager
def key_server(tokens: TokenMaker) -> Iterator[str]:
    body = json.dumps(tokens.jwks()).encode()

    class Keys(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Keys))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


if __name__ == "__main__":
    main()
