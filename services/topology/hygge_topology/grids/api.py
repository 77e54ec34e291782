"""Routes of grids."""

from fastapi import APIRouter, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_topology.grids import service
from hygge_topology.grids.schemas import Grid, GridFields
from hygge_topology.openapi import Changes, NodeId, Writer, created, patch_of

router = APIRouter(prefix="/grids", tags=["grids"], route_class=Route)


@router.get("", summary="List the grids that you may see")
def list_grids(caller: Caller, paging: Paging) -> Page[Grid]:
    return service.listed(caller, paging)


@router.post("", status_code=201, summary="Make a grid")
def create_grid(caller: Writer, fields: GridFields, response: Response) -> Grid:
    grid = service.create(caller, fields)
    created(response, f"/grids/{grid.id}")
    return grid


@router.get("/{grid_id}", summary="Read a grid")
def get_grid(caller: Caller, grid_id: NodeId) -> Grid:
    return service.get(caller, grid_id)


@router.patch("/{grid_id}", summary="Change fields of a grid", openapi_extra=patch_of(GridFields))
def change_grid(caller: Writer, grid_id: NodeId, changes: Changes) -> Grid:
    return service.change(caller, grid_id, changes)


@router.delete("/{grid_id}", status_code=204, summary="Delete a grid with everything in it")
def delete_grid(caller: Writer, grid_id: NodeId) -> None:
    service.remove(caller, grid_id)
