"""SQL for profiles: who may see which is part of the query."""

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import Expression

from hygge_core.auth import Principal, Role
from hygge_profiles.assignments.tables import Assignment
from hygge_profiles.profiles.schemas import Filters
from hygge_profiles.profiles.tables import Profile

CHUNK_ROWS = 500


def visible_to(principal: Principal) -> Expression | bool:
    """The condition for rows that the caller may see: own ones, and those assigned in a grid that is theirs to view."""
    if principal.sees_all:
        return True
    if principal.role not in (Role.OPERATOR, Role.VIEWER):
        return False
    in_grids = Assignment.grid_id.in_(principal.views | principal.operates)
    if principal.role is Role.OPERATOR:
        in_grids |= Assignment.grid_created_by == principal.user_id
    assigned = Profile.id.in_(Assignment.select(Assignment.profile_id).where(in_grids))
    return (Profile.created_by == principal.user_id) | assigned if principal.role is Role.OPERATOR else assigned


def find(profile_id: int, principal: Principal) -> Profile | None:
    return next(iter(find_many([profile_id], principal)), None)


def find_many(profile_ids: Iterable[int], principal: Principal) -> list[Profile]:
    """The profiles among `profile_ids` that the caller may see, by id."""
    wanted = Profile.id.in_(list(profile_ids)) & visible_to(principal)
    return list(Profile.select().where(wanted).order_by(Profile.id))


def select(principal: Principal, filters: Filters, *, after: int, limit: int) -> list[Profile]:
    query = Profile.select().where((Profile.id > after) & visible_to(principal))
    if filters.profile_type is not None:
        query = query.where(Profile.profile_type == filters.profile_type)
    if filters.source_type is not None:
        query = query.where(Profile.source_type == filters.source_type)
    if filters.name is not None:
        query = query.where(Profile.name.contains(filters.name))
    if filters.grid_id is not None:
        assigned = Assignment.select(Assignment.profile_id).where(Assignment.grid_id == filters.grid_id)
        query = query.where(Profile.id.in_(assigned))
    return list(query.order_by(Profile.id).limit(limit))


def insert(rows: Sequence[dict[str, Any]]) -> list[Profile]:
    """New profiles, in the order given."""
    stored: list[Profile] = []
    for first in range(0, len(rows), CHUNK_ROWS):
        stored += Profile.insert_many(rows[first : first + CHUNK_ROWS]).returning(Profile).execute()
    return sorted(stored, key=lambda row: int(row.id))


def update(profile_id: int, changes: dict[str, Any]) -> None:
    Profile.update(changes).where(Profile.id == profile_id).execute()


def delete(profile_id: int) -> None:
    """IntegrityError while an assignment names it."""
    Profile.delete().where(Profile.id == profile_id).execute()
