"""Prices and money: arrays in, arrays out. It knows no file, clock, setting or kernel, only NumPy and numba."""

from hygge_engine.markets.incentives import italian_premium_eur_per_mwh
from hygge_engine.markets.pricing import (
    blended_mid_market_prices,
    blended_prices,
    blended_supply_demand_prices,
    local_prices,
    shared_bill,
    supply_demand_price,
)
from hygge_engine.markets.settlement import Trades, money_residual, settle_houses, sum_nodes
from hygge_engine.markets.types import (
    MONEY_SUMS,
    PRICELESS,
    RATE_FIELDS,
    PlantClass,
    PriceRule,
    Pricing,
    Rates,
    Region,
    SharedBill,
)

__all__ = [
    "MONEY_SUMS",
    "PRICELESS",
    "RATE_FIELDS",
    "PlantClass",
    "PriceRule",
    "Pricing",
    "Rates",
    "Region",
    "SharedBill",
    "Trades",
    "blended_mid_market_prices",
    "blended_prices",
    "blended_supply_demand_prices",
    "italian_premium_eur_per_mwh",
    "local_prices",
    "money_residual",
    "settle_houses",
    "shared_bill",
    "sum_nodes",
    "supply_demand_price",
]
