"""Sorting inside compiled loops, and pools large enough to need it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.kernel import (
    AUCTIONS,
    Allocation,
    Bidding,
    BidStrategy,
    Rules,
    Signals,
    State,
    StorageStrategy,
    run_window,
)
from hygge_engine.kernel.sorting import new_scratch, sort_rising
from services.engine.tests.kernel.communities import community_of, measure, window_of
from services.engine.tests.kernel.naive import run_naive

KEYS = st.one_of(
    st.lists(st.floats(-1e3, 1e3), max_size=200),
    st.lists(st.sampled_from([0.1, 0.2, 0.3]), max_size=200),  # many ties
    st.lists(st.one_of(st.floats(0.0, 1e-9), st.just(1e6)), max_size=200),  # all in one bucket but one
    st.lists(st.sampled_from([0.0, 5e-324, 1e-320]), max_size=60),  # too near each other for buckets
)


@settings(max_examples=300)
@given(KEYS)
def test_sorting_is_stable_and_rising(given_keys: list[float]) -> None:
    key, row = np.array(given_keys, np.float64), np.arange(len(given_keys))
    expected = np.argsort(key, kind="stable")
    original = key.copy()
    sort_rising(key, row, new_scratch(key.size))
    np.testing.assert_array_equal(row, expected)
    np.testing.assert_array_equal(key, original[expected])


@pytest.mark.parametrize("size", [1000, 4000])
def test_clustered_keys_do_not_take_long(size: int) -> None:
    random = np.random.default_rng(size)
    key = np.where(random.random(size) < 0.5, random.random(size) * 1e-6, 1.0)
    row = np.arange(size)
    expected = np.argsort(key, kind="stable")
    sort_rising(key, row, new_scratch(size))
    np.testing.assert_array_equal(row, expected)


@pytest.mark.parametrize("allocation", [*AUCTIONS, Allocation.GREEDY])
@pytest.mark.parametrize("strategy", list(BidStrategy))
def test_large_pools_are_the_twins(allocation: Allocation, strategy: BidStrategy) -> None:
    """Two transformers with 90 and 70 houses, a third of them with a battery and some with limits."""
    random = np.random.default_rng(7)
    count, steps = 160, 6
    battery = {"capacity_kwh": 6.0, "initial_soc": 0.4, "max_charge_kw": 0.4, "max_discharge_kw": 0.3}
    batteries = [[{**battery, "capacity_kwh": 4.0 + i % 7}] if i % 3 == 0 else [] for i in range(count)]
    limits = np.where(random.random((2, count)) < 0.3, random.choice([0.12, 0.15, 0.2], (2, count)), np.nan)
    community = community_of(
        [90, 70],
        batteries=batteries,
        capacity_kw=[80.0, np.inf],
        import_limit_kw=60.0,
        min_sell_price=limits[0].tolist(),
        max_buy_price=limits[1].tolist(),
    )
    load = random.gamma(1.0, 1.0, (count, steps))
    made = random.gamma(1.0, 1.5, (count, steps)) * (random.random((count, 1)) < 0.5)
    prices = (np.full(steps, price) for price in (0.3, 0.1, 0.01, 0.03))
    window = replace(window_of(load.tolist(), made.tolist(), 15), signals=Signals(*prices))
    rules = Rules(allocation, StorageStrategy.SELF_CONSUMPTION, 0.05, bidding=Bidding(strategy, seed=5))
    start = State.initial(community)
    outcome, _ = run_window(community, rules, window, start)
    twin = run_naive(community, rules, window, start)
    names = {"shared_local_kw": "local", "shared_grid_kw": "between", "grid_kw": "grid", "unserved_kw": "unserved"}
    for name, attribute in names.items():
        expected = np.array([[getattr(house, attribute) for house in step] for step in twin.steps]).T
        np.testing.assert_allclose(measure(outcome.houses.values, name), expected, atol=5e-6, err_msg=name)
    if allocation in AUCTIONS:
        expected = np.array([[twin.prices[k, t] for t in range(steps)] for k in range(2)])
        np.testing.assert_allclose(outcome.pool_price, expected, atol=1e-12)
        np.testing.assert_allclose(outcome.pool.price, twin.grid_prices, atol=1e-12)
