"""Routes of devices."""

from typing import Annotated

from fastapi import APIRouter, Body, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_topology.devices.schemas import KINDS, Device, NewDevice
from hygge_topology.devices.service import service
from hygge_topology.openapi import Changes, NodeId, Writer, created, patch_of

router = APIRouter(tags=["devices"], route_class=Route)


class DevicePage(Page[Device]):
    """Devices of any kind."""


@router.get("/houses/{house_id}/devices", response_model=DevicePage, summary="List the devices of a house")
def list_devices(caller: Caller, house_id: NodeId, paging: Paging) -> Page[Device]:
    return service.listed(caller, house_id, paging)


@router.post("/houses/{house_id}/devices", status_code=201, summary="Add a device of any kind to a house")
def create_device(caller: Writer, house_id: NodeId, fields: Annotated[NewDevice, Body()], response: Response) -> Device:
    device = service.create(caller, house_id, fields)
    created(response, f"/devices/{device.id}")
    return device


@router.get("/devices/{device_id}", summary="Read a device")
def get_device(caller: Caller, device_id: NodeId) -> Device:
    return service.get(caller, device_id)


@router.patch(
    "/devices/{device_id}",
    summary="Change fields of a device; its kind stays",
    openapi_extra=patch_of(*KINDS.values()),
)
def change_device(caller: Writer, device_id: NodeId, changes: Changes) -> Device:
    return service.change(caller, device_id, changes)


@router.delete("/devices/{device_id}", status_code=204, summary="Delete a device")
def delete_device(caller: Writer, device_id: NodeId) -> None:
    service.remove(caller, device_id)
