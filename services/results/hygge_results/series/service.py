"""Series of nodes: stored steps and coarser intervals from vectors, days and months from day sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.errors import Finding, InvalidInput
from hygge_core.timeaxis import TimeAxis
from hygge_results import day_columns, node_days
from hygge_results.base import database
from hygge_results.formats import utc64
from hygge_results.runs.service import Sight, sight
from hygge_results.runs.tables import Node, Run
from hygge_results.series import intervals, measures
from hygge_results.series.measures import DAY_SUMS, STEPWISE

Times = NDArray[np.datetime64]
MINUTES = {"15m": 15, "1h": 60}
COARSE = ("1d", "1mo")
# From so many nodes on it is faster to read a sum's column of all nodes than the rows of these.
MANY_NODES = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller asks for; texts as they came. `measures` empty: the stored ones."""

    node_id: int | None
    kind: str | None
    measures: tuple[str, ...]
    first: str | None
    last: str | None
    resolution: str


@dataclass(frozen=True, slots=True)
class Series:
    """`values` by measure: [steps] for one node, [nodes, steps] for a kind. `step_minutes` None: days or months."""

    run: Run
    nodes: list[Node]
    kind: str
    one_node: bool
    resolution: str
    step_minutes: int | None
    timestamps: Times
    values: dict[str, NDArray[np.floating]]


def read(principal: Principal, run_id: int, wanted: Wanted) -> Series:
    """The series; NotFound for what the caller may not see, InvalidInput with all findings."""
    with reading(database):
        seen = sight(principal, run_id)
        nodes, kind = _nodes(seen, wanted)
        start, end = period(seen.run, wanted.first, wanted.last)
        resolution = _resolution(seen.run, wanted, one_node=len(nodes) == 1 and wanted.kind is None)
        names = wanted.measures or _defaults(kind, seen.run)
        coarse = resolution in COARSE
        found = measures.findings(names, kind=kind, coarse=coarse, has_vectors=seen.run.has_vectors)
        if found:
            raise InvalidInput(found, "The series can't be given like this.")
        if coarse:
            timestamps, values = _days(seen.run, nodes, kind, names, (start, end), monthly=resolution == "1mo")
            step = None
        else:
            timestamps, values, step = _steps(seen.run, nodes[0], names, (start, end), resolution)
    if coarse and wanted.kind is None:
        values = {name: series[0] for name, series in values.items()}
    return Series(seen.run, nodes, kind, wanted.kind is None, resolution, step, timestamps, values)


def duration(principal: Principal, run_id: int, wanted: Wanted, points: int) -> tuple[Series, list[float], list[float]]:
    """A measure's duration curve at the stored step: hours, and values in falling order at up to `points` ranks."""
    series = read(principal, run_id, wanted)
    if series.step_minutes is None:
        raise InvalidInput([Finding("measure", "a duration curve needs stored steps, and this run keeps days only")])
    (values,) = series.values.values()
    falling = np.sort(values[~np.isnan(values)])[::-1]
    ranks = np.unique(np.linspace(0, len(falling) - 1, min(points, len(falling))).round().astype(np.int64))
    return series, ((ranks + 1) * series.step_minutes / 60).tolist(), falling[ranks].tolist()


def period(run: Run, first: str | None, last: str | None) -> tuple[datetime, datetime]:
    """The asked-for `[from, to)` in UTC, cut to the run. Dates mean local midnight, timestamps need an offset.

    Raises InvalidInput for what can't be read and for an empty period.
    """
    found: list[Finding] = []
    start = _moment("from", first, run, found) or run.starts_at
    end = _moment("to", last, run, found) or run.ends_at
    start, end = max(start, run.starts_at), min(end, run.ends_at)
    if not found and start >= end:
        covered = f"{run.starts_at:%Y-%m-%dT%H:%MZ} to {run.ends_at:%Y-%m-%dT%H:%MZ}"
        found.append(Finding("from", f"nothing of the run lies in this period; it covers {covered}"))
    if found:
        raise InvalidInput(found, "The series can't be given like this.")
    return start, end


def _moment(name: str, text: str | None, run: Run, found: list[Finding]) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+"))  # a '+' in a query string arrives as a space
        if len(text) == len("2016-01-01"):
            return moment.replace(tzinfo=ZoneInfo(run.timezone)).astimezone(UTC)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        found.append(Finding(name, f"{text!r} is neither a date nor an ISO 8601 timestamp with Z or an offset"))
        return None


def _nodes(seen: Sight, wanted: Wanted) -> tuple[list[Node], str]:
    if wanted.node_id is not None:
        node = seen.node(wanted.node_id)
        return [node], str(node.kind)
    if wanted.kind is not None:
        return seen.nodes(wanted.kind), wanted.kind
    if seen.whole:
        return seen.nodes("grid"), "grid"
    own = seen.nodes()
    if len(own) == 1:
        return own, "house"
    raise InvalidInput([Finding("node_id", "name one of your houses")], "The series can't be given like this.")


def _defaults(kind: str, run: Run) -> tuple[str, ...]:
    """The stored measures; of a run that keeps days only, those that its days tell."""
    names = measures.DEFAULT if kind == "house" else (*measures.DEFAULT, measures.PRICE)
    return names if run.has_vectors else tuple(name for name in names if not measures.needs_vectors(name, kind))


def _resolution(run: Run, wanted: Wanted, *, one_node: bool) -> str:
    resolution = wanted.resolution
    if resolution == "native" and not run.has_vectors:
        return "1d"
    objection = None
    if resolution in MINUTES and MINUTES[resolution] < run.stored_step_minutes:
        stored = "days" if not run.has_vectors else f"{run.stored_step_minutes} minutes"
        objection = f"the run stores steps of {stored}, which is coarser"
    if not one_node and wanted.kind is not None and resolution not in COARSE:
        objection = "for all nodes of a kind ask for 1d or 1mo, or name a node"
    if objection:
        raise InvalidInput([Finding("resolution", objection)], "The series can't be given like this.")
    return resolution


def _steps(
    run: Run, node: Node, names: Sequence[str], span: tuple[datetime, datetime], resolution: str
) -> tuple[Times, dict[str, NDArray[np.floating]], int]:
    """Step-wise values of one node in `span`, at the stored step or coarser."""
    stored = list(dict.fromkeys(vector for name in names for vector in STEPWISE[name].stored))
    first, last = _local_days(run, span)
    is_house = node.kind == "house"
    vectors = node_days.node_vectors(
        run.run_id, node.node_id, (first, last), stored, run.stored_step_minutes, is_house=is_house
    )
    low, high = np.searchsorted(vectors.timestamps, [utc64(span[0]), utc64(span[1])])
    timestamps = vectors.timestamps[low:high].astype("datetime64[s]")
    cut = {name: values[low:high] for name, values in vectors.values.items()}
    values = {name: STEPWISE[name].steps(cut, is_house) for name in names}
    minutes = MINUTES.get(resolution, run.stored_step_minutes)
    if minutes != run.stored_step_minutes:
        offset = intervals.zone_offset_minutes(run.timezone, span[0])
        timestamps, values = intervals.coarser(timestamps, values, minutes, offset)
    return timestamps, dict(values), minutes


def _days(
    run: Run, nodes: list[Node], kind: str, names: Sequence[str], span: tuple[datetime, datetime], *, monthly: bool
) -> tuple[Times, dict[str, NDArray[np.floating]]]:
    """Day or month values [nodes, intervals] of all local days that `span` touches."""
    first, last = _local_days(run, span)
    all_days, starts, all_hours = _calendar(run.starts_at, run.ends_at, run.step_minutes, run.timezone)
    # Where local midnight lies inside a step, the run may end minutes after the last day that has a step of its own.
    first, last = min(first, all_days[-1]), min(last, all_days[-1])
    low, high = all_days.index(first), all_days.index(last) + 1
    hours, timestamps = all_hours[low:high], starts[low:high]
    expressions = {name: _expression(name, kind) for name in names if not measures.needs_vectors(name, kind)}
    expressions |= {name: _STATE_AT_NIGHT for name in names if name == measures.STATE}
    found = _day_values(run, nodes, (first, last), expressions)
    daily = {name: found[name] / (hours if name in STEPWISE and name != measures.STATE else 1) for name in found}
    starting = all_days[low:high]
    if monthly:
        groups = intervals.month_starts(np.asarray(starting, "datetime64[D]"))
        timestamps, starting = timestamps[groups], [starting[group] for group in groups]
        daily = {name: intervals.over_days(name, values, hours, groups) for name, values in daily.items()}
    for name in names:
        if name not in daily:
            daily[name] = _means(run, nodes, name, (first, last), starting)
    # Means are as exact as the stored steps; sums keep what the engine counted.
    return timestamps, {name: daily[name].astype(np.float32 if name in STEPWISE else np.float64) for name in names}


def _day_values(
    run: Run, nodes: list[Node], span: tuple[date, date], expressions: dict[str, str]
) -> dict[str, NDArray[np.float64]]:
    """Expressions over day rows, float64[nodes, days], from where they are read fastest; NaN where there is no row."""
    if run.closed_at is not None and len(nodes) >= MANY_NODES and measures.STATE not in expressions:
        found = day_columns.read(run.run_id, [node.position for node in nodes], *span, expressions)
        if found is not None:
            return found
    return node_days.day_expressions(run.run_id, [node.node_id for node in nodes], *span, expressions)[1]


_STATE_AT_NIGHT = "CASE WHEN steps > 0 THEN coalesce(soc_kwh[steps], 0) END"


def _expression(name: str, kind: str) -> str:
    if name in DAY_SUMS:
        return name
    measure = STEPWISE[name]
    return str(measure.house_energy if kind == "house" else measure.upper_energy)


def _means(
    run: Run, nodes: list[Node], name: str, days: tuple[date, date], starting: list[date]
) -> NDArray[np.float64]:
    """Means over intervals that begin at local midnight of `starting`, from vectors, for what day sums don't know.

    float64[nodes, intervals]. Steps without a value (no price) don't count; NaN where no step has one.
    """
    zone, count = ZoneInfo(run.timezone), len(starting)
    midnights = [datetime(day.year, day.month, day.day, tzinfo=zone) for day in starting]
    edges = np.asarray([utc64(midnight.astimezone(UTC)) for midnight in midnights])
    result = np.full((len(nodes), count), np.nan)
    measure = STEPWISE[name]
    for row, node in enumerate(nodes):
        is_house = node.kind == "house"
        found = node_days.node_vectors(
            run.run_id, node.node_id, days, measure.stored, run.stored_step_minutes, is_house=is_house
        )
        if not len(found.timestamps):
            continue
        values = measure.steps(found.values, is_house).astype(np.float64)
        # The step that holds a local midnight belongs to the day before, also to that before the first one.
        interval = np.maximum(np.searchsorted(edges, found.timestamps, side="right") - 1, 0)
        known = ~np.isnan(values)
        totals = np.bincount(interval[known], values[known], count)
        counts = np.bincount(interval[known], minlength=count)
        result[row] = np.divide(totals, counts, out=np.full(count, np.nan), where=counts > 0)
    return result


def _local_days(run: Run, span: tuple[datetime, datetime]) -> tuple[date, date]:
    zone = ZoneInfo(run.timezone)
    return span[0].astimezone(zone).date(), (span[1] - timedelta(microseconds=1)).astimezone(zone).date()


@lru_cache(maxsize=64)
def _calendar(
    start: datetime, end: datetime, step_minutes: int, timezone: str
) -> tuple[list[date], Times, NDArray[np.float64]]:
    """A run's local days, the UTC start of each (cut by the run's start) and its simulated hours."""
    axis = TimeAxis(start, end, step_minutes, timezone)
    days, offsets = axis.days()
    starts = np.asarray([utc64(axis.at(int(step))) for step in offsets[:-1]], "datetime64[s]")
    return days, starts, np.diff(offsets) * axis.step_hours
