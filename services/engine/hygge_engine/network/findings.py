"""What keeps a run from checking its community's network."""

from typing import Any

from hygge_core.errors import Finding
from hygge_engine.network.solver import INSTALL, installed

FIELD = "network_check"


def findings(document: dict[str, Any]) -> list[Finding]:
    """All of it: the package is missing, the community has no network, houses are on none of its buses.

    The network itself is checked when it is stored; its bad references never come this far.
    """
    found = []
    if not installed():
        found.append(Finding(FIELD, f"needs power-grid-model where the engine runs: {INSTALL}"))
    network = document.get("network")
    if network is None:
        return [*found, Finding(FIELD, "the grid has no network; PUT /grids/{id}/network gives it one")]
    connected = {connection["house"] for connection in network["connections"]}
    return found + [
        Finding(f"topology.transformers.{place}.houses.{position}", "is on no bus of the network")
        for place, transformer in enumerate(document["transformers"])
        for position, house in enumerate(transformer["houses"])
        if house["id"] not in connected
    ]
