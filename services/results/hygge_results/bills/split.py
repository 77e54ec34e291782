"""How the money of a house's local trades divides into trades inside its transformer and between transformers.

Day sums know only the total. It divides where a house traded in one of the two pools only, and where the stored steps
and prices explain the total: not where every trade has a price of its own, or none.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hygge_results import node_days
from hygge_results.bills.lines import Split
from hygge_results.runs.tables import Node, Run
from hygge_results.series.measures import PRICE

Float = NDArray[np.float64]
# Prices and powers are float32: what they explain is right to some 1e-7 of each term.
TOLERANCE = 1e-5
MEASURES = ("shared_local_kw", "shared_grid_kw")


def splits(
    run: Run, house: Node, grid_id: int, days: tuple[date, date], sums: Mapping[str, float]
) -> tuple[Split | None, Split | None]:
    """Purchases and sales of a house over `days` (first and last), None where they can't be told apart."""
    sides = {
        "purchase": (sums["bought_local_kwh"], sums["bought_grid_kwh"], sums["purchase_cost_eur"]),
        "sale": (sums["sold_local_kwh"], sums["sold_grid_kwh"], sums["sale_revenue_eur"]),
    }
    found = {name: _plain(*side) for name, side in sides.items()}
    if None in found.values() and run.stored_step_minutes == run.step_minutes:
        money = _from_steps(run, house, grid_id, days)
        for name, sign in (("purchase", 0), ("sale", 1)):
            found[name] = found[name] or _explained(sides[name][2], *money[:, sign].tolist())
    return found["purchase"], found["sale"]


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


def _from_steps(run: Run, house: Node, grid_id: int, days: tuple[date, date]) -> Float:
    """Σ energy · price, float64[inside and between, bought and sold]; NaN where a traded step has no price."""
    minutes = run.stored_step_minutes
    own = node_days.node_vectors(run.run_id, house.node_id, days, MEASURES, minutes, is_house=True)
    money = np.full((2, 2), np.nan)
    for row, (name, pool) in enumerate(zip(MEASURES, (int(house.parent_id or 0), grid_id), strict=True)):
        found = node_days.node_vectors(run.run_id, pool, days, (PRICE,), minutes, is_house=False)
        if len(found.timestamps) != len(own.timestamps):
            continue
        power, price = own.values[name].astype(np.float64), found.values[PRICE].astype(np.float64)
        for column, part in enumerate((np.maximum(power, 0), np.maximum(-power, 0))):
            traded = part > 0
            money[row, column] = float(part[traded] @ price[traded]) * minutes / 60
    return money
