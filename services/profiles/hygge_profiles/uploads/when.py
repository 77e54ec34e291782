"""Check: the stamps of a frame → UTC seconds of interval starts, with every stamp that can't be read reported."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import Finding, InvalidInput
from hygge_profiles.arrow import Array, pa, pc
from hygge_profiles.uploads import stamps, zones
from hygge_profiles.uploads.ledger import Ledger
from hygge_profiles.uploads.schemas import Mapping

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# Enough different stamps to know a format by.
DETECT_FROM = 2000


@dataclass(frozen=True, slots=True)
class Moments:
    """UTC seconds of interval starts [n] and which rows have one."""

    utc: Ints
    known: Bools


def read(
    column: Array, groups: Ints, lines: Ints, *, mapping: Mapping, ledger: Ledger, detected: dict[str, object]
) -> Moments:
    """Stamps as UTC. `groups` tells the series of a long file apart, so that a repeated hour is counted in each."""
    parsed = _typed(column) if pa.types.is_temporal(column.type) else _texts(column, mapping, detected)
    detected["timezone"] = mapping.timezone if not parsed.has_offset.all() else "as in the stamps"
    refuse = mapping.invalid == "refuse"
    unread = np.flatnonzero(~parsed.readable)
    ledger.each(lines[unread], lambda i: _unread(column, int(unread[i]), detected), refuse=refuse)
    utc, wrong = _to_utc(parsed, groups, lines, mapping, ledger)
    return Moments(utc, parsed.readable & ~wrong)


def _unread(column: Array, row: int, detected: dict[str, object]) -> str:
    text = column.slice(row, 1).cast(pa.string())[0].as_py()
    if not text:
        return "no timestamp"
    return f"{text[:60]!r} is no timestamp{_of_format(detected)}"


def _of_format(detected: dict[str, object]) -> str:
    name = detected.get("timestamp_format")
    return f" of the format {name}" if name else f" of whole seconds in {stamps.FIRST_YEAR} to {stamps.LAST_YEAR}"


def _texts(column: Array, mapping: Mapping, detected: dict[str, object]) -> stamps.Parsed:
    """Each different text is parsed once."""
    coded = column.dictionary_encode()
    distinct = coded.dictionary
    try:
        name = mapping.timestamp_format or _detected(distinct)
        parsed = stamps.parse_as(distinct, name)
    except ValueError as error:
        raise InvalidInput([Finding("mapping.timestamp_format", str(error))]) from error
    detected["timestamp_format"] = name
    return parsed.take(np.asarray(pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False), np.int64))


def _detected(distinct: Array) -> str:
    if len(distinct) == 0:
        raise ValueError("the column of timestamps is empty")
    # Spread over the file: the first days alone may not tell day from month.
    step = max(len(distinct) // DETECT_FROM, 1)
    name = stamps.detect(distinct.take(pa.array(np.arange(0, len(distinct), step))))
    if name is None:
        example = distinct[0].as_py()
        raise ValueError(f"{str(example)[:60]!r} is not understood; say timestamp_format, for example '%d.%m.%Y %H:%M'")
    return name


def _typed(column: Array) -> stamps.Parsed:
    """Timestamps of a Parquet file: with a zone they are UTC, without one wall-clock time."""
    kind = column.type
    aware = pa.types.is_timestamp(kind) and kind.tz is not None
    micro = column.cast(pa.timestamp("us", "UTC" if aware else None), safe=False).cast(pa.int64())
    readable = micro.is_valid().to_numpy(zero_copy_only=False)
    value = micro.fill_null(0).to_numpy(zero_copy_only=False)
    first, last = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (stamps.FIRST_YEAR, stamps.LAST_YEAR + 1))
    seconds = value // 1_000_000
    readable = readable & (value % 1_000_000 == 0) & (seconds >= first) & (seconds < last)
    return stamps.Parsed(np.where(readable, seconds, 0), np.zeros_like(seconds), np.full(len(seconds), aware), readable)


def _to_utc(parsed: stamps.Parsed, groups: Ints, lines: Ints, mapping: Mapping, ledger: Ledger) -> tuple[Ints, Bools]:
    """UTC seconds of the stamps, and the rows whose local time does not exist or must not be repeated."""
    naive = np.flatnonzero(parsed.readable & ~parsed.has_offset)
    utc = parsed.wall - parsed.offset
    wrong = np.zeros(len(utc), bool)
    if len(naive) == 0:
        return utc, wrong
    zone = zones.parse_zone(mapping.timezone)
    wall = parsed.wall[naive]
    readings = zones.to_utc(wall, zone)
    twice, never = readings.twice, readings.never
    if mapping.interval_label == "end":
        # The end of the last interval before the jump is often written as if the clock went on.
        never &= zones.to_utc(wall - 1, zone).never
    second = np.zeros(len(wall), bool)
    if mapping.dst == "in_order" and twice.any():
        repeated = np.flatnonzero(twice)
        in_order = repeated[::-1] if zones.runs_backward(wall) else repeated
        second[in_order] = zones.occurrence(wall[in_order], groups[naive][in_order]) > 0
    utc[naive] = np.where(second, readings.second, readings.first)
    wrong[naive] = never
    ledger.each(
        lines[naive[never]],
        lambda i: (
            f"{_text(wall[never][i])} does not exist in {mapping.timezone}: the clock jumps forward there "
            "(for standard time all year give timezone as an offset such as +01:00)"
        ),
        refuse=mapping.invalid == "refuse",
    )
    if mapping.dst == "refuse" and twice.any():
        wrong[naive] |= twice
        ledger.each(
            lines[naive[twice]],
            lambda i: f"{_text(wall[twice][i])} exists twice in {mapping.timezone}: the clock goes back there",
            refuse=True,
        )
    return utc, wrong


def _text(seconds: np.int64) -> str:
    return str(np.datetime_as_string(np.datetime64(int(seconds), "s"), unit="m")).replace("T", " ")
