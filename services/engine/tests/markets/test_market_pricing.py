"""Local prices and the published mid-market tables."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hygge_engine.markets import PriceRule, Pricing, Rates, blended_mid_market_prices, local_prices
from hygge_engine.markets.types import Float64

TABLE: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "mid_market.json").read_text())


def rates(retail: Float64, feed_in: Float64) -> Rates:
    return Rates(retail, feed_in, *(np.zeros(retail.size) for _ in range(5)))


TWO_STEPS = rates(np.array([0.30, 0.40]), np.array([0.10, 0.05]))


@pytest.mark.parametrize("row", TABLE["rows"])
def test_blended_prices_are_the_published_ones(row: dict[str, float]) -> None:
    buy, sell = blended_mid_market_prices(
        np.array([row["ratio"] * 3.0]), np.array([3.0]), np.array([row["retail"]]), np.array([row["feed_in"]])
    )
    if row["ratio"] > 0:
        assert sell[0] == pytest.approx(row["sell"], abs=TABLE["tolerance"])
    assert buy[0] == pytest.approx(row["buy"], abs=TABLE["tolerance"])


def test_blended_prices_balance_the_community_bill() -> None:
    """D·buy = S·sell + (D − S)·retail − (S − D)·feed-in, whichever is short."""
    random = np.random.default_rng(2)
    supply, demand = random.gamma(1, 1, 50), random.gamma(1, 1, 50)
    retail, feed_in = np.full(50, 0.3), np.full(50, 0.1)
    buy, sell = blended_mid_market_prices(supply, demand, retail, feed_in)
    upstream = np.maximum(demand - supply, 0) * retail - np.maximum(supply - demand, 0) * feed_in
    np.testing.assert_allclose(demand * buy - supply * sell, upstream, atol=1e-12)
    assert np.all((sell >= feed_in) & (sell <= buy) & (buy <= retail))


def test_without_trade_partners_prices_are_upstreams() -> None:
    buy, sell = blended_mid_market_prices(
        np.array([0.0, 2.0]), np.array([2.0, 0.0]), np.array([0.3, 0.3]), np.array([0.1, 0.1])
    )
    assert buy[0] == pytest.approx(0.3)
    assert sell[1] == pytest.approx(0.1)


def test_mid_market_follows_the_tariff() -> None:
    np.testing.assert_allclose(local_prices(PriceRule(Pricing.MID_MARKET), TWO_STEPS), [0.2, 0.225])


def test_fixed_price() -> None:
    np.testing.assert_array_equal(local_prices(PriceRule(Pricing.FIXED, 0.17), TWO_STEPS), [0.17, 0.17])


def test_bounds() -> None:
    np.testing.assert_allclose(local_prices(PriceRule(Pricing.MID_MARKET, price_floor=0.21), TWO_STEPS), [0.21, 0.225])
    np.testing.assert_allclose(local_prices(PriceRule(Pricing.MID_MARKET, price_cap=0.21), TWO_STEPS), [0.2, 0.21])
    np.testing.assert_allclose(local_prices(PriceRule(Pricing.FIXED, 0.5, 0.1, 0.3), TWO_STEPS), [0.3, 0.3])


def test_rates_have_one_value_a_step() -> None:
    with pytest.raises(ValueError, match="taxes"):
        Rates(*(np.zeros(3 if name == "taxes" else 2) for name in Rates.__slots__))
