"""Indicators of runs, nodes and periods, and runs side by side."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.errors import Finding, InvalidInput, NotFound
from hygge_core.paging import PageRequest, encode_cursor
from hygge_results import node_days
from hygge_results.base import database
from hygge_results.indicators import repository
from hygge_results.indicators.catalog import FAIRNESS_UNITS, UNITS, in_currency
from hygge_results.indicators.closing import months_of
from hygge_results.indicators.fairness import gini, jain, lifted
from hygge_results.indicators.formulas import derived, turnover_eur
from hygge_results.indicators.periods import PEAKS, Community, Period, facts_of, period_of
from hygge_results.indicators.proof import judged
from hygge_results.indicators.schemas import (
    ComparedRun,
    CompareOut,
    Indicators,
    MonthOut,
    NodeOut,
    NodesOut,
    SummaryOut,
)  # fmt: skip
from hygge_results.runs.repository import count
from hygge_results.runs.service import Sight, require_closed, sight, whole_sight
from hygge_results.runs.tables import Node, Run

MAX_COMPARED_RUNS = 50
Array = NDArray[np.float64]


def summary(principal: Principal, run_id: int) -> SummaryOut:
    """The run's indicators; NotFound, NotAllowed for households, Conflict while the run goes on."""
    with reading(database):
        seen = whole_sight(principal, run_id)
        require_closed(seen.run)
        run, grid, houses = seen.run, seen.nodes("grid"), seen.nodes("house")
        labels = months_of(run)
        stored = stored_periods(run_id, [*labels, repository.RUN], grid)
        months = [MonthOut(month=label, indicators=_listed(grid, stored[label])[0]) for label in labels]
        whole = stored[repository.RUN]
        of_houses = stored_period(run_id, repository.RUN, houses) if houses else whole
        proof = judged(run.proof, run.currency, turnover_eur(whole.values), _step_kwh(run, of_houses))
        return SummaryOut(
            start=run.starts_at, end=run.ends_at, houses=len(houses), transformers=count(run_id, "transformer"),
            indicators=_listed(grid, whole)[0],
            fairness=_fairness(houses, of_houses) if houses else {},
            months=months, units=in_currency(UNITS | FAIRNESS_UNITS, run.currency),
            **_fields(run, SummaryOut) | {"proof": proof},
        )  # fmt: skip


def _step_kwh(run: Run, nodes: Period) -> float:
    """The largest energy of a step that any of the nodes uses, takes or gives."""
    peaks = np.concatenate([nodes.values[name] for name in PEAKS])
    return float(np.nanmax(peaks, initial=0.0)) * run.step_minutes / 60


def node_indicators(principal: Principal, run_id: int, period: str, kind: str | None, paging: PageRequest) -> NodesOut:
    """Indicators per node for the run, a month (YYYY-MM) or a day (YYYY-MM-DD); a household gets its own houses.

    Raises InvalidInput for another period, NotFound for a period outside the run, Conflict while the run goes on (days
    can be read before its end).
    """
    with reading(database):
        seen = sight(principal, run_id)
        nodes = seen.nodes(kind, after=paging.after, limit=paging.limit + 1)
        page = nodes[: paging.limit]
        listed = _listed(page, _period(seen, period, page)) if page else []
        more = len(nodes) > len(page)
        return NodesOut(
            run_id=run_id,
            period=period,
            units=in_currency(UNITS, seen.run.currency),
            items=[_node_out(node, found) for node, found in zip(page, listed, strict=True)],
            next_cursor=encode_cursor(page[-1].position + 1) if more else None,
        )


def compare(principal: Principal, run_ids: Sequence[int]) -> CompareOut:
    """Indicators of closed runs side by side, in the order asked for."""
    if not 1 <= len(run_ids) <= MAX_COMPARED_RUNS:
        raise InvalidInput([Finding("runs", f"name 1 to {MAX_COMPARED_RUNS} runs, separated by commas")])
    with reading(database):
        seen = [whole_sight(principal, run_id) for run_id in run_ids]
        columns: list[Indicators] = []
        for one in seen:
            require_closed(one.run)
            grid, houses = one.nodes("grid"), one.nodes("house")
            columns.append(_listed(grid, stored_period(one.run.run_id, repository.RUN, grid))[0])
            if houses:
                columns[-1] |= _fairness(houses, stored_period(one.run.run_id, repository.RUN, houses))
        currencies = {one.run.currency for one in seen}
        names = [name for name in UNITS | FAIRNESS_UNITS if any(name in column for column in columns)]
        units = UNITS | FAIRNESS_UNITS
        return CompareOut(
            runs=[
                ComparedRun(start=one.run.starts_at, end=one.run.ends_at, **_fields(one.run, ComparedRun))
                for one in seen
            ],
            indicators={name: [column.get(name) for column in columns] for name in names},
            units=in_currency(units, currencies.pop() if len(currencies) == 1 else "currency of the run"),
        )


def indicator_columns(nodes: Sequence[Node], period: Period) -> dict[str, NDArray[Any]]:
    """All indicators of nodes in a period by name, in the catalog's order, NaN and NaT where undefined."""
    found: dict[str, NDArray[Any]] = {**period.values, **derived(period.values, facts_of(nodes)), **period.times}
    return {name: found[name] for name in UNITS}


def stored_period(run_id: int, label: str, nodes: Sequence[Node]) -> Period:
    """A closed run's stored period for these nodes; NotFound when the run has no such period."""
    return stored_periods(run_id, [label], nodes)[label]


def stored_periods(run_id: int, labels: Sequence[str], nodes: Sequence[Node]) -> dict[str, Period]:
    """As `stored_period`, several at once."""
    found = repository.find_periods(run_id, labels, np.asarray([node.node_id for node in nodes], np.int64))
    for label in labels:
        if label not in found:
            raise NotFound(f"Run {run_id} has no period {label!r}; periods are 'run' and its months as YYYY-MM.")
    return found


def _fields(run: Run, model: type[SummaryOut] | type[ComparedRun]) -> dict[str, Any]:
    return {name: getattr(run, name) for name in model.model_fields if hasattr(run, name)}


def _period(seen: Sight, period: str, nodes: list[Node]) -> Period:
    if period == repository.RUN or len(period) == len("2016-01"):
        require_closed(seen.run)
        return stored_period(seen.run.run_id, period, nodes)
    try:
        day = date.fromisoformat(period)
    except ValueError:
        text = "say run, a month as YYYY-MM or a day as YYYY-MM-DD"
        raise InvalidInput([Finding("period", text)]) from None
    days, offsets = seen.run.axis.days()
    if day not in days:
        raise NotFound(f"{day} is not a day of run {seen.run.run_id}.")
    community = Community(seen.run, nodes)
    sums = node_days.day_sums(seen.run.run_id, community.ids.tolist(), day, day)
    if (sums.steps < 0).any():
        raise NotFound(f"Run {seen.run.run_id} has not reached {day} yet.")
    hours = np.diff(offsets)[days.index(day)] * seen.run.axis.step_hours
    return period_of(community, sums, np.asarray([hours]))


def _listed(nodes: Sequence[Node], period: Period) -> list[Indicators]:
    """One dict per node, with null for what is undefined."""
    columns = indicator_columns(nodes, period)
    plain = {name: _plain(values, name in PEAKS.values()) for name, values in columns.items()}
    return [{name: values[index] for name, values in plain.items()} for index in range(len(nodes))]


def _plain(values: NDArray[Any], are_times: bool) -> list[Any]:
    if are_times:
        return [value and value.replace(tzinfo=UTC) for value in values.astype("datetime64[s]").astype(datetime)]
    return [None if isnan(value) else value for value in values.tolist()]


def _fairness(houses: Sequence[Node], period: Period) -> Indicators:
    """How evenly savings and service are spread over the houses."""
    found = derived(period.values, facts_of(houses))
    saving, service = found["saving_eur"], found["quality_of_service"]
    service = service[~np.isnan(service)]
    raised = lifted(saving)
    values = {
        "gini_savings": gini(raised),
        "jain_savings": jain(raised),
        "savings_lifted_by_eur": -min(float(saving.min()), 0.0),
        "participation_rate": float(np.mean(saving >= -_CENT)),
        "worst_quality_of_service": float(service.min()) if len(service) else float("nan"),
        "jain_quality_of_service": jain(service),
    }
    return {name: None if isnan(value) else value for name, value in values.items()}


# A house counts as not worse off when rounding alone separates its two bills.
_CENT = 0.005


def _node_out(node: Node, indicators: Indicators) -> NodeOut:
    names = set(NodeOut.model_fields) - {"indicators"}
    return NodeOut(indicators=indicators, **{name: getattr(node, name) for name in names})
