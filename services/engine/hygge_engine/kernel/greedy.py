"""The allocation `greedy`: largest surplus to largest deficit, pair by pair."""

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.parts import truncated
from hygge_engine.kernel.types import Float64, Int64


@compiled
def match_step(
    position: Float64,
    residual: Float64,
    first: int,
    last: int,
    column: int,
    minimum_kw: float,
    unit_kw: float,
    flows: Float64,
) -> None:
    """Match the rows `first` to `last − 1` in one step: sellers by falling surplus, buyers by falling deficit, ties
    by row.

    position, residual: float64[N, W], kW before and after. The pair's volume is what the smaller side has left. A pair
    below `minimum_kw` is not traded: its smaller side is done, its larger side goes on with all it has left. With
    unit_kw above 0, a pair trades whole units only. flows: float64[n, n], kW summed over steps by (seller, buyer); not
    kept where it is empty.
    """
    for i in range(first, last):
        residual[i, column] = position[i, column]
    sellers = _by_size(position, first, last, column, -1.0)
    if sellers.size == 0:
        return
    buyers = _by_size(position, first, last, column, 1.0)
    s, b = 0, 0
    while s < sellers.size and b < buyers.size:
        seller, buyer = sellers[s], buyers[b]
        offered, wanted = -residual[seller, column], residual[buyer, column]
        volume = offered if offered < wanted else wanted
        volume = truncated(volume, unit_kw) if unit_kw > 0.0 else volume
        if volume >= minimum_kw:
            residual[seller, column] += volume
            residual[buyer, column] -= volume
            if flows.size > 0:
                flows[seller - first, buyer - first] += volume
        s += offered <= wanted
        b += wanted <= offered


@compiled
def _by_size(position: Float64, first: int, last: int, column: int, side: float) -> Int64:
    """Rows of one side (+1 buyers, −1 sellers), the largest amount first, ties in the order of rows."""
    rows, amounts = np.empty(last - first, np.int64), np.empty(last - first)
    count = 0
    for i in range(first, last):
        if side * position[i, column] > 0.0:
            rows[count], amounts[count] = i, -side * position[i, column]
            count += 1
    return rows[np.argsort(amounts[:count], kind="mergesort")]
