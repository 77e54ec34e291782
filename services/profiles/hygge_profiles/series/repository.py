"""Day vectors in PostgreSQL: binary COPY in and out, arrays on this side.

The array of a profile covers whole UTC days; what lies outside of the profile is NaN.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core import pgcopy
from hygge_core.pgcopy import Column
from hygge_profiles.base import database

TABLE = "profiles.profile_days"
COLUMNS = (Column("profile_id", "bigint"), Column("day", "date"), Column('"values"', "real[]"))
# About 8 MB of wire bytes at quarter-hours: enough to hide the cost of a block, little enough to stream.
BLOCK_ROWS = 8192


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one profile: float32 [n], the first one starting at `start` (UTC, a whole step of its day)."""

    profile_id: int
    start: datetime
    step_minutes: int
    values: NDArray[np.float32]


def insert(series: Iterable[Series]) -> None:
    """COPY the day vectors of all series, in the current transaction."""
    pgcopy.copy_in(database.cursor(), TABLE, COLUMNS, _blocks(series))


def _blocks(series: Iterable[Series]) -> Iterator[NDArray[np.void]]:
    """Series of one step share blocks: their rows have one width."""
    by_step: dict[int, list[Series]] = defaultdict(list)
    for one in series:
        by_step[one.step_minutes].append(one)
    for group in by_step.values():
        waiting: list[tuple[int, NDArray[np.datetime64], NDArray[np.float32]]] = []
        for one in group:
            days, vectors = _day_vectors(one)
            waiting.append((one.profile_id, days, vectors))
            if sum(len(item[1]) for item in waiting) >= BLOCK_ROWS:
                yield _block(waiting)
                waiting = []
        if waiting:
            yield _block(waiting)


def _day_vectors(series: Series) -> tuple[NDArray[np.datetime64], NDArray[np.float32]]:
    """UTC days [d] and vectors [d, steps a day], padded with NaN at both ends."""
    per_day = 1440 // series.step_minutes
    before = _step_of_day(series.start, series.step_minutes)
    count = -(-(before + len(series.values)) // per_day)
    vectors = np.full(count * per_day, np.nan, np.float32)
    vectors[before : before + len(series.values)] = series.values
    first = np.datetime64(series.start.astimezone(UTC).date(), "D")
    return first + np.arange(count), vectors.reshape(count, per_day)


def _step_of_day(moment: datetime, step_minutes: int) -> int:
    utc = moment.astimezone(UTC)
    return (utc.hour * 60 + utc.minute) // step_minutes


def _block(waiting: Sequence[tuple[int, NDArray[np.datetime64], NDArray[np.float32]]]) -> NDArray[np.void]:
    ids = np.repeat([item[0] for item in waiting], [len(item[1]) for item in waiting])
    columns: dict[str, NDArray[Any]] = {
        COLUMNS[0].name: ids,
        COLUMNS[1].name: np.concatenate([item[1] for item in waiting]),
        COLUMNS[2].name: np.concatenate([item[2] for item in waiting]),
    }
    return pgcopy.encode(COLUMNS, columns, rows=len(ids))


def read(profile_ids: Sequence[int], step_minutes: int, start: datetime, end: datetime) -> NDArray[np.float32]:
    """Values of profiles of one step that cover [start, end), in the order of ascending ids: float32 [profiles, n].

    `start` and `end` are whole steps. LookupError when a profile went away or does not cover the span.
    """
    first, last = start.astimezone(UTC).date(), (end - timedelta(microseconds=1)).astimezone(UTC).date()
    per_day = 1440 // step_minutes
    vectors = _decode(_copy_days(profile_ids, first, last), per_day)
    days = (last - first).days + 1
    if len(vectors) != len(profile_ids) * days:
        raise LookupError("day vectors are missing")
    skip = _step_of_day(start, step_minutes)
    count = round((end - start) / timedelta(minutes=step_minutes))
    return vectors.reshape(len(profile_ids), days * per_day)[:, skip : skip + count]


def _copy_days(profile_ids: Sequence[int], first: date, last: date) -> memoryview:
    ids = ",".join(str(int(profile_id)) for profile_id in profile_ids)
    return pgcopy.copy_out(
        database.cursor(),
        f'SELECT "values" FROM {TABLE} WHERE profile_id IN ({ids}) '
        f"AND day BETWEEN '{first.isoformat()}' AND '{last.isoformat()}' ORDER BY profile_id, day",
    )


def _decode(data: memoryview, per_day: int) -> NDArray[np.float32]:
    """Rows of one vector of `per_day` elements without NULLs, all of one width: float32 [rows, per_day]."""
    element = np.dtype([("size", ">i4"), ("value", ">f4")])
    row = np.dtype([("head", "V26"), ("elements", element, (per_day,))])
    return np.frombuffer(data, row)["elements"]["value"].astype(np.float32)


def delete(profile_id: int) -> None:
    database.execute_sql(f"DELETE FROM {TABLE} WHERE profile_id = %s", (profile_id,))
