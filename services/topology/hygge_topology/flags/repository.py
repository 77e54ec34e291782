"""SQL of flags."""

from collections.abc import Iterable
from typing import Any

import orjson
from peewee import IntegrityError

from hygge_core.auth import Principal
from hygge_core.errors import Conflict
from hygge_core.paging import PageRequest
from hygge_core.queries import FixedQuery, optional, parameter
from hygge_topology.base import database
from hygge_topology.flags.tables import Flag

Record = dict[str, Any]


def get(flag_id: int) -> Record | None:
    row: Record | None = Flag.select().where(Flag.id == flag_id).dicts().first()
    return row


def page(caller: Principal, request: PageRequest) -> list[Record]:
    """The built-in flags and the caller's own (all, for those who see all), one more than the page."""
    return _PAGE.all(creator=None if caller.sees_all else caller.user_id, after=request.after, limit=request.limit + 1)


_PAGE = FixedQuery(
    lambda: (
        Flag.select()
        .where(Flag.id > parameter("after"))
        .where(optional("creator", Flag.created_by.is_null() | (Flag.created_by == parameter("creator"))))
        .order_by(Flag.id)
        .limit(parameter("limit"))
    )
)


def vocabulary(creator: int) -> dict[str, str]:
    """Name → description of the built-in flags and the creator's own; where both have a name, the creator's counts."""
    rows: Any = Flag.select(Flag.name, Flag.description).where(Flag.created_by.is_null() | (Flag.created_by == creator))
    return dict(rows.order_by(Flag.created_by.desc(nulls="first")).tuples())


def insert(values: Record, creator: int) -> Record:
    try:
        with database.atomic():
            flag_id = Flag.insert(**values, created_by=creator).execute()
    except IntegrityError as error:
        raise Conflict(f"You have a flag '{values['name']}' already.") from error
    return values | {"id": flag_id, "created_by": creator}


def add_missing(creator: int, flags: dict[str, str]) -> None:
    """Add flags (name → description) that the creator's vocabulary lacks."""
    rows = [(creator, name, flags[name]) for name in sorted(flags)]
    Flag.insert_many(rows, fields=[Flag.created_by, Flag.name, Flag.description]).on_conflict_ignore().execute()


def hold(creator: int, names: Iterable[str]) -> None:
    """Keep flags in use from being deleted until the transaction ends."""
    database.execute_sql(
        "SELECT id FROM flag WHERE created_by = %s AND name = ANY(%s) ORDER BY id FOR KEY SHARE", (creator, list(names))
    )


def update(flag_id: int, description: str) -> None:
    Flag.update(description=description).where(Flag.id == flag_id).execute()


def delete_unused(flag_id: int) -> bool:
    """Delete the flag; False (and nothing deleted) when a house or list of its creator's grids names it."""
    row = database.execute_sql("SELECT name, created_by FROM flag WHERE id = %s FOR UPDATE", (flag_id,)).fetchone()
    if row is None:
        return True
    name, creator = row
    used = database.execute_sql(
        "SELECT EXISTS (SELECT FROM house JOIN grid ON grid.id = house.grid_id"
        "               WHERE grid.created_by = %(creator)s AND %(name)s = ANY(house.flags))"
        "    OR EXISTS (SELECT FROM priority_list LEFT JOIN grid ON grid.id = priority_list.grid_id"
        "               WHERE COALESCE(grid.created_by, priority_list.created_by) = %(creator)s"
        "                 AND configuration @> %(rank)s::jsonb)",
        {"creator": creator, "name": name, "rank": orjson.dumps([{"flags": [name]}]).decode()},
    ).fetchone()[0]
    if not used:
        Flag.delete().where(Flag.id == flag_id).execute()
    return not used
