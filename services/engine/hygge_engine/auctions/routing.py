"""Who trades with whom when nobody may trade with himself.

Where the worst accepted bid still pays the worst accepted ask, as in every call auction, price forbids no pair. Then
all fills can be served without own trades if, and only if, no participant has more than half of them:
bids_p + asks_p ≤ volume (Hall's condition for a complete graph without the participants' own edges).
"""

import numpy as np

from hygge_engine.auctions.types import Float64, Int64
from hygge_engine.compiled import compiled, entry_point

Side = tuple[Float64, Float64, Float64, Int64]  # of each order what is left, quantity, price, owner

# What is less of an order than this is rounding, not a wish to trade.
_DUST = 2.0**-40


@entry_point
def route(
    bid_filled: Float64,
    bid_price: Float64,
    bid_owner: Int64,
    ask_filled: Float64,
    ask_price: Float64,
    ask_owner: Int64,
    minimum: float,
) -> tuple[Int64, Int64, Float64]:
    """Bids, asks (positions) and quantities of trades that serve a sorted book's fills without own trades.

    Best with best, while a bid pays an ask. If bids and asks of one owner are left at the end, trades between two
    others are split up and traded with them instead. A pair that could trade less than `minimum` does not; its smaller
    side is done.
    """
    size = 5 * (bid_filled.size + ask_filled.size)
    bid, ask, quantity = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size)
    bids = (bid_filled.copy(), bid_filled, bid_price, bid_owner)
    asks = (ask_filled.copy(), ask_filled, ask_price, ask_owner)
    count = _pair(bids, asks, minimum, bid, ask, quantity)
    bids[0][bids[0] <= _DUST * bid_filled] = 0.0
    asks[0][asks[0] <= _DUST * ask_filled] = 0.0
    count = _swap(bids, asks, minimum, bid, ask, quantity, count)
    return bid[:count], ask[:count], quantity[:count]


@compiled
def _pair(bids: Side, asks: Side, minimum: float, bid: Int64, ask: Int64, quantity: Float64) -> int:
    """Best with best; asks of the bid's own owner wait until a bid of another owner comes.

    Those that wait all belong to one owner (another's bid takes them before it looks further), so no ask is looked at
    twice in vain.
    """
    bid_rest, bid_quantity, bid_price, bid_owner = bids
    ask_rest, ask_quantity, ask_price, ask_owner = asks
    waiting, head, tail, front, count = np.empty(ask_rest.size, np.int64), 0, 0, 0, 0
    for i in range(bid_rest.size):
        open_bid = bid_rest[i] > 0.0
        while open_bid:
            from_waiting = head < tail and ask_owner[waiting[head]] != bid_owner[i]
            if not from_waiting and front == ask_rest.size:
                break
            j = waiting[head] if from_waiting else front
            if ask_price[j] > bid_price[i]:
                break
            if ask_rest[j] <= 0.0 or ask_owner[j] == bid_owner[i]:
                if ask_rest[j] > 0.0:
                    waiting[tail] = j
                    tail += 1
                front += 1
                continue
            offered, wanted, traded = ask_rest[j], bid_rest[i], min(ask_rest[j], bid_rest[i])
            if traded >= minimum:
                bid[count], ask[count], quantity[count] = i, j, traded
                count += 1
                bid_rest[i] -= traded
                ask_rest[j] -= traded
            dust = _DUST * max(bid_quantity[i], ask_quantity[j])
            open_bid = wanted > offered and bid_rest[i] > dust
            if offered <= wanted or ask_rest[j] <= dust:
                head += from_waiting
                front += not from_waiting
    return count


@compiled
def _swap(bids: Side, asks: Side, minimum: float, bid: Int64, ask: Int64, quantity: Float64, count: int) -> int:
    """Serve what is left of one owner's bids and asks by splitting trades between two others; the last trades first."""
    bid_rest, _, bid_price, bid_owner = bids
    ask_rest, _, ask_price, ask_owner = asks
    i, j, t = 0, 0, count - 1
    while t >= 0:
        while i < bid_rest.size and (bid_rest[i] <= 0.0 or bid_rest[i] < minimum):
            i += 1
        while j < ask_rest.size and (ask_rest[j] <= 0.0 or ask_rest[j] < minimum):
            j += 1
        if i == bid_rest.size or j == ask_rest.size:
            break
        owner = bid_owner[i]
        part = min(bid_rest[i], ask_rest[j], quantity[t])
        if 0.0 < quantity[t] - part < minimum:
            part = quantity[t] - minimum
        strangers = owner == ask_owner[j] and bid_owner[bid[t]] != owner and ask_owner[ask[t]] != owner
        pays = bid_price[i] >= ask_price[ask[t]] and bid_price[bid[t]] >= ask_price[j]
        if not strangers or not pays or part <= 0.0 or part < minimum:
            t -= 1
            continue
        bid[count], ask[count], quantity[count] = bid[t], j, part
        bid[count + 1], ask[count + 1], quantity[count + 1] = i, ask[t], part
        count += 2
        bid_rest[i] -= part
        ask_rest[j] -= part
        quantity[t] -= part
        if quantity[t] <= 0.0:
            t -= 1
    return _without_empty(bid, ask, quantity, count)


@compiled
def _without_empty(bid: Int64, ask: Int64, quantity: Float64, count: int) -> int:
    """Drop the trades that were split up entirely."""
    kept = 0
    for t in range(count):
        if quantity[t] > 0.0:
            bid[kept], ask[kept], quantity[kept] = bid[t], ask[t], quantity[t]
            kept += 1
    return kept
