"""From energy to money: a naive twin, the published budget-balance example, and what must hold whatever the flows."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hygge_engine.markets import (
    MONEY_SUMS,
    PriceRule,
    Pricing,
    Rates,
    SharedBill,
    money_residual,
    settle_houses,
    sum_nodes,
)
from hygge_engine.markets.types import Float64
from services.engine.tests.markets.twin import TRADES, Case, bills, naive, random_case, shared_pro_rata

BALANCE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "budget_balance.json").read_text())
SHARED = (Pricing.MID_MARKET, Pricing.SUPPLY_DEMAND_RATIO, Pricing.BILL_SHARING)
AT = {name: place for place, name in enumerate(MONEY_SUMS)}


def flat(steps: int, retail: float, feed_in: float) -> Rates:
    return Rates(np.full(steps, retail), np.full(steps, feed_in), *(np.zeros(steps) for _ in range(5)))


@pytest.mark.parametrize("pricing", SHARED)
def test_budget_balance_example(pricing: Pricing) -> None:
    net = np.array(BALANCE["net"], float)
    case, bill = shared_pro_rata(net, flat(2, BALANCE["retail"], BALANCE["feed_in"]), PriceRule(pricing))
    money = case.settle(bill=bill, pricing=pricing)
    np.testing.assert_allclose(bills(money), BALANCE["bills"][pricing.value], atol=BALANCE["tolerance"])
    np.testing.assert_allclose(money[:, AT["reference_cost_eur"]], BALANCE["no_community"], atol=BALANCE["tolerance"])
    assert bills(money).sum() == pytest.approx(0.0, abs=BALANCE["tolerance"])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("pricing", [*SHARED, Pricing.UPSTREAM])
def test_settlement_is_the_naive_one(seed: int, pricing: Pricing) -> None:
    case = random_case(seed)
    bill = SharedBill(0.21, 0.04) if pricing is Pricing.BILL_SHARING else None
    got = case.settle(bill=bill, pricing=pricing)
    np.testing.assert_allclose(got, naive(case, pricing, bill), rtol=1e-12, atol=1e-14)


def test_days_are_settled_apart_and_steps_have_a_length() -> None:
    case = random_case(9, steps=30)
    days = np.array([0, 7, 7, 30])
    terms = (case.prices, case.grid_price, case.pool, case.rates)
    values, alone = case.values.astype(np.float32), case.alone.astype(np.float32)
    sums = settle_houses(values, TRADES, alone, *terms, days, 0.25)
    assert not sums[:, 1].any()
    for day, part in ((0, slice(0, 7)), (2, slice(7, 30))):
        cut = Case(
            case.values[..., part], case.alone[:, part], case.prices[:, part], case.grid_price[part], case.pool,
            case.rates.window(part.start, part.stop),
        )  # fmt: skip
        np.testing.assert_allclose(sums[:, day], 0.25 * naive(cut), rtol=1e-12, atol=1e-14)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 5), st.sampled_from([*SHARED, Pricing.UPSTREAM]))
def test_shards_have_the_same_bits(seed: int, cut: int, pricing: Pricing) -> None:
    case = random_case(seed)
    whole = case.settle(pricing=pricing)
    parts = [case.settle(part, pricing=pricing) for part in (slice(0, cut), slice(cut, None))]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


def test_a_shard_of_one_transformer_keeps_its_trades_between() -> None:
    case = random_case(1)
    first = case.pool == 0
    alone = Case(case.values[first], case.alone[first], case.prices[:1], case.grid_price, case.pool[first], case.rates)
    np.testing.assert_array_equal(alone.settle(), case.settle()[first])


# The core hands over float32: other numbers would only show how these round.
eighths = st.integers(-80, 80).map(lambda number: number / 8)
positions = arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 6)), elements=eighths)
price = st.floats(0.0, 0.5)


@settings(max_examples=100)
@given(positions, price, price, st.sampled_from(SHARED), st.floats(0, 0.3))
def test_the_houses_bills_are_the_communitys(
    net: Float64, retail: float, feed_in: float, pricing: Pricing, compensation: float
) -> None:
    """Σ bills = what the community pays upstream, for every pricing alike, with the same flows and tariffs."""
    case, bill = shared_pro_rata(
        net, flat(net.shape[1], retail, feed_in), PriceRule(pricing, compensation=compensation)
    )
    money = case.settle(bill=bill, pricing=pricing)
    community = net.sum(axis=0)
    expected = (np.maximum(community, 0) * retail + np.minimum(community, 0) * feed_in).sum()
    assert bills(money).sum() == pytest.approx(expected, abs=1e-5)
    assert money_residual(money[:, np.newaxis], bill=bill, upstream_bill=expected) < 1e-5


@settings(max_examples=60)
@given(positions, price, st.sampled_from([Pricing.MID_MARKET, Pricing.SUPPLY_DEMAND_RATIO, Pricing.UPSTREAM]))
def test_where_retail_is_feed_in_a_community_changes_no_bill(net: Float64, both: float, pricing: Pricing) -> None:
    case, _ = shared_pro_rata(net, flat(net.shape[1], both, both), PriceRule(pricing))
    money = case.settle(pricing=pricing)
    np.testing.assert_allclose(bills(money), money[:, AT["reference_cost_eur"]], atol=1e-5)


def test_bill_sharing_changes_bills_even_then() -> None:
    case, bill = shared_pro_rata(np.array([[1.0], [-1.0]]), flat(1, 0.2, 0.2), PriceRule(Pricing.BILL_SHARING))
    np.testing.assert_array_equal(bills(case.settle(bill=bill)), [0.0, 0.0])


@settings(max_examples=30)
@given(positions, st.sampled_from(SHARED))
def test_twice_the_energy_is_twice_the_money(net: Float64, pricing: Pricing) -> None:
    once, bill = shared_pro_rata(net, flat(net.shape[1], 0.3, 0.1), PriceRule(pricing))
    twice, double = shared_pro_rata(2 * net, once.rates, PriceRule(pricing))
    assert bill == double
    np.testing.assert_array_equal(twice.settle(bill=bill), 2 * once.settle(bill=bill))


@settings(max_examples=60)
@given(positions, st.floats(0.1, 0.5), st.floats(0, 0.1), st.sampled_from(SHARED[:2]))
def test_nobody_pays_more_than_alone(net: Float64, retail: float, feed_in: float, pricing: Pricing) -> None:
    case, _ = shared_pro_rata(net, flat(net.shape[1], retail, feed_in), PriceRule(pricing))
    money = case.settle(pricing=pricing)
    assert np.all(bills(money) <= money[:, AT["reference_cost_eur"]] + 1e-5)


def test_payments_take_the_place_of_prices() -> None:
    case = random_case(4)
    payments = np.random.default_rng(4).uniform(0, 1, (6, 1, 4))
    got, usual = case.settle(payments=payments), case.settle()
    np.testing.assert_allclose(got[:, AT["purchase_cost_eur"]], payments[:, 0, 0] + payments[:, 0, 2])
    np.testing.assert_allclose(got[:, AT["sale_revenue_eur"]], payments[:, 0, 1] + payments[:, 0, 3])
    others = [place for name, place in AT.items() if name not in ("purchase_cost_eur", "sale_revenue_eur")]
    np.testing.assert_array_equal(got[:, others], usual[:, others])


def test_fuel_is_in_the_bill_and_in_the_reference() -> None:
    case = random_case(5)
    fuel = np.full((6, 1), 2.5)
    difference = case.settle(fuel_cost=fuel) - case.settle()
    np.testing.assert_array_equal(difference[:, AT["fuel_cost_eur"]], 2.5)
    np.testing.assert_allclose(difference[:, AT["reference_cost_eur"]], 2.5)
    assert np.count_nonzero(difference.any(axis=0)) == 2


def test_what_is_shared_upstream_is_billed_like_alone_and_the_state_pays() -> None:
    """One house lacks 2 kWh, the other has 3: 2 kWh shared at 0.12 a kWh, of which sellers get a quarter."""
    steps = 1
    rates = Rates(
        *(np.full(steps, value) for value in (0.3, 0.1, 0.05, 0.02, 0.01, 0.04, 0.4, 0.03, 0.12)),
        incentive_to_sellers=0.25,
    )
    case, _ = shared_pro_rata(np.array([[2.0], [-3.0]]), rates, PriceRule(Pricing.UPSTREAM))
    money = case.settle(pricing=Pricing.UPSTREAM)
    shown = dict(zip(MONEY_SUMS, money.T, strict=True))
    np.testing.assert_allclose(shown["import_cost_eur"], [0.6, 0.0])
    np.testing.assert_allclose(shown["fees_eur"], [0.14, 0.0])
    np.testing.assert_allclose(shown["export_revenue_eur"], [0.0, 0.3])
    np.testing.assert_allclose(shown["incentive_eur"], [0.18, 0.06])
    np.testing.assert_allclose(bills(money), money[:, AT["reference_cost_eur"]] - [0.18, 0.06])
    assert not shown["purchase_cost_eur"].any()
    assert not shown["co2_kg"].any(), "shared energy is not imported"
    assert money_residual(money[:, np.newaxis], pricing=Pricing.UPSTREAM) == 0.0


def test_sums_of_nodes() -> None:
    sums = np.arange(6.0).reshape(3, 1, 2)
    np.testing.assert_array_equal(sum_nodes(sums, np.array([0, 2, 2, 3]))[:, 0], [[2.0, 4.0], [0.0, 0.0], [4.0, 5.0]])


def test_money_residual_is_the_worst_day() -> None:
    sums = np.zeros((2, 2, 9))
    sums[0, 0, 2], sums[1, 0, 3] = 1.0, 1.0
    sums[0, 1, 2], sums[1, 1, 3] = 1.0, 1.25
    assert money_residual(sums) == 0.25
    assert money_residual(sums, pricing=Pricing.UPSTREAM) == 1.25
    assert money_residual(np.zeros((0, 1, 9))) == 0.0


def test_money_residual_of_a_shared_bill_is_over_the_window() -> None:
    sums = np.zeros((2, 2, 9))
    sums[0, :, AT["import_cost_eur"]], sums[1, :, AT["export_revenue_eur"]] = 3.0, 0.5
    sums[0, 0, AT["purchase_cost_eur"]], sums[1, 1, AT["sale_revenue_eur"]] = 1.0, 0.25
    assert money_residual(sums, bill=SharedBill(0.1, 0.1), upstream_bill=5.5) == 0.25
