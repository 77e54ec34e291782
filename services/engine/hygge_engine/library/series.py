"""Profiles from files and from values: named series in the unit that the engine computes with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from hygge_core.errors import Finding
from hygge_core.profile_units import DEFAULT_UNIT, SIGNED_TYPES, ProfileType, conversion
from hygge_engine.library.findings import InputError, findings_of, raise_if, text_of

Float64 = NDArray[np.float64]
DAY_MINUTES = 1440
CSV_ENDINGS = (".csv", ".csv.gz", ".txt", ".tsv")


@dataclass(frozen=True, slots=True)
class Profile:
    """A series without gaps: mean values in the stored unit, float32[n], the first one's interval begins at `start`."""

    name: str
    profile_type: str
    unit: str
    start: datetime
    step_minutes: int
    values: NDArray[np.float32]

    @property
    def end(self) -> datetime:
        return self.start + len(self.values) * timedelta(minutes=self.step_minutes)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Inline(_Model):
    """A profile with its values, as `POST /api/v1/profiles` takes it."""

    name: str
    profile_type: ProfileType
    unit: str | None = None
    start: AwareDatetime
    end: AwareDatetime | None = None
    step_minutes: Annotated[int, Field(gt=0, le=DAY_MINUTES)] = 15
    values: list[float] = Field(min_length=1)
    source_type: str | None = None
    config_details: dict[str, Any] = {}


def _named(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


class Column(_Model):
    """A series of a file."""

    column: str
    name: str | None = None
    profile_type: ProfileType | None = None
    unit: str | None = None


class Mapping_(_Model):  # noqa: N801  # typing's Mapping is meant everywhere else
    """How a file is read: the plain part of what `POST /api/v1/profiles/upload` takes."""

    timestamp_column: str | None = None
    timezone: str = "UTC"
    interval_label: Literal["start", "end"] = "start"
    step_minutes: Annotated[int | None, Field(gt=0, le=DAY_MINUTES)] = None
    delimiter: Literal[",", ";", "\t", "|"] = ","
    decimal: Literal[".", ","] = "."
    profile_type: ProfileType | None = None
    unit: str | None = None
    series: list[Annotated[Column, BeforeValidator(_named)]] | Literal["all other columns", "all"] = "all other columns"
    gaps: Literal["refuse", "zero", "interpolate", "previous"] = "refuse"
    max_gap_steps: Annotated[int | None, Field(ge=1)] = None
    negative: Literal["allow", "refuse", "clip_to_zero"] = "allow"
    source_type: str | None = None


def inline(raw: Sequence[Mapping[str, Any]], path: str) -> list[Profile]:
    """Profiles given with their values. InputError with all findings."""
    profiles, found = [], []
    for index, item in enumerate(raw):
        place = f"{path}.{index}"
        try:
            given = Inline.model_validate(item)
        except ValidationError as error:
            found += findings_of(error, place)
            continue
        values = np.asarray(given.values, np.float64)
        spec = Column(column=given.name, profile_type=given.profile_type, unit=given.unit)
        try:
            profiles.append(_stored(spec, given.start.astimezone(UTC), given.step_minutes, values))
        except InputError as error:
            found += [Finding(f"{place}.{item.field}".rstrip("."), item.message) for item in error.findings]
    raise_if(found)
    return profiles


def from_file(file: Path, mapping: Mapping[str, Any], path: str) -> list[Profile]:
    """Profiles of a CSV (also gzipped) or Parquet file; `path` is the place of its mapping in findings."""
    try:
        how = Mapping_.model_validate(dict(mapping))
    except ValidationError as error:
        raise InputError(findings_of(error, path)) from error
    table = _table(file, how)
    stamps = how.timestamp_column or table.column_names[0]
    columns = _columns(how, table, stamps)
    missing = [name for name in (stamps, *(item.column for item in columns)) if name not in table.column_names]
    raise_if([Finding(str(file), f"has no column {text_of(name)}") for name in missing])
    moments, order, step = _axis(table.column(stamps), how, file)
    position = (moments[order] - moments[order[0]]) // (step * 60)
    start = datetime.fromtimestamp(int(moments[order[0]]), UTC)
    profiles, found = [], []
    for item in columns:
        try:
            values = _signed(_numbers(table.column(item.column), how)[order], item, how)
            whole = _filled(values, position, how, item)
            profiles.append(_stored(_with_defaults(item, how), start, step, whole))
        except InputError as error:
            found += [Finding(f"{file.name}, {item.column}", finding.message) for finding in error.findings]
    raise_if(found)
    return profiles


def _with_defaults(item: Column, how: Mapping_) -> Column:
    profile_type = item.profile_type or how.profile_type or ProfileType.LOAD
    return Column(column=item.name or item.column, profile_type=profile_type, unit=item.unit or how.unit)


def _stored(spec: Column, start: datetime, step_minutes: int, values: Float64) -> Profile:
    """The values in the unit that is computed with."""
    assert spec.profile_type is not None
    try:
        rule = conversion(spec.profile_type, spec.unit or DEFAULT_UNIT[spec.profile_type])
    except ValueError as error:
        raise InputError([Finding("unit", str(error))]) from error
    if DAY_MINUTES % step_minutes:
        raise InputError([Finding("step_minutes", f"{step_minutes} does not divide the day")])
    if int(start.timestamp()) % (step_minutes * 60):
        raise InputError([Finding("start", f"is not a whole number of steps of {step_minutes} minutes after midnight")])
    stored = rule.stored(values, step_minutes)
    if not np.isfinite(stored).all():
        raise InputError([Finding("values", f"has a value that is no finite number in {rule.unit}")])
    return Profile(spec.column, spec.profile_type.value, rule.unit, start, step_minutes, stored)


def _table(file: Path, how: Mapping_) -> Any:
    try:
        if file.name.lower().endswith(".parquet"):
            return pyarrow.parquet.read_table(file)
        stamps = {how.timestamp_column: pa.string()} if how.timestamp_column else {}
        return pyarrow.csv.read_csv(
            file,
            parse_options=pyarrow.csv.ParseOptions(delimiter=how.delimiter),
            convert_options=pyarrow.csv.ConvertOptions(column_types=stamps, decimal_point=how.decimal),
        )
    except (OSError, pa.ArrowException) as error:
        raise InputError([Finding(str(file), f"can't be read: {str(error).splitlines()[0][:200]}")]) from error


def _columns(how: Mapping_, table: Any, stamps: str) -> list[Column]:
    if not isinstance(how.series, str):
        return how.series
    return [Column(column=name) for name in table.column_names if name != stamps]


def _numbers(column: Any, how: Mapping_) -> Float64:
    try:
        values = column.cast(pa.float64())
    except pa.ArrowException as error:
        raise InputError([Finding("", f"holds values that are no numbers: {str(error)[:100]}")]) from error
    return np.array(values.to_numpy(zero_copy_only=False), np.float64)


def _axis(column: Any, how: Mapping_, file: Path) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """UTC seconds of the intervals' starts, the order of time, and the step in minutes."""
    moments = _utc(column, how.timezone, file)
    order = np.argsort(moments, kind="stable")
    distances = np.diff(moments[order])
    if (distances <= 0).any():
        raise InputError([Finding(str(file), "a time stamp comes twice")])
    if how.step_minutes is None and not distances.size:
        raise InputError([Finding(str(file), "one row alone has no step; say step_minutes in the mapping")])
    step = how.step_minutes
    if step is None:
        lengths, counts = np.unique(distances, return_counts=True)
        step = max(1, int(lengths[np.argmax(counts)]) // 60)
    if (distances % (step * 60)).any():
        raise InputError([Finding(str(file), f"its rows are not whole steps of {step} minutes apart")])
    return moments - (step * 60 if how.interval_label == "end" else 0), order, step


def _utc(column: Any, zone: str, file: Path) -> NDArray[np.int64]:
    """Stamps as UTC seconds: ISO 8601 with or without an offset, or the time stamps of a Parquet file."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        seconds = np.asarray(column.cast(pa.timestamp("s", kind.tz)).cast(pa.int64()).to_numpy(), np.int64)
        return seconds if kind.tz is not None else _from_local(seconds, zone)
    texts = column.cast(pa.string()).to_pylist()
    try:
        if all(text.endswith("Z") for text in texts):
            stamps = np.asarray([text[:-1] for text in texts], "datetime64[s]")
            return np.asarray(stamps.astype(np.int64), np.int64)
        read = [datetime.fromisoformat(text) for text in texts]
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError([Finding(str(file), f"a time stamp is not ISO 8601: {str(error)[:100]}")]) from error
    if all(moment.tzinfo is not None for moment in read):
        return np.asarray([int(moment.timestamp()) for moment in read], np.int64)
    wall = [int(moment.replace(tzinfo=UTC).timestamp()) for moment in read]
    return _from_local(np.asarray(wall, np.int64), zone)


def _from_local(wall: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Local clock times as UTC; of an hour that comes twice the first rows are the first one."""
    place = ZoneInfo(zone)
    seen: set[int] = set()
    found = []
    for second in wall.tolist():
        moment = datetime.fromtimestamp(second, UTC).replace(tzinfo=place)
        found.append(int(moment.replace(fold=int(second in seen)).timestamp()))
        seen.add(second)
    return np.asarray(found, np.int64)


def _filled(values: Float64, position: NDArray[np.int64], how: Mapping_, item: Column) -> Float64:
    """Values on every step, gaps filled as the mapping says."""
    whole = np.full(int(position[-1]) + 1, np.nan)
    whole[position] = values
    missing = np.isnan(whole)
    if not missing.any():
        return whole
    longest = max(_lengths(missing))
    if how.gaps == "refuse" or (how.max_gap_steps is not None and longest > how.max_gap_steps):
        raise InputError([Finding(item.column, f"has {int(missing.sum())} values missing, up to {longest} in a row")])
    if how.gaps == "zero":
        return np.where(missing, 0.0, whole)
    if missing[0] or (missing[-1] and how.gaps == "interpolate"):
        raise InputError([Finding(item.column, f"a gap at its start or end can't be filled by {how.gaps}")])
    steps = np.arange(len(whole))
    if how.gaps == "previous":
        return np.asarray(whole[np.maximum.accumulate(np.where(missing, 0, steps))])
    return np.asarray(np.interp(steps, steps[~missing], whole[~missing]))


def _lengths(missing: NDArray[np.bool_]) -> Iterator[int]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], missing, [False]))))
    yield from (edges[1::2] - edges[::2]).tolist()


def _signed(values: Float64, item: Column, how: Mapping_) -> Float64:
    kind = item.profile_type or how.profile_type or ProfileType.LOAD
    if kind in SIGNED_TYPES or how.negative == "allow" or not (values < 0).any():
        return values
    if how.negative == "refuse":
        raise InputError([Finding(item.column, "has negative values")])
    return np.maximum(values, 0.0)
