"""Local days, clocks and months against the slow, obvious way: asking the time zone for each step."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_core.timeaxis import STEP_MINUTES, TimeAxis, no_number, parse_utc, utc_text

ZONES = ["UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"]
starts = st.integers(0, 4 * 365 * 24).map(lambda h: datetime(2014, 1, 1, tzinfo=UTC) + timedelta(hours=h))


@settings(max_examples=60)
@given(
    start=starts, steps=st.integers(1, 900), step_minutes=st.sampled_from(STEP_MINUTES), timezone=st.sampled_from(ZONES)
)
def test_days_and_clock_are_those_of_each_steps_own_start(
    start: datetime, steps: int, step_minutes: int, timezone: str
) -> None:
    axis = TimeAxis(start, start + steps * timedelta(minutes=step_minutes), step_minutes, timezone)
    local = [axis.at(step).astimezone(ZoneInfo(timezone)) for step in range(steps)]
    days, offsets = axis.days()
    weekday, minute, ordinal = axis.local_clock()
    assert [day for day, n in zip(days, np.diff(offsets), strict=True) for _ in range(n)] == [m.date() for m in local]
    assert minute.tolist() == [m.hour * 60 + m.minute for m in local]
    assert weekday.tolist() == [m.weekday() for m in local]
    assert ordinal.tolist() == [m.date().toordinal() for m in local]


def test_a_german_year_has_one_day_of_92_and_one_of_100_quarter_hours() -> None:
    axis = TimeAxis(parse_utc("2015-12-31T23:00Z"), parse_utc("2016-12-31T23:00Z"), 15, "Europe/Berlin")
    _, offsets = axis.days()
    lengths, counts = np.unique(np.diff(offsets), return_counts=True)
    assert axis.steps == 35_136
    assert dict(zip(lengths.tolist(), counts.tolist(), strict=True)) == {92: 1, 96: 364, 100: 1}


def test_timestamps_need_an_offset() -> None:
    assert utc_text(parse_utc("2016-01-01T00:00+01:00")) == "2015-12-31T23:00:00Z"
    with pytest.raises(ValueError, match="no UTC offset"):
        parse_utc("2016-01-01T00:00")


@pytest.mark.parametrize("value", [0, 1767225600, 0.5, True, "1767225600", " 0.5", "-1", "1e9", "20260101", "2026"])
def test_a_bare_number_is_no_moment(value: object) -> None:
    with pytest.raises(ValueError, match="ISO 8601"):
        no_number(value)


@pytest.mark.parametrize("value", ["2026-01-01", "2026-01-01T00:00:00Z", "yesterday", "", None, datetime(2026, 1, 1)])
def test_what_else_was_written_is_for_others_to_judge(value: object) -> None:
    assert no_number(value) is value
