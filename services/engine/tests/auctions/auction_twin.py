"""Slow and obvious twins of the auctions, and what must hold for every outcome."""

import itertools
import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from hygge_engine.auctions import Clearing, ClearingPrice, Market, Mechanism, Orders

Pair = tuple[int, int]


def orders_of(rows: Iterable[tuple[int, float, float]], participants: Iterable[int] | None = None) -> Orders:
    """Orders from (side, quantity, price); everybody a participant of his own unless they are given."""
    listed = list(rows)
    owners = list(range(len(listed))) if participants is None else list(participants)
    return Orders(
        np.array([row[0] for row in listed], np.int8),
        np.array([row[1] for row in listed], np.float64),
        np.array([row[2] for row in listed], np.float64),
        np.array(owners, np.int64),
    )


def book_of(buys: Any, sells: Any, participants: Iterable[int] | None = None) -> Orders:
    """Orders from lists of [quantity, price], the buys first."""
    return orders_of([(1, *order) for order in buys] + [(-1, *order) for order in sells], participants)


def counted(orders: Orders, market: Market) -> list[tuple[int, int, Fraction, float]]:
    """(row, side, quantity, price that counts) of the orders that can trade."""
    found = []
    for row in range(orders.count):
        side, price = int(orders.side[row]), float(orders.price[row])
        outside = price < market.floor if side == 1 else price > market.cap
        if not outside and orders.quantity_kwh[row] >= market.minimum_quantum:
            price = min(price, market.cap) if side == 1 else max(price, market.floor)
            found.append((row, side, Fraction(float(orders.quantity_kwh[row])), price))
    return found


def sides(orders: Orders, market: Market) -> tuple[list[Any], list[Any]]:
    """Bids by falling and asks by rising price, each [row, rest, price]; Python's sort keeps the arrival."""
    listed = counted(orders, market)
    bids = sorted(([r, q, p] for r, s, q, p in listed if s == 1), key=lambda order: -order[2])
    asks = sorted(([r, q, p] for r, s, q, p in listed if s == -1), key=lambda order: order[2])
    return bids, asks


def price_time_twin(orders: Orders, market: Market) -> list[tuple[int, int, Fraction]]:
    """Best with best, pair by pair, exact."""
    bids, asks = sides(orders, market)
    trades = []
    while bids and asks and bids[0][2] >= asks[0][2]:
        wanted, offered = bids[0][1], asks[0][1]
        quantity = min(wanted, offered)
        if quantity >= market.minimum_quantum:
            trades.append((bids[0][0], asks[0][0], quantity))
            bids[0][1] -= quantity
            asks[0][1] -= quantity
        if wanted <= offered:
            bids.pop(0)
        if offered <= wanted:
            asks.pop(0)
    return trades


def demand(bids: list[Any], price: float) -> tuple[Fraction, Fraction]:
    """What must and what may be bought at a price."""
    return (
        sum((q for _, q, p in bids if p > price), Fraction()),
        sum((q for _, q, p in bids if p >= price), Fraction()),
    )


def supply(asks: list[Any], price: float) -> tuple[Fraction, Fraction]:
    """What must and what may be sold at a price."""
    return (
        sum((q for _, q, p in asks if p < price), Fraction()),
        sum((q for _, q, p in asks if p <= price), Fraction()),
    )


def clears(bids: list[Any], asks: list[Any], price: float) -> bool:
    """Whether nobody who gains at the price is left out."""
    must_buy, may_buy = demand(bids, price)
    must_sell, may_sell = supply(asks, price)
    return must_buy <= may_sell and must_sell <= may_buy


def uniform_twin(orders: Orders, market: Market) -> tuple[Fraction, list[float], dict[int, Fraction]]:
    """Volume, the order prices that clear the book (with the middles between them), and the fills by row."""
    bids, asks = sides(orders, market)
    prices = sorted({order[2] for order in bids + asks})
    points = sorted({*prices, *((a + b) / 2 for a, b in itertools.pairwise(prices))})
    good = [price for price in points if clears(bids, asks, price)]
    volume = max((min(demand(bids, p)[1], supply(asks, p)[1]) for p in good), default=Fraction())
    return volume, good, {**filled_twin(bids, volume), **filled_twin(asks, volume)}


def filled_twin(side: list[Any], volume: Fraction) -> dict[int, Fraction]:
    """Price by price from the best on; the price at which the volume ends is shared pro rata."""
    fills, left = {}, volume
    for _, group in itertools.groupby(side, key=lambda order: order[2]):
        level = list(group)
        total = sum((order[1] for order in level), Fraction())
        part = min(Fraction(1), left / total)
        fills.update({row: quantity * part for row, quantity, _ in level})
        left -= total * part
    return fills


def flow(bids: dict[int, int], asks: dict[int, int], allowed: set[Pair]) -> bool:
    """Whether integer fills can be served by the allowed pairs (augmenting paths, one unit each)."""
    flows: dict[Pair, int] = dict.fromkeys(allowed, 0)
    open_bids, open_asks = dict(bids), dict(asks)

    def augment(bid: int, seen: set[int]) -> bool:
        for ask in asks:
            if (bid, ask) not in allowed or ask in seen:
                continue
            seen.add(ask)
            if open_asks[ask] > 0:
                open_asks[ask] -= 1
                flows[bid, ask] += 1
                return True
            for other in bids:
                if flows.get((other, ask), 0) > 0 and other != bid and augment(other, seen):
                    flows[other, ask] -= 1
                    flows[bid, ask] += 1
                    return True
        return False

    for bid in bids:
        while open_bids[bid] > 0:
            if not augment(bid, set()):
                return False
            open_bids[bid] -= 1
    return True


def best_by_trying(orders: Orders, ban: bool, one_price: bool) -> tuple[float, int]:
    """The largest welfare, and the largest volume that has it, over all integer fills of a small book."""
    rows = range(orders.count)
    limits = [range(int(quantity) + 1) for quantity in orders.quantity_kwh]
    found = []
    for fills in itertools.product(*limits):
        if sum(int(orders.side[row]) * fills[row] for row in rows) == 0:
            welfare = sum(float(orders.side[row] * fills[row] * orders.price[row]) for row in rows)
            found.append((welfare, sum(fills) // 2, fills))
    for welfare, volume, fills in sorted(found, reverse=True):
        bids = {row: fills[row] for row in rows if fills[row] and orders.side[row] == 1}
        asks = {row: fills[row] for row in rows if fills[row] and orders.side[row] == -1}
        if one_price and bids and min(orders.price[list(bids)]) < max(orders.price[list(asks)]):
            continue
        allowed = {
            (bid, ask)
            for bid in bids
            for ask in asks
            if orders.price[bid] >= orders.price[ask]
            and not (ban and orders.participant[bid] == orders.participant[ask])
        }
        if flow(bids, asks, allowed):
            return welfare, volume
    raise AssertionError("no trade at all is always possible")


def check(orders: Orders, market: Market, cleared: Clearing) -> None:
    """What holds for every outcome of every mechanism."""
    bid, ask, quantity = cleared.bid, cleared.ask, cleared.quantity_kwh
    assert np.all(orders.side[bid] == 1)
    assert np.all(orders.side[ask] == -1)
    assert np.all(quantity > 0)
    assert np.all(quantity >= market.minimum_quantum)
    # nobody pays more than he bid, nobody gets less than he asked; exactly, trade by trade
    assert np.all(cleared.price <= orders.price[bid])
    assert np.all(cleared.seller_price >= orders.price[ask])
    assert np.all(cleared.price >= cleared.seller_price)
    assert np.all((cleared.price <= market.cap) & (cleared.seller_price >= market.floor))
    if market.mechanism != Mechanism.HUANG:
        assert np.array_equal(cleared.price, cleared.seller_price)
        assert cleared.market_maker == 0
    if market.self_trade_ban:
        assert not np.any(orders.participant[bid] == orders.participant[ask])
    traded = np.bincount(bid, quantity, orders.count) + np.bincount(ask, quantity, orders.count)
    np.testing.assert_allclose(cleared.filled_kwh, traded, rtol=1e-12)
    assert np.all(cleared.filled_kwh <= orders.quantity_kwh)
    assert math.isclose(cleared.volume_kwh, float(quantity.sum()), rel_tol=1e-12)
    if market.mechanism == Mechanism.UNIFORM_PRICE:
        check_one_price(market, cleared)


def check_one_price(market: Market, cleared: Clearing) -> None:
    assert math.isnan(cleared.uniform_price) == (cleared.quantity_kwh.size == 0)
    assert np.all(cleared.price == cleared.uniform_price)
    inside = market.price in (ClearingPrice.MID, ClearingPrice.LOWEST, ClearingPrice.HIGHEST)
    if cleared.quantity_kwh.size and inside:
        assert cleared.lo <= cleared.uniform_price <= cleared.hi
