"""SQL of whole grids: all parts in, all parts out, snapshots."""

from typing import Any

import orjson

from hygge_core.paging import PageRequest
from hygge_topology.base import database
from hygge_topology.devices.repository import repository as devices
from hygge_topology.documents.content import Parts
from hygge_topology.documents.tables import Snapshot
from hygge_topology.houses.repository import repository as houses
from hygge_topology.networks import repository as networks
from hygge_topology.parts.repository import PartRepository
from hygge_topology.priority_lists.repository import repository as priority_lists
from hygge_topology.transformers.repository import repository as transformers

Record = dict[str, Any]
# Parents first.
REPOSITORIES: dict[str, PartRepository] = {
    "transformers": transformers,
    "houses": houses,
    "devices": devices,
    "priority_lists": priority_lists,
}


def read_parts(grid_id: int) -> Parts:
    nodes = {kind: repository.of_grid(grid_id) for kind, repository in REPOSITORIES.items()}
    return Parts(**nodes, network=networks.get(grid_id))


def ids_of_grid(grid_id: int) -> dict[str, set[int]]:
    """The ids that a grid has, by kind."""
    return {kind: repository.ids_of_grid(grid_id) for kind, repository in REPOSITORIES.items()}


def write_parts(parts: Parts) -> None:
    """Insert or replace all records, one statement a kind."""
    for kind, repository in REPOSITORIES.items():
        records = getattr(parts, kind)
        if records:
            repository.put(records)


def delete_others(before: dict[str, set[int]], parts: Parts) -> None:
    """Delete what a grid had before and `parts` has no more; children first, after moves were written."""
    for kind, repository in reversed(REPOSITORIES.items()):
        gone = before[kind] - {record["id"] for record in getattr(parts, kind)}
        if gone:
            repository.delete(gone)


def write_network(grid_id: int, parts: Parts) -> None:
    """Store the grid's network, or take it away; after all nodes that it names."""
    if parts.network is None:
        networks.delete(grid_id)
    else:
        networks.put(grid_id, parts.network)


def snapshot(grid_id: int, version: int) -> Record | None:
    """The document of a stored version."""
    row = database.execute_sql(
        "SELECT document::text FROM snapshot WHERE grid_id = %s AND version = %s", (grid_id, version)
    ).fetchone()
    return orjson.loads(row[0]) if row else None


def store_snapshot(document: Record) -> None:
    """Keep a document; one that is there already stays."""
    database.execute_sql(
        "INSERT INTO snapshot (grid_id, version, hash, document) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (document["id"], document["version"], document["hash"], orjson.dumps(document).decode()),
    )


def snapshots(grid_id: int, request: PageRequest) -> list[Record]:
    """Stored versions, one more than the page."""
    query: Any = Snapshot.select(Snapshot.version, Snapshot.hash, Snapshot.created_at)
    query = query.where((Snapshot.grid_id == grid_id) & (Snapshot.version > request.after))
    return list(query.order_by(Snapshot.version).limit(request.limit + 1).dicts())
