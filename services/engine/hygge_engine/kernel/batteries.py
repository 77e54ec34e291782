"""Batteries of single houses: the recursion of one step, and its run over many steps.

With c kW into and d kW out of the AC terminal over Δ hours, `E' = E·(1 − σΔ/24) + c·Δ·η_c − d·Δ/η_d` (powers at the
grid side, as in ASSUME and PyPSA). E never leaves [min_soc·C, max_soc·C]: power is limited by what still fits or is
left, and self-discharge stops at the lower bound. The loss is what is left of the balance: in − out − change of
energy.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.devices import Cars
from hygge_engine.kernel.parts import larger, smaller
from hygge_engine.kernel.types import Batteries, Float32, Float64, Int64

# An energy this close to a bound (in parts of the capacity) is the bound: no dust is charged in the steps after.
_SNAP = 1e-12
_LOSS_DUST_KWH = 1e-12


class Cell(NamedTuple):
    """One battery's constants for a given step length."""

    keep: float  # part of the energy that survives a step's self-discharge
    lowest_kwh: float
    highest_kwh: float
    max_charge_kw: float
    max_discharge_kw: float
    fill_kwh_per_kw: float  # energy gained by charging 1 kW for a step: Δ·η_c
    drain_kwh_per_kw: float  # energy used up by discharging 1 kW for a step: Δ/η_d
    fill_kw_per_kwh: float  # the inverses, because a division costs as much as all the rest
    drain_kw_per_kwh: float
    empty_below_kwh: float
    full_above_kwh: float


class Fleet(NamedTuple):
    """All batteries, ready for the compiled code.

    cells: float64[B, 11], a row of `Cell` each. house: int64[B]. offsets: int64[H+1]. jobs: int64[B], the order in
    which batteries run: all houses' first ones, then all second ones, ...; level n is `jobs[levels[n]:levels[n+1]]`.
    idle: houses without a battery.
    """

    cells: Float64
    house: Int64
    offsets: Int64
    jobs: Int64
    levels: Int64
    idle: Int64


def pack_cells(storage: Batteries | Cars, step_hours: float) -> Float64:
    """The constants of batteries or cars for steps of `step_hours`: a row of `Cell` each, float64[B, 11]."""
    fill = step_hours * storage.charge_efficiency
    drain = step_hours / storage.discharge_efficiency
    lowest, highest = storage.min_soc * storage.capacity_kwh, storage.max_soc * storage.capacity_kwh
    columns = [  # in the order of Cell
        np.maximum(1.0 - storage.self_discharge_per_day * step_hours / 24.0, 0.0),
        lowest,
        highest,
        storage.max_charge_kw,
        storage.max_discharge_kw,
        fill,
        drain,
        1.0 / fill,
        1.0 / drain,
        lowest + _SNAP * storage.capacity_kwh,
        highest - _SNAP * storage.capacity_kwh,
    ]
    return np.stack(columns, axis=1)


def pack_fleet(batteries: Batteries, step_hours: float) -> Fleet:
    """Turn parameters into the constants of a step of `step_hours`."""
    counts = np.diff(batteries.offsets)
    house = np.repeat(np.arange(counts.size), counts)
    level = np.arange(batteries.count) - batteries.offsets[house]
    jobs = np.argsort(level, kind="stable")
    levels = np.searchsorted(level[jobs], np.arange(int(counts.max(initial=0)) + 1)).astype(np.int64)
    return Fleet(pack_cells(batteries, step_hours), house, batteries.offsets, jobs, levels, np.flatnonzero(counts == 0))


@compiled
def cell_of(cells: Float64, battery: int) -> Cell:
    """The constants of one battery."""
    row = cells[battery]
    return Cell(row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10])


@compiled
def moved_energy(energy_kwh: float, power_kw: float, cell: Cell) -> float:
    """Energy after a step of charging (power > 0) or discharging, self-discharge aside."""
    energy = energy_kwh + power_kw * (cell.fill_kwh_per_kw if power_kw > 0.0 else cell.drain_kwh_per_kw)
    energy = cell.highest_kwh if energy > cell.full_above_kwh else energy
    return cell.lowest_kwh if energy < cell.empty_below_kwh else energy


@compiled
def kept_energy(energy_kwh: float, cell: Cell) -> float:
    """What self-discharge leaves of the energy at the start of a step."""
    return larger(energy_kwh * cell.keep, cell.lowest_kwh)


@compiled
def charge_limit(kept_kwh: float, cell: Cell) -> float:
    """The most that can be charged in a step, in kW."""
    return smaller((cell.highest_kwh - kept_kwh) * cell.fill_kw_per_kwh, cell.max_charge_kw)


@compiled
def discharge_limit(kept_kwh: float, cell: Cell) -> float:
    """The most that can be discharged in a step, in kW."""
    return smaller((kept_kwh - cell.lowest_kwh) * cell.drain_kw_per_kwh, cell.max_discharge_kw)


@compiled
def advance(position_kw: float, energy_kwh: float, cell: Cell) -> tuple[float, float]:
    """One step: surplus (position < 0) charges, deficit discharges; returns energy and power (+ charging)."""
    kept = kept_energy(energy_kwh, cell)
    power = larger(smaller(-position_kw, charge_limit(kept, cell)), -discharge_limit(kept, cell))
    return moved_energy(kept, power, cell), power


@compiled
def lost_kwh(taken_kwh: float, gained_kwh: float) -> float:
    """Loss of a battery that took in and gained so much; rounding dust is no loss."""
    loss = taken_kwh - gained_kwh
    return loss if loss > _LOSS_DUST_KWH else 0.0


@compiled
def run_one(
    cells: Float64,
    house: Int64,
    battery: int,
    energy: Float64,
    position: Float64,
    values: Float32,
    begin: int,
    loss: Float64,
    cuts: Int64,
    step_hours: float,
    measure: int,
) -> None:
    """Run one battery through a tile; its content is added to `measure`. Other arguments as in `own.run_houses`."""
    h, cell, content = house[battery], cell_of(cells, battery), energy[battery]
    for day in range(cuts.size - 1):
        start, stop = cuts[day], cuts[day + 1]
        row, level = position[h, start:stop], values[h, measure, begin + start : begin + stop]
        before, taken = content, 0.0
        for t in range(row.size):
            content, power = advance(row[t], content, cell)
            row[t] += power
            level[t] += content
            taken += power
        loss[h, day] += lost_kwh(taken * step_hours, content - before)
    energy[battery] = content


@compiled
def run_wished(
    cells: Float64,
    battery: int,
    energy: Float64,
    wish: Float64,
    position: Float64,
    level: Float32,
    loss: Float64,
    cuts: Int64,
    step_hours: float,
) -> None:
    """Run one battery through a tile against `wish`, float64[W], minus the power wanted of its house's batteries.

    What it takes or gives leaves the wish for the next battery and changes position, float64[W], in kW. Its content is
    added to level, float32[W]; its losses to loss, float64[d].
    """
    cell, content = cell_of(cells, battery), energy[battery]
    for day in range(cuts.size - 1):
        before, taken = content, 0.0
        for t in range(cuts[day], cuts[day + 1]):
            content, power = advance(wish[t], content, cell)
            wish[t] += power
            position[t] += power
            level[t] += content
            taken += power
        loss[day] += lost_kwh(taken * step_hours, content - before)
    energy[battery] = content


@compiled
def run_four(
    cells: Float64,
    house: Int64,
    batteries: Int64,
    energy: Float64,
    position: Float64,
    values: Float32,
    begin: int,
    loss: Float64,
    cuts: Int64,
    step_hours: float,
    measure: int,
) -> None:
    """`run_one` for four batteries of different houses."""
    b0, b1, b2, b3 = batteries[0], batteries[1], batteries[2], batteries[3]
    h0, h1, h2, h3 = house[b0], house[b1], house[b2], house[b3]
    c0, c1, c2, c3 = cell_of(cells, b0), cell_of(cells, b1), cell_of(cells, b2), cell_of(cells, b3)
    e0, e1, e2, e3 = energy[b0], energy[b1], energy[b2], energy[b3]
    for day in range(cuts.size - 1):
        start, stop = cuts[day], cuts[day + 1]
        left, right = begin + start, begin + stop
        p0, s0 = position[h0, start:stop], values[h0, measure, left:right]
        p1, s1 = position[h1, start:stop], values[h1, measure, left:right]
        p2, s2 = position[h2, start:stop], values[h2, measure, left:right]
        p3, s3 = position[h3, start:stop], values[h3, measure, left:right]
        before0, before1, before2, before3 = e0, e1, e2, e3
        taken0, taken1, taken2, taken3 = 0.0, 0.0, 0.0, 0.0
        for t in range(p0.size):
            e0, w0 = advance(p0[t], e0, c0)
            e1, w1 = advance(p1[t], e1, c1)
            e2, w2 = advance(p2[t], e2, c2)
            e3, w3 = advance(p3[t], e3, c3)
            p0[t] += w0
            p1[t] += w1
            p2[t] += w2
            p3[t] += w3
            s0[t] += e0
            s1[t] += e1
            s2[t] += e2
            s3[t] += e3
            taken0 += w0
            taken1 += w1
            taken2 += w2
            taken3 += w3
        loss[h0, day] += lost_kwh(taken0 * step_hours, e0 - before0)
        loss[h1, day] += lost_kwh(taken1 * step_hours, e1 - before1)
        loss[h2, day] += lost_kwh(taken2 * step_hours, e2 - before2)
        loss[h3, day] += lost_kwh(taken3 * step_hours, e3 - before3)
    energy[b0], energy[b1], energy[b2], energy[b3] = e0, e1, e2, e3
