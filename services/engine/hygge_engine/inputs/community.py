"""From the community's document to the core's arrays, in the document's order."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_engine.inputs.devices import Battery, Device, Generator, SolarPanel, WindTurbine, read_devices
from hygge_engine.kernel import Batteries, Cars, Community, Devices, Generators, Thermals, resolve_sharing_keys

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Houses = Sequence[Sequence[Device]]


def houses_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The houses of all transformers, in the document's order."""
    return [house for transformer in document["transformers"] for house in transformer["houses"]]


def devices_of(document: dict[str, Any]) -> list[tuple[Device, ...]]:
    """The devices of each house."""
    return [read_devices(house) for house in houses_of(document)]


def community_of(
    document: dict[str, Any],
    priority_list_id: int | None,
    devices: Houses,
    *,
    cars: Cars | None = None,
    thermals: Thermals | None = None,
) -> Community:
    """The grid, its transformers and houses; devices: of each house, from `devices_of`."""
    transformers, houses = document["transformers"], houses_of(document)
    offsets = _offsets([len(transformer["houses"]) for transformer in transformers])
    keys = _column(houses, "sharing_key", np.nan)
    ranks, count = house_ranks(houses, _priority_list(document, priority_list_id))
    return Community(
        transformer_offsets=offsets,
        transformer_capacity_kw=_column(transformers, "capacity_kw", np.inf),
        inverter_kw=np.asarray([house_limit_kw(own) for own in devices], np.float64),
        rank=ranks,
        sharing_key=resolve_sharing_keys(keys, offsets),
        batteries=batteries_of(devices),
        import_limit_kw=_number(document.get("import_limit_kw"), np.inf),
        export_limit_kw=_number(document.get("export_limit_kw"), np.inf),
        ranks=count,
        devices=Devices(
            Cars.none(len(houses)) if cars is None else cars,
            Thermals.none(len(houses)) if thermals is None else thermals,
            generators_of(devices),
        ),
        min_sell_price=_column(houses, "min_sell_price", np.nan),
        max_buy_price=_column(houses, "max_buy_price", np.nan),
        generation_limit_kw=np.asarray([generation_limit_kw(own) for own in devices], np.float64),
    )


def batteries_of(devices: Houses) -> Batteries:
    """All batteries in declared order. A battery's own inverter limits its power in both directions."""
    per_house = [[device for device in own if isinstance(device, Battery)] for own in devices]
    all_of_them = [battery for own in per_house for battery in own]

    def column(name: str) -> Float64:
        return np.asarray([getattr(battery, name) for battery in all_of_them], np.float64)

    return Batteries(
        offsets=_offsets([len(own) for own in per_house]),
        capacity_kwh=column("capacity_kwh"),
        max_charge_kw=np.asarray([battery.power_kw("max_charge_kw") for battery in all_of_them], np.float64),
        max_discharge_kw=np.asarray([battery.power_kw("max_discharge_kw") for battery in all_of_them], np.float64),
        charge_efficiency=column("charge_efficiency"),
        discharge_efficiency=column("discharge_efficiency"),
        min_soc=column("min_soc"),
        max_soc=column("max_soc"),
        initial_soc=column("initial_soc"),
        self_discharge_per_day=column("self_discharge_per_day"),
    )


def generators_of(devices: Houses) -> Generators:
    """The generators whose fuel has a cost, in declared order."""
    per_house = [[device for device in own if _runs(device)] for own in devices]
    all_of_them = [device for own in per_house for device in own if isinstance(device, Generator)]
    return Generators(
        _offsets([len(own) for own in per_house]),
        np.asarray([generator.capacity_kw for generator in all_of_them], np.float64),
        np.asarray([generator.fuel_cost_per_kwh for generator in all_of_them], np.float64),
    )


def _runs(device: Device) -> bool:
    return isinstance(device, Generator) and device.fuel_cost_per_kwh is not None


def generation_limit_kw(devices: Sequence[Device]) -> float:
    """What the inverters of panels and turbines let through together; no limit if one of them names none."""
    limits = [device.inverter_kw for device in devices if isinstance(device, SolarPanel | WindTurbine)]
    return sum(np.inf if limit is None else limit for limit in limits) if limits else np.inf


def house_limit_kw(devices: Sequence[Device]) -> float:
    """What a house can feed out: its panels' inverters, batteries with an inverter of their own, and generators."""
    batteries = sum(device.inverter_kw or 0.0 for device in devices if isinstance(device, Battery))
    generators = sum(device.capacity_kw for device in devices if isinstance(device, Generator) and _runs(device))
    return generation_limit_kw(devices) + batteries + generators


def house_ranks(houses: list[dict[str, Any]], ranks: list[dict[str, Any]]) -> tuple[Int64, int]:
    """Each house's place in a priority list, int64[H], and the number of ranks. First match counts, unlisted last."""
    by_house: dict[int, int] = {}
    by_flag: dict[str, int] = {}
    for place, rank in enumerate(ranks):
        for house_id in rank["houses"]:
            by_house.setdefault(house_id, place)
        for flag in rank["flags"]:
            by_flag.setdefault(flag, place)
    last = len(ranks)
    places = [
        min([by_house.get(house["id"], last), *(by_flag.get(flag, last) for flag in house["flags"])])
        for house in houses
    ]
    return np.asarray(places, np.int64), last + 1


def _priority_list(document: dict[str, Any], list_id: int | None) -> list[dict[str, Any]]:
    lists = {entry["id"]: entry["configuration"] for entry in document.get("priority_lists", [])}
    return lists[list_id] if list_id is not None else []


def _number(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)


def _column(rows: Sequence[dict[str, Any]], name: str, otherwise: float) -> Float64:
    return np.asarray([_number(row.get(name), otherwise) for row in rows], np.float64)


def _offsets(counts: Sequence[int]) -> Int64:
    return np.cumsum([0, *counts], dtype=np.int64)
