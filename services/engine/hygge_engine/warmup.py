"""Load the compiled core before the first run asks for it: forked worker processes then share it.

The first time on a machine this compiles. What most runs need comes first, so that a worker is ready soon; the rest may
follow while it works and is found on disk by whoever needs it.
"""

import os

import numpy as np

from hygge_engine.kernel import (
    CAR_FIELDS,
    Allocation,
    Batteries,
    Cars,
    Community,
    Devices,
    Generators,
    Rules,
    Signals,
    State,
    StorageStrategy,
    ThermalInput,
    Thermals,
    compose,
)
from hygge_engine.kernel.types import BATTERY_FIELDS
from hygge_engine.markets import RATE_FIELDS, PriceRule, Pricing, Rates
from hygge_engine.simulation import Parameters, Period, WindowInput, first_pass, second_pass, settle, simulate

STEPS = 4


def warm_up() -> None:
    """Simulate an hour of two houses with what most runs choose: the defaults, and storage for the community."""
    for strategy in (StorageStrategy.SELF_CONSUMPTION, StorageStrategy.COMMUNITY):
        _simulate(Allocation.PROPORTIONAL, strategy)


def warm_up_rest() -> None:
    """The same with every allocation and storage strategy, also as a shard; other work goes first."""
    os.nice(10)
    for allocation in Allocation:
        for strategy in StorageStrategy:
            _simulate(allocation, strategy)
        _simulate_in_two_passes(allocation)


def _parameters(allocation: Allocation, strategy: StorageStrategy) -> Parameters:
    return Parameters(0.25, Rules(allocation, strategy), PriceRule(Pricing.MID_MARKET))


def _period() -> Period:
    return Period(0, 0, np.asarray([0, STEPS], np.int64))


def _simulate(allocation: Allocation, strategy: StorageStrategy) -> None:
    given = _inputs()
    for _ in simulate(_two_houses(), [_period()], lambda _: given, _parameters(allocation, strategy)):
        pass


def _simulate_in_two_passes(allocation: Allocation) -> None:
    community, period, given = _two_houses(), _period(), _inputs()
    parameters = _parameters(allocation, StorageStrategy.SELF_CONSUMPTION)
    state, signals = State.initial(community), given.signals or Signals.none(STEPS)
    left, _ = first_pass(community, period, given, parameters, state)
    settled = settle(community, period, given.rates, signals, parameters, left)
    second_pass(community, period, given, parameters, state, settled)


def _inputs() -> WindowInput:
    profile = np.ones((1, STEPS), np.float32)
    load = compose(profile, np.asarray([0]), np.asarray([0]), np.asarray([1.0]), 2)
    generation = compose(profile, np.asarray([1]), np.asarray([0]), np.asarray([2.0]), 2)
    rates = Rates(**{name: np.full(STEPS, 0.1) for name in RATE_FIELDS}, incentive_to_sellers=0.5)
    signals = Signals(*(np.full(STEPS, price) for price in (0.3, 0.1, 0.0, 0.0)))
    return WindowInput(load, generation, rates, signals, ThermalInput(profile, 3 * profile), load)


def _two_houses() -> Community:
    """A house with load and one with sun and every device, each at a transformer of its own."""
    one, zero, at_second = np.ones(1), np.zeros(1, np.int64), np.asarray([0, 0, 1], np.int64)
    batteries = Batteries(at_second, **{name: _fraction(name) for name in BATTERY_FIELDS})
    cars = Cars(
        at_second,
        **{name: _fraction(name) for name in CAR_FIELDS if name != "strategy"},
        strategy=zero,
        level_offsets=np.asarray([0, 1], np.int64),
        levels_kw=one,
        trip_offsets=np.asarray([0, 1], np.int64),
        departs=np.asarray([2], np.int64),
        returns=np.asarray([3], np.int64),
        need_kwh=one,
    )
    thermals = Thermals(at_second, one, zero, zero, one, 0 * one, 0 * one)
    return Community(
        transformer_offsets=np.asarray([0, 1, 2], np.int64),
        transformer_capacity_kw=np.full(2, np.inf),
        inverter_kw=np.full(2, np.inf),
        rank=np.zeros(2, np.int64),
        sharing_key=np.ones(2),
        batteries=batteries,
        devices=Devices(cars, thermals, Generators(at_second, one, one)),
    )


def _fraction(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """1 of everything, but nothing is stored at the start and nothing is lost by waiting."""
    return np.zeros(1) if name in ("min_soc", "initial_soc", "self_discharge_per_day") else np.ones(1)


if __name__ == "__main__":
    warm_up_rest()
