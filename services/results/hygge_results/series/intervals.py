"""From stored steps to coarser intervals, and from day sums to means: arrays only."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hygge_results.series.measures import PRICE, STATE, is_peak

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]


def coarser(
    timestamps: Times, values: Mapping[str, NDArray[np.float32]], minutes: int, offset_minutes: int
) -> tuple[Times, dict[str, NDArray[np.float32]]]:
    """Steps [steps] gathered into intervals of `minutes`: means, the last value for the state of charge.

    Intervals begin at whole multiples of `minutes` of a clock that is `offset_minutes` ahead of UTC; the first and the
    last may be covered in part. Steps without a price don't count for its mean.
    """
    if not len(timestamps):
        return timestamps, dict(values)
    shifted = timestamps.astype("datetime64[m]").astype(np.int64) + offset_minutes
    interval = shifted // minutes
    first = np.flatnonzero(np.concatenate([[True], np.diff(interval) > 0]))
    starts = (interval[first] * minutes - offset_minutes).astype("datetime64[m]").astype("datetime64[s]")
    return starts, {name: _gathered(name, series, first) for name, series in values.items()}


def _gathered(name: str, series: NDArray[np.float32], first: NDArray[np.int64]) -> NDArray[np.float32]:
    if name == STATE:
        last = np.concatenate([first[1:], [len(series)]]) - 1
        return np.asarray(series[last])
    known = ~np.isnan(series) if name == PRICE else np.ones(len(series), bool)
    totals = np.add.reduceat(np.where(known, series, 0).astype(np.float64), first)
    counts = np.add.reduceat(known.astype(np.float64), first)
    mean = np.divide(totals, counts, out=np.full(len(first), np.nan), where=counts > 0)
    return np.asarray(mean, np.float32)


def zone_offset_minutes(timezone: str, moment: datetime) -> int:
    """The zone's offset from UTC, so that hours begin at its full hours (India, Nepal)."""
    offset = moment.astimezone(ZoneInfo(timezone)).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0


def month_starts(days: Times) -> NDArray[np.int64]:
    """Positions at which a month begins in consecutive days."""
    months = days.astype("datetime64[M]").astype(np.int64)
    return np.flatnonzero(np.concatenate([[True], np.diff(months) > 0]))


def over_days(name: str, daily: Array, hours: Array, first: NDArray[np.int64]) -> Array:
    """Day values [nodes, days] gathered into groups of days that begin at `first`; NaN days are left out.

    Day sums add (peaks: the largest), powers are means weighted with the simulated hours, the state is the last. Prices
    are not for here: their mean needs the number of steps that have one.
    """
    known = ~np.isnan(daily)
    if name == STATE:
        last = np.concatenate([first[1:], [daily.shape[1]]]) - 1
        return np.asarray(daily[:, last])
    if is_peak(name):
        largest = np.maximum.reduceat(np.where(known, daily, -np.inf), first, axis=1)
        return np.asarray(np.where(np.isinf(largest), np.nan, largest))
    weights = np.where(known, hours if name.endswith("_kw") else 1.0, 0.0)
    totals = np.add.reduceat(np.where(known, daily, 0) * weights, first, axis=1)
    present = np.add.reduceat(weights, first, axis=1)
    if name.endswith("_kw"):
        return np.asarray(np.divide(totals, present, out=np.full(totals.shape, np.nan), where=present > 0))
    return np.asarray(np.where(present > 0, totals, np.nan))
