"""Heat pumps, air conditioners and heaters: electricity in, heat or cold out, with an optional thermal store.

With p kW of electricity a device gives `p·cop` kW of heat, p ≤ max_power_kw. Its store follows
`S' = S·(1 − λΔ/24) + (heat made − heat delivered)·Δ`, 0 ≤ S' ≤ store_kwh. Demand is met in the step in which it arises,
in this order: from the house's own surplus, from the store, from other electricity. Own surplus that is left then fills
the store. So a store moves electricity from hours without sun into hours with it, and never buys on stock.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.devices import ThermalInput, Thermals
from hygge_engine.kernel.parts import larger, smaller
from hygge_engine.kernel.span import HEAT, UNMET_HEAT, Span
from hygge_engine.kernel.types import Float32, Float64, Int64

# A store this close to full or empty (in parts of its size) is full or empty.
_SNAP = 1e-12


class Heating(NamedTuple):
    """All thermal devices, ready for compiled code.

    The devices of house i are `offsets[i]:offsets[i+1]`. cells: float64[X, 5], a row of `Maker` each. demand_row,
    cop_row: int64[X]. demand, cop: float32[Q, T] and float32[C, T], see `ThermalInput`. energy: float64[X], kWh in
    stores, carried along.
    """

    offsets: Int64
    cells: Float64
    demand_row: Int64
    cop_row: Int64
    demand: Float32
    cop: Float32
    energy: Float64


class Maker(NamedTuple):
    """One device's constants for a given step length."""

    max_power_kw: float
    store_kwh: float
    keep: float  # part of the store that survives a step
    step_hours: float
    per_hour: float  # 1/Δ, because a division costs as much as all the rest


def pack_thermals(thermals: Thermals, given: ThermalInput, energy_kwh: Float64, step_hours: float) -> Heating:
    """Turn parameters into the constants of a step of `step_hours`; `energy_kwh` is changed as steps run."""
    keep = np.maximum(1.0 - thermals.store_loss_per_day * step_hours / 24.0, 0.0)
    hours = np.full(thermals.count, step_hours)
    cells = np.stack([thermals.max_power_kw, thermals.store_kwh, keep, hours, 1.0 / hours], axis=1)
    rows = thermals.demand_row, thermals.cop_row
    return Heating(thermals.offsets, cells, *rows, given.demand_kw, given.cop, energy_kwh)


@compiled
def make_heat(
    demand_kw: float, cop: float, surplus_kw: float, content_kwh: float, maker: Maker
) -> tuple[float, float, float]:
    """One step; returns electric power in kW, the store's content after it in kWh, and the demand not met in kW.

    surplus_kw: what the house would feed out otherwise.
    """
    most = maker.max_power_kw if cop > 0.0 else 0.0
    per_cop = 1.0 / cop if cop > 0.0 else 0.0
    kept = content_kwh * maker.keep
    wanted = demand_kw * per_cop if cop > 0.0 else np.inf
    sunny = smaller(smaller(wanted, most), surplus_kw)
    rest = demand_kw - sunny * cop if sunny < wanted else 0.0
    drawn = smaller(rest, kept * maker.per_hour)
    rest -= drawn
    wanted = rest * per_cop if cop > 0.0 else np.inf
    bought = smaller(wanted, most - sunny)
    rest = rest - bought * cop if bought < wanted else 0.0
    kept -= drawn * maker.step_hours
    room = (maker.store_kwh - kept) * per_cop * maker.per_hour
    stored = larger(smaller(smaller(surplus_kw, most) - sunny - bought, room), 0.0)
    kept += stored * cop * maker.step_hours
    kept = maker.store_kwh if kept > maker.store_kwh * (1.0 - _SNAP) else kept
    kept = kept if kept > maker.store_kwh * _SNAP else 0.0
    return sunny + bought + stored, kept, rest


@compiled
def _run_device(heating: Heating, x: int, lack: Float64, position: Float64, sums: Float64, span: Span) -> None:
    """Run one device through a tile: it serves `lack`, which keeps what it could not; arguments as in `run_thermals`.

    sums: float64[D, 6], of its house.
    """
    cell, content = heating.cells[x], heating.energy[x]
    maker = Maker(cell[0], cell[1], cell[2], cell[3], cell[4])
    efficiency = heating.cop[heating.cop_row[x], span.begin : span.begin + position.size]
    for day in range(span.cuts.size - 1):
        delivered = 0.0
        for t in range(span.cuts[day], span.cuts[day + 1]):
            surplus = larger(-position[t], 0.0)
            power, content, rest = make_heat(lack[t], np.float64(efficiency[t]), surplus, content, maker)
            position[t] += power
            delivered += lack[t] - rest
            lack[t] = rest
        sums[span.first_day + day, HEAT] += delivered * span.step_hours
    heating.energy[x] = content


@compiled
def _open_demand(heating: Heating, row: int, lack: Float64, begin: int) -> None:
    wanted = heating.demand[row, begin : begin + lack.size]
    for t in range(lack.size):
        lack[t] = larger(np.float64(wanted[t]), 0.0)


@compiled
def _close_demand(lack: Float64, sums: Float64, span: Span) -> None:
    for day in range(span.cuts.size - 1):
        missed = 0.0
        for t in range(span.cuts[day], span.cuts[day + 1]):
            missed += lack[t]
        sums[span.first_day + day, UNMET_HEAT] += missed * span.step_hours


@compiled
def _round_load(load: Float32, generation: Float32, position: Float64) -> None:
    """Add to the load what the devices took, as the float32 that is stored, and let the position follow it.

    A surplus used up to the last bit leaves no dust to trade, because the load rounds to the generation.
    """
    for t in range(position.size):
        before, made = np.float64(load[t]), np.float64(generation[t])
        load[t] = before + (position[t] - (before - made))
        position[t] = np.float64(load[t]) - made


@compiled
def run_thermals(
    heating: Heating,
    i: int,
    load: Float32,
    generation: Float32,
    position: Float64,
    lack: Float64,
    sums: Float64,
    span: Span,
) -> None:
    """All thermal devices of house i through a tile; demand after demand, in the order of their first devices.

    load, generation: float32[W], kW, of which load grows; position: float64[W], kW, load − generation; lack:
    float64[W], scratch; sums: float64[D, 6], day sums of the house, to which heat delivered and heat missing are
    added.
    """
    first, last = heating.offsets[i], heating.offsets[i + 1]
    if first == last:
        return
    rows = heating.demand_row
    for x in range(first, last):
        is_new = True
        for earlier in range(first, x):
            is_new = is_new and rows[earlier] != rows[x]
        if not is_new:
            continue
        _open_demand(heating, rows[x], lack, span.begin)
        for y in range(x, last):
            if rows[y] == rows[x]:
                _run_device(heating, y, lack, position, sums, span)
        _close_demand(lack, sums, span)
    _round_load(load, generation, position)
