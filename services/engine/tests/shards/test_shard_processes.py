"""Real worker processes on a real Redis share a run, are killed without a word, and give the same digest."""

from typing import Any

import pytest

from services.engine.tests.conftest import Engine, StartWorker, wait_until
from services.engine.tests.neighbours import days_of
from services.engine.tests.shards.test_shard_runs import kept, whole, wide
from services.engine.tests.test_engine_worker_process import HASTY, finished, hints_of

__all__ = ["wide"]
YEAR_END = {"grid_id": 3, "start": "2026-01-01T00:00:00Z", "end": "2026-12-31T00:00:00Z"}


def calm_digest(engine: Engine) -> tuple[str, int]:
    run_id = whole(engine, **YEAR_END)
    return engine.get(run_id)["result_digest"], days_of(engine.world, run_id)


def assert_done(engine: Engine, run_id: int, expected: tuple[str, int]) -> None:
    wait_until(lambda: finished(engine, run_id), 120)
    assert (engine.get(run_id)["result_digest"], days_of(engine.world, run_id)) == expected
    assert sum(kept(run_id).values()) == 0


@pytest.mark.parametrize(("shards", "workers"), [(2, 1), (8, 2)])
def test_processes_share_a_run(
    wide: Engine, redis_url: str, start_worker: StartWorker, shards: int, workers: int
) -> None:
    expected = calm_digest(wide)
    run_id = wide.queued(**YEAR_END, shards=shards)
    hints_of(wide, redis_url).send(run_id)
    # Without sweeps: the hints that workers send to each other are enough.
    for _ in range(workers):
        start_worker(sweep_seconds=600)
    assert_done(wide, run_id, expected)


@pytest.fixture
def small_windows(wide: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight days each: a pass over a year has so many that its middle can't be missed."""
    monkeypatch.setattr(wide.settings, "max_window_house_steps", 20_000)


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("pass_", [1, 2])
def test_killed_processes_change_nothing(wide: Engine, redis_url: str, start_worker: StartWorker, pass_: int) -> None:
    expected = calm_digest(wide)
    run_id = wide.queued(**YEAR_END, shards=4)
    hints_of(wide, redis_url).send(run_id)
    low, high = (0.0, 0.5) if pass_ == 1 else (0.5, 1.0)
    # Every slice is one window, so the kills come somewhere in the middle of the pass.
    dying = [start_worker(**HASTY, slice_seconds=1e-9) for _ in range(2)]
    wait_until(lambda: wide.get(run_id)["progress"] > low, 120)
    for worker in dying:
        worker.kill()
    assert low < wide.get(run_id)["progress"] <= high
    start_worker(**HASTY)
    assert_done(wide, run_id, expected)


@pytest.mark.usefixtures("small_windows")
def test_a_process_told_to_stop_hands_its_shard_on(wide: Engine, redis_url: str, start_worker: StartWorker) -> None:
    expected = calm_digest(wide)
    run_id: Any = wide.queued(**YEAR_END, shards=2)
    first = start_worker(**HASTY, slice_seconds=1e-9)
    wait_until(lambda: wide.get(run_id)["progress"] > 0, 120)
    first.process.terminate()
    assert first.process.wait(20) == 0
    # Nobody has to wait for a lease that nobody holds.
    wide.work_off(run_id, wide.worker("heir"))
    assert_done(wide, run_id, expected)
