"""Rules of priority lists: what they name exists, in one grid."""

from collections.abc import Collection

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import Finding, InvalidInput, NotFound
from hygge_core.paging import Page, PageRequest
from hygge_topology.base import database
from hygge_topology.flags.repository import vocabulary
from hygge_topology.flags.service import register
from hygge_topology.grids.access import HIDDEN, changing, may_see
from hygge_topology.houses.repository import repository as houses
from hygge_topology.parts.repository import Record, reserve_ids
from hygge_topology.parts.service import GridAsParent, PartService
from hygge_topology.priority_lists.repository import PriorityListRepository, houses_named
from hygge_topology.priority_lists.repository import repository as priority_lists
from hygge_topology.priority_lists.schemas import PriorityList, PriorityListFields


class PriorityListService(PartService[PriorityListFields, PriorityList]):
    """A list without a grid is its creator's alone and names flags only."""

    fields = PriorityListFields
    shown = PriorityList
    repository: PriorityListRepository

    def visible(self, caller: Principal, part_id: int) -> Record:
        record = self.repository.get(part_id)
        if record is None or record["grid_id"] is not None:
            return super().visible(caller, part_id)
        if not caller.owns(record["created_by"]):
            raise NotFound(HIDDEN)
        return record

    def lock(self, caller: Principal, record: Record) -> Record:
        if record["grid_id"] is not None:
            return super().lock(caller, record)
        self.repository.hold(record["id"])
        return {"id": None, "created_by": record["created_by"]}

    def check(self, grid: Record, record: Record) -> None:
        if record["grid_id"] != grid["id"]:
            raise InvalidInput([Finding("grid_id", "can't change; make another list")])
        findings = unknown_flags(record["configuration"], vocabulary(grid["created_by"]).keys(), "configuration")
        grids = houses.grids_of(sorted(houses_named(record["configuration"])))
        findings += [
            Finding(f"configuration.{number}.houses.{place}", "is not a house of this list's grid")
            for number, rank in enumerate(record["configuration"])
            for place, house in enumerate(rank["houses"])
            if grid["id"] is None or grids.get(house) != grid["id"]
        ]
        if findings:
            raise InvalidInput(findings)
        register(grid["created_by"], {flag for rank in record["configuration"] for flag in rank["flags"]})

    def listed_visible(self, caller: Principal, grid_id: int | None, request: PageRequest) -> Page[PriorityList]:
        with reading(database):
            return self.as_page(self.repository.page_visible(caller, grid_id, request), request)

    def add(self, caller: Principal, fields: PriorityListFields) -> PriorityList:
        """Store a new list in the grid that it gives, or else in that of the houses it names."""
        with transaction(database):
            values = fields.model_dump()
            grid_id = fields.grid_id or self._grid_of_houses(caller, values["configuration"])
            nobody = {"id": None, "created_by": caller.user_id}
            grid = nobody if grid_id is None else changing(caller, grid_id)
            place = {"id": reserve_ids(1)[0], "grid_id": grid_id, "created_by": caller.user_id}
            return self.store(grid, values | place)

    def _grid_of_houses(self, caller: Principal, configuration: list[Record]) -> int | None:
        named = houses.grids_of(sorted(houses_named(configuration)))
        grids = {grid_id for grid_id in set(named.values()) if may_see(caller, grid_id)}
        return grids.pop() if len(grids) == 1 else None


def unknown_flags(configuration: list[Record], known: Collection[str], path: str) -> list[Finding]:
    """A finding for each flag of a list that is in no vocabulary."""
    return [
        Finding(f"{path}.{number}.flags.{place}", f"'{flag}' is not a known flag")
        for number, rank in enumerate(configuration)
        for place, flag in enumerate(rank["flags"])
        if flag not in known
    ]


service = PriorityListService(priority_lists, GridAsParent())
