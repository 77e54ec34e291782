"""The eight kinds of device: defaults, ranges, bounds, changes."""

from typing import Any

import pytest

from hygge_topology.devices.schemas import KINDS
from services.topology.tests.topology_support import Client

SMALLEST: dict[str, dict[str, Any]] = {
    "solar_panel": {"capacity_kwp": 5},
    "wind_turbine": {"capacity_kw": 5},
    "generator": {"capacity_kw": 5},
    "battery": {"capacity_kwh": 10, "max_charge_kw": 5, "max_discharge_kw": 4},
    "electric_vehicle": {"capacity_kwh": 60, "max_charge_kw": 11},
    "heat_pump": {"max_power_kw": 3},
    "heater": {"max_power_kw": 2},
    "air_conditioner": {"max_power_kw": 1},
}


@pytest.fixture(scope="module")
def devices(operator: Client) -> str:
    """The path of a house's devices."""
    grid = operator("POST", "/grids", 201, json={"name": "G"})["id"]
    transformer = operator("POST", f"/grids/{grid}/transformers", 201, json={"name": "T"})["id"]
    house = operator("POST", f"/transformers/{transformer}/houses", 201, json={"name": "H"})["id"]
    return f"/houses/{house}/devices"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_stored_with_its_defaults(operator: Client, devices: str, kind: str) -> None:
    device = operator("POST", devices, 201, json={"kind": kind, **SMALLEST[kind]})
    model = KINDS[kind].model_validate({"kind": kind, **SMALLEST[kind]})
    assert {name: device[name] for name in model.model_dump()} == model.model_dump()
    assert operator("GET", f"/devices/{device['id']}", 200) == device


def test_a_storage_has_field_typical_defaults(operator: Client, devices: str) -> None:
    body = {"kind": "battery", **SMALLEST["battery"], "min_soc": 0.1}
    battery = operator("POST", devices, 201, json=body)
    expected = {
        "charge_efficiency": 0.95, "discharge_efficiency": 0.95, "min_soc": 0.1, "max_soc": 1.0, "initial_soc": 0.1,
        "self_discharge_per_day": 0.0, "inverter_kw": None, "name": None,
    }  # fmt: skip
    assert battery.items() >= expected.items()
    car = operator("POST", devices, 201, json={"kind": "electric_vehicle", **SMALLEST["electric_vehicle"]})
    assert car["max_discharge_kw"] == 0


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("solar_panel", "capacity_kwp", -1),
        ("solar_panel", "inverter_kw", -1),
        ("solar_panel", "tilt_deg", 91),
        ("solar_panel", "azimuth_deg", 360),
        ("solar_panel", "max_power_kw", 1),
        ("wind_turbine", "capacity_kw", -1),
        ("wind_turbine", "hub_height_m", 0),
        ("generator", "fuel_cost_per_kwh", -0.1),
        ("generator", "capacity_kw", 1e10),
        ("battery", "capacity_kwh", 0),
        ("battery", "capacity_kwh", -3),
        ("battery", "max_charge_kw", -1),
        ("battery", "max_discharge_kw", None),
        ("battery", "charge_efficiency", 1.01),
        ("battery", "charge_efficiency", 0),
        ("battery", "discharge_efficiency", 95),
        ("battery", "min_soc", -0.1),
        ("battery", "max_soc", 1.1),
        ("battery", "initial_soc", 2),
        ("battery", "self_discharge_per_day", 1),
        ("electric_vehicle", "max_discharge_kw", -1),
        ("electric_vehicle", "charge_efficiency", 1.2),
        ("electric_vehicle", "charge_strategy", "when_i_like"),
        ("electric_vehicle", "target_soc", 1.2),
        ("electric_vehicle", "power_levels_kw", [11, 3.7]),
        ("electric_vehicle", "power_levels_kw", [3.7, 22]),
        ("electric_vehicle", "power_levels_kw.0", [0]),
        ("electric_vehicle", "schedule", [{"departs": "07:00", "returns": "07:00"}]),
        ("electric_vehicle", "schedule.0.departs", [{"departs": "7:00", "returns": "08:00"}]),
        ("electric_vehicle", "schedule.0.returns", [{"departs": "07:00", "returns": "24:00"}]),
        ("electric_vehicle", "schedule.0.energy_kwh", [{"departs": "07:00", "returns": "08:00", "energy_kwh": -1}]),
        ("electric_vehicle", "schedule.0.weekdays.0", [{"departs": "07:00", "returns": "08:00", "weekdays": [7]}]),
        ("electric_vehicle", "schedule.0.weekdays", [{"departs": "07:00", "returns": "08:00", "weekdays": []}]),
        ("heat_pump", "cop_model", "fire"),
        ("heat_pump", "carnot_fraction", 1.1),
        ("heat_pump", "supply_temperature_c", 9),
        ("heat_pump", "heat_loss_kw_per_k", -1),
        ("heat_pump", "store_loss_per_day", 1),
        ("heat_pump", "initial_store", 2),
        ("heater", "store_litres", -5),
        ("air_conditioner", "cooling_limit_c", 99),
        ("heat_pump", "cop", 0),
        ("heat_pump", "max_power_kw", -1),
        ("heater", "max_power_kw", "2"),
        ("air_conditioner", "eer", -3),
        ("air_conditioner", "name", ""),
    ],
)
def test_values_out_of_range_are_refused(operator: Client, devices: str, kind: str, field: str, value: Any) -> None:
    body = {"kind": kind, **SMALLEST[kind]} | {field.partition(".")[0]: value}
    assert list(operator.findings("POST", devices, json=body)) == [field]


@pytest.mark.parametrize(
    ("bounds", "field"),
    [
        ({"min_soc": 0.9, "max_soc": 0.2}, "min_soc"),
        ({"min_soc": 0.2, "initial_soc": 0.1}, "initial_soc"),
        ({"max_soc": 0.8, "initial_soc": 0.9}, "initial_soc"),
    ],
)
@pytest.mark.parametrize("kind", ["battery", "electric_vehicle"])
def test_bounds_of_the_state_of_charge_may_not_cross(
    operator: Client, devices: str, kind: str, bounds: dict[str, float], field: str
) -> None:
    body = {"kind": kind, **SMALLEST[kind], **bounds}
    assert list(operator.findings("POST", devices, json=body)) == [field]
    stored = operator("POST", devices, 201, json={"kind": kind, **SMALLEST[kind]})
    assert list(operator.findings("PATCH", f"/devices/{stored['id']}", json=bounds)) == [field]


WORK = {"weekdays": ["Mon", "tuesday", 2], "departs": "07:30", "returns": "17:45", "energy_kwh": 6.5}


def test_a_car_says_how_it_is_used(operator: Client, devices: str) -> None:
    body = {
        "kind": "electric_vehicle", **SMALLEST["electric_vehicle"], "max_soc": 0.9, "max_discharge_kw": 5,
        "charge_strategy": "by_departure", "power_levels_kw": [3.7, 11],
        "schedule": [WORK, {"weekdays": [4], "departs": "22:00", "returns": "06:15"}],
    }  # fmt: skip
    car = operator("POST", devices, 201, json=body)
    assert car["target_soc"] is None
    assert operator.findings("PATCH", f"/devices/{car['id']}", json={"target_soc": 0.95}).keys() == {"target_soc"}
    assert car["schedule"] == [
        {"weekdays": [0, 1, 2], "departs": "07:30", "returns": "17:45", "energy_kwh": 6.5},
        {"weekdays": [4], "departs": "22:00", "returns": "06:15", "energy_kwh": 0},
    ]
    assert (
        operator("PATCH", f"/devices/{car['id']}", 200, json={"target_soc": 0.5, "schedule": []})["target_soc"] == 0.5
    )
    plain = operator("POST", devices, 201, json={"kind": "electric_vehicle", **SMALLEST["electric_vehicle"]})
    assert (plain["charge_strategy"], plain["target_soc"]) == ("on_arrival", None)
    assert plain["power_levels_kw"] == plain["schedule"] == []


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"departs": "12:00", "returns": "13:00"}, "trip 1 overlaps trip 0 at mon 12:00"),
        ({"departs": "23:00", "returns": "08:00", "weekdays": ["sun"]}, "trip 1 overlaps trip 0 at mon 07:30"),
        ({"departs": "17:45", "returns": "17:44", "weekdays": [1]}, "trip 1 overlaps trip 0 at wed 07:30"),
    ],
)
def test_trips_may_not_overlap(operator: Client, devices: str, other: dict[str, Any], message: str) -> None:
    body = {"kind": "electric_vehicle", **SMALLEST["electric_vehicle"], "schedule": [WORK, other]}
    assert message in operator.findings("POST", devices, json=body)["schedule"]


def test_a_heat_pump_says_what_it_serves(operator: Client, devices: str) -> None:
    body = {
        "kind": "heat_pump", **SMALLEST["heat_pump"], "cop_model": "air", "supply_temperature_c": 35,
        "heat_loss_kw_per_k": 0.15, "store_litres": 300, "initial_store": 0.5,
    }  # fmt: skip
    pump = operator("POST", devices, 201, json=body)
    assert pump.items() >= {**body, "heating_limit_c": 15, "store_delta_k": 10, "cop": None, "store_kwh": None}.items()


@pytest.mark.parametrize(
    ("kind", "fields", "found"),
    [
        ("heat_pump", {"cop": 3, "cop_model": "air"}, ["cop_model"]),
        ("heat_pump", {"cop": 3, "carnot_fraction": 0.4, "store_kwh": 3, "store_litres": 9},
         ["carnot_fraction", "store_litres"]),
        ("heat_pump", {"cop_model": "water", "carnot_fraction": 0.4}, ["carnot_fraction"]),
        ("heat_pump", {"heat_loss_kw_per_k": 0.1}, ["heat_loss_kw_per_k"]),
        ("heat_pump", {"heat_loss_kw_per_k": 0.1, "cop": 99}, ["cop"]),
        ("air_conditioner", {"eer": 3, "carnot_fraction": 0.4}, ["carnot_fraction"]),
        ("air_conditioner", {"cooling_gain_kw_per_k": 0.1}, ["cooling_gain_kw_per_k"]),
    ],
)  # fmt: skip
def test_what_may_not_stand_together(
    operator: Client, devices: str, kind: str, fields: dict[str, Any], found: list[str]
) -> None:
    findings = operator.findings("POST", devices, json={"kind": kind, **SMALLEST[kind], **fields})
    assert sorted(findings) == found


def test_a_heater_needs_no_ratio(operator: Client, devices: str) -> None:
    body = {"kind": "heater", **SMALLEST["heater"], "heat_loss_kw_per_k": 0.1, "store_kwh": 5}
    assert operator("POST", devices, 201, json=body)["store_kwh"] == 5


def test_all_findings_of_a_device_come_together(operator: Client, devices: str) -> None:
    body = {"kind": "battery", "capacity_kwh": -1, "charge_efficiency": 3, "min_soc": 0.9, "max_soc": 0.1, "colour": 1}
    assert set(operator.findings("POST", devices, json=body)) == {
        "capacity_kwh", "max_charge_kw", "max_discharge_kw", "charge_efficiency", "min_soc", "colour",
    }  # fmt: skip


def test_a_device_keeps_its_kind(operator: Client, devices: str) -> None:
    heater = operator("POST", devices, 201, json={"kind": "heater", "max_power_kw": 2})
    path = f"/devices/{heater['id']}"
    assert list(operator.findings("PATCH", path, json={"kind": "battery"})) == ["kind"]
    assert list(operator.findings("PATCH", path, json={"cop": 3})) == ["cop"]
    assert operator("PATCH", path, 200, json={"kind": "heater", "name": "Bath"})["name"] == "Bath"
    assert operator("PATCH", path, 200, json={"name": None})["name"] is None
