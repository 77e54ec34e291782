"""Figures over the values of a series, wherever it comes from."""

from datetime import UTC, datetime, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_profiles.profiles.schemas import Statistics
from hygge_profiles.units import POWER_TYPES, ProfileType

Values = NDArray[np.floating[Any]]


def statistics(profile_type: ProfileType, values: Values, step_minutes: int) -> Statistics:
    """Over values without gaps, [n] with n > 0."""
    total = float(values.sum(dtype=np.float64))
    return Statistics(
        mean=float(values.mean(dtype=np.float64)),
        max=float(values.max()),
        min=float(values.min()),
        sum=total,
        energy_kwh=total * step_minutes / 60 if profile_type in POWER_TYPES else None,
    )


def yearly_kwh(profile_type: ProfileType, values: Values, step_minutes: int, years: float) -> float | None:
    """Energy of a mean year of a period of `years`, from the mean power of its values; None for what is no power."""
    if profile_type not in POWER_TYPES:
        return None
    return float(values.sum(dtype=np.float64)) * step_minutes / 60 / years


def years_between(start: datetime, end: datetime, zone: tzinfo) -> float:
    """Calendar years from `start` to `end`; the rest is a part, by true time, of the year after it.

    Anniversaries go by the local clock, so that a calendar year is exactly one with its days of 23 and 25 hours.
    """
    first = start.astimezone(zone)
    whole = end.astimezone(zone).year - first.year
    if _anniversary(first, whole) > end:
        whole -= 1
    begin, after = _anniversary(first, whole), _anniversary(first, whole + 1)
    return whole + (end - begin) / (after - begin)


def _anniversary(moment: datetime, years: int) -> datetime:
    """The instant of the same local time some years later; of 29 February it is 1 March where there is none."""
    try:
        local = moment.replace(year=moment.year + years)
    except ValueError:
        local = moment.replace(year=moment.year + years, month=3, day=1)
    return local.astimezone(UTC)
