"""Bands by weekday and clock time: power that comes again every week, on local time."""

from typing import Annotated, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from hygge_core.weekly import CLOCK_PATTERN, DAY_MINUTES, clock_minute, clock_text, overlaps, weekday_number
from hygge_profiles.builders.fields import MAX_KW, PublicHolidays, unit
from hygge_profiles.builders.made import Made, Task, holidays_of
from hygge_profiles.builders.period import SUNDAY, Calendar, averaged
from hygge_profiles.fields import Strict
from hygge_profiles.units import SIGNED_TYPES, ProfileType

# Bands begin and end on multiples of this, so that the mean of every step is exact.
BAND_MINUTES = 5
ALL_DAYS = tuple(range(7))
Weekday = Annotated[int, Field(ge=0, le=6), BeforeValidator(weekday_number)]
Kind = Literal["load", "heat", "ev", "solar", "wind", "schedule"]


class WeeklyBand(Strict):
    """A daily span by the local clock; `to` at or before `from` runs over midnight."""

    weekdays: list[Weekday] = Field(
        list(ALL_DAYS), min_length=1, description="Days on which the span begins: 0 (Monday) to 6, or names"
    )
    from_: str = Field(alias="from", pattern=CLOCK_PATTERN, examples=["22:00"], description="Local clock time, HH:MM")
    to: str = Field(
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", examples=["06:00"], description="Local clock time, HH:MM or 24:00"
    )
    kw: float = Field(ge=-MAX_KW, le=MAX_KW, json_schema_extra=unit("kW"), description="Power in the span")

    @property
    def begin(self) -> int:
        return clock_minute(self.from_)

    @property
    def length(self) -> int:
        """Minutes; the same time twice is a whole day."""
        return (clock_minute(self.to) - self.begin - 1) % DAY_MINUTES + 1


class Weekly(Strict):
    """What a weekly pattern needs."""

    profile_type: Kind = Field("load", description="What the power is; only a schedule may be negative (discharges)")
    base_kw: float = Field(
        0.0, ge=-MAX_KW, le=MAX_KW, json_schema_extra=unit("kW"), description="Power outside of all bands"
    )
    bands: list[WeeklyBand] = Field(max_length=200, description="Spans with a power of their own; they may not overlap")
    holidays: PublicHolidays | None = Field(
        None, description="Public holidays, on which the bands of Sundays begin. Default: none"
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for index, band in enumerate(self.bands):
            if band.begin % BAND_MINUTES or band.length % BAND_MINUTES:
                raise ValueError(f"band {index} does not begin and end on a multiple of {BAND_MINUTES} minutes")
        for first, second, minute in overlaps([(band.weekdays, band.begin, band.length) for band in self.bands]):
            raise ValueError(f"bands {first} and {second} overlap on {clock_text(minute)}")
        least = min([self.base_kw, *(band.kw for band in self.bands)])
        if least < 0 and ProfileType(self.profile_type) not in SIGNED_TYPES:
            raise ValueError(f"{least:g} kW: only a schedule may be negative")
        return self


def make(parameters: Weekly, task: Task) -> Made:
    """The power of the band that runs; one that began yesterday is that of yesterday's kind of day."""
    fine = task.calendar.finer(BAND_MINUTES)
    group = task.calendar.axis.step_minutes // fine.axis.step_minutes
    today, yesterday = _weekdays(parameters, fine)
    begun, running = _tables(parameters)
    band = np.where(begun[today, fine.minute] >= 0, begun[today, fine.minute], running[yesterday, fine.minute])
    powers = np.asarray([*(band.kw for band in parameters.bands), parameters.base_kw])
    return Made(ProfileType(parameters.profile_type), "kW", averaged(powers[band], group))


def _weekdays(parameters: Weekly, calendar: Calendar) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The weekday of each step and of the day before it, holidays as Sundays."""
    holiday = holidays_of(calendar, parameters.holidays)
    after_holiday = holidays_of(calendar, parameters.holidays, days_ago=1)
    today, yesterday = calendar.weekday, (calendar.weekday - 1) % 7
    return np.where(holiday, SUNDAY, today), np.where(after_holiday, SUNDAY, yesterday)


def _tables(parameters: Weekly) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per weekday and minute, [7, 1440]: the band begun on that day, and the one running on the day after; or −1."""
    begun, running = (np.full((7, DAY_MINUTES), -1) for _ in range(2))
    for index, band in enumerate(parameters.bands):
        end = band.begin + band.length
        begun[band.weekdays, band.begin : min(end, DAY_MINUTES)] = index
        running[band.weekdays, : max(end - DAY_MINUTES, 0)] = index
    return begun, running
