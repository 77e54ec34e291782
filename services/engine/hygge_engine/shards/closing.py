"""The end of a run in shards: the grid itself, the flows of the whole run, and the digest over everything."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from hygge_engine import metrics
from hygge_engine.kernel import MEASURES, Left
from hygge_engine.lease import Lease
from hygge_engine.pipeline import DIGEST_BYTES, larger
from hygge_engine.preparation import Prepared
from hygge_engine.shards import repository
from hygge_engine.simulation import DAY_SUMS, GridResult, Period, close_window, settle
from hygge_engine.writer import Totals, write_flows, write_grid

# What only the grid as a whole shows.
GRID_PROOF = ("pool_residual_kwh", "money_residual")


def write_grid_and_flows(run_id: int, prepared: Prepared, lease: Lease[Any]) -> tuple[bytes, dict[str, float]]:
    """Write them inside the caller's transaction; all digests (window by window: transformers, grid) and the proof."""
    problem, parts = prepared.problem, repository.all_shards(run_id)
    digests, rows = bytearray(), 0
    proof: dict[str, float] = {}
    for part in parts:
        proof = larger(proof, part.proof)
    between = np.zeros((0, 0))
    for window in problem.windows:
        lease.check()
        result = _grid_of(run_id, prepared, window.period)
        rows += write_grid(run_id, problem, window, result, prepared.request.detail)
        if result.flows_kwh is not None:
            between = between + result.flows_kwh if between.size else result.flows_kwh
        proof = larger(proof, {name: getattr(result, name) for name in GRID_PROOF})
        digests += _of_window(parts, window.period.index) + result.digest
    totals = Totals.joined([Totals.from_bytes(bytes(part.totals)) for part in parts], between)
    metrics.ROWS.labels("node_days").inc(rows)
    metrics.ROWS.labels("flows").inc(write_flows(run_id, problem, totals))
    return bytes(digests), proof


def _grid_of(run_id: int, prepared: Prepared, period: Period) -> GridResult:
    """The grid's results of a window from its shards' parts."""
    problem, parameters = prepared.problem, prepared.problem.parameters
    left = Left.stack([Left.from_bytes(data) for data in repository.handovers(run_id, period.index)])
    rates, signals = problem.rates(period), problem.provide.signals
    settled = settle(problem.community, period, rates, signals, parameters, left)
    units, sums = [], []
    for of_units, of_sums in repository.grid_parts(run_id, period.index):
        units.append(np.frombuffer(of_units, "<i8").reshape(len(MEASURES), period.steps))
        sums.append(np.frombuffer(of_sums, "<f8").reshape(-1, len(period.day_offsets) - 1, len(DAY_SUMS)))
    return close_window(period, parameters, settled, units, np.concatenate(sums))


def _of_window(parts: Sequence[Any], window: int) -> bytes:
    """The digests of all transformers in a window."""
    found = bytearray()
    for part in parts:
        size = (part.last_transformer - part.first_transformer) * DIGEST_BYTES
        found += bytes(part.digests)[window * size : (window + 1) * size]
    return bytes(found)
