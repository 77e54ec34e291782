"""The grid's stage: capacities of transformers, the pool of transformers, limits of the grid."""

import numpy as np

from hygge_engine.kernel.allocations import CODES, GREEDY, Books, Pools
from hygge_engine.kernel.auction import clear_pools
from hygge_engine.kernel.devices import Signals
from hygge_engine.kernel.exchange import GridPool, Handdown, Left
from hygge_engine.kernel.flows import add_net_flows
from hygge_engine.kernel.options import Allocation, Rules
from hygge_engine.kernel.span import Span
from hygge_engine.kernel.stages import collect_left, share_pools
from hygge_engine.kernel.trading import Trading, has_auctions, open_trading, transformers_of
from hygge_engine.kernel.types import Community, Float64, Int64
from hygge_engine.kernel.upstream import (
    LOST,
    SHARED,
    UPSTREAM,
    divert_shared,
    end_power,
    limit_grid,
    limit_nets,
    limit_transformers,
    offer_houses,
    pool_positions,
    trade_totals,
)


class GridStage:
    """Settles a whole grid, some whole days at a time, in the order of time."""

    def __init__(
        self, community: Community, rules: Rules, step_hours: float, signals: Signals, flow_limit: int = 2000
    ) -> None:
        self._community, self._rules, self._signals = community, rules, signals
        self._step_hours = step_hours
        count = community.transformers
        kept = count if count <= flow_limit else 0
        self._flows_kw = np.zeros((kept, kept))

    @property
    def flows_kwh(self) -> Float64:
        """(seller, buyer) between transformers, of all that was settled so far; see `GridPool`."""
        return self._flows_kw * self._step_hours

    def settle(self, left: Left, first_step: int, days: Int64) -> Handdown:
        """Settle the steps of `left`, of which the first is `first_step` in the run; the pool's flows stay empty.

        days: int64[d+1], where days begin, from 0 to the number of steps.
        """
        if has_auctions(self._rules) and self._community.transformers > 1:
            return self._settle_houses(left, first_step, days)
        community, units = self._community, left.units
        open_part, parts = np.empty_like(units), np.empty((*units.shape[:2], 3, units.shape[2]))
        limit_transformers(units, open_part, parts, community.transformer_capacity_kw, community.is_island)
        books, worst_kw = self._share(units, open_part, parts)
        self._limit_grid(units, open_part, parts)
        steps = units.shape[2]
        flows = (*end_power(units, parts, UPSTREAM), *end_power(units, parts, SHARED))
        price = np.full(steps if has_auctions(self._rules) else 0, np.nan)
        pool = self._pool(books, left, flows, price, worst_kw)
        return Handdown(parts, np.zeros((0, 0, steps)), np.zeros((0, steps)), np.zeros((0, 0, 0)), pool)

    def _limit_grid(self, units: Float64, open_part: Float64, parts: Float64) -> None:
        community = self._community
        limit_grid(units, open_part, parts, community.import_limit_kw, community.export_limit_kw, community.is_island)

    def _pool(self, books: Books, left: Left, flows: tuple[Float64, ...], price: Float64, worst_kw: float) -> GridPool:
        """flows: imported, exported, bought and sold between transformers, float64[W] each, in kW."""
        imported, exported, bought, sold = flows
        inside, residual_kwh = _sum_rows(left.bought_kw), float(worst_kw) * self._step_hours
        return GridPool(
            books.demand[0],
            books.supply[0],
            imported,
            exported,
            inside + bought,
            inside + sold,
            price,
            np.zeros((0, 0)),
            residual_kwh,
        )

    def _settle_houses(self, left: Left, first_step: int, days: Int64) -> Handdown:
        """An auction between transformers goes on with houses: one book of all that they have left."""
        community, units = self._community, left.units
        open_part, parts = np.empty_like(units), np.empty((*units.shape[:2], 3, units.shape[2]))
        is_limited = not np.isinf(min(community.import_limit_kw, community.export_limit_kw))
        limit_nets(units, open_part, parts, community.transformer_capacity_kw, community.is_island, is_limited)
        parts[:, :, SHARED] = open_part
        offered, residual = np.empty_like(left.houses), np.empty_like(left.houses)
        transformer = transformers_of(community)
        offer_houses(left.houses, open_part, transformer, community.rank, offered)
        books, trading = self._trade(offered, residual, left.soc, first_step, days)
        after, rest = np.empty_like(parts), np.empty_like(units)
        collect_left(community.transformer_offsets, community.rank, residual, rest)
        limit_transformers(rest, open_part, after, np.full(community.transformers, np.inf), community.is_island)
        self._limit_grid(rest, open_part, after)
        bought, sold = trade_totals(offered, residual, offered)
        before = end_power(units, parts, UPSTREAM)
        flows = (*(one + two for one, two in zip(before, end_power(rest, after, UPSTREAM), strict=True)), bought, sold)
        worst_kw = float(np.abs(bought - sold).max(initial=0.0))
        pool = self._pool(books, left, flows, trading.floor.price[0], worst_kw)
        lost_parts = np.ascontiguousarray(after[:, :, LOST])
        return Handdown(parts, lost_parts, offered, trading.payments(self._step_hours), pool)

    def _trade(
        self, offered: Float64, residual: Float64, soc: Float64, first_step: int, days: Int64
    ) -> tuple[Books, Trading]:
        """Clear the grid's book of every step; offered, residual: float64[H, W], kW before and after."""
        community, steps = self._community, offered.shape[1]
        node, count = transformers_of(community), days.size - 1
        trading = open_trading(community, self._rules, self._signals, self._signals.between_fee, node, 1, steps, count)
        pools = self._pools(1)._replace(
            code=CODES[self._rules.allocation],
            offsets=np.array([0, community.houses]),
            flow_offsets=np.array([0, self._flows_kw.size]),
        )
        books = Books(np.empty((1, steps)), np.empty((1, steps)), np.empty((1, steps)))
        span = Span(0, first_step, 0, days, self._step_hours)
        clear_pools(pools, trading.bidders, trading.floor, offered, residual, soc, books, span)
        return books, trading

    def _share(self, units: Float64, open_part: Float64, parts: Float64) -> tuple[Books, float]:
        """Allocate between transformers; under `priority` each takes part by rank. Returns the pool's books and the
        worst imbalance in kW.
        """
        rules, count, steps = self._rules, self._community.transformers, units.shape[2]
        each = self._community.ranks if rules.allocation is Allocation.PRIORITY and count > 1 else 1
        position = np.empty((count * each, steps))
        residual = np.empty_like(position)
        pool_positions(units, open_part, position)
        books = Books(np.empty((1, steps)), np.empty((1, steps)), np.empty((1, steps)))
        share_pools(self._pools(each), position, residual, np.empty((2 * each + 5, steps)), books, 0)
        if count == 1 or rules.allocation is Allocation.NONE:
            return books, 0.0
        if rules.allocation is not Allocation.GREEDY and self._flows_kw.size > 0:
            net = (position - residual).reshape(count, each, steps)
            for rank in range(1, each):
                net[:, 0] += net[:, rank]
            add_net_flows(np.ascontiguousarray(net[:, 0]), self._flows_kw)
        return books, divert_shared(open_part, parts, position, residual)

    def _pools(self, each: int) -> Pools:
        """The pool of transformers, each with so many rows. A key's left-over stays with the selling transformer."""
        community, rules, count = self._community, self._rules, self._community.transformers
        alone = count == 1 or has_auctions(rules)
        code = CODES[Allocation.NONE if alone else rules.allocation]
        flows = self._flows_kw.reshape(-1)
        return Pools(
            code,
            np.array([0, count * each]),
            np.tile(np.arange(each), count),
            each,
            np.repeat(_transformer_keys(community), each),
            False,
            rules.minimum_kw(self._step_hours),
            rules.unit_kw(self._step_hours),
            flows,
            np.array([0, flows.size if code == GREEDY else 0]),
        )


def _transformer_keys(community: Community) -> Float64:
    """A transformer's key is its part of all houses' keys."""
    house_transformer = np.repeat(np.arange(community.transformers), np.diff(community.transformer_offsets))
    keys: Float64 = np.bincount(house_transformer, community.sharing_key, community.transformers).astype(np.float64)
    return keys / max(float(keys.sum()), np.finfo(np.float64).tiny)


def _sum_rows(rows: Float64) -> Float64:
    """Σ of float64[K, W] over K, in the order of rows whatever W is."""
    total = np.zeros(rows.shape[1])
    for row in rows:
        total += row
    return total
