"""Tariffs by the community's local clock, against a minute-by-minute twin; overlaps."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from hygge_core.timeaxis import TimeAxis
from hygge_engine import tariffs
from hygge_engine.runs.schemas import FlatTariff, Tariff, TimeOfUseTariff

adapter: TypeAdapter[FlatTariff | TimeOfUseTariff] = TypeAdapter(Tariff)


def time_of_use(*periods: dict[str, Any]) -> TimeOfUseTariff:
    return TimeOfUseTariff.model_validate({"kind": "time_of_use", "periods": list(periods), "retail_eur_per_kwh": 0.3})


def period(start: str, end: str, price: float, weekdays: list[Any] | None = None) -> dict[str, Any]:
    return {"from": start, "to": end, "retail_eur_per_kwh": price, "weekdays": weekdays}


def price_at(tariff: TimeOfUseTariff, local: datetime) -> float:
    """The naive twin: is this local minute in a period that began today or yesterday?"""
    minute = local.hour * 60 + local.minute
    for entry in tariff.periods:
        begin, end = tariffs.clock_minute(entry.from_), tariffs.clock_minute(entry.to)
        days = range(7) if entry.weekdays is None else entry.weekdays
        today, yesterday = local.weekday(), (local.weekday() - 1) % 7
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


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(quarter, quarter, days), min_size=1, max_size=4))
def test_overlaps_are_found_exactly_when_two_periods_share_a_minute(entries: list[tuple[str, str, Any]]) -> None:
    tariff = time_of_use(*(period(a, b, 0.1 * n, d) for n, (a, b, d) in enumerate(entries)))
    monday = datetime(2026, 1, 5, tzinfo=UTC)
    alone = [time_of_use(period(a, b, 9.0, d)) for a, b, d in entries]
    count = [sum(price_at(one, monday + timedelta(minutes=15 * q)) == 9.0 for one in alone) for q in range(7 * 96)]
    overlapping = [f for f in tariffs.findings(tariff, 15) if "overlaps" in f.message]
    assert bool(overlapping) == (max(count) > 1)


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
        {"kind": "flat", "retail_eur_per_kwh": float("inf")},
    ],
)
def test_malformed_tariffs_are_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        adapter.validate_python(bad)
