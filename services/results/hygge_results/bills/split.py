"""How the money of a house's local trades divides into trades inside its transformer and between transformers.

Day sums know only the total. It divides where a house traded in one of the two pools only, and where the stored steps
and prices explain the total: not where every trade has a price of its own, or none.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_results import node_days
from hygge_results.bills.lines import Split
from hygge_results.formats import utc64
from hygge_results.runs.tables import Node, Run
from hygge_results.series.measures import PRICE

Float = NDArray[np.float64]
# Prices and powers are float32: what they explain is right to some 1e-7 of each term.
TOLERANCE = 1e-5
MEASURES = ("shared_local_kw", "shared_grid_kw")


class Divider:
    """Divides the money of one house's trades. Its steps are read when they are first needed, for all of `days`."""

    def __init__(self, run: Run, house: Node, grid_id: int, days: tuple[date, date]) -> None:
        self._run = run
        self._house = house
        self._grid_id = grid_id
        self._days = days

    def splits(self, span: tuple[datetime, datetime], sums: Mapping[str, float]) -> tuple[Split | None, Split | None]:
        """Purchases and sales in a span of the days (UTC), None where they can't be told apart."""
        sides = {
            "purchase": (sums["bought_local_kwh"], sums["bought_grid_kwh"], sums["purchase_cost_eur"]),
            "sale": (sums["sold_local_kwh"], sums["sold_grid_kwh"], sums["sale_revenue_eur"]),
        }
        found = {name: _plain(*side) for name, side in sides.items()}
        if None in found.values() and self._run.stored_step_minutes == self._run.step_minutes:
            money = self._money(span)
            for name, sign in (("purchase", 0), ("sale", 1)):
                found[name] = found[name] or _explained(sides[name][2], *money[:, sign].tolist())
        return found["purchase"], found["sale"]

    def _money(self, span: tuple[datetime, datetime]) -> Float:
        """Σ energy · price, float64[inside and between, bought and sold]; NaN where a traded step has no price."""
        money = np.full((2, 2), np.nan)
        own = self._own
        low, high = np.searchsorted(own.timestamps, [utc64(moment) for moment in span])
        for row, name in enumerate(MEASURES):
            prices = self._prices[row]
            if len(prices) != len(own.timestamps):
                continue
            power, price = own.values[name][low:high].astype(np.float64), prices[low:high].astype(np.float64)
            for column, part in enumerate((np.maximum(power, 0), np.maximum(-power, 0))):
                traded = part > 0
                money[row, column] = float(part[traded] @ price[traded]) * self._run.step_minutes / 60
        return money

    @cached_property
    def _own(self) -> node_days.NodeVectors:
        return node_days.node_vectors(
            self._run.run_id, self._house.node_id, self._days, MEASURES, self._run.stored_step_minutes, is_house=True
        )

    @cached_property
    def _prices(self) -> list[NDArray[np.float32]]:
        """Of the house's own pool and of the whole grid's, [steps] each."""
        run = self._run
        state = (run.registered_at, run.closed_at, run.digest)
        pools = (int(self._house.parent_id or 0), self._grid_id)
        return [_prices(run.run_id, state, pool, self._days, run.stored_step_minutes) for pool in pools]


@lru_cache(maxsize=128)
def _prices(
    run_id: int, _state: tuple[Any, ...], pool: int, days: tuple[date, date], step_minutes: int
) -> NDArray[np.float32]:
    """A pool's prices; every house in it is billed by the same. A run in another state is another run."""
    return node_days.node_vectors(run_id, pool, days, (PRICE,), step_minutes, is_house=False).values[PRICE]


def _plain(inside_kwh: float, between_kwh: float, money: float) -> Split | None:
    """The division where only one pool was traded in."""
    if between_kwh == 0:
        return Split(money, 0.0)
    return Split(0.0, money) if inside_kwh == 0 else None


def _explained(money: float, inside: float, between: float) -> Split | None:
    """The division by steps, if that explains the money; NaN explains nothing."""
    if abs(inside + between - money) <= TOLERANCE * (abs(inside) + abs(between)):
        return Split(inside, money - inside)
    return None
