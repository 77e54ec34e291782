"""Behind the meter: own use, devices and own storage of every house, without anybody else.

The order is that of a step: what the inverter lets through, what makes heat, cars, batteries, generators. As nothing
here looks at other houses, each house runs through a whole tile at once, device after device.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel.batteries import Fleet, pack_fleet, run_four, run_one, run_wished
from hygge_engine.kernel.cars import Garage, pack_cars, run_cars
from hygge_engine.kernel.control import OWN, Control, pack_control, want_power
from hygge_engine.kernel.generators import Plant, pack_generators, run_generators
from hygge_engine.kernel.options import Rules, StorageStrategy
from hygge_engine.kernel.parts import smaller
from hygge_engine.kernel.span import CLIPPED, Span
from hygge_engine.kernel.thermal import Heating, pack_thermals, run_thermals
from hygge_engine.kernel.types import GENERATION, LOAD, SOC, STORAGE, Batteries, Community, Float32, Float64, Window


class Sources(NamedTuple):
    """Load and available generation, float32[H, T] in kW; limits of what houses feed out and of what sun and wind give,
    float32[H] in kW.
    """

    load: Float32
    generation: Float32
    inverter_kw: Float32
    generation_limit_kw: Float32


class Meters(NamedTuple):
    """All that stands behind the houses' meters; each part carries the energies of its own devices along."""

    sources: Sources
    heating: Heating
    garage: Garage
    fleet: Fleet
    control: Control
    plant: Plant


class Results(NamedTuple):
    """Where results go; H houses, T steps and D days of the window, W steps and d days of the tile.

    energy: float64[B], kWh in batteries, carried along. values: float32[H, 9, T], of which LOAD, GENERATION and SOC are
    filled. position: float64[H, W] and alone: float32[H, T], meter positions after everything, in kW. bare: float64[H,
    W], filled with positions before batteries where the community will use these; else float64[0, 0]. loss,
    device_loss: float64[H, d], to which losses of batteries and of cars are added, in kWh; they may be the same. sums:
    float64[H, D, 6], by the columns of `span`, added to. fuel_cost: float64[H, D], money, added to.
    """

    energy: Float64
    values: Float32
    position: Float64
    alone: Float32
    bare: Float64
    loss: Float64
    device_loss: Float64
    sums: Float64
    fuel_cost: Float64


def pack_meters(community: Community, rules: Rules, window: Window, car_kwh: Float64, heat_kwh: Float64) -> Meters:
    """All devices of a window; `car_kwh`, float64[E], and `heat_kwh`, float64[X], are changed as steps run."""
    devices, hours = community.devices, window.step_hours
    resting = rules.storage_strategy is StorageStrategy.NONE
    return Meters(
        Sources(
            window.load_kw,
            window.generation_kw,
            _rounded_down(community.inverter_kw),
            _rounded_down(community.generation_limit_kw),
        ),
        pack_thermals(devices.thermals, window.thermal, heat_kwh, hours),
        pack_cars(devices.cars, window.signals, car_kwh, hours),
        pack_fleet(Batteries.none(community.houses) if resting else community.batteries, hours),
        pack_control(rules.storage_strategy, rules.storage, window),
        pack_generators(devices.generators, window.signals, community.is_island),
    )


def _rounded_down(values: Float64) -> Float32:
    """The largest float32 that is not above, so that a limit is kept after rounding."""
    rounded = values.astype(np.float32)
    return np.where(rounded > values, np.nextafter(rounded, np.float32(-np.inf)), rounded)


@compiled
def _clip(available: Float32, limit: float, made: Float32, sums: Float64, span: Span) -> None:
    """Limit generation by the inverter, and note what it did not let through."""
    above = 0
    for t in range(available.size):
        above += 1 if available[t] > limit else 0
        made[t] = smaller(available[t], limit)
    if above == 0:
        return
    for day in range(span.cuts.size - 1):
        clipped = 0.0
        for t in range(span.cuts[day], span.cuts[day + 1]):
            clipped += np.float64(available[t]) - np.float64(made[t])
        sums[span.first_day + day, CLIPPED] += clipped * span.step_hours


@compiled
def _open_house(meters: Meters, results: Results, span: Span, i: int, lack: Float64) -> None:
    """A house up to its batteries: load, generation, heat, cars; lack: float64[W], scratch."""
    sources, values, row = meters.sources, results.values, results.position[i]
    begin, end = span.begin, span.begin + row.size
    wanted, made, level = values[i, LOAD, begin:end], values[i, GENERATION, begin:end], values[i, SOC, begin:end]
    wanted[:] = sources.load[i, begin:end]
    level[:] = 0.0
    _clip(sources.generation[i, begin:end], sources.generation_limit_kw[i], made, results.sums[i], span)
    for t in range(row.size):
        row[t] = np.float64(wanted[t]) - np.float64(made[t])
    run_thermals(meters.heating, i, wanted, made, row, lack, results.sums[i], span)
    run_cars(meters.garage, i, row, level, results.sums[i], results.device_loss[i], span)
    if results.bare.size > 0:
        results.bare[i] = row
        values[i, STORAGE, begin:end] = 0.0


@compiled
def _close_house(meters: Meters, results: Results, span: Span, i: int) -> None:
    """A house after its batteries: generators, then what its meter shows as long as there is no community.

    Where the community uses batteries, generators run after them, in `community_storage`.
    """
    row = results.position[i]
    begin, end = span.begin, span.begin + row.size
    if results.bare.size == 0:
        load, made = results.values[i, LOAD, begin:end], results.values[i, GENERATION, begin:end]
        limit = np.float64(meters.sources.inverter_kw[i])
        run_generators(meters.plant, i, limit, load, made, row, results.sums[i], results.fuel_cost[i], span)
    kept = results.alone[i, begin:end]
    for t in range(row.size):
        kept[t] = row[t]


@compiled
def _run_wishes(meters: Meters, results: Results, span: Span, i: int, wish: Float64) -> None:
    """The batteries of a house under a strategy of `control`; wish: float64[W], scratch."""
    fleet, row = meters.fleet, results.position[i]
    level = results.values[i, SOC, span.begin : span.begin + row.size]
    want_power(meters.control, i, np.float64(meters.sources.inverter_kw[i]), row, wish, span)
    for battery in range(fleet.offsets[i], fleet.offsets[i + 1]):
        run_wished(
            fleet.cells, battery, results.energy, wish, row, level, results.loss[i], span.cuts, span.step_hours
        )  # fmt: skip


@compiled
def _run_own(meters: Meters, results: Results, span: Span, first: int, last: int) -> None:
    """Jobs `first` to `last − 1` of the fleet, up to four batteries of different houses: surplus charges, deficit
    discharges."""
    fleet, jobs = meters.fleet, meters.fleet.jobs[first:last]
    measure = SOC if results.bare.size == 0 else STORAGE
    if jobs.size == 4:
        run_four(
            fleet.cells, fleet.house, jobs, results.energy, results.position, results.values, span.begin,
            results.loss, span.cuts, span.step_hours, measure,
        )  # fmt: skip
        return
    for battery in jobs:
        run_one(
            fleet.cells, fleet.house, battery, results.energy, results.position, results.values, span.begin,
            results.loss, span.cuts, span.step_hours, measure,
        )  # fmt: skip


@entry_point
def run_houses(meters: Meters, results: Results, span: Span) -> None:
    """Every house by itself through a tile.

    A battery's next step waits for its last one, so four batteries run side by side to keep the processor busy; and
    houses are opened just before and closed just after, to be still in its cache.
    """
    fleet, scratch = meters.fleet, np.empty(results.position.shape[1])
    for i in fleet.idle:
        _open_house(meters, results, span, i, scratch)
        _close_house(meters, results, span, i)
    if meters.control.code != OWN:
        for i in range(results.position.shape[0]):
            if fleet.offsets[i] < fleet.offsets[i + 1]:
                _open_house(meters, results, span, i, scratch)
                _run_wishes(meters, results, span, i, scratch)
                _close_house(meters, results, span, i)
        return
    for level in range(fleet.levels.size - 1):
        for first in range(fleet.levels[level], fleet.levels[level + 1], 4):
            last = min(first + 4, fleet.levels[level + 1])
            if level == 0:
                for battery in fleet.jobs[first:last]:
                    _open_house(meters, results, span, fleet.house[battery], scratch)
            _run_own(meters, results, span, first, last)
            for battery in fleet.jobs[first:last]:
                house = fleet.house[battery]
                if battery + 1 == fleet.offsets[house + 1]:
                    _close_house(meters, results, span, house)
