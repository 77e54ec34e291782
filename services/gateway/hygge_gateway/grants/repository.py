"""SQL of grants."""

from peewee import fn

from hygge_core.queries import FixedQuery, parameter
from hygge_gateway.grants.tables import Grant

_OF_USER = FixedQuery(
    lambda: (
        Grant.select()
        .where(Grant.user_id == parameter("user_id"), Grant.id > parameter("after"))
        .order_by(Grant.id)
        .limit(parameter("limit"))
    ),
    Grant,
)


def upsert(user_id: int, grid_id: int, access: str, granted_by: int) -> Grant:
    Grant.insert(user_id=user_id, grid_id=grid_id, access=access, granted_by=granted_by).on_conflict(
        conflict_target=[Grant.user_id, Grant.grid_id],
        update={"access": access, "granted_by": granted_by, "created_at": fn.now()},
    ).execute()
    return Grant.get((Grant.user_id == user_id) & (Grant.grid_id == grid_id))


def of_user(user_id: int, after: int = 0, limit: int | None = None) -> list[Grant]:
    return _OF_USER.all(user_id=user_id, after=after, limit=limit)


def grids_of(user_id: int) -> tuple[list[int], list[int]]:
    """Grid ids that a user was given to operate, and to view."""
    rows = of_user(user_id)
    operates = sorted(row.grid_id for row in rows if row.access == "operate")
    return operates, sorted(row.grid_id for row in rows if row.access == "view")


def delete(user_id: int, grid_id: int) -> bool:
    return bool(Grant.delete().where(Grant.user_id == user_id, Grant.grid_id == grid_id).execute())


def delete_of_user(user_id: int) -> None:
    Grant.delete().where(Grant.user_id == user_id).execute()
