"""Rules of houses."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.errors import Finding, InvalidInput
from hygge_core.paging import Page, PageRequest
from hygge_topology.base import database
from hygge_topology.flags.service import register
from hygge_topology.houses.repository import HouseRepository
from hygge_topology.houses.repository import repository as houses
from hygge_topology.houses.schemas import KEY_TOLERANCE, House, HouseChange, HouseFields
from hygge_topology.parts.repository import Record
from hygge_topology.parts.service import PartService
from hygge_topology.priority_lists.repository import forget_missing_houses
from hygge_topology.transformers.repository import repository as transformers
from hygge_topology.transformers.service import service as transformer_service


class HouseService(PartService[HouseFields, House]):
    """A household sees its own house even when it may not see the grid."""

    fields = HouseFields
    shown = House
    repository: HouseRepository

    def may_see(self, caller: Principal, record: Record) -> bool:
        return caller.is_household(record["owner"])

    def model_for(self, record: Mapping[str, Any]) -> type[BaseModel]:
        return HouseChange

    def check(self, grid: Record, record: Record) -> None:
        transformer = transformers.get(record["transformer_id"])
        if transformer is None or transformer["grid_id"] != grid["id"]:
            raise InvalidInput([Finding("transformer_id", "is not a transformer of this house's grid")])
        beside = self.repository.sharing_keys_beside(record["transformer_id"], record["id"])
        if record["sharing_key"] and beside + record["sharing_key"] > 1 + KEY_TOLERANCE:
            raise InvalidInput(
                [
                    Finding(
                        "sharing_key", f"the other houses of this transformer hold {beside:g}; the sum would exceed 1"
                    )
                ]
            )
        register(grid["created_by"], record["flags"])

    def removed(self, grid_id: int) -> None:
        forget_missing_houses(grid_id)

    def listed_visible(self, caller: Principal, grid_id: int | None, request: PageRequest) -> Page[House]:
        """All houses that the caller may see, over all grids or in one."""
        with reading(database):
            return self.as_page(self.repository.page_visible(caller, grid_id, request), request)


service = HouseService(houses, transformer_service)
