"""The services around the engine, as small as they can be, over real HTTP: topology, profiles, results, tokens.

Results are written to the real schema; only what the results service itself does (register, close, delete) is played.
"""

import asyncio
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import orjson
import psycopg2
import pyarrow as pa
import uvicorn
from fastapi import FastAPI, Request, Response

from hygge_core.timeaxis import parse_utc

STEP = timedelta(minutes=15)


@dataclass
class Series:
    """A profile of quarter-hours."""

    profile_type: str
    start: datetime
    values: np.ndarray[Any, np.dtype[np.float32]]

    @property
    def end(self) -> datetime:
        return self.start + len(self.values) * STEP

    def part(self, start: datetime, end: datetime, step_minutes: int) -> np.ndarray[Any, Any]:
        first, last = (start - self.start) // STEP, (end - self.start) // STEP
        return self.values[first:last].reshape(-1, step_minutes // 15).mean(axis=1, dtype=np.float32)


@dataclass
class Neighbours:
    """What the services know, what they were asked, and how they misbehave."""

    results_url: str
    documents: dict[int, dict[str, Any]] = field(default_factory=dict)
    series: dict[int, Series] = field(default_factory=dict)
    assignments: list[tuple[int, int, float]] = field(default_factory=list)
    registered: dict[int, dict[str, Any]] = field(default_factory=dict)
    closed: dict[int, dict[str, Any]] = field(default_factory=dict)
    removed: list[int] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    url: str = ""

    def bundle(self, body: dict[str, Any]) -> Response:
        start, end, step = parse_utc(body["start"]), parse_utc(body["end"]), body["step_minutes"]
        houses = {h["id"] for t in self.documents[body["grid_id"]]["transformers"] for h in t["houses"]}
        assigned = [a for a in self.assignments if a[0] in houses]
        ids = sorted({profile for _, profile, _ in assigned} | set(body["profile_ids"]))
        short = [i for i in ids if i not in self.series or self.series[i].start > start or self.series[i].end < end]
        if short:
            errors = [{"field": f"profiles.{i}", "message": "does not cover the time asked for"} for i in short]
            return problem(422, errors)
        return Response(self.arrow(ids, assigned, start, end, step), media_type="application/vnd.apache.arrow.stream")

    def arrow(self, ids: list[int], assigned: Any, start: datetime, end: datetime, step: int) -> bytes:
        parts = [self.series[i].part(start, end, step) for i in ids]
        steps = int((end - start) / timedelta(minutes=step))
        content = b"".join(part.tobytes() for part in parts) + orjson.dumps([ids, assigned])
        metadata = {"assignments": orjson.dumps(assigned), "hash": hashlib.sha256(content).hexdigest().encode()}
        kind = pa.list_(pa.float32(), steps)
        schema = pa.schema(
            [("profile_id", pa.int64()), ("profile_type", pa.string()), ("values", kind)], metadata=metadata
        )
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, schema) as writer:
            for i, part in zip(ids, parts, strict=True):  # one batch a profile: readers must take many
                values = pa.FixedSizeListArray.from_arrays(pa.array(part, pa.float32()), steps)
                columns = [pa.array([i], pa.int64()), pa.array([self.series[i].profile_type]), values]
                writer.write_batch(pa.record_batch(columns, schema=schema))
        return bytes(sink.getvalue())

    def sql(self, statement: str, parameters: Any = ()) -> list[Any]:
        connection = psycopg2.connect(self.results_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def problem(status: int, errors: list[dict[str, str]] | None = None) -> Response:
    body = {"status": status, "detail": f"played {status}", "errors": errors or []}
    return Response(orjson.dumps(body), status, media_type="application/problem+json")


def app_of(world: Neighbours) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def misbehave(request: Request, call_next: Any) -> Response:
        call = f"{request.method} {request.url.path}"
        world.calls.append(call)
        for part, status in world.faults.items():
            if part in call:
                return problem(status)
        answer: Response = await call_next(request)
        return answer

    @app.post("/api/v1/auth/token")
    def token() -> dict[str, Any]:
        return {"access_token": "service", "token_type": "Bearer", "expires_in": 600}

    @app.post("/api/v1/grids/{grid_id}/snapshots")
    def snapshot(grid_id: int) -> Any:
        return world.documents.get(grid_id) or problem(404)

    @app.post("/api/v1/bundles")
    async def bundles(request: Request) -> Response:
        return await asyncio.to_thread(world.bundle, orjson.loads(await request.body()))

    @app.put("/api/v1/results/{run_id}")
    async def register(run_id: int, request: Request) -> dict[str, Any]:
        body = orjson.loads(await request.body())
        world.registered[run_id] = body
        days = (parse_utc(body["start"]).date() - timedelta(1), parse_utc(body["end"]).date() + timedelta(1))
        world.sql("SELECT results.ensure_partitions(%s, %s)", days)
        return {}

    @app.post("/api/v1/results/{run_id}/close")
    async def close(run_id: int, request: Request) -> dict[str, Any]:
        world.closed[run_id] = orjson.loads(await request.body())
        return {}

    @app.get("/api/v1/results/{run_id}/summary")
    def summary(run_id: int) -> dict[str, Any]:
        """Two indicators of the grid, enough to see that they arrive."""
        sums = "sum(imported_kwh), sum(import_cost_eur + fees_eur - export_revenue_eur)"
        query = f"SELECT {sums} FROM results.node_days WHERE run_id = %s AND node_id = %s"
        imported, bill = world.sql(query, (run_id, world.registered[run_id]["grid_id"]))[0]
        return {"run_id": run_id, "indicators": {"imported_kwh": imported, "bill_eur": bill, "load_peak_at": None}}

    @app.delete("/api/v1/results/{run_id}", status_code=204)
    def remove(run_id: int) -> None:
        world.removed.append(run_id)
        for table in ("node_days", "flows"):
            world.sql(f"DELETE FROM results.{table} WHERE run_id = %s", (run_id,))

    return app


@contextmanager
def serving(world: Neighbours) -> Iterator[Neighbours]:
    """All of them on one free port."""
    server = uvicorn.Server(uvicorn.Config(app_of(world), port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    world.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield world
    server.should_exit = True
    thread.join(10)


def battery(**changes: Any) -> dict[str, Any]:
    return {
        "id": 9000, "kind": "battery", "capacity_kwh": 5.0, "max_charge_kw": 2.5, "max_discharge_kw": 2.5,
        "charge_efficiency": 0.95, "discharge_efficiency": 0.95, "min_soc": 0.1, "max_soc": 1.0, "initial_soc": 0.1,
        "self_discharge_per_day": 0.0, "inverter_kw": None, **changes,
    }  # fmt: skip


def house(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": number, "name": f"House {number}", "house_type": "household", "flags": [], "owner": None,
        "sharing_key": None, "min_sell_price": None, "max_buy_price": None, "devices": [], **changes,
    }  # fmt: skip


def community(grid_id: int, houses: list[list[dict[str, Any]]], **changes: Any) -> dict[str, Any]:
    """A document with one transformer per list of houses."""
    transformers = [
        {"id": grid_id + 100 + k, "name": f"Station {k}", "capacity_kw": None, "houses": group}
        for k, group in enumerate(houses)
    ]
    return {
        "format": "hygge-community/1", "id": grid_id, "name": "Lane", "timezone": "Europe/Berlin", "currency": "EUR",
        "import_limit_kw": None, "export_limit_kw": None, "location": None, "flags": [], "transformers": transformers,
        "priority_lists": [], "version": 1, "hash": "sha256:1", "created_by": 2, "access": "operate", **changes,
    }  # fmt: skip


def small_world(results_url: str) -> Neighbours:
    """Grid 1: two stations, five houses (two with panels, one with a battery); profiles over 2026; grid 2: empty."""
    houses = [
        [house(11, owner="anna"), house(12, devices=[battery()]), house(13)],
        [house(14, flags=["medical"]), house(15)],
    ]
    lists = [{"id": 71, "name": "care", "configuration": [{"flags": ["medical"], "houses": []}]}]
    random = np.random.default_rng(7)
    steps = 366 * 96
    start = datetime(2025, 12, 31, 12, tzinfo=UTC)
    clock = np.arange(steps) % 96
    sun = np.clip(np.sin((clock - 24) / 48 * np.pi), 0, None) * random.uniform(0.3, 1.0, steps)
    loads = {i: Series("load", start, random.gamma(2.0, 0.25, steps).astype(np.float32)) for i in range(1, 4)}
    return Neighbours(
        results_url,
        documents={1: community(1, houses, priority_lists=lists), 2: community(2, [[]])},
        series={
            **loads,
            4: Series("solar", start, sun.astype(np.float32)),
            5: Series("carbon", start, np.full(steps, 0.4, np.float32)),
            6: Series("load", start, np.ones(96, np.float32)),
        },
        assignments=[(11, 1, 1.0), (12, 2, 1.5), (12, 4, 6.0), (13, 3, 1.0), (14, 1, 2.0), (15, 2, 0.5), (15, 4, 4.0)],
    )


def days_of(world: Neighbours, run_id: int) -> int:
    return int(world.sql("SELECT count(*) FROM results.node_days WHERE run_id = %s", (run_id,))[0][0])


FIRST_DAY = date(2026, 1, 1)
