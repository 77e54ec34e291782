"""Routes of houses."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_topology.fields import Id
from hygge_topology.houses.schemas import House, HouseChange, HouseFields
from hygge_topology.houses.service import service
from hygge_topology.openapi import Changes, NodeId, Writer, created, patch_of

router = APIRouter(tags=["houses"], route_class=Route)


@router.get("/houses", summary="List the houses that you may see; a household sees its own")
def list_visible_houses(
    caller: Caller, paging: Paging, grid_id: Annotated[Id | None, Query(description="Only of this grid")] = None
) -> Page[House]:
    return service.listed_visible(caller, grid_id, paging)


@router.get("/transformers/{transformer_id}/houses", summary="List the houses of a transformer")
def list_houses(caller: Caller, transformer_id: NodeId, paging: Paging) -> Page[House]:
    return service.listed(caller, transformer_id, paging)


@router.post("/transformers/{transformer_id}/houses", status_code=201, summary="Add a house to a transformer")
def create_house(caller: Writer, transformer_id: NodeId, fields: HouseFields, response: Response) -> House:
    house = service.create(caller, transformer_id, fields)
    created(response, f"/houses/{house.id}")
    return house


@router.get("/houses/{house_id}", summary="Read a house")
def get_house(caller: Caller, house_id: NodeId) -> House:
    return service.get(caller, house_id)


@router.patch(
    "/houses/{house_id}",
    summary="Change fields of a house, or move it to another transformer of its grid",
    openapi_extra=patch_of(HouseChange),
)
def change_house(caller: Writer, house_id: NodeId, changes: Changes) -> House:
    return service.change(caller, house_id, changes)


@router.delete("/houses/{house_id}", status_code=204, summary="Delete a house; it leaves the priority lists too")
def delete_house(caller: Writer, house_id: NodeId) -> None:
    service.remove(caller, house_id)
