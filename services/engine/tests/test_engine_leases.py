"""Who gets which run, for how long, and which changes of state there are."""

import pytest

from hygge_core.database import transaction
from hygge_engine.base import database
from hygge_engine.jobs import sweep
from hygge_engine.lease import Lease, LeaseLost
from hygge_engine.runs import repository
from hygge_engine.runs.schemas import Status
from services.engine.tests.conftest import Engine, end_lease, wait_until


def test_the_preferred_run_comes_first_then_the_oldest(engine: Engine) -> None:
    ids = [engine.queued() for _ in range(3)]
    worker = engine.worker()
    done = [worker.work(ids[1]), worker.work(ids[1]), worker.work(), worker.work()]
    assert [outcome and outcome[0] for outcome in done] == [ids[1], ids[0], ids[2], None]


def test_sweeping_finds_forgotten_runs_beyond_the_waiting_hints(engine: Engine) -> None:
    ids = [engine.queued() for _ in range(3)]
    engine.hints.sent.clear()
    assert sweep(engine.hints) == 3
    assert engine.hints.sent == ids
    with transaction(database):
        repository.claim("w", 60, ids[0])
    engine.cancel(ids[1])
    engine.hints.sent.clear()
    assert sweep(engine.hints) == 1
    end_lease(ids[0])
    assert sweep(engine.hints) == 2
    assert engine.hints.sent == [ids[2], ids[0], ids[2]]


def test_a_lease_is_kept_while_its_holder_lives_and_lost_by_a_cancel(engine: Engine) -> None:
    run_id = engine.queued()
    with transaction(database):
        claimed = repository.claim("w", 0.6, run_id)
    assert claimed is not None
    with Lease(claimed[0], 0.6, repository.renew) as lease:
        with pytest.raises(AssertionError):
            wait_until(lambda: engine.worker("thief").work(run_id), 1.2)
        lease.check()
        engine.cancel(run_id)

        def lost() -> bool:
            try:
                lease.check()
            except LeaseLost:
                return True
            return False

        assert wait_until(lost, 5)


@pytest.mark.parametrize("status", list(Status))
def test_only_the_allowed_changes_of_state_happen(engine: Engine, status: Status) -> None:
    """From each state, what each change does; final states stay."""
    run_id = engine.queued()
    ends = "clock_timestamp()" if status not in (Status.QUEUED, Status.RUNNING) else "NULL"
    with transaction(database):
        database.execute_sql(
            f"UPDATE engine.run SET status = %s, finished_at = {ends}, result_digest = 'x', worker = 'w', epoch = 1"
            " WHERE id = %s",
            (status, run_id),
        )
    ticket = repository.Ticket(run_id, "w", 1)
    running, unfinished = status is Status.RUNNING, status in (Status.QUEUED, Status.RUNNING)
    attempts = {
        "cancel": (lambda: repository.cancel(run_id), unfinished),
        "claim": (lambda: repository.claim("other", 5, run_id) is not None, unfinished),
        "delete": (lambda: repository.delete(run_id), not unfinished),
        "succeed": (lambda: repository.succeed(ticket, "d", {}, {}), running),
        "fail": (lambda: repository.fail(ticket, {}), running),
        "renew": (lambda: repository.renew(ticket, 5), running),
        "note": (lambda: repository.note(ticket, phase="x"), running),
        "release": (lambda: repository.release(ticket, 0, blameless=True), running),
    }
    for name, (change, allowed) in attempts.items():
        with transaction(database), database.atomic() as savepoint:
            assert change() is allowed, name
            savepoint.rollback()
