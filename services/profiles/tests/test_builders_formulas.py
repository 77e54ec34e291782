"""Builders' formulas against published figures, against the libraries they take data from, and against plain loops."""

import warnings
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from hygge_core.errors import InvalidInput
from hygge_profiles.builders import heat_demand, standard_load, temperature
from hygge_profiles.builders.standard_load import StandardLoad
from services.profiles.tests.builders_support import Memory, calendar, make

GERMANY = {"country": "DE"}


def at(name: str, parameters: dict[str, Any], moment: str) -> float:
    """The value of the quarter-hour that begins at a local time."""
    day = moment[:10]
    following = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    period = calendar(day, following)
    local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return float(make(name, parameters, period).values[(local - period.axis.start) // timedelta(minutes=15)])


@pytest.mark.parametrize(
    ("profile", "moment", "watts"),
    [
        # Watts for 1000 kWh a year with one decimal, from the tables that VDEW published in 1999. 13 January 2027 is a
        # Wednesday. The library's digits go further and were not always rounded, hence 0.1.
        ("G0", "2027-01-13T18:00", 190.7),
        ("G0", "2027-01-13T08:00", 157.1),
        ("L2", "2027-07-04T07:00", 102.5),
        ("G4", "2027-04-10T11:00", 202.1),
    ],
)  # fmt: skip
def test_static_profiles_have_the_published_power(profile: str, moment: str, watts: float) -> None:
    parameters = {"profile": profile, "yearly_kwh": 1000, "exact_year": False}
    assert at("standard_load", parameters, moment) * 1000 == pytest.approx(watts, abs=0.1)


def test_households_have_the_published_power_times_the_published_factor() -> None:
    """A winter workday's evening: 184.7 W for 1000 kWh a year, times F(13), for 3500 kWh."""
    factor = -3.92e-10 * 13**4 + 3.2e-7 * 13**3 - 7.02e-5 * 13**2 + 2.1e-3 * 13 + 1.24
    kw = at("standard_load", {"profile": "H0", "yearly_kwh": 3500, "exact_year": False}, "2027-01-13T19:00")
    assert kw == pytest.approx(0.1847 * 3.5 * factor, rel=5e-4)
    # BDEW 2025: 20.126 kWh in a quarter-hour for 1 GWh a year.
    kw = at("standard_load", {"profile": "H25", "yearly_kwh": 1e6, "exact_year": False}, "2027-01-13T00:00")
    assert kw == pytest.approx(20.126 * 4 * factor)


def test_dynamisation_has_its_published_values() -> None:
    days = np.asarray([1, 100, 200, 300, 366])
    assert standard_load.dynamisation(days) == pytest.approx([1.24203012, 1.0288, 0.7848, 1.0168, 1.25968523])


@pytest.mark.parametrize("code", ["H25", "G25", "L25", "P25", "S25"])
def test_profiles_of_2025_equal_those_of_the_library(code: str) -> None:
    """Without zone and holidays, where the library can follow."""
    import pandas as pd
    from demandlib import bdew

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = getattr(bdew, code)(pd.date_range("2028-01-01", "2028-12-31 23:45", freq="15min")).to_numpy()
    parameters = {"profile": code, "yearly_kwh": 1e6, "exact_year": False, "eves_as_saturdays": False}
    found = make("standard_load", parameters, calendar("2028-01-01", "2029-01-01", zone="UTC")).values
    assert found == pytest.approx(expected, rel=1e-12)


def test_tables_are_whole() -> None:
    """Every table has a mean year of about 1000 kWh, and no profile repeats the Saturdays of another one."""
    period = calendar("2027-01-01", "2028-01-01")
    saturdays = set()
    for code in StandardLoad.model_fields["profile"].annotation.__args__:
        table = standard_load.power_table(code)
        assert (table > 0).all()
        kw = standard_load.table_kw(StandardLoad(profile=code, yearly_kwh=1000, holidays=GERMANY), period)
        assert kw.sum() / 4 == pytest.approx(1000, rel=0.05)
        saturdays.add(table[0, 1].tobytes())
    assert len(saturdays) == 15


def test_days_of_the_german_calendar() -> None:
    """Good Friday and Corpus Christi (where it is one) are Sundays, 24 December a Saturday, unless it is a Sunday."""
    kinds = {}
    for day, place in (
        ("2027-03-26", GERMANY), ("2027-05-27", GERMANY), ("2027-05-27", {"country": "DE", "subdivision": "BY"}),
        ("2027-12-24", GERMANY), ("2028-12-24", GERMANY), ("2027-12-25", GERMANY), ("2027-12-31", None),
    ):  # fmt: skip
        period = calendar(day, f"{day}T23:00")
        found = standard_load.day_types(StandardLoad(profile="G0", yearly_kwh=1, holidays=place), period)
        assert len(set(found.tolist())) == 1
        kinds[day, bool(place and len(place) > 1)] = int(found[0])
    assert list(kinds.values()) == [2, 0, 2, 1, 2, 2, 1]


def test_each_calendar_year_has_its_sum() -> None:
    period = calendar("2027-07-01", "2029-03-01", 60)
    kw = make("standard_load", {"profile": "H0", "yearly_kwh": 4321, "holidays": GERMANY}, period).values
    of_2028 = kw[period.year == 2028]
    assert len(of_2028) == 8784
    assert of_2028.sum() == pytest.approx(4321)
    part = make(
        "standard_load",
        {"profile": "H0", "yearly_kwh": 4321, "holidays": GERMANY},
        calendar("2028-05-01", "2028-06-01", 60),
    )
    assert part.values == pytest.approx(kw[(period.year == 2028) & (period.month == 4)])


@pytest.mark.parametrize(("day", "quarters"), [("2027-03-28", 92), ("2027-10-31", 100), ("2027-06-01", 96)])
def test_daylight_saving(day: str, quarters: int) -> None:
    """The repeated hour has the same values twice, the skipped one none."""
    following = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    kw = make("standard_load", {"profile": "G0", "yearly_kwh": 1000}, calendar(day, following)).values
    plain = make("standard_load", {"profile": "G0", "yearly_kwh": 1000}, calendar(day, following, zone="UTC")).values
    hours = {92: [0, 1, *range(3, 24)], 96: list(range(24)), 100: [0, 1, 2, 2, *range(3, 24)]}[quarters]
    assert len(kw) == quarters
    expected = plain.reshape(24, 4)[hours].ravel()
    assert kw / kw.mean() == pytest.approx(expected / expected.mean())


def test_unknown_holidays_are_named() -> None:
    with pytest.raises(InvalidInput) as error:
        make("standard_load", {"yearly_kwh": 1, "holidays": {"country": "XX"}}, calendar("2027-01-01", "2027-01-02"))
    assert error.value.findings[0].field == "parameters.holidays"


def weather(step_minutes: int = 60) -> Memory:
    """A year of temperatures whose last three days are like the first one, as the library wraps its year around."""
    hours = np.arange(8784)
    given = 9 - 11 * np.cos(2 * np.pi * (hours / 24 - 20) / 366) + 5 * np.sin(hours / 37) + 3 * np.sin(hours / 3.9)
    given[-72:] = np.tile(given[:24], 3)
    return Memory(datetime(2028, 1, 1, tzinfo=UTC), 60, given.astype(np.float32))


@pytest.mark.parametrize(
    ("building", "building_class", "hot_water", "windy"),
    [
        ("EFH", 11, "included", False),
        ("MFH", 3, "without", True),
        ("GHD", None, "included", True),
        ("GBA", None, "only", False),
    ],
)  # fmt: skip
def test_heat_equals_that_of_the_library(
    building: str, building_class: int | None, hot_water: str, windy: bool
) -> None:
    import pandas as pd
    from demandlib import bdew

    source = weather()
    index = pd.date_range("2028-01-01", periods=8784, freq="h")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = bdew.HeatBuilding(
            index, temperature=pd.Series(source.given.astype(float), index=index), shlp_type=building,
            building_class=building_class or 0, wind_class=int(windy), annual_heat_demand=18_000,
            ww_incl=hot_water == "included", ww_only=hot_water == "only",
        )  # fmt: skip
        expected = library.get_bdew_profile().to_numpy()
    parameters = {
        "building": building, "building_class": building_class, "hot_water": hot_water, "windy": windy,
        "yearly_kwh": 18_000, "temperature_profile_id": 1,
    }  # fmt: skip
    found = make("heat_demand", parameters, calendar("2028-01-01", "2029-01-01", 60, "UTC"), _1=source).values
    assert found.sum() == pytest.approx(18_000)
    assert found == pytest.approx(expected * 18_000 / expected.sum(), rel=1e-6)


def test_heat_of_a_part_is_the_part_of_the_whole() -> None:
    parameters = {"yearly_kwh": 12_000, "temperature_profile_id": 1, "holidays": GERMANY}
    whole = make("heat_demand", parameters, calendar("2028-01-02", "2028-12-30", 60), _1=weather()).values
    part = make("heat_demand", parameters, calendar("2028-03-25", "2028-03-28", 15), _1=weather()).values
    first = (
        calendar("2028-03-25", "2028-03-26").axis.start - calendar("2028-01-02", "2028-01-03").axis.start
    ) // timedelta(hours=1)
    assert part.reshape(-1, 4).mean(axis=1) == pytest.approx(whole[first : first + 71])


def test_heat_needs_a_year_and_the_period() -> None:
    source = Memory(datetime(2028, 1, 1, tzinfo=UTC), 60, np.zeros(24 * 300, np.float32))
    for period, words in (
        (calendar("2028-02-01", "2028-02-02"), "at least one"),
        (calendar("2029-02-01", "2029-02-02"), "not all"),
    ):
        with pytest.raises(InvalidInput) as error:
            make("heat_demand", {"yearly_kwh": 1, "temperature_profile_id": 1}, period, _1=source)
        assert words in error.value.findings[0].message


def test_weights_and_ranges_of_temperature() -> None:
    assert heat_demand.weighted(np.asarray([8.0, 0, 0, 0, 0])) == pytest.approx(np.asarray([15, 7, 3, 1, 0]) * 8 / 15)
    edges = np.asarray([-40, -15, -14.9, -10, 0, 0.1, 25, 25.1, 45])
    assert heat_demand.temperature_range(edges).tolist() == [0, 0, 1, 1, 3, 4, 8, 9, 9]
    assert np.isfinite(
        heat_demand.sigmoid(heat_demand.HeatDemand(yearly_kwh=1, temperature_profile_id=1)).h(edges)
    ).all()


def test_synthetic_temperature() -> None:
    parameters = {"mean_c": 9.5, "yearly_amplitude_k": 9, "coldest_day": 20, "daily_swing_k": 8}
    period = calendar("2027-01-01", "2028-01-01")
    values = make("temperature", parameters, period).values
    assert values.mean() == pytest.approx(9.5, abs=0.01)
    daily = np.bincount(period.day_of_year - 1, values) / np.bincount(period.day_of_year - 1)
    assert int(np.argmin(daily)) + 1 == 20
    assert daily[19] == pytest.approx(0.5, abs=0.02)
    assert daily.max() == pytest.approx(18.5, abs=0.02)
    # Campbell and Norman: the lowest before sunrise, the highest in the afternoon; the fit of theirs spans 0.97.
    hours = np.linspace(0, 24, 1441)
    gamma = temperature.gamma(hours)
    assert gamma.mean() == pytest.approx(temperature.MEAN_OF_GAMMA, abs=1e-3)
    assert gamma.max() - gamma.min() == pytest.approx(0.97, abs=0.005)
    assert 4 < hours[np.argmin(gamma)] < 6
    assert 13.5 < hours[np.argmax(gamma)] < 15.5


def test_the_day_does_not_jump_with_the_clock() -> None:
    values = make(
        "temperature", {"mean_c": 10, "yearly_amplitude_k": 0, "coldest_day": 1, "daily_swing_k": 10},
        calendar("2027-03-27", "2027-03-30"),
    ).values  # fmt: skip
    assert np.abs(np.diff(values)).max() < 0.5
