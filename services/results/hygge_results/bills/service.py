"""Bills of houses: a view on the stored sums of periods, and one house's bill line by line."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.errors import NotFound
from hygge_core.paging import PageRequest, encode_cursor
from hygge_results.base import database
from hygge_results.bills.lines import bill_lines
from hygge_results.bills.schemas import Amounts, BillDocument, BillOut, BillPeriod, BillsOut
from hygge_results.bills.split import Divider
from hygge_results.indicators.closing import month_label, months_of
from hygge_results.indicators.formulas import bought_kwh, derived, sold_kwh
from hygge_results.indicators.periods import facts_of
from hygge_results.indicators.repository import RUN
from hygge_results.indicators.service import stored_period, stored_periods
from hygge_results.runs import repository as runs
from hygge_results.runs.service import require_closed, sight
from hygge_results.runs.tables import Node, Run

EACH_MONTH = "months"
AMOUNTS = tuple(Amounts.model_fields)
Array = NDArray[np.float64]


def bills(principal: Principal, run_id: int, period: str, house_id: int | None, paging: PageRequest) -> BillsOut:
    """Bills for the run, one month or each month; a household gets its own. Conflict while the run goes on."""
    with reading(database):
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


def document(principal: Principal, run_id: int, house_id: int, period: str) -> tuple[BillDocument, datetime]:
    """One house's bill with its lines, for the run, one month or each month; and when the run was closed.

    Raises NotFound for a house that the caller may not see and for a period outside the run, Conflict while it goes on.
    """
    with reading(database):
        seen = sight(principal, run_id)
        house = seen.node(house_id)
        if house.kind != "house":
            raise NotFound(f"Node {house_id} of run {run_id} is no house, so it has no bill.")
        require_closed(seen.run)
        (grid,) = runs.nodes(run_id, kind="grid")
        labels = months_of(seen.run) if period == EACH_MONTH else [period]
        periods = _periods(seen.run, house, grid.node_id, labels)
    found = BillDocument(
        run_id=run_id, run_name=seen.run.name, house_id=house.node_id, name=house.name, owner=house.owner,
        currency=seen.run.currency, timezone=seen.run.timezone, periods=periods,
    )  # fmt: skip
    return found, seen.run.closed_at


def _periods(run: Run, house: Node, grid_id: int, labels: Sequence[str]) -> list[BillPeriod]:
    stored = stored_periods(run.run_id, labels, [house])
    days, offsets = run.axis.days()
    chosen = {label: [place for place, day in enumerate(days) if label in (RUN, month_label(day))] for label in labels}
    spans = {
        label: (run.axis.at(int(offsets[places[0]])), run.axis.at(int(offsets[places[-1] + 1])))
        for label, places in chosen.items()
    }
    read = (days[chosen[labels[0]][0]], days[chosen[labels[-1]][-1]])
    divider = Divider(run, house, grid_id, read)
    return [_period(run, house, label, spans[label], stored[label].values, divider) for label in labels]


def _period(
    run: Run, house: Node, label: str, span: tuple[datetime, datetime], stored: dict[str, Array], divider: Divider
) -> BillPeriod:
    sums = {name: float(values[0]) for name, values in (stored | derived(stored, facts_of([house]))).items()}
    purchases, sales = divider.splits(span, sums)
    names = set(BillPeriod.model_fields) & set(sums)
    return BillPeriod(
        period=label, start=span[0], end=span[1],
        shared_kwh=float(bought_kwh(stored)[0] + sold_kwh(stored)[0]),
        lines=bill_lines(sums, str(run.parameters.get("pricing", "")), purchases, sales),
        **{name: sums[name] for name in names},
    )  # fmt: skip


def _bill(house: Node, label: str, columns: dict[str, Array], place: int) -> BillOut:
    values = {name: float(column[place]) for name, column in columns.items()}
    return BillOut(house_id=house.node_id, name=house.name, owner=house.owner, period=label, **values)


def _total(periods: Sequence[dict[str, Array]]) -> Amounts:
    return Amounts(**{name: float(sum(columns[name].sum() for columns in periods)) for name in AMOUNTS})
