"""Stored profiles as builders read them: seen with the caller's eyes, on the steps that are asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.errors import Finding, InvalidInput
from hygge_core.resample import to_step
from hygge_profiles.base import database
from hygge_profiles.builders.made import Need, Source
from hygge_profiles.builders.period import Calendar
from hygge_profiles.profiles import repository as profiles
from hygge_profiles.profiles.tables import Profile
from hygge_profiles.series import repository as days
from hygge_profiles.units import ProfileType, conversion

Floats = NDArray[np.float64]
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stored:
    """A profile of the database; its values never change, so those of a period are read when they are needed."""

    profile_id: int
    profile_type: ProfileType
    unit: str
    start: datetime
    end: datetime
    step_minutes: int
    content_hash: str

    def on(self, calendar: Calendar) -> Floats:
        axis, step = calendar.axis, timedelta(minutes=self.step_minutes)
        first = self.start + (axis.start - self.start) // step * step
        last = self.end - (self.end - axis.end) // step * step
        skip_minutes = (axis.start - first) // MINUTE
        given = self._read(first, last)
        return to_step(given, self.step_minutes, skip_minutes, axis.step_minutes, axis.steps).astype(np.float64)

    def _read(self, start: datetime, end: datetime) -> NDArray[np.float32]:
        try:
            with reading(database):
                return np.asarray(days.read([self.profile_id], self.step_minutes, start, end)[0], np.float32)
        except LookupError as error:
            raise InvalidInput([Finding("parameters", f"profile {self.profile_id} was deleted meanwhile")]) from error


def find(principal: Principal, needs: list[Need]) -> dict[int, Source]:
    """The profiles by id; InvalidInput with every one that the caller can't see or that is of another kind."""
    with reading(database):
        rows = {row.id: row for row in profiles.find_many({need.profile_id for need in needs}, principal)}
    findings = [
        Finding(f"parameters.{need.place}", message)
        for need in needs
        if (message := _problem(need, rows.get(need.profile_id))) is not None
    ]
    if findings:
        raise InvalidInput(findings)
    return {profile_id: cast(Source, _stored(row)) for profile_id, row in rows.items()}


def _problem(need: Need, row: Profile | None) -> str | None:
    if row is None:
        return "there is no such profile"
    if need.profile_type is not None and row.profile_type != need.profile_type:
        return f"the profile is of type {row.profile_type}, not {need.profile_type}"
    if need.unit is not None and _normal(row) != need.unit:
        return f"the profile is in {row.unit}, not {need.unit}"
    return None


def _stored(row: Profile) -> Stored:
    return Stored(
        row.id,
        ProfileType(row.profile_type),
        _normal(row),
        row.starts_at.astimezone(UTC),
        row.ends_at.astimezone(UTC),
        row.step_minutes,
        row.content_hash,
    )


def _normal(row: Profile) -> str:
    """The unit by its one name: weather that was stored before the unit had one may still have another."""
    rule = conversion(ProfileType(row.profile_type), row.unit)
    return rule.unit if rule.factor == 1.0 else str(row.unit)
