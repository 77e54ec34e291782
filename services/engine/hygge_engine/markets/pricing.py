"""Prices of local energy."""

import numpy as np

from hygge_engine.markets.types import Float64, PriceRule, Pricing, Rates


def local_prices(rule: PriceRule, rates: Rates) -> Float64:
    """Price of a local kWh in each step, the same for buyers and sellers and for every pool: float64[T]."""
    if rule.pricing is Pricing.FIXED:
        prices = np.full(rates.steps, rule.fixed_price)
    else:
        prices = mid_market_price(rates.retail, rates.feed_in)
    return bounded(prices, rule)


def mid_market_price(retail: Float64, feed_in: Float64) -> Float64:
    """(retail + feed-in) / 2: the mid-market rate of Long et al. 2017; Zhou, Wu & Long 2018, eq. A25."""
    return (retail + feed_in) / 2


def bounded(prices: Float64, rule: PriceRule) -> Float64:
    """Prices inside the run's floor and cap, where these are given."""
    if rule.price_floor is not None:
        prices = np.maximum(prices, rule.price_floor)
    if rule.price_cap is not None:
        prices = np.minimum(prices, rule.price_cap)
    return prices


def blended_mid_market_prices(
    supply: Float64, demand: Float64, retail: Float64, feed_in: Float64
) -> tuple[Float64, Float64]:
    """Average prices that buyers and sellers see over all their energy, local and upstream, at the mid-market rate m.

    supply S, demand D: surplus and deficit of the pool, arrays or numbers of the same shape, ≥ 0. S < D: buyers pay
    (S·m + (D − S)·retail)/D, sellers get m. S > D: buyers pay m, sellers get (D·m + (S − D)·feed_in)/S. Returns (buy,
    sell). Source: Zhou, Wu & Long 2018 (Applied Energy 222), eq. A25–A27; Bogensperger et al. 2021, eq. 3–5.
    """
    supply, demand = np.asarray(supply, np.float64), np.asarray(demand, np.float64)
    middle = mid_market_price(np.asarray(retail, np.float64), np.asarray(feed_in, np.float64))
    local_part_of_demand = np.minimum(np.divide(supply, demand, out=np.ones_like(supply * demand), where=demand > 0), 1)
    local_part_of_supply = np.minimum(np.divide(demand, supply, out=np.ones_like(supply * demand), where=supply > 0), 1)
    buy = local_part_of_demand * middle + (1 - local_part_of_demand) * retail
    sell = local_part_of_supply * middle + (1 - local_part_of_supply) * feed_in
    return buy, sell
