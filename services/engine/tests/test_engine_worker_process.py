"""Real worker processes on a real Redis: killed without a word, found again, and the same result at the end."""

import re
import urllib.request

import pytest
from opentelemetry import trace

from hygge_core import telemetry
from hygge_engine.execution import Outcome
from hygge_engine.jobs import QUEUE, CeleryHints, make_celery
from hygge_engine.settings import Settings
from services.engine.tests.conftest import Engine, StartWorker, wait_until
from services.engine.tests.neighbours import days_of
from tests.support.ports import free_port

YEAR_END = {"end": "2026-12-31T00:00:00Z"}
# Soon enough for a test: a dead worker's run is free after two seconds and found a moment later.
HASTY = {"lease_seconds": 2, "sweep_seconds": 0.3}


@pytest.fixture
def small_windows(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two days each: a year has so many that its middle can't be missed."""
    monkeypatch.setattr(engine.settings, "max_window_house_steps", 1000)


def hints_of(engine: Engine, redis_url: str) -> CeleryHints:
    settings: Settings = engine.settings.model_copy(update={"redis_url": redis_url})
    return CeleryHints(make_celery(settings), settings)


def finished(engine: Engine, run_id: int) -> bool:
    run = engine.get(run_id)
    assert run["status"] not in ("failed", "cancelled"), run["error"]
    return bool(run["status"] == "succeeded")


@pytest.mark.usefixtures("small_windows")
def test_a_killed_worker_s_run_goes_on_to_the_same_digest(
    engine: Engine, redis_url: str, start_worker: StartWorker
) -> None:
    calm = engine.queued(**YEAR_END)
    engine.worker().work(calm)
    hints = hints_of(engine, redis_url)
    run_id = engine.queued(**YEAR_END)
    hints.send(run_id)
    # Every slice is one window, so the kill comes somewhere in the middle; the heir runs at full speed.
    first = start_worker(**HASTY | {"sweep_seconds": 600}, slice_seconds=1e-9)
    wait_until(lambda: engine.get(run_id)["progress"] > 0)
    first.kill()
    assert 0 < engine.get(run_id)["progress"] < 1
    start_worker(**HASTY)
    wait_until(lambda: finished(engine, run_id))
    assert engine.get(run_id)["result_digest"] == engine.get(calm)["result_digest"]
    assert days_of(engine.world, run_id) == days_of(engine.world, calm)


@pytest.mark.usefixtures("small_windows")
def test_a_worker_that_is_told_to_stop_hands_its_run_on(
    engine: Engine, redis_url: str, start_worker: StartWorker
) -> None:
    run_id = engine.queued(**YEAR_END)
    first = start_worker(**HASTY)
    wait_until(lambda: engine.get(run_id)["progress"] > 0)
    first.process.terminate()
    assert first.process.wait(20) == 0
    assert 0 < engine.get(run_id)["progress"] < 1
    # Nobody has to wait for a lease that nobody holds.
    assert engine.worker("heir").work(run_id) == (run_id, Outcome.SUCCEEDED)


def test_runs_whose_hints_were_lost_are_found_at_the_start_of_a_worker(
    engine: Engine, redis_url: str, start_worker: StartWorker
) -> None:
    runs = [engine.queued() for _ in range(2)]
    port = free_port()
    worker = start_worker(**HASTY, worker_metrics_port=port)
    for run_id in runs:
        wait_until(lambda run_id=run_id: finished(engine, run_id))
    with trace.get_tracer("test").start_as_current_span("request"):
        trace_id = str(telemetry.trace_id())
        hints_of(engine, redis_url).send(runs[0])
    wait_until(lambda: trace_id in worker.log.read_text())  # a job carries on the trace of its request
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    assert re.search(r'hygge_engine_runs_finished_total\{status="succeeded"\} 2.0', text)
    house_steps = re.search(r"hygge_engine_house_steps_total ([\d.e+]+)", text)
    assert house_steps
    assert float(house_steps[1]) == 2 * 5 * 59 * 96
    assert re.search(r'hygge_engine_trades_total\{pool="transformer"\} [1-9]', text)
    assert 'hygge_build_info{environment="DEV"' in text
    # The worker and its child, each by itself.
    assert len(re.findall(r"^process_resident_memory_bytes\{pid=", text, re.MULTILINE)) >= 2
    for probe in ("live", "ready"):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/{probe}") as answer:
            assert answer.status == 200


def test_a_hint_that_can_t_be_sent_does_not_fail_the_request(engine: Engine) -> None:
    hints_of(engine, f"redis://127.0.0.1:{free_port()}/0").send(1)


def test_hints_wait_in_the_queue(engine: Engine, redis_url: str) -> None:
    hints = hints_of(engine, redis_url)
    hints._redis.delete(QUEUE)
    hints.send(5)
    assert hints.waiting() == 1
    hints._redis.delete(QUEUE)
    hints.ping()
