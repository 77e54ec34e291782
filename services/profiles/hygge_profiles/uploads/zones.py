"""Local wall-clock time to UTC for whole arrays, with the skipped and the repeated hour told apart.

A zone is a list of transitions; two look-ups, one for the first and one for the second reading of a repeated stamp
(PEP 495, fold 0 and 1), give the offsets. Where the offset of the first is larger the stamp exists twice, where it is
smaller never.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
DAY = 86_400
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")


def parse_zone(text: str) -> tzinfo:
    """An IANA zone or a fixed offset such as +10:00; ValueError otherwise."""
    match = _OFFSET.fullmatch(text)
    if match:
        delta = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(delta if match[1] == "+" else -delta)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f"{text!r} is no IANA time zone such as Europe/Berlin, nor an offset such as +01:00"
        ) from error


@dataclass(frozen=True, slots=True)
class Readings:
    """UTC seconds of wall-clock seconds in both readings, [n]; where they are equal the stamp exists once."""

    first: Ints
    second: Ints

    @property
    def twice(self) -> NDArray[np.bool_]:
        return self.first < self.second

    @property
    def never(self) -> NDArray[np.bool_]:
        return self.first > self.second


def to_utc(wall: Ints, zone: tzinfo) -> Readings:
    """Both readings of wall-clock seconds since 1970-01-01T00:00 local time."""
    if len(wall) == 0:
        return Readings(wall, wall)
    transitions, offsets = _table(zone, int(wall.min()) // DAY - 2, int(wall.max()) // DAY + 2)
    before, after = offsets[:-1], offsets[1:]
    first = np.searchsorted(transitions + np.maximum(before, after), wall, side="right")
    second = np.searchsorted(transitions + np.minimum(before, after), wall, side="right")
    return Readings(wall - offsets[first], wall - offsets[second])


@lru_cache(maxsize=64)
def _table(zone: tzinfo, first_day: int, last_day: int) -> tuple[Ints, Ints]:
    """UTC seconds of the transitions in a span of days [t], and the offsets around them [t + 1], in seconds."""
    transitions: list[int] = []
    offsets = [_offset(zone, first_day * DAY)]
    for day in range(first_day, last_day):
        low, high = day * DAY, (day + 1) * DAY
        after = _offset(zone, high)
        if after == offsets[-1]:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == offsets[-1] else (low, middle)
        transitions.append(high)
        offsets.append(after)
    return np.asarray(transitions, np.int64), np.asarray(offsets, np.int64)


def _offset(zone: tzinfo, utc_seconds: int) -> int:
    offset = datetime.fromtimestamp(utc_seconds, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return round(offset.total_seconds())


def runs_backward(wall: Ints) -> bool:
    """True for a file whose newest rows come first."""
    steps = np.diff(wall)
    return bool(np.count_nonzero(steps < 0) > np.count_nonzero(steps > 0))


def occurrence(wall: Ints, groups: Ints) -> Ints:
    """How often the same stamp came before in its group, [n]."""
    order = np.lexsort((wall, groups))
    changed = np.flatnonzero(np.append(True, (np.diff(wall[order]) != 0) | (np.diff(groups[order]) != 0)))
    lengths = np.diff(np.append(changed, len(wall)))
    ranks = np.empty(len(wall), np.int64)
    ranks[order] = np.arange(len(wall)) - np.repeat(changed, lengths)
    return ranks
