"""What the charge strategies promise: the target at departure, the cheapest hours, the lowest power."""

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.kernel import Allocation, Rules, State, StorageStrategy, run_window
from hygge_engine.kernel.options import ChargeStrategy
from hygge_engine.kernel.types import Float64
from services.engine.tests.kernel.communities import community_of, measure, window_of
from services.engine.tests.kernel.device_cases import (
    SEEDS,
    Device,
    car,
    signals_of,
    some_powers,
    some_prices,
    with_devices,
)

RULES = Rules(Allocation.NONE, StorageStrategy.NONE)
STEPS = 20


def run_car(device: Device, load: list[float], sun: list[float], prices: list[float]) -> tuple[Float64, Float64]:
    """Power and content of a house's only car, hour by hour."""
    community = with_devices(community_of(1), [[device]])
    window = replace(window_of([load], [sun]), signals=signals_of(prices))
    outcome, _ = run_window(community, RULES, window, State.initial(community))
    return measure(outcome.houses.values, "storage_kw")[0], measure(outcome.houses.values, "soc_kwh")[0]


def best_content(device: Device, hours: int) -> float:
    """What full power up to the target would give all the time."""
    target = device["target_soc"] * device["capacity_kwh"]
    energy = device["initial_soc"] * device["capacity_kwh"]
    for _ in range(hours):
        energy = max(energy * (1 - device["self_discharge_per_day"] / 24), device["min_soc"] * device["capacity_kwh"])
        energy = max(energy, min(energy + device["max_charge_kw"] * device["charge_efficiency"], target))
    return energy


@settings(max_examples=200)
@given(car(STEPS), st.integers(1, STEPS), st.data())
def test_what_can_be_reached_by_the_departure_is_reached(device: Device, departs: int, data: Any) -> None:
    device = {**device, "trips": [[departs, departs + 1, 0.0]], "levels": [], "target_soc": data.draw(soc_in(device))}
    random = data.draw(SEEDS)
    _, content = run_car(device, *some_powers(random, 2, STEPS, False).tolist(), some_prices(random, STEPS))
    target = device["target_soc"] * device["capacity_kwh"]
    assert content[departs - 1] >= min(target, best_content(device, departs)) - 1e-5


def soc_in(device: Device) -> st.SearchStrategy[float]:
    return st.floats(device["min_soc"], device["max_soc"])


@settings(max_examples=200)
@given(SEEDS, st.integers(1, STEPS), st.floats(0.0, 30.0), st.sampled_from([2.0, 3.7]))
def test_cheapest_hours_cost_as_little_as_possible(
    random: np.random.Generator, departs: int, missing: float, power: float
) -> None:
    """The least cost of `missing` kWh fills the hours by price; nothing is bought beyond."""
    prices = some_prices(random, STEPS)
    device = {"capacity_kwh": 30.0, "max_charge_kw": power, "target_soc": missing / 30.0, "strategy": "cheapest_hours",
              "trips": [[departs, departs + 1, 0.0]]}  # fmt: skip
    charged, _ = run_car(device, [0.0] * STEPS, [0.0] * STEPS, prices)
    left, least = missing, 0.0
    for price in sorted(prices[:departs]):
        least += price * min(left, power)
        left -= min(left, power)
    assert abs(charged[:departs] @ np.array(prices[:departs]) - least) < 1e-5
    assert abs(charged[:departs].sum() - min(missing, power * departs)) < 1e-5


@settings(max_examples=200)
@given(st.integers(1, STEPS), st.floats(0.0, 30.0))
def test_by_departure_power_is_constant_and_lowest(departs: int, missing: float) -> None:
    device = {"capacity_kwh": 30.0, "max_charge_kw": 11.0, "target_soc": missing / 30.0, "strategy": "by_departure",
              "trips": [[departs, departs + 1, 0.0]]}  # fmt: skip
    charged, _ = run_car(device, [0.0] * STEPS, [0.0] * STEPS, [0.3] * STEPS)
    np.testing.assert_allclose(charged[:departs], min(missing / departs, 11.0), atol=1e-5)


@settings(max_examples=200)
@given(car(STEPS), st.sampled_from(list(ChargeStrategy)), SEEDS)
def test_charging_power_is_a_level_or_none(
    device: Device, strategy: ChargeStrategy, random: np.random.Generator
) -> None:
    levels = [1.4, 3.7, 7.4]
    device = {**device, "strategy": strategy, "levels": levels, "max_discharge_kw": 0.0}
    charged, _ = run_car(device, *some_powers(random, 2, STEPS, False).tolist(), some_prices(random, STEPS))
    assert set(np.round(charged, 5)) <= {0.0, *(level for level in levels if level <= device["max_charge_kw"])}
