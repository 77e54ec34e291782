"""What goes out over HTTP for a file that is looked at before there is a mapping."""

from typing import Literal

from pydantic import BaseModel, Field

from hygge_profiles.units import ProfileType
from hygge_profiles.uploads.schemas import Mapping

ColumnKind = Literal["timestamp", "time", "number", "text", "empty"]


class DialectOut(BaseModel):
    """How the file is laid out; of a Parquet file only the format is told."""

    format: Literal["csv", "parquet"]
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    skip_lines: int = Field(0, description="Lines before the table")


class ColumnGuess(BaseModel):
    """What a column of numbers would be taken for."""

    unit: str | None = Field(description="As the column's name says; null where it is silent, then the type's default")
    profile_type: ProfileType


class ColumnOut(BaseModel):
    """A column by its first cells."""

    name: str
    kind: ColumnKind = Field(description="`time` is a clock time that needs a column of dates")
    guess: ColumnGuess | None = Field(description="Null for what is no number")
    samples: list[str] = Field(description="The first different cells that are not empty")


class TimestampsOut(BaseModel):
    """The stamps; of a file whose head was sent, those of the head."""

    columns: list[str] = Field(description="One column, or those of date and time; none if none was found")
    format: str | None = Field(description="A name or strptime codes, as a mapping takes it; null if not known")
    has_offset: bool = Field(description="The stamps have a UTC offset or are UTC, so no time zone is needed")
    timezone_guess: str | None = Field(description="Null where nothing speaks for one")
    interval_label_guess: Literal["start", "end"]
    step_minutes: int | None = Field(description="The most frequent distance")
    first: str | None = Field(description="The earliest stamp by the file's own clock, ISO 8601 without offset")
    last: str | None = Field(description="The latest one")
    problem: str | None = Field(description="What a person must decide, such as whether day or month comes first")


class InspectionOut(BaseModel):
    """What a file looks like, and a mapping to begin with."""

    dialect: DialectOut
    columns: list[ColumnOut]
    first_line: int = Field(description="Line of the first of `rows` in the file (row in a Parquet file), from 1")
    rows: list[list[str]] = Field(description="The first 20 rows, a text for each column")
    timestamps: TimestampsOut
    mapping: Mapping = Field(description="A complete mapping for `/profiles/upload`, as far as it could be found out")
