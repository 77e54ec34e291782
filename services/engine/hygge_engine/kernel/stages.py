"""The compiled stages of one tile, in the order in which `window` calls them.

A tile is some whole days of a window: W columns of scratch arrays, from column `start` of the window's arrays on. Every
step's arithmetic is the same whatever the tile.
"""

import numpy as np

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel.allocations import (
    Books,
    Pools,
    add_bought,
    add_totals,
    add_units,
    allocate,
    left_of,
    unit_parts,
)
from hygge_engine.kernel.measures import (
    ENERGY_WORST,
    EXACT_WORST,
    NEED_BETWEEN,
    NEED_LOCAL,
    POOL_NET,
    RESIDUAL,
    ROUNDED_WORST,
    ROWS,
    add_house,
    check_energy,
    split_after_book,
    split_by_parts,
    write_house,
)
from hygge_engine.kernel.parts import larger
from hygge_engine.kernel.sums import (
    DEVICE_SUMS,
    DRIVEN_KWH,
    STORAGE_LOSS_KWH,
    add_sums,
    add_units_of,
    sum_days,
    sum_peaks,
    values_of,
)
from hygge_engine.kernel.types import SOC, Float32, Float64, Int64
from hygge_engine.kernel.upstream import LOST, SHARED

# A house is written some days at a time, so that its rows stay in the fastest cache.
_DAYS = 31


@entry_point
def share_pools(pools: Pools, position: Float64, residual: Float64, work: Float64, books: Books, begin: int) -> None:
    """Allocate inside every pool. position, residual: float64[N, W]; work: scratch; see `allocations`. books is filled
    from step `begin` on.
    """
    end = begin + position.shape[1]
    for k in range(pools.offsets.size - 1):
        first, last = pools.offsets[k], pools.offsets[k + 1]
        add_totals(position, first, last, books.demand[k, begin:end], books.supply[k, begin:end])
        allocate(pools, k, position, residual, work)
        add_bought(position, residual, first, last, books.bought[k, begin:end])


@entry_point
def collect_left(offsets: Int64, rank: Int64, residual: Float64, left: Float64) -> None:
    """Sum what houses have left into the units of their transformer, float64[K, R+1, W]; see `upstream`."""
    left[:] = 0.0
    for k in range(offsets.size - 1):
        add_units(residual, offsets[k], offsets[k + 1], rank, left[k])


@entry_point
def share_units(pools: Pools, position: Float64, parts: Float64, left: Float64, books: Books, begin: int) -> None:
    """`share_pools` and `collect_left` for allocations that treat a unit's houses alike: no array of residuals is
    needed.

    parts, left: float64[K, R+1, W], the parts of units that are served inside their transformer, and kW left.
    """
    left[:] = 0.0
    for k in range(pools.offsets.size - 1):
        add_units(position, pools.offsets[k], pools.offsets[k + 1], pools.rank, left[k])
        unit_parts(pools.code, left[k], parts[k])
        _note_units(left[k], parts[k], books, k, begin)
        for unit in range(left.shape[1]):
            for t in range(left.shape[2]):
                left[k, unit, t] -= left[k, unit, t] * parts[k, unit, t]


@compiled
def _note_units(units: Float64, parts: Float64, books: Books, k: int, begin: int) -> None:
    """Fill the books of a pool from its units, float64[R+1, W]."""
    surplus, end = units.shape[0] - 1, begin + units.shape[1]
    demand, supply, bought = books.demand[k, begin:end], books.supply[k, begin:end], books.bought[k, begin:end]
    demand[:] = 0.0
    bought[:] = 0.0
    for unit in range(surplus):
        for t in range(demand.size):
            demand[t] += units[unit, t]
            bought[t] += units[unit, t] * parts[unit, t]
    for t in range(supply.size):
        supply[t] = units[surplus, t]


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
def _is_still(traded: Float64) -> bool:
    """Whether no house trades between transformers."""
    for i in range(traded.shape[0]):
        for t in range(traded.shape[1]):
            if traded[i, t] != 0.0:
                return False
    return True


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
    lost_parts: Float64,
    traded: Float64,
    offsets: Int64,
    rank: Int64,
    bounds: Float32,
    cuts: Int64,
    first_day: int,
    step_hours: float,
    worst: Float64,
) -> None:
    """Measures and day sums of houses, and measures of transformers.

    values: float32[H, 9, T]; sums: float64[H, D, 22]; transformer_values: float32[K, 9, T]. position, residual: float64
    [H, W], kW before and after sharing inside the transformer; instead of residual there may be local_parts: float64
    [K, R+1, W], see `share_units`. parts: float64[K, R+1, 3, W], lost_parts: float64[K, R+1, W] and traded: float64[H,
    W], see `Handdown`; the last two are empty without an auction between transformers. bounds: float32[2, H], least and
    largest energy of a house's storage (0 and 0 where it is not used). cuts: int64[d+1], the steps of days `first_day`
    to `first_day + d - 1`. worst: float64[6], the largest imbalance in kW before and after rounding, imbalance of a
    pool in kW, energy out of bounds in kWh, kW traded beyond need inside and between transformers.
    """
    start, stop, last = cuts[0], cuts[-1], parts.shape[1] - 1
    width = stop - start
    rows, lost, totals = np.zeros((ROWS, width)), np.empty(width, np.float32), np.empty((9, width))
    for k in range(offsets.size - 1):
        plain = _is_plain(parts[k])
        if traded.size > 0:
            still = _is_still(traded[offsets[k] : offsets[k + 1]])
            plain = still and not parts[k, :, LOST].any() and not lost_parts[k].any()
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
            if traded.size > 0 and not plain:
                split_after_book(
                    left,
                    traded[i],
                    parts[k, rank[i]],
                    parts[k, last],
                    lost_parts[k, rank[i]],
                    lost_parts[k, last],
                    rows,
                )
            elif not plain:
                split_by_parts(left, parts[k, rank[i]], parts[k, last], rows)
            write_house(house, start, position[i], left, plain, rows, lost)
            add_house(house, start, plain, totals)
            sum_days(house, sums[i], cuts, first_day, step_hours, plain)
        transformer_values[k, :, start:stop] = totals
        worst[2] = _worst(rows[POOL_NET], worst[2])
    worst[3] = _worst(rows[ENERGY_WORST], worst[3])
    worst[4] = _worst(rows[NEED_LOCAL], worst[4])
    worst[5] = _worst(rows[NEED_BETWEEN], worst[5])
    worst[0] = _worst(rows[EXACT_WORST], worst[0])
    worst[1] = _worst(rows[ROUNDED_WORST], worst[1])


@entry_point
def close_window(
    loss: Float64,
    device_sums: Float64,
    sums: Float64,
    transformer_values: Float32,
    transformer_sums: Float64,
    units: Int64,
    offsets: Int64,
    days: Int64,
) -> None:
    """What storage and devices count of houses; sums of houses into transformers; their peaks; the grid's units.

    loss: float64[H, D]; device_sums: float64[H, D, 6], see `sums.DRIVEN_KWH`; sums: float64[N, D, 22], zero for
    transformers; values: float32[K, 9, T]; units: int64[9, T], zero; days: int64[D+1].
    """
    sums[:, :, STORAGE_LOSS_KWH] = loss
    sums[:, :, DRIVEN_KWH : DRIVEN_KWH + DEVICE_SUMS] = device_sums
    for k in range(offsets.size - 1):
        for i in range(offsets[k], offsets[k + 1]):
            add_sums(sums[i], transformer_sums[k])
        sum_peaks(transformer_values[k], transformer_sums[k], days)
        add_units_of(transformer_values[k], units)


@entry_point
def sum_grid(units: Int64, transformer_sums: Float64, values: Float32, sums: Float64, days: Int64) -> None:
    """The grid's measures float32[9, T] and sums float64[D, 22] (zero) from its units int64[9, T] and transformers."""
    values_of(units, values)
    for k in range(transformer_sums.shape[0]):
        add_sums(transformer_sums[k], sums)
    sum_peaks(values, sums, days)
