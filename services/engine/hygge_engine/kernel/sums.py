"""Day sums of nodes, made from the rounded measures: what is summed is what is stored.

Sums are made in fixed point, in units of 2⁻³⁶ kW (15 pW): integers add up exactly in any order, so the compiler may use
the processor's vector units without changing a bit. A house may have 400 MW for a whole day before they overflow.
"""

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.parts import larger, smaller
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
    Int64,
)

(
    LOAD_KWH,
    GENERATION_KWH,
    OWN_USE_KWH,
    CHARGE_KWH,
    DISCHARGE_KWH,
    STORAGE_LOSS_KWH,
    BOUGHT_LOCAL_KWH,
    SOLD_LOCAL_KWH,
    BOUGHT_GRID_KWH,
    SOLD_GRID_KWH,
    IMPORTED_KWH,
    EXPORTED_KWH,
    CURTAILED_KWH,
    UNSERVED_KWH,
    DRIVEN_KWH,
    EV_SHORTFALL_KWH,
    HEAT_KWH,
    UNMET_HEAT_KWH,
    GENERATOR_KWH,
    CLIPPED_KWH,
    IMPORT_PEAK_KW,
    EXPORT_PEAK_KW,
) = range(22)

DEVICE_SUMS = CLIPPED_KWH - DRIVEN_KWH + 1
_UNITS_PER_KW = 2.0**36


@compiled
def _units(power: float) -> int:
    return np.int64(np.float64(power) * _UNITS_PER_KW)  # type: ignore[return-value]


@compiled
def _energy(units: int, step_hours: float) -> float:
    """kWh of so many units summed over steps."""
    return units / _UNITS_PER_KW * step_hours


@compiled
def sum_days(values: Float32, sums: Float64, cuts: Int64, day: int, step_hours: float, plain: bool) -> None:
    """Fill a house's day sums, all but the storage loss and what devices count.

    values: float32[9, T]. sums: float64[D, 22]; day `day + n` has the steps `cuts[n]:cuts[n+1]`. plain: whether nothing
    is shared between transformers, curtailed or unserved in these steps.
    """
    for part in range(cuts.size - 1):
        start, stop, row = cuts[part], cuts[part + 1], sums[day + part]
        _sum_own(values, row, start, stop, step_hours)
        _sum_flows(values, row, start, stop, step_hours)
        if not plain:
            _sum_rest(values, row, start, stop, step_hours)


@compiled
def _sum_own(values: Float32, row: Float64, start: int, stop: int, step_hours: float) -> None:
    load, generation = values[LOAD, start:stop], values[GENERATION, start:stop]
    storage = values[STORAGE, start:stop]
    used, made, own, charged, discharged = 0, 0, 0, 0, 0
    for t in range(load.size):
        here, there, flow = _units(load[t]), _units(generation[t]), _units(storage[t])
        used += here
        made += there
        own += min(here, there)
        charged += max(flow, 0)
        discharged -= min(flow, 0)
    row[LOAD_KWH] = _energy(used, step_hours)
    row[GENERATION_KWH] = _energy(made, step_hours)
    row[OWN_USE_KWH] = _energy(own, step_hours)
    row[CHARGE_KWH] = _energy(charged, step_hours)
    row[DISCHARGE_KWH] = _energy(discharged, step_hours)


@compiled
def _sum_flows(values: Float32, row: Float64, start: int, stop: int, step_hours: float) -> None:
    local, grid = values[SHARED_LOCAL, start:stop], values[GRID, start:stop]
    bought, sold, imported, exported, highest, lowest = 0, 0, 0, 0, 0, 0
    for t in range(local.size):
        shared, upstream = _units(local[t]), _units(grid[t])
        bought += max(shared, 0)
        sold -= min(shared, 0)
        imported += max(upstream, 0)
        exported -= min(upstream, 0)
        highest = max(highest, shared + upstream)
        lowest = min(lowest, shared + upstream)
    row[BOUGHT_LOCAL_KWH] = _energy(bought, step_hours)
    row[SOLD_LOCAL_KWH] = _energy(sold, step_hours)
    row[IMPORTED_KWH] = _energy(imported, step_hours)
    row[EXPORTED_KWH] = _energy(exported, step_hours)
    row[IMPORT_PEAK_KW] = highest / _UNITS_PER_KW
    row[EXPORT_PEAK_KW] = -lowest / _UNITS_PER_KW


@compiled
def _sum_rest(values: Float32, row: Float64, start: int, stop: int, step_hours: float) -> None:
    """What is shared between transformers (which changes the peaks), curtailed and unserved."""
    local, between, grid = values[SHARED_LOCAL, start:stop], values[SHARED_GRID, start:stop], values[GRID, start:stop]
    curtailed, unserved = values[CURTAILED, start:stop], values[UNSERVED, start:stop]
    bought, sold, cut, missed, highest, lowest = 0, 0, 0, 0, 0, 0
    for t in range(local.size):
        shared = _units(between[t])
        net = _units(local[t]) + shared + _units(grid[t])
        bought += max(shared, 0)
        sold -= min(shared, 0)
        cut += _units(curtailed[t])
        missed += _units(unserved[t])
        highest = max(highest, net)
        lowest = min(lowest, net)
    row[BOUGHT_GRID_KWH] = _energy(bought, step_hours)
    row[SOLD_GRID_KWH] = _energy(sold, step_hours)
    row[CURTAILED_KWH] = _energy(cut, step_hours)
    row[UNSERVED_KWH] = _energy(missed, step_hours)
    row[IMPORT_PEAK_KW] = highest / _UNITS_PER_KW
    row[EXPORT_PEAK_KW] = -lowest / _UNITS_PER_KW


@compiled
def add_sums(part: Float64, total: Float64) -> None:
    """Add one node's energies float64[D, 22] to those of the node above; its peaks are its own."""
    for day in range(part.shape[0]):
        for column in range(IMPORT_PEAK_KW):
            total[day, column] += part[day, column]


@compiled
def add_units_of(values: Float32, units: Int64) -> None:
    """Add a node's measures float32[9, T] to int64[9, T] in units of 2⁻³⁶ kW: exact, so in any order and grouping."""
    for measure in range(units.shape[0]):
        row, total = values[measure], units[measure]
        for t in range(row.size):
            total[t] += _units(row[t])


@compiled
def values_of(units: Int64, values: Float32) -> None:
    """The inverse of `add_units_of`, rounded to float32."""
    for measure in range(units.shape[0]):
        row, total = values[measure], units[measure]
        for t in range(row.size):
            row[t] = np.float64(total[t]) / _UNITS_PER_KW


@compiled
def sum_peaks(values: Float32, sums: Float64, days: Int64) -> None:
    """Fill the peaks of a transformer or the grid: of the net flow through it, to others and upstream."""
    between, grid = values[SHARED_GRID], values[GRID]
    for day in range(days.size - 1):
        highest, lowest = 0.0, 0.0
        for t in range(days[day], days[day + 1]):
            net = np.float64(between[t]) + np.float64(grid[t])
            highest = larger(net, highest)
            lowest = smaller(net, lowest)
        sums[day, IMPORT_PEAK_KW] = highest
        sums[day, EXPORT_PEAK_KW] = 0.0 - lowest
