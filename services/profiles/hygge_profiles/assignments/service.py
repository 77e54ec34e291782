"""Rules for assignments: the house is in the grid, the profile is the caller's to see and fits a house."""

from dataclasses import dataclass
from typing import Any

from peewee import IntegrityError

from hygge_core.auth import Principal, Role
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, Finding, InvalidInput, NotAllowed, NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_profiles import metrics
from hygge_profiles.assignments import repository
from hygge_profiles.assignments.schemas import AssignmentIn, AssignmentOut, AssignmentPatch
from hygge_profiles.assignments.tables import Assignment
from hygge_profiles.base import database
from hygge_profiles.profiles import repository as profiles
from hygge_profiles.topology import GridNodes, Topology
from hygge_profiles.units import POWER_TYPES

READ_ONLY = "You may read this grid, not change it."
NO_ASSIGNMENT = "There is no such assignment."


@dataclass(frozen=True, slots=True)
class Asker:
    """The caller, and the way to ask topology in the caller's name."""

    principal: Principal
    topology: Topology
    authorization: str

    def grid(self, grid_id: int) -> GridNodes:
        """The grid, if the caller may read the whole of it; NotFound otherwise."""
        if self.principal.role is Role.PARTICIPANT:
            raise NotFound("There is no such grid.")
        return self.topology.nodes(grid_id, self.authorization)

    def operated_grid(self, grid_id: int) -> GridNodes:
        """The grid, if the caller may change it; NotAllowed if it may only be read."""
        nodes = self.grid(grid_id)
        if not nodes.may_operate:
            raise NotAllowed(READ_ONLY)
        return nodes


def select(asker: Asker, grid_id: int, request: PageRequest) -> Page[AssignmentOut]:
    """A page of the grid's list."""
    asker.grid(grid_id)
    with reading(database):
        rows = repository.select(grid_id, after=request.after, limit=request.limit + 1)
    return page([answer(row) for row in rows], request, lambda item: item.id)


def replace(asker: Asker, grid_id: int, items: list[AssignmentIn]) -> list[AssignmentOut]:
    """The whole list of a grid anew; InvalidInput with all findings, and then nothing changes."""
    nodes = asker.operated_grid(grid_id)
    with _referenced_profiles_stay(), transaction(database):
        repository.lock_grid(grid_id)
        _check(asker.principal, nodes, items, lambda index, name: f"{index}.{name}")
        repository.delete_grids([grid_id])
        stored = repository.insert([_row(nodes, item) for item in items])
    metrics.ASSIGNMENTS.inc(len(stored))
    return [answer(row) for row in stored]


def create(asker: Asker, grid_id: int, item: AssignmentIn) -> AssignmentOut:
    nodes = asker.operated_grid(grid_id)
    with _referenced_profiles_stay(), transaction(database):
        _check(asker.principal, nodes, [item], lambda _index, name: name)
        stored = repository.insert([_row(nodes, item)])[0]
    metrics.ASSIGNMENTS.inc()
    return answer(stored)


def get(asker: Asker, assignment_id: int) -> AssignmentOut:
    return answer(_visible(asker, assignment_id)[0])


def update(asker: Asker, assignment_id: int, patch: AssignmentPatch) -> AssignmentOut:
    row, nodes = _changeable(asker, assignment_id)
    changes = patch.model_dump(exclude_unset=True, exclude_none=True)
    item = AssignmentIn(**{"house_id": row.house_id, "profile_id": row.profile_id, "scale": row.scale, **changes})
    with _referenced_profiles_stay(), transaction(database):
        if {"house_id", "profile_id"} & changes.keys():
            _check(asker.principal, nodes, [item], lambda _index, name: name)
        if changes:
            repository.update(assignment_id, changes)
        changed = repository.find(assignment_id)
    if changed is None:
        raise NotFound(NO_ASSIGNMENT)
    return answer(changed)


def delete(asker: Asker, assignment_id: int) -> None:
    _changeable(asker, assignment_id)
    with transaction(database):
        repository.delete(assignment_id)


def _visible(asker: Asker, assignment_id: int) -> tuple[Assignment, GridNodes]:
    with reading(database):
        row = repository.find(assignment_id)
    if row is None:
        raise NotFound(NO_ASSIGNMENT)
    try:
        return row, asker.grid(row.grid_id)
    except NotFound as error:
        raise NotFound(NO_ASSIGNMENT) from error


def _changeable(asker: Asker, assignment_id: int) -> tuple[Assignment, GridNodes]:
    row, nodes = _visible(asker, assignment_id)
    if not nodes.may_operate:
        raise NotAllowed(READ_ONLY)
    return row, nodes


def _check(principal: Principal, nodes: GridNodes, items: list[AssignmentIn], field: Any) -> None:
    """All findings at once: houses of other grids, profiles that are missing or can't stand at a house."""
    known = {row.id: row for row in profiles.find_many({item.profile_id for item in items}, principal)}
    findings: list[Finding] = []
    for index, item in enumerate(items):
        if item.house_id not in nodes.house_ids:
            findings.append(Finding(field(index, "house_id"), f"grid {nodes.grid_id} has no house {item.house_id}"))
        profile = known.get(item.profile_id)
        if profile is None:
            findings.append(Finding(field(index, "profile_id"), f"there is no profile {item.profile_id}"))
        elif profile.profile_type not in POWER_TYPES:
            message = (
                f"profile {profile.id} is of type {profile.profile_type}; "
                "a house follows load, heat, ev, solar, wind, schedule"
            )
            findings.append(Finding(field(index, "profile_id"), message))
    if findings:
        raise InvalidInput(findings)


class _referenced_profiles_stay:  # noqa: N801
    """A profile that is deleted between check and insert breaks the foreign key: Conflict, try again."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError):
            raise Conflict("A profile was deleted meanwhile; nothing was stored.") from error


def _row(nodes: GridNodes, item: AssignmentIn) -> dict[str, Any]:
    return {"grid_id": nodes.grid_id, "grid_created_by": nodes.created_by, **item.model_dump()}


def answer(row: Assignment) -> AssignmentOut:
    return AssignmentOut(
        id=row.id, grid_id=row.grid_id, house_id=row.house_id, profile_id=row.profile_id, scale=row.scale
    )
