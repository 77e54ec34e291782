"""Slow, obvious twins of what the service computes with arrays."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def mean_over(values: list[float], start: datetime, native_minutes: int, first: datetime, last: datetime) -> float:
    """Mean over [first, last) of values that are constant over their step, minute by minute."""
    total, minutes, moment = 0.0, 0, first
    while moment < last:
        total += values[(moment - start) // timedelta(minutes=native_minutes)]
        minutes += 1
        moment += timedelta(minutes=1)
    return total / minutes


def resampled(
    values: list[float], start: datetime, native_minutes: int, axis: tuple[datetime, datetime, int]
) -> list[float]:
    """Means on the axis (first, last, step in minutes)."""
    first, last, step = axis
    means = []
    while first < last:
        means.append(mean_over(values, start, native_minutes, first, first + timedelta(minutes=step)))
        first += timedelta(minutes=step)
    return means


def local_days(start: datetime, count: int, step_minutes: int, zone: str) -> dict[str, list[int]]:
    """Steps of each local day, by the clock of each step."""
    days: dict[str, list[int]] = {}
    for step in range(count):
        local = (start + step * timedelta(minutes=step_minutes)).astimezone(ZoneInfo(zone))
        days.setdefault(local.date().isoformat(), []).append(step)
    return days


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def readings(local: datetime, zone: str) -> list[datetime]:
    """The UTC moments at which a clock in `zone` shows `local`: none, one or two."""
    found = {local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in found if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local)
