"""The compiled stages of one tile, in the order in which `window` calls them.

A tile is some whole days of a window: W columns of scratch arrays, from column `start` of the window's arrays on. Every
step's arithmetic is the same whatever the tile.
"""

import numpy as np

from hygge_engine.kernel.allocations import Pools, add_units, allocate, left_of, unit_parts
from hygge_engine.kernel.compiled import compiled, entry_point
from hygge_engine.kernel.measures import (
    ENERGY_WORST,
    EXACT_WORST,
    POOL_NET,
    RESIDUAL,
    ROUNDED_WORST,
    add_house,
    check_energy,
    write_house,
)
from hygge_engine.kernel.parts import larger
from hygge_engine.kernel.sums import STORAGE_LOSS_KWH, add_sums, sum_days, sum_peaks
from hygge_engine.kernel.types import SHARED_GRID, SOC, Float32, Float64, Int64
from hygge_engine.kernel.upstream import LOST, SHARED

# A house is written some days at a time, so that its rows stay in the fastest cache.
_DAYS = 31


@entry_point
def share_pools(pools: Pools, position: Float64, residual: Float64, work: Float64) -> None:
    """Allocate inside every pool. position, residual: float64[N, W]; work: scratch; see `allocations`."""
    for k in range(pools.offsets.size - 1):
        allocate(pools, k, position, residual, work)


@entry_point
def collect_left(pools: Pools, residual: Float64, left: Float64) -> None:
    """Sum what houses have left into the units of their transformer, float64[K, R+1, W]; see `upstream`."""
    left[:] = 0.0
    for k in range(pools.offsets.size - 1):
        add_units(residual, pools.offsets[k], pools.offsets[k + 1], pools.rank, left[k])


@entry_point
def share_units(pools: Pools, position: Float64, parts: Float64, left: Float64) -> None:
    """`share_pools` and `collect_left` for allocations that treat a unit's houses alike: no array of residuals is
    needed.

    parts, left: float64[K, R+1, W], the parts of units that are served inside their transformer, and kW left.
    """
    left[:] = 0.0
    for k in range(pools.offsets.size - 1):
        add_units(position, pools.offsets[k], pools.offsets[k + 1], pools.rank, left[k])
        unit_parts(pools.code, left[k], parts[k])
        for unit in range(left.shape[1]):
            for t in range(left.shape[2]):
                left[k, unit, t] -= left[k, unit, t] * parts[k, unit, t]


@compiled
def _is_plain(parts: Float64) -> bool:
    """Whether all that a transformer's houses have left goes upstream; parts: float64[R+1, 3, W]."""
    for unit in range(parts.shape[0]):
        for t in range(parts.shape[2]):
            if parts[unit, SHARED, t] != 0.0 or parts[unit, LOST, t] != 0.0:
                return False
    return True


@compiled
def _leave(position: Float64, bought_part: Float64, sold_part: Float64, left: Float64) -> None:
    for t in range(left.size):
        left[t] = left_of(position[t], bought_part[t], sold_part[t])


@compiled
def _worst(row: Float64, worst: float) -> float:
    for t in range(row.size):
        worst = larger(abs(row[t]), worst)
    return worst


@entry_point
def write_tile(
    values: Float32,
    sums: Float64,
    transformer_values: Float32,
    position: Float64,
    residual: Float64,
    local_parts: Float64,
    parts: Float64,
    offsets: Int64,
    rank: Int64,
    bounds: Float32,
    cuts: Int64,
    first_day: int,
    step_hours: float,
    worst: Float64,
) -> None:
    """Measures and day sums of houses, and measures of transformers.

    values: float32[H, 9, T]; sums: float64[H, D, 16]; transformer_values: float32[K, 9, T]. position, residual:
    float64 [H, W], kW before and after sharing inside the transformer; instead of residual there may be local_parts:
    float64 [K, R+1, W], see `share_units`. parts: float64[K, R+1, 3, W]. bounds: float32[2, H], least and largest
    energy of a house's storage (0 and 0 where it is not used). cuts: int64[d+1], the steps of days `first_day` to
    `first_day + d - 1`. worst: float64[4], the largest imbalance in kW before and after rounding, imbalance of a pool
    in kW, energy out of bounds in kWh.
    """
    start, stop, last = cuts[0], cuts[-1], parts.shape[1] - 1
    width = stop - start
    rows, lost, totals = np.zeros((8, width)), np.empty(width, np.float32), np.empty((9, width))
    for k in range(offsets.size - 1):
        plain = _is_plain(parts[k])
        totals[:] = 0.0
        rows[POOL_NET] = 0.0
        for i in range(offsets[k], offsets[k + 1]):
            house = values[i]
            if bounds[1, i] > 0.0:
                check_energy(house[SOC, start:stop], bounds[0, i], bounds[1, i], rows[ENERGY_WORST])
            left = rows[RESIDUAL]
            if residual.size > 0:
                left = residual[i]
            else:
                _leave(position[i], local_parts[k, rank[i]], local_parts[k, last], left)
            write_house(house, start, position[i], left, parts[k, rank[i]], parts[k, last], plain, rows, lost)
            add_house(house, start, plain, totals)
            sum_days(house, sums[i], cuts, first_day, step_hours, plain)
        transformer_values[k, :, start:stop] = totals
        worst[2] = _worst(rows[POOL_NET], worst[2])
    worst[3] = _worst(rows[ENERGY_WORST], worst[3])
    worst[0] = _worst(rows[EXACT_WORST], worst[0])
    worst[1] = _worst(rows[ROUNDED_WORST], worst[1])


@entry_point
def close_window(
    loss: Float64,
    sums: Float64,
    transformer_values: Float32,
    transformer_sums: Float64,
    grid_values: Float32,
    grid_sums: Float64,
    offsets: Int64,
    days: Int64,
    is_whole: bool,
) -> None:
    """Storage losses of houses; sums of houses into transformers and of these into the grid; their peaks.

    loss: float64[H, D]; sums: float64[N, D, 16], zero for transformers and grid; values: float32[N, 9, T]; days:
    int64[D+1]. is_whole: these are all transformers of the grid, so what they share between them is 0 on balance.
    """
    sums[:, :, STORAGE_LOSS_KWH] = loss
    totals = np.zeros((grid_values.shape[1], grid_values.shape[2]))
    for k in range(offsets.size - 1):
        for i in range(offsets[k], offsets[k + 1]):
            add_sums(sums[i], transformer_sums[k])
        add_sums(transformer_sums[k], grid_sums[0])
        sum_peaks(transformer_values[k], transformer_sums[k], days)
        for measure in range(totals.shape[0]):
            for t in range(totals.shape[1]):
                totals[measure, t] += np.float64(transformer_values[k, measure, t])
    if is_whole:
        totals[SHARED_GRID] = 0.0
    grid_values[0] = totals
    sum_peaks(grid_values[0], grid_sums[0], days)
