"""Standard load profiles of the German energy industry: a table by season or month, kind of day and quarter-hour.

1999: H0, G0 to G6, L0, L2. VDEW, Repräsentative VDEW-Lastprofile (1999) and Anwendung der Repräsentativen
VDEW-Lastprofile step-by-step (2000): three seasons; public holidays are Sundays; 24 and 31 December are Saturdays
unless they are Sundays.
2025: H25, G25, L25, P25, S25. BDEW, Standardlastprofile Strom (2025): a table a month.
All are mean power for a consumption of 1000 kWh a year. L1 is left out: in the tables at hand its Saturdays, and its
Sundays outside of winter, are those of L0.
"""

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from hygge_profiles.builders import tables
from hygge_profiles.builders.fields import PublicHolidays, YearlyKwh
from hygge_profiles.builders.made import Made, Task, holidays_of
from hygge_profiles.builders.period import (
    CHRISTMAS_EVE,
    NEW_YEARS_EVE,
    SATURDAY,
    SUNDAY,
    Calendar,
    averaged,
)
from hygge_profiles.fields import Strict
from hygge_profiles.units import ProfileType

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Code = Literal["H0", "G0", "G1", "G2", "G3", "G4", "G5", "G6", "L0", "L2", "H25", "G25", "L25", "P25", "S25"]
OF_2025 = frozenset({"H25", "G25", "L25", "P25", "S25"})
DYNAMIC = frozenset({"H0", "H25", "P25", "S25"})
QUARTER_HOUR = 15
TABLE_KWH = 1000.0
WORKDAY_TYPE, SATURDAY_TYPE, SUNDAY_TYPE = 0, 1, 2
_SEASONS = ("winter", "summer", "transition")
# Last day of a season (month · 100 + day) and the season, in the order of the year.
_SEASON_ENDS = ((320, 0), (514, 2), (914, 1), (1031, 2), (1231, 0))
_WEEKDAY_OF_TABLE = {"1": WORKDAY_TYPE, "6": SATURDAY_TYPE, "7": SUNDAY_TYPE}
_DAY_OF_TABLE = {"WT": WORKDAY_TYPE, "SA": SATURDAY_TYPE, "FT": SUNDAY_TYPE}


class StandardLoad(Strict):
    """What a standard load profile needs."""

    profile: Code = Field(
        "H25",
        description="Of 2025: H25 households, G25 businesses, L25 farms, P25 households with solar panels, S25 those "
        "with a battery too (what they draw from the grid). Of 1999: H0 households; G0 businesses in general, G1 on "
        "workdays 8 to 18 h, G2 mostly evenings, G3 through the night, G4 shops and hairdressers, G5 bakeries, G6 at "
        "weekends; L0 farms in general, L2 farms without milk",
    )
    yearly_kwh: YearlyKwh = Field(description="Consumption of a calendar year")
    holidays: PublicHolidays | None = Field(
        None, description="Public holidays, which count as Sundays. Default: none; with them add country DE"
    )
    eves_as_saturdays: bool = Field(True, description="24 and 31 December count as Saturdays unless they are Sundays")
    exact_year: bool = Field(
        True,
        description="Each calendar year has exactly yearly_kwh. False: the table's own power for yearly_kwh, whose sum "
        "of a year differs by up to some percent",
    )


def make(parameters: StandardLoad, task: Task) -> Made:
    """Table power of each quarter-hour, times yearly_kwh / 1000, or scaled so that each year has its sum."""
    fine = task.calendar.finer(QUARTER_HOUR)
    group = task.calendar.axis.step_minutes // fine.axis.step_minutes
    if parameters.exact_year:
        whole, skip = fine.whole_years()
        table = table_kw(parameters, whole)
        values = _to_yearly(table, whole, parameters.yearly_kwh)[skip : skip + fine.axis.steps]
    else:
        values = table_kw(parameters, fine) * parameters.yearly_kwh / TABLE_KWH
    return Made(ProfileType.LOAD, "kW", averaged(values, group))


def table_kw(parameters: StandardLoad, calendar: Calendar) -> Floats:
    """Mean power for 1000 kWh a year in kW, [steps]."""
    table = power_table(parameters.profile)
    season = calendar.month if parameters.profile in OF_2025 else seasons(calendar)
    values = table[season, day_types(parameters, calendar), calendar.minute // QUARTER_HOUR]
    return values * dynamisation(calendar.day_of_year) if parameters.profile in DYNAMIC else values


def dynamisation(day_of_year: Ints) -> Floats:
    """Smooths the seasons of household profiles, by day of the year from 1 (VDEW 2000; the same for 2025)."""
    return np.asarray(np.polyval([-3.92e-10, 3.2e-7, -7.02e-5, 2.1e-3, 1.24], day_of_year.astype(np.float64)))


def seasons(calendar: Calendar) -> Ints:
    """0 winter (1 November to 20 March), 1 summer (15 May to 14 September), 2 the time between."""
    ends, codes = (np.asarray(column) for column in zip(*_SEASON_ENDS, strict=True))
    return np.asarray(codes[np.searchsorted(ends, calendar.month_and_day)], np.int64)


def day_types(parameters: StandardLoad, calendar: Calendar) -> Ints:
    """0 workday, 1 Saturday, 2 Sunday or public holiday."""
    saturday = calendar.weekday == SATURDAY
    if parameters.eves_as_saturdays:
        saturday |= np.isin(calendar.month_and_day, (CHRISTMAS_EVE, NEW_YEARS_EVE))
    sunday = (calendar.weekday == SUNDAY) | holidays_of(calendar, parameters.holidays)
    return np.select([sunday, saturday], [SUNDAY_TYPE, SATURDAY_TYPE], WORKDAY_TYPE)


@lru_cache(maxsize=32)
def power_table(code: Code) -> Floats:
    """kW for 1000 kWh a year: [3 seasons or 12 months, 3 kinds of day, 96 quarter-hours]."""
    return _of_2025(code) if code in OF_2025 else _of_1999(code)


def _of_1999(code: Code) -> Floats:
    table = np.zeros((len(_SEASONS), 3, 96))
    for season, name in enumerate(_SEASONS):
        for weekday, day_type in _WEEKDAY_OF_TABLE.items():
            of_day = [
                row for row in tables.rows("selp_series.csv") if (row["period"], row["weekday"]) == (name, weekday)
            ]
            table[season, day_type] = [float(row[code.lower()]) for row in of_day]
    return table


def _of_2025(code: Code) -> Floats:
    """The file has kWh a quarter-hour for 1 GWh a year: columns are three kinds of day for each month."""
    _, days, *quarters = tables.cells(f"{code.lower()}.csv")
    values = np.asarray([[float(cell) for cell in row[1:]] for row in quarters[:96]])
    table = np.zeros((12, 3, 96))
    for column, day in enumerate(days[1:]):
        table[column // 3, _DAY_OF_TABLE[day]] = values[:, column] * 4 / 1000
    return table


def _to_yearly(values: Floats, calendar: Calendar, yearly_kwh: float) -> Floats:
    """Every calendar year of `values` (kW) with `yearly_kwh`."""
    edges = np.flatnonzero(np.diff(calendar.year, prepend=calendar.year[0] - 1))
    sums = np.add.reduceat(values, edges) * calendar.axis.step_hours
    return values * np.repeat(yearly_kwh / sums, np.diff(np.append(edges, len(values))))
