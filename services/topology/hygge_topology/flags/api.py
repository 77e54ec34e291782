"""Routes of flags."""

from fastapi import APIRouter, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_topology.flags import service
from hygge_topology.flags.schemas import Flag, FlagDescription, FlagFields
from hygge_topology.openapi import Changes, NodeId, Writer, created, patch_of

router = APIRouter(prefix="/flags", tags=["flags"], route_class=Route)


@router.get("", summary="List the built-in flags and your own")
def list_flags(caller: Caller, paging: Paging) -> Page[Flag]:
    return service.listed(caller, paging)


@router.post("", status_code=201, summary="Add a flag to your vocabulary")
def create_flag(caller: Writer, fields: FlagFields, response: Response) -> Flag:
    flag = service.create(caller, fields)
    created(response, f"/flags/{flag.id}")
    return flag


@router.get("/{flag_id}", summary="Read a flag")
def get_flag(caller: Caller, flag_id: NodeId) -> Flag:
    return service.get(caller, flag_id)


@router.patch("/{flag_id}", summary="Describe a flag of yours", openapi_extra=patch_of(FlagDescription))
def change_flag(caller: Writer, flag_id: NodeId, changes: Changes) -> Flag:
    return service.change(caller, flag_id, changes)


@router.delete("/{flag_id}", status_code=204, summary="Delete a flag of yours that nothing names")
def delete_flag(caller: Writer, flag_id: NodeId) -> None:
    service.remove(caller, flag_id)
