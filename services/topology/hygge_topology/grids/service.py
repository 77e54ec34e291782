"""Rules of grids; each function is one transaction."""

from typing import Any

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.paging import Page, PageRequest, page
from hygge_topology.base import database
from hygge_topology.fields import validated
from hygge_topology.grids import repository
from hygge_topology.grids.access import access_of, changing, visible
from hygge_topology.grids.repository import Record
from hygge_topology.grids.schemas import Grid, GridFields


def listed(caller: Principal, request: PageRequest) -> Page[Grid]:
    with reading(database):
        grids = [_grid(caller, record) for record in repository.page(caller, request)]
    return page(grids, request, lambda grid: grid.id)


def get(caller: Principal, grid_id: int) -> Grid:
    with reading(database):
        return _grid(caller, visible(caller, grid_id))


def create(caller: Principal, fields: GridFields) -> Grid:
    with transaction(database):
        grid_id = repository.insert(fields.model_dump(), caller.user_id)
        return _grid(caller, visible(caller, grid_id))


def change(caller: Principal, grid_id: int, changes: dict[str, Any]) -> Grid:
    with transaction(database):
        record = changing(caller, grid_id)
        kept = {name: record[name] for name in GridFields.model_fields}
        repository.update(grid_id, validated(GridFields, kept | changes).model_dump())
        return _grid(caller, visible(caller, grid_id))


def remove(caller: Principal, grid_id: int) -> None:
    with transaction(database):
        changing(caller, grid_id)
        repository.delete(grid_id)


def _grid(caller: Principal, record: Record) -> Grid:
    shown = {name: record[name] for name in Grid.model_fields if name != "access"}
    return Grid.model_validate(shown | {"access": access_of(caller, record)})
