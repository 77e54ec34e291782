"""Sorted order books: the compiled core of every auction, also for one step of a pool of houses.

A book is four arrays, float64: bids by falling price and asks by rising price, each with its quantity (kWh, or kW in a
simulation; > 0) and its price per kWh. Orders of one price stand in the order of their arrival. Nothing here allocates
more than the scratch that a docstring names; nothing checks its arguments.

Decimal quantities are rounded before they come here: 0.1 + 0.2 is a little more than 0.3. What is left of an order and
less than `DUST` of what was traded since both sides last came out even is such rounding, not a wish to trade: the
order is done. The subtractions themselves are exact (`less`).

Sources: the interval [max(s_k, b_k+1), min(b_k, s_k+1)] of a double auction (McAfee, J. Econ. Theory 56, 1992), read
for divisible quantities; marginal orders cut pro rata as on power exchanges at their price limits.
"""

import numpy as np

from hygge_engine.auctions.types import Float64, Int64, UInt64
from hygge_engine.compiled import compiled

# Each quantity is off by up to 2⁻⁵³ of itself, on both sides; eight times as much allows for sums made before.
DUST = 2.0**-49
_DIGITS, _DIGIT_BITS = 8, 8


@compiled
def sort_by_price(price: Float64, falling: bool) -> Int64:
    """The order of prices, int64[n]: rising or falling, equal prices in the order given (radix sort, stable).

    Scratch: three arrays of n and 8 × 256 counts. nan is not a price.
    """
    n = price.size
    keys, rows = np.empty(n, np.uint64), np.arange(n)
    counts = np.zeros((_DIGITS, 1 << _DIGIT_BITS), np.int64)
    flip = np.uint64(0xFFFFFFFFFFFFFFFF) if falling else np.uint64(0)
    bits = (price + 0.0).view(np.uint64)  # −0.0 is the same price as 0.0
    for i in range(n):
        negative = bits[i] >> np.uint64(63)
        key = bits[i] ^ (np.uint64(0xFFFFFFFFFFFFFFFF) if negative else np.uint64(1 << 63)) ^ flip
        keys[i] = key
        for digit in range(_DIGITS):
            counts[digit, (key >> np.uint64(digit * _DIGIT_BITS)) & np.uint64(255)] += 1
    other_keys, other_rows = np.empty(n, np.uint64), np.empty(n, np.int64)
    for digit in range(_DIGITS):
        if _spread(keys, rows, counts[digit], np.uint64(digit * _DIGIT_BITS), other_keys, other_rows):
            keys, other_keys = other_keys, keys
            rows, other_rows = other_rows, rows
    return rows


@compiled
def _spread(keys: UInt64, rows: Int64, count: Int64, shift: np.uint64, to_keys: UInt64, to_rows: Int64) -> bool:
    """One pass of the radix sort; False when all keys have the same digit and nothing had to be moved."""
    n, place = keys.size, 0
    for value in range(count.size):
        if count[value] == n:
            return False
        count[value], place = place, place + count[value]
    for i in range(n):
        value = (keys[i] >> shift) & np.uint64(255)
        to_keys[count[value]], to_rows[count[value]] = keys[i], rows[i]
        count[value] += 1
    return True


@compiled
def less(high: float, low: float, amount: float) -> tuple[float, float]:
    """high + low − amount, exact, as a number and what rounding it lost; 0 ≤ amount ≤ high (Dekker 1971)."""
    rest = high - amount
    low += (high - rest) - amount
    rounded = rest + low
    return rounded, (rest - rounded) + low


@compiled
def walk(
    bid_quantity: Float64, bid_price: Float64, ask_quantity: Float64, ask_price: Float64
) -> tuple[float, float, float, int, float, int, float]:
    """Trade the sorted book away, best with best, while a bid pays an ask.

    Returns (volume, lo, hi, bids, bid_rest, asks, ask_rest): the largest volume of all outcomes with the largest
    welfare; the interval of prices at which nobody left over would trade; the first bid that is not done, and what is
    left of it (0 where all are done); the same for asks. lo is the larger of the highest accepted ask and the best bid
    left over, hi the smaller of the lowest accepted bid and the best ask left over; nan where there is neither.
    """
    i, j, volume, run, bid_low, ask_low = 0, 0, 0.0, 0.0, 0.0, 0.0
    lo, hi = -np.inf, np.inf
    bid = bid_quantity[0] if bid_quantity.size > 0 else 0.0
    ask = ask_quantity[0] if ask_quantity.size > 0 else 0.0
    while i < bid_quantity.size and j < ask_quantity.size and bid_price[i] >= ask_price[j]:
        lo, hi = ask_price[j], bid_price[i]
        traded = min(bid, ask)
        volume += traded
        run += traded
        bid, bid_low = less(bid, bid_low, traded)
        ask, ask_low = less(ask, ask_low, traded)
        bid_done, ask_done = bid <= DUST * run, ask <= DUST * run
        if bid_done:
            i += 1
            bid, bid_low = bid_quantity[i] if i < bid_quantity.size else 0.0, 0.0
        if ask_done:
            j += 1
            ask, ask_low = ask_quantity[j] if j < ask_quantity.size else 0.0, 0.0
        if bid_done and ask_done:
            run = 0.0  # no rounding goes on from here
    if i < bid_quantity.size:
        lo = max(lo, bid_price[i])
    if j < ask_quantity.size:
        hi = min(hi, ask_price[j])
    return volume, lo if lo > -np.inf else np.nan, hi if hi < np.inf else np.nan, i, bid, j, ask


@compiled
def crossing(
    bid_quantity: Float64, bid_price: Float64, ask_quantity: Float64, ask_price: Float64
) -> tuple[float, float, float]:
    """Volume and interval [lo, hi] of equilibrium prices of a sorted book; see `walk`."""
    volume, lo, hi, _, _, _, _ = walk(bid_quantity, bid_price, ask_quantity, ask_price)
    return volume, lo, hi


@compiled
def fill(quantity: Float64, price: Float64, done: int, rest: float, filled: Float64) -> None:
    """Fill one side of a sorted book: all before `done`, of `done` all but `rest`, and of the price that is cut every
    order the same part.

    done, rest: of `walk`. filled: float64[n], written.
    """
    n = quantity.size
    filled[:done] = quantity[:done]
    filled[done:] = 0.0
    if done == n:
        return
    start, end = done, done
    while start > 0 and price[start - 1] == price[done]:
        start -= 1
    while end < n and price[end] == price[done]:
        end += 1
    share(quantity[start:end], exact_sum(quantity[start:done], quantity[done] - rest), filled[start:end])


@compiled
def exact_sum(values: Float64, first: float) -> float:
    """first + Σ values, rounded once and not once for each (Neumaier's sum)."""
    total, lost = first, 0.0
    for value in values:
        new = total + value
        lost += (total - new) + value if abs(total) >= abs(value) else (value - new) + total
        total = new
    return total + lost


@compiled
def share(quantity: Float64, amount: float, filled: Float64) -> None:
    """Give every order the same part of its quantity, `amount` in all; the last one takes what rounding left.

    filled: float64[n], written.
    """
    last = quantity.size - 1
    part, left, lost = amount / exact_sum(quantity, 0.0), amount, 0.0
    for i in range(last):
        filled[i] = min(quantity[i], quantity[i] * part)
        new = left - filled[i]
        lost += (left - new) - filled[i]
        left = new
    filled[last] = max(0.0, min(quantity[last], left + lost))


@compiled
def uniform_fills(
    bid_quantity: Float64,
    bid_price: Float64,
    ask_quantity: Float64,
    ask_price: Float64,
    bid_filled: Float64,
    ask_filled: Float64,
) -> tuple[float, float, float]:
    """Clear a sorted book at one price: volume, lo, hi as in `crossing`; the orders' fills are written.

    Orders at a price that is cut share pro rata. bid_filled, ask_filled: float64, like the quantities; their sums are
    equal but for rounding.
    """
    volume, lo, hi, bids, bid_rest, asks, ask_rest = walk(bid_quantity, bid_price, ask_quantity, ask_price)
    fill(bid_quantity, bid_price, bids, bid_rest, bid_filled)
    fill(ask_quantity, ask_price, asks, ask_rest, ask_filled)
    return volume, lo, hi


@compiled
def match_sorted(
    bid_quantity: Float64,
    bid_price: Float64,
    ask_quantity: Float64,
    ask_price: Float64,
    minimum: float,
    trade_bid: Int64,
    trade_ask: Int64,
    trade_quantity: Float64,
) -> int:
    """Match a sorted book pair by pair, best with best, while a bid pays an ask; returns the number of trades.

    Trades name positions in the sorted arrays and are written from index 0; there are fewer than bids + asks. Orders
    may have quantity 0. A pair that could trade less than `minimum` does not: its smaller side is done, its larger
    side goes on with all it has left.
    """
    i, j, count, run, bid_low, ask_low = 0, 0, 0, 0.0, 0.0, 0.0
    bid = bid_quantity[0] if bid_quantity.size > 0 else 0.0
    ask = ask_quantity[0] if ask_quantity.size > 0 else 0.0
    while i < bid_quantity.size and j < ask_quantity.size and bid_price[i] >= ask_price[j]:
        offered, wanted, traded = ask, bid, min(bid, ask)
        if traded > 0.0 and traded >= minimum:
            trade_bid[count], trade_ask[count], trade_quantity[count] = i, j, traded
            count += 1
            run += traded
            bid, bid_low = less(bid, bid_low, traded)
            ask, ask_low = less(ask, ask_low, traded)
        bid_done = wanted <= offered or bid <= DUST * run
        ask_done = offered <= wanted or ask <= DUST * run
        if bid_done:
            i += 1
            bid, bid_low = bid_quantity[i] if i < bid_quantity.size else 0.0, 0.0
        if ask_done:
            j += 1
            ask, ask_low = ask_quantity[j] if j < ask_quantity.size else 0.0, 0.0
        if bid_done and ask_done:
            run = 0.0
    return count


@compiled
def pair_price(bid_price: float, ask_price: float, k: float) -> float:
    """k·bid + (1 − k)·ask, never outside [ask, bid] by rounding."""
    return min(max(k * bid_price + (1.0 - k) * ask_price, ask_price), bid_price)
