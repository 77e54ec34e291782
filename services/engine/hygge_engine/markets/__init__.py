"""Prices and money: arrays in, arrays out. It knows no file, clock, setting or kernel, only NumPy and numba."""

from hygge_engine.markets.pricing import blended_mid_market_prices, local_prices
from hygge_engine.markets.settlement import Trades, money_residual, settle_houses, sum_nodes
from hygge_engine.markets.types import MONEY_SUMS, PriceRule, Pricing, Rates

__all__ = [
    "MONEY_SUMS",
    "PriceRule",
    "Pricing",
    "Rates",
    "Trades",
    "blended_mid_market_prices",
    "local_prices",
    "money_residual",
    "settle_houses",
    "sum_nodes",
]
