"""What goes out over HTTP for series."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from hygge_profiles.fields import Moment


class Resolution(StrEnum):
    """Length of the intervals that values are given for."""

    NATIVE = "native"
    QUARTER_HOUR = "15m"
    HOUR = "1h"
    DAY = "1d"
    MONTH = "1mo"


class DurationOut(BaseModel):
    """A duration curve: in hours[i] hours of the period the value was at least values[i]."""

    profile_id: int
    unit: str
    step_minutes: int
    start: Moment = Field(description="Start of the first step, UTC")
    end: Moment = Field(description="End of the last step, UTC")
    hours: list[float]
    values: list[float]


class SeriesOut(BaseModel):
    """Means over intervals; documents the answer, which is written straight from the arrays."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "profile_id": 7,
                "unit": "kW",
                "resolution": "1h",
                "timezone": "UTC",
                "start": "2026-01-01T00:00:00Z",
                "step_minutes": 60,
                "timestamps": None,
                "values": [0.31, 0.28, 0.25],
            }
        }
    )

    profile_id: int
    unit: str = Field(description="kW (mean power), pu, <currency>/kWh, kg/kWh, or as given for weather")
    resolution: Resolution
    timezone: str
    start: Moment = Field(description="Start of the first interval, UTC")
    step_minutes: int | None = Field(description="Length of every interval; null for days and months, which differ")
    timestamps: list[Moment] | None = Field(
        description="Starts of days or months, UTC; null when they follow step_minutes"
    )
    values: list[float]
