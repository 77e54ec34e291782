"""The loop of a run: windows are computed one after the other while those before are written.

PostgreSQL takes rows slower than the core makes them, and one connection keeps one processor busy. So a few windows are
copied at once, each on its own connection, but they are committed strictly in order: each waits for the one before it.
"""

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from typing import Any

from hygge_core.database import transaction
from hygge_engine import metrics
from hygge_engine.base import database
from hygge_engine.inputs.assemble import Problem
from hygge_engine.kernel import State
from hygge_engine.lease import Lease
from hygge_engine.network import NetworkCheck, net_position_kw
from hygge_engine.runs import repository
from hygge_engine.runs.repository import Checkpoint, Ticket
from hygge_engine.runs.schemas import Detail
from hygge_engine.simulation import WindowResult, result_digest, simulate
from hygge_engine.writer import Totals, write_flows, write_window

DIGEST_BYTES = 32
LOOK_SECONDS = 0.2
# Totals up to here go into every checkpoint. Larger ones (flows between all houses) would be most of what is written:
# they come every few windows, and a run that is taken up again computes those between once more.
SMALL_TOTALS_BYTES = 1 << 18
WINDOWS_BETWEEN = 8


@dataclass(slots=True)
class Carried:
    """What adds up over the windows: digests (transformers, then the grid), flows, worst residuals."""

    digests: bytes = b""
    totals: Totals = field(default_factory=Totals)
    proof: dict[str, float] = field(default_factory=dict)

    def plus(self, result: WindowResult) -> "Carried":
        """With one more window."""
        own = result.digests if result.grid is None else (*result.digests, result.grid.digest)
        digests = self.digests + b"".join(own)
        return Carried(digests, self.totals.plus(result), larger(self.proof, asdict(result.proof)))


class Pipeline(ABC):
    """Computes and writes the windows that are left to be done, `writers` of them at once (0: one after the other).

    done: windows that are written. base, state, carried: where computing begins; windows before `done` are computed to
    get there, but not written again.
    """

    def __init__(
        self,
        *,
        run_id: int,
        problem: Problem,
        detail: Detail,
        lease: Lease[Any],
        writers: int,
        done: int,
        base: int,
        state: State | None,
        carried: Carried,
    ) -> None:
        self._run_id = run_id
        self._writers = writers
        self._problem = problem
        self._detail = detail
        self._lease = lease
        self._done = done
        self._first = base
        self._base = base
        self._state = state
        self._carried = carried
        self.compute_seconds = 0.0
        self.write_seconds = 0.0

    @property
    def windows(self) -> int:
        """How many there are."""
        return len(self._problem.windows)

    @property
    def proof(self) -> dict[str, float]:
        """The worst residuals of all windows so far."""
        return self._carried.proof

    def run_until(self, enough: Callable[[], bool]) -> bool:
        """Go on until all windows are written (True), or until it is `enough` after a window (False)."""
        with ThreadPoolExecutor(max(1, self._writers), thread_name_prefix="writer") as pool:
            writing: deque[Future[None]] = deque()
            for result in self._timed():
                if result.period.index < self._done:
                    self._lease.check()
                    self._carried = self._carried.plus(result)
                    continue
                self._lease.check()
                if not self._writers:
                    self._write(result, None)
                else:
                    if len(writing) == self._writers:
                        writing.popleft().result()
                    writing.append(pool.submit(self._write, result, writing[-1] if writing else None))
                if enough():
                    break
            for future in writing:
                future.result()
        return self._done == self.windows

    def digest(self) -> str:
        """The run's digest over all windows' digests in their order."""
        return digest_of(self._carried.digests)

    @abstractmethod
    def _computed(self) -> Iterator[WindowResult]:
        """The windows from `self._first` on."""

    @abstractmethod
    def _commit(self, result: WindowResult, full: bool, carried: Carried) -> None:
        """Checkpoint of a window, with state and what is carried if it is a full one; the end of its transaction."""

    def _timed(self) -> Iterator[WindowResult]:
        if self._done == self.windows == self._first:
            return
        results = self._computed()
        while True:
            started = time.perf_counter()
            result = next(results, None)
            self.compute_seconds += time.perf_counter() - started
            if result is None:
                return
            yield result

    def _write(self, result: WindowResult, before: Future[None] | None) -> None:
        """Rows and checkpoint in one transaction; LeaseLost, and nothing written, when the run is no longer ours."""
        window = self._problem.windows[result.period.index]
        started = time.perf_counter()
        with transaction(database):
            rows = write_window(self._run_id, self._problem, window, result, self._detail)
            seconds = time.perf_counter() - started
            if before is not None:
                self._wait_for(before)
            done, carried = result.period.index + 1, self._carried.plus(result)
            full = done in (1, self.windows) or carried.totals.size <= SMALL_TOTALS_BYTES
            full = full or done - self._base >= WINDOWS_BETWEEN
            self._commit(result, full, carried)
        self._done, self._carried = done, carried
        self._base = done if full else self._base
        metrics.ROWS.labels("node_days").inc(rows)
        metrics.HOUSE_STEPS.inc(self._problem.community.houses * window.period.steps)
        metrics.count_trades(result.houses)
        self.write_seconds += seconds

    def _wait_for(self, before: Future[None]) -> None:
        """Until the window before is committed. A lost lease ends it: our rows must not stand in an heir's way."""
        while not before.done():
            wait([before], timeout=LOOK_SECONDS)
            self._lease.check()
        before.result()


class WholeRun(Pipeline):
    """A run in one piece."""

    def __init__(
        self,
        *,
        run_id: int,
        problem: Problem,
        detail: Detail,
        lease: Lease[Ticket],
        checkpoint: Checkpoint | None,
        writers: int,
        check: NetworkCheck | None = None,
    ) -> None:
        self._check = check
        self._network: dict[int, bytes] = {}
        done, base, state, carried = 0, 0, None, Carried()
        if checkpoint is not None:
            if check is not None and checkpoint.network:
                check.restore(checkpoint.network)
            done, base, state = checkpoint.windows_done, checkpoint.base, State.from_bytes(checkpoint.state)
            carried = Carried(checkpoint.digests, Totals.from_bytes(checkpoint.totals), dict(checkpoint.proof))
        super().__init__(
            run_id=run_id, problem=problem, detail=detail, lease=lease, writers=writers, done=done, base=base,
            state=state, carried=carried,
        )  # fmt: skip

    def _computed(self) -> Iterator[WindowResult]:
        problem = self._problem
        results = simulate(
            problem.community, problem.periods, problem.provide, problem.parameters, self._state, self._first
        )
        return results if self._check is None else self._checked(results, self._check)

    def _checked(self, results: Iterator[WindowResult], check: NetworkCheck) -> Iterator[WindowResult]:
        """Each window through the power flow, which is ahead of what is committed: its state is noted by window."""
        for result in results:
            check.add(net_position_kw(result.houses.values), result.period.start_step)
            self._network[result.period.index] = check.to_bytes()
            yield result

    def _commit(self, result: WindowResult, full: bool, carried: Carried) -> None:
        done = result.period.index + 1
        network = self._network.pop(result.period.index, b"")
        if full:
            state, totals = result.state.to_bytes(), carried.totals.to_bytes()
            checkpoint = Checkpoint(done, done, state, carried.digests, totals, carried.proof, network)
        else:
            checkpoint = Checkpoint(done, self._base, b"", b"", b"", {})
        if done == self.windows:
            metrics.ROWS.labels("flows").inc(write_flows(self._run_id, self._problem, carried.totals))
        held = repository.advance(self._lease.ticket, checkpoint, done / self.windows, self._lease.seconds)
        self._lease.demand(held)


def digest_of(digests: bytes) -> str:
    """SHA-256 in hex over the digests of all windows in their order."""
    return result_digest(digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES))


def larger(before: dict[str, float], now: dict[str, Any]) -> dict[str, float]:
    """The worse of each residual."""
    return before | {name: max(before.get(name, 0.0), abs(float(value))) for name, value in now.items()}
