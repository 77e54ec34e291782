"""The entry points of the plain auctions: sort a book, fill it, and write its trades."""

from typing import NamedTuple

import numpy as np

from hygge_engine.auctions.books import exact_sum, fill, less, match_sorted, share, sort_by_price, walk
from hygge_engine.auctions.types import BID, Float64, Int8, Int64
from hygge_engine.compiled import compiled, entry_point


class Book(NamedTuple):
    """A sorted book: bids by falling, asks by rising price, equal prices by arrival. Rows are those of the orders."""

    bid_row: Int64
    bid_quantity: Float64
    bid_price: Float64
    ask_row: Int64
    ask_quantity: Float64
    ask_price: Float64

    def part(self, bids: Int64, asks: Int64) -> "Book":
        """The book of some of its bids and asks, given as sorted positions."""
        return Book(
            self.bid_row[bids], self.bid_quantity[bids], self.bid_price[bids],
            self.ask_row[asks], self.ask_quantity[asks], self.ask_price[asks],
        )  # fmt: skip


class Fills(NamedTuple):
    """How much of each order of a sorted book is accepted, and the interval of prices that do it."""

    bid: Float64
    ask: Float64
    lo: float
    hi: float


class Trades(NamedTuple):
    """Pairs of a sorted book: positions of bid and ask, and the quantity."""

    bid: Int64
    ask: Int64
    quantity: Float64


@compiled
def _side(
    side: Int8, quantity: Float64, price: Float64, which: int, floor: float, cap: float, minimum: float
) -> tuple[Int64, Float64, Float64]:
    """Rows, quantities and counted prices of one side's orders that can trade, sorted."""
    rows, counted = np.empty(side.size, np.int64), np.empty(side.size)
    count = 0
    for i in range(side.size):
        outside = price[i] < floor if which == BID else price[i] > cap
        if side[i] == which and not outside and quantity[i] >= minimum:
            rows[count] = i
            counted[count] = min(price[i], cap) if which == BID else max(price[i], floor)
            count += 1
    order = sort_by_price(counted[:count], which == BID)
    rows, counted = rows[order], counted[order]
    return rows, quantity[rows], counted


@entry_point
def sorted_book(
    side: Int8, quantity: Float64, price: Float64, floor: float, cap: float, minimum: float
) -> tuple[Int64, Float64, Float64, Int64, Float64, Float64]:
    """The fields of a `Book` of the orders that can trade: within the price bounds, not below the minimum quantum."""
    bid_row, bid_quantity, bid_price = _side(side, quantity, price, 1, floor, cap, minimum)
    ask_row, ask_quantity, ask_price = _side(side, quantity, price, -1, floor, cap, minimum)
    return bid_row, bid_quantity, bid_price, ask_row, ask_quantity, ask_price


@entry_point
def fills(
    bid_quantity: Float64, bid_price: Float64, ask_quantity: Float64, ask_price: Float64, pro_rata: bool
) -> tuple[Float64, Float64, float, float]:
    """The fields of `Fills`: largest welfare, then largest volume; orders at the cut price share pro rata or, else, go
    by arrival."""
    _, lo, hi, bids, bid_rest, asks, ask_rest = walk(bid_quantity, bid_price, ask_quantity, ask_price)
    bid_filled, ask_filled = bid_quantity.copy(), ask_quantity.copy()
    if pro_rata:
        fill(bid_quantity, bid_price, bids, bid_rest, bid_filled)
        fill(ask_quantity, ask_price, asks, ask_rest, ask_filled)
    else:
        _fill_by_arrival(bid_filled, bids, bid_rest)
        _fill_by_arrival(ask_filled, asks, ask_rest)
    return bid_filled, ask_filled, lo, hi


@compiled
def _fill_by_arrival(filled: Float64, done: int, rest: float) -> None:
    if done < filled.size:
        filled[done] -= rest
        filled[done + 1 :] = 0.0


@entry_point
def match(
    bid_quantity: Float64, bid_price: Float64, ask_quantity: Float64, ask_price: Float64, minimum: float
) -> tuple[Int64, Int64, Float64]:
    """The `Trades` of matching a sorted book pair by pair; see `match_sorted`."""
    size = bid_quantity.size + ask_quantity.size
    bid, ask, quantity = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size)
    count = match_sorted(bid_quantity, bid_price, ask_quantity, ask_price, minimum, bid, ask, quantity)
    return bid[:count], ask[:count], quantity[:count]


@entry_point
def spread_minimum(quantity: Float64, price: Float64, filled: Float64, minimum: float) -> None:
    """Share what the orders at a cut price got among so few of them, the largest, that none gets less than `minimum`.

    Every order is at least `minimum`. filled: float64[n] of a sorted side, changed.
    """
    start, n = 0, quantity.size
    while start < n and filled[start] == quantity[start]:
        start += 1
    if start == n:
        return
    while start > 0 and price[start - 1] == price[start]:
        start -= 1
    end = start
    while end < n and price[end] == price[start]:
        end += 1
    by_size = sort_by_price(quantity[start:end], True)
    taken, total = exact_sum(filled[start:end], 0.0), exact_sum(quantity[start:end], 0.0)
    kept, low = end - start, 0.0
    while kept > 0 and quantity[start + by_size[kept - 1]] * min(1.0, taken / total) < minimum:
        kept -= 1
        total, low = less(total, low, quantity[start + by_size[kept]])
    rows = start + by_size[:kept]
    shared = np.zeros(kept)
    if kept > 0:
        share(quantity[rows], min(taken, total), shared)
    filled[start:end] = 0.0
    filled[rows] = shared
