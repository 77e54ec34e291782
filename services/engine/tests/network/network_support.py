"""Small networks, and the documents around them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_engine.network import Network

Json = dict[str, Any]
Float64 = NDArray[np.float64]
DATA = Path(__file__).parent / "data"
EXAMPLES = Path(__file__).parents[4] / "examples"


def document_of(network: Json) -> Json:
    """A community whose houses are those that the network connects."""
    houses = [{"id": connection["house"], "devices": []} for connection in network["connections"]]
    return {"transformers": [{"id": 0, "houses": houses}], "network": network}


def line(name: str, first: str, second: str, r_ohm: float, x_ohm: float, **changes: Any) -> Json:
    figures = {"length_km": 1.0, "r_ohm_per_km": r_ohm, "x_ohm_per_km": x_ohm, "max_i_ka": 0.27}
    return {"name": name, "from_bus": first, "to_bus": second, **figures, **changes}


def two_buses(r_ohm: float = 0.05, x_ohm: float = 0.02, voltage_pu: float = 1.0, **source: float) -> Json:
    """0.4 kV: a source at S, one line to H, house 1 there."""
    return {
        "source": {"bus": "S", "voltage_pu": voltage_pu, **source},
        "buses": [{"name": "S", "voltage_kv": 0.4}, {"name": "H", "voltage_kv": 0.4}],
        "lines": [line("L", "S", "H", r_ohm, x_ohm)],
        "transformers": [],
        "connections": [{"house": 1, "bus": "H"}],
    }


def network_of(content: Json) -> Network:
    return Network.from_document(document_of(content))


def fixture(name: str) -> Json:
    loaded: Json = json.loads((DATA / f"{name}.json").read_text())
    return loaded


def example(name: str) -> Json:
    """An example's document with ids as the topology gives them: numbers."""
    document: Json = json.loads((EXAMPLES / name / "community.json").read_text())
    number: dict[str, int] = {}
    for transformer in document["transformers"]:
        for house in transformer["houses"]:
            house["id"] = number.setdefault(house["id"], 100 + len(number))
    for connection in document["network"]["connections"]:
        connection["house"] = number[connection["house"]]
    return document


def column(*powers: float) -> Float64:
    """Powers of one house in each step, float64[1, T]."""
    return np.asarray([powers], np.float64)
