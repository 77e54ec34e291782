"""Arrays as a community: one profile a house and array."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hygge_core.errors import Finding
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.library.findings import InputError, raise_if

Float32 = NDArray[np.float32]

# Keyword → type of profile of arrays [houses, steps].
HOUSE_ARRAYS = {"load_kw": "load", "generation_kw": "solar", "heat_kw": "heat", "schedule_kw": "schedule"}
# Keyword → type and unit of arrays [steps], and what the parameters call them.
COMMON_ARRAYS = {
    "temperature_c": ("weather", "degC"),
    "price_per_kwh": ("price", "EUR/kWh"),
    "feed_in_per_kwh": ("price", "EUR/kWh"),
    "carbon_kg_per_kwh": ("carbon", "kg/kWh"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """A community made of arrays: its document as people write it, its bundle, and the parameters that arrays set.

    place: int64[H], where each house of the arrays stands in the document, which has them by transformer.
    """

    document: dict[str, Any]
    bundle: Bundle
    parameters: dict[str, Any]
    steps: int
    place: NDArray[np.int64]


def from_arrays(
    arrays: Mapping[str, ArrayLike | None],
    houses: Sequence[Mapping[str, Any]] | None,
    transformer: ArrayLike | None,
    capacity_kw: Sequence[float | None] | None,
    grid: Mapping[str, Any],
) -> Given:
    """Arrays by keyword, see `simulate`. InputError with all findings."""
    read, found = _read(arrays)
    raise_if(found)
    shape = read["load_kw"].shape
    count, steps = shape
    found = [
        Finding(name, f"has shape {array.shape}, expected {(shape if name in HOUSE_ARRAYS else (steps,))}")
        for name, array in read.items()
        if array.shape != (shape if name in HOUSE_ARRAYS else (steps,))
    ]
    if houses is not None and len(houses) != count:
        found.append(Finding("houses", f"are {len(houses)}, but load_kw has {count} rows"))
    raise_if(found)
    order, sizes = _grouped(transformer, count)
    document = _document(houses or [{}] * count, order, sizes, capacity_kw, grid)
    # Ids are places in the document, where houses stand by transformer.
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    return Given(document, _bundle(read, place, steps), _parameters(read), steps, place)


def _read(arrays: Mapping[str, ArrayLike | None]) -> tuple[dict[str, Float32], list[Finding]]:
    read: dict[str, Float32] = {}
    found: list[Finding] = []
    for name, given in arrays.items():
        if given is None:
            continue
        try:
            array = np.asarray(given, np.float32)
        except (TypeError, ValueError) as error:
            found.append(Finding(name, f"is no array of numbers: {error}"))
            continue
        if array.ndim != (2 if name in HOUSE_ARRAYS else 1) or array.size == 0:
            axes = "houses and steps" if name in HOUSE_ARRAYS else "steps"
            found.append(Finding(name, f"needs the axes {axes}, and has shape {array.shape}"))
            continue
        read[name] = np.ascontiguousarray(array)
    if "load_kw" not in read and not found:
        found.append(Finding("load_kw", "is needed: the consumption of each house and step, [houses, steps]"))
    return read, found


def _grouped(transformer: ArrayLike | None, count: int) -> tuple[NDArray[np.int64], list[int]]:
    """Houses by transformer, in their order inside each, and how many each has."""
    if transformer is None:
        return np.arange(count), [count]
    of_house = np.asarray(transformer)
    if of_house.shape != (count,) or of_house.dtype.kind not in "iu" or of_house.min() < 0:
        raise InputError([Finding("transformer", f"needs one number from 0 for each of the {count} houses")])
    return np.argsort(of_house, kind="stable"), np.bincount(of_house).tolist()


def _document(
    houses: Sequence[Mapping[str, Any]],
    order: NDArray[np.int64],
    sizes: list[int],
    capacity_kw: Sequence[float | None] | None,
    grid: Mapping[str, Any],
) -> dict[str, Any]:
    limits = list(capacity_kw) if capacity_kw is not None else [None] * len(sizes)
    if len(limits) != len(sizes):
        raise InputError([Finding("capacity_kw", f"needs one value for each of the {len(sizes)} transformers")])
    named = [{"name": f"House {number + 1}", **houses[number]} for number in order.tolist()]
    edges = np.cumsum([0, *sizes]).tolist()
    transformers = [
        {"capacity_kw": None if limit is None or np.isinf(limit) else limit, "houses": named[edges[k] : edges[k + 1]]}
        for k, limit in enumerate(limits)
    ]
    return {**grid, "transformers": transformers}


def _bundle(read: Mapping[str, Float32], place: NDArray[np.int64], steps: int) -> Bundle:
    """A profile for each row of each array; the first rows are those of the houses."""
    types: list[str] = []
    assignments: list[Assignment] = []
    units: dict[int, str] = {}
    for name, array in _ordered(read):
        if name in HOUSE_ARRAYS:
            first = len(types)
            assignments += [Assignment(int(house) + 1, first + row, 1.0) for row, house in enumerate(place.tolist())]
            types += [HOUSE_ARRAYS[name]] * len(array)
        else:
            kind, unit = COMMON_ARRAYS[name]
            types.append(kind)
            units[len(types)] = unit
    blocks = tuple(array.reshape(-1, steps) for _, array in _ordered(read))
    return Bundle(np.arange(1, len(types) + 1), tuple(types), blocks, tuple(assignments), "", steps, units)


def _ordered(read: Mapping[str, Float32]) -> Iterator[tuple[str, Float32]]:
    yield from ((name, read[name]) for name in (*HOUSE_ARRAYS, *COMMON_ARRAYS) if name in read)


def _parameters(read: Mapping[str, Float32]) -> dict[str, Any]:
    """What the common arrays mean among the parameters."""
    number = sum(len(array) for name, array in _ordered(read) if name in HOUSE_ARRAYS)
    ids: dict[str, int] = {}
    for name, _ in _ordered(read):
        if name in COMMON_ARRAYS:
            number += 1
            ids[name] = number
    found: dict[str, Any] = {}
    if "temperature_c" in ids:
        found["temperature_profile_id"] = ids["temperature_c"]
    if "carbon_kg_per_kwh" in ids:
        found["carbon"] = {"profile_id": ids["carbon_kg_per_kwh"]}
    if "price_per_kwh" in ids:
        found["tariff"] = {"kind": "series", "profile_id": ids["price_per_kwh"]}
        if "feed_in_per_kwh" in ids:
            found["tariff"]["feed_in_profile_id"] = ids["feed_in_per_kwh"]
    elif "feed_in_per_kwh" in ids:
        raise InputError([Finding("feed_in_per_kwh", "needs price_per_kwh beside it")])
    return found
