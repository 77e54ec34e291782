"""What builders take and give."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import Finding, InvalidInput
from hygge_profiles.builders.fields import PublicHolidays
from hygge_profiles.builders.period import Calendar
from hygge_profiles.units import ProfileType

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Need:
    """A profile that parameters name: where in them, its id, and of what type and stored unit it must be."""

    place: str
    profile_id: int
    profile_type: ProfileType | None = None
    unit: str | None = None


class Source(Protocol):
    """A profile that a builder reads: what is known of it, and its values on any period that it covers."""

    @property
    def profile_type(self) -> ProfileType: ...
    @property
    def unit(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def step_minutes(self) -> int: ...
    @property
    def content_hash(self) -> str: ...

    def on(self, calendar: Calendar) -> Floats:
        """Means on the steps of a period that it covers, [steps]; a coarser step is held."""


@dataclass(frozen=True, slots=True)
class Task:
    """The period to fill, and the profiles that the parameters name, by id."""

    calendar: Calendar
    sources: dict[int, Source] = field(default_factory=dict)

    def source(self, profile_id: int, place: str) -> Source:
        """A profile that covers the period; InvalidInput at `place` when it does not."""
        found, axis = self.sources[profile_id], self.calendar.axis
        if found.start > axis.start or found.end < axis.end:
            covered = f"{found.start:%Y-%m-%dT%H:%MZ} to {found.end:%Y-%m-%dT%H:%MZ}"
            raise refused(place, f"the profile covers {covered}, not all of the period to build")
        return found


@dataclass(frozen=True, slots=True)
class Made:
    """Values in a stored unit on the task's steps, [steps], and what should be said about them."""

    profile_type: ProfileType
    unit: str
    values: Floats
    notes: list[str] = field(default_factory=list)


Make = Callable[[Any, Task], Made]


def refused(place: str, message: str) -> InvalidInput:
    """The error for parameters that can't be built from; `place` is a path inside the parameters."""
    return InvalidInput([Finding(f"parameters.{place}" if place else "parameters", message)])


def holidays_of(calendar: Calendar, where: PublicHolidays | None, *, days_ago: int = 0) -> NDArray[np.bool_]:
    """As `Calendar.is_holiday`, with the error of a parameter for an unknown place."""
    try:
        return calendar.is_holiday(where, days_ago=days_ago)
    except ValueError as error:
        raise refused("holidays", str(error)) from error
