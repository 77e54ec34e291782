"""Cars' trips: from weekly clock times to steps, across changes of the clock and the ends of a run."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.devices import ElectricVehicle, Trip
from hygge_engine.inputs.trips import cars_of, trips_of
from hygge_engine.kernel import ChargeStrategy

WORK = {"departs": "07:30", "returns": "17:45", "energy_kwh": 6.5, "weekdays": [0, 1, 2, 3, 4]}


def axis(start: str, days: float, zone: str = "Europe/Berlin", step: int = 15) -> TimeAxis:
    first = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return TimeAxis(first, first + timedelta(days=days), step, zone)


def trips(*raw: dict[str, Any]) -> list[Trip]:
    return [Trip.model_validate(item) for item in raw]


def car(**changes: Any) -> ElectricVehicle:
    body = {"kind": "electric_vehicle", "capacity_kwh": 50.0, "max_charge_kw": 11.0, "schedule": [WORK], **changes}
    return ElectricVehicle.model_validate(body)


def listed(found: Any) -> list[tuple[int, int, float]]:
    return list(zip(found.departs.tolist(), found.returns.tolist(), found.need_kwh.tolist(), strict=True))


def test_a_working_week() -> None:
    # Wednesday to Monday: two days' trips, then the first one after the run.
    found = trips_of([trips(WORK)], axis("2024-05-08", 3))
    assert listed(found) == [(30, 71, 6.5), (126, 167, 6.5), (222, 263, 6.5), (96 * 5 + 30, 96 * 5 + 71, 6.5)]


def test_a_trip_over_midnight_may_have_begun_before_the_run() -> None:
    night = trips({"departs": "22:00", "returns": "06:00", "energy_kwh": 3.0})
    assert listed(trips_of([night], axis("2024-05-08", 1))) == [(-8, 24, 3.0), (88, 120, 3.0), (184, 216, 3.0)]
    # One that returns with the first step is over; one that departs with the end is the first after it.
    found = trips_of([night], axis("2024-05-08T06:00", 16 / 24))
    assert listed(found) == [(64, 96, 3.0)]


def test_steps_are_widened_so_that_no_car_is_charged_on_the_road() -> None:
    odd = trips({"departs": "07:50", "returns": "08:05"})
    assert listed(trips_of([odd], axis("2024-05-08", 1, step=60)))[0][:2] == (7, 9)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-03-31", (2 * 4, 2 * 4 + 3)),  # 02:00 is skipped: taken as if the clock had not jumped, 03:00 summer time
        ("2024-10-27", (2 * 4, 2 * 4 + 3)),  # 02:00 comes twice: the first one
        ("2024-10-28", (2 * 4, 2 * 4 + 3)),
    ],
)
def test_clock_times_that_are_skipped_or_come_twice(day: str, expected: tuple[int, int]) -> None:
    early = trips({"departs": "02:00", "returns": "02:45"})
    assert listed(trips_of([early], axis(day, 1)))[0][:2] == expected


def test_a_whole_day_s_trip_follows_the_clock_over_its_change() -> None:
    for day, hours in (("2024-03-31", 9), ("2024-10-27", 11), ("2024-10-28", 10)):
        away = trips_of([trips({"departs": "01:00", "returns": "11:00"})], axis(day, 1))
        assert away.returns[0] - away.departs[0] == hours * 4


def test_trips_that_the_clock_pushes_together_stay_apart() -> None:
    near = trips({"departs": "02:00", "returns": "02:45"}, {"departs": "03:00", "returns": "03:30"})
    found = trips_of([near], axis("2024-03-31", 1))
    assert np.all(found.departs[1:] >= found.returns[:-1])
    assert np.all(found.returns > found.departs)


def test_cars_are_sorted_by_house_and_those_without_a_schedule_left_out() -> None:
    houses = [
        [car(schedule=[]), car(inverter_kw=7.0, target_soc=0.8, power_levels_kw=[3.7, 11.0])],
        [],
        [car(charge_strategy="by_departure", max_discharge_kw=5.0), car()],
    ]
    built = cars_of(houses, axis("2024-05-06", 7), None)
    assert built.offsets.tolist() == [0, 1, 1, 3]
    assert built.max_charge_kw.tolist() == [7.0, 11.0, 11.0]
    assert built.max_discharge_kw.tolist() == [0.0, 5.0, 0.0]
    assert built.target_soc.tolist() == [0.8, 1.0, 1.0]
    order = list(ChargeStrategy)
    assert [order[code] for code in built.strategy] == ["on_arrival", "by_departure", "on_arrival"]
    assert (built.level_offsets.tolist(), built.levels_kw.tolist()) == ([0, 2, 2, 2], [3.7, 11.0])
    assert np.diff(built.trip_offsets).tolist() == [6, 6, 6]  # five days and the Monday after
    again = cars_of(houses, axis("2024-05-06", 7), ChargeStrategy.CHEAPEST_HOURS)
    assert {order[code] for code in again.strategy} == {"cheapest_hours"}
    part = built.select(2, 3)
    assert part.departs.tolist() == built.departs[6:].tolist()


def test_no_cars_at_all() -> None:
    assert cars_of([[], []], axis("2024-05-06", 1), None).count == 0


def naive(schedule: list[Trip], over: TimeAxis) -> list[tuple[int, int, float]]:
    """Day by day with Python's own clock."""
    zone, step = ZoneInfo(over.timezone), timedelta(minutes=over.step_minutes)
    first = over.start.astimezone(zone).date() - timedelta(days=9)
    found = []
    for number in range((over.end - over.start).days + 20):
        day = first + timedelta(days=number)
        for trip in schedule:
            if day.weekday() not in trip.weekdays:
                continue
            begin = datetime.combine(day, datetime.strptime(trip.departs, "%H:%M").time(), zone).astimezone(UTC)
            back = day + timedelta(days=int(trip.returns <= trip.departs))
            end = datetime.combine(back, datetime.strptime(trip.returns, "%H:%M").time(), zone).astimezone(UTC)
            found.append(((begin - over.start) // step, -((over.start - end) // step), trip.energy_kwh))
    kept: list[tuple[int, int, float]] = []
    for departs, returns, need in sorted(found):
        first = max(departs, kept[-1][1]) if kept else departs
        kept.append((first, max(returns, first + 1), need))
    after = [trip for trip in kept if trip[0] >= over.steps][:1]
    return [trip for trip in kept if trip[1] > 0 and trip[0] < over.steps] + after


clock = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


@st.composite
def weeks(draw: st.DrawFn) -> list[Trip]:
    """One trip on some days, or a morning's and an evening's."""
    days = draw(st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True))
    if draw(st.booleans()):
        return trips({"departs": "06:10", "returns": "11:20", "weekdays": days, "energy_kwh": 2.0},
                     {"departs": "18:00", "returns": "23:55", "weekdays": days, "energy_kwh": 1.0})  # fmt: skip
    departs, returns = draw(clock), draw(clock)
    return (
        trips({"departs": departs, "returns": returns, "weekdays": days, "energy_kwh": 4.0})
        if (departs != returns)
        else trips({"departs": "08:00", "returns": "09:00"})
    )


@settings(max_examples=60)
@given(
    st.lists(weeks(), min_size=1, max_size=3),
    st.sampled_from(["2024-03-30", "2024-10-26", "2024-07-01T05:00"]),
    st.sampled_from(["Europe/Berlin", "UTC", "America/Los_Angeles", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    st.sampled_from([5, 15, 30, 60]),
)
def test_trips_equal_a_day_by_day_count(schedules: list[list[Trip]], start: str, zone: str, step: int) -> None:
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    over = TimeAxis(first, first + timedelta(days=4), step, zone)
    found = trips_of(schedules, over)
    for number, schedule in enumerate(schedules):
        own = found.car == number
        expected = naive(schedule, over)
        assert [
            (int(d), int(r), float(n))
            for d, r, n in zip(found.departs[own], found.returns[own], found.need_kwh[own], strict=True)
        ] == expected
