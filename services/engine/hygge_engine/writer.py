"""Arrays → hypertable: a window's day vectors by binary COPY, and the checkpoint in the same transaction."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from opentelemetry import trace

from hygge_core import node_days
from hygge_core.pgcopy import copy_in, encode
from hygge_engine.base import database
from hygge_engine.inputs.assemble import Problem, Window
from hygge_engine.kernel import MEASURES
from hygge_engine.runs.schemas import Detail
from hygge_engine.simulation import DAY_SUMS, GridResult, NodeResult, WindowResult

# So many nodes' rows are encoded at once: enough for NumPy to be fast, small beside the window itself.
NODES_AT_ONCE = 128
LOAD, SOC = MEASURES.index("load_kw"), MEASURES.index("soc_kwh")
PRICE = len(MEASURES)
IMPORTED, EXPORTED = DAY_SUMS.index("imported_kwh"), DAY_SUMS.index("exported_kwh")
SUM_COLUMNS = node_days.SUM_NAMES
# Flows below a watt-hour over a whole run are rounding of shares, not trades.
SMALLEST_FLOW_KWH = 1e-9

tracer = trace.get_tracer("hygge.engine")
Block = NDArray[np.void]
# Ids of nodes, their results, their prices (houses have none).
Kind = tuple[NDArray[np.int64], NodeResult, NDArray[np.float32] | None]


def write_window(run_id: int, problem: Problem, window: Window, result: WindowResult, detail: Detail) -> int:
    """COPY all rows of a window, or of a shard's window, inside the caller's transaction; the number of rows."""
    kinds: list[Kind] = [
        (problem.house_ids, result.houses, None),
        (problem.transformer_ids, result.transformers, result.transformer_price),
    ]
    if result.grid is not None:
        kinds.append((np.asarray([problem.grid_id]), result.grid.nodes, result.grid.price))
    return _write_kinds(run_id, kinds, window, detail)


def write_grid(run_id: int, problem: Problem, window: Window, result: GridResult, detail: Detail) -> int:
    """COPY the grid's own rows of a window of a run in shards; the number of rows."""
    return _write_kinds(run_id, [(np.asarray([problem.grid_id]), result.nodes, result.price)], window, detail)


def _write_kinds(run_id: int, kinds: list[Kind], window: Window, detail: Detail) -> int:
    rows = 0
    with tracer.start_as_current_span("COPY results.node_days") as span:
        for ids, nodes, price in kinds:
            for first in range(0, len(ids), NODES_AT_ONCE):
                part = slice(first, first + NODES_AT_ONCE)
                chunk = NodeResult(nodes.values[part], nodes.day_sums[part])
                blocks = day_blocks(
                    run_id=run_id, ids=ids[part], nodes=chunk, price=None if price is None else price[part],
                    window=window, detail=detail,
                )  # fmt: skip
                rows += _copy(node_days.TABLE, node_days.COLUMNS, list(blocks))
        span.set_attribute("hygge.rows", rows)
    return rows


def day_blocks(
    *,
    run_id: int,
    ids: NDArray[np.int64],
    nodes: NodeResult,
    price: NDArray[np.float32] | None,
    window: Window,
    detail: Detail,
) -> Iterator[Block]:
    """Rows of `results.node_days`, one block per vector length and pattern of NULLs (measures that are 0 all day)."""
    for first, last in _equal_days(window.period.day_offsets):
        steps = slice(window.period.day_offsets[first], window.period.day_offsets[last])
        vectors = _day_vectors(nodes.values[:, :, steps], last - first)
        if price is not None:
            vectors = np.concatenate([vectors, _day_vectors(price[:, None, steps], last - first)], axis=1)
        load_peak_kw = vectors[:, LOAD].max(axis=2)
        if detail is not Detail.STEP:
            vectors = _coarser(vectors, window, detail)
        for node, day, measures in _patterns(vectors):
            values: dict[str, NDArray[Any]] = {
                "run_id": np.full(len(node), run_id),
                "node_id": ids[node],
                "day": np.asarray(window.days[first:last], "datetime64[D]")[day],
                "starts_at": window.day_starts[first:last][day],
                "steps": np.full(len(node), vectors.shape[3]),
            }
            sums = nodes.day_sums[node, first + day]
            values[node_days.LOAD_PEAK.name] = load_peak_kw[node, day]
            values |= {name: sums[:, index] for index, name in enumerate(SUM_COLUMNS)}
            values |= {node_days.MEASURE_NAMES[m]: vectors[node, m, day] for m in measures}
            yield encode(node_days.COLUMNS, values, rows=len(node))


def _equal_days(offsets: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Stretches of consecutive days that have the same number of steps."""
    lengths = np.diff(offsets)
    edges = [0, *(np.flatnonzero(np.diff(lengths)) + 1).tolist(), len(lengths)]
    yield from pairwise(edges)


def _day_vectors(values: NDArray[np.float32], days: int) -> NDArray[np.float32]:
    """[N, M, days · L] → [N, M, days, L]."""
    return values.reshape(*values.shape[:2], days, values.shape[2] // days)


def _coarser(vectors: NDArray[np.float32], window: Window, detail: Detail) -> NDArray[np.float32]:
    """Hourly means, or nothing at all. Of stored energy the value at the end of the hour; of a price the mean over the
    steps that have one.
    """
    if detail is Detail.DAY:
        return vectors[..., :0]
    steps = vectors.shape[3]
    per_hour = min(steps, round(1 / window.step_hours))
    # A first or last day that is cut inside an hour has a shorter first or last hour.
    edges = np.arange(0, steps, per_hour)
    lengths = np.diff(np.append(edges, steps))
    known = vectors == vectors  # noqa: PLR0124  # a price is nan where nothing was traded
    sums = np.add.reduceat(np.where(known, vectors, 0.0), edges, axis=3, dtype=np.float64)
    counts = lengths if known.all() else np.add.reduceat(known, edges, axis=3, dtype=np.int64)
    with np.errstate(invalid="ignore"):
        hours: NDArray[np.float32] = (sums / counts).astype(np.float32)
    hours[:, SOC] = vectors[:, SOC][..., edges + lengths - 1]
    return hours


def _patterns(vectors: NDArray[np.float32]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], list[int]]]:
    """Node and day of all rows that have the same measures, with those measures."""
    if vectors.shape[3] == 0:
        node, day = np.divmod(np.arange(vectors.shape[0] * vectors.shape[2]), vectors.shape[2])
        yield node, day, []
        return
    present = vectors.any(axis=3)
    pattern = (present << np.arange(vectors.shape[1])[:, None]).sum(axis=1)
    for code in np.unique(pattern):
        node, day = np.nonzero(pattern == code)
        yield node, day, [m for m in range(vectors.shape[1]) if code >> m & 1]


def _copy(table: str, columns: Sequence[Any], blocks: list[Block]) -> int:
    with database.cursor() as cursor:
        copy_in(cursor, table, columns, blocks)
    return sum(len(block) for block in blocks)


@dataclass(slots=True)
class Totals:
    """Energy from node to node over the windows so far, kWh: carried in the checkpoint, written once at the end.

    `houses`: per transformer [seller, buyer] or None (pool too large); `transformers` [seller, buyer], empty in a shard
    and where there are too many; per house what it imported and exported.
    """

    houses: list[NDArray[np.float64] | None] = field(default_factory=list)
    transformers: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)))
    imported: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    exported: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def plus(self, result: WindowResult) -> "Totals":
        """A new total with one more window."""
        sums = result.houses.day_sums.sum(axis=1)
        between = None if result.grid is None else result.grid.flows_kwh
        nothing = np.zeros((0, 0))
        flows = (list(result.house_flows_kwh), nothing if between is None else between)
        more = Totals(*flows, sums[:, IMPORTED], sums[:, EXPORTED])
        if not self.houses:
            return more
        pairs = zip(self.houses, more.houses, strict=True)
        return Totals(
            [None if before is None or now is None else before + now for before, now in pairs],
            self.transformers + more.transformers,
            self.imported + more.imported,
            self.exported + more.exported,
        )

    @property
    def size(self) -> int:
        """Bytes of all numbers."""
        pools = sum(pool.nbytes for pool in self.houses if pool is not None)
        return pools + self.transformers.nbytes + self.imported.nbytes + self.exported.nbytes

    @classmethod
    def joined(cls, parts: Sequence["Totals"], transformers: NDArray[np.float64]) -> Self:
        """A whole run's totals from those of its shards in their order, and the flows between transformers."""
        return cls(
            [pool for part in parts for pool in part.houses],
            transformers,
            np.concatenate([part.imported for part in parts]),
            np.concatenate([part.exported for part in parts]),
        )

    def to_bytes(self) -> bytes:
        arrays: dict[str, Any] = {f"houses{k}": pool for k, pool in enumerate(self.houses) if pool is not None}
        sink = io.BytesIO()
        np.savez(
            sink, pools=np.asarray(len(self.houses)), transformers=self.transformers,
            imported=self.imported, exported=self.exported, **arrays,
        )  # fmt: skip
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            pools = [arrays.get(f"houses{k}") for k in range(int(arrays["pools"]))]
            return cls(pools, arrays["transformers"], arrays["imported"], arrays["exported"])


def write_flows(run_id: int, problem: Problem, totals: Totals) -> int:
    """COPY the run's flows inside the caller's transaction; the number of rows."""
    blocks = [_flow_block(run_id, *flow) for flow in _flows(problem, totals)]
    with tracer.start_as_current_span("COPY results.flows"):
        return _copy(node_days.FLOWS_TABLE, node_days.FLOW_COLUMNS, blocks)


def _flows(
    problem: Problem, totals: Totals
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    """Sources, targets, kWh: inside each transformer, between transformers, and between houses and the grid."""
    offsets = problem.community.transformer_offsets
    for k, pool in enumerate(totals.houses):
        if pool is not None:
            yield _pairs(problem.house_ids[offsets[k] : offsets[k + 1]], pool)
    yield _pairs(problem.transformer_ids, totals.transformers)
    grid = np.full(len(problem.house_ids), problem.grid_id)
    for source, target, energy in (
        (grid, problem.house_ids, totals.imported),
        (problem.house_ids, grid, totals.exported),
    ):
        kept = energy > SMALLEST_FLOW_KWH
        yield source[kept], target[kept], energy[kept]


def _pairs(
    ids: NDArray[np.int64], energy: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    seller, buyer = np.nonzero(energy > SMALLEST_FLOW_KWH)
    return ids[seller], ids[buyer], energy[seller, buyer]


def _flow_block(
    run_id: int, source: NDArray[np.int64], target: NDArray[np.int64], energy: NDArray[np.float64]
) -> Block:
    values: Mapping[str, NDArray[Any]] = {
        "run_id": np.full(len(source), run_id), "source_id": source, "target_id": target, "energy_kwh": energy,
    }  # fmt: skip
    return encode(node_days.FLOW_COLUMNS, values, rows=len(source))
