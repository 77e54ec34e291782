"""How fast is the numeric core with flexible devices? `.venv/bin/python -m bench.devices`.

CPU time of one core, one month of quarter-hours for 1,000 houses, best of several runs, sharing included. Every house
has a panel and a battery; then a car that leaves every day and charges in one of four ways, a heat pump with a store,
a generator; then all of them. The bar is 5 million house-steps/s with all device kinds.
"""

from dataclasses import replace

import numpy as np

from bench.kernel import HOURS, STEPS, batteries_of, best, powers
from hygge_engine.kernel import (
    Allocation,
    Cars,
    Community,
    Devices,
    Generators,
    Memory,
    Rules,
    Signals,
    State,
    StorageControl,
    StorageStrategy,
    ThermalInput,
    Thermals,
    Window,
    run_window,
)

HOUSES = 1000
DAY = 96
DAYS = STEPS // DAY


def cars(random: np.random.Generator) -> Cars:
    """A car each, away from about eight to about four, with every fourth house under the same strategy."""
    leaves = np.arange(DAYS) * DAY + 30 + random.integers(0, 8, (HOUSES, 1))
    returns = leaves + random.integers(20, 40, (HOUSES, 1))
    full = {name: np.full(HOUSES, value) for name, value in {
        "capacity_kwh": 50.0, "max_charge_kw": 11.0, "max_discharge_kw": 5.0, "charge_efficiency": 0.9,
        "discharge_efficiency": 0.9, "min_soc": 0.1, "max_soc": 1.0, "initial_soc": 0.5,
        "self_discharge_per_day": 0.001, "target_soc": 0.8,
    }.items()}  # fmt: skip
    return Cars(
        offsets=np.arange(HOUSES + 1), **full, strategy=np.arange(HOUSES) % 4,
        level_offsets=np.zeros(HOUSES + 1, np.int64), levels_kw=np.zeros(0),
        trip_offsets=np.arange(HOUSES + 1) * DAYS, departs=leaves.ravel(), returns=returns.ravel(),
        need_kwh=np.full(HOUSES * DAYS, 8.0),
    )  # fmt: skip


def thermals() -> Thermals:
    full = (np.full(HOUSES, value) for value in (12.0, 0.1, 0.5))
    return Thermals(
        np.arange(HOUSES + 1), np.full(HOUSES, 4.0), np.arange(HOUSES), np.zeros(HOUSES, np.int64), *full
    )  # fmt: skip


def setting(devices: Devices) -> tuple[Community, Window]:
    random = np.random.default_rng(HOUSES)
    load, generation = powers(HOUSES)
    generation[::2] = generation[1::2]
    batteries = batteries_of(HOUSES, random.uniform(2, 10, HOUSES), random.uniform(1, 5, HOUSES))
    community = Community(
        np.array([0, HOUSES]), np.full(1, 1e5), np.full(HOUSES, 10.0), np.arange(HOUSES) % 3,
        np.full(HOUSES, 1 / HOUSES), batteries, 1e5, 1e5, devices=devices,
    )  # fmt: skip
    hour = np.arange(STEPS) * HOURS
    price = 0.3 + 0.1 * np.sin(hour / 12 * np.pi * 2) + random.normal(0, 0.01, STEPS)
    signals = Signals(price, np.full(STEPS, 0.08), np.zeros(STEPS), np.zeros(STEPS))
    heat = ThermalInput(
        random.gamma(2.0, 1.0, (HOUSES, STEPS)).astype(np.float32), np.full((1, STEPS), 3.5, np.float32)
    )  # fmt: skip
    schedule = random.normal(0, 1, (HOUSES, STEPS)).astype(np.float32)
    window = Window(load, generation, HOURS, np.arange(0, STEPS + 1, DAY), 0, signals, heat, schedule)
    return community, window


def show(name: str, devices: Devices, strategy: StorageStrategy = StorageStrategy.SELF_CONSUMPTION) -> None:
    community, window = setting(devices)
    rules = Rules(Allocation.PROPORTIONAL, strategy, storage=StorageControl(0.25, 0.35, 1.5, 0.5))
    state, memory = State.initial(community), Memory()
    seconds = best(lambda: run_window(community, rules, window, state, memory=memory))
    count = HOUSES * STEPS
    print(f"{name:40s}{seconds / count * 1e9:9.1f} ns a step{count / seconds / 1e6:9.1f} M/s", flush=True)


def main() -> None:
    print(__doc__)
    none, random = Devices.none(HOUSES), np.random.default_rng(1)
    fleet, heat = cars(random), thermals()
    generators = Generators(np.arange(HOUSES + 1), np.full(HOUSES, 2.0), np.full(HOUSES, 0.28))
    show("batteries alone", none)
    for strategy in (StorageStrategy.TIME_OF_USE, StorageStrategy.PEAK_SHAVING, StorageStrategy.SCHEDULED):
        show(f"batteries, {strategy}", none, strategy)
    show("and cars", replace(none, cars=fleet))
    show("and heat pumps with stores", replace(none, thermals=heat))
    show("and generators", replace(none, generators=generators))
    show("all of them", Devices(fleet, heat, generators))
    levels = np.tile([1.38, 3.68, 7.36, 11.0], HOUSES)
    steps = replace(fleet, level_offsets=np.arange(HOUSES + 1) * 4, levels_kw=levels)
    show("all of them, cars with power levels", Devices(steps, heat, generators))
    show("all of them, community storage", Devices(fleet, heat, generators), StorageStrategy.COMMUNITY)


if __name__ == "__main__":
    main()
