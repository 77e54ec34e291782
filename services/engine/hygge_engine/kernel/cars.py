"""Cars at their charge points: when they charge, what they drive, and what they give back to their house.

A car is a battery (`batteries.Cell`) that is away in the steps of its trips. There it cannot charge, and what it drives
leaves it evenly over the trip's steps. At home it wants `target_soc` by the next departure and charges by its strategy:

- `on_arrival`: at full power at once.
- `solar_surplus`: with what its house has left over, also beyond the target up to `max_soc`.
- `cheapest_hours`: in the cheapest of the steps up to the departure, or of the next 24 hours if it is later or unknown;
  of equally cheap steps in the first. As many as are needed at full power, the dearest of them in part.
- `by_departure`: at the lowest constant power that suffices.

Every strategy charges at full power once the target could not be reached otherwise. All is decided anew in each step
from the car's content, the trips and the prices of the run, so nothing is planned that a checkpoint would have to hold.
With prices as they are this gives the plan made on arrival: charging in a step takes it out of both what is needed and
what is left to choose from.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.batteries import Cell, cell_of, charge_limit, kept_energy, lost_kwh, moved_energy, pack_cells
from hygge_engine.kernel.devices import Cars, Signals
from hygge_engine.kernel.options import ChargeStrategy
from hygge_engine.kernel.parts import larger, smaller
from hygge_engine.kernel.span import DRIVEN, EV_SHORTFALL, Span
from hygge_engine.kernel.types import Float32, Float64, Int64

ON_ARRIVAL, SOLAR_SURPLUS, CHEAPEST_HOURS, BY_DEPARTURE = range(len(ChargeStrategy))

# Place of the step in which a car leaves that never leaves again.
NEVER = 1 << 62
# Powers this close (in parts) to a charge point's level are the level; powers below that many kW are nothing, lest dust
# that rounding leaves below a target is charged, or even at the lowest level.
_SAME = 1e-9


class Garage(NamedTuple):
    """All cars, ready for compiled code.

    The cars of house i are `offsets[i]:offsets[i+1]`. cells: float64[E, 11], a row of `Cell` each, of which the
    charging power is the highest level. target_kwh, strategy, level_offsets, levels_kw, trip_offsets, departs, returns:
    see `Cars`. per_step_kwh: float64[n], driven in each step of a trip. price: float64[N], of an imported kWh by step
    of the run. day_steps: steps in 24 hours. energy: float64[E], kWh, carried along.
    """

    offsets: Int64
    cells: Float64
    target_kwh: Float64
    strategy: Int64
    level_offsets: Int64
    levels_kw: Float64
    trip_offsets: Int64
    departs: Int64
    returns: Int64
    per_step_kwh: Float64
    price: Float64
    day_steps: int
    energy: Float64


class Car(NamedTuple):
    """One car as compiled code sees it in every step: numbers only, because arrays are dear to pass.

    leak: part of the energy lost in a step. has_levels: whether its charge point knows only some powers.
    """

    cell: Cell
    target_kwh: float
    leak: float
    strategy: int
    day_steps: int
    has_levels: bool


class Moment(NamedTuple):
    """What a car at home decides on: the step's place in the run and that of the next departure, its content after
    self-discharge in kWh, and its house's position in kW."""

    now: int
    departs: int
    kept_kwh: float
    position_kw: float


def pack_cars(cars: Cars, signals: Signals, energy_kwh: Float64, step_hours: float) -> Garage:
    """Turn parameters into the constants of a step of `step_hours`; `energy_kwh` is changed as steps run."""
    cells = pack_cells(cars, step_hours)
    highest_kw = 3
    for e in range(cars.count):
        levels = cars.levels_kw[cars.level_offsets[e] : cars.level_offsets[e + 1]]
        if levels.size:
            possible = levels[levels <= cars.max_charge_kw[e] * (1.0 + _SAME)]
            cells[e, highest_kw] = possible.max(initial=0.0)
    target = np.clip(cars.target_soc, cars.min_soc, cars.max_soc) * cars.capacity_kwh
    return Garage(
        cars.offsets,
        cells,
        target,
        cars.strategy,
        cars.level_offsets,
        cars.levels_kw,
        cars.trip_offsets,
        cars.departs,
        cars.returns,
        cars.need_kwh / np.maximum(cars.returns - cars.departs, 1),
        np.ascontiguousarray(signals.import_price),
        round(24.0 / step_hours),
        energy_kwh,
    )


@compiled
def _car_of(garage: Garage, e: int) -> Car:
    """One car's numbers."""
    cell, has_levels = cell_of(garage.cells, e), garage.level_offsets[e] < garage.level_offsets[e + 1]
    return Car(cell, garage.target_kwh[e], 1.0 - cell.keep, garage.strategy[e], garage.day_steps, has_levels)


@compiled
def _power_to_come(car: Car, moment: Moment) -> float:
    """What is still to be charged up to the departure, as the power that would do it in one step.

    Self-discharge on the way is counted as that of a car at its target: rather a little more than is lost.
    """
    later = np.float64(moment.departs - moment.now - 1)
    return (car.target_kwh * (1.0 + later * car.leak) - moment.kept_kwh) * car.cell.fill_kw_per_kwh


@compiled
def _forced_power(car: Car, moment: Moment) -> float:
    """The least power from which full power in all later steps still reaches the target."""
    if moment.departs == NEVER:
        return 0.0
    later, full = np.float64(moment.departs - moment.now - 1), car.cell.max_charge_kw
    power = _power_to_come(car, moment) - later * full
    return smaller(power, full) if power > _SAME else 0.0


@compiled
def _cheap_power(price: Float64, needed_kw: float, car: Car, moment: Moment) -> float:
    """Full power if fewer cheaper steps follow than are needed, a part if the last of them is needed in part."""
    full = car.cell.max_charge_kw
    if full <= 0.0:
        return 0.0
    end = min(moment.departs, moment.now + car.day_steps, price.size)
    here, cheaper = price[moment.now], 0
    for t in range(moment.now + 1, end):
        cheaper += 1 if price[t] < here else 0
    part = needed_kw / full - np.float64(cheaper)
    return larger(smaller(part, 1.0), 0.0) * full


@compiled
def _wanted_power(needed_kw: float, forced_kw: float, cheap_kw: float, car: Car, moment: Moment) -> float:
    """What the strategy wants, in kW; needed_kw would reach the target in this step."""
    if car.strategy == SOLAR_SURPLUS:
        return larger(-moment.position_kw, needed_kw if forced_kw > 0.0 else 0.0)
    if car.strategy == ON_ARRIVAL:
        return needed_kw
    power = cheap_kw
    if car.strategy == BY_DEPARTURE and moment.departs != NEVER:
        power = _power_to_come(car, moment) / np.float64(moment.departs - moment.now)
    return smaller(larger(power, forced_kw), needed_kw)


@compiled
def on_level(levels: Float64, power_kw: float, most_kw: float, upwards: bool) -> float:
    """The highest of the levels, float64[n], up to power_kw, or upwards the lowest from it that is not over most_kw."""
    slack, chosen = 1.0 + _SAME, 0.0
    for level in levels:
        above = upwards and level <= most_kw * slack and chosen * slack < power_kw
        if above or level <= power_kw * slack:
            chosen = level
    return chosen


@compiled
def _charging_power(needed_kw: float, cheap_kw: float, car: Car, moment: Moment) -> tuple[float, bool]:
    """Power with which a car at home charges in this step, in kW, and whether it may be rounded up to a level."""
    needed = needed_kw if needed_kw > _SAME else 0.0
    forced = _forced_power(car, moment) if needed > 0.0 else 0.0
    wanted = _wanted_power(needed, forced, cheap_kw, car, moment)
    if wanted <= _SAME:
        return 0.0, False
    upwards = forced > 0.0 or car.strategy == BY_DEPARTURE
    if car.strategy == CHEAPEST_HOURS:
        upwards = upwards or moment.departs - moment.now <= car.day_steps
    return larger(smaller(wanted, charge_limit(moment.kept_kwh, car.cell)), 0.0), upwards


@compiled
def _least_content(car: Car, moment: Moment) -> float:
    """Content after this step, in kWh, from which full power in all later steps still reaches the target.

    Above its target a car loses more on the way, and full power may not even make up for it.
    """
    if moment.departs == NEVER:
        return 0.0
    later, cell = np.float64(moment.departs - moment.now - 1), car.cell
    without_leak = car.target_kwh - later * cell.max_charge_kw * cell.fill_kwh_per_kw
    least, kept = without_leak + car.target_kwh * later * car.leak, 1.0 - later * car.leak
    if least <= car.target_kwh:
        return least
    return larger(without_leak / kept, car.target_kwh) if kept > 0.0 else np.inf


@compiled
def _returned_power(car: Car, moment: Moment) -> float:
    """Power that a car at home, not charging, gives to its house in this step, in kW.

    It keeps what full power can still make up for; strategies that would charge it again at once keep the target.
    """
    cell, floor = car.cell, larger(car.cell.lowest_kwh, _least_content(car, moment))
    if car.strategy == ON_ARRIVAL or (car.strategy == BY_DEPARTURE and moment.departs != NEVER):
        floor = larger(floor, car.target_kwh)
    power = smaller((moment.kept_kwh - floor) * cell.drain_kw_per_kwh, cell.max_discharge_kw)
    return larger(smaller(power, moment.position_kw), 0.0)


@compiled
def _stay(
    levels: Float64,
    price: Float64,
    car: Car,
    content: float,
    departs: int,
    first: int,
    position: Float64,
    level: Float32,
) -> tuple[float, float]:
    """Steps at home, of which the first is step `first` of the run; returns content in kWh and Σ power in kW."""
    taken = 0.0
    for t in range(position.size):
        moment = Moment(first + t, departs, kept_energy(content, car.cell), position[t])
        needed, power = (car.target_kwh - moment.kept_kwh) * car.cell.fill_kw_per_kwh, 0.0
        if needed > _SAME or (car.strategy == SOLAR_SURPLUS and moment.position_kw < 0.0):
            cheap = _cheap_power(price, needed, car, moment) if car.strategy == CHEAPEST_HOURS else 0.0
            power, upwards = _charging_power(needed, cheap, car, moment)
            if car.has_levels and power > 0.0:
                power = on_level(levels, power, charge_limit(moment.kept_kwh, car.cell), upwards)
        if power == 0.0 and moment.position_kw > 0.0 and car.cell.max_discharge_kw > 0.0:
            power = -_returned_power(car, moment)
        content = moved_energy(moment.kept_kwh, power, car.cell)
        position[t] += power
        level[t] += content
        taken += power
    return content, taken


@compiled
def _drive(cell: Cell, content: float, per_step_kwh: float, level: Float32) -> tuple[float, float, float]:
    """Steps of a trip; returns content, energy driven and energy that was missing, in kWh."""
    driven, missing = 0.0, 0.0
    for t in range(level.size):
        kept = kept_energy(content, cell)
        given = smaller(per_step_kwh, kept - cell.lowest_kwh)
        content = larger(kept - given, cell.lowest_kwh)
        level[t] += content
        driven += given
        missing += per_step_kwh - given
    return content, driven, missing


@compiled
def _run_car(
    garage: Garage, e: int, position: Float64, level: Float32, sums: Float64, loss: Float64, span: Span
) -> None:
    """Run one car through a tile: a stay or a trip at a time, each cut at the days; arguments as in `run_cars`."""
    car, content = _car_of(garage, e), garage.energy[e]
    levels = garage.levels_kw[garage.level_offsets[e] : garage.level_offsets[e + 1]]
    trip, last = garage.trip_offsets[e], garage.trip_offsets[e + 1]
    for day in range(span.cuts.size - 1):
        t, stop = span.cuts[day], span.cuts[day + 1]
        before, taken, driven, missing = content, 0.0, 0.0, 0.0
        while t < stop:
            now = span.first_step + t
            while trip < last and garage.returns[trip] <= now:
                trip += 1
            departs = garage.departs[trip] if trip < last else NEVER
            if departs <= now:
                end = min(stop, garage.returns[trip] - span.first_step)
                content, given, short = _drive(car.cell, content, garage.per_step_kwh[trip], level[t:end])
                driven += given
                missing += short
            else:
                end = min(stop, departs - span.first_step)
                content, power = _stay(levels, garage.price, car, content, departs, now, position[t:end], level[t:end])
                taken += power
            t = end
        sums[span.first_day + day, DRIVEN] += driven
        sums[span.first_day + day, EV_SHORTFALL] += missing
        loss[day] += lost_kwh(taken * span.step_hours - driven, content - before)
    garage.energy[e] = content


@compiled
def run_cars(
    garage: Garage, i: int, position: Float64, level: Float32, sums: Float64, loss: Float64, span: Span
) -> None:
    """All cars of house i through a tile, in declared order.

    position: float64[W], kW, to which charging is added; level: float32[W], kWh, to which contents are added. sums:
    float64[D, 6], day sums of the house, to which energy driven and missing is added; loss: float64[d], kWh, to which
    losses are added.
    """
    for e in range(garage.offsets[i], garage.offsets[i + 1]):
        _run_car(garage, e, position, level, sums, loss, span)
