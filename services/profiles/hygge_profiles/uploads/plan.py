"""Map: which columns are stamps, series and values, and what each series is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from hygge_core.errors import Finding, InvalidInput
from hygge_profiles.arrow import Array, pa
from hygge_profiles.fields import printable
from hygge_profiles.units import DEFAULT_UNIT, IRRADIANCE, TEMPERATURE, Conversion, ProfileType, conversion, guess
from hygge_profiles.uploads import stamps
from hygge_profiles.uploads.ledger import Ledger
from hygge_profiles.uploads.schemas import Mapping, SeriesMapping

STAMP_NAMES = ("timestamp", "datetime", "time", "date", "zeit", "datum", "start", "stamp", "utc", "ts")


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns to read; `values` are columns of a wide file or the one value column of a long file."""

    stamps: list[str]
    key: str | None
    values: list[str]


@dataclass(frozen=True, slots=True)
class Spec:
    """What a series will be stored as."""

    column: str
    name: str
    profile_type: ProfileType
    rule: Conversion
    given_unit: str


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a column before it is read: share of cells that are numbers, and its first texts."""

    name: str
    numbers: float
    texts: Array
    is_time: bool = False


def make(mapping: Mapping, looks: list[Look], ledger: Ledger) -> Plan:
    """Resolve the mapping against the columns; InvalidInput with every column it names that is not there."""
    known = {look.name: look for look in looks}
    _check_named(mapping, known)
    stamp_columns = _stamp_columns(mapping, looks)
    taken = {*stamp_columns, mapping.series_column}
    _check_apart(mapping, stamp_columns)
    others = [look for look in looks if look.name not in taken]
    if mapping.series_column is not None:
        return Plan(stamp_columns, mapping.series_column, [_value_column(mapping, others)])
    if not isinstance(mapping.series, str):
        return Plan(stamp_columns, None, [item.column for item in mapping.series])
    if mapping.value_column is not None:
        return Plan(stamp_columns, None, [mapping.value_column])
    for look in others:
        if look.numbers < 0.5:
            ledger.note("left out: its cells are not numbers", column=look.name)
    values = [look.name for look in others if look.numbers >= 0.5]
    if not values:
        hint = "check delimiter and decimal, or name the columns in mapping.series"
        raise InvalidInput([Finding("file", f"no column holds numbers beside the stamps; {hint}")])
    return Plan(stamp_columns, None, values)


def _check_named(mapping: Mapping, known: dict[str, Look]) -> None:
    named: list[tuple[str, str]] = []
    given = mapping.timestamp_column
    named += [("timestamp_column", name) for name in ([given] if isinstance(given, str) else given or [])]
    named += [("series_column", mapping.series_column)] if mapping.series_column else []
    named += [("value_column", mapping.value_column)] if mapping.value_column else []
    findings = []
    if not isinstance(mapping.series, str):
        columns = [item.column for item in mapping.series]
        if mapping.series_column is None:
            named += [(f"series.{index}.column", name) for index, name in enumerate(columns)]
        if len(set(columns)) < len(columns):
            findings.append(Finding("mapping.series", "names a column twice"))
        if not columns:
            findings.append(Finding("mapping.series", "names no column"))
    if mapping.value_column and mapping.series_column is None and not isinstance(mapping.series, str):
        findings.append(
            Finding("mapping.value_column", "is for a file of one series or a long file; series names them here")
        )
    columns_text = ", ".join(list(known)[:20])
    findings += [
        Finding(f"mapping.{place}", f"the file has no column {name!r}; it has {columns_text}")
        for place, name in named
        if name not in known
    ]
    if findings:
        raise InvalidInput(findings)


def _check_apart(mapping: Mapping, stamp_columns: list[str]) -> None:
    """A column has one part: stamp, name of the series, or values."""
    parts = [("mapping.series_column", mapping.series_column), ("mapping.value_column", mapping.value_column)]
    if not isinstance(mapping.series, str) and mapping.series_column is None:
        parts += [(f"mapping.series.{index}.column", item.column) for index, item in enumerate(mapping.series)]
    findings = [Finding(place, f"{name!r} holds the stamps") for place, name in parts if name in stamp_columns]
    if mapping.value_column is not None and mapping.value_column == mapping.series_column:
        findings.append(Finding("mapping.value_column", "is the series_column too"))
    if findings:
        raise InvalidInput(findings)


def _stamp_columns(mapping: Mapping, looks: list[Look]) -> list[str]:
    if isinstance(mapping.timestamp_column, str):
        return [mapping.timestamp_column]
    if mapping.timestamp_column:
        return mapping.timestamp_column
    likely = sorted(looks, key=lambda look: not any(word in look.name.lower() for word in STAMP_NAMES))
    for look in likely:
        if look.name != mapping.series_column and (
            look.is_time or reads_as_stamps(look.texts, mapping.timestamp_format)
        ):
            return [look.name]
    message = (
        "no column holds timestamps that are understood; name it in mapping.timestamp_column, with timestamp_format"
    )
    raise InvalidInput([Finding("file", message)])


def reads_as_stamps(texts: Array, timestamp_format: str | None) -> bool:
    """Whether at least half of the texts are stamps of the format, or of any known one."""
    if len(texts) == 0:
        return False
    if timestamp_format is not None:
        return bool(stamps.parse_as(texts, timestamp_format).readable.mean() > 0.5)
    try:
        return stamps.detect(texts) is not None
    except ValueError:
        # Day or month first can't be told yet, but stamps they are.
        return True


def _value_column(mapping: Mapping, others: list[Look]) -> str:
    if mapping.value_column:
        return mapping.value_column
    numeric = [look.name for look in others if look.numbers >= 0.5]
    if len(numeric) != 1:
        names = ", ".join(numeric) or "none"
        raise InvalidInput(
            [Finding("mapping.value_column", f"say which column holds the values; numbers are in {names}")]
        )
    return numeric[0]


def specs(mapping: Mapping, columns: list[str], fallback: str, *, long_column: str | None) -> list[Spec]:
    """What each series is: as the mapping says, else as the column's name hints, else load in kW.

    `fallback` names the profile of a file with one series. InvalidInput with every unit that does not fit.
    """
    given = {} if isinstance(mapping.series, str) else {item.column: item for item in mapping.series}
    findings: list[Finding] = []
    found: list[Spec] = []
    for index, column in enumerate(columns):
        # A name from a file is no one's input to refuse: NUL and the like are left out of the profile's name.
        item = given.get(column) or SeriesMapping.model_construct(column=column)
        place = f"mapping.series.{index}.unit" if item.unit else "mapping.unit"
        try:
            found.append(_spec(mapping, item, long_column or column))
        except ValueError as error:
            findings.append(Finding(place, f"{column}: {error}"))
    if findings:
        raise InvalidInput(findings)
    if len(found) == 1 and not (given and given[columns[0]].name) and long_column is None and fallback:
        return [replace(found[0], name=fallback)]
    return found


def _spec(mapping: Mapping, item: SeriesMapping, hint: str) -> Spec:
    said = item.unit or mapping.unit
    hinted_unit, hinted_type = guess(hint)
    profile_type = item.profile_type or mapping.profile_type or _type_of(said) or hinted_type or ProfileType.LOAD
    unit = said
    if unit is None and hinted_unit is not None and _fits(profile_type, hinted_unit):
        unit = hinted_unit
    unit = unit or DEFAULT_UNIT[profile_type]
    name = item.name or printable(item.column) or "series"
    return Spec(item.column, name, profile_type, conversion(profile_type, unit), unit)


def _type_of(unit: str | None) -> ProfileType | None:
    """The type that a unit alone gives away."""
    if unit is None:
        return None
    return next((kind for kind in (ProfileType.CARBON, ProfileType.PRICE) if _fits(kind, unit)), None)


def _fits(profile_type: ProfileType, unit: str) -> bool:
    if profile_type is ProfileType.WEATHER:
        # Any text would do for weather; only a unit of temperature or irradiance says something.
        return conversion(profile_type, unit).unit in (TEMPERATURE, IRRADIANCE)
    try:
        conversion(profile_type, unit)
    except ValueError:
        return False
    return True


def look_at(names: list[str], cells: Callable[[int], list[str]], is_number: Callable[[str], bool]) -> list[Look]:
    """Columns of a text file from the cells of its first rows, those that are missing left out."""
    looks = []
    for index, name in enumerate(names):
        filled = cells(index)
        # A column that starts empty may hold numbers further down.
        share = float(np.mean([is_number(cell) for cell in filled])) if filled else 1.0
        looks.append(Look(name, share, pa.array([cell.strip() for cell in filled], pa.string())))
    return looks
