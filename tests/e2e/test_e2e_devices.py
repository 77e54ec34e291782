"""Devices, the network check and the library: the examples through the gateway, against their own balances."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import hygge_local.client
from hygge_engine import simulate
from hygge_local.examples import FOLDER, Community, load_example, read_example, run_request
from hygge_local.runtime import Runtime
from tests.e2e.client import Api, sign_in
from tests.e2e.communities import document, house, period, set_up

STEP_HOURS = 0.25
WEEK = {"start": "2019-06-02T22:00:00Z", "end": "2019-06-09T22:00:00Z"}
SUPPLY = ("generation_kw", "discharge_kw", "bought_kw", "import_kw", "unserved_kw")
DEMAND = ("load_kw", "charge_kw", "sold_kw", "export_kw", "curtailed_kw")
VARIANTS: list[dict[str, Any]] = [
    {},
    {"allocation": "uniform_price", "storage_strategy": "community"},
    {
        "allocation": "price_time",
        "storage_strategy": "time_of_use",
        "storage": {"charge_below_eur_per_kwh": 0.22, "discharge_above_eur_per_kwh": 0.24},
    },
    {"storage_strategy": "peak_shaving", "storage": {"peak_limit_kw": 2, "recharge_below_kw": 0.5}},
    *({"charge_strategy": name} for name in ("on_arrival", "solar_surplus", "cheapest_hours", "by_departure")),
]


def imported(suite: Runtime, name: str) -> tuple[dict[str, Any], Community]:
    """The request of an example's run, and its ids."""
    example = read_example(name)
    with hygge_local.client.Api(suite.url, suite.admin.username, suite.admin.password) as api:
        community = load_example(api, example)
    return run_request(example, community), community


@pytest.fixture(scope="module")
def devices(suite: Runtime) -> tuple[dict[str, Any], Community]:
    return imported(suite, "all_devices")


def days_of(api: Api, run_id: int) -> dict[int, list[dict[str, float]]]:
    """Each node's sums, day after day."""
    text = api.raw("GET", f"/results/{run_id}/export", params={"table": "days", "format": "csv"}).text
    found: dict[int, list[dict[str, float]]] = defaultdict(list)
    for row in sorted(csv.DictReader(io.StringIO(text)), key=lambda row: row["day"]):
        found[int(row["node_id"])].append({key: float(row[key] or 0) for key in row if key.endswith("_kwh")})
    return found


def steps_of(api: Api, run_id: int, node_id: int) -> dict[str, Any]:
    answer = api.series(run_id, node_id, measures=",".join((*SUPPLY, *DEMAND, "soc_kwh")), resolution="native")
    return {name: np.asarray(values, float) for name, values in answer["values"].items()}


@pytest.mark.parametrize("changes", VARIANTS, ids=lambda changes: "-".join(map(str, changes.values())) or "plain")
def test_every_device_keeps_the_balance_of_energy(
    admin: Api, devices: tuple[dict[str, Any], Community], changes: dict[str, Any]
) -> None:
    """Per house: supply = demand in each step; charged - discharged - lost - driven = what the batteries gained."""
    request, community = devices
    run = admin.run(**{**request, **WEEK, **changes})
    assert run["status"] == "succeeded", run
    assert admin("GET", f"/results/{run['id']}/summary")["proof"]["ok"] is True
    days = days_of(admin, run["id"])
    for house_id in community.houses.values():
        s = steps_of(admin, run["id"], house_id)
        balance = sum(s[name] for name in SUPPLY) - sum(s[name] for name in DEMAND)
        assert np.abs(balance).max() * STEP_HOURS < 1e-6
        at_midnight = s["soc_kwh"][95::96]
        gained = [
            d["charge_kwh"] - d["discharge_kwh"] - d["storage_loss_kwh"] - d["driven_kwh"] for d in days[house_id]
        ]
        # soc_kwh is float32: half a unit in the last place of 100 kWh is 4e-6 kWh.
        assert np.diff(at_midnight) == pytest.approx(gained[1:], abs=2e-5)


def test_cars_drive_houses_are_warm_and_inverters_clip(admin: Api, devices: tuple[dict[str, Any], Community]) -> None:
    request, _ = devices
    run = admin.run(**{**request, **WEEK, "detail": "day"})
    found = admin("GET", f"/results/{run['id']}/summary")["indicators"]
    assert found["driven_kwh"] > 0
    assert found["ev_shortfall_kwh"] == 0
    assert found["heat_kwh"] > 0
    assert found["unmet_heat_kwh"] == 0


def test_the_proof_of_a_factory_knows_what_float32_can_hold(admin: Api) -> None:
    """At 1,000 kW the last binary digit of what is stored is worth 3e-5 kWh in an hour."""
    random = np.random.default_rng(2)
    loads = {name: {"load": random.uniform(0, kw, 48).tolist()} for name, kw in (("factory", 1000.0), ("flat", 2.0))}
    loads["factory"]["solar"] = random.uniform(0, 1000, 48).tolist()
    panels = {"kind": "solar_panel", "capacity_kwp": 1000.0}
    built = set_up(admin, document("works", {"t": [house("factory", panels), house("flat")]}), loads, step_minutes=60)
    run = admin.run(grid_id=built.grid_id, **period(48, 60))
    proof = admin("GET", f"/results/{run['id']}/summary")["proof"]
    assert proof["ok"] is True
    assert proof["entries"]["rounded_residual_kwh"]["limit"] == pytest.approx(1000 * 2.0**-23, rel=0.2)
    assert proof["entries"]["energy_residual_kwh"]["limit"] == 1e-6


def test_the_library_has_the_services_digest(admin: Api, devices: tuple[dict[str, Any], Community]) -> None:
    request, _ = devices
    changes = {"allocation": "uniform_price", "storage_strategy": "community", "seed": 4}
    run = admin.run(**{**request, **WEEK, **changes})
    alone = simulate(FOLDER / "all_devices", **WEEK, **changes)
    assert alone.digest == run["result_digest"]
    found = admin("GET", f"/results/{run['id']}/summary")["indicators"]
    assert alone.summary["bill_eur"] == pytest.approx(found["bill_eur"], abs=1e-9)


def test_detail_changes_what_is_kept_but_not_the_digest(admin: Api, devices: tuple[dict[str, Any], Community]) -> None:
    request, community = devices
    runs = {detail: admin.run(**{**request, **WEEK, "detail": detail}) for detail in ("step", "hour", "day")}
    assert len({run["result_digest"] for run in runs.values()}) == 1
    daily = {
        detail: admin.series(run["id"], community.grid_id, measures="load_kw", resolution="1d")["values"]["load_kw"]
        for detail, run in runs.items()
    }
    assert daily["hour"] == pytest.approx(daily["step"], rel=1e-6)
    assert daily["day"] == pytest.approx(daily["step"], rel=1e-6)


@pytest.fixture(scope="module")
def rural(suite: Runtime) -> tuple[dict[str, Any], Community]:
    """SimBench's rural grid around its sunniest hours; nothing is curtailed to spare the transformer."""
    request, community = imported(suite, "simbench_rural")
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        [transformer] = api("GET", f"/grids/{community.grid_id}/transformers")["items"]
        api("PATCH", f"/transformers/{transformer['id']}", json={"capacity_kw": None})
    days = {"start": "2016-04-14T22:00:00Z", "end": "2016-04-16T22:00:00Z", "storage_strategy": "none"}
    return {**request, **days}, community


@pytest.fixture
def weak(admin: Api, rural: tuple[dict[str, Any], Community]) -> Iterator[None]:
    """The rural grid with thin, long lines, for as long as a test takes."""
    path = f"/grids/{rural[1].grid_id}/network"
    network = admin("GET", path)
    thin = [
        {**line, "length_km": line["length_km"] * 8, "max_i_ka": line["max_i_ka"] / 20} for line in network["lines"]
    ]
    admin("PUT", path, json={**network, "lines": thin})
    yield
    admin("PUT", path, json=network)


def test_the_rural_transformer_is_loaded_above_its_rating(admin: Api, rural: tuple[dict[str, Any], Community]) -> None:
    request, community = rural
    run = admin.run(**request, network_check=True)
    assert run["status"] == "succeeded", run
    found = admin("GET", f"/results/{run['id']}/network")
    [transformer] = [line for line in found["lines"] if line["kind"] == "transformer"]
    assert transformer["max_loading_percent"] > 100
    assert transformer["hours_above_100_percent"] > 0
    assert found["checked"]["houses"] == len(found["houses"]) == len(community.houses)
    assert all(0.9 < row["min_voltage_pu"] <= row["max_voltage_pu"] < 1.1 for row in found["houses"])
    named = admin("GET", f"/results/{run['id']}/network", params={"only": "violations"})
    assert [line["name"] for line in named["lines"]] == [transformer["name"]]
    assert named["houses"] == []
    # It is computed from the results and changes nothing in them.
    assert admin.run(**request)["result_digest"] == run["result_digest"]


@pytest.mark.usefixtures("weak")
def test_houses_outside_the_band_and_overloaded_lines_are_named(
    admin: Api, rural: tuple[dict[str, Any], Community]
) -> None:
    run = admin.run(**rural[0], network_check=True)
    found = admin("GET", f"/results/{run['id']}/network", params={"only": "violations"})
    assert found["violations"]["houses"] == len(found["houses"]) > 0
    assert found["violations"]["lines"] == len(found["lines"]) > 1
    assert all(row["hours_below"] + row["hours_above"] > 0 for row in found["houses"])


def test_a_network_check_is_refused_where_it_cannot_be_made(
    admin: Api, rural: tuple[dict[str, Any], Community], devices: tuple[dict[str, Any], Community]
) -> None:
    for request in ({**rural[0], "shards": 2}, {**devices[0], **WEEK}):
        answer = admin("POST", "/runs", expect=422, json={**request, "network_check": True})
        assert answer["errors"][0]["field"] in ("shards", "network_check")
