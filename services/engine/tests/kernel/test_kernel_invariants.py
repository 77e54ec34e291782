"""What must hold (design/model.md), for random communities, rules and windows."""

import itertools
from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.kernel import (
    BATTERY_FIELDS,
    ENERGY_SUMS,
    Allocation,
    Batteries,
    BidStrategy,
    Community,
    LeftOver,
    Outcome,
    State,
    StorageStrategy,
    Window,
    run_window,
)
from hygge_engine.kernel.types import Float32, Float64, Int64
from services.engine.tests.kernel.communities import Case, cases, measure

COLUMN = {name: column for column, name in enumerate(ENERGY_SUMS)}
HOUSE_FIELDS = ("inverter_kw", "generation_limit_kw", "rank", "sharing_key", "min_sell_price", "max_buy_price")
TOLERANCE_KWH = 1e-6


def run(case: Case) -> tuple[Outcome, State]:
    return run_window(case.community, case.rules, case.window, case.start)


def balance(values: Float32) -> Float64:
    """Supply minus use of every house and step, kW."""
    supply = measure(values, "generation_kw") - measure(values, "curtailed_kw") + measure(values, "unserved_kw")
    for name in ("shared_local_kw", "shared_grid_kw", "grid_kw"):
        supply = supply + measure(values, name)
    return supply - measure(values, "load_kw") - measure(values, "storage_kw")


@settings(max_examples=300)
@given(cases())
def test_every_house_balances_in_every_step(case: Case) -> None:
    outcome, _ = run(case)
    worst = np.abs(balance(outcome.houses.values)).max(initial=0.0) * case.window.step_hours
    assert worst <= TOLERANCE_KWH
    assert abs(outcome.residuals.rounded_residual_kwh - worst) < 1e-15
    assert outcome.residuals.energy_residual_kwh < 1e-12
    assert outcome.residuals.need_violation_kwh < 1e-12


@settings(max_examples=300)
@given(cases())
def test_nothing_is_negative(case: Case) -> None:
    outcome, _ = run(case)
    for name in ("load_kw", "generation_kw", "soc_kwh", "curtailed_kw", "unserved_kw"):
        assert measure(outcome.houses.values, name).min() >= 0.0
    for nodes in (outcome.houses, outcome.transformers, outcome.grid):
        assert nodes.sums.min(initial=0.0) >= 0.0
        assert np.isfinite(nodes.values).all()


@settings(max_examples=300)
@given(cases())
def test_pools_buy_what_they_sell(case: Case) -> None:
    outcome, _ = run(case)
    assert outcome.residuals.pool_residual_kwh < 1e-9
    offsets = case.community.transformer_offsets
    local = measure(outcome.houses.values, "shared_local_kw")
    for k in range(case.community.transformers):
        assert np.abs(local[offsets[k] : offsets[k + 1]].sum(axis=0)).max(initial=0.0) < 1e-5
    assert np.abs(measure(outcome.houses.values, "shared_grid_kw").sum(axis=0)).max() < 1e-5


@settings(max_examples=300)
@given(cases())
def test_storage_keeps_its_bounds_and_its_books(case: Case) -> None:
    outcome, after = run(case)
    batteries = case.community.batteries
    assert outcome.residuals.soc_violation_kwh == 0.0
    assert np.all(after.battery_kwh >= batteries.min_soc * batteries.capacity_kwh)
    assert np.all(after.battery_kwh <= batteries.max_soc * batteries.capacity_kwh)
    sums = outcome.houses.sums.sum(axis=(0, 1))
    stored = after.battery_kwh.sum() - case.start.battery_kwh.sum()
    taken = sums[COLUMN["charge_kwh"]] - sums[COLUMN["discharge_kwh"]]
    assert abs(taken - sums[COLUMN["storage_loss_kwh"]] - stored) < TOLERANCE_KWH * outcome.houses.values[:, 0].size


@settings(max_examples=300)
@given(cases())
def test_limits_are_kept(case: Case) -> None:
    outcome, _ = run(case)
    slack = 1e-5
    for k, limit in enumerate(case.community.transformer_capacity_kw):
        values = outcome.transformers.values[k : k + 1]
        flow = measure(values, "grid_kw") + measure(values, "shared_grid_kw")
        assert np.abs(flow).max() <= limit + slack
    grid = measure(outcome.grid.values, "grid_kw")
    assert grid.max() <= case.community.import_limit_kw + slack
    assert -grid.min() <= case.community.export_limit_kw + slack
    limits = np.append(case.community.transformer_capacity_kw, [case.community.import_limit_kw])
    if np.all(np.isinf(limits)):
        assert not measure(outcome.houses.values, "unserved_kw").any()


@settings(max_examples=200)
@given(cases())
def test_a_house_trades_in_one_direction_at_a_time(case: Case) -> None:
    """Oracles 5.6, item 1: import · export = 0; and never is load unserved in a house that exports. Only where a static
    key's left-over is the participant's does one buy and export.
    """
    if case.rules.left_over is LeftOver.PARTICIPANT and case.rules.allocation is Allocation.STATIC_KEY:
        return
    values = run(case)[0].houses.values
    flows = [measure(values, name) for name in ("shared_local_kw", "shared_grid_kw", "grid_kw")]
    flows += [measure(values, "unserved_kw"), -measure(values, "curtailed_kw")]
    assert not np.any(np.any([f > 0 for f in flows], axis=0) & np.any([f < 0 for f in flows], axis=0))


@settings(max_examples=200)
@given(cases())
def test_nodes_above_are_sums(case: Case) -> None:
    outcome, _ = run(case)
    offsets = case.community.transformer_offsets
    for k in range(case.community.transformers):
        members = outcome.houses.values[offsets[k] : offsets[k + 1]]
        for name in ("load_kw", "storage_kw", "soc_kwh", "grid_kw", "shared_grid_kw", "unserved_kw", "curtailed_kw"):
            expected = measure(members, name).sum(axis=0)
            np.testing.assert_allclose(measure(outcome.transformers.values, name)[k], expected, rtol=1e-6, atol=1e-6)
        bought = np.maximum(measure(members, "shared_local_kw"), 0).sum(axis=0)
        np.testing.assert_allclose(measure(outcome.transformers.values, "shared_local_kw")[k], bought, rtol=1e-6)
        sums = outcome.houses.sums[offsets[k] : offsets[k + 1]].sum(axis=0)
        np.testing.assert_allclose(outcome.transformers.sums[k, :, :20], sums[:, :20], rtol=1e-12, atol=1e-12)
    for m in range(9):
        expected = outcome.transformers.values[:, m].astype(np.float64).sum(axis=0)
        np.testing.assert_allclose(outcome.grid.values[0, m], expected, rtol=1e-6, atol=1e-5)
    assert not measure(outcome.grid.values, "shared_grid_kw").any()
    np.testing.assert_allclose(outcome.grid.sums[0, :, :20], outcome.houses.sums[:, :, :20].sum(axis=0), atol=1e-9)


def day_totals(series: Float64, case: Case) -> Float64:
    """kWh by node and day."""
    return np.add.reduceat(series, case.window.day_offsets[:-1], axis=1) * case.window.step_hours


@settings(max_examples=200)
@given(cases())
def test_day_sums_are_the_sums_of_what_is_stored(case: Case) -> None:
    outcome, _ = run(case)
    values = outcome.houses.values
    own = np.minimum(measure(values, "load_kw"), measure(values, "generation_kw"))
    signed = {
        ("charge_kwh", "discharge_kwh"): measure(values, "storage_kw"),
        ("bought_local_kwh", "sold_local_kwh"): measure(values, "shared_local_kw"),
        ("bought_grid_kwh", "sold_grid_kwh"): measure(values, "shared_grid_kw"),
        ("imported_kwh", "exported_kwh"): measure(values, "grid_kw"),
        ("load_kwh", None): measure(values, "load_kw"),
        ("generation_kwh", None): measure(values, "generation_kw"),
        ("own_use_kwh", None): own,
        ("curtailed_kwh", None): measure(values, "curtailed_kw"),
        ("unserved_kwh", None): measure(values, "unserved_kw"),
    }
    for (positive, negative), series in signed.items():
        np.testing.assert_allclose(
            outcome.houses.sums[:, :, COLUMN[positive]], day_totals(np.maximum(series, 0), case), atol=1e-9
        )
        if negative is not None:
            expected = day_totals(np.maximum(-series, 0), case)
            np.testing.assert_allclose(outcome.houses.sums[:, :, COLUMN[negative]], expected, atol=1e-9)
    net = sum(measure(values, name) for name in ("shared_local_kw", "shared_grid_kw", "grid_kw"))
    peaks = np.maximum.reduceat(np.maximum(net, 0), case.window.day_offsets[:-1], axis=1)
    np.testing.assert_allclose(outcome.houses.sums[:, :, COLUMN["import_peak_kw"]], peaks, atol=5e-11)
    above = measure(outcome.transformers.values, "grid_kw") + measure(outcome.transformers.values, "shared_grid_kw")
    peaks = np.maximum.reduceat(np.maximum(-above, 0), case.window.day_offsets[:-1], axis=1)
    np.testing.assert_allclose(outcome.transformers.sums[:, :, COLUMN["export_peak_kw"]], peaks, atol=1e-12)


def distinct(window: Window) -> Window:
    """The same window with amounts that are all different."""
    nudge = np.arange(window.load_kw.size, dtype=np.float32).reshape(window.load_kw.shape) * np.float32(1e-3)
    return replace(window, load_kw=window.load_kw + nudge)


def shuffled_houses(community: Community, random: Random) -> list[int]:
    """House numbers in a new order that keeps houses at their transformer."""
    order: list[int] = []
    for first, last in itertools.pairwise(community.transformer_offsets):
        members = list(range(first, last))
        random.shuffle(members)
        order += members
    return order


def permuted(community: Community, order: list[int]) -> tuple[Community, Int64]:
    """The community with houses in that order, and the new order of its batteries."""
    given = community.batteries
    groups = [range(given.offsets[i], given.offsets[i + 1]) for i in order]
    flat = np.array([b for group in groups for b in group], np.int64)
    batteries = Batteries(
        np.cumsum([0, *(len(group) for group in groups)], dtype=np.int64),
        *(getattr(given, name)[flat] for name in BATTERY_FIELDS),
    )
    changes = {name: getattr(community, name)[order] for name in HOUSE_FIELDS}
    return replace(community, batteries=batteries, **changes), flat


@settings(max_examples=150)
@given(cases(max_steps=4), st.randoms(use_true_random=False))
def test_permuting_houses_permutes_results(case: Case, random: Random) -> None:
    """Oracles 5.6, item 6; `greedy` breaks ties by the order of houses, so equal amounts are kept out of it;
    arrival and random prices belong to a house's place.
    """
    if case.rules.allocation is Allocation.PRICE_TIME or case.rules.bidding.strategy is BidStrategy.ZERO_INTELLIGENCE:
        return
    window = distinct(case.window) if case.rules.allocation is Allocation.GREEDY else case.window
    order = shuffled_houses(case.community, random)
    community, flat = permuted(case.community, order)
    shuffled = replace(window, load_kw=window.load_kw[order], generation_kw=window.generation_kw[order])
    start = replace(case.start, battery_kwh=case.start.battery_kwh[flat], reference_kwh=case.start.reference_kwh[flat])
    first, _ = run_window(case.community, case.rules, window, case.start)
    second, _ = run_window(community, case.rules, shuffled, start)
    np.testing.assert_allclose(second.houses.values, first.houses.values[order], atol=2e-5, rtol=1e-5)


@settings(max_examples=100)
@given(cases())
def test_without_a_strategy_batteries_rest(case: Case) -> None:
    if case.rules.storage_strategy is not StorageStrategy.NONE:
        return
    outcome, after = run(case)
    assert not measure(outcome.houses.values, "storage_kw").any()
    np.testing.assert_array_equal(after.battery_kwh, case.start.battery_kwh)
