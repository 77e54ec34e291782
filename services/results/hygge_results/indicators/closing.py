"""Closing a run: check that it is complete, then store the sums of each month and of the run, and day sums by column.

Month by month, so that memory is bound by nodes times the days of a month; the database reads the next month while this
one is summed and written.
"""

from contextlib import closing
from datetime import date
from itertools import groupby

import numpy as np

from hygge_core.errors import Conflict
from hygge_results import day_columns, node_days
from hygge_results.indicators import repository
from hygge_results.indicators.periods import Community, Period, combined, period_of
from hygge_results.node_days import DaySums
from hygge_results.runs.tables import Node, Run


def store_periods(run: Run, nodes: list[Node]) -> None:
    """Compute and store the run's months and its total, inside the caller's transaction.

    Raises Conflict when a node lacks a day.
    """
    community = Community(run, nodes)
    days, offsets = run.axis.days()
    hours = dict(zip(days, np.diff(offsets) * run.axis.step_hours, strict=True))
    months = {label: list(members) for label, members in groupby(days, month_label)}
    spans = [(month[0], month[-1]) for month in months.values()]
    periods: dict[str, Period] = {}
    with closing(node_days.day_sums_ahead(run.run_id, community.ids.tolist(), spans)) as read:
        for (label, month), sums in zip(months.items(), read, strict=True):
            _require_complete(community, sums)
            day_columns.store(run.run_id, sums)
            periods[label] = period_of(community, sums, np.asarray([hours[day] for day in month]))
            del sums  # before the next month's are made
    total = combined(list(periods.values()))
    repository.insert_periods(run.run_id, community.ids, {repository.RUN: total, **periods})


def months_of(run: Run) -> list[str]:
    """The run's local months, YYYY-MM."""
    return list(dict.fromkeys(month_label(day) for day in run.axis.days()[0]))


def month_label(day: date) -> str:
    return f"{day:%Y-%m}"


def _require_complete(community: Community, sums: DaySums) -> None:
    missing = np.argwhere(sums.steps < 0)
    if len(missing):
        node, day = missing[0]
        raise Conflict(
            f"Run {community.run.run_id} is incomplete: {len(missing)} day(s) are missing, "
            f"the first is {sums.days[day]} of node {community.ids[node]}; nothing was closed."
        )
