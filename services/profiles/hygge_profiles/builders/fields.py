"""Kinds of fields that parameters of builders share; `x-unit` tells a form what to write beside a number."""

from typing import Annotated, Any

from pydantic import Field

from hygge_profiles.fields import MAX_ID, Strict
from hygge_profiles.units import IRRADIANCE, TEMPERATURE, ProfileType

MAX_KW = 1e6
MAX_KWH = 1e9


def unit(text: str) -> dict[str, Any]:
    """What a form shows beside a number, as an extension of the JSON schema."""
    return {"x-unit": text}


def refers_to(profile_type: ProfileType | None = None, stored_unit: str | None = None) -> dict[str, Any]:
    """Which profiles a form offers for a field that holds a profile's id, as an extension of the JSON schema."""
    wanted = {"profile_type": profile_type, "unit": stored_unit}
    return {"x-profile": {name: value for name, value in wanted.items() if value is not None}}


class PublicHolidays(Strict):
    """Whose public holidays count, by ISO 3166-1 and 3166-2 codes."""

    country: str = Field(
        min_length=2, max_length=3, pattern=r"^[A-Z]+$", examples=["DE"], description="ISO 3166-1 code"
    )
    subdivision: str | None = Field(
        None,
        min_length=1,
        max_length=10,
        pattern=r"^[A-Za-z0-9-]+$",
        examples=["NW"],
        description="State or region, ISO 3166-2; default: nationwide holidays only",
    )


ProfileId = Annotated[int, Field(ge=1, le=MAX_ID)]
TemperatureProfile = Annotated[
    int, Field(ge=1, le=MAX_ID, json_schema_extra=refers_to(ProfileType.WEATHER, TEMPERATURE))
]
IrradianceProfile = Annotated[int, Field(ge=1, le=MAX_ID, json_schema_extra=refers_to(ProfileType.WEATHER, IRRADIANCE))]
YearlyKwh = Annotated[float, Field(gt=0, le=MAX_KWH, json_schema_extra=unit("kWh"))]
