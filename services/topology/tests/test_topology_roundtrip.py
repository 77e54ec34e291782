"""Property: any valid document survives import, export, replacement and import again without loss."""

import copy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hygge_topology.devices.schemas import KINDS
from hygge_topology.documents.schemas import Document
from services.topology.tests.test_topology_documents import GIVEN, nodes, without_ids
from services.topology.tests.topology_support import Callers

Json = dict[str, Any]

labels = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(str.strip)
amounts = st.floats(0, 1e9)
positive = st.floats(0, 1e9, exclude_min=True)
shares = st.floats(0, 1)
prices = st.floats(-1e9, 1e9)
flags = st.lists(labels, max_size=3, unique=True)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def devices(draw: st.DrawFn) -> Json:
    kind = draw(st.sampled_from(sorted(KINDS)))
    device: Json = {"kind": kind, "name": draw(maybe(labels))}
    for name, field in KINDS[kind].model_fields.items():
        if name in device or name.endswith("_soc"):
            continue
        if field.is_required() or draw(st.booleans()):
            device[name] = draw(VALUES.get(name, amounts))
    if "capacity_kwh" in device:
        bounds = sorted(draw(st.lists(shares, min_size=3, max_size=3)))
        device |= dict(zip(("min_soc", "initial_soc", "max_soc"), bounds, strict=True))
    return _consistent(device)


def _consistent(device: Json) -> Json:
    """Without what may not stand beside each other."""
    device["power_levels_kw"] = (
        [kw for kw in device.get("power_levels_kw", []) if kw <= device["max_charge_kw"]]
        if (device["kind"] == "electric_vehicle")
        else []
    )
    if not device["power_levels_kw"]:
        del device["power_levels_kw"]
    ways = [name for name in ("cop", "cop_model", "eer", "carnot_fraction") if device.get(name) is not None]
    for name in ways[1:]:
        del device[name]
    if not ways and device["kind"] != "heater":
        device.pop("heat_loss_kw_per_k", None)
        device.pop("cooling_gain_kw_per_k", None)
    if device.get("store_kwh") is not None:
        device.pop("store_litres", None)
    return device


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "capacity_kwh": positive,
    "charge_efficiency": st.floats(0, 1, exclude_min=True),
    "discharge_efficiency": st.floats(0, 1, exclude_min=True),
    "self_discharge_per_day": st.floats(0, 1, exclude_max=True),
    "inverter_kw": maybe(amounts),
    "tilt_deg": maybe(st.floats(0, 90)),
    "azimuth_deg": maybe(st.floats(0, 360, exclude_max=True)),
    "hub_height_m": maybe(st.floats(0, 500, exclude_min=True)),
    "fuel_cost_per_kwh": maybe(amounts),
    "charge_strategy": st.sampled_from(["on_arrival", "solar_surplus", "cheapest_hours", "by_departure"]),
    "power_levels_kw": st.lists(positive, max_size=4, unique=True).map(sorted),
    "schedule": st.sampled_from(
        [
            [],
            [{"departs": "07:30", "returns": "17:45", "energy_kwh": 6.5, "weekdays": [0, 4]}],
            [{"departs": "22:00", "returns": "06:00"}, {"departs": "12:00", "returns": "13:00", "weekdays": ["sat"]}],
        ]
    ),
    "cop": maybe(st.floats(0, 20, exclude_min=True)),
    "cop_model": maybe(st.sampled_from(["air", "ground", "water"])),
    "carnot_fraction": maybe(st.floats(0, 1, exclude_min=True)),
    "supply_temperature_c": st.floats(10, 90),
    "source_temperature_c": maybe(st.floats(-50, 60)),
    "heating_limit_c": st.floats(-50, 50),
    "cooling_limit_c": st.floats(-50, 60),
    "indoor_temperature_c": st.floats(5, 40),
    "eer_slope_per_k": st.floats(0, 5),
    "store_delta_k": positive,
    "store_loss_per_day": st.floats(0, 1, exclude_max=True),
    "initial_store": shares,
    "eer": maybe(st.floats(0, 30, exclude_min=True)),
}
houses = st.fixed_dictionaries(
    {
        "name": labels,
        "house_type": labels,
        "flags": flags,
        "min_sell_price": maybe(prices),
        "max_buy_price": maybe(prices),
        "sharing_key": maybe(st.floats(0, 0.25)),
        "owner": maybe(labels),
        "devices": st.lists(devices(), max_size=3),
    }
)
transformers = st.fixed_dictionaries(
    {"name": labels, "capacity_kw": maybe(amounts), "houses": st.lists(houses, max_size=4)}
)


@st.composite
def documents(draw: st.DrawFn) -> Json:
    document: Json = draw(
        st.fixed_dictionaries(
            {
                "format": st.just("hygge-community/1"),
                "name": labels,
                "timezone": st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu"]),
                "currency": st.sampled_from(["EUR", "DKK"]),
                "import_limit_kw": maybe(amounts),
                "export_limit_kw": maybe(amounts),
                "location": maybe(
                    st.fixed_dictionaries({"latitude": st.floats(-90, 90), "longitude": st.floats(-180, 180)})
                ),
                "flags": st.lists(
                    st.fixed_dictionaries({"name": labels, "description": st.just("") | labels}),
                    max_size=3,
                    unique_by=lambda flag: flag["name"],
                ),
                "transformers": st.lists(transformers, max_size=3),
            }
        )
    )
    everything = [house for transformer in document["transformers"] for house in transformer["houses"]]
    for number, house in enumerate(everything):
        house["id"] = f"h{number}"
    known = sorted(
        {flag["name"] for flag in document["flags"]}.union(*(house["flags"] for house in everything), {"medical"})
    )
    ranks = st.fixed_dictionaries(
        {
            "flags": st.lists(st.sampled_from(known), max_size=2, unique=True),
            "houses": st.lists(st.sampled_from([h["id"] for h in everything]), max_size=2, unique=True)
            if everything
            else st.just([]),
        }
    )
    lists = st.fixed_dictionaries({"name": labels, "configuration": st.lists(ranks, max_size=3)})
    return document | {"priority_lists": draw(st.lists(lists, max_size=2))}


def canonical(document: Json) -> Json:
    """The sent document with every default, for comparison; houses in lists by position."""
    full = Document.model_validate(document).model_dump()
    position: Json = {}
    for transformer in full["transformers"]:
        for house in transformer["houses"]:
            position[house["id"]] = len(position)
    for listed in full["priority_lists"]:
        for rank in listed["configuration"]:
            rank["houses"] = [position[house] for house in rank["houses"]]
    for node in nodes(full):
        node.pop("id")
    return {name: value for name, value in full.items() if name not in (*GIVEN, "flags")}


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(source=documents())
def test_a_document_survives(callers: Callers, source: Json) -> None:
    client = callers(601)
    stored = client("POST", "/grids/import", 201, json=source)
    assert canonical(stored) == canonical(source)
    assert stored["flags"][: len(source["flags"])] == source["flags"]
    path = f"/grids/{stored['id']}/topology"
    assert client("GET", path, 200) == stored
    again = client("POST", "/grids/import", 201, json=copy.deepcopy(stored))
    assert without_names(again) == without_names(stored)
    assert again["hash"] == stored["hash"]
    assert client("PUT", path, 200, json=stored) == stored | {"version": 2}
    assert client("POST", f"/grids/{stored['id']}/snapshots", 201) == stored | {"version": 2}


def without_names(document: Json) -> Json:
    """Content and flags; names of houses need not be unique here, so lists are left to `canonical` and the hash."""
    return without_ids(document | {"priority_lists": []})
