"""Heat demand by the profile functions of the German gas industry, from outdoor temperatures.

BDEW, VKU and GEODE, Leitfaden Abwicklung von Standardlastprofilen Gas; M. Hellwig, Entwicklung und Anwendung
parametrisierter Standard-Lastprofile, TU München 2003. The heat of a day is

    Q(D) = KW · h(ϑ) · F(weekday)          h(ϑ) = A / (1 + (B / (ϑ − 40 °C))^C) + D
    ϑ = (T(D) + T(D−1)/2 + T(D−2)/4 + T(D−3)/8) / 1.875

with T the mean of a local day, and it is spread over the day by hourly shares of the day's range of temperature. The
customer value KW follows from the yearly heat. D stands for hot water.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from hygge_core.timeaxis import TimeAxis
from hygge_profiles.builders import tables
from hygge_profiles.builders.fields import PublicHolidays, TemperatureProfile, YearlyKwh
from hygge_profiles.builders.made import Made, Need, Source, Task, holidays_of, refused
from hygge_profiles.builders.period import SUNDAY, Calendar, averaged
from hygge_profiles.fields import Strict
from hygge_profiles.statistics import years_between
from hygge_profiles.units import TEMPERATURE, ProfileType

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Building = Literal[
    "EFH", "MFH", "GMK", "GHA", "GKO", "GBD", "GGA", "GBH", "GWA", "GGB", "GBA", "GPD", "GMF", "GHD",
]  # fmt: skip
RESIDENTIAL = ("EFH", "MFH")
GERMAN_MEAN_CLASS = 11
QUARTER_HOUR = 15
MINUTES_AN_HOUR = 60
# Weights of today's and the three days before's mean temperature.
WEIGHTS = (1.0, 0.5, 0.25, 0.125)
# The function has its pole at 40 °C, far beyond its heating limit.
POLE_C, WARMEST_C = 40.0, 39.0
# Ranges of temperature of the hourly shares: up to −15 °C, 5 K each, above 25 °C.
COLDEST_RANGE_C, RANGE_K, RANGES = -15.0, 5.0, 10
# A year of hours may lack the hour that a change of zone data takes.
ALMOST_A_YEAR = 0.999


class HeatDemand(Strict):
    """What a heat demand needs."""

    building: Building = Field(
        "EFH",
        description="EFH houses of one or two families, MFH of more; GMK metal and cars, GHA trade, GKO public bodies, "
        "GBD services, GGA restaurants, GBH hotels, GWA laundries, GGB gardens, GBA bakeries, GPD paper and print, GMF "
        "businesses like households, GHD businesses in general",
    )
    building_class: int | None = Field(
        None,
        ge=1,
        le=11,
        description="For EFH and MFH: from 1, a stock of mostly old buildings, to 10, one with the fewest; 11, the "
        "default, is the German mean. The others have no classes",
    )
    windy: bool = Field(False, description="The site is exposed to wind")
    hot_water: Literal["included", "without", "only"] = Field("included", description="Whether hot water is part of it")
    yearly_kwh: YearlyKwh = Field(
        description="Heat of a mean year of the temperature profile, which must cover at least a year"
    )
    temperature_profile_id: TemperatureProfile = Field(description="Outdoor temperature: type weather, unit degC")
    holidays: PublicHolidays | None = Field(None, description="Public holidays, which count as Sundays. Default: none")

    @model_validator(mode="after")
    def _class_of_a_residence(self) -> Self:
        if self.building_class is not None and self.building not in RESIDENTIAL:
            raise ValueError(f"building_class is for EFH and MFH; {self.building} has none")
        return self

    @property
    def table_class(self) -> int:
        """The class in the tables, which is 0 for what has none."""
        return (self.building_class or GERMAN_MEAN_CLASS) if self.building in RESIDENTIAL else 0


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """The parameters of h(ϑ)."""

    a: float
    b: float
    c: float
    d: float

    def h(self, temperature_c: Floats) -> Floats:
        """Heat of a day relative to the customer value."""
        below = np.minimum(temperature_c, WARMEST_C) - POLE_C
        return np.asarray(self.a / (1.0 + (self.b / below) ** self.c) + self.d, np.float64)


def needs(parameters: HeatDemand) -> list[Need]:
    return [Need("temperature_profile_id", parameters.temperature_profile_id, ProfileType.WEATHER, TEMPERATURE)]


def make(parameters: HeatDemand, task: Task) -> Made:
    """Power of heat, scaled by the mean year of all temperatures that the profile has."""
    place = "temperature_profile_id"
    source = task.source(parameters.temperature_profile_id, place)
    zone = task.calendar.axis.timezone
    years = years_between(source.start, source.end, ZoneInfo(zone))
    if years < ALMOST_A_YEAR:
        raise refused(place, f"the profile covers {years:.2f} years; scaling to a year's heat needs at least one")
    whole = Calendar(TimeAxis(source.start, source.end, source.step_minutes, zone)).finer(QUARTER_HOUR)
    whole = whole.finer(task.calendar.axis.step_minutes)
    relative = relative_power(parameters, whole, source)
    factor = parameters.yearly_kwh * years / (relative.sum() * whole.axis.step_hours)
    skip = round((task.calendar.axis.start - source.start).total_seconds()) // (60 * whole.axis.step_minutes)
    group = task.calendar.axis.step_minutes // whole.axis.step_minutes
    part = relative[skip : skip + task.calendar.axis.steps * group] * factor
    return Made(ProfileType.HEAT, "kW", averaged(part, group))


def relative_power(parameters: HeatDemand, calendar: Calendar, source: Source) -> Floats:
    """Power of each step for a customer value of 1 kWh a day, in kW, [steps]."""
    days, offsets = calendar.axis.days()
    day = np.repeat(np.arange(len(days)), np.diff(offsets))
    temperature_c = weighted(np.add.reduceat(source.on(calendar), offsets[:-1]) / np.diff(offsets))
    weekday = np.where(holidays_of(calendar, parameters.holidays), SUNDAY, calendar.weekday)
    daily = sigmoid(parameters).h(temperature_c)[day] * weekday_factors(parameters.building)[weekday]
    range_ = temperature_range(temperature_c)[day]
    shares = hourly_shares(parameters.building, parameters.table_class)
    return np.asarray(daily * shares[weekday, calendar.minute // MINUTES_AN_HOUR, range_], np.float64)


def weighted(daily_c: Floats) -> Floats:
    """The geometric series over four days, [days]; before the first day it was as on the first."""
    padded = np.concatenate([np.repeat(daily_c[:1], len(WEIGHTS) - 1), daily_c])
    return np.convolve(padded, WEIGHTS, "valid") / sum(WEIGHTS)


def temperature_range(temperature_c: Floats) -> Ints:
    """Which column of the hourly shares holds, [n]: 0 up to −15 °C, 1 up to −10 °C, … 9 above 25 °C."""
    steps = np.ceil((temperature_c - COLDEST_RANGE_C) / RANGE_K)
    return np.clip(steps, 0, RANGES - 1).astype(np.int64)


def sigmoid(parameters: HeatDemand) -> Sigmoid:
    """The published parameters; without hot water D is 0, for hot water alone A is 0."""
    wanted = (parameters.building, str(parameters.table_class), str(int(parameters.windy)))
    row = next(
        row
        for row in tables.rows("shlp_sigmoid_factors.csv")
        if (row["shlp_type"], row["building_class"], row["wind_impact"]) == wanted
    )
    a, b, c, d = (float(row[f"parameter_{name}"]) for name in "abcd")
    return Sigmoid(0.0 if parameters.hot_water == "only" else a, b, c, 0.0 if parameters.hot_water == "without" else d)


@lru_cache(maxsize=32)
def weekday_factors(building: Building) -> Floats:
    """Heat of a weekday relative to the mean, Monday first, [7]."""
    of_building = [row for row in tables.rows("shlp_weekday_factors.csv") if row["shlp_type"] == building]
    return np.asarray([float(row["wochentagsfaktor"]) for row in of_building])


@lru_cache(maxsize=64)
def hourly_shares(building: Building, building_class: int) -> Floats:
    """The part of a day's heat that each hour has, [7 weekdays, 24 hours, 10 ranges]; all alike for a residence."""
    shares = np.zeros((7, 24, RANGES))
    for row in tables.rows("shlp_hour_factors.csv"):
        if (row["shlp_type"], row["building_class"]) == (building, str(building_class)):
            weekday = int(row["weekday"]) - 1
            values = [float(row[f"temp_intervall_{column:02}"]) for column in range(1, RANGES + 1)]
            shares[slice(None) if weekday < 0 else weekday, int(row["hour_of_day"]) - 1] = values
    return shares
