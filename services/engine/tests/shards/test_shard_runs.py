"""Runs in shards: the same digest, rows and proof as in one piece, for any number of shards, workers and deaths."""

import threading
from typing import Any

import pytest

from hygge_core.database import transaction
from hygge_engine import pipeline as pipelines
from hygge_engine.base import database
from hygge_engine.execution import Outcome
from hygge_engine.jobs import sweep
from hygge_engine.pipeline import Pipeline
from hygge_engine.runs import repository as runs
from hygge_engine.shards import repository, work
from hygge_engine.shards.work import ShardExecution
from services.engine.tests.conftest import Engine, end_lease, end_shard_leases
from services.engine.tests.neighbours import Neighbours, Series, battery, community, days_of, house

SPRING = {"grid_id": 3, "start": "2026-02-20T00:00:00Z", "end": "2026-04-05T00:00:00Z"}  # three windows
WINDOWS = 3


class Crash(BaseException):
    """A worker that dies: nothing catches it."""


@pytest.fixture
def wide(engine: Engine) -> Engine:
    """Grid 3: nine stations with one to five houses each, a limit on the grid and on one station."""
    world, houses, number = engine.world, [], 300
    for station in range(9):
        group = []
        for place in range(1 + station % 5):
            devices = [battery(id=9000 + number)] if number % 3 == 0 else []
            group.append(house(number, devices=devices, flags=["medical"] if place == 1 else []))
            world.assignments.append((number, 1 + number % 3, 0.5 + 0.1 * place))
            if number % 2:
                world.assignments.append((number, 4, 3.0 + place))
            number += 1
        houses.append(group)
    lists = [{"id": 71, "name": "care", "configuration": [{"flags": ["medical"], "houses": []}]}]
    document = community(3, houses, priority_lists=lists, import_limit_kw=12.0, export_limit_kw=15.0)
    document["transformers"][2]["capacity_kw"] = 4.0
    world.documents[3] = document
    assert isinstance(world.series[1], Series)
    return engine


def rows(world: Neighbours, run_id: int) -> list[Any]:
    """Everything stored of a run but its number."""
    days = world.sql(
        "SELECT (to_jsonb(d) - 'run_id')::text FROM results.node_days d WHERE run_id = %s ORDER BY node_id, day",
        (run_id,),
    )
    query = "SELECT source_id, target_id, energy_kwh FROM results.flows WHERE run_id = %s ORDER BY 1, 2"
    return days + world.sql(query, (run_id,))


def whole(engine: Engine, **changes: Any) -> int:
    run_id = engine.queued(**{**SPRING, "shards": 1, **changes})
    assert engine.worker("calm").work(run_id) == (run_id, Outcome.SUCCEEDED)
    return run_id


def assert_same(engine: Engine, run_id: int, other: int) -> None:
    run, expected = engine.get(run_id), engine.get(other)
    assert run["status"] == "succeeded", run["error"]
    assert run["result_digest"] == expected["result_digest"]
    assert rows(engine.world, run_id) == rows(engine.world, other)
    assert run["proof"] == expected["proof"]
    assert kept(run_id) == {"passage": 0, "shard": 0, "handover": 0, "grid_part": 0}


def kept(run_id: int) -> dict[str, int]:
    found = {}
    with transaction(database):
        for table in ("passage", "shard", "handover", "grid_part"):
            query = f"SELECT count(*) FROM engine.{table} WHERE run_id = %s"
            found[table] = database.execute_sql(query, (run_id,)).fetchone()[0]
    return found


def stage_of(run_id: int) -> str:
    with transaction(database):
        return str(database.execute_sql("SELECT stage FROM engine.run WHERE id = %s", (run_id,)).fetchone()[0])


@pytest.mark.parametrize("allocation", ["proportional", "greedy", "priority", "uniform_price", "price_time"])
@pytest.mark.parametrize("shards", [2, 9])
def test_any_number_of_shards_gives_the_same_bits(wide: Engine, allocation: str, shards: int) -> None:
    options = {"allocation": allocation} | ({"priority_list_id": 71} if allocation == "priority" else {})
    calm = whole(wide, **options)
    run_id = wide.queued(**SPRING, shards=shards, **options)
    assert wide.get(run_id)["shards"] == shards
    outcomes = wide.work_off(run_id, wide.worker("a"), wide.worker("b"))
    assert outcomes == [Outcome.SHARED, *[Outcome.PASSED] * (2 * shards), Outcome.SUCCEEDED]
    assert_same(wide, run_id, calm)


@pytest.mark.parametrize("options", [{"storage_strategy": "community"}, {"pricing": "bill_sharing"}, {"detail": "day"}])
def test_strategies_and_pricings_that_look_at_the_whole_grid(wide: Engine, options: dict[str, Any]) -> None:
    calm = whole(wide, **options)
    run_id = wide.queued(**SPRING, shards=8, **options)
    wide.work_off(run_id, wide.worker("a"))
    assert_same(wide, run_id, calm)


def test_short_windows_and_slices_give_the_same_as_each_other(wide: Engine) -> None:
    short = {"max_window_house_steps": 26 * 96 * 5}
    wide.settings.max_window_house_steps, usual = short["max_window_house_steps"], wide.settings.max_window_house_steps
    try:
        calm = whole(wide)
        run_id = wide.queued(**SPRING, shards=4)
    finally:
        wide.settings.max_window_house_steps = usual
    workers = [wide.worker(name, slice_seconds=1e-9) for name in "abc"]
    outcomes = wide.work_off(run_id, *workers)
    assert outcomes.count(Outcome.HANDED_ON) > 8
    assert_same(wide, run_id, calm)


def test_progress_and_phase_go_through_both_passes(wide: Engine) -> None:
    run_id = wide.queued(**SPRING, shards=2)
    worker, seen = wide.worker(), []
    while wide.get(run_id)["status"] in ("queued", "running"):
        worker.work(run_id)
        run = wide.get(run_id)
        seen.append((run["phase"], round(run["progress"], 4)))
    assert seen == [
        ("sharing", 0.0),
        ("sharing", 0.25),
        ("simulating", 0.5),
        ("simulating", 0.75),
        ("simulating", 1.0),
        (None, 1.0),
    ]
    timings = wide.get(run_id)["timings"]
    assert {"collect", "assemble", "first_pass", "second_pass", "compute", "write", "grid", "close"} <= timings.keys()


def test_hints_are_sent_for_what_becomes_free(wide: Engine) -> None:
    run_id = wide.queued(**SPRING, shards=3)
    wide.hints.sent.clear()
    worker, sent = wide.worker(), []
    for _ in range(7):
        worker.work(run_id)
        sent.append(len(wide.hints.sent))
        wide.hints.sent.clear()
    assert sent == [3, 0, 0, 3, 0, 0, 1]
    assert stage_of(run_id) == "closing"


def test_lost_hints_are_found_for_each_shard(wide: Engine) -> None:
    run_id = wide.queued(**SPRING, shards=3)
    wide.worker().work(run_id)
    wide.hints.sent.clear()
    assert sweep(wide.hints) == 3
    assert wide.hints.sent == [run_id] * 3
    with transaction(database):
        assert repository.claim("w", 60, run_id) is not None
    assert sweep(wide.hints) == 2


def test_pass_two_waits_for_the_last_shard_of_pass_one(wide: Engine) -> None:
    run_id = wide.queued(**SPRING, shards=2)
    worker = wide.worker()
    worker.work(run_id)
    with transaction(database):
        held = repository.claim("slow", 600, run_id)
    assert held is not None
    assert worker.work(run_id) == (run_id, Outcome.PASSED)
    assert worker.work(run_id) is None
    end_shard_leases(run_id)
    assert worker.work(run_id) == (run_id, Outcome.PASSED)
    with transaction(database):
        claimed = repository.claim("w", 60, run_id)
    assert claimed is not None
    assert claimed.pass_ == repository.SECOND


def test_two_shards_that_end_pass_one_together_open_pass_two_once(wide: Engine) -> None:
    """Both are in their last transaction at the same time; exactly one sees that all are through."""
    run_id = wide.queued(**SPRING, shards=2)
    wide.worker().work(run_id)
    together, end_pass, barriers = threading.Barrier(2), repository.end_pass, []

    def at_once(ticket: Any) -> Any:
        barrier = end_pass(ticket)
        barriers.append((barrier.first_done, barrier.shards))
        return barrier

    advance = repository.advance

    def waiting(ticket: Any, checkpoint: Any, seconds: float) -> bool:
        if checkpoint.windows_done == WINDOWS and ticket.pass_ == repository.FIRST:
            together.wait(30)
        return advance(ticket, checkpoint, seconds)

    patch = pytest.MonkeyPatch()
    patch.setattr(work.repository, "end_pass", at_once)
    patch.setattr(work.repository, "advance", waiting)
    outcomes: list[Any] = []
    try:
        threads = [
            threading.Thread(target=lambda n=n: outcomes.append(wide.worker(f"w{n}").work(run_id))) for n in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        patch.undo()
    assert outcomes == [(run_id, Outcome.PASSED)] * 2
    assert sorted(barriers) == [(1, 2), (2, 2)]
    calm = whole(wide)
    wide.work_off(run_id, wide.worker())
    assert_same(wide, run_id, calm)


def test_workers_at_the_same_moment(wide: Engine) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=6)

    def until_done(name: str) -> None:
        wide.work_off(run_id, wide.worker(name), most=10_000)

    threads = [threading.Thread(target=until_done, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert_same(wide, run_id, calm)


@pytest.mark.parametrize("pass_", [1, 2])
@pytest.mark.parametrize("window", [0, 1, 2])
def test_a_worker_that_dies_in_either_pass(
    wide: Engine, monkeypatch: pytest.MonkeyPatch, pass_: int, window: int
) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=3)
    deaths = 0
    advance = repository.advance

    def fragile(ticket: Any, checkpoint: Any, seconds: float) -> bool:
        nonlocal deaths
        if (ticket.pass_, checkpoint.windows_done, ticket.worker) == (pass_, window + 1, "dying"):
            deaths += 1
            raise Crash
        return advance(ticket, checkpoint, seconds)

    monkeypatch.setattr(work.repository, "advance", fragile)
    wide.worker().work(run_id)
    while not deaths:
        try:
            assert wide.worker("dying").work(run_id) is not None
        except Crash:
            end_shard_leases(run_id)
    wide.work_off(run_id, wide.worker("heir"))
    assert_same(wide, run_id, calm)


@pytest.mark.parametrize("stage", ["closing", "closed"])
def test_a_worker_that_dies_while_it_closes(wide: Engine, monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=2)
    name = "close" if stage == "closing" else "succeed"
    target = repository if stage == "closing" else runs

    def dead(*_: Any, **__: Any) -> bool:
        raise Crash

    worker = wide.worker()
    while stage_of(run_id) != "closing":
        worker.work(run_id)
    with monkeypatch.context() as patch:
        patch.setattr(target, name, dead)
        with pytest.raises(Crash):
            worker.work(run_id)
    assert stage_of(run_id) == stage
    end_lease(run_id)
    assert wide.worker("heir").work(run_id) == (run_id, Outcome.SUCCEEDED)
    assert_same(wide, run_id, calm)


def test_a_shard_that_is_overtaken_writes_nothing(wide: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=2)
    worker = wide.worker()
    for _ in range(3):
        worker.work(run_id)
    write, computed, overtaken = Pipeline._write, threading.Event(), threading.Event()

    def slow(self: Any, result: Any, before: Any) -> None:
        if self._lease.ticket.worker == "slow" and result.period.index == 1:
            computed.set()
            assert overtaken.wait(30)
        write(self, result, before)

    monkeypatch.setattr(Pipeline, "_write", slow)
    outcomes: list[Any] = []
    # One writer: the window before is committed then, and no later one is half written.
    alone = wide.worker("slow", lease_seconds=600, writers=1)
    first = threading.Thread(target=lambda: outcomes.append(alone.work(run_id)))
    first.start()
    assert computed.wait(30)
    end_shard_leases(run_id)
    wide.work_off(run_id, wide.worker("fast"))
    overtaken.set()
    first.join(30)
    assert outcomes == [(run_id, Outcome.STOPPED)]
    assert_same(wide, run_id, calm)


@pytest.mark.parametrize("pass_", [1, 2])
def test_a_cancel_is_seen_in_either_pass(wide: Engine, monkeypatch: pytest.MonkeyPatch, pass_: int) -> None:
    run_id = wide.queued(**SPRING, shards=2)
    advance = repository.advance

    def cancelled(ticket: Any, checkpoint: Any, seconds: float) -> bool:
        if (ticket.pass_, checkpoint.windows_done) == (pass_, 2):
            threading.Thread(target=wide.cancel, args=(run_id,)).start()
            while wide.get(run_id)["status"] == "running":
                pass
        return advance(ticket, checkpoint, seconds)

    monkeypatch.setattr(work.repository, "advance", cancelled)
    outcomes = wide.work_off(run_id, wide.worker())
    assert outcomes[-1] is Outcome.STOPPED
    run = wide.get(run_id)
    assert (run["status"], run["result_digest"], run["phase"]) == ("cancelled", None, None)
    assert kept(run_id) == {"passage": 0, "shard": 0, "handover": 0, "grid_part": 0}
    assert wide.worker().work(run_id) is None


def test_a_run_in_shards_is_deleted_whole(wide: Engine) -> None:
    run_id = wide.queued(**SPRING, shards=2)
    worker = wide.worker()
    for _ in range(4):
        worker.work(run_id)
    wide.cancel(run_id)
    assert wide.client.delete(f"/api/v1/runs/{run_id}", headers=wide.operator).status_code == 204
    assert days_of(wide.world, run_id) == 0
    assert worker.work(run_id) is None


@pytest.mark.parametrize("turns", [2, 4])
def test_another_version_of_the_engine_begins_again(wide: Engine, monkeypatch: pytest.MonkeyPatch, turns: int) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=2)
    with monkeypatch.context() as patch:
        patch.setattr(repository, "ENGINE_VERSION", "0.0.9")
        patch.setattr(work, "ENGINE_VERSION", "0.0.9")
        for _ in range(turns):
            wide.worker("old").work(run_id)
    assert wide.worker("new").work(run_id) == (run_id, Outcome.HANDED_ON)
    assert (stage_of(run_id), wide.get(run_id)["progress"]) == ("again", 0)
    wide.work_off(run_id, wide.worker("new"))
    assert_same(wide, run_id, calm)


def test_another_version_begins_a_run_in_one_piece_again(wide: Engine) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=1)
    assert wide.worker(slice_seconds=1e-9).work(run_id) == (run_id, Outcome.HANDED_ON)
    with transaction(database):
        database.execute_sql("UPDATE engine.checkpoint SET engine_version = '0.0.9', digests = 'x' WHERE TRUE")
    assert wide.worker().work(run_id) == (run_id, Outcome.SUCCEEDED)
    assert run_id in wide.world.removed
    assert_same(wide, run_id, calm)


def test_profiles_that_change_between_the_passes_fail_the_run(wide: Engine) -> None:
    run_id = wide.queued(**SPRING, shards=2)
    worker = wide.worker()
    for _ in range(3):
        worker.work(run_id)
    wide.world.series[1].values[6000] += 1
    assert wide.worker("other").work(run_id) == (run_id, Outcome.FAILED)
    run = wide.get(run_id)
    assert [error["field"] for error in run["error"]["errors"]] == ["profiles"]
    assert kept(run_id)["shard"] == 0


def test_a_shard_that_kills_its_workers_is_given_up(wide: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = wide.queued(**SPRING, shards=2)
    wide.worker().work(run_id)

    def dead(*_: Any) -> Any:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr(ShardExecution, "_part", dead)
        for _ in range(2):
            with pytest.raises(Crash):
                wide.worker(max_attempts=2).work(run_id)
            end_shard_leases(run_id)
    assert wide.worker(max_attempts=2).work(run_id) == (run_id, Outcome.FAILED)
    assert "2 workers ended" in wide.get(run_id)["error"]["detail"]


def test_a_service_that_is_away_postpones_a_shard(wide: Engine) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=2)
    wide.worker().work(run_id)
    wide.world.faults["/bundles"] = 503
    assert wide.worker("new").work(run_id) == (run_id, Outcome.POSTPONED)
    assert wide.get(run_id)["status"] == "running"
    wide.world.faults.clear()
    wide.work_off(run_id, wide.worker("new"))
    assert_same(wide, run_id, calm)


@pytest.mark.parametrize("shards", [1, 3])
def test_large_totals_come_every_few_windows_and_are_computed_again(
    wide: Engine, monkeypatch: pytest.MonkeyPatch, shards: int
) -> None:
    """As if flows were large: most checkpoints say only how far the run is."""
    usual, wide.settings.max_window_house_steps = wide.settings.max_window_house_steps, 26 * 96 * 4
    try:
        calm = whole(wide)
        run_id = wide.queued(**SPRING, shards=shards)
    finally:
        wide.settings.max_window_house_steps = usual
    monkeypatch.setattr(pipelines, "SMALL_TOTALS_BYTES", 0)
    monkeypatch.setattr(pipelines, "WINDOWS_BETWEEN", 4)
    wide.work_off(run_id, *(wide.worker(name, slice_seconds=1e-9) for name in "ab"))
    assert_same(wide, run_id, calm)


def test_windows_of_a_shard_may_wait_to_be_written(wide: Engine) -> None:
    calm = whole(wide)
    run_id = wide.queued(**SPRING, shards=3)
    wide.work_off(run_id, wide.worker(shard_writers=2))
    assert_same(wide, run_id, calm)


def test_the_kept_inputs_save_a_read(wide: Engine) -> None:
    run_id = wide.queued(**SPRING, shards=3)
    wide.world.calls.clear()
    wide.work_off(run_id, wide.worker())
    assert wide.world.calls.count("POST /api/v1/bundles") == 1
