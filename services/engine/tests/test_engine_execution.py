"""A worker and a run: from queued to its end, through every interruption, with the same result."""

import threading
import time
from typing import Any

import psycopg2
import pytest

from hygge_core.database import DatabaseAway, transaction
from hygge_engine.base import database as engine_database
from hygge_engine.execution import Outcome
from hygge_engine.pipeline import Pipeline
from hygge_engine.workers import Worker
from services.engine.tests.conftest import Engine, end_lease
from services.engine.tests.neighbours import Neighbours, days_of

QUARTER = {"end": "2026-04-15T00:00:00Z"}  # four windows: January to April


class Crash(BaseException):
    """A worker that dies: nothing catches it."""


def rows(world: Neighbours, run_id: int) -> list[Any]:
    """Everything stored of a run but its number."""
    columns = "node_id, day, starts_at, steps, load_kw, generation_kw, soc_kwh, grid_kw, imported_kwh, fees_eur"
    days = world.sql(f"SELECT {columns} FROM results.node_days WHERE run_id = %s ORDER BY 1, 2", (run_id,))
    query = "SELECT source_id, target_id, energy_kwh FROM results.flows WHERE run_id = %s ORDER BY 1, 2"
    return days + world.sql(query, (run_id,))


def undisturbed(engine: Engine, **changes: Any) -> int:
    run_id = engine.queued(**{**QUARTER, **changes})
    assert engine.worker("calm").work(run_id) == (run_id, Outcome.SUCCEEDED)
    return run_id


def crash_after(monkeypatch: pytest.MonkeyPatch, windows: int) -> None:
    """The writer dies when it is about to write the window after so many."""
    write = Pipeline._write

    def fragile(self: Pipeline, result: Any, before: Any) -> None:
        if result.period.index >= windows:
            raise Crash
        write(self, result, before)

    monkeypatch.setattr(Pipeline, "_write", fragile)


def test_a_run_from_queued_to_succeeded(engine: Engine) -> None:
    run_id = undisturbed(engine, name="whole")
    run = engine.get(run_id)
    assert (run["status"], run["progress"], run["phase"], run["error"]) == ("succeeded", 1, None, None)
    assert len(run["result_digest"]) == 64
    assert run["started_at"] <= run["finished_at"]
    assert {"collect", "validate", "assemble", "register", "compute", "write", "close"} <= run["timings"].keys()
    assert run["proof"]["energy_residual_kwh"] < 1e-6
    assert run["profiles_hash"]
    assert engine.world.closed[run_id] == {"digest": run["result_digest"], "proof": run["proof"]}
    body = engine.world.registered[run_id]
    assert [node["kind"] for node in body["nodes"]] == [
        "grid", "transformer", "house", "house", "house", "transformer", "house", "house",
    ]  # fmt: skip
    assert body["nodes"][0]["storage_capacity_kwh"] == body["nodes"][3]["storage_capacity_kwh"] == 4.5
    assert (body["stored_step_minutes"], body["timezone"]) == (15, "Europe/Berlin")
    # 1 January 00:00 UTC is 01:00 in Berlin; 15 April 00:00 UTC is 02:00: 105 local days, the ends cut.
    assert days_of(engine.world, run_id) == 105 * 8
    steps = engine.world.sql(
        "SELECT steps FROM results.node_days WHERE run_id = %s AND node_id = 11 ORDER BY day", (run_id,)
    )
    assert (steps[0], steps[1], steps[87], steps[-1]) == ((92,), (96,), (92,), (8,))


def test_the_day_sums_and_vectors_agree(engine: Engine) -> None:
    run_id = undisturbed(engine)
    off = engine.world.sql(
        "SELECT max(abs(load_kwh - (SELECT sum(v::float8) * 0.25 FROM unnest(load_kw) v))) FROM results.node_days"
        " WHERE run_id = %s AND load_kw IS NOT NULL",
        (run_id,),
    )
    assert off[0][0] < 1e-3
    flows = engine.world.sql("SELECT sum(energy_kwh) FROM results.flows WHERE run_id = %s AND target_id = 1", (run_id,))
    exported = engine.world.sql(
        "SELECT sum(exported_kwh) FROM results.node_days WHERE run_id = %s AND node_id = 1", (run_id,)
    )
    assert flows[0][0] == pytest.approx(exported[0][0], rel=1e-9)


@pytest.mark.parametrize("windows", [0, 1, 3])
@pytest.mark.parametrize("strategy", ["self_consumption", "community"])
def test_a_run_goes_on_from_its_checkpoint_to_the_same_bits(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, windows: int, strategy: str
) -> None:
    calm = undisturbed(engine, storage_strategy=strategy)
    run_id = engine.queued(**QUARTER, storage_strategy=strategy)
    with monkeypatch.context() as patch:
        crash_after(patch, windows)
        with pytest.raises(Crash):
            engine.worker("dying").work(run_id)
    assert engine.get(run_id)["progress"] == pytest.approx(windows / 4)
    assert engine.worker("heir").work(run_id) is None  # the lease of the dead one still runs
    end_lease(run_id)
    assert engine.worker("heir").work(run_id) == (run_id, Outcome.SUCCEEDED)
    assert engine.get(run_id)["result_digest"] == engine.get(calm)["result_digest"]
    assert engine.get(run_id)["proof"] == engine.get(calm)["proof"]
    assert rows(engine.world, run_id) == rows(engine.world, calm)


def test_a_crash_between_the_last_window_and_the_close(engine: Engine) -> None:
    calm = undisturbed(engine)
    run_id = engine.queued(**QUARTER)
    engine.world.faults["/close"] = 503
    assert engine.worker("w", retry_delay_seconds=0).work(run_id) == (run_id, Outcome.POSTPONED)
    assert engine.get(run_id)["progress"] == 1.0
    engine.world.faults.clear()
    assert engine.worker("heir").work(run_id) == (run_id, Outcome.SUCCEEDED)
    assert rows(engine.world, run_id) == rows(engine.world, calm)


@pytest.mark.parametrize("writers", [1, 3])
def test_any_number_of_writers_gives_the_same_rows(engine: Engine, writers: int) -> None:
    calm = undisturbed(engine)
    run_id = engine.queued(**QUARTER)
    assert engine.worker(writers=writers).work(run_id) == (run_id, Outcome.SUCCEEDED)
    assert engine.get(run_id)["result_digest"] == engine.get(calm)["result_digest"]
    assert rows(engine.world, run_id) == rows(engine.world, calm)


def test_windows_are_committed_in_order_when_a_later_one_is_written_first(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = engine.queued(**QUARTER)
    write = Pipeline._write
    progress: list[float] = []

    def late(self: Pipeline, result: Any, before: Any) -> None:
        if result.period.index == 0:
            time.sleep(0.5)
        write(self, result, before)
        progress.append(result.period.index)

    monkeypatch.setattr(Pipeline, "_write", late)
    assert engine.worker().work(run_id) == (run_id, Outcome.SUCCEEDED)
    assert progress == [0, 1, 2, 3]


def test_time_slices_give_the_same_result(engine: Engine) -> None:
    calm = undisturbed(engine)
    run_id = engine.queued(**QUARTER)
    worker = engine.worker("sliced", slice_seconds=1e-9)
    outcomes = [worker.work(run_id) for _ in range(4)]
    assert outcomes == [(run_id, Outcome.HANDED_ON)] * 3 + [(run_id, Outcome.SUCCEEDED)]
    assert engine.get(run_id)["result_digest"] == engine.get(calm)["result_digest"]
    assert rows(engine.world, run_id) == rows(engine.world, calm)


def test_two_workers_never_write_the_same_window(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is overtaken while it computes: its lease was lost, and what it writes then is rolled back."""
    calm = undisturbed(engine)
    run_id = engine.queued(**QUARTER)
    computed, overtaken = threading.Event(), threading.Event()
    write = Pipeline._write

    def slow(self: Pipeline, result: Any, before: Any) -> None:
        if self._lease.ticket.worker == "slow" and result.period.index == 1:
            computed.set()
            assert overtaken.wait(30)
        write(self, result, before)

    monkeypatch.setattr(Pipeline, "_write", slow)
    outcomes: list[Any] = []
    # One writer: the window before is committed then, and no later one is half written.
    alone = engine.worker("slow", lease_seconds=600, writers=1)
    first = threading.Thread(target=lambda: outcomes.append(alone.work(run_id)))
    first.start()
    assert computed.wait(30)
    end_lease(run_id)
    second = engine.worker("fast").work(run_id)
    overtaken.set()
    first.join(30)
    assert second == (run_id, Outcome.SUCCEEDED)
    assert outcomes == [(run_id, Outcome.STOPPED)]
    assert rows(engine.world, run_id) == rows(engine.world, calm)


def test_workers_at_the_same_moment_settle_a_run_once(engine: Engine) -> None:
    run_id = engine.queued(**QUARTER)
    outcomes: list[Any] = []
    workers = [
        threading.Thread(target=lambda n=n: outcomes.append(engine.worker(f"w{n}").work(run_id))) for n in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(outcomes, key=str) == [(run_id, Outcome.SUCCEEDED), None, None, None]
    assert days_of(engine.world, run_id) == 105 * 8


def test_a_cancel_is_seen_between_windows(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = engine.queued(**QUARTER)
    write = Pipeline._write

    def cancelled(self: Pipeline, result: Any, before: Any) -> None:
        if result.period.index == 1:
            before.result()
            assert engine.cancel(run_id).status_code == 202
        write(self, result, before)

    monkeypatch.setattr(Pipeline, "_write", cancelled)
    assert engine.worker().work(run_id) == (run_id, Outcome.STOPPED)
    run = engine.get(run_id)
    assert (run["status"], run["result_digest"]) == ("cancelled", None)
    assert run["progress"] == pytest.approx(1 / 4)
    days = engine.world.sql("SELECT max(day)::text FROM results.node_days WHERE run_id = %s", (run_id,))
    assert days == [("2026-01-31",)]


def test_a_run_deleted_in_mid_run_leaves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = engine.queued(**QUARTER)
    write = Pipeline._write

    def deleted(self: Pipeline, result: Any, before: Any) -> None:
        if result.period.index == 1:
            before.result()
            engine.cancel(run_id)
            engine.client.delete(f"/api/v1/runs/{run_id}", headers=engine.operator)
        write(self, result, before)

    monkeypatch.setattr(Pipeline, "_write", deleted)
    assert engine.worker().work(run_id) == (run_id, Outcome.STOPPED)
    assert days_of(engine.world, run_id) == 0
    assert engine.world.removed == [run_id, run_id]


def failed(engine: Engine, run_id: int) -> tuple[str, list[str]]:
    run = engine.get(run_id)
    assert run["status"] == "failed"
    assert run["finished_at"]
    return run["error"]["detail"], [error["field"] for error in run["error"]["errors"]]


def test_what_only_the_worker_sees_fails_the_run_with_all_findings(engine: Engine) -> None:
    run_id = engine.queued()
    engine.world.series[1].values[2000] = float("nan")
    engine.world.series[2].values[2000] = float("inf")
    engine.world.series[4].values[2000] = -1
    assert engine.worker().work(run_id) == (run_id, Outcome.FAILED)
    assert failed(engine, run_id)[1] == ["profiles.1", "profiles.2", "profiles.4"]
    assert days_of(engine.world, run_id) == 0


def test_profiles_that_became_too_short_fail_the_run(engine: Engine) -> None:
    run_id = engine.queued()
    engine.world.assignments.append((15, 6, 1.0))
    engine.worker().work(run_id)
    assert failed(engine, run_id)[1] == ["profiles.6"]


def test_profiles_that_change_while_a_run_is_interrupted_fail_it(engine: Engine) -> None:
    run_id = engine.queued(**QUARTER)
    engine.worker(slice_seconds=1e-9).work(run_id)
    engine.world.series[1].values[2000] += 1
    assert engine.worker().work(run_id) == (run_id, Outcome.FAILED)
    assert failed(engine, run_id)[1] == ["profiles"]


def test_a_service_that_is_away_is_tried_again_and_after_long_given_up(engine: Engine) -> None:
    run_id = engine.queued()
    engine.world.faults["/bundles"] = 503
    worker = engine.worker(max_attempts=1, outage_seconds=1.5)
    began = time.monotonic()
    assert worker.work(run_id) == (run_id, Outcome.POSTPONED)
    assert engine.get(run_id)["status"] == "running"
    while (outcome := worker.work(run_id)) == (run_id, Outcome.POSTPONED):
        assert time.monotonic() - began < 30
    assert time.monotonic() - began >= 1.5
    assert outcome == (run_id, Outcome.FAILED)
    assert "Given up after 1.5 s" in failed(engine, run_id)[0]


def test_a_token_that_is_always_refused_fails_the_run(engine: Engine) -> None:
    run_id = engine.queued()
    engine.world.faults["/bundles"] = 401
    worker = engine.worker(max_attempts=2)
    assert worker.work(run_id) == (run_id, Outcome.POSTPONED)
    assert worker.work(run_id) == (run_id, Outcome.FAILED)
    assert "Given up after 2 tries" in failed(engine, run_id)[0]


def test_outages_are_no_tries_of_the_run(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Far more faults of the surroundings than a run may have tries, in the middle of it."""
    calm = engine.get(undisturbed(engine))
    run_id = engine.queued(**QUARTER)
    write, faults = Pipeline._write, 0

    def interrupted(self: Any, result: Any, before: Any) -> None:
        nonlocal faults
        faults += 1
        if faults % 3:
            with transaction(engine_database):
                engine_database.execute_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        write(self, result, before)

    monkeypatch.setattr(Pipeline, "_write", interrupted)
    worker = engine.worker(max_attempts=1)
    outcomes = [worker.work(run_id)]
    while outcomes[-1] == (run_id, Outcome.POSTPONED):
        outcomes.append(worker.work(run_id))
    assert outcomes[-1] == (run_id, Outcome.SUCCEEDED)
    assert len(outcomes) > 3
    assert engine.get(run_id)["result_digest"] == calm["result_digest"]


@pytest.mark.parametrize("status", [401, 429, 504])
def test_what_passes_is_tried_again(engine: Engine, status: int) -> None:
    run_id = engine.queued()
    worker = engine.worker()
    engine.world.faults["PUT /api/v1/results"] = status
    assert worker.work(run_id) == (run_id, Outcome.POSTPONED)
    engine.world.faults.clear()
    engine.world.calls.clear()
    assert worker.work(run_id) == (run_id, Outcome.SUCCEEDED)
    assert ("POST /api/v1/auth/token" in engine.world.calls) == (status == 401)


def test_a_run_that_kills_its_workers_is_given_up(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = engine.queued()
    with monkeypatch.context() as patch:
        crash_after(patch, 0)
        for _ in range(2):
            with pytest.raises(Crash):
                engine.worker(max_attempts=2).work(run_id)
            end_lease(run_id)
    assert engine.worker(max_attempts=2).work(run_id) == (run_id, Outcome.FAILED)
    assert "2 workers ended" in failed(engine, run_id)[0]


def test_a_fault_of_ours_fails_the_run_without_its_inner_life(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = engine.queued()

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(Pipeline, "_write", broken)
    assert engine.worker().work(run_id) == (run_id, Outcome.FAILED)
    assert "ZeroDivisionError" in failed(engine, run_id)[0]
    assert "secret" not in failed(engine, run_id)[0]


def test_a_worker_that_shall_end_while_the_database_is_away_leaves_the_run_to_the_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = engine.queued()

    def gone(*_: Any) -> None:
        with transaction(engine_database):
            raise psycopg2.OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "_write", gone)
        with pytest.raises(DatabaseAway):
            Worker("w1", engine.services, engine.settings, stopping=lambda: True).work(run_id)
    end_lease(run_id)
    assert engine.worker().work(run_id) == (run_id, Outcome.SUCCEEDED)


def test_detail_hour_and_day_store_less_and_sum_the_same(engine: Engine) -> None:
    runs = {detail: undisturbed(engine, detail=detail) for detail in ("step", "hour", "day")}
    digests = {engine.get(run_id)["result_digest"] for run_id in runs.values()}
    assert len(digests) == 1
    sums = "SELECT node_id, day, load_kwh, imported_kwh FROM results.node_days WHERE run_id = %s ORDER BY 1, 2"
    stored = {detail: engine.world.sql(sums, (run_id,)) for detail, run_id in runs.items()}
    assert stored["step"] == stored["hour"] == stored["day"]
    shape = "SELECT DISTINCT steps FROM results.node_days WHERE run_id = %s ORDER BY 1"
    assert engine.world.sql(shape, (runs["hour"],)) == [(2,), (23,), (24,)]
    assert engine.world.sql(shape, (runs["day"],)) == [(0,)]
    vectors = "SELECT count(load_kw), count(grid_kw) FROM results.node_days WHERE run_id = %s"
    assert engine.world.sql(vectors, (runs["day"],)) == [(0, 0)]
    assert [engine.world.registered[runs[d]]["stored_step_minutes"] for d in runs] == [15, 60, 1440]
