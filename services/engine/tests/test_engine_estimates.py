"""Before a run: what it will take, and whether a worker has the memory for it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygge_core.database import transaction
from hygge_core.timeaxis import TimeAxis
from hygge_engine import fleet as fleets
from hygge_engine.base import database
from hygge_engine.estimates import Size, estimate, plan
from hygge_engine.execution import Outcome
from hygge_engine.fleet import Fleet, fleet, memory_bytes
from hygge_engine.runs.repository import Rates
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.settings import Settings
from services.engine.tests.conftest import YEAR, Engine

LEAP = TimeAxis(datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC), 15, "UTC")
REQUEST = RunRequest.model_validate({"grid_id": 1, "start": LEAP.start, "end": LEAP.end, "detail": "day"})
DISTRICT = Size([109] * 78 + [135], LEAP, 300)


def dry(engine: Engine, **changes: Any) -> Any:
    return engine.client.post("/api/v1/runs?dry_run=true", json={**YEAR, **changes}, headers=engine.operator)


def alive(processes: int, memory: int, name: str = "w") -> None:
    with transaction(database):
        fleets.report(name, processes, memory)


def test_a_dry_run_tells_and_stores_nothing(engine: Engine) -> None:
    alive(2, 3_000_000_000)
    answer = dry(engine)
    assert answer.status_code == 200
    found = answer.json()
    assert (found["houses"], found["steps"], found["house_steps"]) == (5, 59 * 96, 5 * 59 * 96)
    assert (found["windows"], found["shards"], found["workers"], found["fits"]) == (3, 1, 2, True)
    assert found["storage_rows"] == 8 * 60
    assert found["memory_bytes"] == 3_000_000_000
    assert found["basis"] == "defaults"
    assert found["seconds"] > 0
    assert engine.client.get("/api/v1/runs", headers=engine.operator).json()["items"] == []
    assert engine.hints.sent == []


def test_a_dry_run_has_the_findings_of_a_run(engine: Engine) -> None:
    wrong = {"pricing": "fixed", "start": "2025-12-31T00:00:00Z"}
    assert dry(engine, **wrong).status_code == 422
    assert dry(engine, **wrong).json()["errors"] == engine.post(**wrong).json()["errors"]
    viewer = engine.tokens.headers(4, "viewer", views=[1])
    assert engine.client.post("/api/v1/runs?dry_run=true", json=YEAR, headers=viewer).status_code == 403


def test_finished_runs_make_the_basis(engine: Engine) -> None:
    run_id = engine.queued()
    assert engine.worker().work(run_id) == (run_id, Outcome.SUCCEEDED)
    with transaction(database):
        database.execute_sql("UPDATE engine.run SET houses = 1000, transformers = 10")
    found = dry(engine).json()
    assert found["basis"] == "measured on 1 runs"
    timings = engine.get(run_id)["timings"]
    assert found["seconds_compute"] == pytest.approx(timings["compute"] * 5 / 1000, abs=0.1)


def test_a_run_that_does_not_fit_is_refused_with_the_estimate(engine: Engine) -> None:
    alive(2, 100_000_000)
    found = dry(engine).json()
    assert found["fits"] is False
    answer = engine.post()
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert error["field"] == "memory"
    assert f"{found['peak_memory_bytes'] / 1e9:.1f} GB" in error["message"]
    assert engine.client.get("/api/v1/runs", headers=engine.operator).json()["items"] == []


def test_a_run_keeps_the_windows_that_it_was_accepted_with(engine: Engine) -> None:
    """A worker with another setting goes on with the run's own windows: they are part of its digest."""
    calm, run_id = engine.queued(), engine.queued()
    engine.worker().work(calm)
    engine.worker(max_window_house_steps=1000).work(run_id)
    assert engine.get(run_id)["result_digest"] == engine.get(calm)["result_digest"]


def test_workers_that_fell_silent_do_not_count(engine: Engine) -> None:
    alive(2, 10**9, "a")
    alive(3, 5 * 10**8, "b")
    with transaction(database):
        assert fleet(engine.settings) == Fleet(5, 5 * 10**8)
        database.execute_sql("UPDATE engine.worker SET seen_at = now() - interval '10 minutes' WHERE name = 'b'")
        assert fleet(engine.settings) == Fleet(2, 10**9)
        database.execute_sql("UPDATE engine.worker SET seen_at = now() - interval '10 minutes'")
        assert fleet(engine.settings) == Fleet(0, memory_bytes())


def test_memory_is_bound_by_the_machine() -> None:
    assert 10**8 < memory_bytes() < 10**13


def test_the_district_is_cut_into_shards_for_two_workers(settings: Settings) -> None:
    two = plan(REQUEST, DISTRICT, Fleet(2, 2 * 10**9), settings)
    one = plan(REQUEST, DISTRICT, Fleet(1, 2 * 10**9), settings)
    assert (one.shards, two.shards) == (1, 7)
    assert one.windows == two.windows > 12
    assert two.peak_memory_bytes < one.peak_memory_bytes < 2 * 10**9


def test_what_does_not_fit_is_cut_further_then_made_in_shorter_windows(settings: Settings) -> None:
    roomy = plan(REQUEST, DISTRICT, Fleet(1, 10**10), settings)
    tight = plan(REQUEST, DISTRICT, Fleet(1, 700 * 10**6), settings)
    assert roomy.shards == 1
    assert tight.fits
    assert tight.shards > 1
    assert tight.window_house_steps == roomy.window_house_steps
    one_shard = REQUEST.model_copy(update={"shards": 1})
    shorter = plan(one_shard, DISTRICT, Fleet(1, 700 * 10**6), settings)
    assert shorter.fits
    assert shorter.windows > roomy.windows
    assert not plan(REQUEST, DISTRICT, Fleet(4, 300 * 10**6), settings).fits


@given(st.integers(1, 64), st.integers(1, 40))
def test_more_workers_are_never_slower(processes: int, shards: int) -> None:
    settings = Settings.model_construct(
        max_window_house_steps=4_000_000, shard_house_steps=40_000_000, writers=2, house_steps_per_second=8e6,
        rows_per_second=4e4, bytes_per_second=6e7, shard_writers=0,
    )  # fmt: skip
    request = REQUEST.model_copy(update={"shards": shards})
    rates = Rates(3, 1e-7, 2e-5, 1e-5)
    seconds = [
        estimate(request, DISTRICT, Fleet(count, 10**10), rates, settings).seconds
        for count in (processes, processes + 1)
    ]
    assert seconds[1] <= seconds[0]
