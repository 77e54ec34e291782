"""SQL of houses."""

from functools import cache

from hygge_core.auth import Principal
from hygge_core.paging import PageRequest
from hygge_core.queries import FixedQuery, optional, parameter
from hygge_topology.base import database
from hygge_topology.grids.repository import Seer, values_of, visible_to
from hygge_topology.grids.tables import Grid
from hygge_topology.houses.tables import House
from hygge_topology.parts.repository import PartRepository, Record


class HouseRepository(PartRepository):
    """Houses, and what is summed or sought over them."""

    def page_visible(self, caller: Principal, grid_id: int | None, request: PageRequest) -> list[Record]:
        """Houses of grids that the caller may view, and the caller's own, one more than the page."""
        query = self._visible(Seer.of(caller))
        values = values_of(caller) | {"grid_id": grid_id, "after": request.after, "limit": request.limit + 1}
        return self._records(query, **values)

    @cache  # noqa: B019, there is one repository
    def _visible(self, seer: Seer) -> FixedQuery:
        visible = House.grid_id.in_(Grid.select(Grid.id).where(visible_to(seer)))
        if seer is Seer.HOUSEHOLD:
            visible |= House.owner == parameter("username")
        return self._query(
            (House.id > parameter("after")) & visible & optional("grid_id", House.grid_id == parameter("grid_id"))
        )

    def sharing_keys_beside(self, transformer_id: int, house_id: int) -> float:
        """Sum of the sharing keys of the transformer's other houses."""
        sql = "SELECT COALESCE(sum(sharing_key), 0) FROM house WHERE transformer_id = %s AND id <> %s"
        return float(database.execute_sql(sql, (transformer_id, house_id)).fetchone()[0])

    def grids_of(self, house_ids: list[int]) -> dict[int, int]:
        """The grid of each house that exists."""
        return dict(database.execute_sql("SELECT id, grid_id FROM house WHERE id = ANY(%s)", (house_ids,)).fetchall())


repository = HouseRepository(House, parent="transformer_id")
