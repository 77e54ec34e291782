"""What the engine counts, read from its /metrics."""

import re

import pytest

from hygge_core.database import transaction
from hygge_engine import fleet
from hygge_engine.base import database
from services.engine.tests.conftest import Engine, end_lease


def value(engine: Engine, series: str) -> float:
    """A series' value; 0 where there is none yet."""
    text = engine.client.get("/metrics").text
    found = re.search(rf"^{re.escape(series)} ([\d.e+-]+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def long_ago(run_id: int, column: str = "progressed_at") -> None:
    with transaction(database):
        database.execute_sql(f"UPDATE engine.run SET {column} = now() - interval '1 hour' WHERE id = %s", (run_id,))


def test_living_workers_show(engine: Engine) -> None:
    assert value(engine, "hygge_engine_worker_processes") == 0
    with transaction(database):
        fleet.report("w1", 3, 10**9)
        fleet.report("w2", 2, 10**9)
    assert value(engine, "hygge_engine_worker_processes") == 5


def test_a_run_that_does_not_come_forward_shows(engine: Engine) -> None:
    assert value(engine, "hygge_engine_progress_age_seconds") == 0
    run_id = engine.queued()
    long_ago(run_id, "created_at")
    assert value(engine, "hygge_engine_progress_age_seconds") == 0  # waiting is the queue's business
    assert value(engine, "hygge_engine_queue_age_seconds") == pytest.approx(3600, abs=60)
    engine.worker(slice_seconds=1e-9).work(run_id)
    assert 0 < value(engine, "hygge_engine_progress_age_seconds") < 60
    long_ago(run_id)
    assert value(engine, "hygge_engine_progress_age_seconds") == pytest.approx(3600, abs=60)
    end_lease(run_id)
    engine.worker("w2").work(run_id)
    assert value(engine, "hygge_engine_progress_age_seconds") == 0


def test_a_run_that_is_only_taken_over_does_not_come_forward(engine: Engine) -> None:
    from hygge_engine.runs import repository

    run_id = engine.queued()
    with transaction(database):
        repository.claim("w1", 20, run_id)
    long_ago(run_id)
    end_lease(run_id)
    with transaction(database):
        repository.claim("w2", 20, run_id)
    assert value(engine, "hygge_engine_progress_age_seconds") == pytest.approx(3600, abs=60)


def test_trades_and_kilowatt_hours_are_those_of_the_rows(engine: Engine) -> None:
    series = {pool: [f'hygge_engine_{name}_total{{pool="{pool}"}}' for name in ("trades", "traded_kwh")]
              for pool in ("transformer", "grid")}  # fmt: skip
    before = {pool: [value(engine, name) for name in names] for pool, names in series.items()}
    run_id = engine.queued()
    engine.work_off(run_id, engine.worker())
    columns = {"transformer": ("shared_local_kw", "bought_local_kwh"), "grid": ("shared_grid_kw", "bought_grid_kwh")}
    for pool, (vector, energy) in columns.items():
        found = engine.world.sql(
            f"SELECT sum((SELECT count(*) FROM unnest({vector}) v WHERE v <> 0)), sum({energy}) FROM results.node_days"
            " WHERE node_id = ANY(%s)",
            (_houses(engine),),
        )
        now = [value(engine, name) for name in series[pool]]
        trades, traded = (after - earlier for after, earlier in zip(now, before[pool], strict=True))
        assert (trades, traded) == (found[0][0] or 0, pytest.approx(found[0][1] or 0))


def _houses(engine: Engine) -> list[int]:
    document = next(iter(engine.world.documents.values()))
    return [house["id"] for transformer in document["transformers"] for house in transformer["houses"]]
