"""The windows of a run: local months, cut where they would be too large."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hygge_core.timeaxis import TimeAxis
from hygge_engine.simulation import Period


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of a run: the core's period, its local days and when each begins (UTC, datetime64[s]), the step."""

    period: Period
    days: tuple[date, ...]
    step_hours: float
    day_starts: NDArray[np.datetime64]


def windows(axis: TimeAxis, max_steps: int) -> Iterator[Window]:
    """Local months, cut between days where a month has more than `max_steps` steps.

    They depend on the inputs alone: not on how a run is cut into shards, nor on who computes it.
    """
    days, offsets = axis.days()
    starts = axis.timestamps()[offsets[:-1]]
    first = count = 0
    for last in range(1, len(days) + 1):
        ends = last == len(days) or (days[last].year, days[last].month) != (days[first].year, days[first].month)
        if not ends and offsets[last + 1] - offsets[first] <= max_steps:
            continue
        period = Period(count, int(offsets[first]), offsets[first : last + 1] - offsets[first])
        yield Window(period, tuple(days[first:last]), axis.step_hours, starts[first:last])
        first, count = last, count + 1
