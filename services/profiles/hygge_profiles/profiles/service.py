"""Rules for profiles: what is stored with one, who may change it."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from peewee import IntegrityError

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, Finding, InvalidInput, NotAllowed, NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_profiles import metrics
from hygge_profiles.assignments import repository as assignments
from hygge_profiles.base import database
from hygge_profiles.profiles import repository
from hygge_profiles.profiles.schemas import Filters, ProfileCreate, ProfileOut, ProfilePatch, SourceType, Statistics
from hygge_profiles.profiles.tables import Profile
from hygge_profiles.series import repository as days
from hygge_profiles.topology import Topology
from hygge_profiles.units import DEFAULT_UNIT, POWER_TYPES, ProfileType, conversion

NO_PROFILE = "There is no such profile."


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A checked series ready to be stored: values in the stored unit, float32 [n], the first starting at `start`."""

    name: str
    profile_type: ProfileType
    source_type: SourceType
    unit: str
    start: datetime
    step_minutes: int
    values: NDArray[np.float32]
    config_details: dict[str, Any]

    @property
    def end(self) -> datetime:
        return self.start + len(self.values) * timedelta(minutes=self.step_minutes)

    def content_hash(self) -> str:
        """sha256 over all that a run's outcome depends on."""
        head = f"{self.profile_type}|{self.unit}|{self.start.astimezone(UTC).isoformat()}|{self.step_minutes}|"
        digest = hashlib.sha256(head.encode())
        digest.update(np.ascontiguousarray(self.values, "<f4").data)
        return f"sha256:{digest.hexdigest()}"


def create(principal: Principal, body: ProfileCreate) -> ProfileOut:
    """Store one profile given inline; InvalidInput when the unit does not fit or a value leaves float32."""
    try:
        rule = conversion(body.profile_type, body.unit or DEFAULT_UNIT[body.profile_type])
    except ValueError as error:
        raise InvalidInput([Finding("unit", str(error))]) from error
    values = rule.stored(np.asarray(body.values), body.step_minutes)
    beyond = np.flatnonzero(~np.isfinite(values))[:20]
    if len(beyond):
        raise InvalidInput([Finding(f"values.{index}", "too large a number") for index in beyond])
    new = NewProfile(
        body.name,
        body.profile_type,
        body.source_type,
        rule.unit,
        body.start.astimezone(UTC),
        body.step_minutes,
        values,
        body.config_details,
    )
    return store(principal, [new])[0]


def store(principal: Principal, new: list[NewProfile]) -> list[ProfileOut]:
    """Profiles and their day vectors in one transaction: all or none."""
    rows = [_row(profile, principal.user_id) for profile in new]
    with transaction(database):
        stored = repository.insert(rows)
        days.insert(
            [days.Series(row.id, p.start, p.step_minutes, p.values) for row, p in zip(stored, new, strict=True)]
        )
    for profile in new:
        metrics.PROFILES.labels(profile.source_type).inc()
        metrics.VALUES.labels(profile.source_type).inc(len(profile.values))
    return [answer(row) for row in stored]


def _row(profile: NewProfile, created_by: int) -> dict[str, Any]:
    values = profile.values.astype(np.float64)
    return {
        "name": profile.name,
        "profile_type": profile.profile_type,
        "source_type": profile.source_type,
        "unit": profile.unit,
        "starts_at": profile.start,
        "ends_at": profile.end,
        "step_minutes": profile.step_minutes,
        "config_details": profile.config_details,
        "created_by": created_by,
        "created_at": datetime.now(UTC),
        "content_hash": profile.content_hash(),
        "value_mean": float(values.mean()),
        "value_max": float(values.max()),
        "value_min": float(values.min()),
        "value_sum": float(values.sum()),
    }


def get(principal: Principal, profile_id: int) -> ProfileOut:
    with reading(database):
        return answer(visible(principal, profile_id))


def select(principal: Principal, filters: Filters, request: PageRequest) -> Page[ProfileOut]:
    with reading(database):
        rows = repository.select(principal, filters, after=request.after, limit=request.limit + 1)
    return page([answer(row) for row in rows], request, lambda item: item.id)


def update(principal: Principal, profile_id: int, patch: ProfilePatch) -> ProfileOut:
    changes = patch.model_dump(exclude_unset=True, exclude_none=True)
    with transaction(database):
        row = own(principal, profile_id)
        if changes:
            repository.update(profile_id, changes)
            row = visible(principal, profile_id)
        return answer(row)


def delete(principal: Principal, profile_id: int, topology: Topology, authorization: str) -> None:
    """Conflict while a house follows the profile; assignments of grids that are gone do not count."""
    with transaction(database):
        own(principal, profile_id)
        grids = assignments.grids_of(profile_id)
    gone = [
        grid for grid, created_by in grids if principal.owns(created_by) and _is_gone(grid, topology, authorization)
    ]
    try:
        with transaction(database):
            assignments.delete_grids(gone)
            repository.delete(profile_id)
            days.delete(profile_id)
    except IntegrityError as error:
        raise Conflict("Houses follow this profile; remove its assignments first.") from error


def _is_gone(grid_id: int, topology: Topology, authorization: str) -> bool:
    """True for a grid that not even its creator sees any more."""
    try:
        topology.nodes(grid_id, authorization)
    except NotFound:
        return True
    return False


def visible(principal: Principal, profile_id: int) -> Profile:
    """The row, inside the caller's transaction; NotFound when it is not the caller's to see."""
    row = repository.find(profile_id, principal)
    if row is None:
        raise NotFound(NO_PROFILE)
    return row


def own(principal: Principal, profile_id: int) -> Profile:
    """As `visible`, and NotAllowed when the caller may only read it."""
    row = visible(principal, profile_id)
    if not principal.owns(row.created_by):
        raise NotAllowed("Only its creator may change this profile.")
    return row


def answer(row: Profile) -> ProfileOut:
    is_power = row.profile_type in POWER_TYPES
    return ProfileOut(
        id=row.id,
        name=row.name,
        profile_type=row.profile_type,
        source_type=row.source_type,
        unit=row.unit,
        start=row.starts_at,
        end=row.ends_at,
        step_minutes=row.step_minutes,
        config_details=row.config_details,
        created_by=row.created_by,
        created_at=row.created_at,
        hash=row.content_hash,
        statistics=Statistics(
            mean=row.value_mean,
            max=row.value_max,
            min=row.value_min,
            sum=row.value_sum,
            energy_kwh=row.value_sum * row.step_minutes / 60 if is_power else None,
        ),
    )
