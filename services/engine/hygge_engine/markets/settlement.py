"""From energy to money: what every house pays and gets, by local day.

bill = import cost + purchase cost + fees − export revenue − sale revenue, where imports cost retail + (grid fee +
taxes) and local purchases cost the local price + (platform fee + local grid fee); what is in brackets is counted as
fees. Sellers get the local price. The reference is the bill of the same house without a community.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numba
import numpy as np

from hygge_engine.markets.types import MONEY_SUMS, Float32, Float64, Int64, Rates

Function = TypeVar("Function", bound=Callable[..., object])


def _compiled(function: Function) -> Function:
    return cast(Function, numba.njit(error_model="numpy", cache=True, nogil=True)(function))


class Trades(NamedTuple):
    """Where in `values` float32[H, M, T] (kW) a house's flows are.

    local: bought (+) or sold (−) inside the transformer; between: the same between transformers; upstream: imported (+)
    or exported (−).
    """

    local: int
    between: int
    upstream: int


def settle_houses(
    values: Float32,
    trades: Trades,
    alone_kw: Float32,
    prices: Float64,
    grid_price: Float64,
    transformer: Int64,
    rates: Rates,
    days: Int64,
    step_hours: float,
) -> Float64:
    """Money of every house and day, float64[H, D, 7] in the order of MONEY_SUMS.

    values: float32[H, M, T], kW. alone_kw: float32[H, T], meter positions of the reference. prices: float64[K, T],
    local price of each transformer's pool; grid_price: float64[T], of the pool of transformers. transformer:
    int64[H]. days: int64[D+1], steps at which days begin, and their end.
    """
    sums = np.zeros((values.shape[0], days.size - 1, len(MONEY_SUMS)))
    upstream_fees, local_fees = rates.grid_fee + rates.taxes, rates.platform_fee + rates.local_grid_fee
    _settle_upstream(
        values,
        trades.upstream,
        alone_kw,
        rates.retail,
        rates.feed_in,
        upstream_fees,
        rates.co2_kg_per_kwh,
        days,
        step_hours,
        sums,
    )
    _settle_trades(values, trades.local, prices, transformer, local_fees, days, step_hours, sums)
    if prices.shape[0] > 1:
        one_pool = np.zeros_like(transformer)
        _settle_trades(values, trades.between, grid_price[np.newaxis], one_pool, local_fees, days, step_hours, sums)
    return sums


@_compiled
def _settle_upstream(
    values: Float32,
    upstream: int,
    alone_kw: Float32,
    retail: Float64,
    feed_in: Float64,
    fees: Float64,
    co2: Float64,
    days: Int64,
    step_hours: float,
    sums: Float64,
) -> None:
    """Fill import cost, export revenue, fees on imports, reference cost and CO2."""
    for i in range(values.shape[0]):
        for day in range(days.size - 1):
            start, stop = days[day], days[day + 1]
            flows, alone = values[i, upstream, start:stop], alone_kw[i, start:stop]
            buy, sell, fee, carbon = retail[start:stop], feed_in[start:stop], fees[start:stop], co2[start:stop]
            cost, revenue, on_top, emitted, reference = 0.0, 0.0, 0.0, 0.0, 0.0
            for t in range(flows.size):
                flow, own = np.float64(flows[t]), np.float64(alone[t])
                imported = flow if flow > 0.0 else 0.0
                cost += imported * buy[t]
                on_top += imported * fee[t]
                emitted += imported * carbon[t]
                revenue -= (flow if flow < 0.0 else 0.0) * sell[t]
                reference += own * (buy[t] + fee[t] if own > 0.0 else sell[t])
            sums[i, day, 0] = cost * step_hours
            sums[i, day, 1] = revenue * step_hours
            sums[i, day, 4] = on_top * step_hours
            sums[i, day, 5] = reference * step_hours
            sums[i, day, 6] = emitted * step_hours


@_compiled
def _settle_trades(
    values: Float32,
    measure: int,
    prices: Float64,
    pool: Int64,
    fees: Float64,
    days: Int64,
    step_hours: float,
    sums: Float64,
) -> None:
    """Add the trades of one kind to purchase cost, sale revenue and fees; house i trades at `prices[pool[i]]`."""
    for i in range(values.shape[0]):
        for day in range(days.size - 1):
            start, stop = days[day], days[day + 1]
            flows, price, fee = values[i, measure, start:stop], prices[pool[i], start:stop], fees[start:stop]
            cost, revenue, on_top = 0.0, 0.0, 0.0
            for t in range(flows.size):
                flow = np.float64(flows[t])
                bought = flow if flow > 0.0 else 0.0
                cost += bought * price[t]
                on_top += bought * fee[t]
                revenue -= (flow if flow < 0.0 else 0.0) * price[t]
            sums[i, day, 2] += cost * step_hours
            sums[i, day, 3] += revenue * step_hours
            sums[i, day, 4] += on_top * step_hours


def sum_nodes(sums: Float64, offsets: Int64) -> Float64:
    """Sums of consecutive nodes: float64[N, D, M] and int64[G+1] give float64[G, D, M]; empty groups are 0."""
    groups = np.zeros((offsets.size - 1, *sums.shape[1:]))
    for group in range(offsets.size - 1):
        for node in range(offsets[group], offsets[group + 1]):
            groups[group] += sums[node]
    return groups


def money_residual(sums: Float64) -> float:
    """The largest difference of a day between paid and received for local energy; sums: float64[N, D, 7]."""
    totals = sums.sum(axis=0)
    return float(np.abs(totals[:, 2] - totals[:, 3]).max(initial=0.0))
