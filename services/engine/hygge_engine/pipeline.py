"""The loop of a run: windows are computed one after the other while those before are written.

PostgreSQL takes rows slower than the core makes them, and one connection keeps one processor busy. So a few windows are
copied at once, each on its own connection, but they are committed strictly in order: each waits for the one before it.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import asdict

from hygge_core.database import transaction
from hygge_engine import metrics
from hygge_engine.base import database
from hygge_engine.inputs.assemble import Problem
from hygge_engine.kernel import State
from hygge_engine.lease import Lease
from hygge_engine.runs import repository
from hygge_engine.runs.repository import Checkpoint
from hygge_engine.runs.schemas import Detail
from hygge_engine.simulation import WindowResult, result_digest, simulate
from hygge_engine.writer import Totals, write_flows, write_window

DIGEST_BYTES = 32
LOOK_SECONDS = 0.2


class Pipeline:
    """Computes and writes the windows that a checkpoint leaves to be done, `writers` of them at once."""

    def __init__(
        self,
        *,
        run_id: int,
        problem: Problem,
        detail: Detail,
        lease: Lease,
        checkpoint: Checkpoint | None,
        writers: int,
    ) -> None:
        self._run_id = run_id
        self._writers = writers
        self._problem = problem
        self._detail = detail
        self._lease = lease
        self._done = checkpoint.windows_done if checkpoint else 0
        self._state = State.from_bytes(checkpoint.state) if checkpoint else None
        self._digests = checkpoint.digests if checkpoint else b""
        self._totals = Totals.from_bytes(checkpoint.totals) if checkpoint else Totals()
        self.proof: dict[str, float] = dict(checkpoint.proof) if checkpoint else {}
        self.compute_seconds = 0.0
        self.write_seconds = 0.0

    def run_until(self, enough: Callable[[], bool]) -> bool:
        """Go on until all windows are written (True), or until it is `enough` after a window (False)."""
        with ThreadPoolExecutor(self._writers, thread_name_prefix="writer") as pool:
            writing: deque[Future[None]] = deque()
            for result in self._computed():
                if len(writing) == self._writers:
                    writing.popleft().result()
                self._lease.check()
                writing.append(pool.submit(self._write, result, writing[-1] if writing else None))
                if enough():
                    break
            for future in writing:
                future.result()
        return self._done == len(self._problem.windows)

    def digest(self) -> str:
        """The run's digest over all windows' digests in their order."""
        parts = range(0, len(self._digests), DIGEST_BYTES)
        return result_digest(self._digests[start : start + DIGEST_BYTES] for start in parts)

    def _computed(self) -> Iterator[WindowResult]:
        problem = self._problem
        if self._done == len(problem.windows):
            return
        results = simulate(
            problem.community, problem.periods, problem.provide, problem.parameters, self._state, self._done
        )
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
            self._commit(result)
        metrics.ROWS.labels("node_days").inc(rows)
        metrics.HOUSE_STEPS.inc(self._problem.community.houses * window.period.steps)
        self.write_seconds += seconds

    def _wait_for(self, before: Future[None]) -> None:
        """Until the window before is committed. A lost lease ends it: our rows must not stand in an heir's way."""
        while not before.done():
            wait([before], timeout=LOOK_SECONDS)
            self._lease.check()
        before.result()

    def _commit(self, result: WindowResult) -> None:
        """The end of a window's transaction, in the order of windows: all before this one are done."""
        done = result.period.index + 1
        windows = len(self._problem.windows)
        totals = self._totals.plus(result)
        digests = self._digests + b"".join(result.digests)
        proof = _larger(self.proof, asdict(result.proof))
        checkpoint = Checkpoint(done, result.state.to_bytes(), digests, totals.to_bytes(), proof)
        if done == windows:
            metrics.ROWS.labels("flows").inc(write_flows(self._run_id, self._problem, totals))
        held = repository.advance(self._lease.ticket, checkpoint, done / windows, self._lease.seconds)
        self._lease.demand(held)
        self._done, self._totals, self._digests, self.proof = done, totals, digests, proof


def _larger(before: dict[str, float], now: dict[str, float]) -> dict[str, float]:
    return {name: max(before.get(name, 0.0), abs(float(value))) for name, value in now.items()}
