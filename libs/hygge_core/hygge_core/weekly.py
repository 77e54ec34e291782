"""Spans that come again every week, by the local clock: days by number or name, clock times, overlaps."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONG_DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOCK_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
DAY_MINUTES = 1440
WEEK_MINUTES = 7 * DAY_MINUTES

# Weekdays on which a span begins, its first minute of the day, and how many minutes it lasts.
Span = tuple[Iterable[int], int, int]


def weekday_number(value: Any) -> Any:
    """Monday is 0; names and their first three letters are understood too, anything else is given back."""
    if isinstance(value, str) and (name := value.strip().lower()) in DAY_NAMES + LONG_DAY_NAMES:
        return DAY_NAMES.index(name[:3])
    return value


def clock_minute(text: str) -> int:
    """'HH:MM' as minutes of the day."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def clock_text(minute_of_week: int) -> str:
    """A minute of the week in words: 'tue 07:30'."""
    day, minute = divmod(minute_of_week, DAY_MINUTES)
    return f"{DAY_NAMES[day]} {minute // 60:02}:{minute % 60:02}"


def overlaps(spans: Sequence[Span]) -> list[tuple[int, int, int]]:
    """Pairs of spans that share a minute of the week, as (earlier in the list, later, first such minute).

    A span that lasts until its next day begins meets itself: then both numbers are the same.
    """
    owner = np.full(WEEK_MINUTES, -1)
    found: list[tuple[int, int, int]] = []
    for index, (weekdays, begin, length) in enumerate(spans):
        for day in sorted(set(weekdays)):
            minutes = _minutes(day, begin, length)
            taken = minutes[owner[minutes] >= 0]
            for other in np.unique(owner[taken]).tolist():
                pair = (int(other), index, int(taken[owner[taken] == other][0]))
                if pair[:2] not in {known[:2] for known in found}:
                    found.append(pair)
            owner[minutes] = index
    return found


def _minutes(day: int, begin: int, length: int) -> NDArray[np.int64]:
    return (day * DAY_MINUTES + begin + np.arange(length)) % WEEK_MINUTES
