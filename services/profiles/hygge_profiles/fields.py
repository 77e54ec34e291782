"""Kinds of fields that requests share, narrow enough for the database."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from hygge_core.timeaxis import no_number, utc_text

MAX_ID = 2**63 - 1
MAX_NAME_LENGTH = 200
FIRST_YEAR, LAST_YEAR = 1970, 2199
MINUTES_A_DAY = 1440
NUL = "\0"


def _storable(text: str) -> str:
    if NUL in text:
        raise ValueError("must not contain the character NUL")
    return text


def _storable_json(value: dict[str, Any]) -> dict[str, Any]:
    _storable(json.dumps(value, ensure_ascii=False))
    if "\\u0000" in json.dumps(value):
        raise ValueError("must not contain the character NUL")
    return value


def _in_range(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"the year must be in {FIRST_YEAR} to {LAST_YEAR}")
    return moment


def printable(text: str) -> str:
    """A text from a file as a name: only printable characters, not too long."""
    return "".join(character for character in text if character.isprintable())[:MAX_NAME_LENGTH]


Id = Annotated[int, Field(ge=1, le=MAX_ID)]
PathId = Annotated[int, Path(ge=1, le=MAX_ID, description="Id given by the service")]
Name = Annotated[
    str,
    Field(min_length=1, max_length=MAX_NAME_LENGTH, description="Name for people; need not be unique"),
    AfterValidator(_storable),
]
Text = Annotated[str, AfterValidator(_storable)]
Notes = Annotated[dict[str, Any], Field(description="Free notes, kept as they are"), AfterValidator(_storable_json)]
AnyMoment = Annotated[datetime, BeforeValidator(no_number), AfterValidator(_in_range)]
AwareMoment = Annotated[AwareDatetime, BeforeValidator(no_number), AfterValidator(_in_range)]
Moment = Annotated[datetime, PlainSerializer(utc_text, return_type=str, when_used="json")]


class Strict(BaseModel):
    """Base of what comes in: unknown fields and infinite numbers are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)
