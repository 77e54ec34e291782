"""From exact flows to the stored measures of houses and transformers."""

import numpy as np

from hygge_engine.compiled import compiled
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

# Rows of scratch float64[12, W], in kW: the local flow, the rounding error on its way, flows between transformers, lost
# and upstream, what a house has left after sharing, bought − sold of the pool; and the worst of houses: imbalances
# before and after rounding, trades beyond need inside and between transformers, and, in kWh, energy out of bounds.
(
    FLOW,
    CARRY,
    BETWEEN,
    GONE,
    UP,
    RESIDUAL,
    POOL_NET,
    EXACT_WORST,
    ROUNDED_WORST,
    NEED_LOCAL,
    NEED_BETWEEN,
    ENERGY_WORST,
) = range(12)
ROWS = 12


@compiled
def write_house(
    values: Float32, start: int, position: Float64, residual: Float64, plain: bool, rows: Float64, lost: Float32
) -> None:
    """Fill a tile of a house's measures float32[9, T] from step `start` on; LOAD, GENERATION and SOC are there already.

    position, residual: float64[W], kW before and after sharing inside the transformer. plain: in this tile all that is
    left goes upstream; otherwise the rows BETWEEN, GONE and UP say where it goes. lost: float32[W], scratch.
    """
    stop = start + position.size
    flow, carry = rows[FLOW], rows[CARRY]
    load, generation = values[LOAD, start:stop], values[GENERATION, start:stop]
    round_storage(position, load, generation, values[STORAGE, start:stop], carry)
    _take_difference(position, residual, flow, rows[POOL_NET])
    _keep_need(position, residual, rows[NEED_LOCAL])
    round_flow(flow, carry, values[SHARED_LOCAL, start:stop])
    if plain:
        values[SHARED_GRID, start:stop] = 0.0
        values[CURTAILED, start:stop] = 0.0
        values[UNSERVED, start:stop] = 0.0
        round_flow(residual, carry, values[GRID, start:stop])
        _check_plain(values, start, stop, rows[ROUNDED_WORST])
    else:
        round_flow(rows[BETWEEN], carry, values[SHARED_GRID, start:stop])
        round_flow(rows[GONE], carry, lost)
        _split_lost(lost, values[UNSERVED, start:stop], values[CURTAILED, start:stop])
        round_flow(rows[UP], carry, values[GRID, start:stop])
        _check_rounded(values, start, stop, rows[ROUNDED_WORST])


@compiled
def _take_difference(position: Float64, residual: Float64, flow: Float64, net: Float64) -> None:
    for t in range(flow.size):
        flow[t] = position[t] - residual[t]
        net[t] += position[t] - residual[t]


@compiled
def _keep_need(before: Float64, after: Float64, worst: Float64) -> None:
    """Note what is traded beyond need: bought by a seller, sold by a buyer, or more than there was."""
    for t in range(worst.size):
        beyond = 0.5 * (abs(before[t] - after[t]) + abs(after[t]) - abs(before[t]))
        worst[t] = larger(beyond, worst[t])


@compiled
def split_by_parts(residual: Float64, deficit_parts: Float64, surplus_parts: Float64, rows: Float64) -> None:
    """Where a residual goes, float64[W] in kW, by the parts of its unit, float64[3, W]; see `upstream`."""
    _hand_down(residual, deficit_parts[SHARED], surplus_parts[SHARED], rows[BETWEEN])
    _hand_down(residual, deficit_parts[LOST], surplus_parts[LOST], rows[GONE])
    _hand_down(residual, deficit_parts[UPSTREAM], surplus_parts[UPSTREAM], rows[UP])
    _keep_split(residual, rows)


@compiled
def split_after_book(
    residual: Float64,
    traded: Float64,
    deficit_parts: Float64,
    surplus_parts: Float64,
    deficit_lost: Float64,
    surplus_lost: Float64,
    rows: Float64,
) -> None:
    """Where a residual goes after an auction between transformers in which the house traded so much; see `Handdown`."""
    offered, gone, up = rows[BETWEEN], rows[GONE], rows[UP]
    _hand_down(residual, deficit_parts[SHARED], surplus_parts[SHARED], offered)
    _hand_down(residual, deficit_parts[LOST], surplus_parts[LOST], gone)
    _hand_down(residual, deficit_parts[UPSTREAM], surplus_parts[UPSTREAM], up)
    for t in range(residual.size):
        still_open = offered[t] - traded[t]
        lost = still_open * (deficit_lost[t] if residual[t] > 0.0 else surplus_lost[t])
        gone[t] += lost
        up[t] += still_open - lost
        offered[t] = traded[t]
    _keep_split(residual, rows)
    for t in range(residual.size):
        beyond = 0.5 * (abs(residual[t] - traded[t]) + abs(traded[t]) - abs(residual[t]))
        rows[NEED_BETWEEN, t] = larger(beyond, rows[NEED_BETWEEN, t])


@compiled
def _hand_down(residual: Float64, deficit_part: Float64, surplus_part: Float64, flow: Float64) -> None:
    """The flow that goes to one end."""
    for t in range(flow.size):
        flow[t] = residual[t] * (deficit_part[t] if residual[t] > 0.0 else surplus_part[t])


@compiled
def _keep_split(residual: Float64, rows: Float64) -> None:
    """Note what of a residual went nowhere."""
    between, gone, up, worst = rows[BETWEEN], rows[GONE], rows[UP], rows[EXACT_WORST]
    for t in range(worst.size):
        worst[t] = larger(abs(residual[t] - between[t] - gone[t] - up[t]), worst[t])


@compiled
def _split_lost(lost: Float32, unserved: Float32, curtailed: Float32) -> None:
    for t in range(lost.size):
        unserved[t] = lost[t] if lost[t] > 0.0 else 0.0
    for t in range(lost.size):
        curtailed[t] = -lost[t] if lost[t] < 0.0 else 0.0


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
