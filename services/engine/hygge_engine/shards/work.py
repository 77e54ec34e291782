"""One worker's work on one shard in one of the two passes."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from hygge_core.database import transaction
from hygge_core.errors import HyggeError
from hygge_engine import metrics, preparation
from hygge_engine.base import database
from hygge_engine.clients import Services
from hygge_engine.inputs.assemble import Problem
from hygge_engine.kernel import Left, State
from hygge_engine.lease import Lease
from hygge_engine.pipeline import Carried, Pipeline
from hygge_engine.preparation import Kept, Prepared
from hygge_engine.runs import repository as runs
from hygge_engine.settings import Settings
from hygge_engine.shards import repository
from hygge_engine.shards.repository import FIRST, Barrier, ShardCheckpoint, ShardPlace, ShardTicket
from hygge_engine.simulation import WindowResult, first_pass, second_pass, settle
from hygge_engine.timings import Timings
from hygge_engine.version import ENGINE_VERSION
from hygge_engine.writer import Totals


class ShardExecution:
    """Takes a shard on in its pass for as long as the worker's time allows."""

    def __init__(
        self,
        lease: Lease[ShardTicket],
        services: Services,
        settings: Settings,
        kept: Kept,
        stopping: Callable[[], bool],
    ) -> None:
        self._lease = lease
        self._services = services
        self._settings = settings
        self._kept = kept
        self._stopping = stopping
        self._timings = Timings()
        self._deadline = time.monotonic() + settings.slice_seconds
        with transaction(database):
            place, run = repository.find(lease.ticket), runs.find(lease.ticket.run_id)
        lease.demand(place is not None and run is not None)
        assert place is not None
        self._place: ShardPlace = place
        self._run: Any = run
        if place.attempts > settings.max_attempts:
            raise HyggeError(f"Given up: {place.attempts - 1} workers ended without getting any further.")

    @property
    def is_of_another_version(self) -> bool:
        """Whether another version of the engine began the run."""
        return self._place.engine_version != ENGINE_VERSION

    def advance(self) -> Barrier | None:
        """Work on the pass; where the barrier stands once it is done, None while it is not."""
        try:
            prepared = preparation.inputs_of(self._services, self._run, self._settings, self._kept, self._timings)
            part = self._part(prepared)
            with self._timings.phase("first_pass" if self._lease.ticket.pass_ == FIRST else "second_pass"):
                done = self._first(part) if self._lease.ticket.pass_ == FIRST else self._second(prepared, part)
        finally:
            with transaction(database):
                repository.add_timings(self._run.id, self._timings.seconds)
        if done is None:
            with transaction(database):
                self._lease.demand(repository.release(self._lease.ticket, 0.0, blameless=True))
        return done

    def _part(self, prepared: Prepared) -> Problem:
        return prepared.problem.shard(self._place.first_transformer, self._place.last_transformer)

    def _enough(self) -> bool:
        return time.monotonic() > self._deadline or self._stopping()

    def _first(self, part: Problem) -> Barrier | None:
        """What the shard's transformers have left, window by window; the barrier once all windows are done."""
        place, compute = self._place, 0.0
        state = State.initial(part.community) if place.state is None else State.from_bytes(place.state)
        barrier: Barrier | None = None
        for window in part.windows[place.windows_done :]:
            started = time.perf_counter()
            given = part.provide(window.period)
            left, state = first_pass(part.community, window.period, given, part.parameters, state)
            content = left.to_bytes()
            compute += time.perf_counter() - started
            self._lease.check()
            barrier = self._keep_first(window.period.index, content, state, place.windows)
            if barrier is None and self._enough():
                break
        self._timings.add("compute", compute)
        return barrier

    def _keep_first(self, index: int, content: bytes, state: State, windows: int) -> Barrier | None:
        """Handover, checkpoint and, with the last window, the barrier, in one transaction."""
        ticket, done = self._lease.ticket, index + 1
        with transaction(database):
            checkpoint = ShardCheckpoint(done, done, state.to_bytes())
            self._lease.demand(repository.advance(ticket, checkpoint, self._lease.seconds))
            repository.hand_over(ticket, index, content)
            if done < windows:
                return None
            barrier = repository.end_pass(ticket)
            self._lease.demand(barrier is not None)
            return barrier

    def _second(self, prepared: Prepared, part: Problem) -> Barrier | None:
        pipeline = SecondPass(
            prepared=prepared, part=part, place=self._place, lease=self._lease, writers=self._settings.shard_writers
        )
        try:
            pipeline.run_until(self._enough)
        finally:
            self._timings.add("compute", pipeline.compute_seconds)
            self._timings.add("write", pipeline.write_seconds)
        return pipeline.barrier


class SecondPass(Pipeline):
    """Settles the grid with what all shards have left, computes the shard again and writes it."""

    _lease: Lease[ShardTicket]

    def __init__(
        self, *, prepared: Prepared, part: Problem, place: ShardPlace, lease: Lease[ShardTicket], writers: int
    ) -> None:
        carried = Carried()
        if place.totals is not None:
            carried = Carried(place.digests, Totals.from_bytes(place.totals), dict(place.proof))
        super().__init__(
            run_id=prepared.run_id, problem=part, detail=prepared.request.detail, lease=lease, writers=writers,
            done=place.windows_done, base=place.base, carried=carried,
            state=None if place.state is None else State.from_bytes(place.state),
        )  # fmt: skip
        self._whole = prepared.problem
        offsets = self._whole.community.transformer_offsets
        self._transformers = slice(place.first_transformer, place.last_transformer)
        self._houses = slice(int(offsets[place.first_transformer]), int(offsets[place.last_transformer]))
        self.barrier: Barrier | None = None

    def _computed(self) -> Iterator[WindowResult]:
        part = self._problem
        state = State.initial(part.community) if self._state is None else self._state
        for period in part.periods[self._first :]:
            given = part.provide(period)
            with transaction(database):
                found = repository.handovers(self._run_id, period.index)
            left = Left.stack([Left.from_bytes(data) for data in found])
            settled = settle(self._whole.community, period, given.rates, part.provide.signals, part.parameters, left)
            own = settled.select(self._transformers, self._houses)
            result = second_pass(part.community, period, given, part.parameters, state, own)
            state = result.state
            yield result

    def _commit(self, result: WindowResult, full: bool, carried: Carried) -> None:
        index, done, ticket = result.period.index, result.period.index + 1, self._lease.ticket
        checkpoint = ShardCheckpoint(done, self._base)
        if full:
            checkpoint = ShardCheckpoint(
                done, done, result.state.to_bytes(), carried.digests, carried.totals.to_bytes(), carried.proof
            )
        self._lease.demand(repository.advance(ticket, checkpoint, self._lease.seconds))
        units = np.ascontiguousarray(result.grid_units, "<i8").tobytes()
        sums = np.ascontiguousarray(result.transformers.day_sums, "<f8").tobytes()
        repository.add_grid_part(ticket, index, units, sums)
        if done == self.windows:
            barrier = repository.end_pass(ticket)
            self._lease.demand(barrier is not None)
            self.barrier = barrier


def restart(lease: Lease[ShardTicket]) -> None:
    """Give a run that another version began back, to be begun from nothing."""
    with transaction(database):
        lease.demand(repository.start_again(lease.ticket))
    metrics.RESUMED.inc()
