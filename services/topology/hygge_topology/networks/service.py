"""Rules of networks; each function is one transaction."""

from typing import Any

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import NotFound
from hygge_topology.base import database
from hygge_topology.fields import validated
from hygge_topology.grids.access import changing, visible
from hygge_topology.houses.repository import repository as houses
from hygge_topology.networks import repository
from hygge_topology.networks.checks import checked
from hygge_topology.networks.schemas import NetworkFields
from hygge_topology.transformers.repository import repository as transformers

MISSING = "This grid has no network."


def get(caller: Principal, grid_id: int) -> NetworkFields:
    with reading(database):
        visible(caller, grid_id)
        record = repository.get(grid_id)
    if record is None:
        raise NotFound(MISSING)
    return validated(NetworkFields, record)


def put(caller: Principal, grid_id: int, raw: dict[str, Any]) -> NetworkFields:
    """Store a network in place of the one before; all findings together, and nothing stored, when it is wrong."""
    with transaction(database):
        changing(caller, grid_id)
        network = checked(raw, houses.ids_of_grid(grid_id), transformers.ids_of_grid(grid_id))
        repository.put(grid_id, network.model_dump())
        return validated(NetworkFields, repository.get(grid_id))


def remove(caller: Principal, grid_id: int) -> None:
    with transaction(database):
        changing(caller, grid_id)
        if not repository.delete(grid_id):
            raise NotFound(MISSING)
