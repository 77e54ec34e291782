"""Routes of priority lists."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_topology.fields import Id
from hygge_topology.openapi import Changes, NodeId, Writer, created, patch_of
from hygge_topology.priority_lists.schemas import PriorityList, PriorityListFields
from hygge_topology.priority_lists.service import service

router = APIRouter(prefix="/priority-lists", tags=["priority lists"], route_class=Route)


@router.get("", summary="List the priority lists that you may see")
def list_priority_lists(
    caller: Caller, paging: Paging, grid_id: Annotated[Id | None, Query(description="Only of this grid")] = None
) -> Page[PriorityList]:
    return service.listed_visible(caller, grid_id, paging)


@router.post("", status_code=201, summary="Make a priority list")
def create_priority_list(caller: Writer, fields: PriorityListFields, response: Response) -> PriorityList:
    priority_list = service.add(caller, fields)
    created(response, f"/priority-lists/{priority_list.id}")
    return priority_list


@router.get("/{list_id}", summary="Read a priority list")
def get_priority_list(caller: Caller, list_id: NodeId) -> PriorityList:
    return service.get(caller, list_id)


@router.patch("/{list_id}", summary="Change fields of a priority list", openapi_extra=patch_of(PriorityListFields))
def change_priority_list(caller: Writer, list_id: NodeId, changes: Changes) -> PriorityList:
    return service.change(caller, list_id, changes)


@router.delete("/{list_id}", status_code=204, summary="Delete a priority list")
def delete_priority_list(caller: Writer, list_id: NodeId) -> None:
    service.remove(caller, list_id)
