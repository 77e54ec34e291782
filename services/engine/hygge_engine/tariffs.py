"""Tariffs: from periods of the community's local clock to one price per step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import Finding
from hygge_core.timeaxis import TimeAxis
from hygge_engine.runs.schemas import DAY_NAMES, FlatTariff, TariffPeriod, TimeOfUseTariff

DAY_MINUTES = 1440
WEEK_MINUTES = 7 * DAY_MINUTES
OTHERWISE = -1


@dataclass(frozen=True, slots=True)
class Prices:
    """What the supplier asks and pays in each step of a run, float64[steps] each, currency per kWh."""

    retail: NDArray[np.float64]
    feed_in: NDArray[np.float64]


def prices(tariff: FlatTariff | TimeOfUseTariff, axis: TimeAxis) -> Prices:
    """The tariff on a run's steps. A step costs what its first minute costs."""
    feed_in = np.full(axis.steps, tariff.feed_in_eur_per_kwh)
    if isinstance(tariff, FlatTariff):
        return Prices(np.full(axis.steps, tariff.retail_eur_per_kwh), feed_in)
    weekday, minute, _ = axis.local_clock()
    period = _week(tariff.periods)[0][weekday * DAY_MINUTES + minute]
    by_period = np.asarray([*(p.retail_eur_per_kwh for p in tariff.periods), tariff.retail_eur_per_kwh])
    return Prices(by_period[period], feed_in)


def findings(tariff: FlatTariff | TimeOfUseTariff, step_minutes: int) -> list[Finding]:
    """Periods that overlap, have no length, or begin or end inside a step."""
    if isinstance(tariff, FlatTariff):
        return []
    found: list[Finding] = []
    for index, period in enumerate(tariff.periods):
        path = f"tariff.periods.{index}"
        if period.from_ == period.to:
            found.append(Finding(path, "begins and ends at the same time; a whole day is 00:00 to 24:00"))
        for name, text in (("from", period.from_), ("to", period.to)):
            if step_minutes > 0 and clock_minute(text) % step_minutes:
                found.append(Finding(f"{path}.{name}", f"{text} is inside a step of {step_minutes} minutes"))
    for first, second, minute in _week(tariff.periods)[1]:
        moment = f"{DAY_NAMES[minute // DAY_MINUTES]} {minute % DAY_MINUTES // 60:02}:{minute % 60:02}"
        found.append(Finding(f"tariff.periods.{second}", f"overlaps period {first} at {moment}"))
    return found


def clock_minute(text: str) -> int:
    """'HH:MM' as minutes of the day."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _week(periods: list[TariffPeriod]) -> tuple[NDArray[np.int64], list[tuple[int, int, int]]]:
    """The period of each minute of the week (OTHERWISE: none), and overlaps as (earlier, later, first minute)."""
    week = np.full(WEEK_MINUTES, OTHERWISE)
    overlaps: list[tuple[int, int, int]] = []
    for index, period in enumerate(periods):
        minutes = _minutes(period)
        taken = minutes[week[minutes] != OTHERWISE]
        for other in np.unique(week[taken]):
            overlaps.append((int(other), index, int(taken[week[taken] == other].min())))
        week[minutes] = index
    return week, overlaps


def _minutes(period: TariffPeriod) -> NDArray[np.int64]:
    """All minutes of the week that a period covers, each once."""
    begin, end = clock_minute(period.from_), clock_minute(period.to)
    length = end - begin if end > begin else end - begin + DAY_MINUTES
    length = 0 if period.from_ == period.to else length
    days = np.unique(np.arange(7) if period.weekdays is None else np.asarray(period.weekdays))
    starts = days * DAY_MINUTES + begin
    return (starts[:, None] + np.arange(length)[None, :]).reshape(-1) % WEEK_MINUTES
