"""Time: UTC steps that label the start of their interval, local days of 92, 96 or 100 quarter-hours, months."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

STEP_MINUTES = (5, 15, 30, 60)
_NUMBER = re.compile(r"\s*[+-]?[0-9._]+(e[+-]?[0-9]+)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The steps of `[start, end)`; both are UTC and a whole number of steps apart."""

    start: datetime
    end: datetime
    step_minutes: int
    timezone: str = "UTC"

    @property
    def steps(self) -> int:
        return int((self.end - self.start) / timedelta(minutes=self.step_minutes))

    @property
    def step_hours(self) -> float:
        return self.step_minutes / 60

    def at(self, step: int) -> datetime:
        """The UTC start of a step."""
        return self.start + step * timedelta(minutes=self.step_minutes)

    def timestamps(self) -> NDArray[np.datetime64]:
        """UTC starts of all steps, datetime64[s], shape [steps]."""
        first = np.datetime64(self.start.astimezone(UTC).replace(tzinfo=None), "s")
        return first + np.arange(self.steps) * np.timedelta64(self.step_minutes * 60, "s")

    def days(self) -> tuple[list[date], NDArray[np.int64]]:
        """Local days and their step offsets, shape [days + 1]; the first and last day may be cut by start or end."""
        days, offsets = _days(self)
        return list(days), offsets

    def _first_step_of(self, day: date, zone: ZoneInfo) -> int:
        """The first step that starts in local `day` or later (rounded up if the offset is no multiple of the step)."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
        return -int((self.start - midnight) // timedelta(minutes=self.step_minutes))

    def local_clock(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Local weekday (Monday 0), minute of the day and proleptic ordinal of the date for each step, each [steps]."""
        days, offsets = self.days()
        zone = ZoneInfo(self.timezone)
        minutes = np.asarray([_minute_of_day(self.at(step).astimezone(zone)) for step in self._offset_changes()[:, 0]])
        changes = self._offset_changes()[:, 0]
        segment = np.searchsorted(changes, np.arange(self.steps), side="right") - 1
        minute = (minutes[segment] + (np.arange(self.steps) - changes[segment]) * self.step_minutes) % 1440
        lengths = np.diff(offsets)
        weekday = np.repeat(np.asarray([day.weekday() for day in days]), lengths)
        ordinal = np.repeat(np.asarray([day.toordinal() for day in days]), lengths)
        return weekday, minute, ordinal

    def _offset_changes(self) -> NDArray[np.int64]:
        """Steps at which the zone's UTC offset changes (step 0 first), with the offset in minutes; shape [n, 2]."""
        zone = ZoneInfo(self.timezone)
        _, offsets = self.days()
        rows: list[tuple[int, int]] = []
        for first, last in pairwise(offsets):
            edges = (int(first), int(last) - 1)
            before, after = (_offset_minutes(self.at(edge).astimezone(zone)) for edge in edges)
            if not rows or rows[-1][1] != before:
                rows.append((edges[0], before))
            if after != before:
                low, high = edges
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (
                        (middle, high) if _offset_minutes(self.at(middle).astimezone(zone)) == before else (low, middle)
                    )
                rows.append((high, after))
        return np.asarray(rows, np.int64).reshape(-1, 2)


@lru_cache(maxsize=256)
def _days(axis: TimeAxis) -> tuple[list[date], NDArray[np.int64]]:
    """Asked for again with every request about a run, and a millisecond for each year of it."""
    zone = ZoneInfo(axis.timezone)
    days: list[date] = []
    offsets = [0]
    day = axis.start.astimezone(zone).date()
    while offsets[-1] < axis.steps:
        days.append(day)
        day += timedelta(days=1)
        offsets.append(min(axis._first_step_of(day, zone), axis.steps))
    counted = np.asarray(offsets, np.int64)
    counted.setflags(write=False)
    return days, counted


def _minute_of_day(moment: datetime) -> int:
    return moment.hour * 60 + moment.minute


def _offset_minutes(moment: datetime) -> int:
    offset = moment.utcoffset()
    assert offset is not None
    return int(offset.total_seconds() // 60)


def no_number(value: object) -> object:
    """For fields that hold a moment: refuses a bare number, which pydantic would take for seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        raise ValueError("write it as ISO 8601, such as 2026-01-01T00:00:00Z; a number is no moment")
    return value


def parse_utc(text: str) -> datetime:
    """An ISO 8601 timestamp with an offset (or Z) as UTC; ValueError without one."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset; write it with Z")
    return moment.astimezone(UTC)


def utc_text(moment: datetime) -> str:
    """ISO 8601 in UTC with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
