"""What a worker does with a run in its own hands: prepare it, simulate it or share it out, bring it to its end.

Rows and checkpoint of a window come in one transaction, so a run goes on from its last whole window wherever a worker
dies. A run in shards is here only at its beginning and its end; see `shards.work` for what lies between.
"""

import time
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from hygge_core.database import transaction
from hygge_core.errors import HyggeError
from hygge_engine import preparation
from hygge_engine.base import database
from hygge_engine.clients import Services
from hygge_engine.lease import Lease
from hygge_engine.network import NetworkCheck
from hygge_engine.network.runs import network_check_of, proof_of
from hygge_engine.pipeline import WholeRun, digest_of
from hygge_engine.preparation import Kept, Prepared
from hygge_engine.runs import repository
from hygge_engine.runs.repository import Checkpoint, Ticket
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.settings import Settings
from hygge_engine.shards import repository as shards
from hygge_engine.shards.closing import write_grid_and_flows
from hygge_engine.shards.planning import cut
from hygge_engine.timings import Timings
from hygge_engine.version import ENGINE_VERSION


class Outcome(StrEnum):
    """How a worker's time with a run or shard ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    HANDED_ON = "handed_on"
    SHARED = "shared"
    PASSED = "passed"
    POSTPONED = "postponed"
    STOPPED = "stopped"


class Execution:
    """One worker's work on one run."""

    def __init__(
        self,
        lease: Lease[Ticket],
        services: Services,
        settings: Settings,
        kept: Kept,
        stopping: Callable[[], bool],
    ) -> None:
        self._stopping = stopping
        self._lease = lease
        self._services = services
        self._settings = settings
        self._kept = kept
        self._deadline = time.monotonic() + settings.slice_seconds
        with transaction(database):
            run = repository.find(lease.ticket.run_id)
            lease.demand(run is not None)
            assert run is not None
            if run.attempts > settings.max_attempts:
                raise HyggeError(f"Given up: {run.attempts - 1} workers ended without getting any further.")
            self._checkpoint = repository.checkpoint_of(run.id)
        self._run = run
        self._network: NetworkCheck | None = None
        self._timings = Timings(dict(run.timings))

    def advance(self) -> tuple[Outcome, int]:
        """Do what the run's stage asks for; how it ended, and how many hints the rest of the work is worth."""
        if self._run.stage == "again" or self._is_of_another_version():
            self._clear()
        if self._run.stage == "closing":
            self._close_shards()
        if self._run.stage != "closed":
            prepared = self._prepare()
            if self._run.shards > 1:
                return self._share(prepared)
            if not self._simulate(prepared):
                return Outcome.HANDED_ON, 1
        self._finish()
        return Outcome.SUCCEEDED, 0

    def _is_of_another_version(self) -> bool:
        """What one version began, another does not go on with: the bits might differ."""
        return self._checkpoint is not None and self._checkpoint.engine_version != ENGINE_VERSION

    def _clear(self) -> None:
        """Begin from nothing: remove the rows of the earlier try, then forget how far it was."""
        self._lease.check()
        self._services.results.remove(self._run.id)
        with transaction(database):
            self._lease.demand(repository.start_again(self._lease.ticket))
            shards.forget(self._run.id)
        self._run.stage, self._checkpoint = "open", None

    def _prepare(self) -> Prepared:
        """collect → validate → assemble → register with results; what began goes on with the same inputs."""
        if self._checkpoint is not None:
            self._enter("collecting")
            prepared = preparation.inputs_of(self._services, self._run, self._settings, self._kept, self._timings)
        else:
            prepared = self._begin()
        preparation.register(self._services, self._run, prepared, self._timings)
        return prepared

    def _begin(self) -> Prepared:
        self._kept.forget()
        request = RunRequest.model_validate(self._run.parameters)
        self._enter("collecting")
        bundle = preparation.collect(self._services, self._run, request, self._timings)
        self._enter("validating", profiles_hash=bundle.hash)
        document = preparation.document_of(self._run)
        preparation.validate(bundle, request, document, self._timings)
        self._enter("assembling")
        prepared = preparation.as_arrays(self._run, request, document, bundle, self._settings, self._timings)
        self._kept.keep(prepared)
        return prepared

    def _share(self, prepared: Prepared) -> tuple[Outcome, int]:
        """Cut the run into shards, which any worker takes from here on."""
        houses = [len(transformer["houses"]) for transformer in prepared.document["transformers"]]
        ranges = cut(houses, self._run.shards)
        with transaction(database):
            repository.note(self._lease.ticket, timings=self._timings.seconds)
            self._lease.demand(shards.share(self._lease.ticket, ranges, len(prepared.problem.windows)))
        return Outcome.SHARED, len(ranges)

    def _simulate(self, prepared: Prepared) -> bool:
        """Window by window until the end (True) or until this worker's time is over (False: others go first)."""
        self._enter("simulating")
        started = time.perf_counter()
        if prepared.request.network_check:
            axis, factor = prepared.axis, prepared.request.power_factor
            self._network = network_check_of(prepared.document, axis.step_hours, factor)
        pipeline = WholeRun(
            run_id=self._run.id, problem=prepared.problem, detail=prepared.request.detail, lease=self._lease,
            checkpoint=self._checkpoint, writers=self._settings.writers, check=self._network,
        )  # fmt: skip
        try:
            finished = pipeline.run_until(self._enough)
        finally:
            self._timings.add("simulate_and_write", time.perf_counter() - started)
            self._timings.add("compute", pipeline.compute_seconds)
            self._timings.add("write", pipeline.write_seconds)
        self._digest, self._proof = pipeline.digest(), pipeline.proof
        if self._network is not None:
            self._proof = self._proof | proof_of(self._network)
        if not finished:
            with transaction(database):
                repository.note(self._lease.ticket, timings=self._timings.seconds)
                self._lease.demand(repository.release(self._lease.ticket, 0.0, blameless=True))
        return finished

    def _enough(self) -> bool:
        return time.monotonic() > self._deadline or self._stopping()

    def _close_shards(self) -> None:
        """All shards are through: the grid's rows, the flows and the digest, in one transaction with the next stage."""
        self._enter("closing")
        prepared = preparation.inputs_of(self._services, self._run, self._settings, self._kept, self._timings)
        with self._timings.phase("grid"), transaction(database):
            digests, proof = write_grid_and_flows(self._run.id, prepared, self._lease)
            windows = len(prepared.problem.windows)
            self._checkpoint = Checkpoint(windows, windows, b"", digests, b"", proof)
            self._lease.demand(shards.close(self._lease.ticket, self._checkpoint))
        self._run.stage = "closed"

    def _finish(self) -> None:
        """Close the results and end the run."""
        self._enter("closing")
        if self._run.stage == "closed":
            assert self._checkpoint is not None
            self._digest, self._proof = digest_of(self._checkpoint.digests), self._checkpoint.proof
        indicators: dict[str, Any] | None = None
        with self._timings.phase("close"):
            if self._network is not None:
                self._services.results.store_network(self._run.id, self._network.body(self._run.starts_at))
            self._services.results.close(self._run.id, {"digest": self._digest, "proof": self._proof})
            if self._run.sweep_id is not None:
                indicators = self._services.results.indicators(self._run.id)
        with transaction(database):
            ended = repository.succeed(
                self._lease.ticket, self._digest, self._proof, self._timings.seconds, indicators
            )  # fmt: skip
            self._lease.demand(ended)

    def _enter(self, phase: str, **changes: Any) -> None:
        self._lease.check()
        with transaction(database):
            changes |= {"phase": phase, "timings": self._timings.seconds}
            self._lease.demand(repository.note(self._lease.ticket, **changes))
