"""From exact flows to the stored measures of houses and transformers."""

import numpy as np

from hygge_engine.kernel.compiled import compiled
from hygge_engine.kernel.parts import larger
from hygge_engine.kernel.rounding import round_flow, round_storage
from hygge_engine.kernel.types import (
    CURTAILED,
    GENERATION,
    GRID,
    LOAD,
    SHARED_GRID,
    SHARED_LOCAL,
    STORAGE,
    UNSERVED,
    Float32,
    Float64,
)
from hygge_engine.kernel.upstream import LOST, SHARED, UPSTREAM

# Rows of scratch float64[8, W], in kW: the flow being rounded; the rounding error on its way; what of a residual is not
# handed down yet; the worst imbalances of houses before and after rounding; bought − sold of the pool; what a house has
# left after sharing. In kWh: the largest energy out of bounds.
FLOW, CARRY, OPEN, EXACT_WORST, ROUNDED_WORST, POOL_NET, RESIDUAL, ENERGY_WORST = range(8)


@compiled
def write_house(
    values: Float32,
    start: int,
    position: Float64,
    residual: Float64,
    deficit_parts: Float64,
    surplus_parts: Float64,
    plain: bool,
    rows: Float64,
    lost: Float32,
) -> None:
    """Fill a tile of a house's measures float32[9, T] from step `start` on; LOAD, GENERATION and SOC are there already.

    position, residual: float64[W], kW before and after sharing inside the transformer. deficit_parts, surplus_parts:
    float64[3, W], see `upstream`. plain: in this tile all that is left goes upstream. lost: float32[W], scratch.
    """
    stop = start + position.size
    flow, carry = rows[FLOW], rows[CARRY]
    load, generation = values[LOAD, start:stop], values[GENERATION, start:stop]
    round_storage(position, load, generation, values[STORAGE, start:stop], carry)
    _take_difference(position, residual, flow, rows[POOL_NET])
    round_flow(flow, carry, values[SHARED_LOCAL, start:stop])
    if plain:
        values[SHARED_GRID, start:stop] = 0.0
        values[CURTAILED, start:stop] = 0.0
        values[UNSERVED, start:stop] = 0.0
        round_flow(residual, carry, values[GRID, start:stop])
    else:
        rows[OPEN] = residual
        _hand_down(residual, deficit_parts[SHARED], surplus_parts[SHARED], flow, rows[OPEN])
        round_flow(flow, carry, values[SHARED_GRID, start:stop])
        _hand_down(residual, deficit_parts[LOST], surplus_parts[LOST], flow, rows[OPEN])
        round_flow(flow, carry, lost)
        _split_lost(lost, values[UNSERVED, start:stop], values[CURTAILED, start:stop])
        _hand_down(residual, deficit_parts[UPSTREAM], surplus_parts[UPSTREAM], flow, rows[OPEN])
        round_flow(flow, carry, values[GRID, start:stop])
        _keep_worst(rows[OPEN], rows[EXACT_WORST])
    if plain:
        _check_plain(values, start, stop, rows[ROUNDED_WORST])
    else:
        _check_rounded(values, start, stop, rows[ROUNDED_WORST])


@compiled
def _take_difference(position: Float64, residual: Float64, flow: Float64, net: Float64) -> None:
    for t in range(flow.size):
        flow[t] = position[t] - residual[t]
        net[t] += position[t] - residual[t]


@compiled
def _hand_down(residual: Float64, deficit_part: Float64, surplus_part: Float64, flow: Float64, left: Float64) -> None:
    """The flow that goes to one end, taken from what is left."""
    for t in range(flow.size):
        flow[t] = residual[t] * (deficit_part[t] if residual[t] > 0.0 else surplus_part[t])
    for t in range(flow.size):
        left[t] -= flow[t]


@compiled
def _split_lost(lost: Float32, unserved: Float32, curtailed: Float32) -> None:
    for t in range(lost.size):
        unserved[t] = lost[t] if lost[t] > 0.0 else 0.0
    for t in range(lost.size):
        curtailed[t] = -lost[t] if lost[t] < 0.0 else 0.0


@compiled
def _keep_worst(row: Float64, worst: Float64) -> None:
    for t in range(row.size):
        worst[t] = larger(abs(row[t]), worst[t])


@compiled
def _check_rounded(values: Float32, start: int, stop: int, worst: Float64) -> None:
    """Check the balance of what is stored, from what is stored."""
    load, generation, storage = values[LOAD, start:stop], values[GENERATION, start:stop], values[STORAGE, start:stop]
    local, between, grid = values[SHARED_LOCAL, start:stop], values[SHARED_GRID, start:stop], values[GRID, start:stop]
    curtailed, unserved = values[CURTAILED, start:stop], values[UNSERVED, start:stop]
    for t in range(worst.size):
        supply = np.float64(generation[t]) - np.float64(curtailed[t]) + np.float64(unserved[t])
        supply = supply + np.float64(local[t]) + np.float64(between[t]) + np.float64(grid[t])
        worst[t] = larger(abs(supply - np.float64(load[t]) - np.float64(storage[t])), worst[t])


@compiled
def _check_plain(values: Float32, start: int, stop: int, worst: Float64) -> None:
    """`_check_rounded` where nothing is shared between transformers, curtailed or unserved."""
    load, generation, storage = values[LOAD, start:stop], values[GENERATION, start:stop], values[STORAGE, start:stop]
    local, grid = values[SHARED_LOCAL, start:stop], values[GRID, start:stop]
    for t in range(worst.size):
        supply = np.float64(generation[t]) + np.float64(local[t]) + np.float64(grid[t])
        worst[t] = larger(abs(supply - np.float64(load[t]) - np.float64(storage[t])), worst[t])


@compiled
def check_energy(soc: Float32, lowest: float, highest: float, worst: Float64) -> None:
    """Note the largest energy outside the bounds, in kWh."""
    low, high = np.float64(lowest), np.float64(highest)
    for t in range(soc.size):
        outside = larger(low - np.float64(soc[t]), np.float64(soc[t]) - high)
        worst[t] = larger(outside, worst[t])


@compiled
def add_house(values: Float32, start: int, plain: bool, totals: Float64) -> None:
    """Add a tile of a house's measures to its transformer's float64[9, W]; of energy shared inside, what is bought."""
    for measure in range(totals.shape[0]):
        if plain and (measure in (SHARED_GRID, CURTAILED, UNSERVED)):
            continue
        total = totals[measure]
        row = values[measure, start : start + total.size]
        if measure == SHARED_LOCAL:
            for t in range(row.size):
                total[t] += np.float64(row[t]) if row[t] > 0.0 else 0.0
        else:
            for t in range(row.size):
                total[t] += np.float64(row[t])
