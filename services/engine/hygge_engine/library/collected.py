"""Windows of a run → its result."""

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.assemble import Problem, Window
from hygge_engine.kernel import MEASURES
from hygge_engine.library.document import Community
from hygge_engine.library.result import NodeResults, Result
from hygge_engine.library.summary import summary_of
from hygge_engine.runs.schemas import Detail, RunRequest
from hygge_engine.simulation import DAY_SUMS, NodeResult, WindowResult, result_digest, simulate

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]
# Called with the steps that are done and how many there are.
Progress = Callable[[int, int], None]
SOC = MEASURES.index("soc_kwh")
HOUR_SECONDS = 3600


class _Nodes:
    """The results of one kind of node, filled window by window."""

    def __init__(self, names: list[str], steps: int, days: int, priced: bool) -> None:
        self.names = names
        self.values = np.empty((len(names), len(MEASURES), steps), np.float32)
        self.sums = np.empty((len(names), days, len(DAY_SUMS)))
        self.price = np.empty((len(names), steps), np.float32) if priced else None

    def put(self, nodes: NodeResult, price: Float32 | None, steps: slice, days: slice, cuts: Int64 | None) -> None:
        """A window's results; cuts: where stored steps begin in it (None: nothing is stored)."""
        self.sums[:, days] = nodes.day_sums
        if cuts is None:
            return
        self.values[:, :, steps] = coarser(nodes.values, cuts)
        self.values[:, SOC, steps] = nodes.values[:, SOC, np.append(cuts[1:], nodes.values.shape[2]) - 1]
        if self.price is not None and price is not None:
            self.price[:, steps] = coarser(price, cuts)

    def as_results(self, kind: str) -> NodeResults:
        return NodeResults(kind, self.names, self.values, self.sums, self.price)


def coarser(values: Float32, cuts: Int64) -> Float32:
    """Means over the stretches that begin at `cuts` (rising from 0), along the last axis."""
    if cuts.size == values.shape[-1]:
        return values
    lengths = np.diff(np.append(cuts, values.shape[-1]))
    return np.asarray(np.add.reduceat(values, cuts, axis=-1, dtype=np.float64) / lengths, np.float32)


def collected(
    problem: Problem, request: RunRequest, axis: TimeAxis, named: Community, progress: Progress | None
) -> Result:
    """Compute all windows and keep what the run's detail asks for."""
    times = axis.timestamps()
    begins = _begins(times, request.detail, [window.period.start_step for window in problem.windows])
    days = [day for window in problem.windows for day in window.days]
    sizes = (begins.size, len(days))
    kinds = (
        _Nodes(named.houses, *sizes, priced=False),
        _Nodes(named.transformers, *sizes, priced=True),
        _Nodes([str(named.document["name"])], *sizes, priced=True),
    )
    digests: list[bytes] = []
    proof: dict[str, float] = {}
    first_day = 0
    results = simulate(problem.community, problem.periods, problem.provide, problem.parameters, reuse_memory=True)
    for window, result in zip(problem.windows, results, strict=True):
        first_day = _put(kinds, window, result, begins, first_day, request.detail)
        assert result.grid is not None
        digests += [*result.digests, result.grid.digest]
        proof = {name: max(proof.get(name, 0.0), abs(float(value))) for name, value in asdict(result.proof).items()}
        if progress is not None:
            progress(window.period.start_step + window.period.steps, axis.steps)
    houses, transformers, grid = (
        nodes.as_results(kind) for nodes, kind in zip(kinds, ("house", "transformer", "grid"), strict=True)
    )
    return Result(
        summary=summary_of({name: float(values[0]) for name, values in grid.totals().items()}),
        times=times[begins],
        days=days,
        houses=houses,
        transformers=transformers,
        grid=grid,
        digest=result_digest(digests),
        proof=proof,
        parameters=request.model_dump(mode="json", by_alias=True, exclude={"grid_id"}),
        timezone=axis.timezone,
        currency=str(named.document["currency"]),
    )


def _begins(times: NDArray[np.datetime64], detail: Detail, windows: list[int]) -> Int64:
    """The steps at which a stored step begins; a window that begins inside an hour stores the rest of it on its own."""
    if detail is Detail.STEP:
        return np.arange(times.size)
    if detail is Detail.DAY:
        return np.zeros(0, np.int64)
    hours = times.astype(np.int64) // HOUR_SECONDS
    return np.union1d(np.flatnonzero(np.diff(hours, prepend=hours[0] - 1)), windows)


def _put(
    kinds: tuple[_Nodes, _Nodes, _Nodes],
    window: Window,
    result: WindowResult,
    begins: Int64,
    first_day: int,
    detail: Detail,
) -> int:
    """Store a window's results; returns the place of the next window's first day."""
    start, stop = window.period.start_step, window.period.start_step + window.period.steps
    steps = slice(*np.searchsorted(begins, [start, stop]).tolist())
    cuts = None if detail is Detail.DAY else begins[steps] - start
    days = slice(first_day, first_day + len(window.days))
    assert result.grid is not None
    parts = (
        (result.houses, None),
        (result.transformers, result.transformer_price),
        (result.grid.nodes, result.grid.price),
    )
    for nodes, (values, price) in zip(kinds, parts, strict=True):
        nodes.put(values, price, steps, days, cuts)
    return days.stop
