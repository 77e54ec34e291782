"""The auctions as allocations: an order book of every pool and step, through a tile of days."""

import numpy as np

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel.allocations import (
    PRICE_TIME,
    Books,
    Pools,
    add_bought,
    add_totals,
    flows_of,
    left_of,
    truncate,
)
from hygge_engine.kernel.bids import NO_STORAGE, Bidders, ask_of, bid_of
from hygge_engine.kernel.book import LEAST_KW, Desk, Floor, chosen, left_after, moment_of, new_desk, trade_step
from hygge_engine.kernel.flows import BLOCK, add_products
from hygge_engine.kernel.parts import larger, part_of
from hygge_engine.kernel.span import Span
from hygge_engine.kernel.types import Float64


@compiled
def add_step_pairs(traded: Float64, flows: Float64) -> None:
    """Add to flows, float64[n, n], what n rows traded in a step at one price: pro rata, in kW."""
    volume = 0.0
    for i in range(traded.size):
        volume += larger(traded[i], 0.0)
    for seller in range(traded.size if volume > 0.0 else 0):
        if traded[seller] < 0.0:
            share, row = -traded[seller] / volume, flows[seller]
            for buyer in range(traded.size):
                row[buyer] += share * larger(traded[buyer], 0.0)


@compiled
def _add_pairs(
    position: Float64, residual: Float64, first: int, last: int, floor: Floor, flows: Float64, desk: Desk
) -> None:
    """`add_step_pairs` for all steps, by node; position, residual: float64[N, W], kW before and after."""
    sold, bought, volume = desk.sold[: flows.shape[0]], desk.bought[:, : flows.shape[0]], np.empty(BLOCK)
    for start in range(0, position.shape[1], BLOCK):
        sold[:] = 0.0
        bought[:] = 0.0
        volume[:] = 0.0
        for i in range(first, last):
            before, after, node = position[i, start : start + BLOCK], residual[i, start : start + BLOCK], floor.node[i]
            for b in range(before.size):
                traded = before[b] - after[b]
                bought[b, node] += larger(traded, 0.0)
                sold[node, b] += larger(-traded, 0.0)
                volume[b] += larger(-traded, 0.0)
        for j in range(sold.shape[0]):
            for b in range(BLOCK):
                sold[j, b] = sold[j, b] / volume[b] if volume[b] > 0.0 else 0.0
        add_products(sold, bought, flows)


@compiled
def _meets(books: Books, k: int, start: int, stop: int) -> bool:
    """Whether there are both a deficit and a surplus in any of these steps."""
    meets = False
    for t in range(start, stop):
        meets |= books.demand[k, t] >= LEAST_KW and books.supply[k, t] >= LEAST_KW
    return meets


@compiled
def _trade_block(
    pools: Pools,
    k: int,
    bidders: Bidders,
    floor: Floor,
    position: Float64,
    residual: Float64,
    soc: Float64,
    books: Books,
    span: Span,
    day: int,
    start: int,
    stop: int,
    flows: Float64,
    desk: Desk,
) -> None:
    """Auctions of pool k in the columns `start` to `stop - 1` of one day, at most 32."""
    first, last = pools.offsets[k], pools.offsets[k + 1]
    if not _meets(books, k, span.begin + start, span.begin + stop):
        floor.price[k, span.begin + start : span.begin + stop] = np.nan
        for i in range(first, last):
            residual[i, start:stop] = position[i, start:stop]
        return
    for i in range(first, last):
        row = position[i, start:stop]
        for b in range(row.size):
            desk.power[b, i - first] = row[b]
    contents = np.empty(last - first if soc.size > 0 else 0)
    for b in range(stop - start):
        if not _meets(books, k, span.begin + start + b, span.begin + start + b + 1):
            floor.price[k, span.begin + start + b] = np.nan
            continue
        for i in range(contents.size):
            contents[i] = soc[first + i, start + b]
        power = desk.power[b, : last - first]
        now = moment_of(bidders, span, day, start + b)
        trade_step(pools, k, bidders, floor, power, contents, now, flows, desk)
        for i in range(power.size):
            power[i] = left_after(power[i], desk.traded[i])
    for i in range(first, last):
        row = residual[i, start:stop]
        for b in range(row.size):
            row[b] = desk.power[b, i - first]


@compiled
def _trade_alike(
    pools: Pools, k: int, bidders: Bidders, floor: Floor, position: Float64, residual: Float64, books: Books, span: Span
) -> None:
    """`uniform_price` where all bids are the same and all asks: the short side in full, the long side pro rata."""
    first, last, width = pools.offsets[k], pools.offsets[k + 1], position.shape[1]
    work = np.zeros((2, width))
    bought, sold = work[0], work[1]
    for t in range(width):
        now = moment_of(bidders, span, 0, t)
        bid = bid_of(bidders, first, now.value, now.cost, np.uint64(0), NO_STORAGE)
        ask = ask_of(bidders, first, now.value, now.cost, np.uint64(0), NO_STORAGE)
        demand, supply = books.demand[k, now.column], books.supply[k, now.column]
        floor.price[k, now.column] = np.nan
        if bid >= ask and demand >= LEAST_KW and supply >= LEAST_KW:
            bought[t], sold[t] = part_of(supply, larger(demand, supply)), part_of(demand, larger(demand, supply))
            low = bid if bought[t] < 1.0 else ask
            high = ask if sold[t] < 1.0 else bid
            floor.price[k, now.column] = chosen(floor, low, high, ask, bid)
    for i in range(first, last):
        for t in range(width):
            residual[i, t] = left_of(position[i, t], bought[t], sold[t])
    if pools.unit_kw > 0.0:
        truncate(position, residual, first, last, pools.unit_kw, work)


@entry_point
def clear_pools(
    pools: Pools,
    bidders: Bidders,
    floor: Floor,
    position: Float64,
    residual: Float64,
    soc: Float64,
    books: Books,
    span: Span,
) -> None:
    """The auctions of all pools through a tile.

    position, residual: float64[N, W], kW before (given) and after (written). soc: float64[N, W], states of charge, or
    empty. books: written from step `begin` of the span on, like the floor's prices.
    """
    alike = bidders.alike and pools.code != PRICE_TIME and pools.minimum_kw == 0.0
    end, largest, nodes = span.begin + position.shape[1], 0, 0
    for k in range(pools.offsets.size - 1):
        largest = max(largest, pools.offsets[k + 1] - pools.offsets[k])
        nodes = max(nodes, flows_of(pools, k).shape[0])
    desk = new_desk(largest, nodes)
    for k in range(pools.offsets.size - 1):
        first, last, flows = pools.offsets[k], pools.offsets[k + 1], flows_of(pools, k)
        add_totals(position, first, last, books.demand[k, span.begin : end], books.supply[k, span.begin : end])
        if alike:
            _trade_alike(pools, k, bidders, floor, position, residual, books, span)
        else:
            for day in range(span.cuts.size - 1):
                for start in range(span.cuts[day], span.cuts[day + 1], BLOCK):
                    stop = min(start + BLOCK, span.cuts[day + 1])
                    _trade_block(
                        pools, k, bidders, floor, position, residual, soc, books, span, day, start, stop, flows, desk
                    )
        if flows.size > 0 and pools.code != PRICE_TIME:
            _add_pairs(position, residual, first, last, floor, flows, desk)
        add_bought(position, residual, first, last, books.bought[k, span.begin : end])
        for t in range(position.shape[1]):
            if books.bought[k, span.begin + t] == 0.0:
                floor.price[k, span.begin + t] = np.nan
