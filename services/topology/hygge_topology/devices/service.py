"""Rules of devices."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from hygge_core.auth import Principal
from hygge_topology.devices.repository import repository
from hygge_topology.devices.schemas import KINDS, STORED, Device, DeviceFields
from hygge_topology.fields import validated
from hygge_topology.houses.repository import repository as houses
from hygge_topology.houses.service import service as house_service
from hygge_topology.parts.repository import Record
from hygge_topology.parts.service import PartService


class DeviceService(PartService[DeviceFields, Device]):
    """A household sees the devices of its own house. A device keeps its kind."""

    def may_see(self, caller: Principal, record: Record) -> bool:
        house = houses.get(record["house_id"])
        return house is not None and house_service.may_see(caller, house)

    def model_for(self, record: Mapping[str, Any]) -> type[BaseModel]:
        return KINDS[record["kind"]]

    def show(self, record: Record) -> Device:
        return validated(STORED[record["kind"]], record)  # type: ignore[return-value]  # one of the stored kinds


service = DeviceService(repository, house_service)
