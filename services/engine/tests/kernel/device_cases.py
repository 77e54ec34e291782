"""Communities with every kind of device for tests: a builder with defaults, and hypothesis strategies."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from hygge_engine.kernel import Allocation, Community, Rules, StorageControl, StorageStrategy, Window
from hygge_engine.kernel.devices import Cars, Devices, Generators, Signals, ThermalInput, Thermals
from hygge_engine.kernel.options import ChargeStrategy
from hygge_engine.kernel.types import Float32, Int64
from services.engine.tests.kernel.communities import Case, battery, community_of, keys

Device = dict[str, Any]
Houses = list[list[Device]]

CAR: Device = {
    "capacity_kwh": 10.0,
    "max_charge_kw": 11.0,
    "max_discharge_kw": 0.0,
    "charge_efficiency": 1.0,
    "discharge_efficiency": 1.0,
    "min_soc": 0.0,
    "max_soc": 1.0,
    "initial_soc": 0.0,
    "self_discharge_per_day": 0.0,
    "target_soc": 1.0,
}
THERMAL: Device = {
    "max_power_kw": np.inf,
    "demand_row": 0,
    "cop_row": 0,
    "store_kwh": 0.0,
    "store_loss_per_day": 0.0,
    "initial_store": 0.0,
}


def offsets_of(counts: list[int]) -> Int64:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def cars_of(houses: Houses) -> Cars:
    """Cars from dictionaries; `trips` are [departs, returns, need_kwh], `levels` charging powers."""
    flat = [{**CAR, "strategy": "on_arrival", "levels": [], "trips": [], **car} for cars in houses for car in cars]
    trips = [trip for car in flat for trip in car["trips"]]
    return Cars(
        offsets_of([len(cars) for cars in houses]),
        *(np.array([car[name] for car in flat], np.float64) for name in CAR),
        np.array([list(ChargeStrategy).index(ChargeStrategy(car["strategy"])) for car in flat], np.int64),
        offsets_of([len(car["levels"]) for car in flat]),
        np.array([level for car in flat for level in car["levels"]], np.float64),
        offsets_of([len(car["trips"]) for car in flat]),
        np.array([trip[0] for trip in trips], np.int64),
        np.array([trip[1] for trip in trips], np.int64),
        np.array([trip[2] for trip in trips], np.float64),
    )


def thermals_of(houses: Houses) -> Thermals:
    flat = [{**THERMAL, **device} for devices in houses for device in devices]
    kinds = {"demand_row": np.int64, "cop_row": np.int64}
    columns = (np.array([device[name] for device in flat], kinds.get(name, np.float64)) for name in THERMAL)
    return Thermals(offsets_of([len(devices) for devices in houses]), *columns)


def generators_of(houses: Houses) -> Generators:
    flat = [device for devices in houses for device in devices]
    columns = (np.array([device[name] for device in flat], np.float64) for name in ("capacity_kw", "fuel_cost"))
    return Generators(offsets_of([len(devices) for devices in houses]), *columns)


def with_devices(
    community: Community, cars: Houses | None = None, thermals: Houses | None = None, generators: Houses | None = None
) -> Community:
    """The community with these devices by house."""
    none: Houses = [[] for _ in range(community.houses)]
    devices = Devices(cars_of(cars or none), thermals_of(thermals or none), generators_of(generators or none))
    return replace(community, devices=devices)


def signals_of(import_price: list[float], export_price: list[float] | None = None) -> Signals:
    steps = len(import_price)
    exported = np.zeros(steps) if export_price is None else np.array(export_price, np.float64)
    return Signals(np.array(import_price, np.float64), exported, np.zeros(steps), np.zeros(steps))


def heat_of(demand_kw: list[list[float]], cop: list[list[float]]) -> ThermalInput:
    return ThermalInput(np.array(demand_kw, np.float32), np.array(cop, np.float32))


def some_powers(random: np.random.Generator, rows: int, steps: int, silent: bool) -> Float32:
    """kW by row and step, round ones among them; where `silent`, some rows have none.

    Drawn from a seed, because hypothesis is slow with so many numbers.
    """
    round_ones = random.choice([0.0, 0.5, 1.0, 2.0, 3.0], (rows, steps))
    powers = np.where(random.random((rows, steps)) < 0.5, round_ones, random.uniform(0.0, 15.0, (rows, steps)))
    return np.ascontiguousarray(powers * (random.random((rows, 1)) < (0.5 if silent else 1.0)), np.float32)


def some_prices(random: np.random.Generator, steps: int) -> list[float]:
    """Prices per kWh, many of them equal, some below 0."""
    some = random.choice([0.1, 0.2, 0.3], steps)
    return np.where(random.random(steps) < 0.6, some, random.uniform(-0.1, 0.6, steps)).tolist()


SEEDS = st.integers(0, 2**32 - 1).map(np.random.default_rng)
PRICES = st.one_of(st.sampled_from([0.1, 0.2, 0.3]), st.floats(-0.1, 0.6))


@st.composite
def trips(draw: st.DrawFn, steps: int) -> list[list[float]]:
    """Trips apart from each other; the first may have begun before the run, the last may end after it."""
    at, result = draw(st.integers(-5, 4)), list[list[float]]()
    while at < steps + 6 and len(result) < 4:
        departs = at + draw(st.integers(0, 9))
        returns = departs + draw(st.integers(1, 7))
        result.append([departs, returns, draw(st.sampled_from([0.0, 0.7, 3.0, 20.0]))])
        at = returns + draw(st.integers(0, 5))
    return result if draw(st.integers(0, 3)) else []


@st.composite
def car(draw: st.DrawFn, steps: int) -> Device:
    return {
        **draw(battery()),
        "max_charge_kw": draw(st.sampled_from([0.0, 2.3, 3.7, 11.0])),
        "max_discharge_kw": draw(st.sampled_from([0.0, 0.0, 2.1, np.inf])),
        "target_soc": draw(st.sampled_from([0.0, 0.45, 0.8, 1.0])),
        "strategy": draw(st.sampled_from(list(ChargeStrategy))),
        "levels": draw(st.sampled_from([[], [1.4, 3.7], [1.38, 2.3, 3.68, 7.36, 11.04]])),
        "trips": draw(trips(steps)),
    }


@st.composite
def thermal(draw: st.DrawFn, rows: int) -> Device:
    return {
        "max_power_kw": draw(st.sampled_from([0.0, 0.5, 2.0, np.inf])),
        "demand_row": draw(st.integers(0, rows - 1)),
        "cop_row": draw(st.integers(0, 1)),
        "store_kwh": draw(st.sampled_from([0.0, 0.0, 3.0, 11.5])),
        "store_loss_per_day": draw(st.sampled_from([0.0, 0.1, 1.0])),
        "initial_store": draw(st.sampled_from([0.0, 0.4, 1.0])),
    }


@st.composite
def generator(draw: st.DrawFn) -> Device:
    return {
        "capacity_kw": draw(st.sampled_from([0.0, 1.3, 4.0])),
        "fuel_cost": draw(st.sampled_from([0.05, 0.2, 0.25, 0.5])),
    }


@st.composite
def controls(draw: st.DrawFn) -> StorageControl:
    cheap, dear = sorted([draw(PRICES), draw(PRICES)])
    low, high = sorted([draw(st.sampled_from([0.0, 1.0, 2.5])), draw(st.sampled_from([1.0, 3.0, 6.0]))])
    return StorageControl(cheap, dear, high, low)


@st.composite
def device_windows(draw: st.DrawFn, houses: int, rows: int) -> Window:
    """Some days in the middle of a run, with prices before and after them."""
    steps, first, more = draw(st.integers(1, 30)), draw(st.integers(0, 9)), draw(st.integers(0, 20))
    cut = sorted(draw(st.sets(st.integers(1, steps), max_size=3)) | {steps})
    random, whole = draw(SEEDS), first + steps + more
    return Window(
        some_powers(random, houses, steps, False),
        some_powers(random, houses, steps, True),
        draw(st.sampled_from([0.25, 0.5, 1.0])),
        np.array([0, *cut], np.int64),
        first,
        signals_of(some_prices(random, whole), some_prices(random, whole)),
        ThermalInput(
            some_powers(random, rows, steps, True),
            random.choice([0.0, 1.0, 2.9, 4.4], (2, steps)).astype(np.float32),
        ),
        some_powers(random, houses, steps, False) - np.float32(4.0) if draw(st.integers(0, 5)) else None,
    )


def lists(draw: st.DrawFn, houses: int, device: st.SearchStrategy[Device]) -> Houses:
    return [draw(st.lists(device, max_size=2)) for _ in range(houses)]


@st.composite
def device_cases(draw: st.DrawFn) -> Case:
    """A small community in which any house may have any device, its rules and a window."""
    sizes = draw(st.lists(st.integers(0, 3), min_size=1, max_size=2).filter(any))
    count, island = sum(sizes), draw(st.sampled_from([False, False, True]))
    inverters = st.one_of(st.just(np.inf), st.sampled_from([0.0, 2.5, 10.1]))
    plain = community_of(
        sizes,
        batteries=lists(draw, count, battery()),
        inverter_kw=[draw(inverters) for _ in range(count)],
        key=draw(keys(sizes)),
        import_limit_kw=0.0 if island else np.inf,
        export_limit_kw=0.0 if island else np.inf,
    )
    window = draw(device_windows(count, 3))
    steps = window.first_step + window.steps
    community = with_devices(
        plain, lists(draw, count, car(steps)), lists(draw, count, thermal(3)), lists(draw, count, generator())
    )
    rules = Rules(
        draw(st.sampled_from([Allocation.NONE, Allocation.PROPORTIONAL, Allocation.EQUAL, Allocation.GREEDY])),
        draw(st.sampled_from(StorageStrategy)),
        storage=draw(controls()),
    )
    return Case(community, rules, window)
