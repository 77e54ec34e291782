"""Tariffs: from periods of the community's local clock, or a price profile, to one price per step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import holidays
import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import Finding
from hygge_core.timeaxis import TimeAxis
from hygge_engine.runs.money import (
    DAY_NAMES,
    HOLIDAY,
    AnyTariff,
    FlatTariff,
    Holidays,
    SeriesTariff,
    TariffPeriod,
    TimeOfUseTariff,
)

DAY_MINUTES = 1440
SUNDAY, HOLIDAY_TYPE = 6, 7
DAY_TYPES = (*DAY_NAMES, HOLIDAY)
OTHERWISE = -1
DEFAULT_FEED_IN = 0.08

Series = Mapping[int, NDArray[np.floating[Any]]]


@dataclass(frozen=True, slots=True)
class Prices:
    """What the supplier asks and pays in each step of a run, float64[steps] each, currency per kWh."""

    retail: NDArray[np.float64]
    feed_in: NDArray[np.float64]


def prices(tariff: AnyTariff, axis: TimeAxis, series: Series | None = None) -> Prices:
    """The tariff on a run's steps. A step costs what its first minute costs.

    series: the run's price profiles by id, each [steps], per kWh; needed by `series` tariffs, see `profile_ids`.
    """
    if isinstance(tariff, SeriesTariff):
        return _from_series(tariff, axis, series or {})
    feed_in = np.full(axis.steps, tariff.feed_in_eur_per_kwh)
    if isinstance(tariff, FlatTariff):
        return Prices(np.full(axis.steps, tariff.retail_eur_per_kwh), feed_in)
    _, minute, ordinal = axis.local_clock()
    today, yesterday = _day_types(tariff, ordinal), _day_types(tariff, ordinal - 1)
    begun, running = _tables(tariff.periods)
    period = np.where(begun[today, minute] != OTHERWISE, begun[today, minute], running[yesterday, minute])
    by_period = np.asarray([*(p.retail_eur_per_kwh for p in tariff.periods), tariff.retail_eur_per_kwh])
    return Prices(by_period[period], feed_in)


def profile_ids(tariff: AnyTariff) -> tuple[int, ...]:
    """The price profiles that a tariff needs, for the bundle's request."""
    if not isinstance(tariff, SeriesTariff):
        return ()
    return tuple(p for p in (tariff.profile_id, tariff.feed_in_profile_id) if p is not None)


def findings(tariff: AnyTariff, step_minutes: int) -> list[Finding]:
    """Periods that overlap, have no length, or begin or end inside a step; unknown holidays; two feed-in prices."""
    if isinstance(tariff, FlatTariff):
        return []
    if isinstance(tariff, SeriesTariff):
        twice = tariff.feed_in_eur_per_kwh is not None and tariff.feed_in_profile_id is not None
        return [Finding("tariff", "give either feed_in_eur_per_kwh or feed_in_profile_id")] if twice else []
    found = [*_holiday_findings(tariff)]
    for index, period in enumerate(tariff.periods):
        path = f"tariff.periods.{index}"
        if period.from_ == period.to:
            found.append(Finding(path, "begins and ends at the same time; a whole day is 00:00 to 24:00"))
        for name, text in (("from", period.from_), ("to", period.to)):
            if step_minutes > 0 and clock_minute(text) % step_minutes:
                found.append(Finding(f"{path}.{name}", f"{text} is inside a step of {step_minutes} minutes"))
    for first, second, day, minute in _overlaps(tariff):
        moment = f"{DAY_TYPES[day]} {minute // 60:02}:{minute % 60:02}"
        found.append(Finding(f"tariff.periods.{second}", f"overlaps period {first} at {moment}"))
    return found


def clock_minute(text: str) -> int:
    """'HH:MM' as minutes of the day."""
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def public_holidays(where: Holidays, first_year: int, last_year: int) -> set[date]:
    """The public holidays of a country, or of a part of it, in these years. ValueError if it is not known."""
    try:
        years = range(first_year, last_year + 1)
        return set(holidays.country_holidays(where.country, subdiv=where.subdivision, years=years))
    except NotImplementedError as error:
        raise ValueError(str(error)) from error


def _from_series(tariff: SeriesTariff, axis: TimeAxis, series: Series) -> Prices:
    retail = series[tariff.profile_id].astype(np.float64) * tariff.factor + tariff.surcharge_eur_per_kwh
    if tariff.feed_in_profile_id is not None:
        return Prices(retail, series[tariff.feed_in_profile_id].astype(np.float64))
    given = tariff.feed_in_eur_per_kwh
    return Prices(retail, np.full(axis.steps, DEFAULT_FEED_IN if given is None else given))


def _day_types(tariff: TimeOfUseTariff, ordinal: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which kind of day each date is, by proleptic ordinal: 0 (Monday) to 6, 7 a holiday that some period names.

    A holiday that no period names counts as a Sunday, as in the load profiles of the German grid operators (BDEW).
    """
    types = (ordinal - 1) % 7  # 1 January of year 1, ordinal 1, was a Monday.
    if tariff.holidays is None or not ordinal.size:
        return types
    first, last = (date.fromordinal(int(day)).year for day in (ordinal[0], ordinal[-1]))
    off = [day.toordinal() for day in public_holidays(tariff.holidays, first, last)]
    return np.where(np.isin(ordinal, off), _type_of_holidays(tariff), types)


def _type_of_holidays(tariff: TimeOfUseTariff) -> int:
    named = any(HOLIDAY in (period.weekdays or ()) for period in tariff.periods)
    return HOLIDAY_TYPE if named else SUNDAY


def _tables(periods: list[TariffPeriod]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Per kind of day and minute, int64[8, 1440]: the period begun on that day, and the one still running from it on
    the day after; OTHERWISE where there is none. Of periods that overlap the last counts; `findings` refuses them.
    """
    begun, running = (np.full((len(DAY_TYPES), DAY_MINUTES), OTHERWISE) for _ in range(2))
    for index, period in enumerate(periods):
        begin, end = clock_minute(period.from_), clock_minute(period.to)
        days = _days(period)
        if begin < end:
            begun[days, begin:end] = index
        elif begin > end:
            begun[days, begin:] = index
            running[days, :end] = index
    return begun, running


def _days(period: TariffPeriod) -> list[int]:
    """The kinds of day on which a period begins; without weekdays all of them."""
    if period.weekdays is None:
        return list(range(len(DAY_TYPES)))
    return sorted({HOLIDAY_TYPE if day == HOLIDAY else int(day) for day in period.weekdays})


def _holiday_findings(tariff: TimeOfUseTariff) -> Iterator[Finding]:
    if tariff.holidays is None:
        for index, period in enumerate(tariff.periods):
            if HOLIDAY in (period.weekdays or ()):
                path = f"tariff.periods.{index}.weekdays"
                yield Finding(path, "names 'holiday'; say in tariff.holidays whose holidays count")
        return
    try:
        public_holidays(tariff.holidays, 2024, 2024)
    except ValueError as error:
        yield Finding("tariff.holidays", f"no holidays are known: {error}")


def _overlaps(tariff: TimeOfUseTariff) -> list[tuple[int, int, int, int]]:
    """Pairs of periods that can meet, as (earlier, later, kind of day, first minute), each pair once."""
    found: dict[tuple[int, int], tuple[int, int]] = {}
    tables = [_tables([period]) for period in tariff.periods]
    begun, running = (np.stack(side) != OTHERWISE for side in zip(*tables, strict=True))
    for yesterday, today in _neighbours(tariff):
        covers = begun[:, today] | running[:, yesterday]
        crowded = covers[:, covers.sum(axis=0) > 1].astype(np.float32)
        for later, earlier in np.argwhere(np.tril(crowded @ crowded.T, -1)):
            minute = int(np.flatnonzero(covers[earlier] & covers[later])[0])
            found.setdefault((int(later), int(earlier)), (today, minute))
    return [(earlier, later, day, minute) for (later, earlier), (day, minute) in sorted(found.items())]


def _neighbours(tariff: TimeOfUseTariff) -> list[tuple[int, int]]:
    """Kinds of day that can follow each other, as (yesterday, today); a holiday may come before and after any day."""
    pairs = [((day - 1) % 7, day) for day in range(7)]
    if tariff.holidays is not None:
        off = _type_of_holidays(tariff)
        pairs += [pair for day in (*range(7), off) for pair in ((off, day), (day, off))]
    return list(dict.fromkeys(pairs))
