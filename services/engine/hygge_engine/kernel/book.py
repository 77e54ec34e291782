"""The order book of one pool in one step.

Every row of a pool (a house) bids for its deficit or offers its surplus, at the prices of `bids`. `price_time` matches
the best bid with the best ask pair by pair, orders of one price by their arrival; `uniform_price` makes one price for
all, at which the most energy is traded, and shares what is traded at the cut price pro rata. The books themselves are
those of `hygge_engine.auctions`.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.auctions.books import match_sorted, pair_price, uniform_fills
from hygge_engine.auctions.types import ClearingPrice
from hygge_engine.compiled import compiled
from hygge_engine.kernel.allocations import PRICE_TIME, Pools
from hygge_engine.kernel.bids import NO_STORAGE, Bidders, arrivals_of, ask_of, bid_of, draw, prices_of, worth
from hygge_engine.kernel.flows import BLOCK
from hygge_engine.kernel.options import Bidding
from hygge_engine.kernel.parts import larger, part_of, smaller, truncated
from hygge_engine.kernel.sorting import Scratch, new_scratch, sort_rising
from hygge_engine.kernel.span import Span
from hygge_engine.kernel.types import Float64, Int64

_RULES: dict[ClearingPrice, int] = {rule: code for code, rule in enumerate(ClearingPrice)}
_MID, _LOWEST, _HIGHEST, _LAST_ACCEPTED_ASK, _LAST_ACCEPTED_BID = range(5)

BID, ASK = 0, 1
# Less than a microwatt is rounding, too, and no order.
LEAST_KW = 1e-9
# What is left of an order and less than this part of it is rounding.
_DUST = 1e-12


class Floor(NamedTuple):
    """Where an auction takes place. (A trading floor.)

    rule, k: how it is priced, see `Bidding`. node: int64[N], index of each row in the pool's table of flows. price:
    float64[K, T], written, of every pool. payments: float64[N, D, 2], Σ of price · kW that rows pay and receive, under
    `price_time`; else float64[0, 0, 0].
    """

    rule: int
    k: float
    node: Int64
    price: Float64
    payments: Float64


def pack_floor(bidding: Bidding, node: Int64, price: Float64, payments: Float64) -> Floor:
    """See `Floor`."""
    return Floor(_RULES[bidding.clearing_price], bidding.k, node, price, payments)


class Desk(NamedTuple):
    """Scratch for books of n orders. Axis 0 of the first ones: bids, asks. m: rows of the table of flows.

    held: int64[2], how many there are. key: float64[2, n]; order, row: int64[2, n]; quantity, price, filled: float64[2,
    n]. raw_row, raw_quantity: int64, float64[2, n]. trade_bid, trade_ask: int64[2n]; trade_quantity: float64[2n].
    traded: float64[n]. power: float64[32, n]. sold: float64[m, 32]; bought: float64[32, m].
    """

    held: Int64
    key: Float64
    order: Int64
    raw_row: Int64
    raw_quantity: Float64
    row: Int64
    quantity: Float64
    price: Float64
    filled: Float64
    trade_bid: Int64
    trade_ask: Int64
    trade_quantity: Float64
    traded: Float64
    power: Float64
    sold: Float64
    bought: Float64
    scratch: Scratch


@compiled
def new_desk(rows: int, nodes: int) -> Desk:
    """A desk for pools of at most so many rows, and tables of flows of at most so many nodes."""
    two, twice = (2, rows), 2 * rows
    return Desk(
        np.zeros(2, np.int64),
        np.empty(two),
        np.empty(two, np.int64),
        np.empty(two, np.int64),
        np.empty(two),
        np.empty(two, np.int64),
        np.empty(two),
        np.empty(two),
        np.empty(two),
        np.empty(twice, np.int64),
        np.empty(twice, np.int64),
        np.empty(twice),
        np.zeros(rows),
        np.empty((BLOCK, rows)),
        np.zeros((nodes, BLOCK)),
        np.zeros((BLOCK, nodes)),
        new_scratch(rows),
    )


class Moment(NamedTuple):
    """A step: its place in the run, its day in the window, its column in the pool's prices, and v and c."""

    step: int
    day: int
    column: int
    value: float
    cost: float


@compiled
def _gather(pools: Pools, bidders: Bidders, power: Float64, soc: Float64, first: int, now: Moment, desk: Desk) -> None:
    """Write the orders of a step, unsorted; power: float64[n] in kW, + deficits; soc: float64[n], or empty."""
    random, bids, asks = prices_of(bidders, now.step), 0, 0
    least = larger(pools.minimum_kw if pools.code != PRICE_TIME else 0.0, LEAST_KW)
    for i in range(power.size):
        amount = power[i]
        if abs(amount) < least:
            continue
        content = soc[i] if soc.size > 0 else NO_STORAGE
        if amount > 0.0:
            price = bid_of(bidders, first + i, now.value, now.cost, random, content)
            if not np.isnan(price):
                desk.raw_row[BID, bids], desk.raw_quantity[BID, bids] = i, amount
                desk.key[BID, bids], desk.order[BID, bids] = -price, bids
                bids += 1
        else:
            price = ask_of(bidders, first + i, now.value, now.cost, random, content)
            if not np.isnan(price):
                desk.raw_row[ASK, asks], desk.raw_quantity[ASK, asks] = i, -amount
                desk.key[ASK, asks], desk.order[ASK, asks] = price, asks
                asks += 1
    desk.held[BID], desk.held[ASK] = bids, asks


@compiled
def _sort_ties(bidders: Bidders, stream: np.uint64, first: int, side: int, desk: Desk) -> None:
    """Orders of one price by arrival."""
    count, start = desk.held[side], 0
    while start < count:
        stop = start + 1
        while stop < count and desk.key[side, stop] == desk.key[side, start]:
            stop += 1
        if stop > start + 1:
            arrival, order = desk.filled[side, start:stop], desk.order[side, start:stop]
            for j in range(order.size):
                arrival[j] = draw(bidders, stream, first + desk.raw_row[side, order[j]])
            sort_rising(arrival, order, desk.scratch)
        start = stop


@compiled
def _sort(pools: Pools, bidders: Bidders, first: int, step: int, desk: Desk) -> None:
    """Write the sorted book: bids by falling, asks by rising price; under `price_time` equal ones by arrival."""
    stream = arrivals_of(bidders, step)
    for side in (BID, ASK):
        count, sign = desk.held[side], 1.0 if side == ASK else -1.0
        sort_rising(desk.key[side, :count], desk.order[side, :count], desk.scratch)
        if pools.code == PRICE_TIME:
            _sort_ties(bidders, stream, first, side, desk)
        for j in range(count):
            place = desk.order[side, j]
            desk.row[side, j], desk.quantity[side, j] = desk.raw_row[side, place], desk.raw_quantity[side, place]
            desk.price[side, j] = sign * desk.key[side, j]


@compiled
def _match(pools: Pools, floor: Floor, first: int, now: Moment, flows: Float64, desk: Desk) -> float:
    """Trade a sorted book pair by pair; fills `traded`, adds payments and flows, and returns the mean price."""
    bids, asks = desk.held[BID], desk.held[ASK]
    count = match_sorted(
        desk.quantity[BID, :bids],
        desk.price[BID, :bids],
        desk.quantity[ASK, :asks],
        desk.price[ASK, :asks],
        pools.minimum_kw,
        desk.trade_bid,
        desk.trade_ask,
        desk.trade_quantity,
    )
    volume, money = 0.0, 0.0
    for n in range(count):
        bid, ask, power = desk.trade_bid[n], desk.trade_ask[n], desk.trade_quantity[n]
        power = truncated(power, pools.unit_kw) if pools.unit_kw > 0.0 else power
        price = pair_price(desk.price[BID, bid], desk.price[ASK, ask], floor.k)
        buyer, seller = desk.row[BID, bid], desk.row[ASK, ask]
        desk.traded[buyer] += power
        desk.traded[seller] -= power
        floor.payments[first + buyer, now.day, 0] += price * power
        floor.payments[first + seller, now.day, 1] += price * power
        volume += power
        money += price * power
        if flows.size > 0:
            flows[floor.node[first + seller], floor.node[first + buyer]] += power
    return money / volume if volume > 0.0 else np.nan


@compiled
def chosen(floor: Floor, low: float, high: float, last_ask: float, last_bid: float) -> float:
    """The price that the rule takes from the interval [low, high]."""
    if floor.rule == _LOWEST:
        return low
    if floor.rule == _HIGHEST:
        return high
    if floor.rule == _LAST_ACCEPTED_ASK:
        return last_ask
    if floor.rule == _LAST_ACCEPTED_BID:
        return last_bid
    return smaller(larger(floor.k * high + (1.0 - floor.k) * low, low), high)


@compiled
def _call(pools: Pools, floor: Floor, desk: Desk) -> float:
    """Trade a sorted book at one price; fills `traded` and returns the price."""
    bids, asks = desk.held[BID], desk.held[ASK]
    low, high = uniform_fills(
        desk.quantity[BID, :bids],
        desk.price[BID, :bids],
        desk.quantity[ASK, :asks],
        desk.price[ASK, :asks],
        desk.filled[BID, :bids],
        desk.filled[ASK, :asks],
    )[1:]
    last_bid, last_ask, given, kept = np.nan, np.nan, 0.0, 0.0
    for j in range(bids):
        power = desk.filled[BID, j]
        if power > 0.0:
            last_bid = desk.price[BID, j]
            whole = truncated(power, pools.unit_kw) if pools.unit_kw > 0.0 else power
            desk.traded[desk.row[BID, j]] = whole
            given += power
            kept += whole
    part = part_of(kept, given)
    for j in range(asks):
        power = desk.filled[ASK, j]
        if power > 0.0:
            last_ask = desk.price[ASK, j]
            desk.traded[desk.row[ASK, j]] = -power * part
    return chosen(floor, low, high, last_ask, last_bid) if kept > 0.0 else np.nan


@compiled
def trade_step(
    pools: Pools,
    k: int,
    bidders: Bidders,
    floor: Floor,
    power: Float64,
    soc: Float64,
    now: Moment,
    flows: Float64,
    desk: Desk,
) -> None:
    """The auction of pool k in one step: `traded` of the desk, float64[n] in kW, + bought, and the floor's price.

    power: float64[n] in kW, + deficits. soc: float64[n], or empty.
    """
    first = pools.offsets[k]
    desk.traded[: power.size] = 0.0
    floor.price[k, now.column] = np.nan
    _gather(pools, bidders, power, soc, first, now, desk)
    if desk.held[BID] == 0 or desk.held[ASK] == 0:
        return
    _sort(pools, bidders, first, now.step, desk)
    if desk.price[BID, 0] < desk.price[ASK, 0]:
        return
    if pools.code == PRICE_TIME:
        floor.price[k, now.column] = _match(pools, floor, first, now, flows, desk)
    else:
        floor.price[k, now.column] = _call(pools, floor, desk)


@compiled
def left_after(position: float, traded: float) -> float:
    """What is left of an order; rounding is nothing."""
    left = position - traded
    return left if abs(left) > _DUST * abs(position) else 0.0


@compiled
def moment_of(bidders: Bidders, span: Span, day: int, column: int) -> Moment:
    """A column of a tile."""
    step = span.first_step + column
    value, cost = worth(bidders, step)
    return Moment(step, span.first_day + day, span.begin + column, value, cost)
