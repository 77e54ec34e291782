"""What tests of builders share: periods by local time, profiles in memory."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from hygge_core.resample import to_step
from hygge_core.timeaxis import TimeAxis
from hygge_profiles.builders.catalog import BUILDERS
from hygge_profiles.builders.made import Made, Task
from hygge_profiles.builders.period import Calendar
from hygge_profiles.units import ProfileType


@dataclass(frozen=True)
class Memory:
    """A profile that is not in any database."""

    start: datetime
    step_minutes: int
    given: np.ndarray[Any, np.dtype[np.float32]]
    profile_type: ProfileType = ProfileType.WEATHER
    unit: str = "degC"
    content_hash: str = "sha256:0"

    @property
    def end(self) -> datetime:
        return self.start + len(self.given) * timedelta(minutes=self.step_minutes)

    def on(self, calendar: Calendar) -> Any:
        axis = calendar.axis
        skip = round((axis.start - self.start).total_seconds()) // 60
        return to_step(self.given, self.step_minutes, skip, axis.step_minutes, axis.steps).astype(np.float64)


def calendar(first: str, last: str, step_minutes: int = 15, zone: str = "Europe/Berlin") -> Calendar:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for text in (first, last))
    return Calendar(TimeAxis(start, end, step_minutes, zone))


def make(name: str, parameters: dict[str, Any], period: Calendar, **sources: Any) -> Made:
    """A builder's answer; `sources` are named _1, _2, … by the profile's id."""
    builder = BUILDERS[name]
    found = {int(key[1:]): source for key, source in sources.items()}
    return builder.make(builder.parameters.model_validate(parameters), Task(period, found))
