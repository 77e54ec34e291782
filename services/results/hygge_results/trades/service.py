"""A page of trades: days are read until it is full."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.errors import Conflict
from hygge_core.paging import decode_cursor, encode_cursor
from hygge_results.base import database
from hygge_results.formats import utc64
from hygge_results.runs import repository as runs
from hygge_results.runs.service import Sight, sight
from hygge_results.runs.tables import Node, Run
from hygge_results.series.service import period
from hygge_results.trades.rows import Pools, Trades, by_day, joined

# Allocations whose trades have prices of their own; what is stored is the pool's mean price of the step.
OWN_PRICES = ("price_time",)
# A cursor is the day's ordinal and the number of its trades that were given, as one number.
TRADES_OF_A_DAY = 10**9
COLUMNS = ("start", "house_id", "side", "pool_id", "energy_kwh", "price_eur_per_kwh", "amount")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of trades of `[start, end)`."""

    run: Run
    start: datetime
    end: datetime
    trades: Trades
    next_cursor: str | None


def trades(
    principal: Principal,
    run_id: int,
    span: tuple[str | None, str | None],
    node_id: int | None,
    paging: tuple[int, str | None],
) -> Page:
    """Trades of the houses that the caller may see, from `from` (absent: the run's start) to `to` (absent: one local
    day after that); of one house, or of a transformer's houses, if asked. `paging`: limit and cursor.

    Raises NotFound, InvalidInput for a period or cursor that can't be, Conflict where the run keeps days only.
    """
    limit, cursor = paging
    after = decode_cursor(cursor) if cursor else 0
    with reading(database):
        seen = sight(principal, run_id)
        require_steps(seen.run)
        start, end = _period(seen.run, *span)
        pools = pools_of(seen, node_id)
        zone = ZoneInfo(seen.run.timezone)
        first, last = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
        resumed, skip = divmod(after, TRADES_OF_A_DAY)
        first = max(first, date.fromordinal(min(max(resumed, 1), date.max.toordinal())))
        found, following = _page(by_day(pools, first, last), (start, end), (resumed, skip), limit)
    return Page(seen.run, start, end, found, following)


def require_steps(run: Run) -> None:
    if not run.has_vectors:
        raise Conflict(
            f"Run {run.run_id} keeps days only (detail: day), and trades need its steps; "
            "its sums are in /bills and /nodes, or start the run again with detail: step."
        )


def price_is_mean(run: Run) -> bool:
    """True where the stored price is a mean over trades or over steps."""
    return run.parameters.get("allocation") in OWN_PRICES or run.stored_step_minutes > run.step_minutes


def pools_of(seen: Sight, node_id: int | None = None) -> Pools:
    """The houses to look at: all that may be seen, one, or those of a transformer."""
    houses = seen.nodes("house")
    if node_id is not None:
        node = seen.node(node_id)
        houses = [house for house in houses if _belongs(house, node)]
    (grid,) = runs.nodes(seen.run.run_id, kind="grid")
    return Pools.of(seen.run, houses, grid.node_id)


def as_table(found: Trades) -> pa.Table:
    """Trades as a table, its columns as in JSON."""
    return pa.table(
        {
            "start": pa.array(found.start, pa.timestamp("s", "UTC")),
            "house_id": pa.array(found.house_id),
            "side": pa.array(np.where(found.is_buy, "buy", "sell"), pa.string()),
            "pool_id": pa.array(found.pool_id),
            "energy_kwh": pa.array(found.energy_kwh),
            "price_eur_per_kwh": pa.array(found.price, from_pandas=True),
            "amount": pa.array(found.amount, from_pandas=True),
        }
    )


def as_items(found: Trades) -> list[dict[str, Any]]:
    """Trades as JSON's objects; a price that is not known is NaN, which JSON shows as null."""
    starts = np.char.add(np.datetime_as_string(found.start, unit="s"), "Z").tolist()
    sides = np.where(found.is_buy, "buy", "sell").tolist()
    numbers = (found.energy_kwh.tolist(), found.price.tolist(), found.amount.tolist())
    columns = (starts, found.house_id.tolist(), sides, found.pool_id.tolist(), *numbers)
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=True)]


def _belongs(house: Node, node: Node) -> bool:
    return bool(node.kind == "grid" or node.node_id in (house.node_id, house.parent_id))


def _period(run: Run, first: str | None, last: str | None) -> tuple[datetime, datetime]:
    """As of series, but without an end only the first local day."""
    start, end = period(run, first, last)
    if last is None:
        zone = ZoneInfo(run.timezone)
        day = start.astimezone(zone).date() + timedelta(days=1)
        end = min(end, datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC))
    return start, end


def _page(
    days: Iterator[tuple[date, Trades]], span: tuple[datetime, datetime], resumed: tuple[int, int], limit: int
) -> tuple[Trades, str | None]:
    """Up to `limit` trades inside `span`, and the cursor of what follows. `resumed`: day and trades of it to skip."""
    low, high = (utc64(moment) for moment in span)
    parts: list[Trades] = []
    room = limit
    for day, found in days:
        inside = found.chosen(slice(*np.searchsorted(found.start, [low, high])))
        skip = resumed[1] if day.toordinal() == resumed[0] else 0
        taken = inside.chosen(slice(skip, skip + room))
        parts.append(taken)
        if skip + len(taken) < len(inside):
            return joined(parts), encode_cursor(day.toordinal() * TRADES_OF_A_DAY + skip + len(taken))
        room -= len(taken)
    return joined(parts), None
