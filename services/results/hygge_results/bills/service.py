"""Bills of houses: a view on the stored sums of periods."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.database import transaction
from hygge_core.paging import PageRequest, encode_cursor
from hygge_results.base import database
from hygge_results.bills.schemas import Amounts, BillOut, BillsOut
from hygge_results.indicators.closing import months_of
from hygge_results.indicators.formulas import bought_kwh, derived, sold_kwh
from hygge_results.indicators.periods import facts_of
from hygge_results.indicators.service import stored_period
from hygge_results.runs.service import require_closed, sight
from hygge_results.runs.tables import Node

EACH_MONTH = "months"
AMOUNTS = tuple(Amounts.model_fields)
Array = NDArray[np.float64]


def bills(principal: Principal, run_id: int, period: str, house_id: int | None, paging: PageRequest) -> BillsOut:
    """Bills for the run, one month or each month; a household gets its own. Conflict while the run goes on."""
    with transaction(database):
        seen = sight(principal, run_id)
        require_closed(seen.run)
        houses = [seen.node(house_id)] if house_id is not None else seen.nodes("house")
        houses = [house for house in houses if house.kind == "house"]
        labels = months_of(seen.run) if period == EACH_MONTH else [period]
        amounts = {label: amounts_of(run_id, label, houses) for label in labels} if houses else {}
        page = [house for house in houses if house.position >= paging.after][: paging.limit]
        places = {house.node_id: index for index, house in enumerate(houses)}
        items = [
            _bill(house, label, columns, places[house.node_id]) for house in page for label, columns in amounts.items()
        ]
        more = bool(page) and page[-1].position < houses[-1].position
        return BillsOut(
            run_id=run_id,
            currency=seen.run.currency,
            items=items,
            total=_total(list(amounts.values())) if seen.whole else None,
            next_cursor=encode_cursor(page[-1].position + 1) if more else None,
        )


def amounts_of(run_id: int, label: str, houses: Sequence[Node]) -> dict[str, Array]:
    """The amounts of houses in a stored period by name, arrays [houses]."""
    sums = stored_period(run_id, label, houses).values
    found = {**sums, **derived(sums, facts_of(houses)), "bought_kwh": bought_kwh(sums), "sold_kwh": sold_kwh(sums)}
    return {name: found[name] for name in AMOUNTS}


def _bill(house: Node, label: str, columns: dict[str, Array], place: int) -> BillOut:
    values = {name: float(column[place]) for name, column in columns.items()}
    return BillOut(house_id=house.node_id, name=house.name, owner=house.owner, period=label, **values)


def _total(periods: Sequence[dict[str, Array]]) -> Amounts:
    return Amounts(**{name: float(sum(columns[name].sum() for columns in periods)) for name in AMOUNTS})
