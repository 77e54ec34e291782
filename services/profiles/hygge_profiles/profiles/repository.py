"""SQL for profiles: who may see which is part of the query."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

from peewee import SQL, Expression

from hygge_core.auth import Principal, Role
from hygge_core.queries import FixedQuery, parameter
from hygge_profiles.assignments.tables import Assignment
from hygge_profiles.profiles.schemas import Filters
from hygge_profiles.profiles.tables import Profile

CHUNK_ROWS = 500


def _visible_to(seer: Role | None) -> Any:
    """The condition for rows that somebody of this role may see (None: everything), with `_values_of` the caller.

    These are own ones, and those assigned in a grid that is theirs to view.
    """
    if seer not in (Role.OPERATOR, Role.VIEWER):
        return Expression(1, "=", 1 if seer is None else 0)
    in_grids = Assignment.grid_id == SQL("ANY(%(grids)s)")
    if seer is Role.OPERATOR:
        in_grids |= Assignment.grid_created_by == parameter("user_id")
    assigned = Profile.id.in_(Assignment.select(Assignment.profile_id).where(in_grids))
    return (Profile.created_by == parameter("user_id")) | assigned if seer is Role.OPERATOR else assigned


def _values_of(principal: Principal) -> dict[str, Any]:
    return {"user_id": principal.user_id, "grids": sorted(principal.views | principal.operates)}


def _seer(principal: Principal) -> Role | None:
    return None if principal.sees_all else principal.role


def find(profile_id: int, principal: Principal) -> Profile | None:
    return next(iter(find_many([profile_id], principal)), None)


def find_many(profile_ids: Iterable[int], principal: Principal) -> list[Profile]:
    """The profiles among `profile_ids` that the caller may see, by id."""
    return _among(_seer(principal)).all(**_values_of(principal), ids=list(profile_ids))


@cache
def _among(seer: Role | None) -> FixedQuery:
    wanted = Profile.id == SQL("ANY(%(ids)s)")
    return FixedQuery(lambda: Profile.select().where(wanted & _visible_to(seer)).order_by(Profile.id), Profile)


def select(principal: Principal, filters: Filters, *, after: int, limit: int) -> list[Profile]:
    given = {name: value for name, value in asdict(filters).items() if value is not None}
    if "name" in given:
        given["name"] = f"%{_as_itself(given['name'])}%"
    query = _selection(_seer(principal), frozenset(given))
    return query.all(**_values_of(principal), **given, after=after, limit=limit)


@cache
def _selection(seer: Role | None, given: frozenset[str]) -> FixedQuery:
    """Profiles that somebody of this role may see, narrowed by the filters of these names."""
    conditions = [Profile.id > parameter("after"), _visible_to(seer), *(_FILTERS[name]() for name in sorted(given))]
    return FixedQuery(
        lambda: Profile.select().where(*conditions).order_by(Profile.id).limit(parameter("limit")), Profile
    )


def _assigned() -> Any:
    of_grid = Assignment.grid_id == parameter("grid_id")
    return Profile.id.in_(Assignment.select(Assignment.profile_id).where(of_grid))


_FILTERS: dict[str, Callable[[], Any]] = {
    "profile_type": lambda: Profile.profile_type == parameter("profile_type"),
    "source_type": lambda: Profile.source_type == parameter("source_type"),
    "name": lambda: Expression(Profile.name, "ILIKE", parameter("name")),
    "grid_id": _assigned,
}


def _as_itself(text: str) -> str:
    """Text for a LIKE pattern in which nothing stands for anything else."""
    return text.translate({ord(letter): f"\\{letter}" for letter in "\\%_"})


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
