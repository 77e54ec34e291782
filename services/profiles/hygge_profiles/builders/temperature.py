"""A synthetic outdoor temperature for places without data: a cosine year and a daily swing.

Year: T = mean − amplitude · cos(2π (day − coldest day) / 365), the surface temperature of T. Kusuda and P. R.
Achenbach, Earth temperature and thermal diffusivity at selected stations in the United States, ASHRAE Transactions
71(1), 1965.
Day: Γ(t) = 0.44 − 0.46 sin(ωt + 0.9) + 0.11 sin(2ωt + 0.9), ω = π/12, t the hour of the solar day, between the day's
lowest (0) and highest (1) temperature. G. S. Campbell and J. M. Norman, An Introduction to Environmental Biophysics,
2nd edition, 1998, equation 2.2. The clock's standard time stands for solar time.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from hygge_profiles.builders.fields import unit
from hygge_profiles.builders.made import Made, Task
from hygge_profiles.builders.period import averaged
from hygge_profiles.fields import Strict
from hygge_profiles.units import TEMPERATURE, ProfileType

Floats = NDArray[np.float64]
QUARTER_HOUR = 15
DAYS_A_YEAR = 365.0
MEAN_OF_GAMMA = 0.44


class Temperature(Strict):
    """What a synthetic temperature needs."""

    mean_c: float = Field(ge=-50, le=50, json_schema_extra=unit("°C"), description="Mean of the year")
    yearly_amplitude_k: float = Field(
        ge=0, le=50, json_schema_extra=unit("K"), description="Half of what the warmest day is above the coldest"
    )
    coldest_day: float = Field(
        ge=1, le=366, json_schema_extra=unit("day of the year"), description="1 is 1 January; 197 is 16 July"
    )
    daily_swing_k: float = Field(
        0.0, ge=0, le=40, json_schema_extra=unit("K"), description="What a day's highest value is above its lowest"
    )


def make(parameters: Temperature, task: Task) -> Made:
    """Means of each step, from the middles of its quarter-hours."""
    fine = task.calendar.finer(QUARTER_HOUR)
    step_minutes = fine.axis.step_minutes
    standard_minutes = fine.axis.timestamps().astype("datetime64[m]").astype(np.int64) + _standard_offset_minutes(task)
    hour = (standard_minutes % 1440 + step_minutes / 2) / 60
    day = fine.day_of_year + (fine.minute + step_minutes / 2) / 1440 - 0.5
    values = yearly(parameters, day) + parameters.daily_swing_k * (gamma(hour) - MEAN_OF_GAMMA)
    group = task.calendar.axis.step_minutes // step_minutes
    return Made(ProfileType.WEATHER, TEMPERATURE, averaged(values, group))


def yearly(parameters: Temperature, day_of_year: Floats) -> Floats:
    """Mean temperature around a moment of the year; noon of 1 January is 1."""
    phase = 2 * np.pi * (day_of_year - parameters.coldest_day) / DAYS_A_YEAR
    return np.asarray(parameters.mean_c - parameters.yearly_amplitude_k * np.cos(phase))


def gamma(hour: Floats) -> Floats:
    """Where between a day's lowest (0) and highest (1) temperature an hour lies; the mean of a day is 0.44."""
    omega = np.pi / 12
    return np.asarray(0.44 - 0.46 * np.sin(omega * hour + 0.9) + 0.11 * np.sin(2 * omega * hour + 0.9))


def _standard_offset_minutes(task: Task) -> int:
    """The zone's offset from UTC without daylight saving at the period's start."""
    local = task.calendar.axis.start.astimezone(ZoneInfo(task.calendar.axis.timezone))
    offset = (local.utcoffset() or timedelta()) - (local.dst() or timedelta())
    return round(offset.total_seconds() / 60)
