"""Tariffs by local clock and public holidays, against a minute-by-minute twin; price series; overlaps."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hygge_core.timeaxis import TimeAxis
from hygge_engine import tariffs
from hygge_engine.runs.money import AnyTariff, FlatTariff, Holidays, SeriesTariff, Tariff, TimeOfUseTariff

adapter: TypeAdapter[AnyTariff] = TypeAdapter(Tariff)
# Of North Rhine-Westphalia in 2026, from its own law (Feiertagsgesetz NW § 2), not from the package that is used.
HOLIDAYS = {
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 25),
    date(2026, 6, 4), date(2026, 10, 3), date(2026, 11, 1), date(2026, 12, 25), date(2026, 12, 26),
}  # fmt: skip
WESTPHALIA = {"country": "DE", "subdivision": "NW"}


def time_of_use(*periods: dict[str, Any], **others: Any) -> TimeOfUseTariff:
    return TimeOfUseTariff.model_validate(
        {"kind": "time_of_use", "periods": list(periods), "retail_eur_per_kwh": 0.3, **others}
    )


def period(start: str, end: str, price: float, weekdays: list[Any] | None = None) -> dict[str, Any]:
    return {"from": start, "to": end, "retail_eur_per_kwh": price, "weekdays": weekdays}


def kind_of_day(tariff: TimeOfUseTariff, day: date) -> int | str:
    if tariff.holidays is not None and day in HOLIDAYS:
        return "holiday" if any("holiday" in (p.weekdays or ()) for p in tariff.periods) else 6
    return day.weekday()


def price_at(tariff: TimeOfUseTariff, local: datetime) -> float:
    """The naive twin: is this local minute in a period that began today or yesterday?"""
    minute = local.hour * 60 + local.minute
    today = kind_of_day(tariff, local.date())
    yesterday = kind_of_day(tariff, local.date() - timedelta(days=1))
    for entry in tariff.periods:
        begin, end = tariffs.clock_minute(entry.from_), tariffs.clock_minute(entry.to)
        days = [*range(7), "holiday"] if entry.weekdays is None else entry.weekdays
        if begin < end and today in days and begin <= minute < end:
            return entry.retail_eur_per_kwh
        if begin > end and ((today in days and minute >= begin) or (yesterday in days and minute < end)):
            return entry.retail_eur_per_kwh
    return tariff.retail_eur_per_kwh


def test_a_flat_tariff_is_one_price() -> None:
    axis = TimeAxis(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), 30)
    prices = tariffs.prices(FlatTariff(retail_eur_per_kwh=0.25, feed_in_eur_per_kwh=0.07), axis)
    assert set(prices.retail) == {0.25}
    assert set(prices.feed_in) == {0.07}
    assert len(prices.retail) == 48


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
@pytest.mark.parametrize("month", [3, 4, 10, 11])
def test_time_of_use_follows_the_local_clock_over_clock_changes(zone: str, month: int) -> None:
    tariff = time_of_use(
        period("22:00", "06:00", 0.1, ["sat", "sunday", 0]), period("17:00", "20:00", 0.5, [0, 1, 2, 3, 4])
    )
    start = datetime(2026, month, 1, tzinfo=UTC)
    axis = TimeAxis(start, start + timedelta(days=30), 15, zone)
    expected = [price_at(tariff, axis.at(step).astimezone(ZoneInfo(zone))) for step in range(axis.steps)]
    np.testing.assert_array_equal(tariffs.prices(tariff, axis).retail, expected)


quarter = st.integers(0, 95).map(lambda q: f"{q // 4:02}:{q % 4 * 15:02}")
days = st.none() | st.lists(st.integers(0, 6), min_size=1, max_size=7)
days_and_holidays = st.none() | st.lists(st.integers(0, 6) | st.just("holiday"), min_size=1, max_size=8)
# Around Easter, the clock change of October with three Sundays in a row, and the turn of the year.
starts = st.sampled_from([datetime(2026, 3, 28), datetime(2026, 4, 2), datetime(2026, 10, 24), datetime(2026, 12, 24)])


@settings(max_examples=80)
@given(
    st.lists(st.tuples(quarter, quarter, days_and_holidays), min_size=1, max_size=3), starts, st.booleans(),
    st.sampled_from([5, 15]), st.integers(0, 23),
)  # fmt: skip
def test_every_minute_costs_what_the_twin_says(
    entries: list[tuple[str, str, Any]], start: datetime, off: bool, step: int, hour: int
) -> None:
    periods = [period(a, b, 0.1 * n, d) for n, (a, b, d) in enumerate(entries)]
    named = any("holiday" in (d or ()) for _, _, d in entries)
    tariff = time_of_use(*periods, holidays=WESTPHALIA if off or named else None)
    if tariffs.findings(tariff, step):
        return
    begin = (start + timedelta(hours=hour)).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    axis = TimeAxis(begin, begin + timedelta(days=6), step, "Europe/Berlin")
    got = tariffs.prices(tariff, axis).retail
    minutes = axis.steps * step
    expected = [
        price_at(tariff, (begin + timedelta(minutes=m)).astimezone(ZoneInfo(axis.timezone))) for m in range(minutes)
    ]
    np.testing.assert_array_equal(np.repeat(got, step), expected)


def test_holidays_are_those_of_the_law() -> None:
    assert tariffs.public_holidays(Holidays(**WESTPHALIA), 2026, 2026) == HOLIDAYS
    bavaria = tariffs.public_holidays(Holidays(country="DE", subdivision="BY"), 2026, 2026)
    assert date(2026, 1, 6) in bavaria
    assert date(2026, 1, 6) not in HOLIDAYS


def test_a_holiday_that_no_period_names_is_a_sunday() -> None:
    weekend = period("00:00", "24:00", 0.1, ["sun"])
    axis = TimeAxis(datetime(2026, 12, 23, 23, tzinfo=UTC), datetime(2026, 12, 27, 23, tzinfo=UTC), 60, "Europe/Berlin")
    daily = tariffs.prices(time_of_use(weekend, holidays=WESTPHALIA), axis).retail[::24]
    assert daily.tolist() == [0.3, 0.1, 0.1, 0.1]
    named = time_of_use(weekend, period("00:00", "24:00", 0.2, ["holiday"]), holidays=WESTPHALIA)
    assert tariffs.prices(named, axis).retail[::24].tolist() == [0.3, 0.2, 0.2, 0.1]
    assert tariffs.prices(time_of_use(weekend), axis).retail[::24].tolist() == [0.3, 0.3, 0.3, 0.1]


def test_a_period_of_a_holiday_night_runs_into_the_working_day() -> None:
    tariff = time_of_use(period("22:00", "06:00", 0.1, ["holiday"]), holidays=WESTPHALIA)
    axis = TimeAxis(datetime(2026, 4, 6, 22, tzinfo=UTC), datetime(2026, 4, 7, 22, tzinfo=UTC), 60, "Europe/Berlin")
    assert tariffs.prices(tariff, axis).retail.tolist() == [0.1] * 6 + [0.3] * 18


def test_with_holidays_periods_of_days_that_never_follow_each_other_can_meet() -> None:
    night, sunday = period("22:00", "06:00", 0.1, [0, 1, 2]), period("00:00", "24:00", 0.2, ["sun"])
    assert tariffs.findings(time_of_use(night, sunday), 15) == []
    found = tariffs.findings(time_of_use(night, sunday, holidays=WESTPHALIA), 15)
    assert [(f.field, f.message) for f in found] == [("tariff.periods.1", "overlaps period 0 at sun 00:00")]


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"holidays": {"country": "DE", "subdivision": "XX"}}, "tariff.holidays"),
        ({"holidays": {"country": "ZZ"}}, "tariff.holidays"),
        ({}, "tariff.periods.0.weekdays"),
    ],
)
def test_unknown_holidays_are_found(others: dict[str, Any], field: str) -> None:
    tariff = time_of_use(period("06:00", "07:00", 0.1, ["holiday"]), **others)
    assert [f.field for f in tariffs.findings(tariff, 15)] == [field]


AXIS = TimeAxis(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 1, tzinfo=UTC), 15)
SERIES = {3: np.array([-0.1, 0.0, 0.05, 0.2], np.float32), 4: np.array([0.01, -0.02, 0.03, 0.04], np.float32)}


def test_a_series_is_the_profile_times_a_factor_and_a_surcharge() -> None:
    tariff = SeriesTariff(kind="series", profile_id=3, factor=1.19, surcharge_eur_per_kwh=0.1)
    prices = tariffs.prices(tariff, AXIS, SERIES)
    np.testing.assert_array_equal(prices.retail, SERIES[3].astype(float) * 1.19 + 0.1)
    assert prices.retail[0] < 0, "prices may be negative"
    np.testing.assert_array_equal(prices.feed_in, [0.08] * 4)
    assert tariffs.profile_ids(tariff) == (3,)
    assert tariffs.findings(tariff, 15) == []


def test_feed_in_of_a_series_is_a_number_or_another_profile() -> None:
    flat = SeriesTariff(kind="series", profile_id=3, feed_in_eur_per_kwh=-0.01)
    np.testing.assert_array_equal(tariffs.prices(flat, AXIS, SERIES).feed_in, [-0.01] * 4)
    market = SeriesTariff(kind="series", profile_id=3, feed_in_profile_id=4)
    np.testing.assert_array_equal(tariffs.prices(market, AXIS, SERIES).feed_in, SERIES[4].astype(float))
    assert tariffs.profile_ids(market) == (3, 4)
    both = SeriesTariff(kind="series", profile_id=3, feed_in_profile_id=4, feed_in_eur_per_kwh=0.1)
    assert [f.field for f in tariffs.findings(both, 15)] == ["tariff"]


def test_the_kind_of_a_tariff_shows_in_its_fields() -> None:
    assert adapter.validate_python({"profile_id": 3, "surcharge": 0.1}).kind == "series"
    assert adapter.validate_python({"retail": 0.25}).kind == "flat"
    assert (
        adapter.validate_python({"periods": [period("06:00", "07:00", 0.1, ["Holiday", "MON"])]}).kind == "time_of_use"
    )


@settings(max_examples=60)
@given(st.lists(st.tuples(quarter, quarter, days), min_size=1, max_size=4))
def test_overlaps_are_found_exactly_when_two_periods_share_a_minute(entries: list[tuple[str, str, Any]]) -> None:
    tariff = time_of_use(*(period(a, b, 0.1 * n, d) for n, (a, b, d) in enumerate(entries)))
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    alone = [time_of_use(period(a, b, 9.0, d)) for a, b, d in entries]
    count = [sum(price_at(one, monday + timedelta(minutes=15 * q)) == 9.0 for one in alone) for q in range(7 * 96)]
    overlapping = [f for f in tariffs.findings(tariff, 15) if "overlaps" in f.message]
    assert bool(overlapping) == (max(count) > 1)


@settings(max_examples=40)
@given(st.lists(st.tuples(quarter, quarter, days_and_holidays), min_size=2, max_size=4), starts, st.booleans())
def test_what_has_no_finding_never_costs_two_prices(
    entries: list[tuple[str, str, Any]], start: datetime, off: bool
) -> None:
    named = any("holiday" in (d or ()) for _, _, d in entries)
    others = {"holidays": WESTPHALIA} if off or named else {}
    periods = [period(a, b, 1.0 + n, d) for n, (a, b, d) in enumerate(entries)]
    if tariffs.findings(time_of_use(*periods, **others), 15):
        return
    # The kinds of days are those of the whole tariff: an empty period keeps the name in each part of it.
    kinds = [period("00:00", "00:00", 9.0, ["holiday"])] if named else []
    parts = [time_of_use(one, *kinds, **others) for one in periods]
    for number in range(10 * 96):
        moment = start + timedelta(minutes=15 * number)
        assert sum(price_at(part, moment) != 0.3 for part in parts) <= 1


def test_findings_have_their_place() -> None:
    tariff = time_of_use(
        period("06:00", "06:00", 0.1), period("08:00", "10:00", 0.2), period("09:30", "12:10", 0.3, ["tue"])
    )
    found = [(f.field, f.message) for f in tariffs.findings(tariff, 15)]
    assert found == [
        ("tariff.periods.0", "begins and ends at the same time; a whole day is 00:00 to 24:00"),
        ("tariff.periods.2.to", "12:10 is inside a step of 15 minutes"),
        ("tariff.periods.2", "overlaps period 1 at tue 09:30"),
    ]


def test_a_whole_day_is_zero_to_twenty_four() -> None:
    axis = TimeAxis(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC), 60)
    prices = tariffs.prices(time_of_use(period("00:00", "24:00", 0.1, ["mon"])), axis)
    assert prices.retail.tolist() == [0.1] * 24 + [0.3] * 24


@pytest.mark.parametrize(
    "bad",
    [
        {"kind": "weekly"},
        {"kind": "time_of_use", "periods": []},
        {"kind": "time_of_use", "periods": [period("6:00", "07:00", 0.1)]},
        {"kind": "time_of_use", "periods": [period("24:00", "07:00", 0.1)]},
        {"kind": "time_of_use", "periods": [period("06:00", "07:00", -0.1)]},
        {"kind": "time_of_use", "periods": [period("06:00", "07:00", 0.1, ["someday"])]},
        {"kind": "time_of_use", "periods": [period("06:00", "07:00", 0.1, [7])]},
        {"kind": "time_of_use", "periods": [period("06:00", "07:00", 0.1, [True])]},
        {"kind": "time_of_use", "periods": [period("06:00", "07:00", 0.1)], "holidays": {"country": "germany"}},
        {"kind": "flat", "retail_eur_per_kwh": float("inf")},
        {"kind": "series"},
        {"kind": "series", "profile_id": 0},
        {"kind": "series", "profile_id": 3, "factor": -1},
    ],
)
def test_malformed_tariffs_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(bad)
