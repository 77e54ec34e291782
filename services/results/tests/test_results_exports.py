"""Exports of names that a spreadsheet would run, and of what came later."""

import csv
import io

import pyarrow.parquet as pq
import pytest

from tests.support.synthetic_runs import SyntheticRun

API = "/api/v1/results"
NAMES = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", 'House, "quoted"', "−5 °C", "O'Neill"]
NETWORK = {
    "band": {"low_pu": 0.9, "high_pu": 1.1},
    "houses": [{"node_id": 101, "min_voltage_pu": 0.88, "max_voltage_pu": 1.0, "hours_below": 1.25, "hours_above": 0,
                "min_at": "2016-01-01T18:00:00Z"}],
    "lines": [{"name": "=L1", "kind": "line", "max_loading_percent": 80.5, "hours_above_100_percent": 0,
               "energy_loss_kwh": 2.5, "max_at": "2016-01-02T18:00:00Z"}],
    "losses_kwh": 2.5,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def run(client, database, tokens):
    made = SyntheticRun(run_id=1, houses=len(NAMES))
    body, service = made.registration(), tokens.headers(0, "service")
    houses = [node for node in body["nodes"] if node["kind"] == "house"]
    for node, name in zip(houses, NAMES, strict=True):
        node["name"] = node["owner"] = name
    assert client.put(f"{API}/1", json=body, headers=service).status_code == 201
    assert client.put(f"{API}/1/network", json=NETWORK, headers=service).status_code == 201
    made.store(database.url("engine"))
    assert client.post(f"{API}/1/close", json={"digest": "d"}, headers=service).status_code == 200
    return made


def rows(client, path):
    answer = client.get(f"{API}/{path}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("table", ["bills", "nodes"])
def test_no_cell_begins_like_a_formula(client, table):
    found = [row for row in rows(client, f"1/export?table={table}") if row["period"] == "run"]
    found = [row for row in found if row["kind"] == "house"]
    expected = [f"'{name}" if name[0] in "=+-@\t" else name for name in NAMES]
    assert [row["name"] for row in found] == [row["owner"] for row in found] == expected
    numbers = [name for name in found[0] if name.endswith(("_kwh", "_eur"))]
    assert any(row[name].startswith("-") for row in found for name in numbers)
    assert all(not row[name] or isinstance(float(row[name]), float) for row in found for name in numbers)
    parquet = pq.read_table(io.BytesIO(client.get(f"{API}/1/export?table={table}&format=parquet").content))
    assert set(NAMES) <= set(parquet["name"].to_pylist())


def test_bills_have_fuel_and_incentive(client):
    assert {"fuel_cost_eur", "incentive_eur", "driven_kwh"} <= set(rows(client, "1/export?table=bills")[0])
    new = {"driven_kwh", "ev_shortfall_kwh", "heat_kwh", "unmet_heat_kwh", "generator_kwh", "clipped_kwh"}
    assert new <= set(rows(client, "1/export?table=days")[0])
    assert new <= set(rows(client, "1/export?table=nodes")[0])


def test_a_network_check_is_one_table(client, tokens, store):
    house, line = rows(client, "1/export?table=network")
    assert (house["kind"], house["node_id"], house["name"], house["violation"]) == ("house", "101", "'+1+1", "true")
    assert (house["min_voltage_pu"], house["min_at"], house["max_at"]) == ("0.88", "2016-01-01T18:00:00Z", "")
    assert (line["kind"], line["node_id"], line["name"], line["violation"]) == ("line", "", "'=L1", "false")
    assert (line["max_loading_percent"], line["min_voltage_pu"]) == ("80.5", "")
    parquet = pq.read_table(io.BytesIO(client.get(f"{API}/1/export?table=network&format=parquet").content))
    assert parquet["name"].to_pylist() == ["+1+1", "=L1"]
    store(SyntheticRun(run_id=2))
    assert client.get(f"{API}/2/export?table=network").status_code == 404
    own = tokens.headers(20, "participant", username=NAMES[1])
    assert client.get(f"{API}/1/export?table=network", headers=own).status_code == 403


def test_a_large_network_check_is_exported_in_parts(client, monkeypatch):
    from hygge_results.exports import service

    whole = client.get(f"{API}/1/export?table=network").text
    monkeypatch.setattr(service, "ROWS_A_PART", 1)
    assert client.get(f"{API}/1/export?table=network").text == whole
