"""SQL of networks. A record is a network in the shape of its JSON, connections by house id."""

from typing import Any

import orjson

from hygge_topology.base import database
from hygge_topology.networks.tables import Network, NetworkConnection, NetworkTransformer

Record = dict[str, Any]


def get(grid_id: int) -> Record | None:
    """The network of a grid, None without one."""
    row = database.execute_sql("SELECT content::text FROM network WHERE grid_id = %s", (grid_id,)).fetchone()
    if row is None:
        return None
    links: Any = NetworkTransformer.select().where(NetworkTransformer.grid_id == grid_id)
    link_of = {link["name"]: link["transformer_id"] for link in links.dicts()}
    connections: Any = NetworkConnection.select(NetworkConnection.house_id, NetworkConnection.bus)
    connections = connections.where(NetworkConnection.grid_id == grid_id).order_by(NetworkConnection.house_id)
    record: Record = orjson.loads(row[0])
    for transformer in record["transformers"]:
        transformer["transformer"] = link_of.get(transformer["name"])
    return record | {"connections": [{"house": house, "bus": bus} for house, bus in connections.tuples()]}


def put(grid_id: int, record: Record) -> None:
    """Store a checked network in place of the one before."""
    delete(grid_id)
    transformers = [{**transformer, "transformer": None} for transformer in record["transformers"]]
    content = {name: value for name, value in record.items() if name != "connections"} | {"transformers": transformers}
    database.execute_sql(
        "INSERT INTO network (grid_id, content) VALUES (%s, %s)", (grid_id, orjson.dumps(content).decode())
    )
    houses = [connection["house"] for connection in record["connections"]]
    buses = [connection["bus"] for connection in record["connections"]]
    database.execute_sql(
        "INSERT INTO network_connection (grid_id, house_id, bus) "
        "SELECT %s, house, bus FROM unnest(%s::bigint[], %s::text[]) AS given (house, bus)",
        (grid_id, houses, buses),
    )
    links = [(item["name"], item["transformer"]) for item in record["transformers"] if item["transformer"] is not None]
    database.execute_sql(
        "INSERT INTO network_transformer (grid_id, name, transformer_id) "
        "SELECT %s, name, transformer FROM unnest(%s::text[], %s::bigint[]) AS given (name, transformer)",
        (grid_id, [name for name, _ in links], [transformer for _, transformer in links]),
    )


def delete(grid_id: int) -> bool:
    """Take a grid's network away; False when there was none."""
    return bool(Network.delete().where(Network.grid_id == grid_id).execute())
