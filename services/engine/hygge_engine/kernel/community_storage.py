"""The strategy `community`: batteries also take and give what their transformer has left after sharing.

Runs step by step, because a battery's energy now depends on its neighbours. Leftover surplus charges the batteries
with headroom, pro rata to it; then leftover deficit is served from batteries, pro rata to what each can deliver. What
moves adds to what the battery did for its own house, and the battery sees only the sum: a discharge is taken back
before anything is charged, so it never does both at once. A battery that took from neighbours gives them nothing in
the same step. What moves is bought and sold inside the transformer: the surplus house sells to the battery's house, the
battery's house to the house with the deficit.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel.allocations import PRICE_TIME, Books, Pools, add_bought, add_totals, allocate, flows_of
from hygge_engine.kernel.auction import add_step_pairs
from hygge_engine.kernel.batteries import (
    advance,
    cell_of,
    charge_limit,
    discharge_limit,
    kept_energy,
    lost_kwh,
    moved_energy,
)
from hygge_engine.kernel.bids import NO_STORAGE, Bidders, soc_of
from hygge_engine.kernel.book import Desk, Floor, Moment, left_after, moment_of, new_desk, trade_step
from hygge_engine.kernel.generators import Fuel, run_generators_step
from hygge_engine.kernel.parts import larger, part_of, smaller
from hygge_engine.kernel.span import Span
from hygge_engine.kernel.types import SOC, Float32, Float64, Int64

_CHARGING, _DISCHARGING = 1.0, -1.0
# Less than this is what rounding leaves of an order.
_DUST_KW = 1e-12


class Neighbours(NamedTuple):
    """All houses in one step. The batteries of house h are `offsets[h]:offsets[h+1]`.

    cells: float64[B, 11]; inverter_kw: float32[H]. start, energy: float64[B], kWh before and after it. own, power:
    float64[B], what batteries do for their own house and in all, kW (+ charging); offer: float64[B], what they could do
    beyond. position, residual: float64[H, 1], kW before and after sharing. loss: float64[H, d], kWh by day.
    """

    cells: Float64
    offsets: Int64
    inverter_kw: Float32
    start: Float64
    energy: Float64
    own: Float64
    power: Float64
    offer: Float64
    position: Float64
    residual: Float64
    loss: Float64
    step_hours: float


@compiled
def _run_own(houses: Neighbours) -> None:
    """One step of `self_consumption` for all houses."""
    for h in range(houses.offsets.size - 1):
        for battery in range(houses.offsets[h], houses.offsets[h + 1]):
            before = houses.energy[battery]
            after, power = advance(houses.position[h, 0], before, cell_of(houses.cells, battery))
            houses.start[battery], houses.energy[battery] = before, after
            houses.own[battery], houses.power[battery] = power, power
            houses.position[h, 0] += power


@compiled
def _offer_of(houses: Neighbours, h: int, direction: float) -> float:
    """What the batteries of a house can move beyond what they did: `offer` by battery, and its sum."""
    first, last = houses.offsets[h], houses.offsets[h + 1]
    houses.offer[first:last] = 0.0
    total = 0.0
    if direction * houses.residual[h, 0] < 0.0:
        return 0.0
    free = np.float64(houses.inverter_kw[h]) - larger(-houses.position[h, 0], 0.0)
    for battery in range(first, last):
        cell, power, most = cell_of(houses.cells, battery), houses.power[battery], 0.0
        kept = kept_energy(houses.start[battery], cell)
        if direction > 0.0:
            most = charge_limit(kept, cell) - power
        elif power <= houses.own[battery]:
            most = smaller(discharge_limit(kept, cell) + power, free - total)
        houses.offer[battery] = larger(most, 0.0)
        total += houses.offer[battery]
    return total


@compiled
def _add_pairs(houses: Neighbours, first: int, last: int, direction: float, share: float, flows: Float64) -> None:
    """Add power between every leftover house and every battery's house: leftover · offer · share."""
    leftover, offered = np.empty(last - first), np.zeros(last - first)
    for h in range(first, last):
        leftover[h - first] = larger(-direction * houses.residual[h, 0], 0.0)
        for battery in range(houses.offsets[h], houses.offsets[h + 1]):
            offered[h - first] += houses.offer[battery]
    giving, taking = (leftover, offered) if direction > 0.0 else (offered, leftover)
    for seller in range(giving.size):
        given, row = giving[seller] * share, flows[seller]
        if given > 0.0:
            for buyer in range(taking.size):
                row[buyer] += given * taking[buyer]


@compiled
def _exchange(houses: Neighbours, first: int, last: int, direction: float, flows: Float64) -> None:
    """Leftovers of one side to (direction +1: surplus) or from (−1: deficit) the batteries of the houses."""
    leftover, offered = 0.0, 0.0
    for h in range(first, last):
        leftover += larger(-direction * houses.residual[h, 0], 0.0)
    if leftover == 0.0:
        return
    for h in range(first, last):
        offered += _offer_of(houses, h, direction)
    used, given = part_of(leftover, larger(offered, leftover)), part_of(offered, larger(offered, leftover))
    if used * given == 0.0:
        return
    if flows.size > 0:
        _add_pairs(houses, first, last, direction, used / leftover, flows)
    for h in range(first, last):
        if direction * houses.residual[h, 0] < 0.0:
            houses.residual[h, 0] -= houses.residual[h, 0] * given
        for battery in range(houses.offsets[h], houses.offsets[h + 1]):
            _move(houses, h, battery, direction * houses.offer[battery] * used)


@compiled
def _move(houses: Neighbours, h: int, battery: int, power: float) -> None:
    """Let a battery charge (power > 0) or discharge on top of what it did: one movement with the sum of both."""
    cell = cell_of(houses.cells, battery)
    houses.power[battery] += power
    houses.position[h, 0] += power
    houses.energy[battery] = moved_energy(kept_energy(houses.start[battery], cell), houses.power[battery], cell)


@compiled
def _close_step(houses: Neighbours, values: Float32, step: int, day: int) -> None:
    """Energies of houses, and what their storage lost."""
    for h in range(houses.position.shape[0]):
        for battery in range(houses.offsets[h], houses.offsets[h + 1]):
            gained = houses.energy[battery] - houses.start[battery]
            houses.loss[h, day] += lost_kwh(houses.power[battery] * houses.step_hours, gained)
            values[h, SOC, step] += houses.energy[battery]


@compiled
def _note_soc(houses: Neighbours, bounds: Float32, values: Float32, step: int, soc: Float64, column: int) -> None:
    """States of charge after own storage, for houses with a battery."""
    for h in range(soc.shape[0]):
        content, has = np.float64(values[h, SOC, step]), houses.offsets[h + 1] > houses.offsets[h]
        for battery in range(houses.offsets[h], houses.offsets[h + 1]):
            content += houses.energy[battery]
        soc[h, column] = soc_of(np.float64(np.float32(content)), bounds[0, h], bounds[1, h]) if has else NO_STORAGE


@compiled
def _auction(
    pools: Pools,
    k: int,
    bidders: Bidders,
    floor: Floor,
    houses: Neighbours,
    soc: Float64,
    now: Moment,
    column: int,
    desk: Desk,
) -> None:
    """The order book of pool k in one step."""
    first, last, flows = pools.offsets[k], pools.offsets[k + 1], flows_of(pools, k)
    power, contents = np.empty(last - first), np.empty(last - first if soc.size > 0 else 0)
    power[:] = houses.position[first:last, 0]
    for i in range(contents.size):
        contents[i] = soc[first + i, column]
    trade_step(pools, k, bidders, floor, power, contents, now, flows, desk)
    for i in range(power.size):
        houses.residual[first + i, 0] = left_after(power[i], desk.traded[i])
    if flows.size > 0 and pools.code != PRICE_TIME:
        add_step_pairs(desk.traded[: power.size], flows)


@compiled
def _pay_exchange(
    pools: Pools, k: int, bidders: Bidders, floor: Floor, houses: Neighbours, now: Moment, desk: Desk
) -> None:
    """What batteries exchanged after the auction costs its price, or where it had none the middle of v and c."""
    first, last, price = pools.offsets[k], pools.offsets[k + 1], floor.price[k, now.column]
    if np.isnan(price):
        price = floor.k * now.value + (1.0 - floor.k) * now.cost
        price = larger(smaller(price, bidders.cap), bidders.floor)
    for i in range(first, last):
        power = houses.position[i, 0] - houses.residual[i, 0] - desk.traded[i - first]
        if abs(power) > _DUST_KW:
            floor.price[k, now.column] = price
            if pools.code == PRICE_TIME:
                floor.payments[i, now.day, 0] += price * larger(power, 0.0)
                floor.payments[i, now.day, 1] += price * larger(-power, 0.0)


@entry_point
def run_community(
    pools: Pools,
    bidders: Bidders,
    floor: Floor,
    cells: Float64,
    offsets: Int64,
    inverter_kw: Float32,
    bounds: Float32,
    energy: Float64,
    values: Float32,
    position: Float64,
    residual: Float64,
    soc: Float64,
    books: Books,
    span: Span,
    loss: Float64,
    fuel: Fuel,
) -> None:
    """Own storage, sharing and the batteries' exchange of leftovers, step by step over a tile.

    pools: the transformers. cells, offsets, inverter_kw, energy, loss: see `Neighbours`. bounds: float32[2, H], least
    and largest energy of a house's storage. values: float32[H, 9, T], to the SOC of which the batteries' content is
    added. position: float64[H, W], given without batteries; position, residual: filled with kW before and after
    sharing. soc: float64[H, W], filled, or float64[0, W]. books: filled.
    """
    count, largest = position.shape[0], 0
    houses = Neighbours(
        cells,
        offsets,
        inverter_kw,
        np.zeros(energy.size),
        energy,
        np.zeros(energy.size),
        np.zeros(energy.size),
        np.zeros(energy.size),
        np.empty((count, 1)),
        np.empty((count, 1)),
        loss,
        span.step_hours,
    )
    for k in range(pools.offsets.size - 1):
        largest = max(largest, pools.offsets[k + 1] - pools.offsets[k])
    work, desk = np.empty((2 * pools.ranks + 5, 1)), new_desk(largest, 0)
    for day in range(span.cuts.size - 1):
        for column in range(span.cuts[day], span.cuts[day + 1]):
            now = moment_of(bidders, span, day, column)
            houses.position[:, 0] = position[:, column]
            _run_own(houses)
            if fuel.plant.capacity_kw.size > 0:
                run_generators_step(fuel, inverter_kw, values, houses.position, span, day, column)
            _note_soc(houses, bounds, values, now.column, soc, column)
            for k in range(pools.offsets.size - 1):
                first, last, here = pools.offsets[k], pools.offsets[k + 1], slice(now.column, now.column + 1)
                add_totals(houses.position, first, last, books.demand[k, here], books.supply[k, here])
                if pools.code >= PRICE_TIME:
                    _auction(pools, k, bidders, floor, houses, soc, now, column, desk)
                else:
                    allocate(pools, k, houses.position, houses.residual, work)
                for direction in (_CHARGING, _DISCHARGING):
                    _exchange(houses, first, last, direction, flows_of(pools, k))
                if pools.code >= PRICE_TIME:
                    _pay_exchange(pools, k, bidders, floor, houses, now, desk)
                add_bought(houses.position, houses.residual, first, last, books.bought[k, here])
            _close_step(houses, values, now.column, day)
            position[:, column] = houses.position[:, 0]
            residual[:, column] = houses.residual[:, 0]
