"""Heat and cold: published COPs, demand against a naive sum, which profiles are heat, rows shared and cut."""

from typing import Any

import numpy as np
import pytest

from hygge_engine.inputs.curves import Curve, carnot, curve_of, ruhnau
from hygge_engine.inputs.devices import Device, read_devices
from hygge_engine.inputs.heat import heat_of, heated, makers_of
from hygge_engine.inputs.terms import Terms


def read(*devices: dict[str, Any]) -> tuple[Device, ...]:
    return read_devices({"devices": list(devices)})


def pump(**changes: Any) -> dict[str, Any]:
    return {"kind": "heat_pump", "max_power_kw": 3.0, **changes}


HEATER = {"kind": "heater", "max_power_kw": 6.0}


@pytest.mark.parametrize(
    ("source", "lifts", "cops"),
    [
        ("air", [15, 20, 30, 35, 40, 50, 60], [4.8425, 4.48, 3.83, 3.5425, 3.28, 2.83, 2.48]),
        ("ground", [15, 20, 30, 35, 40, 50, 60], [7.41, 6.57, 5.07, 4.41, 3.81, 2.79, 2.01]),
    ],
)
def test_the_parabolas_of_ruhnau(source: str, lifts: list[float], cops: list[float]) -> None:
    np.testing.assert_allclose(ruhnau(source, np.asarray(lifts, float)), cops, rtol=1e-12)


def test_a_cop_never_rises_with_the_lift() -> None:
    for source in ("air", "ground", "water"):
        cops = ruhnau(source, np.linspace(-20, 150, 200))
        assert np.all(np.diff(cops) <= 0)


@pytest.mark.parametrize(
    ("source", "supply", "cop"), [(7, 35, 6.603214), (7, 55, 4.101875), (-10, 35, 4.108667), (-10, 55, 3.029077)]
)
def test_a_fraction_of_carnot(source: float, supply: float, cop: float) -> None:
    assert carnot(supply, np.asarray([supply - source], float), 0.6) == pytest.approx([cop], rel=1e-6)


@pytest.mark.parametrize(
    ("device", "outdoor", "expected"),
    [
        (pump(cop=3.2), -5.0, 3.2),
        (pump(cop_model="air", supply_temperature_c=35), 0.0, 3.5425),
        (pump(cop_model="ground", supply_temperature_c=40), -15.0, 5.07),  # its source keeps 10 °C
        (pump(cop_model="water", supply_temperature_c=40, source_temperature_c=10), 0.0, 9.97 - 6.0 + 1.08),
        (pump(carnot_fraction=0.6, supply_temperature_c=55), 7.0, 4.101875),
        (pump(carnot_fraction=0.5, supply_temperature_c=35), 34.9, 20.0),  # no machine is better than that
        (HEATER, -30.0, 1.0),
        ({"kind": "air_conditioner", "max_power_kw": 1, "eer": 3}, 40.0, 3.0),
        ({"kind": "air_conditioner", "max_power_kw": 1, "eer": 3, "eer_slope_per_k": 0.1}, 30.0, 3.5),
        ({"kind": "air_conditioner", "max_power_kw": 1, "eer": 3, "eer_slope_per_k": 1}, 45.0, 1.0),
        ({"kind": "air_conditioner", "max_power_kw": 1, "carnot_fraction": 0.3, "indoor_temperature_c": 24}, 34.0,
         0.3 * 297.15 / 10),
    ],
)  # fmt: skip
def test_the_ratio_of_each_kind(device: dict[str, Any], outdoor: float, expected: float) -> None:
    curve = curve_of(read(device)[0])  # type: ignore[arg-type]
    values = curve.values(np.full(3, outdoor), 3)
    assert values.dtype == np.float32
    assert values.tolist() == pytest.approx([expected] * 3, rel=1e-6)


def test_what_needs_the_outdoor_temperature() -> None:
    needing = [pump(cop_model="air"), pump(carnot_fraction=0.5)]
    without = [pump(cop=3), pump(cop_model="ground"), pump(carnot_fraction=0.5, source_temperature_c=8), HEATER]
    assert [curve_of(read(d)[0]).needs_outdoor for d in needing] == [True, True]  # type: ignore[arg-type]
    assert [curve_of(read(d)[0]).needs_outdoor for d in without] == [False] * 4  # type: ignore[arg-type]
    assert Curve("cooling", 3.0, 0.0).needs_outdoor is False


def test_heat_profiles_are_heat_where_devices_can_serve_them() -> None:
    assert not heated(read())
    assert not heated(read(pump()))  # its COP is not known: the profile is electricity, as ever
    assert not heated(read(pump(), HEATER))
    assert heated(read(HEATER))
    assert heated(read(pump(cop=3)))
    assert not heated(read({"kind": "battery", "capacity_kwh": 5, "max_charge_kw": 2, "max_discharge_kw": 2}))


def test_heat_pumps_come_before_heaters() -> None:
    warm, cold = makers_of(read(HEATER, pump(cop=3), {"kind": "air_conditioner", "max_power_kw": 1, "eer": 3}))
    assert [device.max_power_kw for device in warm] == [3.0, 6.0]
    assert cold == []  # nobody says how much cold is needed


HOUSES = [
    read(pump(cop_model="air", heat_loss_kw_per_k=0.2, store_litres=300, store_loss_per_day=0.1), HEATER),
    read(),
    read(
        pump(cop_model="air"),
        {"kind": "air_conditioner", "max_power_kw": 2, "eer": 3, "cooling_gain_kw_per_k": 0.3, "store_kwh": 4},
    ),
    read({**HEATER, "heat_loss_kw_per_k": 0.1, "heating_limit_c": 12.0}),
]
HEAT = Terms(np.asarray([0, 0, 2]), np.asarray([1, 0, 1]), np.asarray([2.0, 1.0, 0.5]), 4)


def test_demand_is_profiles_and_losses() -> None:
    demand, thermals = heat_of(HOUSES, HEAT)
    assert thermals.offsets.tolist() == [0, 2, 2, 4, 5]
    assert thermals.demand_row.tolist() == [0, 0, 1, 2, 3]
    assert demand.row_house.tolist() == [0, 2, 2, 3]
    # Two heat pumps share a row of COPs, and so do two heaters.
    assert thermals.cop_row.tolist() == [0, 1, 0, 2, 1]
    assert thermals.store_kwh.tolist() == pytest.approx([300 * 10 * 0.00116, 0, 0, 4, 0])
    profiles = np.random.default_rng(1).uniform(0, 3, (2, 6)).astype(np.float32)
    outdoor = np.asarray([-10, 0, 12, 15, 24, 30], np.float32)
    found = demand.window(profiles, outdoor)
    expected = [
        2 * profiles[1] + profiles[0] + 0.2 * np.maximum(15 - outdoor, 0),
        0.5 * profiles[1],
        0.3 * np.maximum(outdoor - 24, 0),
        0.1 * np.maximum(12 - outdoor, 0),
    ]
    np.testing.assert_allclose(found.demand_kw, expected, rtol=1e-6)
    np.testing.assert_allclose(found.cop[0], np.clip(ruhnau("air", 45 - outdoor.astype(float)), 1, 20), rtol=1e-6)
    assert found.demand_kw.dtype == found.cop.dtype == np.float32
    assert demand.needs_outdoor


@pytest.mark.parametrize(("first", "last"), [(0, 4), (0, 1), (1, 3), (2, 4), (1, 2)])
def test_a_part_of_the_houses_has_the_same_floats(first: int, last: int) -> None:
    demand, thermals = heat_of(HOUSES, HEAT)
    profiles = np.random.default_rng(1).uniform(0, 3, (2, 50)).astype(np.float32)
    outdoor = np.random.default_rng(2).uniform(-10, 35, 50).astype(np.float32)
    whole = demand.window(profiles, outdoor)
    own = thermals.select(first, last)
    part, renumbered = demand.select(first, last, own)
    given = part.window(profiles, outdoor)
    assert given.demand_kw.shape[0] == len(set(own.demand_row.tolist()))
    for device in range(own.count):
        np.testing.assert_array_equal(
            given.demand_kw[renumbered.demand_row[device]], whole.demand_kw[own.demand_row[device]]
        )
        np.testing.assert_array_equal(given.cop[renumbered.cop_row[device]], whole.cop[own.cop_row[device]])


def test_without_any_device_there_is_nothing() -> None:
    demand, thermals = heat_of([read(), read()], Terms.of([], 2))
    assert (thermals.count, demand.row_house.size, demand.needs_outdoor) == (0, 0, False)
