"""What must hold for any weekly pattern, any period and any sum (hypothesis)."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hygge_core.timeaxis import TimeAxis
from hygge_profiles.builders.fields import PublicHolidays
from hygge_profiles.builders.period import Calendar, public_holidays
from hygge_profiles.builders.weekly import Weekly
from hygge_profiles.statistics import years_between
from hygge_profiles.units import ProfileType
from services.profiles.tests.builders_support import Memory, calendar, make

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
quick = settings(max_examples=40)
starts = st.datetimes(datetime(1995, 1, 1), datetime(2035, 1, 1)).map(
    lambda moment: moment.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
)
clock = st.integers(0, 287).map(lambda five: f"{five // 12:02}:{five % 12 * 5:02}")


@st.composite
def bands(draw: Any) -> list[dict[str, Any]]:
    """Bands on days of their own, so that none overlaps but those over midnight."""
    days = draw(st.permutations(range(7)))
    return [
        {"weekdays": [day], "from": draw(clock), "to": draw(clock), "kw": draw(st.integers(0, 20))}
        for day in days[: draw(st.integers(0, 4))]
    ]


def naive_kw(parameters: Weekly, moment: datetime, off: set[Any]) -> float:
    """The power at a moment, by looking at every band of today and yesterday."""
    for ago in (0, 1):
        day = (moment - timedelta(days=ago)).date()
        weekday = 6 if day in off else day.weekday()
        minute = moment.hour * 60 + moment.minute + ago * 1440
        for band in parameters.bands:
            if weekday in band.weekdays and band.begin <= minute < band.begin + band.length:
                return band.kw
    return parameters.base_kw


@quick
@given(
    bands=bands(), start=starts, zone=st.sampled_from(ZONES), step=st.sampled_from((5, 15, 30, 60)), off=st.booleans()
)
def test_weekly_equals_its_plain_twin(bands: Any, start: datetime, zone: str, step: int, off: bool) -> None:
    body = {"base_kw": 1, "bands": bands, "holidays": {"country": "DE"} if off else None}
    try:
        parameters = Weekly.model_validate(body)
    except ValidationError as error:
        assert "overlap" in str(error)
        return
    axis = TimeAxis(start, start + timedelta(days=4), step, zone)
    values = make("weekly", body, Calendar(axis)).values
    days = public_holidays(PublicHolidays(country="DE"), start.year - 1, start.year + 1) if off else set()
    for index in range(0, axis.steps, 7):
        parts = [
            naive_kw(parameters, (axis.at(index) + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)), days)
            for minute in range(0, step, 5)
        ]
        assert values[index] == pytest.approx(np.mean(parts))


@quick
@given(
    parts=st.lists(st.tuples(st.sampled_from((5, 15, 60, 1440)), st.floats(-3, 3)), min_size=1, max_size=5),
    step=st.sampled_from((5, 15, 30, 60)),
    seed=st.integers(0, 99),
    offset=st.floats(-1, 1),
)
def test_a_sum_keeps_the_energy_of_its_parts(parts: Any, step: int, seed: int, offset: float) -> None:
    random = np.random.default_rng(seed)
    start = datetime(2027, 3, 27, tzinfo=UTC)
    sources = {
        f"_{index + 1}": Memory(
            start, native, random.random(3 * 1440 // native).astype(np.float32), ProfileType.LOAD, "kW"
        )
        for index, (native, _) in enumerate(parts)
    }
    body = {"parts": [{"profile_id": i + 1, "weight": weight} for i, (_, weight) in enumerate(parts)], "offset": offset}
    period = Calendar(TimeAxis(start, start + timedelta(days=3), step, "Europe/Berlin"))
    made = make("combine", body, period, **sources)
    expected = 72 * offset + sum(
        weight * sources[f"_{i + 1}"].given.sum() * native / 60 for i, (native, weight) in enumerate(parts)
    )
    assert made.values.sum() * step / 60 == pytest.approx(expected, abs=1e-3)
    assert (made.profile_type, made.unit) == (ProfileType.LOAD, "kW")


@quick
@given(start=starts, days=st.integers(1, 900), zone=st.sampled_from(ZONES))
@example(start=datetime(2002, 4, 7, tzinfo=UTC), days=1, zone="America/New_York")
@example(start=datetime(2011, 12, 30, tzinfo=UTC), days=1, zone="Pacific/Apia")
def test_years_add_up(start: datetime, days: int, zone: str) -> None:
    place = ZoneInfo(zone)
    middle, end = start + timedelta(days=days // 2), start + timedelta(days=days)
    whole = years_between(start, end, place)
    assert whole == pytest.approx(days / 365.25, rel=0.004)
    assert years_between(start, middle, place) + years_between(middle, end, place) == pytest.approx(whole, abs=0.006)


@pytest.mark.parametrize("year", [2027, 2028])
def test_a_calendar_year_is_one(year: int) -> None:
    assert calendar(f"{year}-01-01", f"{year + 1}-01-01").years() == 1.0
    assert calendar(f"{year}-07-01", f"{year + 2}-07-01").years() == 2.0


@quick
@given(start=starts, zone=st.sampled_from(ZONES))
def test_the_calendar_is_that_of_the_standard_library(start: datetime, zone: str) -> None:
    axis = TimeAxis(start, start + timedelta(days=3), 30, zone)
    found = Calendar(axis)
    for index in range(0, axis.steps, 5):
        local = axis.at(index).astimezone(ZoneInfo(zone))
        assert found.minute[index] == local.hour * 60 + local.minute
        assert found.weekday[index] == local.weekday()
        assert (found.year[index], found.month[index] + 1) == (local.year, local.month)
        assert found.month_and_day[index] == local.month * 100 + local.day
        assert found.day_of_year[index] == local.timetuple().tm_yday
