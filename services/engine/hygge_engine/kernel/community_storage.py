"""The strategy `community`: batteries also take and give what their transformer has left after sharing.

Runs step by step, because a battery's energy now depends on its neighbours. Leftover surplus charges the batteries
with headroom, pro rata to it; then leftover deficit is served from batteries, pro rata to what each can deliver. A
house whose storage discharged in this step does not charge in it, and the other way round. What moves is bought and
sold inside the transformer: the surplus house sells to the battery's house, the battery's house to the house with the
deficit.

Arrays of a step have one column: position, residual float64[H, 1] in kW; power float64[B] in kW (+ charging).
"""

import numpy as np

from hygge_engine.kernel.allocations import allocate
from hygge_engine.kernel.batteries import advance, cell_of, lost_kwh, moved_energy
from hygge_engine.kernel.compiled import compiled, entry_point
from hygge_engine.kernel.parts import larger, part_of, smaller
from hygge_engine.kernel.stages import flows_of
from hygge_engine.kernel.types import GENERATION, LOAD, SOC, Float32, Float64, Int64

_CHARGING, _DISCHARGING = 1.0, -1.0


@compiled
def _run_own(
    cells: Float64,
    offsets: Int64,
    energy: Float64,
    power: Float64,
    position: Float64,
    loss: Float64,
    day: int,
    step_hours: float,
) -> None:
    """One step of `self_consumption` for all houses."""
    for h in range(offsets.size - 1):
        for battery in range(offsets[h], offsets[h + 1]):
            before = energy[battery]
            energy[battery], power[battery] = advance(position[h, 0], before, cell_of(cells, battery))
            position[h, 0] += power[battery]
            loss[h, day] += lost_kwh(power[battery] * step_hours, energy[battery] - before)


@compiled
def _offer_of(
    cells: Float64,
    first: int,
    last: int,
    energy: Float64,
    power: Float64,
    inverter_free_kw: float,
    direction: float,
    offer: Float64,
) -> float:
    """What a house's batteries `first` to `last − 1` can move beyond what they did: `offer` by battery, and its sum."""
    done, total = 0.0, 0.0
    for battery in range(first, last):
        offer[battery] = 0.0
        done += power[battery]
    if direction * done < 0.0:
        return 0.0
    for battery in range(first, last):
        cell = cell_of(cells, battery)
        if direction > 0.0:
            room = (cell.highest_kwh - energy[battery]) * cell.fill_kw_per_kwh
            most = smaller(cell.max_charge_kw - power[battery], room)
        else:
            stock = (energy[battery] - cell.lowest_kwh) * cell.drain_kw_per_kwh
            most = smaller(smaller(cell.max_discharge_kw + power[battery], stock), inverter_free_kw - total)
        offer[battery] = larger(most, 0.0)
        total += offer[battery]
    return total


@compiled
def _collect_offers(
    cells: Float64,
    offsets: Int64,
    first: int,
    last: int,
    energy: Float64,
    power: Float64,
    position: Float64,
    residual: Float64,
    inverter_kw: Float32,
    direction: float,
    offer: Float64,
) -> float:
    """Offers of all houses that are not themselves on the leftover side."""
    total = 0.0
    for h in range(first, last):
        start, stop = offsets[h], offsets[h + 1]
        if direction * residual[h, 0] < 0.0:
            offer[start:stop] = 0.0
        elif stop > start:
            free = np.float64(inverter_kw[h]) - larger(-position[h, 0], 0.0)
            total += _offer_of(cells, start, stop, energy, power, free, direction, offer)
    return total


@compiled
def _add_pairs(
    offsets: Int64,
    first: int,
    last: int,
    residual: Float64,
    direction: float,
    offer: Float64,
    share: float,
    flows: Float64,
) -> None:
    """Add power between every leftover house and every battery's house: leftover · offer · share."""
    leftover, offered = np.empty(last - first), np.zeros(last - first)
    for h in range(first, last):
        leftover[h - first] = larger(-direction * residual[h, 0], 0.0)
        for battery in range(offsets[h], offsets[h + 1]):
            offered[h - first] += offer[battery]
    giving, taking = (leftover, offered) if direction > 0.0 else (offered, leftover)
    for seller in range(giving.size):
        given, row = giving[seller] * share, flows[seller]
        if given > 0.0:
            for buyer in range(taking.size):
                row[buyer] += given * taking[buyer]


@compiled
def _exchange(
    cells: Float64,
    offsets: Int64,
    first: int,
    last: int,
    energy: Float64,
    power: Float64,
    position: Float64,
    residual: Float64,
    inverter_kw: Float32,
    loss: Float64,
    day: int,
    step_hours: float,
    direction: float,
    offer: Float64,
    flows: Float64,
) -> None:
    """Leftovers of one side to (direction +1: surplus) or from (−1: deficit) the batteries of the houses."""
    leftover = 0.0
    for h in range(first, last):
        leftover += larger(-direction * residual[h, 0], 0.0)
    if leftover == 0.0:
        return
    offered = _collect_offers(
        cells, offsets, first, last, energy, power, position, residual, inverter_kw, direction, offer
    )
    used, given = part_of(leftover, larger(offered, leftover)), part_of(offered, larger(offered, leftover))
    if used * given == 0.0:
        return
    if flows.size > 0:
        _add_pairs(offsets, first, last, residual, direction, offer, used / leftover, flows)
    for h in range(first, last):
        if direction * residual[h, 0] < 0.0:
            residual[h, 0] -= residual[h, 0] * given
        for battery in range(offsets[h], offsets[h + 1]):
            moved, before = direction * offer[battery] * used, energy[battery]
            energy[battery] = moved_energy(before, moved, cell_of(cells, battery))
            power[battery] += moved
            position[h, 0] += moved
            loss[h, day] += lost_kwh(moved * step_hours, energy[battery] - before)


@compiled
def _store_step(
    offsets: Int64,
    energy: Float64,
    position: Float64,
    residual: Float64,
    column: int,
    tile_position: Float64,
    tile_residual: Float64,
    values: Float32,
    step: int,
) -> None:
    """Keep a step's positions and residuals in the tile's column, and energies in the window's step."""
    for h in range(offsets.size - 1):
        content = 0.0
        for battery in range(offsets[h], offsets[h + 1]):
            content += energy[battery]
        tile_position[h, column] = position[h, 0]
        tile_residual[h, column] = residual[h, 0]
        values[h, SOC, step] = content


@entry_point
def run_community(
    code: int,
    cells: Float64,
    battery_offsets: Int64,
    energy: Float64,
    position: Float64,
    residual: Float64,
    values: Float32,
    begin: int,
    loss: Float64,
    cuts: Int64,
    step_hours: float,
    inverter_kw: Float32,
    offsets: Int64,
    rank: Int64,
    key: Float64,
    minimum_kw: float,
    ranks: int,
    flows: Float64,
    flow_offsets: Int64,
) -> None:
    """Own storage, sharing and the batteries' exchange of leftovers, step by step over a tile.

    position, residual: float64[H, W], filled with kW before and after sharing. values: float32[H, 9, T], with LOAD and
    GENERATION, of which SOC is filled. All else as in `own.run_houses` and `stages.share_pools`.
    """
    power, offer = np.zeros(energy.size), np.zeros(energy.size)
    now, left, work = np.empty((position.shape[0], 1)), np.empty((position.shape[0], 1)), np.empty((ranks + 5, 1))
    for day in range(cuts.size - 1):
        for column in range(cuts[day], cuts[day + 1]):
            for h in range(now.shape[0]):
                now[h, 0] = np.float64(values[h, LOAD, begin + column]) - np.float64(
                    values[h, GENERATION, begin + column]
                )
            _run_own(cells, battery_offsets, energy, power, now, loss, day, step_hours)
            for k in range(offsets.size - 1):
                first, last = offsets[k], offsets[k + 1]
                pairs = flows_of(flows, flow_offsets, k, last - first)
                allocate(code, now, left, first, last, rank, key, minimum_kw, work, pairs)
                for direction in (_CHARGING, _DISCHARGING):
                    _exchange(
                        cells,
                        battery_offsets,
                        first,
                        last,
                        energy,
                        power,
                        now,
                        left,
                        inverter_kw,
                        loss,
                        day,
                        step_hours,
                        direction,
                        offer,
                        pairs,
                    )
            _store_step(battery_offsets, energy, now, left, column, position, residual, values, begin + column)
