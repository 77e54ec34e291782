"""SQL of priority lists."""

from functools import cache
from typing import Any

from hygge_core.auth import Principal
from hygge_core.paging import PageRequest
from hygge_core.queries import FixedQuery, optional, parameter
from hygge_topology.base import database
from hygge_topology.grids.repository import Seer, values_of, visible_to
from hygge_topology.grids.tables import Grid
from hygge_topology.houses.repository import repository as houses
from hygge_topology.parts.repository import PartRepository, Record
from hygge_topology.priority_lists.tables import PriorityList


class PriorityListRepository(PartRepository):
    """Priority lists of grids, and those of a creator alone."""

    def page_visible(self, caller: Principal, grid_id: int | None, request: PageRequest) -> list[Record]:
        """Lists of grids that the caller may view, and the caller's own without a grid, one more than the page."""
        query = self._visible(Seer.of(caller))
        values = values_of(caller) | {"grid_id": grid_id, "after": request.after, "limit": request.limit + 1}
        return self._records(query, **values)

    @cache  # noqa: B019, there is one repository
    def _visible(self, seer: Seer) -> FixedQuery:
        table = PriorityList
        own: Any = table.grid_id.is_null()
        if seer is not Seer.ALL:
            own &= table.created_by == parameter("user_id")
        visible = own | table.grid_id.in_(Grid.select(Grid.id).where(visible_to(seer)))
        of_grid = optional("grid_id", table.grid_id == parameter("grid_id"))
        return self._query((table.id > parameter("after")) & visible & of_grid)

    def hold(self, list_id: int) -> None:
        """Lock a list that has no grid to lock."""
        database.execute_sql("SELECT id FROM priority_list WHERE id = %s FOR UPDATE", (list_id,))


repository = PriorityListRepository(PriorityList, parent="grid_id")


def houses_named(configuration: list[Record]) -> set[int]:
    return {house for rank in configuration for house in rank["houses"]}


def forget_missing_houses(grid_id: int) -> None:
    """Take houses that are gone out of the grid's lists, and ranks that then name nothing."""
    lists = repository.of_grid(grid_id)
    named = set().union(*(houses_named(record["configuration"]) for record in lists))
    gone = named - houses.grids_of(sorted(named)).keys()
    changed = [record for record in lists if gone & houses_named(record["configuration"])]
    if changed:
        repository.put([record | {"configuration": _without(record["configuration"], gone)} for record in changed])


def _without(configuration: list[Record], gone: set[int]) -> list[Record]:
    ranks = [{**rank, "houses": [house for house in rank["houses"] if house not in gone]} for rank in configuration]
    return [rank for rank in ranks if rank["flags"] or rank["houses"]]
