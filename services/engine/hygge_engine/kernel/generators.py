"""Generators that burn fuel, after everything else of their house.

The cheapest runs first. One whose fuel costs less than an imported kWh, or on an island any, covers what its house
still lacks; one whose fuel costs less than an exported kWh earns runs at capacity, as far as the house may feed out.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.devices import Generators, Signals
from hygge_engine.kernel.parts import larger, smaller
from hygge_engine.kernel.span import GENERATOR, Span
from hygge_engine.kernel.types import GENERATION, LOAD, Float32, Float64, Int64


class Plant(NamedTuple):
    """All generators, ready for compiled code.

    The generators of house i are `offsets[i]:offsets[i+1]`, cheapest first. capacity_kw, fuel_cost: float64[G].
    import_price, export_price: float64[N], per kWh, by step of the run. is_island: nothing can be imported or exported.
    """

    offsets: Int64
    capacity_kw: Float64
    fuel_cost: Float64
    import_price: Float64
    export_price: Float64
    is_island: bool


def pack_generators(generators: Generators, signals: Signals, is_island: bool) -> Plant:
    """Sort each house's generators by cost, equal ones as declared."""
    house = np.repeat(np.arange(generators.offsets.size - 1), np.diff(generators.offsets))
    order = np.lexsort((np.arange(generators.count), generators.fuel_cost, house))
    return Plant(
        generators.offsets,
        generators.capacity_kw[order],
        generators.fuel_cost[order],
        np.ascontiguousarray(signals.import_price),
        np.ascontiguousarray(signals.export_price),
        is_island,
    )


@compiled
def generate(plant: Plant, i: int, step: int, position_kw: float, limit_kw: float) -> tuple[float, float]:
    """Power of house i's generators in kW and their cost per hour.

    step: place in the run. position_kw: of the house's meter before. limit_kw: the most that it may feed out.
    """
    total, cost = 0.0, 0.0
    import_price, export_price = plant.import_price[step], plant.export_price[step]
    for g in range(plant.offsets[i], plant.offsets[i + 1]):
        price, lacking, power = plant.fuel_cost[g], larger(position_kw - total, 0.0), 0.0
        if price < export_price and not plant.is_island:
            power = larger(smaller(position_kw - total + limit_kw, plant.capacity_kw[g]), 0.0)
        elif price < import_price or plant.is_island:
            power = smaller(lacking, plant.capacity_kw[g])
        total += power
        cost += power * price
    return total, cost


@compiled
def feed_in(load_kw: float, generation: Float32, t: int, position_kw: float, power_kw: float) -> float:
    """Add power to the stored generation float32[T]; returns the position after it.

    What is stored is rounded, and the position follows it. Where storage rests the position stays the difference of
    load and generation to the last bit, and a deficit that is covered becomes 0: no dust is stored or traded.
    """
    before = np.float64(generation[t])
    generation[t] = before + power_kw
    made = np.float64(generation[t])
    if position_kw == load_kw - before:
        return load_kw - made
    return 0.0 if power_kw == position_kw else position_kw - (made - before)


@compiled
def run_generators(
    plant: Plant,
    i: int,
    limit_kw: float,
    load: Float32,
    generation: Float32,
    position: Float64,
    sums: Float64,
    fuel_cost: Float64,
    span: Span,
) -> None:
    """All generators of house i through a tile.

    load, generation: float32[W] and position: float64[W] in kW, the last two are changed. sums: float64[D, 6],
    fuel_cost: float64[D], day sums of the house, to which energy and cost are added.
    """
    if plant.offsets[i] == plant.offsets[i + 1]:
        return
    for day in range(span.cuts.size - 1):
        made, cost = 0.0, 0.0
        for t in range(span.cuts[day], span.cuts[day + 1]):
            power, rate = generate(plant, i, span.first_step + t, position[t], limit_kw)
            if power > 0.0:
                position[t] = feed_in(np.float64(load[t]), generation, t, position[t], power)
                made += power
                cost += rate
        sums[span.first_day + day, GENERATOR] += made * span.step_hours
        fuel_cost[span.first_day + day] += cost * span.step_hours


class Fuel(NamedTuple):
    """Generators of houses whose batteries serve the community, and where it is noted what they did.

    alone: float32[H, T], kW of houses without a community, which has the generators as they run. sums: float64[H, D,
    6], fuel_cost: float64[H, D], day sums, added to.
    """

    plant: Plant
    alone: Float32
    sums: Float64
    fuel_cost: Float64


@compiled
def run_generators_step(
    fuel: Fuel, inverter_kw: Float32, values: Float32, position: Float64, span: Span, day: int, column: int
) -> None:
    """All houses' generators in one step, the tile's column `column`, which is in its day `day`.

    inverter_kw: float32[H], the most that houses may feed out. values: float32[H, 9, T], of which GENERATION grows;
    position: float64[H, 1], kW.
    """
    plant, t, now = fuel.plant, span.begin + column, span.first_step + column
    for i in range(position.shape[0]):
        before = position[i, 0]
        power, rate = generate(plant, i, now, before, np.float64(inverter_kw[i]))
        if power > 0.0:
            load = np.float64(values[i, LOAD, t])
            position[i, 0] = feed_in(load, values[i, GENERATION], t, before, power)
            fuel.alone[i, t] = np.float64(fuel.alone[i, t]) - power
            fuel.sums[i, span.first_day + day, GENERATOR] += power * span.step_hours
            fuel.fuel_cost[i, span.first_day + day] += rate * span.step_hours
