"""SQL of grids. A record is a grid in the shape of its JSON."""

from typing import Any

import orjson
from peewee import fn

from hygge_core.auth import Principal, Role
from hygge_core.paging import PageRequest
from hygge_topology.base import database
from hygge_topology.grids.tables import Grid

Record = dict[str, Any]


def get(grid_id: int) -> Record | None:
    row = Grid.select().where(Grid.id == grid_id).dicts().first()
    return row and _record(row)


def page(caller: Principal, request: PageRequest) -> list[Record]:
    """Grids that the caller may view, one more than the page."""
    query: Any = Grid.select().where((Grid.id > request.after) & visible_to(caller))
    return [_record(row) for row in query.order_by(Grid.id).limit(request.limit + 1).dicts()]


def visible_to(caller: Principal) -> Any:
    """The condition for `Principal.may_view_grid`, in SQL."""
    if caller.sees_all:
        return Grid.id.is_null(False)
    invited = caller.views | caller.operates if caller.role in (Role.OPERATOR, Role.VIEWER) else ()
    condition = Grid.id.in_(sorted(invited))
    return condition | (Grid.created_by == caller.user_id) if caller.role is Role.OPERATOR else condition


def insert(values: Record, created_by: int) -> int:
    return int(Grid.insert(**_columns(values), created_by=created_by).execute())


def update(grid_id: int, values: Record) -> None:
    Grid.update(**_columns(values)).where(Grid.id == grid_id).execute()


def bump(grid_id: int) -> bool:
    """Lock the grid until the transaction ends and count its version up; False when it is gone."""
    changed = Grid.update(version=Grid.version + 1, updated_at=fn.now()).where(Grid.id == grid_id).execute()
    return bool(changed)


def hold(grid_id: int) -> bool:
    """Keep writers of the grid away until the transaction ends; False when it is gone."""
    return bool(database.execute_sql("SELECT FROM grid WHERE id = %s FOR SHARE", (grid_id,)).rowcount)


def consistent_read() -> None:
    """First statement of a transaction: all its queries see one moment, and nobody waits for it."""
    database.execute_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")


def delete(grid_id: int) -> None:
    Grid.delete().where(Grid.id == grid_id).execute()


def _record(row: Record) -> Record:
    latitude, longitude = row.pop("latitude"), row.pop("longitude")
    row["location"] = None if latitude is None else {"latitude": latitude, "longitude": longitude}
    return row


def _columns(values: Record) -> Record:
    location = values.get("location") or {"latitude": None, "longitude": None}
    columns = {name: value for name, value in values.items() if name != "location"} | location
    if "flags" in columns:
        columns["flags"] = orjson.dumps(columns["flags"]).decode()
    return columns
