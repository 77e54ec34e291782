"""What a worker does with a run: claim it, work on it for a while, bring it to an end or hand it on.

The truth is in PostgreSQL. A worker holds a run by a lease; every write names the lease, so a worker that lost it
(killed, cut off, overtaken by a cancel) leaves nothing behind. Rows and checkpoint of a window come in one transaction,
so a run goes on from its last whole window wherever a worker dies.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import psycopg2
import structlog
from opentelemetry import trace
from peewee import InterfaceError, OperationalError

from hygge_core.database import transaction
from hygge_core.errors import (
    Finding,
    HyggeError,
    InvalidInput,
    NotAuthenticated,
    TooManyRequests,
    Unavailable,
    UpstreamTimeout,
)
from hygge_core.timeaxis import TimeAxis
from hygge_engine import metrics
from hygge_engine.base import database
from hygge_engine.clients import Services
from hygge_engine.inputs.assemble import Problem, assemble
from hygge_engine.inputs.collect import Bundle, BundleRequest
from hygge_engine.inputs.validate import axis_of, check_profiles
from hygge_engine.lease import Lease, LeaseLost
from hygge_engine.pipeline import Pipeline
from hygge_engine.registration import registration
from hygge_engine.runs import repository
from hygge_engine.runs.repository import Ticket
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.settings import Settings

# COPY goes straight to the driver, so its errors come unwrapped.
DATABASE_AWAY = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
# Worth another try. Our token is refused when the gateway has changed its keys: the next try takes a new one.
PASSING = (Unavailable, UpstreamTimeout, TooManyRequests, NotAuthenticated)
logger = structlog.get_logger("hygge.execution")
tracer = trace.get_tracer("hygge.engine")


class Outcome(StrEnum):
    """How a worker's time with a run ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    HANDED_ON = "handed_on"
    POSTPONED = "postponed"
    STOPPED = "stopped"


@dataclass(slots=True)
class Timings:
    """Wall seconds of each phase, added up over all workers of a run."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        with tracer.start_as_current_span(f"run.{name}"):
            try:
                yield
            finally:
                self.add(name, time.perf_counter() - started)

    def add(self, name: str, seconds: float) -> None:
        self.seconds[name] = round(self.seconds.get(name, 0.0) + seconds, 4)
        metrics.PHASES.labels(name).observe(seconds)


class Worker:
    """Works on runs, one at a time. `name` is unique among living workers; `stopping` tells that it shall end soon."""

    def __init__(
        self, name: str, services: Services, settings: Settings, stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self.name = name
        self._services = services
        self._settings = settings
        self._stopping = stopping

    def work(self, preferred: int | None = None) -> tuple[int, Outcome] | None:
        """Take the preferred run, or the oldest that nobody works on; None if there is none."""
        with transaction(database):
            claimed = repository.claim(self.name, self._settings.lease_seconds, preferred)
        if claimed is None:
            return None
        ticket, resumed = claimed
        if resumed:
            metrics.RESUMED.inc()
        structlog.contextvars.bind_contextvars(run_id=ticket.run_id)
        try:
            with tracer.start_as_current_span("run", attributes={"hygge.run_id": ticket.run_id}):
                outcome = self._guarded(ticket)
            logger.info("run left", outcome=outcome, resumed=resumed)
            return ticket.run_id, outcome
        finally:
            structlog.contextvars.unbind_contextvars("run_id")

    def _guarded(self, ticket: Ticket) -> Outcome:
        """Work on the run and turn whatever goes wrong into its state. Only a database that is away is raised."""
        try:
            with Lease(ticket, self._settings.lease_seconds) as lease:
                return self._advance(lease)
        except LeaseLost:
            self._clean_up_after_delete(ticket.run_id)
            return Outcome.STOPPED
        except InvalidInput as error:
            return self._fail(ticket, error.detail, error.findings)
        except PASSING as error:
            return self._postpone(ticket, error)
        except HyggeError as error:
            return self._fail(ticket, error.detail, [])
        except DATABASE_AWAY:
            raise
        except Exception as error:
            logger.error("run broke", exc_info=error)
            return self._fail(ticket, f"An unexpected error ended the run ({type(error).__name__}); see the log.", [])

    def _advance(self, lease: Lease) -> Outcome:
        execution = Execution(lease, self._services, self._settings, self._stopping)
        execution.prepare()
        if not execution.simulate():
            return Outcome.HANDED_ON
        execution.finish()
        metrics.FINISHED.labels(Outcome.SUCCEEDED).inc()
        return Outcome.SUCCEEDED

    def _fail(self, ticket: Ticket, detail: str, findings: list[Finding]) -> Outcome:
        with transaction(database):
            failed = repository.fail(ticket, {"detail": detail, "errors": [f.as_json() for f in findings]})
        if not failed:
            return Outcome.STOPPED
        metrics.FINISHED.labels(Outcome.FAILED).inc()
        return Outcome.FAILED

    def _postpone(self, ticket: Ticket, error: HyggeError) -> Outcome:
        """A service is away: try again later, a few times."""
        if isinstance(error, NotAuthenticated):
            self._services.forget_token()
        with transaction(database):
            run = repository.find(ticket.run_id)
            attempts = run.attempts if run is not None else 0
            last = attempts >= self._settings.max_attempts
            if not last:
                pause = self._settings.retry_delay_seconds * attempts
                held = repository.release(ticket, pause, made_progress=False)
        if last:
            return self._fail(ticket, f"Given up after {attempts} tries: {error.detail}", [])
        logger.warning("run postponed", detail=error.detail, attempts=attempts)
        return Outcome.POSTPONED if held else Outcome.STOPPED

    def _clean_up_after_delete(self, run_id: int) -> None:
        """A run deleted while we registered it would leave an entry in results that nobody knows."""
        with transaction(database):
            there = repository.exists(run_id)
        if not there:
            self._services.results.remove(run_id)


class Execution:
    """One worker's work on one run."""

    def __init__(self, lease: Lease, services: Services, settings: Settings, stopping: Callable[[], bool]) -> None:
        self._stopping = stopping
        self._lease = lease
        self._services = services
        self._settings = settings
        self._deadline = time.monotonic() + settings.slice_seconds
        with transaction(database):
            run = repository.find(lease.ticket.run_id)
            lease.demand(run is not None)
            assert run is not None
            if run.attempts > settings.max_attempts:
                raise HyggeError(f"Given up: {run.attempts - 1} workers ended without getting any further.")
            self._document = repository.snapshot(run.snapshot_id)
            self._checkpoint = repository.checkpoint_of(run.id)
        self._run = run
        self._request = RunRequest.model_validate(run.parameters)
        self._timings = Timings(dict(run.timings))
        self._problem: Problem
        self._pipeline: Pipeline

    def prepare(self) -> None:
        """collect → validate → assemble → register with results."""
        axis = axis_of(self._request, self._document)
        bundle = self._collect()
        if self._checkpoint is None:
            self._validate(bundle, axis)
        self._enter("assembling")
        with self._timings.phase("assemble"):
            limit = self._settings.max_window_house_steps
            self._problem = assemble(self._document, self._request, bundle, axis, limit)
        with self._timings.phase("register"):
            body = registration(self._run, self._request, self._document, axis)
            self._services.results.register(self._run.id, body)

    def _collect(self) -> Bundle:
        self._enter("collecting")
        carbon = self._request.carbon.profile_id if self._request.carbon else None
        request = BundleRequest(
            self._run.grid_id, self._request.start, self._request.end, self._request.step_minutes,
            (carbon,) if carbon else (),
        )  # fmt: skip
        with self._timings.phase("collect"):
            bundle = self._services.profiles.bundle(request)
        if self._checkpoint is not None and bundle.hash != self._run.profiles_hash:
            raise InvalidInput(
                [Finding("profiles", "profiles or their assignments changed while the run was interrupted")],
                "The run can't go on with other profiles than it began with; start it again.",
            )
        return bundle

    def _validate(self, bundle: Bundle, axis: TimeAxis) -> None:
        self._enter("validating", profiles_hash=bundle.hash)
        houses = {house["id"] for transformer in self._document["transformers"] for house in transformer["houses"]}
        with self._timings.phase("validate"):
            findings = check_profiles(bundle, self._request, houses)
            if bundle.steps != axis.steps:
                findings.append(Finding("profiles", f"the bundle has {bundle.steps} steps instead of {axis.steps}"))
        if findings:
            raise InvalidInput(findings, f"The run's inputs have {len(findings)} finding(s); nothing was simulated.")

    def simulate(self) -> bool:
        """Window by window until the end (True) or until this worker's time is over (False: others go first)."""
        self._enter("simulating")
        started = time.perf_counter()
        self._pipeline = Pipeline(
            run_id=self._run.id, problem=self._problem, detail=self._request.detail, lease=self._lease,
            checkpoint=self._checkpoint, writers=self._settings.writers,
        )  # fmt: skip
        try:
            finished = self._pipeline.run_until(self._enough)
        finally:
            self._timings.add("simulate_and_write", time.perf_counter() - started)
            self._timings.add("compute", self._pipeline.compute_seconds)
            self._timings.add("write", self._pipeline.write_seconds)
        if not finished:
            with transaction(database):
                repository.note(self._lease.ticket, timings=self._timings.seconds)
                self._lease.demand(repository.release(self._lease.ticket, 0.0, made_progress=True))
        return finished

    def _enough(self) -> bool:
        return time.monotonic() > self._deadline or self._stopping()

    def finish(self) -> None:
        """Close the results and end the run."""
        self._enter("closing")
        digest, proof = self._pipeline.digest(), self._pipeline.proof
        with self._timings.phase("close"):
            self._services.results.close(self._run.id, {"digest": digest, "proof": proof})
        with transaction(database):
            self._lease.demand(repository.succeed(self._lease.ticket, digest, proof, self._timings.seconds))

    def _enter(self, phase: str, **changes: Any) -> None:
        self._lease.check()
        with transaction(database):
            changes |= {"phase": phase, "timings": self._timings.seconds}
            self._lease.demand(repository.note(self._lease.ticket, **changes))
