"""One book cleared: orders and rules in, trades and prices out."""

from typing import NamedTuple

import numpy as np

from hygge_engine.auctions.core import Book, Fills, Trades, fills, match, sorted_book, spread_minimum
from hygge_engine.auctions.huang import huang_fills
from hygge_engine.auctions.quantum import match_freely
from hygge_engine.auctions.routing import route
from hygge_engine.auctions.selftrade import Ban
from hygge_engine.auctions.types import Clearing, ClearingPrice, Float64, Int64, Market, Mechanism, Orders

_TOLERANCE = 1e-12


class _Cleared(NamedTuple):
    """Trades of a sorted book and their prices; uniform: the one price of all, or nan."""

    trades: Trades
    buyer_price: Float64
    seller_price: Float64
    uniform: float
    lo: float
    hi: float


def clear(orders: Orders, market: Market) -> Clearing:
    """Clear a book of orders by the rules of a market; see docs/markets.md for what each mechanism promises.

    Among the outcomes that the rules allow it is one with the largest welfare and, of these, the largest volume; only
    the minimum quantum and `huang`'s reduction give some of it up.
    """
    book = Book(
        *sorted_book(
            orders.side, orders.quantity_kwh, orders.price, market.floor, market.cap, float(market.minimum_quantum)
        )
    )
    if market.mechanism == Mechanism.PRICE_TIME:
        cleared = _price_time(book, orders, market)
    elif market.mechanism == Mechanism.UNIFORM_PRICE:
        cleared = _uniform_price(book, orders, market)
    else:
        cleared = _huang(book, market)
    return _clearing(book, orders, cleared)


def _clearing(book: Book, orders: Orders, cleared: _Cleared) -> Clearing:
    """The outcome by rows of the orders."""
    trades = cleared.trades
    bid, ask = book.bid_row[trades.bid], book.ask_row[trades.ask]
    filled = np.bincount(bid, trades.quantity, orders.count) + np.bincount(ask, trades.quantity, orders.count)
    welfare, volume = _gain(book, trades)
    same = cleared.buyer_price is cleared.seller_price
    return Clearing(
        bid=bid,
        ask=ask,
        quantity_kwh=trades.quantity,
        price=cleared.buyer_price,
        seller_price=cleared.seller_price,
        filled_kwh=np.minimum(filled, orders.quantity_kwh),
        uniform_price=cleared.uniform,
        lo=cleared.lo,
        hi=cleared.hi,
        volume_kwh=volume,
        welfare=welfare,
        market_maker=0.0 if same else float(trades.quantity @ (cleared.buyer_price - cleared.seller_price)),
    )


def _price_time(book: Book, orders: Orders, market: Market) -> _Cleared:
    """Pair by pair; every trade has its own price."""
    accepted = _fills(book, pro_rata=False)
    if market.self_trade_ban:
        trades = _pairs_without_own(book, Ban(book, orders.participant), market, (accepted.lo + accepted.hi) / 2)
    else:
        trades = Trades(
            *match(book.bid_quantity, book.bid_price, book.ask_quantity, book.ask_price, market.minimum_quantum)
        )
    bid, ask = book.bid_price[trades.bid], book.ask_price[trades.ask]
    price = np.clip(market.k * bid + (1 - market.k) * ask, ask, bid)  # rounding may not leave [ask, bid]
    return _Cleared(trades, price, price, np.nan, accepted.lo, accepted.hi)


def _pairs_without_own(book: Book, ban: Ban, market: Market, price: float) -> Trades:
    """Every bid passes over its owner's asks; where that leaves welfare on the table, the best fills are routed."""
    minimum = float(market.minimum_quantum)
    simple = _route(book, ban, book.bid_quantity, book.ask_quantity, minimum)
    accepted, owner = ban.best_pairs()
    if owner is None:
        best = _routed(book, ban, accepted, price, minimum)
    else:
        best = _matched_apart(book, ban, owner, (book.bid_quantity, book.ask_quantity), minimum)
    return _better(book, simple, best)


def _gain(book: Book, trades: Trades) -> tuple[float, float]:
    """Welfare and volume."""
    margin = book.bid_price[trades.bid] - book.ask_price[trades.ask]
    return float(trades.quantity @ margin), float(trades.quantity.sum())


def _uniform_price(book: Book, orders: Orders, market: Market) -> _Cleared:
    """One price for all; the trades only say who got whose energy."""
    minimum, ban, owner = float(market.minimum_quantum), None, None
    if market.self_trade_ban:
        ban = Ban(book, orders.participant)
        accepted, owner = ban.best_at_one_price()
    else:
        accepted = _fills(book, pro_rata=True)
    if minimum > 0 and owner is None:
        spread_minimum(book.bid_quantity, book.bid_price, accepted.bid, minimum)
        spread_minimum(book.ask_quantity, book.ask_price, accepted.ask, minimum)
    price = _chosen(market, accepted.lo, accepted.hi)
    if ban is None:
        trades = _matched(book, accepted, price, minimum)
    elif owner is None:
        trades = _routed(book, ban, accepted, price, minimum)
    else:
        trades = _matched_apart(book, ban, owner, (accepted.bid, accepted.ask), minimum)
    price = _price(book, trades, market, price)
    prices = np.full(trades.quantity.size, price)
    return _Cleared(trades, prices, prices, price, accepted.lo, accepted.hi)


def _huang(book: Book, market: Market) -> _Cleared:
    accepted = _fills(book, pro_rata=True)
    last_bid = float(book.bid_price[accepted.bid > 0].min(initial=np.inf))
    last_ask = float(book.ask_price[accepted.ask > 0].max(initial=-np.inf))
    bids, asks = huang_fills(book, last_bid, last_ask)
    trades = Trades(*match(bids, book.bid_price, asks, book.ask_price, market.minimum_quantum))
    buyer, seller = np.full(trades.quantity.size, last_bid), np.full(trades.quantity.size, last_ask)
    return _Cleared(trades, buyer, seller, np.nan, accepted.lo, accepted.hi)


def _fills(book: Book, pro_rata: bool) -> Fills:
    return Fills(*fills(book.bid_quantity, book.bid_price, book.ask_quantity, book.ask_price, pro_rata))


def _chosen(market: Market, lo: float, hi: float) -> float:
    """The price in the interval that the rule names; those of last accepted orders need the trades and come later."""
    if market.price in (ClearingPrice.LOWEST, ClearingPrice.LAST_ACCEPTED_ASK):
        return lo
    if market.price in (ClearingPrice.HIGHEST, ClearingPrice.LAST_ACCEPTED_BID):
        return hi
    return min(max(market.k * hi + (1 - market.k) * lo, lo), hi)


def _price(book: Book, trades: Trades, market: Market, chosen: float) -> float:
    """The one price of all trades."""
    if trades.quantity.size == 0:
        return np.nan
    if market.price == ClearingPrice.LAST_ACCEPTED_ASK:
        return float(book.ask_price[trades.ask].max())
    if market.price == ClearingPrice.LAST_ACCEPTED_BID:
        return float(book.bid_price[trades.bid].min())
    return chosen


def _matched(book: Book, accepted: Fills, price: float, minimum: float) -> Trades:
    """Trades of accepted quantities, best with best, or so that a quantum leaves as little as possible."""
    trades = Trades(*match(accepted.bid, book.bid_price, accepted.ask, book.ask_price, minimum))
    if minimum == 0:
        return trades
    nobody = np.arange(book.bid_row.size), np.arange(-1, -book.ask_row.size - 1, -1)  # owners that never meet again
    return _better(book, trades, _twice(book, nobody, accepted, price, minimum))


def _routed(book: Book, ban: Ban, accepted: Fills, price: float, minimum: float) -> Trades:
    """The same without own trades."""
    trades = _route(book, ban, accepted.bid, accepted.ask, minimum)
    if minimum == 0:
        return trades
    return _better(book, trades, _twice(book, (ban.bid_owner, ban.ask_owner), accepted, price, minimum))


def _twice(book: Book, owners: tuple[Int64, Int64], accepted: Fills, price: float, minimum: float) -> Trades:
    """Trades not below the quantum; what is left of those who may trade at the price is matched once more."""
    bid, ask, found = accepted.bid, accepted.ask, []
    for _ in range(2):
        found.append(Trades(*match_freely(bid, owners[0], ask, owners[1], minimum)))
        bid, ask = _left(book, _joined(found), price)
    return _joined(found)


def _better(book: Book, first: Trades, second: Trades) -> Trades:
    """The one with more welfare, then with more volume; the first if both have as much."""
    for has, offered in zip(_gain(book, first), _gain(book, second), strict=True):
        if abs(offered - has) > _TOLERANCE * abs(has):
            return second if offered > has else first
    return first


def _route(book: Book, ban: Ban, bid: Float64, ask: Float64, minimum: float) -> Trades:
    return Trades(*route(bid, book.bid_price, ban.bid_owner, ask, book.ask_price, ban.ask_owner, minimum))


def _left(book: Book, trades: Trades, price: float) -> tuple[Float64, Float64]:
    """What trades left of the bids and asks that may trade at a price."""
    bought = np.bincount(trades.bid, trades.quantity, book.bid_quantity.size)
    sold = np.bincount(trades.ask, trades.quantity, book.ask_quantity.size)
    bid = np.where(book.bid_price >= price, np.maximum(book.bid_quantity - bought, 0.0), 0.0)
    ask = np.where(book.ask_price <= price, np.maximum(book.ask_quantity - sold, 0.0), 0.0)
    return bid, ask


def _matched_apart(book: Book, ban: Ban, owner: int, quantities: tuple[Float64, Float64], minimum: float) -> Trades:
    """Trades of one participant with all others, in the two books of `Ban.apart`."""
    found = []
    for bids, asks in ban.apart(owner):
        part = match(
            quantities[0][bids], book.bid_price[bids], quantities[1][asks], book.ask_price[asks], float(minimum)
        )
        found.append(Trades(bids[part[0]], asks[part[1]], part[2]))
    return _joined(found)


def _joined(parts: list[Trades]) -> Trades:
    return Trades(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))
