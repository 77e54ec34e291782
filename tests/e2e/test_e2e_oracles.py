"""Published and independently computed numbers, reproduced through the public API."""

from typing import Any

import numpy as np
import pytest

from tests.e2e.client import Api
from tests.e2e.communities import battery, document, house, period, set_up

# The small canonical case: eight quarter-hours of one house (textbook greedy battery, indicators of Luthander 2015).
LOAD = [1, 1, 2, 2, 1, 0.5, 3, 2]
SUN = [0, 2, 4, 1, 0, 3, 3, 1]
FLAT = {"kind": "flat", "retail_eur_per_kwh": 0.30, "feed_in_eur_per_kwh": 0.10}


def one_house(api: Api, *devices: dict[str, Any]) -> tuple[dict[str, Any], int]:
    doc = document("canonical", {"t": [house("h", *devices)]})
    built = set_up(api, doc, {"h": {"load": LOAD, "solar": SUN}})
    run = api.run(grid_id=built.grid_id, **period(8), tariff=FLAT)
    assert run["status"] == "succeeded", run
    return run, built.houses["h"]


@pytest.mark.parametrize(
    ("charge", "discharge", "imported", "exported", "loss", "soc"),
    [
        (1, 1, 0.25, 0.375, 0, [0, 0.25, 0.5, 0.25, 0, 0.5, 0.5, 0.25]),
        (
            0.9**0.5,
            0.9**0.5,
            0.275658,
            0.347954,
            0.091886,
            [0, 0.237171, 0.5, 0.236477, 0, 0.474342, 0.474342, 0.210819],
        ),
        (0.9, 1, 0.25, 0.319444, 0.105556, [0, 0.225, 0.5, 0.25, 0, 0.45, 0.45, 0.2]),
        (1, 0.9, 0.30, 0.375, 0.077778, [0, 0.25, 0.5, 0.222222, 0, 0.5, 0.5, 0.222222]),
        (0.95, 0.95, 0.275, 0.348684, 0.089474, [0, 0.2375, 0.5, 0.236842, 0, 0.475, 0.475, 0.211842]),
    ],
)
def test_a_battery_follows_the_greedy_table(
    admin: Api, charge: float, discharge: float, imported: float, exported: float, loss: float, soc: list[float]
) -> None:
    device = battery(
        capacity_kwh=0.5, max_charge_kw=2, max_discharge_kw=2, charge_efficiency=charge, discharge_efficiency=discharge
    )
    run, node = one_house(admin, device)
    series = admin.series(run["id"], node, measures="import_kw,export_kw,soc_kwh", resolution="15m")["values"]
    assert np.sum(series["import_kw"]) / 4 == pytest.approx(imported, abs=1e-6)
    assert np.sum(series["export_kw"]) / 4 == pytest.approx(exported, abs=1e-6)
    assert series["soc_kwh"] == pytest.approx(soc, abs=1e-6)
    summary = admin("GET", f"/results/{run['id']}/summary")["indicators"]
    assert summary["storage_loss_kwh"] == pytest.approx(loss, abs=1e-6)


def test_the_canonical_case_has_its_indicators(admin: Api) -> None:
    run, _ = one_house(admin)
    summary = admin("GET", f"/results/{run['id']}/summary")["indicators"]
    assert summary["load_kwh"] == pytest.approx(3.125)
    assert summary["generation_kwh"] == pytest.approx(3.5)
    assert summary["self_consumption_rate"] == pytest.approx(0.607143, abs=1e-6)
    assert summary["self_sufficiency_rate"] == pytest.approx(0.68, abs=1e-6)
    assert summary["import_peak_kw"] == pytest.approx(1.0)
    assert summary["export_peak_kw"] == pytest.approx(2.5)


def test_mid_market_bills_of_three_prosumers_sum_to_the_grids(admin: Api) -> None:
    """Budget balance of Zhou 2018 and Bogensperger 2021: net A (2, −1), B (1, −3), C (−2, 1) kWh in two hours."""
    nets = {"A": (2, -1), "B": (1, -3), "C": (-2, 1)}
    doc = document("three", {"t": [house(name) for name in nets]})
    profiles = {
        name: {"load": [max(n, 0.0) for n in net], "solar": [max(-n, 0.0) for n in net]} for name, net in nets.items()
    }
    built = set_up(admin, doc, profiles, step_minutes=60)
    run = admin.run(
        grid_id=built.grid_id, **period(2, 60), tariff=FLAT, allocation="proportional", pricing="mid_market"
    )
    bills = {bill["house_id"]: bill["bill_eur"] for bill in admin("GET", f"/results/{run['id']}/bills")["items"]}
    expected = {"A": 0.341667, "B": -0.141667, "C": -0.2}
    assert {name: bills[node] for name, node in built.houses.items()} == pytest.approx(expected, abs=1e-6)
    alone = admin.run(grid_id=built.grid_id, **period(2, 60), tariff=FLAT, allocation="none")
    bills = {bill["house_id"]: bill["bill_eur"] for bill in admin("GET", f"/results/{alone['id']}/bills")["items"]}
    assert {n: bills[i] for n, i in built.houses.items()} == pytest.approx({"A": 0.5, "B": 0.0, "C": 0.1}, abs=1e-6)


@pytest.mark.parametrize(
    ("allocation", "expected"),
    [
        ("static_key", [1, 1, 1, 1, 0.7, 0.5]),
        ("equal", [1.2, 1.2, 1.2, 1.2, 0.7, 0.5]),
        ("proportional", [2.489362, 1.148936, 0.829787, 0.765957, 0.446809, 0.319149]),
        ("priority", [3.9, 1.8, 0.3, 0, 0, 0]),
    ],
)
def test_the_allocation_keys_divide_six_kwh_as_published(admin: Api, allocation: str, expected: list[float]) -> None:
    """The six-kWh example of GGV-Keys (§ 42b EnWG) and its neighbours: G = 6, C = (3.9, 1.8, 1.3, 1.2, 0.7, 0.5)."""
    demand = [3.9, 1.8, 1.3, 1.2, 0.7, 0.5]
    key = {"sharing_key": 1 / 6}
    members = [house(f"c{i}", id=f"c{i}", **key) for i in range(6)] + [house("roof", sharing_key=0)]
    doc = document("keys", {"t": members})
    doc["priority_lists"] = [
        {"name": "in order", "configuration": [{"flags": [], "houses": [f"c{i}"]} for i in range(6)]}
    ]
    profiles = {f"c{i}": {"load": [kw]} for i, kw in enumerate(demand)} | {"roof": {"solar": [6.0]}}
    # One hour is the shortest period in which kW and kWh are the same numbers.
    built = set_up(admin, doc, profiles, step_minutes=60)
    run = admin.run(
        grid_id=built.grid_id, **period(1, 60), tariff=FLAT, allocation=allocation,
        priority_list_id=built.priority_lists["in order"],
    )  # fmt: skip
    assert run["status"] == "succeeded", run
    nodes = {node["node_id"]: node["indicators"] for node in admin("GET", f"/results/{run['id']}/nodes")["items"]}
    bought = [nodes[built.houses[f"c{i}"]]["bought_local_kwh"] for i in range(6)]
    assert bought == pytest.approx(expected, abs=1e-6)


def test_an_island_leaves_load_unserved_by_priority(admin: Api) -> None:
    doc = document("island", {"t": [house("care", flags=["medical"]), house("pool"), house("roof")]})
    doc |= {"import_limit_kw": 0, "export_limit_kw": 0}
    doc["priority_lists"] = [{"name": "care", "configuration": ["medical"]}]
    loads = {"care": {"load": [2.0, 2.0]}, "pool": {"load": [3.0, 0.0]}, "roof": {"solar": [3.0, 5.0]}}
    built = set_up(admin, doc, loads, step_minutes=60)
    run = admin.run(
        grid_id=built.grid_id, **period(2, 60), tariff=FLAT, allocation="priority",
        priority_list_id=built.priority_lists["care"],
    )  # fmt: skip
    nodes = {node["node_id"]: node["indicators"] for node in admin("GET", f"/results/{run['id']}/nodes")["items"]}
    assert nodes[built.houses["care"]]["unserved_kwh"] == pytest.approx(0)
    assert nodes[built.houses["pool"]]["unserved_kwh"] == pytest.approx(2)
    assert nodes[built.houses["roof"]]["curtailed_kwh"] == pytest.approx(3)
    assert nodes[built.grid_id]["imported_kwh"] == nodes[built.grid_id]["exported_kwh"] == 0
