"""Who trades with whom when no trade may be too small and, as under one price, anybody may trade with anybody."""

import numpy as np

from hygge_engine.auctions.types import Float64, Int64
from hygge_engine.compiled import compiled, entry_point

# So many orders are looked at for one that leaves no rest below the quantum.
_LOOK_AHEAD = 64
_EQUAL = 2.0**-40


@entry_point
def match_freely(
    bid_filled: Float64, bid_owner: Int64, ask_filled: Float64, ask_owner: Int64, minimum: float
) -> tuple[Int64, Int64, Float64]:
    """Bids, asks (positions) and quantities of trades that serve fills, each at least `minimum` > 0, none between two
    orders of one owner.

    One order is open at a time. It meets the first of the other side's next orders with which neither keeps a rest
    below the quantum; where there is none, the first. What is left below the quantum stays untraded.
    """
    size = bid_filled.size + ask_filled.size
    pair, quantity, count = np.empty((2, size), np.int64), np.empty(size), 0
    fills, after = np.zeros((2, size + 1)), np.empty((2, size + 1), np.int64)
    fills[0, : bid_filled.size], fills[1, : ask_filled.size] = bid_filled, ask_filled
    owners = (bid_owner, ask_owner)
    for side in range(2):
        _link(fills[side], minimum, after[side])
    side, order, rest = 0, -1, 0.0
    while True:
        if rest < minimum:
            side, order = 0, after[0, size]
            if order < 0:
                break
            after[0, size], rest = after[0, order], fills[0, order]
        owner = owners[side][order]
        other = _take(fills[1 - side], owners[1 - side], after[1 - side], rest, owner, minimum)
        if other < 0:
            rest = 0.0
            continue
        met = fills[1 - side, other]
        traded = min(rest, met)
        pair[side, count], pair[1 - side, count], quantity[count] = order, other, traded
        count += 1
        rest -= traded
        if met - traded > rest:
            side, order, rest = 1 - side, other, met - traded
    return pair[0, :count], pair[1, :count], quantity[:count]


@compiled
def _link(fills: Float64, minimum: float, after: Int64) -> None:
    """A list of the orders that can trade: the last place of `after` names the first of them, −1 ends it."""
    previous = after.size - 1
    for i in range(after.size - 1):
        if fills[i] > 0.0 and fills[i] >= minimum:
            after[previous] = i
            previous = i
    after[previous] = -1


@compiled
def _take(fills: Float64, owners: Int64, after: Int64, rest: float, owner: int, minimum: float) -> int:
    """Take an order of another owner that fits a rest out of its list; the first if none does, −1 if there is none."""
    chosen, previous = -1, after.size - 1
    for _ in range(_LOOK_AHEAD):
        i = after[previous]
        if i < 0:
            break
        if owners[i] != owner:
            gap = abs(fills[i] - rest)
            fits = gap >= minimum or gap <= _EQUAL * rest
            if fits or chosen < 0:
                chosen = previous
            if fits:
                break
        previous = i
    if chosen < 0:
        return -1
    taken = int(after[chosen])
    after[chosen] = after[taken]
    return taken
