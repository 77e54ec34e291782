"""Measures that a series can show: those stored, those computed from them, and the day sums.

A stored measure or one computed step by step is a mean power (kW), the state of charge or a price. Over a day or
month the power of a house follows from the day sums alone. Transformers and the grid store net flows, and the positive
part of a net flow is not the sum of positive parts: there one-sided measures of days are taken from the vectors.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import Finding
from hygge_core.node_days import MEASURES, PEAK_NAMES, SUMS

Vector = NDArray[np.float32]
Vectors = Mapping[str, Vector]
PRICE = "local_price_eur_per_kwh"
STATE = "soc_kwh"


@dataclass(frozen=True, slots=True)
class Measure:
    """`stored`: the vectors it needs; `steps(vectors, is_house)`: its value per step.

    `house_energy`, `upper_energy`: SQL over day sums for its energy in kWh, of a house, of a transformer or grid; None
    where only the vectors know.
    """

    name: str
    unit: str
    stored: tuple[str, ...]
    steps: Callable[[Vectors, bool], Vector]
    house_energy: str | None
    upper_energy: str | None


def _stored(name: str) -> Callable[[Vectors, bool], Vector]:
    return lambda vectors, _: vectors[name]


def _positive(name: str, sign: int) -> Callable[[Vectors, bool], Vector]:
    return lambda vectors, _: np.maximum(sign * vectors[name], np.float32(0))


def _traded(sign: int) -> Callable[[Vectors, bool], Vector]:
    """Bought (+1) or sold (−1) inside the community; a transformer's volume traded inside is both."""

    def steps(vectors: Vectors, is_house: bool) -> Vector:
        inside = vectors["shared_local_kw"]
        local = np.maximum(sign * inside, np.float32(0)) if is_house else inside
        return local + np.maximum(sign * vectors["shared_grid_kw"], np.float32(0))

    return steps


def _net(vectors: Vectors, is_house: bool) -> Vector:
    above = vectors["grid_kw"] + vectors["shared_grid_kw"]
    return above + vectors["shared_local_kw"] if is_house else above


def _self_consumed(vectors: Vectors, _: bool) -> Vector:
    return np.minimum(vectors["load_kw"], vectors["generation_kw"])


_ENERGY = {
    "load_kw": "load_kwh",
    "generation_kw": "generation_kwh",
    "storage_kw": "charge_kwh - discharge_kwh",
    "shared_local_kw": "bought_local_kwh - sold_local_kwh",
    "shared_grid_kw": "bought_grid_kwh - sold_grid_kwh",
    "grid_kw": "imported_kwh - exported_kwh",
    "curtailed_kw": "curtailed_kwh",
    "unserved_kw": "unserved_kwh",
}
_NET_ABOVE = "imported_kwh - exported_kwh + bought_grid_kwh - sold_grid_kwh"
_SHARED = ("shared_local_kw", "shared_grid_kw")

STEPWISE: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        *(
            Measure(
                q.name, q.unit, (q.name,), _stored(q.name), _ENERGY.get(q.name),
                "bought_local_kwh" if q.name == "shared_local_kw" else _ENERGY.get(q.name),
            )
            for q in MEASURES
        ),
        Measure("import_kw", "kW", ("grid_kw",), _positive("grid_kw", 1), "imported_kwh", None),
        Measure("export_kw", "kW", ("grid_kw",), _positive("grid_kw", -1), "exported_kwh", None),
        Measure("charge_kw", "kW", ("storage_kw",), _positive("storage_kw", 1), "charge_kwh", None),
        Measure("discharge_kw", "kW", ("storage_kw",), _positive("storage_kw", -1), "discharge_kwh", None),
        Measure("bought_kw", "kW", _SHARED, _traded(1), "bought_local_kwh + bought_grid_kwh", None),
        Measure("sold_kw", "kW", _SHARED, _traded(-1), "sold_local_kwh + sold_grid_kwh", None),
        Measure(
            "net_grid_flow_kw", "kW", ("grid_kw", *_SHARED), _net,
            f"{_NET_ABOVE} + bought_local_kwh - sold_local_kwh", _NET_ABOVE,
        ),
        Measure("self_consumed_kw", "kW", ("load_kw", "generation_kw"), _self_consumed, "own_use_kwh", None),
    )
}  # fmt: skip
DAY_SUMS: dict[str, str] = {quantity.name: quantity.unit for quantity in SUMS}
UNITS: dict[str, str] = {**{m.name: m.unit for m in STEPWISE.values()}, **DAY_SUMS}
DEFAULT = tuple(quantity.name for quantity in MEASURES if quantity.name != PRICE)
OF_HOUSES_ONLY = ("self_consumed_kw",)
NOT_OF_HOUSES = (PRICE,)


def is_peak(name: str) -> bool:
    """True for day sums that are maxima."""
    return name in PEAK_NAMES


def findings(names: Sequence[str], *, kind: str, coarse: bool, has_vectors: bool) -> list[Finding]:
    """What is wrong with measures asked for a node of a kind, at a resolution of days or months (coarse) or finer."""
    found = []
    for name in names:
        message = _objection(name, kind, coarse, has_vectors)
        if message:
            found.append(Finding("measures", message))
    return found


def _objection(name: str, kind: str, coarse: bool, has_vectors: bool) -> str | None:
    if name not in UNITS:
        return f"{name!r} is not a measure; there are {', '.join(UNITS)}"
    if name in DAY_SUMS:
        return None if coarse else f"{name} is a sum of a day; ask for resolution 1d or 1mo"
    if kind == "house" and name in NOT_OF_HOUSES:
        return f"{name} is known for transformers and the grid only"
    if kind != "house" and name in OF_HOUSES_ONLY:
        return f"{name} is known for houses only"
    if not has_vectors and needs_vectors(name, kind):
        return f"{name} needs stored steps, and this run keeps days only; its sums in kWh are there"
    return None


def needs_vectors(name: str, kind: str) -> bool:
    """True when a day's value of the measure can't be had from the day sums."""
    if name in DAY_SUMS:
        return False
    measure = STEPWISE[name]
    return (measure.house_energy if kind == "house" else measure.upper_energy) is None
