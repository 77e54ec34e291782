"""Series of a profile at a resolution, in local days and months where asked."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.errors import Finding, InvalidInput, NotFound
from hygge_core.resample import to_buckets
from hygge_profiles.base import database
from hygge_profiles.profiles import service as profiles
from hygge_profiles.profiles.tables import Profile
from hygge_profiles.series import repository
from hygge_profiles.series.schemas import Resolution

MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIXED_MINUTES = {Resolution.QUARTER_HOUR: 15, Resolution.HOUR: 60}


@dataclass(frozen=True, slots=True)
class Answer:
    """A series: UTC starts of intervals, datetime64[s] [n], and means, float32 [n]; `step_minutes` if all are equal."""

    profile_id: int
    unit: str
    resolution: Resolution
    timezone: str
    start: datetime
    step_minutes: int | None
    timestamps: NDArray[np.datetime64]
    values: NDArray[np.float32]


def series(
    principal: Principal,
    profile_id: int,
    *,
    first: datetime | None,
    last: datetime | None,
    resolution: Resolution,
    timezone: str,
) -> Answer:
    """The part of [first, last) that the profile covers; NotFound, or InvalidInput when nothing of it is covered.

    Intervals at the edges are means over what is covered of them.
    """
    zone = ZoneInfo(timezone)
    with reading(database):
        row = profiles.visible(principal, profile_id)
        start, end = _window(row, _aware(first, zone), _aware(last, zone))
        try:
            values = repository.read([profile_id], row.step_minutes, start, end)[0]
        except LookupError as error:
            raise NotFound(profiles.NO_PROFILE) from error
    if resolution is Resolution.NATIVE:
        starts, means = _minutes(start) + np.arange(len(values)) * row.step_minutes, values
    else:
        edges = _edges(start, end, resolution, zone)
        starts = edges[:-1]
        means = to_buckets(values, row.step_minutes, edges.clip(_minutes(start), _minutes(end)) - _minutes(start))
    step = row.step_minutes if resolution is Resolution.NATIVE else FIXED_MINUTES.get(resolution)
    opening = EPOCH + int(starts[0]) * MINUTE
    stamps = (starts * 60).astype("datetime64[s]")
    return Answer(profile_id, row.unit, resolution, timezone, opening, step, stamps, means)


@dataclass(frozen=True, slots=True)
class Duration:
    """A duration curve: in `hours` [n] hours of [start, end) the value was at least `values` [n], which fall."""

    series: Answer
    end: datetime
    hours: NDArray[np.float64]
    values: NDArray[np.float32]


def duration(
    principal: Principal,
    profile_id: int,
    *,
    first: datetime | None,
    last: datetime | None,
    timezone: str,
    points: int,
) -> Duration:
    """The native values in falling order, at up to `points` ranks spread evenly."""
    native = series(principal, profile_id, first=first, last=last, resolution=Resolution.NATIVE, timezone=timezone)
    assert native.step_minutes is not None
    falling = np.sort(native.values)[::-1]
    ranks = np.unique(np.linspace(0, len(falling) - 1, min(points, len(falling))).round().astype(np.int64))
    end = native.start + len(falling) * native.step_minutes * MINUTE
    return Duration(native, end, (ranks + 1) * native.step_minutes / 60, falling[ranks])


def _aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A moment without offset is local time of the asked zone."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=zone).astimezone(UTC)


def _window(row: Profile, first: datetime | None, last: datetime | None) -> tuple[datetime, datetime]:
    """[first, last) cut to the profile and widened to whole native steps."""
    if first is not None and last is not None and last <= first:
        raise InvalidInput([Finding("to", "must be after from")])
    step = timedelta(minutes=row.step_minutes)
    start, end = max(first or row.starts_at, row.starts_at), min(last or row.ends_at, row.ends_at)
    if end <= start:
        covered = f"{row.starts_at:%Y-%m-%dT%H:%MZ} to {row.ends_at:%Y-%m-%dT%H:%MZ}"
        raise InvalidInput([Finding("from", f"the profile covers {covered}, nothing of what is asked")])
    start -= (start - row.starts_at) % step
    return start.astimezone(UTC), (end + (row.starts_at - end) % step).astimezone(UTC)


def _minutes(moment: datetime) -> int:
    return (moment - EPOCH) // MINUTE


def _edges(start: datetime, end: datetime, resolution: Resolution, zone: ZoneInfo) -> NDArray[np.int64]:
    """Starts of all intervals that touch [start, end) and the end of the last, in minutes since 1970 UTC."""
    fixed = FIXED_MINUTES.get(resolution)
    if fixed is not None:
        first, last = _minutes(start) // fixed, -(-_minutes(end) // fixed)
        return np.arange(first, last + 1) * fixed
    day = start.astimezone(zone).date()
    if resolution is Resolution.MONTH:
        day = day.replace(day=1)
    edges = [_midnight(day, zone)]
    while edges[-1] < _minutes(end):
        day = _following(day, resolution)
        edges.append(_midnight(day, zone))
    return np.asarray(edges, np.int64)


def _following(day: date, resolution: Resolution) -> date:
    if resolution is Resolution.DAY:
        return day + timedelta(days=1)
    return (day + timedelta(days=32)).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return _minutes(datetime.combine(day, time(), zone).astimezone(UTC))
