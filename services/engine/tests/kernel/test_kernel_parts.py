"""The core's smaller parts: composition, flows, rounding, long and odd batteries, cache key."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.compiled import _meaning as meaning
from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel import (
    AUCTIONS,
    Allocation,
    LeftOver,
    Memory,
    Rules,
    State,
    StorageStrategy,
    compose,
    house_flows,
    run_window,
)
from hygge_engine.kernel.types import Float64
from services.engine.tests.kernel.communities import Case, cases, community_of, measure, window_of
from services.engine.tests.kernel.naive import run_naive

# --- composition ---


def test_houses_share_profiles_with_their_own_scale() -> None:
    profiles = np.array([[1.0, 2.0], [10.0, 0.0]], np.float32)
    composed = compose(profiles, np.array([2, 0, 2]), np.array([0, 0, 1]), np.array([2.0, 0.5, 0.1]), 3)
    np.testing.assert_allclose(composed, [[0.5, 1.0], [0.0, 0.0], [3.0, 4.0]], rtol=1e-7)
    assert composed.dtype == np.float32


@settings(max_examples=50)
@given(st.data())
def test_composition_is_the_naive_sum(data: st.DataObject) -> None:
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    houses, count, steps, assignments = (data.draw(st.integers(1, 6)) for _ in range(4))
    profiles = random.gamma(1.0, 1.0, (count, steps)).astype(np.float32)
    house, row = random.integers(0, houses, assignments), random.integers(0, count, assignments)
    scale = random.uniform(0, 3, assignments)
    expected = np.zeros((houses, steps))
    for h, r, s in zip(house, row, scale, strict=True):
        expected[h] += s * profiles[r].astype(np.float64)
    np.testing.assert_array_equal(compose(profiles, house, row, scale, houses), expected.astype(np.float32))


@pytest.mark.parametrize(("house", "row"), [([3], [0]), ([-1], [0]), ([0], [1]), ([0, 1], [0])])
def test_assignments_must_name_what_exists(house: list[int], row: list[int]) -> None:
    with pytest.raises(ValueError, match="assignment"):
        compose(np.zeros((1, 2), np.float32), np.array(house), np.array(row), np.ones(1), 3)


# --- flows ---


def table(flows: dict[tuple[int, int], float], first: int, count: int) -> Float64:
    matrix = np.zeros((count, count))
    for (seller, buyer), energy in flows.items():
        if first <= seller < first + count:
            matrix[seller - first, buyer - first] = energy
    return matrix


@settings(max_examples=200)
@given(cases())
def test_flows_are_the_twins(case: Case) -> None:
    """Pro rata of what is bought and sold in a step; `greedy` and the auctions keep their own pairs."""
    outcome, _ = run_window(case.community, case.rules, case.window, case.start)
    twin = run_naive(case.community, case.rules, case.window, case.start)
    exact = case.rules.allocation in (Allocation.GREEDY, *AUCTIONS)
    hours = case.window.step_hours
    offsets = case.community.transformer_offsets
    both_stages = case.rules.storage_strategy is StorageStrategy.COMMUNITY and not exact
    for k in range(case.community.transformers):
        first, last = int(offsets[k]), int(offsets[k + 1])
        found = outcome.house_flows_kwh[k] if exact else house_flows(outcome.houses.values[first:last], hours)
        if last == first:
            continue
        expected = table(twin.house_flows, first, last - first)
        if both_stages and case.rules.left_over is LeftOver.PARTICIPANT:  # who gets its key's part may give it on
            net, expected_net = found.sum(axis=0) - found.sum(axis=1), expected.sum(axis=0) - expected.sum(axis=1)
            np.testing.assert_allclose(net, expected_net, atol=1e-4)
        elif both_stages:  # sharing and storage are one pro rata pool of what passes each meter in a step
            net = np.array([[house.local for house in step[first:last]] for step in twin.steps])
            np.testing.assert_allclose(found.sum(axis=0), np.maximum(net, 0).sum(axis=0) * hours, atol=1e-4)
            np.testing.assert_allclose(found.sum(axis=1), np.maximum(-net, 0).sum(axis=0) * hours, atol=1e-4)
        else:
            np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(
        outcome.pool.flows_kwh, table(twin.transformer_flows, 0, case.community.transformers), atol=1e-4
    )


def test_what_goes_from_one_battery_of_a_house_to_another_is_no_flow() -> None:
    """The house buys into one what it sells from the other; its meter sees what is left."""
    only = {"capacity_kwh": 0.5, "initial_soc": 0.0, "max_charge_kw": 0.0, "max_discharge_kw": 0.0}
    two = [only | {"initial_soc": 0.5, "max_discharge_kw": 0.7}, only | {"max_charge_kw": 0.7}]
    community = community_of(3, batteries=[two, [], []])
    window = window_of([[0.0], [0.0], [0.5]], [[0.0], [0.5], [0.0]])
    rules = Rules(Allocation.NONE, StorageStrategy.COMMUNITY)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    # The surplus of 0.5 kW is stored; of the deficit, 0.25 kWh in the full battery serve 0.25 kW for an hour.
    expected = [[0.0, 0.0, 0.0], [0.25, 0.0, 0.25], [0.0, 0.0, 0.0]]
    np.testing.assert_allclose(house_flows(outcome.houses.values, window.step_hours), expected)


def test_flows_of_a_long_window_are_the_matrix_product() -> None:
    random = np.random.default_rng(5)
    values = np.zeros((7, 9, 101), np.float32)
    values[:, 4] = random.normal(0, 1, (7, 101))
    trades = values[:, 4].astype(np.float64)
    sold, bought = np.maximum(-trades, 0), np.maximum(trades, 0)
    expected = (sold / np.maximum(sold.sum(axis=0), 1e-30)) @ bought.T * 0.25
    np.testing.assert_allclose(house_flows(values, 0.25), expected, rtol=1e-12)


def test_exact_pairs_are_left_out_of_large_pools() -> None:
    community = community_of([3, 2])
    window = window_of([[1.0], [0.0], [0.0], [1.0], [0.0]], [[0.0], [1.0], [0.0], [0.0], [1.0]])
    rules = Rules(Allocation.GREEDY, StorageStrategy.NONE)
    outcome, _ = run_window(community, rules, window, State.initial(community), house_flow_limit=2)
    assert outcome.house_flows_kwh[0].size == 0
    np.testing.assert_array_equal(outcome.house_flows_kwh[1], [[0.0, 0.0], [1.0, 0.0]])


# --- rounding ---


@settings(max_examples=300)
@given(st.lists(st.floats(0.001, 30.0), min_size=4, max_size=4), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_thirty_kilowatts_for_an_hour_balance_after_rounding(loads: list[float], first: float, second: float) -> None:
    """The largest houses and the longest steps, with flows of all kinds."""
    batteries = [[{"capacity_kwh": 7.77, "initial_soc": first, "discharge_efficiency": 0.93}], [], [], []]
    community = community_of([2, 2], batteries=batteries, capacity_kw=40.0 * second)
    generation = [[0.0], [30.0 * first], [0.0], [29.3 * second]]
    window = window_of([[power] for power in loads], generation, 60)
    rules = Rules(Allocation.PROPORTIONAL, StorageStrategy.SELF_CONSUMPTION)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    assert outcome.residuals.rounded_residual_kwh < 1e-6


def test_zero_stays_zero() -> None:
    """A battery takes all the surplus: nothing is shared, exported, curtailed, not even dust."""
    community = community_of(2, batteries=[[{"capacity_kwh": 100.0}], []])
    window = window_of([[0.1, 0.3, 0.7], [0.0] * 3], [[1.3, 2.2, 0.9], [0.0] * 3], 15)
    rules = Rules(Allocation.PROPORTIONAL, StorageStrategy.SELF_CONSUMPTION)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    for name in ("shared_local_kw", "shared_grid_kw", "grid_kw", "curtailed_kw", "unserved_kw"):
        assert not measure(outcome.houses.values, name).any()


# --- batteries ---


def test_many_batteries_run_as_each_alone() -> None:
    """Four run side by side and the rest one by one; nobody notices."""
    random = np.random.default_rng(3)
    count, steps = 11, 300
    load, generation = random.gamma(1, 1, (count, steps)), np.maximum(random.normal(0, 3, (count, steps)), 0)
    battery = {"charge_efficiency": 0.9, "self_discharge_per_day": 0.02, "initial_soc": 0.3}
    batteries = [[{**battery, "capacity_kwh": 5.0 + i}] * (i % 4) for i in range(count)]
    rules = Rules(Allocation.NONE, StorageStrategy.SELF_CONSUMPTION)
    together = community_of(count, batteries=batteries)
    start = State.initial(together)
    whole, _ = run_window(together, rules, window_of(load.tolist(), generation.tolist(), 15), start)
    for i in range(count):
        alone = community_of(1, batteries=[batteries[i]])
        window = window_of([load[i].tolist()], [generation[i].tolist()], 15)
        outcome, _ = run_window(alone, rules, window, State.initial(alone))
        assert outcome.houses.values[0, :4].tobytes() == whole.houses.values[i, :4].tobytes()


def test_self_discharge_stops_at_the_lower_bound() -> None:
    battery = {"capacity_kwh": 10.0, "min_soc": 0.2, "initial_soc": 0.25, "self_discharge_per_day": 0.5}
    community = community_of(1, batteries=[[battery]])
    window = window_of([[0.0] * 24], [[0.0] * 24], 60)
    rules = Rules(Allocation.NONE, StorageStrategy.SELF_CONSUMPTION)
    outcome, after = run_window(community, rules, window, State.initial(community))
    assert after.battery_kwh[0] == 2.0
    assert measure(outcome.houses.values, "soc_kwh").min() == 2.0
    assert outcome.houses.sums[0, 0, 5] == pytest.approx(0.5)


# --- memory and cache ---


def test_memory_grows_and_stays() -> None:
    memory = Memory()
    first = memory.take("a", (2, 3), np.float64)
    assert memory.take("a", (3, 2), np.float64).base is first.base
    assert memory.take("a", (4, 4), np.float64).shape == (4, 4)
    assert memory.take("a", (2,), np.float32).dtype == np.float32


def test_a_changed_helper_changes_the_cache_key() -> None:
    """numba itself would only look at the entry point's own file."""

    def entry(x: float) -> float:
        return x

    before = entry_point(entry)
    compiled(lambda x: x + 1)
    after = entry_point(entry)
    keys = [point._cache._version for point in (before, after)]  # type: ignore[attr-defined]
    assert keys[0] != keys[1]
    assert before(1.0) == 1.0
    signature = before.nopython_signatures[0]  # type: ignore[attr-defined]
    codegen = before.targetctx.codegen()  # type: ignore[attr-defined]
    assert before._cache._index_key(signature, codegen)[-1] == keys[0]  # type: ignore[attr-defined]


def helper(expression: str, **constants: float) -> Callable[..., float]:
    """A function of x as a module with these constants would have it."""
    function: Callable[..., float] = eval(f"lambda x: {expression}", dict(constants))  # noqa: S307
    return function


def test_a_helper_is_its_code_its_names_and_its_constants() -> None:
    same = [meaning(helper("x.a + LIMIT", LIMIT=1.0)) for _ in range(2)]
    assert same[0] == same[1]
    changed = (helper("x.b + LIMIT", LIMIT=1.0), helper("x.a + LIMIT", LIMIT=2.0), helper("x.a - LIMIT", LIMIT=1.0))
    assert len({same[0], *(meaning(function) for function in changed)}) == 4
