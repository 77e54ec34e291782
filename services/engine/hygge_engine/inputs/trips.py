"""Cars and their trips: from a week by the local clock to steps of the run.

A local time that a change of the clock skips is taken as if the clock had not jumped; of one that comes twice the first
is meant. A trip is widened to whole steps, so that a car is never charged while it is away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.devices import Device, ElectricVehicle, Trip
from hygge_engine.kernel import Cars, ChargeStrategy

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
DAY_MINUTES = 1440
# Every weekly schedule has a trip in so many days before and after the run.
MARGIN_DAYS = 9


@dataclass(frozen=True, slots=True)
class Trips:
    """Trips in absolute steps, sorted by car and time: car, departs, returns int64[n], need_kwh float64[n]."""

    car: Int64
    departs: Int64
    returns: Int64
    need_kwh: Float64


def cars_of(houses: Sequence[Sequence[Device]], axis: TimeAxis, strategy: ChargeStrategy | None) -> Cars:
    """All cars that have a schedule, in declared order; strategy: for all cars, instead of their own."""
    per_house = [[d for d in devices if isinstance(d, ElectricVehicle) and d.schedule] for devices in houses]
    cars = [car for group in per_house for car in group]
    if not cars:
        return Cars.none(len(houses))
    trips = trips_of([car.schedule for car in cars], axis)
    order = list(ChargeStrategy)
    levels = [car.power_levels_kw for car in cars]

    def column(values: list[float]) -> Float64:
        return np.asarray(values, np.float64)

    return Cars(
        offsets=_offsets([len(group) for group in per_house]),
        capacity_kwh=column([car.capacity_kwh for car in cars]),
        max_charge_kw=column([car.power_kw("max_charge_kw") for car in cars]),
        max_discharge_kw=column([car.power_kw("max_discharge_kw") for car in cars]),
        charge_efficiency=column([car.charge_efficiency for car in cars]),
        discharge_efficiency=column([car.discharge_efficiency for car in cars]),
        min_soc=column([car.min_soc for car in cars]),
        max_soc=column([car.max_soc for car in cars]),
        initial_soc=column([car.initial_soc or 0.0 for car in cars]),
        self_discharge_per_day=column([car.self_discharge_per_day for car in cars]),
        target_soc=column([car.wanted_soc for car in cars]),
        strategy=np.asarray([order.index(strategy or car.charge_strategy) for car in cars], np.int64),
        level_offsets=_offsets([len(level) for level in levels]),
        levels_kw=column([level for own in levels for level in own]),
        trip_offsets=np.searchsorted(trips.car, np.arange(len(cars) + 1)).astype(np.int64),
        departs=trips.departs,
        returns=trips.returns,
        need_kwh=trips.need_kwh,
    )


def trips_of(schedules: Sequence[Sequence[Trip]], axis: TimeAxis) -> Trips:
    """The trips of all cars that touch the run, and of each car the first one after it (departs ≥ steps)."""
    listed = [(car, trip) for car, schedule in enumerate(schedules) for trip in schedule]
    days, clock = _days(axis), _clock([trip for _, trip in listed])
    begins = _steps(axis, days, clock)
    entries, on_day = _expanded(listed, days)
    begin = np.asarray([clock[trip.span[1]] for _, trip in listed], np.int64)
    end = np.asarray([clock[_end(trip)[1]] for _, trip in listed], np.int64)
    later = np.asarray([_end(trip)[0] for _, trip in listed], np.int64)
    step = axis.step_minutes * 60
    departs = begins[on_day, begin[entries]] // step
    returns = -(-begins[on_day + later[entries], end[entries]] // step)
    car = np.asarray([number for number, _ in listed], np.int64)[entries]
    need = np.asarray([trip.energy_kwh for _, trip in listed], np.float64)[entries]
    order = np.lexsort((departs, car))
    apart = _apart(car[order], departs[order], returns[order])
    return _touching(Trips(car[order], *apart, need[order]), axis.steps)


def _days(axis: TimeAxis) -> list[date]:
    """The local days of the run, with a margin, and one more for returns on the next day."""
    zone = ZoneInfo(axis.timezone)
    first = axis.start.astimezone(zone).date() - timedelta(days=MARGIN_DAYS)
    last = axis.end.astimezone(zone).date() + timedelta(days=MARGIN_DAYS)
    return [first + timedelta(days=number) for number in range((last - first).days + 2)]


def _end(trip: Trip) -> tuple[int, int]:
    """Days after the departure's, and minute of the day, of the return."""
    _, begin, length = trip.span
    return divmod(begin + length, DAY_MINUTES)


def _clock(trips: Sequence[Trip]) -> dict[int, int]:
    """All minutes of the day that are named, each with its column."""
    minutes = sorted({minute for trip in trips for minute in (trip.span[1], _end(trip)[1])})
    return {minute: column for column, minute in enumerate(minutes)}


def _steps(axis: TimeAxis, days: Sequence[date], clock: dict[int, int]) -> Int64:
    """Seconds from the run's start to each clock time of each day, int64[days, clock times]."""
    zone = ZoneInfo(axis.timezone)
    start = int(axis.start.timestamp())

    def seconds(day: date, minute: int) -> int:
        local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
        return int(local.astimezone(UTC).timestamp()) - start

    midnight = np.asarray([seconds(day, 0) for day in [*days, days[-1] + timedelta(days=1)]], np.int64)
    table = midnight[:-1, None] + 60 * np.asarray(list(clock), np.int64)[None, :]
    for place in np.flatnonzero(np.diff(midnight) != 60 * DAY_MINUTES).tolist():
        table[place] = [seconds(days[place], minute) for minute in clock]
    return np.asarray(table, np.int64)


def _expanded(listed: Sequence[tuple[int, Trip]], days: Sequence[date]) -> tuple[Int64, Int64]:
    """Every entry on every day it is for: numbers of entries and of days."""
    weekday = np.asarray([day.weekday() for day in days[:-1]])
    entries, on_day = [], []
    for number in range(7):
        those = np.flatnonzero([number in trip.weekdays for _, trip in listed])
        these = np.flatnonzero(weekday == number)
        entries.append(np.repeat(those, these.size))
        on_day.append(np.tile(these, those.size))
    return np.concatenate(entries).astype(np.int64), np.concatenate(on_day).astype(np.int64)


def _apart(car: Int64, departs: Int64, returns: Int64) -> tuple[Int64, Int64]:
    """Trips that take at least a step and do not meet: a change of the clock may push two together."""
    departs, returns = departs.copy(), np.maximum(returns, departs + 1)
    same = np.flatnonzero(car[1:] == car[:-1]) + 1
    while (meeting := same[departs[same] < returns[same - 1]]).size:
        departs[meeting] = returns[meeting - 1]
        returns = np.maximum(returns, departs + 1)
    return departs, returns


def _touching(trips: Trips, steps: int) -> Trips:
    """Without the trips that ended before the run, and those after each car's first one after it."""
    later = trips.departs >= steps
    first_later = later & ~np.concatenate([[False], later[:-1] & (trips.car[1:] == trips.car[:-1])])
    kept = (trips.returns > 0) & (~later | first_later)
    return Trips(trips.car[kept], trips.departs[kept], trips.returns[kept], trips.need_kwh[kept])


def _offsets(counts: Sequence[int]) -> Int64:
    return np.cumsum([0, *counts], dtype=np.int64)
