"""What goes in and out over HTTP for profiles."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hygge_core.timeaxis import utc_text
from hygge_profiles.fields import MINUTES_A_DAY, AwareMoment, Moment, Name, Notes, Strict
from hygge_profiles.units import MAX_UNIT_LENGTH, ProfileType

MAX_INLINE_VALUES = 1_000_000


class SourceType(StrEnum):
    """Where a profile comes from."""

    UPLOAD = "upload"
    BUILDER = "builder"
    FORECAST = "forecast"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; None means all."""

    profile_type: str | None = None
    source_type: str | None = None
    grid_id: int | None = None
    name: str | None = None


class ProfileCreate(Strict):
    """A profile with its values inline."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Household A",
                "profile_type": "load",
                "unit": "kW",
                "start": "2026-01-01T00:00:00Z",
                "step_minutes": 15,
                "values": [0.21, 0.19, 0.35, 0.3],
            }
        }
    )

    name: Name
    profile_type: ProfileType = Field(
        description="load, heat, ev: consumption; solar, wind: generation; schedule: what a house's battery shall do, "
        "+ charges; weather in degC: outdoor temperature"
    )
    unit: str | None = Field(
        None,
        max_length=MAX_UNIT_LENGTH,
        description="Unit of the values: kW, W, MW (mean power), kWh, Wh, MWh (energy per step, stored as mean kW), "
        "pu; EUR/kWh, EUR/MWh, ct/kWh; kg/kWh, g/kWh; degC, °C, K; W_per_m2, W/m². "
        "Default: kW, EUR/kWh or kg/kWh by type",
    )
    start: AwareMoment = Field(description="Start of the first interval, with UTC offset or Z")
    end: AwareMoment | None = Field(None, description="End of the last interval; follows from the values, so a check")
    step_minutes: int = Field(gt=0, le=MINUTES_A_DAY, description="Length of an interval in minutes; divides the day")
    values: list[float] = Field(
        min_length=1, max_length=MAX_INLINE_VALUES, description="One value per interval, without gaps, in `unit`"
    )
    source_type: SourceType = SourceType.UPLOAD
    config_details: Notes = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_the_day(self) -> Self:
        if MINUTES_A_DAY % self.step_minutes:
            raise ValueError(f"step_minutes {self.step_minutes} does not divide the day of {MINUTES_A_DAY} minutes")
        midnight = self.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if (self.start - midnight) % timedelta(minutes=self.step_minutes):
            raise ValueError(f"start is not a whole number of steps of {self.step_minutes} minutes after UTC midnight")
        end = self.start + len(self.values) * timedelta(minutes=self.step_minutes)
        if self.end is not None and self.end != end:
            raise ValueError(f"end must be {utc_text(end.astimezone(UTC))}, where the last of the values ends")
        return self


class ProfilePatch(Strict):
    """What may change; values never do."""

    name: Name | None = None
    config_details: Notes | None = None


class Statistics(BaseModel):
    """Over all values, in the profile's unit."""

    mean: float
    max: float
    min: float
    sum: float = Field(description="Plain sum of the values")
    energy_kwh: float | None = Field(None, description="Energy in kWh (in kWh per nominal kW for pu); null for others")


class ProfileOut(BaseModel):
    """A stored profile. Every value is the mean over an interval that its timestamp starts."""

    id: int
    name: str
    profile_type: ProfileType
    source_type: SourceType
    unit: str = Field(description="Unit of the stored values: kW or pu, <currency>/kWh, kg/kWh, or as given")
    start: Moment = Field(description="Start of the first interval, UTC")
    end: Moment = Field(description="End of the last interval, UTC")
    step_minutes: int
    config_details: dict[str, Any]
    created_by: int
    created_at: Moment
    hash: str = Field(description="sha256 over type, unit, start, step and values")
    statistics: Statistics
