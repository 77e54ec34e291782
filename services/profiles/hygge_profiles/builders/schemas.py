"""What goes in and out over HTTP for builders."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, model_validator
from pydantic.config import JsonDict

from hygge_profiles.builders.combine import Combine
from hygge_profiles.builders.heat_demand import HeatDemand
from hygge_profiles.builders.solar import Solar
from hygge_profiles.builders.standard_load import StandardLoad
from hygge_profiles.builders.temperature import Temperature
from hygge_profiles.builders.weekly import Weekly
from hygge_profiles.fields import FIRST_YEAR, LAST_YEAR, AnyMoment, Moment, Name, Notes, Strict
from hygge_profiles.profiles.schemas import Statistics
from hygge_profiles.timezones import ZoneName
from hygge_profiles.units import ProfileType

HOURS_A_DAY = 24
EXAMPLE: JsonDict = {
    "builder": "standard_load",
    "name": "Household, 3500 kWh",
    "year": 2027,
    "timezone": "Europe/Berlin",
    "step_minutes": 15,
    "parameters": {"profile": "H25", "yearly_kwh": 3500, "holidays": {"country": "DE", "subdivision": "NW"}},
}


class _Period(Strict):
    """A name and the steps to fill."""

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    name: Name
    year: int | None = Field(
        None, ge=FIRST_YEAR, le=LAST_YEAR - 1, description="A calendar year of `timezone`, instead of start and end"
    )
    start: AnyMoment | None = Field(
        None, description="Start of the first step; without offset local time of `timezone`"
    )
    end: AnyMoment | None = Field(None, description="End of the last step; without offset local time of `timezone`")
    timezone: ZoneName = Field("UTC", description="IANA zone of clock times, days, holidays and the year")
    step_minutes: Literal[5, 15, 30, 60] = Field(15, description="Length of a step")
    notes: Notes = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if self.year is not None and (self.start is not None or self.end is not None):
            raise ValueError("give either year or start and end")
        if (self.start is None) != (self.end is None):
            raise ValueError("start and end belong together")
        return self


class BuildStandardLoad(_Period):
    """Build a standard load profile."""

    builder: Literal["standard_load"]
    parameters: StandardLoad


class BuildSolar(_Period):
    """Build the power of solar panels."""

    builder: Literal["solar"]
    parameters: Solar


class BuildWeekly(_Period):
    """Build a weekly pattern."""

    builder: Literal["weekly"]
    parameters: Weekly


class BuildHeatDemand(_Period):
    """Build a heat demand."""

    builder: Literal["heat_demand"]
    parameters: HeatDemand


class BuildTemperature(_Period):
    """Build a synthetic temperature."""

    builder: Literal["temperature"]
    parameters: Temperature


class BuildCombine(_Period):
    """Build a sum of profiles."""

    builder: Literal["combine"]
    parameters: Combine


AnyBuild = BuildStandardLoad | BuildSolar | BuildWeekly | BuildHeatDemand | BuildTemperature | BuildCombine
_MODELS: dict[str, type[BaseModel]] = {
    "standard_load": BuildStandardLoad,
    "solar": BuildSolar,
    "weekly": BuildWeekly,
    "heat_demand": BuildHeatDemand,
    "temperature": BuildTemperature,
    "combine": BuildCombine,
}


class _OfBuilder(BaseModel):
    builder: Literal["standard_load", "solar", "weekly", "heat_demand", "temperature", "combine"]


def _choose(value: Any) -> BaseModel:
    """By hand, because pydantic's own discriminator puts the builder into the path of each finding."""
    if isinstance(value, BaseModel):
        return value
    return _MODELS[_OfBuilder.model_validate(value).builder].model_validate(value)


Build = Annotated[
    AnyBuild, PlainValidator(_choose, json_schema_input_type=Annotated[AnyBuild, Field(discriminator="builder")])
]


class BuilderOut(BaseModel):
    """A builder and what its form asks for."""

    name: str = Field(description="What goes into `builder` of a build")
    version: int = Field(description="Rises when the same parameters would give other values")
    title: str
    description: str
    parameters_schema: dict[str, Any] = Field(
        description="JSON schema of `parameters`: types, defaults, limits; `x-unit` is the unit of a number, "
        "`x-profile` the type and unit of the profile that a field with an id names"
    )
    period_required: bool = Field(description="False: without year, start and end it covers what its profiles cover")


class BuildersOut(BaseModel):
    """All builders."""

    items: list[BuilderOut]


class DailyMeans(BaseModel):
    """Means over local days; the first and the last are over what the profile has of them."""

    start: Moment = Field(description="Start of the first day's part, UTC")
    dates: list[str] = Field(description="Local dates, ISO 8601")
    values: list[float]


class BuildPreview(BaseModel):
    """What a build would store."""

    name: str
    profile_type: ProfileType
    unit: str
    start: Moment
    end: Moment
    step_minutes: int
    timezone: str
    count: int = Field(description="Number of values")
    statistics: Statistics
    yearly_kwh: float | None = Field(description="Energy of a mean calendar year in kWh; null for what is no power")
    peak_kw: float | None = Field(description="Highest power in kW; null for what is no power")
    full_load_hours: float | None = Field(description="yearly_kwh / peak_kw, hours a year; null without a peak")
    daily_means: DailyMeans
    mean_day: list[float | None] = Field(
        description="Mean of each of the 24 hours of the local clock over all days; null for hours that never occur",
        min_length=HOURS_A_DAY,
        max_length=HOURS_A_DAY,
    )
    notes: list[str] = Field(description="What should be known of these values")
