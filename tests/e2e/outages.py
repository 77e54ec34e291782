"""What tests of outages share: a community with a run of many windows, parts that are taken away, what clients see."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg2

from hygge_local import control
from hygge_local.files import SERVICES, load_secrets
from hygge_local.postgres import Postgres
from hygge_local.runtime import Runtime
from tests.e2e.client import Api, sign_in
from tests.e2e.communities import Built, period, set_up, sunny_village

DAYS = 120
# From "it is ready again" to "everything answers": the breaker's pause, a sweep.
RECOVERY_SECONDS = 30.0
# A process on a busy machine.
START_SECONDS = 120.0


@dataclass
class Calm:
    """A community, and its run as it is when nobody disturbs it."""

    village: Built
    digest: str
    indicators: dict[str, Any]

    def start(self, api: Api, **headers: str) -> httpx.Response:
        return api.raw("POST", "/runs", json={"grid_id": self.village.grid_id, **period(DAYS * 96)}, headers=headers)


def calm_run(suite: Runtime) -> Calm:
    with signed_in(suite) as api:
        village = set_up(api, *sunny_village(40, DAYS, seed=5))
        run = api.run(grid_id=village.grid_id, **period(DAYS * 96))
        assert run["status"] == "succeeded", run
        return Calm(village, run["result_digest"], indicators(api, run["id"]))


@contextmanager
def signed_in(suite: Runtime) -> Iterator[Api]:
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        yield api


def indicators(api: Api, run_id: int) -> dict[str, Any]:
    found: dict[str, Any] = api("GET", f"/results/{run_id}/summary")["indicators"]
    return found


def begun(api: Api, calm: Calm) -> int:
    """A run in the middle of its windows. On a busy machine it may end between two looks; then it's another one."""
    started: list[int] = []

    def is_in_the_middle() -> bool:
        run = api("GET", f"/runs/{started[-1]}", params={"include": "none"}) if started else None
        if run is None or run["status"] == "succeeded":
            answer = calm.start(api)
            assert answer.status_code == 202, answer.text
            started.append(int(answer.json()["id"]))
            return False
        return bool(0 < run["progress"] < 1)

    eventually(is_in_the_middle, 60)
    return started[-1]


@contextmanager
def away(suite: Runtime, *names: str) -> Iterator[None]:
    """Without these processes, which are asked to end, and at the end started again until they are ready."""
    for name in names:
        # All marks first, so that none of them is started again while another is still ending.
        (suite.folder.held / name).touch()
    for name in names:
        assert control.stop_one(suite.folder.root, name, print) == 0
    try:
        yield
    finally:
        for name in names:
            assert control.start_one(suite.folder.root, name, print) == 0
        for name in set(names) & set(SERVICES):
            eventually(lambda name=name: httpx.get(f"{suite.service_url(name)}/health/ready").is_success, START_SECONDS)


def assert_unavailable(answer: httpx.Response) -> None:
    """A problem document that says when to come again."""
    assert answer.status_code == 503, (answer.request.url, answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    body = json.loads(answer.text)
    assert body["status"] == 503
    assert body["detail"]


def assert_calm(api: Api, calm: Calm, run_id: int) -> None:
    """The run ends by itself, as if nothing had been."""
    run = api.wait(run_id, seconds=120)
    assert run["status"] == "succeeded", run
    assert run["result_digest"] == calm.digest
    assert indicators(api, run_id) == calm.indicators


def eventually(holds: Callable[[], Any], seconds: float = RECOVERY_SECONDS) -> float:
    """Until it holds; how long it took. A connection that breaks counts as no."""
    began = time.monotonic()
    while True:
        try:
            if holds():
                return time.monotonic() - began
        except httpx.TransportError:
            pass
        assert time.monotonic() - began < seconds, f"waited {seconds} s in vain"
        time.sleep(0.05)


def comes_back(api: Api, *paths: str) -> float:
    """Until all of these answer well; how long it took."""
    return eventually(lambda: all(api.raw("GET", path).is_success for path in paths))


def database(suite: Runtime) -> Postgres:
    """The suite's own database, to be asked past all services."""
    return Postgres(suite.folder, load_secrets(suite.folder, database_exists=True))


def database_answers(suite: Runtime) -> bool:
    return database(suite).answers()


def statements(suite: Runtime, *texts: str) -> Any:
    """Carry out statements as the superuser; the first value of the last one's answer."""
    connection = psycopg2.connect(database(suite).admin_url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for text in texts:
                cursor.execute(text)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()
