"""The one place that decides who may see and who may change a grid and everything in it."""

from hygge_core.auth import Principal
from hygge_core.errors import NotAllowed, NotFound
from hygge_topology.grids import repository
from hygge_topology.grids.repository import Record
from hygge_topology.grids.schemas import Access

HIDDEN = "There is nothing here that you may see."


def may_see(caller: Principal, grid_id: int) -> bool:
    """True if the grid exists and the caller may read all of it."""
    grid = repository.get(grid_id)
    return grid is not None and caller.may_view_grid(grid_id, grid["created_by"])


def visible(caller: Principal, grid_id: int) -> Record:
    """The grid, if the caller may read all of it; NotFound otherwise."""
    grid = repository.get(grid_id)
    if grid is None or not caller.may_view_grid(grid_id, grid["created_by"]):
        raise NotFound(HIDDEN)
    return grid


def changing(caller: Principal, grid_id: int) -> Record:
    """The grid, locked and one version further, for a caller who is about to change something in it.

    Raises NotFound when the caller may not see it, NotAllowed when the caller may only read it. Whatever fails later
    in the same transaction takes the version back.
    """
    if access_of(caller, visible(caller, grid_id)) != "operate":
        raise NotAllowed("You may read this grid, not change it.")
    grid = repository.get(grid_id) if repository.bump(grid_id) else None
    if grid is None:
        raise NotFound(HIDDEN)
    return grid


def access_of(caller: Principal, grid: Record) -> Access:
    """What a caller who may see the grid may do with it."""
    return "operate" if caller.may_operate_grid(grid["id"], grid["created_by"]) else "view"
