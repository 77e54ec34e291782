"""From energy to money: what every house pays and gets, by local day.

bill = import cost + purchase cost + fees + fuel cost − export revenue − sale revenue − incentive. Imports cost retail +
(grid fee + taxes), local purchases the local price + (platform fee + local grid fee, inside a transformer or between);
what is in brackets is counted as fees. Sellers get the local price. The reference is the bill of the same house without
a community. Each house is summed on its own and step by step, so the bits do not depend on who is settled with it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.markets.types import MONEY_SUMS, Float32, Float64, Int64, Pricing, Rates, SharedBill

(
    IMPORT_COST, EXPORT_REVENUE, PURCHASE_COST, SALE_REVENUE, FEES, FUEL_COST, INCENTIVE, REFERENCE_COST, CO2
) = range(len(MONEY_SUMS))  # fmt: skip


class Trades(NamedTuple):
    """Where in `values` float32[H, M, T] (kW) a house's flows are.

    local: bought (+) or sold (−) inside the transformer; between: the same between transformers; upstream: imported (+)
    or exported (−).
    """

    local: int
    between: int
    upstream: int


class _Terms(NamedTuple):
    """What a traded kWh costs and earns, float64[N, T] by pool, and in which columns of the sums it is counted."""

    buy: Float64
    sell: Float64
    cost: int = PURCHASE_COST
    revenue: int = SALE_REVENUE


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
    *,
    payments: Float64 | None = None,
    fuel_cost: Float64 | None = None,
    bill: SharedBill | None = None,
    pricing: Pricing = Pricing.MID_MARKET,
) -> Float64:
    """Money of every house and day, float64[H, D, 9] in the order of MONEY_SUMS.

    values: float32[H, M, T], kW, C-contiguous. alone_kw: float32[H, T], meter positions of the reference. prices:
    float64[K, T], local price of each transformer's pool; grid_price: float64[T], of the pool of transformers; nan only
    where nothing is traded. transformer: int64[H]. days: int64[D+1], steps at which days begin, and their end.

    payments: float64[H, D, 4], money paid and received inside the transformer, then between transformers; it takes the
    place of price times energy where every trade has its own price. fuel_cost: float64[H, D], part of the reference
    too. bill: prices of `bill_sharing` for the whole period, for whatever a house takes and gives at its meter. Under
    `upstream` a shared kWh is billed as import and as export, fees included; no other pricing matters here.
    """
    sums = np.zeros((values.shape[0], days.size - 1, len(MONEY_SUMS)))
    upstream_fees = rates.grid_fee + rates.taxes
    buy, sell = (rates.retail, rates.feed_in) if bill is None else _constant(bill, rates.steps)
    _settle_upstream(
        values, trades.upstream, alone_kw, buy, sell, upstream_fees, rates.retail + upstream_fees, rates.feed_in,
        rates.co2_kg_per_kwh, days, step_hours, sums,
    )  # fmt: skip
    if payments is not None:
        inside = between = _Terms(np.zeros((1, rates.steps)), np.zeros((1, rates.steps)))
        sums[:, :, PURCHASE_COST] = payments[:, :, 0] + payments[:, :, 2]
        sums[:, :, SALE_REVENUE] = payments[:, :, 1] + payments[:, :, 3]
    elif bill is not None:
        inside = between = _Terms(buy[np.newaxis], sell[np.newaxis])
    elif pricing is Pricing.UPSTREAM:
        inside = between = _Terms(rates.retail[np.newaxis], rates.feed_in[np.newaxis], IMPORT_COST, EXPORT_REVENUE)
    else:
        inside, between = _at(prices), _at(grid_price[np.newaxis])
    _settle_both_trades(values, trades, inside, between, transformer, rates, days, step_hours, sums)
    if fuel_cost is not None:
        sums[:, :, FUEL_COST] = fuel_cost
        sums[:, :, REFERENCE_COST] += fuel_cost
    return sums


def _settle_both_trades(
    values: Float32,
    trades: Trades,
    inside: _Terms,
    between: _Terms,
    transformer: Int64,
    rates: Rates,
    days: Int64,
    step_hours: float,
    sums: Float64,
) -> None:
    """Add what is paid for trades inside the transformer and between transformers, their fees and incentives."""
    one_pool = np.zeros_like(transformer)
    pool = transformer if inside.buy.shape[0] > 1 else one_pool
    local_fees, between_fees = _trade_fees(rates, virtual=inside.cost == IMPORT_COST)
    flows = _bits(values)
    _settle_trades(values, flows, trades.local, *inside, local_fees, pool, days, step_hours, sums)
    _settle_trades(values, flows, trades.between, *between, between_fees, one_pool, days, step_hours, sums)
    if np.any(rates.incentive):
        to_sellers = rates.incentive * rates.incentive_to_sellers
        to_buyers = rates.incentive - to_sellers
        for measure in (trades.local, trades.between):
            _pay_incentive(values, flows, measure, to_buyers, to_sellers, days, step_hours, sums)


def _constant(bill: SharedBill, steps: int) -> tuple[Float64, Float64]:
    return np.full(steps, bill.buy_price), np.full(steps, bill.sell_price)


def _at(prices: Float64) -> _Terms:
    """Buyers pay what sellers get; a step without a price has no trade, and nan times nothing must be nothing."""
    usable = np.nan_to_num(prices)
    return _Terms(usable, usable)


def _trade_fees(rates: Rates, *, virtual: bool) -> tuple[Float64, Float64]:
    """Fees on a bought kWh inside a transformer and between transformers, float64[T] each."""
    if virtual:
        return rates.grid_fee + rates.taxes, rates.grid_fee + rates.taxes
    return rates.platform_fee + rates.local_grid_fee, rates.platform_fee + rates.between_grid_fee


def _bits(values: Float32) -> NDArray[np.int32]:
    """The same memory as integers: their disjunction is 0 where nothing is traded, and is found several at a time."""
    return values.view(np.int32)


@compiled
def _any_trade(bits: NDArray[np.int32], house: int, measure: int, start: int, stop: int) -> bool:
    """Whether a house trades at all from step `start` to `stop` − 1."""
    some = np.int32(0)
    for t in range(start, stop):
        some |= bits[house, measure, t]
    return bool(some != 0)


@entry_point
def _settle_upstream(
    values: Float32,
    upstream: int,
    alone_kw: Float32,
    buy: Float64,
    sell: Float64,
    fees: Float64,
    alone_buy: Float64,
    alone_sell: Float64,
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
            price, revenue, fee, carbon = buy[start:stop], sell[start:stop], fees[start:stop], co2[start:stop]
            dear, cheap = alone_buy[start:stop], alone_sell[start:stop]
            cost, earned, on_top, emitted, reference = 0.0, 0.0, 0.0, 0.0, 0.0
            for t in range(flows.size):
                flow, own = np.float64(flows[t]), np.float64(alone[t])
                imported = max(flow, 0.0)
                cost += imported * price[t]
                on_top += imported * fee[t]
                emitted += imported * carbon[t]
                earned -= min(flow, 0.0) * revenue[t]
                reference += max(own, 0.0) * dear[t] + min(own, 0.0) * cheap[t]
            sums[i, day, IMPORT_COST] = cost * step_hours
            sums[i, day, EXPORT_REVENUE] = earned * step_hours
            sums[i, day, FEES] = on_top * step_hours
            sums[i, day, REFERENCE_COST] = reference * step_hours
            sums[i, day, CO2] = emitted * step_hours


@entry_point
def _settle_trades(
    values: Float32,
    bits: NDArray[np.int32],
    measure: int,
    buy: Float64,
    sell: Float64,
    cost: int,
    revenue: int,
    fees: Float64,
    pool: Int64,
    days: Int64,
    step_hours: float,
    sums: Float64,
) -> None:
    """Add the trades of one kind; house i buys at `buy[pool[i]]` and sells at `sell[pool[i]]`."""
    for i in range(values.shape[0]):
        for day in range(days.size - 1):
            start, stop = days[day], days[day + 1]
            if not _any_trade(bits, i, measure, start, stop):
                continue
            flows, fee = values[i, measure, start:stop], fees[start:stop]
            price, gain = buy[pool[i], start:stop], sell[pool[i], start:stop]
            paid, earned, on_top = 0.0, 0.0, 0.0
            for t in range(flows.size):
                flow = np.float64(flows[t])
                bought = max(flow, 0.0)
                paid += bought * price[t]
                on_top += bought * fee[t]
                earned -= min(flow, 0.0) * gain[t]
            sums[i, day, cost] += paid * step_hours
            sums[i, day, revenue] += earned * step_hours
            sums[i, day, FEES] += on_top * step_hours


@entry_point
def _pay_incentive(
    values: Float32,
    bits: NDArray[np.int32],
    measure: int,
    to_buyers: Float64,
    to_sellers: Float64,
    days: Int64,
    step_hours: float,
    sums: Float64,
) -> None:
    """Add what is paid for the trades of one kind: float64[T] per bought and per sold kWh."""
    for i in range(values.shape[0]):
        for day in range(days.size - 1):
            start, stop = days[day], days[day + 1]
            if not _any_trade(bits, i, measure, start, stop):
                continue
            paid = 0.0
            for t in range(start, stop):
                flow = np.float64(values[i, measure, t])
                paid += max(flow, 0.0) * to_buyers[t] - min(flow, 0.0) * to_sellers[t]
            sums[i, day, INCENTIVE] += paid * step_hours


def sum_nodes(sums: Float64, offsets: Int64) -> Float64:
    """Sums of consecutive nodes: float64[N, D, M] and int64[G+1] give float64[G, D, M]; empty groups are 0."""
    groups = np.zeros((offsets.size - 1, *sums.shape[1:]))
    for group in range(offsets.size - 1):
        for node in range(offsets[group], offsets[group + 1]):
            groups[group] += sums[node]
    return groups


def money_residual(
    sums: Float64, *, bill: SharedBill | None = None, upstream_bill: float = 0.0, pricing: Pricing = Pricing.MID_MARKET
) -> float:
    """The largest difference between paid and received, in the grid's currency; sums: float64[N, D, 9] of all nodes.

    Without a shared bill: of a day, between paid and received for local energy. With one: over the whole window,
    between what houses pay without fees and `upstream_bill`, Σ retail·import − feed-in·export of the grid. Under
    `upstream` whatever is paid or received between houses is too much.
    """
    totals = sums.sum(axis=0)
    if bill is not None:
        total = totals.sum(axis=0)
        bills = total[IMPORT_COST] + total[PURCHASE_COST] - total[EXPORT_REVENUE] - total[SALE_REVENUE]
        return abs(float(bills) - upstream_bill)
    paid, received = totals[:, PURCHASE_COST], totals[:, SALE_REVENUE]
    wrong = np.maximum(np.abs(paid), np.abs(received)) if pricing is Pricing.UPSTREAM else np.abs(paid - received)
    return float(wrong.max(initial=0.0))
