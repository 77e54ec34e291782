"""Rules for looking at a file before there is a mapping: its columns, its clock, and a mapping to begin with."""

import re
from typing import IO

from hygge_profiles.units import DEFAULT_UNIT, ProfileType
from hygge_profiles.units import guess as guess_unit
from hygge_profiles.uploads import clock, head
from hygge_profiles.uploads import dialect as dialects
from hygge_profiles.uploads import plan as plans
from hygge_profiles.uploads.head import SHOWN_ROWS, Head
from hygge_profiles.uploads.inspection_schemas import ColumnGuess, ColumnKind, ColumnOut, DialectOut, InspectionOut
from hygge_profiles.uploads.plan import STAMP_NAMES
from hygge_profiles.uploads.schemas import Mapping, SeriesMapping

SAMPLES = 5
_KEY_NAME = re.compile(
    r"(?:^|[\s_.-])(id|meter|meter_?id|zähler|zaehler|zählpunkt|household|house|haus|node|series|name|station)(?=$|[\s_.\d-])"
)


def inspect(file: IO[bytes], timezone: str | None) -> InspectionOut:
    """What the first rows of a file tell; InvalidInput for what is no table."""
    found = head.read(file)
    columns = [_column(found, index) for index in range(len(found.names))]
    stamp_columns = _stamp_columns(found, columns)
    indexes = [found.names.index(name) for name in stamp_columns]
    cells = [" ".join(row[index].strip() for index in indexes) for row in found.rows] if indexes else []
    typed = bool(found.times & set(stamp_columns))
    seen = clock.read(stamp_columns, cells, typed=typed, hint=timezone)
    return InspectionOut(
        dialect=_dialect(found),
        columns=columns,
        first_line=found.first_line,
        rows=found.rows[:SHOWN_ROWS],
        timestamps=seen.out,
        mapping=_mapping(found, columns, seen),
    )


def _dialect(found: Head) -> DialectOut:
    if found.dialect is None:
        return DialectOut(format="parquet")
    return DialectOut(
        format="csv",
        encoding=found.encoding,
        delimiter=found.dialect.delimiter,
        decimal=found.dialect.decimal,
        header=found.dialect.has_header,
        skip_lines=found.skip_lines,
    )


def _column(found: Head, index: int) -> ColumnOut:
    name = found.names[index]
    cells = [row[index] for row in found.rows if not dialects.is_missing(row[index])]
    kind = _kind(name, cells, found)
    guess = None
    if kind == "number":
        spec = plans.specs(Mapping(), [name], "", long_column=None)[0]
        # A unit that nothing names is the type's default, not a guess.
        silent = spec.given_unit == DEFAULT_UNIT[spec.profile_type] and guess_unit(name)[0] is None
        guess = ColumnGuess(unit=None if silent else spec.given_unit, profile_type=spec.profile_type)
    return ColumnOut(name=name, kind=kind, guess=guess, samples=list(dict.fromkeys(cells))[:SAMPLES])


def _kind(name: str, cells: list[str], found: Head) -> ColumnKind:
    decimal = found.dialect.decimal if found.dialect else "."
    if not cells:
        return "empty"
    if name in found.times:
        return "timestamp"
    if clock.is_clock_time(cells):
        return "time"
    if clock.is_stamp(cells):
        return "timestamp"
    numbers = sum(dialects.is_number(cell, decimal) for cell in cells)
    return "number" if numbers * 2 >= len(cells) else "text"


def _stamp_columns(found: Head, columns: list[ColumnOut]) -> list[str]:
    """The column of stamps, rather one whose name says so; a date that repeats takes a column of clock times along."""
    stamps = [column.name for column in columns if column.kind == "timestamp"]
    if not stamps:
        return []
    named = [name for name in stamps if any(word in name.lower() for word in STAMP_NAMES)]
    chosen = (named or stamps)[0]
    times = [column.name for column in columns if column.kind == "time"]
    cells = [row[found.names.index(chosen)] for row in found.rows]
    is_date = not any(":" in cell for cell in cells)
    return [chosen, times[0]] if times and is_date else [chosen]


def _mapping(found: Head, columns: list[ColumnOut], seen: clock.Clock) -> Mapping:
    stamps, dialect = seen.out, found.dialect
    key = _key(found, columns, seen)
    numbers = [column for column in columns if column.kind == "number" and column.name not in (*stamps.columns, key)]
    first = numbers[0].guess if numbers else None
    alike = first is not None and all(column.guess == first for column in numbers)
    return Mapping.model_validate(
        {
            "timestamp_column": stamps.columns[0] if len(stamps.columns) == 1 else stamps.columns or None,
            "timestamp_format": stamps.format,
            "timezone": stamps.timezone_guess or "UTC",
            "interval_label": stamps.interval_label_guess,
            "step_minutes": stamps.step_minutes if _fits_the_day(stamps.step_minutes) else None,
            "delimiter": dialect.delimiter if dialect else None,
            "decimal": dialect.decimal if dialect else None,
            "header": dialect.has_header if dialect else None,
            "skip_lines": found.skip_lines,
            "profile_type": first.profile_type if first and alike else None,
            "unit": _unit(first) if first and alike else None,
            "series_column": key,
            "value_column": numbers[0].name if key and numbers else None,
            "series": [_series(column) for column in numbers] if numbers and not key else "all other columns",
        }
    )


def _series(column: ColumnOut) -> SeriesMapping:
    kind = column.guess.profile_type if column.guess else ProfileType.LOAD
    return SeriesMapping(column=column.name, profile_type=kind, unit=_unit(column.guess))


def _unit(guess: ColumnGuess | None) -> str | None:
    return (guess.unit or DEFAULT_UNIT[guess.profile_type]) if guess else None


def _fits_the_day(step_minutes: int | None) -> bool:
    return step_minutes is not None and 0 < step_minutes <= 1440 and 1440 % step_minutes == 0


def _key(found: Head, columns: list[ColumnOut], seen: clock.Clock) -> str | None:
    """The column that names the series of a row, if stamps repeat or its name says so."""
    for column in columns:
        if column.kind not in ("text", "number") or column.name in seen.out.columns:
            continue
        values = [row[found.names.index(column.name)] for row in found.rows]
        if any(dialects.is_missing(cell) for cell in values):
            continue
        # `Haus 1 [kWh]` holds the values of a house, not its number.
        is_number = all(cell.strip().isdigit() for cell in values) and guess_unit(column.name)[0] is None
        if column.kind == "number" and not is_number:
            continue
        few = len(set(values)) * 2 <= len(values)
        named = _KEY_NAME.search(column.name.lower()) is not None
        if few and (named or (seen.repeats and column.kind == "text")):
            return column.name
    return None
