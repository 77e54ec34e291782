"""From energy to money, against a naive twin, and the published budget-balance example."""

import numpy as np
import pytest

from hygge_engine.markets import (
    MONEY_SUMS,
    PriceRule,
    Pricing,
    Rates,
    Trades,
    local_prices,
    money_residual,
    settle_houses,
    sum_nodes,
)
from hygge_engine.markets.types import Float64

TRADES = Trades(0, 1, 2)


def test_budget_balance_example() -> None:
    """Oracles 1.2: A = (2, −1), B = (1, −3), C = (−2, 1) kWh; b 0.30, s 0.10; with MMR and without."""
    net = np.array([[2.0, -1.0], [1.0, -3.0], [-2.0, 1.0]])
    demand, supply = np.maximum(net, 0), np.maximum(-net, 0)
    volume = np.minimum(demand.sum(axis=0), supply.sum(axis=0))
    local = demand * volume / demand.sum(axis=0) - supply * volume / supply.sum(axis=0)
    values = np.stack([local, np.zeros_like(local), net - local], axis=1).astype(np.float32)
    rates = Rates(np.full(2, 0.30), np.full(2, 0.10), *(np.zeros(2) for _ in range(5)))
    price = local_prices(PriceRule(Pricing.MID_MARKET), rates)
    sums = settle_houses(
        values, TRADES, net.astype(np.float32), price[None], price, np.zeros(3, np.int64), rates, np.array([0, 2]), 1.0
    )[:, 0]
    money = dict(zip(MONEY_SUMS, sums.T, strict=True))
    bills = money["import_cost_eur"] + money["purchase_cost_eur"] - money["export_revenue_eur"]
    bills = bills - money["sale_revenue_eur"] + money["fees_eur"]
    np.testing.assert_allclose(bills, [0.341667, -0.141667, -0.2], atol=1e-6)
    assert bills.sum() == pytest.approx(0.0, abs=1e-6)
    np.testing.assert_allclose(money["reference_cost_eur"], [0.5, 0.0, 0.1], atol=1e-6)


def naive(
    values: Float64, alone: Float64, prices: Float64, grid_price: Float64, pool: Float64, rates: Rates
) -> Float64:
    """Sums of one day of one-hour steps, kWh by kWh."""
    sums = np.zeros((values.shape[0], 7))
    for i in range(values.shape[0]):
        for t in range(values.shape[2]):
            for trade, price in ((values[i, 0, t], prices[int(pool[i]), t]), (values[i, 1, t], grid_price[t])):
                if trade > 0:
                    sums[i, 2] += trade * price
                    sums[i, 4] += trade * (rates.platform_fee[t] + rates.local_grid_fee[t])
                else:
                    sums[i, 3] -= trade * price
            upstream = values[i, 2, t]
            if upstream > 0:
                sums[i, 0] += upstream * rates.retail[t]
                sums[i, 4] += upstream * (rates.grid_fee[t] + rates.taxes[t])
                sums[i, 6] += upstream * rates.co2_kg_per_kwh[t]
            else:
                sums[i, 1] -= upstream * rates.feed_in[t]
            if alone[i, t] > 0:
                sums[i, 5] += alone[i, t] * (rates.retail[t] + rates.grid_fee[t] + rates.taxes[t])
            else:
                sums[i, 5] += alone[i, t] * rates.feed_in[t]
    return sums


def test_settlement_is_the_naive_one() -> None:
    random = np.random.default_rng(7)
    houses, steps = 5, 30
    values = random.normal(0, 1, (houses, 3, steps)).astype(np.float32)
    alone = random.normal(0, 1, (houses, steps)).astype(np.float32)
    rates = Rates(*(random.uniform(0, 0.4, steps) for _ in range(7)))
    prices, grid_price, pool = (
        random.uniform(0, 0.3, (2, steps)),
        random.uniform(0, 0.3, steps),
        np.array([0, 0, 1, 1, 1]),
    )
    days = np.array([0, 10, 30])
    sums = settle_houses(values, TRADES, alone, prices, grid_price, pool, rates, days, 0.25)
    expected = naive(values.astype(float), alone.astype(float), prices, grid_price, pool, rates) * 0.25
    np.testing.assert_allclose(sums.sum(axis=1), expected, rtol=1e-12)
    first = Rates(*(getattr(rates, name)[:10] for name in Rates.__slots__))
    expected = naive(values[:, :, :10].astype(float), alone.astype(float), prices, grid_price, pool, first) * 0.25
    np.testing.assert_allclose(sums[:, 0], expected, rtol=1e-12, atol=1e-15)
    assert np.all(sums[..., [0, 1, 2, 3, 4, 6]] >= 0.0)


def test_one_transformer_has_no_trades_between() -> None:
    values = np.ones((1, 3, 1), np.float32)
    rates = Rates(*(np.ones(1) for _ in range(7)))
    sums = settle_houses(
        values, TRADES, np.ones((1, 1), np.float32), np.ones((1, 1)), np.ones(1), np.zeros(1, np.int64), rates,
        np.array([0, 1]), 1.0,
    )  # fmt: skip
    assert sums[0, 0, MONEY_SUMS.index("purchase_cost_eur")] == 1.0


def test_sums_of_nodes() -> None:
    sums = np.arange(6.0).reshape(3, 1, 2)
    np.testing.assert_array_equal(sum_nodes(sums, np.array([0, 2, 2, 3]))[:, 0], [[2.0, 4.0], [0.0, 0.0], [4.0, 5.0]])


def test_money_residual_is_the_worst_day() -> None:
    sums = np.zeros((2, 2, 7))
    sums[0, 0, 2], sums[1, 0, 3] = 1.0, 1.0
    sums[0, 1, 2], sums[1, 1, 3] = 1.0, 1.25
    assert money_residual(sums) == 0.25
    assert money_residual(np.zeros((0, 1, 7))) == 0.0
