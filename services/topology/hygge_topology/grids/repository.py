"""SQL of grids. A record is a grid in the shape of its JSON."""

from enum import Enum
from functools import cache
from typing import Any

import orjson
from peewee import SQL, fn

from hygge_core.auth import Principal, Role
from hygge_core.paging import PageRequest
from hygge_core.queries import FixedQuery, parameter
from hygge_topology.base import database
from hygge_topology.grids.tables import Grid

Record = dict[str, Any]


class Seer(Enum):
    """The kinds of callers for whom lists are asked for in different words."""

    ALL = "all"
    OPERATOR = "operator"
    VIEWER = "viewer"
    HOUSEHOLD = "household"

    @staticmethod
    def of(caller: Principal) -> "Seer":
        if caller.sees_all:
            return Seer.ALL
        return {Role.OPERATOR: Seer.OPERATOR, Role.PARTICIPANT: Seer.HOUSEHOLD}.get(caller.role, Seer.VIEWER)


def get(grid_id: int) -> Record | None:
    row = _ONE.first(grid_id=grid_id)
    return row and _record(row)


def page(caller: Principal, request: PageRequest) -> list[Record]:
    """Grids that the caller may view, one more than the page."""
    rows = _page(Seer.of(caller)).all(**values_of(caller), after=request.after, limit=request.limit + 1)
    return [_record(row) for row in rows]


_ONE = FixedQuery(lambda: Grid.select().where(Grid.id == parameter("grid_id")))


@cache
def _page(seer: Seer) -> FixedQuery:
    after = Grid.id > parameter("after")
    return FixedQuery(lambda: Grid.select().where(after & visible_to(seer)).order_by(Grid.id).limit(parameter("limit")))


def visible_to(seer: Seer) -> Any:
    """The condition for `Principal.may_view_grid`, in SQL, with `values_of` the caller."""
    if seer is Seer.ALL:
        return Grid.id.is_null(False)
    condition = Grid.id == SQL("ANY(%(grids)s)")
    return condition | (Grid.created_by == parameter("user_id")) if seer is Seer.OPERATOR else condition


def values_of(caller: Principal) -> dict[str, Any]:
    """What `visible_to` asks of a caller: who it is, and the grids that were opened to it."""
    invited = caller.views | caller.operates if caller.role in (Role.OPERATOR, Role.VIEWER) else ()
    return {"user_id": caller.user_id, "username": caller.username, "grids": sorted(invited)}


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
