"""What a built profile looks like: sums, the mean of each day and the mean day."""

import numpy as np

from hygge_profiles.builders.period import Calendar
from hygge_profiles.builders.schemas import HOURS_A_DAY, BuildPreview, DailyMeans
from hygge_profiles.profiles.service import NewProfile
from hygge_profiles.statistics import statistics, yearly_kwh

MINUTES_AN_HOUR = 60


def preview(profile: NewProfile, calendar: Calendar, notes: list[str]) -> BuildPreview:
    """A profile that was built on `calendar`, in figures and two short series."""
    energy_kwh = yearly_kwh(profile.profile_type, profile.values, profile.step_minutes, calendar.years())
    peak_kw = float(profile.values.max()) if energy_kwh is not None and profile.unit == "kW" else None
    return BuildPreview(
        name=profile.name,
        profile_type=profile.profile_type,
        unit=profile.unit,
        start=profile.start,
        end=profile.end,
        step_minutes=profile.step_minutes,
        timezone=calendar.axis.timezone,
        count=len(profile.values),
        statistics=statistics(profile.profile_type, profile.values, profile.step_minutes),
        yearly_kwh=energy_kwh,
        peak_kw=peak_kw,
        full_load_hours=energy_kwh / peak_kw
        if energy_kwh is not None and peak_kw is not None and peak_kw > 0
        else None,
        daily_means=_daily_means(profile, calendar),
        mean_day=_mean_day(profile, calendar),
        notes=notes,
    )


def _daily_means(profile: NewProfile, calendar: Calendar) -> DailyMeans:
    days, offsets = calendar.axis.days()
    sums = np.add.reduceat(profile.values, offsets[:-1], dtype=np.float64)
    return DailyMeans(
        start=profile.start, dates=[day.isoformat() for day in days], values=_short(sums / np.diff(offsets))
    )


def _mean_day(profile: NewProfile, calendar: Calendar) -> list[float | None]:
    hour = calendar.minute // MINUTES_AN_HOUR
    counts = np.bincount(hour, minlength=HOURS_A_DAY)
    sums = np.bincount(hour, profile.values.astype(np.float64), minlength=HOURS_A_DAY)
    means = _short(sums / np.maximum(counts, 1))
    return [mean if count else None for mean, count in zip(means, counts.tolist(), strict=True)]


def _short(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> list[float]:
    """As many digits as the stored values have."""
    return [float(f"{value:.7g}") for value in values.tolist()]
