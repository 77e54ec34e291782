"""What goes in and out over HTTP for uploads: the mapping, the report."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from hygge_profiles.fields import MINUTES_A_DAY, Moment, Strict, Text
from hygge_profiles.profiles.schemas import ProfileOut, SourceType, Statistics
from hygge_profiles.units import MAX_UNIT_LENGTH, ProfileType
from hygge_profiles.uploads.stamps import UNIX, pattern
from hygge_profiles.uploads.zones import parse_zone


class SeriesMapping(Strict):
    """One series of the file."""

    column: Text = Field(description="Name of the column; in a long file the text in `series_column`")
    name: Text | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Name of the profile; default: the column's, or the file's if it has one series",
    )
    profile_type: ProfileType | None = None
    unit: str | None = Field(None, max_length=MAX_UNIT_LENGTH)


def _named(value: Any) -> Any:
    """A column's name alone stands for the series with all defaults."""
    return {"column": value} if isinstance(value, str) else value


class Mapping(Strict):
    """How to read a file. Everything has a default or is found in the file, so `{}` does for a simple one."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "timestamp_column": "Zeit",
                "timezone": "Europe/Berlin",
                "decimal": ",",
                "unit": "kWh",
                "profile_type": "load",
                "gaps": "interpolate",
                "max_gap_steps": 8,
                "duplicates": "first",
            }
        }
    )

    timestamp_column: Text | list[Text] | None = Field(
        None, description="Column of the stamps; several (date and time) are joined by a space. Default: found"
    )
    timestamp_format: Text | None = Field(
        None,
        max_length=60,
        description="strptime codes such as `%d.%m.%Y %H:%M`, or `unix`, `unix_ms`. Default: found (ISO 8601, day "
        "first with dots, day or month first with slashes where the file leaves no doubt, month names, AM/PM)",
    )
    timezone: str = Field(
        "UTC", description="Zone of stamps without offset: IANA name, or a fixed offset such as +10:00"
    )
    interval_label: Literal["start", "end"] = Field("start", description="What a stamp marks of its interval")
    step_minutes: int | None = Field(None, gt=0, le=MINUTES_A_DAY, description="Default: the most frequent distance")
    delimiter: Literal[",", ";", "\t", "|"] | None = Field(None, description="Default: found")
    decimal: Literal[".", ","] | None = Field(None, description="Decimal sign. Default: found")
    header: bool | None = Field(None, description="False: columns are named column_1, column_2, … Default: found")
    skip_lines: int = Field(0, ge=0, le=1000, description="Lines before the header that are not part of the table")
    profile_type: ProfileType | None = Field(None, description="Default: from the column's name or unit, else load")
    unit: str | None = Field(None, max_length=MAX_UNIT_LENGTH, description="Default: from the column's name, else kW")
    source_type: SourceType = SourceType.UPLOAD
    series: list[Annotated[SeriesMapping, BeforeValidator(_named)]] | Literal["all other columns", "all"] = Field(
        "all other columns", description="Columns to read; default: all other columns that hold numbers"
    )
    series_column: Text | None = Field(None, description="Long file: the column that names the series of a row")
    value_column: Text | None = Field(
        None,
        description="The column of values: of a long file (default: the only one left), or the only one to read",
    )
    gaps: Literal["refuse", "zero", "interpolate", "previous"] = Field("refuse", description="Missing steps or values")
    max_gap_steps: int | None = Field(None, ge=1, description="Longer gaps are refused whatever `gaps` says")
    edges: Literal["gap", "trim"] = Field("gap", description="Values missing at the start or end: a gap, or cut off")
    duplicates: Literal["refuse", "first", "last", "mean"] = Field("refuse", description="Rows of one stamp")
    negative: Literal["allow", "refuse", "clip_to_zero"] = Field("allow", description="Negative power or intensity")
    invalid: Literal["refuse", "skip"] = Field(
        "refuse", description="Rows that can't be read: refuse the file, or skip them (what they leave is a gap)"
    )
    dst: Literal["in_order", "first", "refuse"] = Field(
        "in_order",
        description="Stamps without offset in the hour that is repeated in autumn: the first one met is the first "
        "hour, the second one the second (`in_order`); all are of the first hour (`first`); or refuse",
    )

    @field_validator("timestamp_format")
    @classmethod
    def _readable(cls, value: str | None) -> str | None:
        if value is not None and value not in UNIX:
            pattern(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        parse_zone(value)
        return value


class Note(BaseModel):
    """Something found in the file and handled as the mapping says."""

    line: int | None = Field(
        description="Line in the file (row in a Parquet file), from 1; null for the file as a whole"
    )
    column: str | None = None
    message: str


class GapOut(BaseModel):
    """Steps of the file that have no value."""

    column: str | None = Field(description="The series; null where whole rows are missing")
    start: Moment = Field(description="Start of the first missing step, UTC")
    end: Moment = Field(description="End of the last missing step, UTC")
    steps: int
    filled: Literal["zero", "interpolate", "previous"] | None = Field(description="How; null: not filled, so refused")


class Report(BaseModel):
    """What was read and what was done about it."""

    rows_read: int
    rows_refused: int = Field(description="Rows left out because they could not be read")
    gaps_filled: int = Field(description="Values filled, over all series")
    duplicates: int = Field(description="Surplus rows of a stamp that were merged")
    clipped: int = Field(description="Negative values set to zero")
    gaps: list[GapOut] = Field(description="The first gaps, in the order they were found")
    gaps_omitted: int = Field(description="Gaps beyond those that are listed")
    findings: list[Note]
    findings_omitted: int = Field(description="Findings beyond the first ones that are listed")
    detected: dict[str, Any] = Field(description="What the file was taken for: delimiter, stamps, step, series, units")


class Preview(BaseModel):
    """A series as it would be stored; in a file that is refused for its gaps, figures over what is there."""

    name: str
    column: str
    profile_type: ProfileType
    unit: str
    start: Moment
    end: Moment
    step_minutes: int
    count: int = Field(description="Number of values, filled ones too")
    missing: int = Field(description="Steps of the file without a value")
    statistics: Statistics
    yearly_kwh: float | None = Field(description="Energy of a year at the mean power, kWh; null for what is no power")
    first_values: list[float | None]


class RefusedOut(BaseModel):
    """Members of the problem document (422) of a file that is not taken, beside the usual ones."""

    errors: list[dict[str, str]] = Field(description="`field` is a line ('line 7'), 'file' or a place in the mapping")
    report: Report = Field(description="As far as the file was read")
    preview: list[Preview] = Field(description="Series that could be put on their steps")


class UploadOut(BaseModel):
    """The stored profiles (none on a dry run, which answers a preview instead)."""

    profiles: list[ProfileOut]
    report: Report
    preview: list[Preview] | None = None
