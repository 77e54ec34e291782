"""Between the document, nested, and the records of its nodes, flat. Pure: no database, no clock."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from hygge_topology.documents.schemas import FORMAT, Document
from hygge_topology.grids.schemas import GridFields

Record = dict[str, Any]
# Gives a node's id from its kind and its reference in the document.
Numbering = Callable[[str, int | str | None], int]
PLACE = ("id", "grid_id", "transformer_id", "house_id")


@dataclass
class Parts:
    """The records of all nodes of a grid, each list by id, and its network if it has one."""

    transformers: list[Record] = field(default_factory=list)
    houses: list[Record] = field(default_factory=list)
    devices: list[Record] = field(default_factory=list)
    priority_lists: list[Record] = field(default_factory=list)
    network: Record | None = None


def count_nodes(document: Document) -> int:
    houses = [house for transformer in document.transformers for house in transformer.houses]
    devices = sum(len(house.devices) for house in houses)
    return len(document.transformers) + len(houses) + devices + len(document.priority_lists)


def flatten(document: Document, grid_id: int, number: Numbering) -> Parts:
    """The records of a checked document."""
    parts = Parts()
    house_ids: dict[int | str | None, int] = {}
    transformer_ids: dict[int | str | None, int] = {}
    for transformer in document.transformers:
        place = {"id": number("transformers", transformer.id), "grid_id": grid_id}
        transformer_ids[transformer.id] = place["id"]
        parts.transformers.append(transformer.model_dump(exclude={"id", "houses"}) | place)
        for house in transformer.houses:
            house_place = {"id": number("houses", house.id), "grid_id": grid_id, "transformer_id": place["id"]}
            house_ids[house.id] = house_place["id"]
            parts.houses.append(house.model_dump(exclude={"id", "devices"}) | house_place)
            for device in house.devices:
                device_place = {"id": number("devices", device.id), "grid_id": grid_id, "house_id": house_place["id"]}
                parts.devices.append(device.model_dump() | device_place)
    for listed in document.priority_lists:
        ranks = [
            {"flags": rank.flags, "houses": [house_ids[ref] for ref in rank.houses]} for rank in listed.configuration
        ]
        place = {"id": number("priority_lists", listed.id), "grid_id": grid_id}
        parts.priority_lists.append({"name": listed.name, "configuration": ranks} | place)
    if document.network is not None:
        parts.network = _renamed(document.network.model_dump(), house_ids, transformer_ids)
    return parts


def assemble(grid: Record, parts: Parts, vocabulary: Mapping[str, str]) -> Record:
    """The document of a grid, with version and hash; `access` is the caller's and not in it."""
    devices = _by(parts.devices, "house_id")
    houses = _by(parts.houses, "transformer_id", lambda house: {"devices": devices.get(house["id"], [])})
    transformers = _by(parts.transformers, "grid_id", lambda node: {"houses": houses.get(node["id"], [])})
    document = {
        "format": FORMAT,
        "id": grid["id"],
        **{name: grid[name] for name in GridFields.model_fields},
        "flags": _flags(grid["flags"], parts, vocabulary),
        "transformers": transformers.get(grid["id"], []),
        "priority_lists": [
            {"id": record["id"], "name": record["name"], "configuration": record["configuration"]}
            for record in parts.priority_lists
        ],
        "network": parts.network,
    }
    return document | {"version": grid["version"], "hash": digest(document), "created_by": grid["created_by"]}


def digest(document: Record) -> str:
    """`sha256:` over the canonical JSON of the content: keys sorted, ids left out, houses in lists by their position.

    Flags' meanings are left out too: they say nothing to a run, and a vocabulary changes on its own. Without a network
    there is no word of it, so communities have the hash that they had before there were networks.
    """
    houses = [house["id"] for transformer in document["transformers"] for house in transformer["houses"]]
    position = {house: place for place, house in enumerate(houses)}
    content = {name: document[name] for name in ("format", *GridFields.model_fields)} | {
        "transformers": [
            _bare(transformer)
            | {
                "houses": [
                    _bare(house) | {"devices": [_bare(device) for device in house["devices"]]}
                    for house in transformer["houses"]
                ]
            }
            for transformer in document["transformers"]
        ],
        "priority_lists": [
            {
                "name": listed["name"],
                "configuration": [
                    {"flags": rank["flags"], "houses": [position[house] for house in rank["houses"]]}
                    for rank in listed["configuration"]
                ],
            }
            for listed in document["priority_lists"]
        ],
    }
    if document["network"] is not None:
        stations = {transformer["id"]: place for place, transformer in enumerate(document["transformers"])}
        network = _renamed(document["network"], position, stations)
        content["network"] = network | {"connections": sorted(network["connections"], key=lambda item: item["house"])}
    return "sha256:" + hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _renamed(network: Record, houses: Mapping[Any, int], transformers: Mapping[Any, int]) -> Record:
    """A network with other names for the houses and transformers of the community."""
    return network | {
        "transformers": [
            item | {"transformer": None if item["transformer"] is None else transformers[item["transformer"]]}
            for item in network["transformers"]
        ],
        "connections": [item | {"house": houses[item["house"]]} for item in network["connections"]],
    }


def flags_used(parts: Parts) -> set[str]:
    used = {flag for house in parts.houses for flag in house["flags"]}
    return used.union(*(rank["flags"] for listed in parts.priority_lists for rank in listed["configuration"]))


def _flags(declared: list[Record], parts: Parts, vocabulary: Mapping[str, str]) -> list[Record]:
    """What the document declared, then the others in use with the vocabulary's meaning."""
    others = flags_used(parts) - {flag["name"] for flag in declared}
    return declared + [{"name": name, "description": vocabulary.get(name, "")} for name in sorted(others)]


def _by(
    records: Iterable[Record], parent: str, extra: Callable[[Record], Record] = lambda _: {}
) -> dict[int, list[Record]]:
    """Nodes of the document, grouped by their parent's id."""
    groups: dict[int, list[Record]] = defaultdict(list)
    for record in records:
        node = {"id": record["id"]} | {name: value for name, value in record.items() if name not in PLACE}
        groups[record[parent]].append(node | extra(record))
    return groups


def _bare(node: Record) -> Record:
    return {name: value for name, value in node.items() if name != "id"}
