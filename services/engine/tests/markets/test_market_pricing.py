"""Local prices and the published tables."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygge_engine.markets import (
    RATE_FIELDS,
    PlantClass,
    PriceRule,
    Pricing,
    Rates,
    Region,
    blended_mid_market_prices,
    blended_supply_demand_prices,
    italian_premium_eur_per_mwh,
    local_prices,
    shared_bill,
    supply_demand_price,
)
from hygge_engine.markets.types import Float64

DATA = Path(__file__).parent / "data"
MMR: dict[str, Any] = json.loads((DATA / "mid_market.json").read_text())
SDR: dict[str, Any] = json.loads((DATA / "supply_demand_ratio.json").read_text())
BALANCE: dict[str, Any] = json.loads((DATA / "budget_balance.json").read_text())
ITALY: dict[str, Any] = json.loads((DATA / "italian_premium.json").read_text())


def rates(retail: Float64, feed_in: Float64) -> Rates:
    return Rates(retail, feed_in, *(np.zeros(retail.size) for _ in range(5)))


TWO_STEPS = rates(np.array([0.30, 0.40]), np.array([0.10, 0.05]))
POOLS = np.ones((3, 2))


def prices(rule: PriceRule, demand: Float64 = POOLS, supply: Float64 = POOLS, of: Rates = TWO_STEPS) -> Float64:
    return local_prices(rule, of, demand, supply)


@pytest.mark.parametrize("row", MMR["rows"])
def test_blended_mid_market_prices_are_the_published_ones(row: dict[str, float]) -> None:
    one = [np.array([value]) for value in (row["ratio"] * 3.0, 3.0, row["retail"], row["feed_in"])]
    buy, sell = blended_mid_market_prices(*one)
    assert sell[0] == pytest.approx(row["sell"], abs=MMR["tolerance"])
    assert buy[0] == pytest.approx(row["buy"], abs=MMR["tolerance"])


@pytest.mark.parametrize("row", SDR["rows"])
def test_blended_supply_demand_prices_are_the_published_ones(row: dict[str, Any]) -> None:
    one = [np.array([value]) for value in (row["ratio"] * 3.0, 3.0, row["retail"], row["feed_in"])]
    buy, sell = blended_supply_demand_prices(*one, row.get("compensation", 0.0))
    assert buy[0] == pytest.approx(row["buy"], abs=SDR["tolerance"])
    if row["sell"] is not None:
        assert sell[0] == pytest.approx(row["sell"], abs=SDR["tolerance"])


@pytest.mark.parametrize("blended", [blended_mid_market_prices, blended_supply_demand_prices])
def test_blended_prices_balance_the_community_bill(blended: Any) -> None:
    """D·buy = S·sell + (D − S)·retail − (S − D)·feed-in, whichever is short."""
    random = np.random.default_rng(2)
    supply, demand = random.gamma(1, 1, 50), random.gamma(1, 1, 50)
    retail, feed_in = np.full(50, 0.3), np.full(50, 0.1)
    buy, sell = blended(supply, demand, retail, feed_in)
    upstream = np.maximum(demand - supply, 0) * retail - np.maximum(supply - demand, 0) * feed_in
    np.testing.assert_allclose(demand * buy - supply * sell, upstream, atol=1e-12)
    assert np.all((sell >= feed_in - 1e-15) & (sell <= buy + 1e-15) & (buy <= retail + 1e-15))


def test_the_blended_prices_of_the_balance_example() -> None:
    net = np.array(BALANCE["net"], float)
    supply, demand = np.maximum(-net, 0).sum(axis=0), np.maximum(net, 0).sum(axis=0)
    tariff = np.full(2, BALANCE["retail"]), np.full(2, BALANCE["feed_in"])
    for name, blended in (
        ("mid_market", blended_mid_market_prices),
        ("supply_demand_ratio", blended_supply_demand_prices),
    ):
        buy, sell = blended(supply, demand, *tariff)
        np.testing.assert_allclose(buy, BALANCE["blended"][name]["buy"], atol=BALANCE["tolerance"])
        np.testing.assert_allclose(sell, BALANCE["blended"][name]["sell"], atol=BALANCE["tolerance"])


def test_the_shared_bill_of_the_balance_example() -> None:
    net = np.array(BALANCE["net"], float)
    supply, demand = np.maximum(-net, 0).sum(axis=0), np.maximum(net, 0).sum(axis=0)
    local = np.minimum(supply, demand)
    tariff = rates(np.full(2, BALANCE["retail"]), np.full(2, BALANCE["feed_in"]))
    for hours in (1.0, 0.25):
        bill = shared_bill(tariff, demand - local, supply - local, local, local, hours)
        assert bill.buy_price == pytest.approx(BALANCE["shared_bill"]["buy"])
        assert bill.sell_price == pytest.approx(BALANCE["shared_bill"]["sell"])
    nothing = shared_bill(tariff, np.zeros(2), np.zeros(2), np.zeros(2), np.zeros(2), 1.0)
    assert (nothing.buy_price, nothing.sell_price) == (0.0, 0.0)


def test_without_trade_partners_prices_are_upstreams() -> None:
    buy, sell = blended_mid_market_prices(
        np.array([0.0, 2.0]), np.array([2.0, 0.0]), np.array([0.3, 0.3]), np.array([0.1, 0.1])
    )
    assert buy[0] == pytest.approx(0.3)
    assert sell[1] == pytest.approx(0.1)


def test_supply_demand_ratio_of_each_pool() -> None:
    demand = np.array([[4.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    supply = np.array([[1.0, 5.0], [2.0, 0.0], [3.0, 0.0]])
    got = prices(PriceRule(Pricing.SUPPLY_DEMAND_RATIO), demand, supply)
    np.testing.assert_allclose(got, [[0.2, 0.05], [0.1, 0.05], [0.1, 0.40]])
    compensated = prices(PriceRule(Pricing.SUPPLY_DEMAND_RATIO, compensation=0.05), demand, supply)
    np.testing.assert_allclose(compensated[:, 0], [0.3 * 0.15 / (0.15 * 0.25 + 0.15), 0.15, 0.15])


def test_supply_demand_ratio_inside_the_bounds() -> None:
    rule = PriceRule(Pricing.SUPPLY_DEMAND_RATIO, price_floor=0.15, price_cap=0.18)
    got = prices(rule, np.array([[4.0, 1.0]]), np.array([[1.0, 1.0]]))
    np.testing.assert_allclose(got, [[0.18, 0.15]])


price = st.floats(-1.0, 1.0) | st.just(0.0)


@given(st.floats(0, 3) | st.sampled_from([0.0, 1.0]), price, price, st.just(0.0) | st.floats(0, 2))
def test_the_ratio_price_stays_between_the_tariffs_whatever_their_signs(
    ratio: float, retail: float, feed_in: float, compensation: float
) -> None:
    low, high = min(retail, feed_in), max(retail, feed_in)
    here, next_ = supply_demand_price(
        np.array([ratio, ratio + 0.1]), np.array([retail]), np.array([feed_in]), compensation
    )
    assert low - 1e-12 <= here <= high + 1e-12
    if retail >= feed_in:
        assert next_ <= here + 1e-12, "prices fall with the ratio"
    if ratio > 1 and compensation == 0:
        assert here == feed_in
    if ratio == 0 and retail >= feed_in:
        assert here == pytest.approx(retail)


@given(st.floats(0.001, 0.999), st.floats(0.2, 1.0), st.floats(0.01, 0.19))
def test_the_order_of_prices_when_supply_is_short(ratio: float, retail: float, feed_in: float) -> None:
    """feed-in < sell < buy < retail, where 0 < S < D."""
    one = [np.array([value]) for value in (ratio, 1.0, retail, feed_in)]
    buy, sell = blended_supply_demand_prices(*one)
    assert feed_in < sell[0] < buy[0] < retail


def test_prices_do_not_change_when_all_energies_double() -> None:
    random = np.random.default_rng(3)
    demand, supply = random.gamma(1, 1, (4, 2)), random.gamma(1, 1, (4, 2))
    for pricing in Pricing:
        rule = PriceRule(pricing, 0.2)
        np.testing.assert_array_equal(prices(rule, demand, supply), prices(rule, 2 * demand, 2 * supply))


def test_mid_market_follows_the_tariff() -> None:
    np.testing.assert_allclose(prices(PriceRule(Pricing.MID_MARKET)), [[0.2, 0.225]] * 3)


def test_fixed_price() -> None:
    np.testing.assert_array_equal(prices(PriceRule(Pricing.FIXED, 0.17)), np.full((3, 2), 0.17))


def test_bounds() -> None:
    np.testing.assert_allclose(prices(PriceRule(Pricing.MID_MARKET, price_floor=0.21))[0], [0.21, 0.225])
    np.testing.assert_allclose(prices(PriceRule(Pricing.MID_MARKET, price_cap=0.21))[0], [0.2, 0.21])
    np.testing.assert_allclose(prices(PriceRule(Pricing.FIXED, 0.5, 0.1, 0.3))[0], [0.3, 0.3])


@pytest.mark.parametrize("pricing", [Pricing.BILL_SHARING, Pricing.UPSTREAM])
def test_no_local_kwh_has_a_price_where_nothing_is_paid_for_it(pricing: Pricing) -> None:
    assert np.isnan(prices(PriceRule(pricing, price_floor=0.1))).all()
    assert prices(PriceRule(pricing)).shape == (3, 2)


@pytest.mark.parametrize("name", RATE_FIELDS)
def test_rates_have_one_value_a_step(name: str) -> None:
    with pytest.raises(ValueError, match=name if name != "retail" else "feed_in"):
        Rates(**{field: np.zeros(3 if field == name else 2) for field in RATE_FIELDS})


def test_the_incentive_is_divided() -> None:
    with pytest.raises(ValueError, match="incentive_to_sellers"):
        Rates(*(np.zeros(2) for _ in RATE_FIELDS), incentive_to_sellers=1.5)


def test_rates_of_a_window() -> None:
    whole = Rates(*(np.arange(10.0) + n for n in range(len(RATE_FIELDS))), incentive_to_sellers=0.3)
    part = whole.window(3, 7)
    assert part.steps == 4
    assert part.incentive_to_sellers == 0.3
    np.testing.assert_array_equal(part.incentive, np.arange(3.0, 7.0) + 8)


@pytest.mark.parametrize("row", ITALY["rows"])
@pytest.mark.parametrize("region", Region)
def test_the_italian_premium(row: dict[str, Any], region: Region) -> None:
    for plant in PlantClass:
        got = italian_premium_eur_per_mwh(np.array(row["zonal"], float), plant, region)
        np.testing.assert_allclose(got, row[plant.value] + ITALY["surcharge"][region.value])
