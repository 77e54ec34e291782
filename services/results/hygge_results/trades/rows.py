"""Trades from stored step vectors: one row per step, house and pool, arrays only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.pgcopy import EPOCH_SECONDS
from hygge_results import node_days
from hygge_results.runs.tables import Node, Run

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Times = NDArray[np.datetime64]
# Bounds memory: so many (house, day) rows of two vectors are looked at together.
HOUSE_DAYS_AT_ONCE = 4_000
INSIDE, BETWEEN = "shared_local_kw", "shared_grid_kw"
PRICE = "local_price_eur_per_kwh"


@dataclass(frozen=True, slots=True)
class Trades:
    """Columns of trades, arrays [trades]. `energy_kwh` > 0 always; `price` NaN: unknown."""

    start: Times
    house_id: Int
    is_buy: NDArray[np.bool_]
    pool_id: Int
    energy_kwh: Float
    price: Float

    @property
    def amount(self) -> Float:
        """What was paid or received, without fees."""
        return self.energy_kwh * self.price

    def __len__(self) -> int:
        return len(self.start)

    def chosen(self, index: Any) -> "Trades":
        """Some of the trades, by slice, mask or positions."""
        return Trades(*(getattr(self, field.name)[index] for field in fields(self)))


def joined(parts: Sequence[Trades]) -> Trades:
    """Trades one after another."""
    if not parts:
        none = np.zeros(0)
        return Trades(none.astype("datetime64[s]"), none.astype(int), none.astype(bool), none.astype(int), none, none)
    return Trades(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Trades)))


@dataclass(frozen=True, slots=True)
class Pools:
    """The houses whose trades are wanted, in order, each with its transformer, and the grid that joins these."""

    run: Run
    house_ids: Int
    transformer_ids: Int
    grid_id: int

    @classmethod
    def of(cls, run: Run, houses: Sequence[Node], grid_id: int) -> "Pools":
        return cls(
            run,
            np.asarray([house.node_id for house in houses], np.int64),
            np.asarray([house.parent_id for house in houses], np.int64),
            grid_id,
        )


def by_day(pools: Pools, first: date, last: date) -> Iterator[tuple[date, Trades]]:
    """The trades of each local day that has any, in order of step, house and pool (inside the transformer first)."""
    batch = max(1, HOUSE_DAYS_AT_ONCE // max(len(pools.house_ids), 1))
    while first <= last and len(pools.house_ids):
        until = min(last, first + timedelta(days=batch - 1))
        nodes, days, steps = node_days.trading_days(pools.run.run_id, pools.house_ids.tolist(), first, until)
        for day in np.unique(days):
            today = days == day
            yield day.astype(date), _of_day(pools, day.astype(date), nodes[today], steps[today])
        first = until + timedelta(days=1)


def _of_day(pools: Pools, day: date, nodes: Int, steps: Int) -> Trades:
    """All trades of one day. Days of one run have one number of steps, but a row is read by its own."""
    parts = [_of_equal_rows(pools, day, nodes[steps == length], int(length)) for length in np.unique(steps)]
    trades = joined(parts)
    between = trades.pool_id == pools.grid_id
    return trades.chosen(np.lexsort((between, _places(pools, trades.house_id), trades.start)))


def _places(pools: Pools, house_ids: Int) -> Int:
    """Where each of the ids stands among the houses."""
    order = np.argsort(pools.house_ids)
    return np.asarray(order[np.searchsorted(pools.house_ids[order], house_ids)])


def _of_equal_rows(pools: Pools, day: date, nodes: Int, steps: int) -> Trades:
    run_id = pools.run.run_id
    rows = node_days.whole_vectors(run_id, (nodes.tolist(), [day] * len(nodes)), steps, [INSIDE, BETWEEN])
    houses = rows["node_id"].astype(np.int64)
    transformer = pools.transformer_ids[_places(pools, houses)]
    pool_ids = np.unique(np.append(transformer, pools.grid_id))
    prices = _prices(run_id, day, steps, pool_ids)
    starts = _starts(rows, pools.run.stored_step_minutes, steps)
    hours = pools.run.stored_step_minutes / 60
    parts = []
    for name, pool in ((INSIDE, transformer), (BETWEEN, np.full(len(houses), pools.grid_id))):
        power = node_days.values_of(rows, name)
        row, step = np.nonzero(power)
        parts.append(
            Trades(
                start=starts[row, step],
                house_id=houses[row],
                is_buy=power[row, step] > 0,
                pool_id=pool[row],
                energy_kwh=np.abs(power[row, step]) * hours,
                price=prices[np.searchsorted(pool_ids, pool[row]), step],
            )
        )
    return joined(parts)


def _starts(rows: NDArray[np.void], minutes: int, steps: int) -> Times:
    first = rows["starts_at"].astype(np.int64) // 1_000_000 + EPOCH_SECONDS
    return np.asarray((first[:, None] + np.arange(steps) * minutes * 60).astype("datetime64[s]"))


def _prices(run_id: int, day: date, steps: int, pool_ids: Int) -> Float:
    """Prices [pools, steps] of a day, in the order of the sorted ids; NaN where there is none."""
    rows = node_days.whole_vectors(run_id, (pool_ids.tolist(), [day] * len(pool_ids)), steps, [PRICE])
    prices = np.full((len(pool_ids), steps), np.nan)
    prices[np.searchsorted(pool_ids, rows["node_id"].astype(np.int64))] = node_days.values_of(rows, PRICE)
    return prices
