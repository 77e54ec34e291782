"""The steps that a builder fills, by the local clock: days of 92, 96 or 100 quarter-hours come out right."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from math import gcd
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hygge_core.timeaxis import TimeAxis
from hygge_profiles.builders.fields import PublicHolidays
from hygge_profiles.statistics import years_between

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
SATURDAY, SUNDAY = 5, 6
# 1 January 1970 as a proleptic ordinal.
EPOCH_ORDINAL = 719_163
CHRISTMAS_EVE, NEW_YEARS_EVE = 1224, 1231


@dataclass(frozen=True)
class Calendar:
    """An axis with what the local clock and calendar say of each step; all arrays are [steps]."""

    axis: TimeAxis

    @cached_property
    def _clock(self) -> tuple[Ints, Ints, Ints]:
        return self.axis.local_clock()

    @property
    def weekday(self) -> Ints:
        """Monday is 0."""
        return self._clock[0]

    @property
    def minute(self) -> Ints:
        """The minute of the local day by the clock."""
        return self._clock[1]

    @property
    def ordinal(self) -> Ints:
        """The local date as a proleptic ordinal, as `date.toordinal`."""
        return self._clock[2]

    @cached_property
    def dates(self) -> NDArray[np.datetime64]:
        return (self.ordinal - EPOCH_ORDINAL).astype("datetime64[D]")

    @cached_property
    def month(self) -> Ints:
        """January is 0."""
        return np.asarray(self.dates.astype("datetime64[M]").astype(np.int64) % 12)

    @cached_property
    def year(self) -> Ints:
        return np.asarray(self.dates.astype("datetime64[Y]").astype(np.int64) + 1970)

    @cached_property
    def month_and_day(self) -> Ints:
        """1224 is 24 December."""
        day = (self.dates - self.dates.astype("datetime64[M]")).astype(np.int64) + 1
        return np.asarray((self.month + 1) * 100 + day)

    @cached_property
    def day_of_year(self) -> Ints:
        """1 January is 1."""
        return np.asarray((self.dates - self.dates.astype("datetime64[Y]")).astype(np.int64) + 1)

    def is_holiday(self, where: PublicHolidays | None, *, days_ago: int = 0) -> NDArray[np.bool_]:
        """Whether a step's date, or the one some days before, is a public holiday; ValueError for an unknown place."""
        if where is None:
            return np.zeros(self.axis.steps, bool)
        days = public_holidays(where, int(self.year[0]) - 1, int(self.year[-1]))
        return np.isin(self.ordinal - days_ago, [day.toordinal() for day in days])

    def years(self) -> float:
        """Length in calendar years: whole ones count 1, a rest by the days of the year that it lies in."""
        return years_between(self.axis.start, self.axis.end, ZoneInfo(self.axis.timezone))

    def finer(self, minutes: int) -> "Calendar":
        """The same period in steps that divide `minutes` too."""
        step = gcd(self.axis.step_minutes, minutes)
        return self if step == self.axis.step_minutes else self._of(self.axis.start, self.axis.end, step)

    def whole_years(self) -> tuple["Calendar", int]:
        """All local calendar years that the period touches, and how many steps of them come before the period."""
        zone = ZoneInfo(self.axis.timezone)
        start = local_midnight(date(int(self.year[0]), 1, 1), zone)
        end = local_midnight(date(int(self.year[-1]) + 1, 1, 1), zone)
        whole = self._of(start, end, self.axis.step_minutes)
        return whole, round((self.axis.start - start).total_seconds()) // (60 * self.axis.step_minutes)

    def _of(self, start: datetime, end: datetime, step_minutes: int) -> "Calendar":
        return Calendar(TimeAxis(start, end, step_minutes, self.axis.timezone))


def public_holidays(where: PublicHolidays, first_year: int, last_year: int) -> set[date]:
    """The public holidays of a country, or of a part of it, in these years. ValueError if it is not known."""
    # Takes a tenth of a second that the start of the service need not wait for.
    import holidays

    try:
        years = range(first_year, last_year + 1)
        return set(holidays.country_holidays(where.country, subdiv=where.subdivision, years=years))
    except NotImplementedError as error:
        raise ValueError(str(error)) from error


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def averaged(values: Floats, group: int) -> Floats:
    """Means of every `group` values."""
    return values if group == 1 else np.asarray(values.reshape(-1, group).mean(axis=1), np.float64)
