"""Guess: which columns are stamps, how they are written, their step and zone, from a file's first rows."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hygge_profiles.arrow import pa
from hygge_profiles.uploads import plan as plans
from hygge_profiles.uploads import stamps, zones
from hygge_profiles.uploads.inspection_schemas import TimestampsOut

Ints = NDArray[np.int64]
DAY_SECONDS = 86_400
_CLOCK_TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2})?")
_UTC_NAME = re.compile(r"(?:^|[\s_(\[.-])(utc|gmt|zulu)(?=$|[\s_)\].-])", re.IGNORECASE)
# Ten digits are seconds from 2001 to 2286.
_UNIX = {"unix": re.compile(r"[1-9]\d{9}"), "unix_ms": re.compile(r"[1-9]\d{12}")}


@dataclass(frozen=True, slots=True)
class Clock:
    """The stamps of a file's head; `repeats` tells that some come twice, as in a long file."""

    out: TimestampsOut
    repeats: bool


def is_clock_time(cells: list[str]) -> bool:
    return bool(cells) and all(_CLOCK_TIME.fullmatch(cell.strip()) for cell in cells)


def is_stamp(cells: list[str]) -> bool:
    return (
        plans.reads_as_stamps(pa.array([cell.strip() for cell in cells], pa.string()), None) or unix(cells) is not None
    )


def unix(cells: list[str]) -> str | None:
    """`unix` or `unix_ms` if the cells are rising numbers of that many digits."""
    for name, expression in _UNIX.items():
        if len(cells) > 1 and all(expression.fullmatch(cell.strip()) for cell in cells):
            rising = sorted(int(cell) for cell in cells)
            return name if rising[0] < rising[-1] else None
    return None


def read(columns: list[str], cells: list[str], *, typed: bool, hint: str | None) -> Clock:
    """The stamps' cells, those of several columns joined; `hint` is the zone that the caller lives in."""
    texts = pa.array([cell.strip() for cell in cells if cell.strip()], pa.string())
    name, problem = _format(texts)
    if name is None:
        return Clock(_nothing(columns, problem), False)
    parsed = stamps.parse_as(texts, name)
    wall = (parsed.wall - parsed.offset)[parsed.readable] if parsed.has_offset.any() else parsed.wall[parsed.readable]
    if not len(wall):
        return Clock(_nothing(columns, problem), False)
    has_offset = bool(parsed.has_offset[parsed.readable].all())
    step = _step_seconds(wall)
    out = TimestampsOut(
        columns=columns,
        format=None if typed else name,
        has_offset=has_offset,
        timezone_guess="UTC" if has_offset else _zone(columns, wall, hint),
        interval_label_guess="end" if not has_offset and _labels_ends(wall, step) else "start",
        step_minutes=step // 60 if step is not None and step % 60 == 0 else None,
        first=_iso(int(wall.min())),
        last=_iso(int(wall.max())),
        problem=problem,
    )
    return Clock(out, len(np.unique(wall)) < len(wall))


def _format(texts: pa.Array) -> tuple[str | None, str | None]:
    as_unix = unix(texts.to_pylist())
    if as_unix is not None:
        return as_unix, None
    try:
        name = stamps.detect(texts) if len(texts) else None
    except ValueError as error:
        return None, str(error)
    return name, None if name else "no column holds timestamps that are understood; name it, with its format"


def _nothing(columns: list[str], problem: str | None) -> TimestampsOut:
    return TimestampsOut(
        columns=columns, format=None, has_offset=False, timezone_guess=None, interval_label_guess="start",
        step_minutes=None, first=None, last=None, problem=problem,
    )  # fmt: skip


def _step_seconds(wall: Ints) -> int | None:
    distances = np.diff(np.unique(wall))
    if not len(distances):
        return None
    lengths, counts = np.unique(distances, return_counts=True)
    return int(lengths[np.argmax(counts)])


def _labels_ends(wall: Ints, step: int | None) -> bool:
    """A day that begins one step after midnight and ends at the next one."""
    if step is None or step >= DAY_SECONDS:
        return False
    first, last = int(wall.min()) % DAY_SECONDS, int(wall.max()) % DAY_SECONDS
    return first == step and (last == 0 or wall.max() - wall.min() < DAY_SECONDS)


def _zone(columns: list[str], wall: Ints, hint: str | None) -> str | None:
    """UTC if a column's name says so; else the hint, as a fixed offset if the stamps have an hour that it skips."""
    if any(_UTC_NAME.search(name) for name in columns):
        return "UTC"
    if hint is None:
        return None
    zone = zones.parse_zone(hint)
    if not zones.to_utc(wall, zone).never.any() or not isinstance(zone, ZoneInfo):
        return hint
    return _standard_offset(datetime.fromtimestamp(int(wall[0]), UTC).replace(tzinfo=zone))


def _standard_offset(moment: datetime) -> str:
    offset = (moment.utcoffset() or timedelta()) - (moment.dst() or timedelta())
    minutes = round(offset.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _iso(seconds: int) -> str:
    return str(np.datetime64(seconds, "s"))
