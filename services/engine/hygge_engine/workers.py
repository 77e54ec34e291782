"""A worker: takes a run or a shard that nobody works on, works on it for a while, brings it to an end or hands it on.

The truth is in PostgreSQL. A worker holds what it works on by a lease; every write names the lease, so a worker that
lost it (killed, cut off, overtaken by a cancel) leaves nothing behind.
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from opentelemetry import trace

from hygge_core.database import DatabaseAway, transaction
from hygge_core.errors import (
    Finding,
    HyggeError,
    InvalidInput,
    NotAuthenticated,
    TooManyRequests,
    Unavailable,
    UpstreamTimeout,
)
from hygge_engine import metrics
from hygge_engine.base import database
from hygge_engine.clients import Services
from hygge_engine.execution import Execution, Outcome
from hygge_engine.jobs import Hints
from hygge_engine.lease import Lease, LeaseLost
from hygge_engine.patience import Patience
from hygge_engine.preparation import Kept
from hygge_engine.runs import repository as runs
from hygge_engine.runs.repository import Ticket
from hygge_engine.settings import Settings
from hygge_engine.shards import repository as shards
from hygge_engine.shards.repository import FIRST, Barrier, ShardTicket
from hygge_engine.shards.work import ShardExecution, restart

# Not the run's fault, however often it happens.
OUTAGES = (Unavailable, UpstreamTimeout, TooManyRequests)
# How often a worker asks whether the database is back.
LOOK_SECONDS = 0.5
logger = structlog.get_logger("hygge.worker")
tracer = trace.get_tracer("hygge.engine")
AnyTicket = Ticket | ShardTicket


class Worker:
    """Works on one thing at a time. `name` is unique among living workers; `stopping` tells that it shall end soon.

    hints: where hints about the rest of the work go; without, sweeps will find it.
    """

    def __init__(
        self,
        name: str,
        services: Services,
        settings: Settings,
        stopping: Callable[[], bool] = lambda: False,
        hints: Hints | None = None,
    ) -> None:
        self.name = name
        self._services = services
        self._settings = settings
        self._stopping = stopping
        self._hints = hints
        self._kept = Kept()
        self._patience = Patience(settings.outage_seconds, settings.retry_delay_seconds)

    def work(self, preferred: int | None = None) -> tuple[int, Outcome] | None:
        """Work on the preferred run or one of its shards, or else on the oldest; None if there is nothing to do."""
        claimed = self._claim(preferred)
        if claimed is None:
            return None
        ticket, resumed = claimed
        if resumed:
            metrics.RESUMED.inc()
        run_id, shard = ticket.run_id, ticket.shard if isinstance(ticket, ShardTicket) else None
        with structlog.contextvars.bound_contextvars(run_id=run_id, shard=shard):
            with tracer.start_as_current_span("run", attributes={"hygge.run_id": run_id}):
                outcome, hints = self._guarded(ticket)
            logger.info("run left", outcome=outcome, resumed=resumed)
        # After the commit: a worker that is told must find what there is to do.
        for _ in range(hints if self._hints is not None else 0):
            assert self._hints is not None
            self._hints.send(run_id)
        return run_id, outcome

    def _claim(self, preferred: int | None) -> tuple[AnyTicket, bool] | None:
        """Of the preferred run first; then shards before runs, so that what was begun comes to its end."""
        lease = self._settings.lease_seconds
        with transaction(database):
            if preferred is not None:
                run = runs.claim(self.name, lease, preferred, only=True)
                if run is not None:
                    return run
            shard = shards.claim(self.name, lease, preferred)
            if shard is not None:
                return shard, shard.epoch > shard.pass_
            return runs.claim(self.name, lease, None)

    def _guarded(self, ticket: AnyTicket) -> tuple[Outcome, int]:
        """Work, and turn whatever goes wrong into the run's state; that state is in the database, so wait for it."""
        try:
            done = self._tried(ticket)
        except DatabaseAway as error:
            return self._give_back(ticket, error), 0
        if done[0] is not Outcome.POSTPONED:
            self._patience.restore(ticket.run_id)
        return done

    def _tried(self, ticket: AnyTicket) -> tuple[Outcome, int]:
        try:
            return self._advance_shard(ticket) if isinstance(ticket, ShardTicket) else self._advance(ticket)
        except LeaseLost:
            self._clean_up_after_delete(ticket.run_id)
            return Outcome.STOPPED, 0
        except DatabaseAway:
            raise
        except NotAuthenticated as error:
            return self._renew_token(ticket, error), 0
        except OUTAGES as error:
            return self._postpone(ticket, error), 0
        except Exception as error:
            return self._fail(ticket, *self._told(error)), 0

    def _told(self, error: Exception) -> tuple[str, list[Finding]]:
        """What a run's user is told: faults of ours without their inner life."""
        if isinstance(error, InvalidInput):
            return error.detail, error.findings
        if isinstance(error, HyggeError):
            return error.detail, []
        logger.error("run broke", exc_info=error)
        self._kept.forget()
        if isinstance(error, MemoryError):
            return "The run did not fit into this worker's memory.", []
        return f"An unexpected error ended the run ({type(error).__name__}); see the log.", []

    def _advance(self, ticket: Ticket) -> tuple[Outcome, int]:
        with Lease(ticket, self._settings.lease_seconds, runs.renew) as lease:
            execution = Execution(lease, self._services, self._settings, self._kept, self._stopping)
            outcome, hints = execution.advance()
        if outcome is Outcome.SUCCEEDED:
            metrics.FINISHED.labels(outcome).inc()
        return outcome, hints

    def _advance_shard(self, ticket: ShardTicket) -> tuple[Outcome, int]:
        with Lease(ticket, self._settings.lease_seconds, shards.renew) as lease:
            execution = ShardExecution(lease, self._services, self._settings, self._kept, self._stopping)
            if execution.is_of_another_version:
                restart(lease)
                return Outcome.HANDED_ON, 1
            barrier = execution.advance()
        if barrier is None:
            return Outcome.HANDED_ON, 1
        return Outcome.PASSED, _next_hints(ticket, barrier)

    def _fail(self, ticket: AnyTicket, detail: str, findings: list[Finding]) -> Outcome:
        error = {"detail": detail, "errors": [f.as_json() for f in findings]}
        with transaction(database):
            if isinstance(ticket, ShardTicket):
                failed = shards.fail(ticket, error)
            else:
                failed = runs.fail(ticket, error)
                if failed:
                    shards.forget(ticket.run_id)
        if not failed:
            return Outcome.STOPPED
        metrics.FINISHED.labels(Outcome.FAILED).inc()
        return Outcome.FAILED

    def _renew_token(self, ticket: AnyTicket, error: NotAuthenticated) -> Outcome:
        """Our token is refused when the gateway has changed its keys: the next try takes a new one. Not for ever."""
        self._services.forget_token()
        with transaction(database):
            attempts = _attempts(ticket)
            last = attempts >= self._settings.max_attempts
            if not last:
                held = _release(ticket, self._settings.retry_delay_seconds * attempts, blameless=False)
        if last:
            return self._fail(ticket, f"Given up after {attempts} tries: {error.detail}", [])
        return self._postponed(error) if held else Outcome.STOPPED

    def _postpone(self, ticket: AnyTicket, error: HyggeError) -> Outcome:
        """A service is away: try again later, for as long as the settings allow. That is no try of the run's own."""
        pause = self._patience.pause(ticket.run_id)
        if self._patience.is_over(ticket.run_id):
            return self._fail(ticket, f"Given up after {self._settings.outage_seconds:g} s: {error.detail}", [])
        with transaction(database):
            held = _release(ticket, pause, blameless=True)
        return self._postponed(error) if held else Outcome.STOPPED

    def _give_back(self, ticket: AnyTicket, error: DatabaseAway) -> Outcome:
        """The database is away, so there is nothing else to do: let go of the run the moment it is back.

        Whoever is told to stop meanwhile lets the lease end instead.
        """
        logger.warning("database away", detail=error.detail)
        pause = self._patience.pause(ticket.run_id)
        while not self._stopping():
            try:
                with transaction(database):
                    held = _release(ticket, pause, blameless=True)
                return self._postponed(error) if held else Outcome.STOPPED
            except DatabaseAway:
                time.sleep(LOOK_SECONDS)
        raise error

    def _postponed(self, error: HyggeError) -> Outcome:
        metrics.POSTPONED.inc()
        logger.warning("run postponed", detail=error.detail)
        return Outcome.POSTPONED

    def _clean_up_after_delete(self, run_id: int) -> None:
        """A run deleted while we registered it would leave an entry in results that nobody knows."""
        with transaction(database):
            there = runs.exists(run_id)
        if not there:
            self._services.results.remove(run_id)


def _next_hints(ticket: ShardTicket, barrier: Barrier) -> int:
    """The last shard of pass 1 opens pass 2 for all, the last of pass 2 leaves the run to be closed."""
    if ticket.pass_ == FIRST:
        return barrier.shards if barrier.first_done == barrier.shards else 0
    return 1 if barrier.second_done == barrier.shards else 0


def _attempts(ticket: AnyTicket) -> int:
    if isinstance(ticket, ShardTicket):
        place = shards.find(ticket)
        return place.attempts if place is not None else 0
    run: Any = runs.find(ticket.run_id)
    return run.attempts if run is not None else 0


def _release(ticket: AnyTicket, pause_seconds: float, *, blameless: bool) -> bool:
    if isinstance(ticket, ShardTicket):
        return shards.release(ticket, pause_seconds, blameless=blameless)
    return runs.release(ticket, pause_seconds, blameless=blameless)
