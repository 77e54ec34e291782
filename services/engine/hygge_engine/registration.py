"""What results is told about a run before its first row."""

from typing import Any

from hygge_core.timeaxis import TimeAxis, utc_text
from hygge_engine.runs.schemas import Detail, RunRequest

DAY_MINUTES = 1440


def registration(run: Any, request: RunRequest, document: dict[str, Any], axis: TimeAxis) -> dict[str, Any]:
    """The body of PUT /results/{run_id}."""
    stored = {Detail.STEP: axis.step_minutes, Detail.HOUR: 60, Detail.DAY: DAY_MINUTES}
    return {
        "grid_id": run.grid_id,
        "grid_created_by": run.grid_created_by,
        "created_by": run.created_by,
        "name": run.name,
        "timezone": axis.timezone,
        "currency": document["currency"],
        "start": utc_text(axis.start),
        "end": utc_text(axis.end),
        "step_minutes": axis.step_minutes,
        "stored_step_minutes": stored[request.detail],
        "parameters": run.parameters,
        "nodes": list(_nodes(document)),
    }


def _nodes(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The grid, then each transformer followed by its houses."""
    nodes: list[dict[str, Any]] = []
    for transformer in document["transformers"]:
        houses = [_house(house, transformer["id"]) for house in transformer["houses"]]
        node = {
            "id": transformer["id"],
            "parent_id": document["id"],
            "kind": "transformer",
            "name": transformer["name"],
        }
        node |= {"capacity_kw": transformer.get("capacity_kw"), "storage_capacity_kwh": _storage(houses)}
        nodes += [node, *houses]
    storage = _storage([node for node in nodes if node["kind"] == "transformer"])
    grid = {"id": document["id"], "kind": "grid", "name": document["name"], "storage_capacity_kwh": storage}
    return [grid, *nodes]


def _storage(nodes: list[dict[str, Any]]) -> float:
    return float(sum(node["storage_capacity_kwh"] for node in nodes))


def _stores(device: dict[str, Any]) -> bool:
    """Batteries, and cars that are simulated: those with a schedule."""
    return device["kind"] == "battery" or (device["kind"] == "electric_vehicle" and bool(device.get("schedule")))


def _house(house: dict[str, Any], transformer_id: int) -> dict[str, Any]:
    stores = [device for device in house["devices"] if _stores(device)]
    return {
        "id": house["id"],
        "parent_id": transformer_id,
        "kind": "house",
        "name": house["name"],
        "owner": house.get("owner"),
        "flags": house["flags"],
        "house_type": house["house_type"],
        "storage_capacity_kwh": sum(d["capacity_kwh"] * (d["max_soc"] - d["min_soc"]) for d in stores),
    }
