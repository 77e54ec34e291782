"""SQL for assignments."""

from collections.abc import Iterable, Sequence
from typing import Any

from hygge_profiles.assignments.tables import Assignment
from hygge_profiles.base import database

CHUNK_ROWS = 2000


def lock_grid(grid_id: int) -> None:
    """Writers of one grid's list go one after the other, until the transaction ends."""
    database.execute_sql("SELECT pg_advisory_xact_lock(hashtext('profiles.assignments.' || %s))", (str(grid_id),))


def find(assignment_id: int) -> Assignment | None:
    return Assignment.get_or_none(Assignment.id == assignment_id)


def select(grid_id: int, *, after: int, limit: int) -> list[Assignment]:
    """Assignments of a grid by id."""
    query = Assignment.select().where((Assignment.grid_id == grid_id) & (Assignment.id > after))
    return list(query.order_by(Assignment.id).limit(limit))


def triples(grid_id: int, house_ids: Iterable[int] | None) -> list[tuple[int, int, float]]:
    """(house_id, profile_id, scale) of a grid, by house and profile."""
    query = Assignment.select(Assignment.house_id, Assignment.profile_id, Assignment.scale)
    query = query.where(Assignment.grid_id == grid_id)
    if house_ids is not None:
        query = query.where(Assignment.house_id.in_(list(house_ids)))
    rows: Iterable[Any] = query.order_by(Assignment.house_id, Assignment.profile_id, Assignment.id).tuples()
    return [(int(house), int(profile), float(scale)) for house, profile, scale in rows]


def insert(rows: Sequence[dict[str, Any]]) -> list[Assignment]:
    stored: list[Assignment] = []
    for first in range(0, len(rows), CHUNK_ROWS):
        stored += Assignment.insert_many(rows[first : first + CHUNK_ROWS]).returning(Assignment).execute()
    return sorted(stored, key=lambda row: int(row.id))


def update(assignment_id: int, changes: dict[str, Any]) -> None:
    Assignment.update(changes).where(Assignment.id == assignment_id).execute()


def delete(assignment_id: int) -> None:
    Assignment.delete().where(Assignment.id == assignment_id).execute()


def delete_grids(grid_ids: Sequence[int]) -> None:
    if grid_ids:
        Assignment.delete().where(Assignment.grid_id.in_(grid_ids)).execute()


def grids_of(profile_id: int) -> list[tuple[int, int]]:
    """(grid_id, grid_created_by) of the grids where a profile is assigned."""
    query = Assignment.select(Assignment.grid_id, Assignment.grid_created_by).where(Assignment.profile_id == profile_id)
    rows: Iterable[Any] = query.distinct().tuples()
    return [(int(grid), int(created_by)) for grid, created_by in rows]
