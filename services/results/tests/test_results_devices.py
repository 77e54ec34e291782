"""Cars, heat, generators, incentives and the proof at the API, against numbers worked out by hand."""

import pytest

from services.results.tests.results_support import GivenRun

API = "/api/v1/results"
# Two houses, four hours. House 100: a car charges 4 kWh of solar and drives 1.5 + 2.1; 0.4 kWh are lost. House 101: a
# generator gives 2 kWh, a heat pump is part of the load.
RUN = GivenRun(
    1,
    {
        "load_kw": [[1, 1, 1, 1], [2, 2, 2, 2]],
        "generation_kw": [[0, 6, 2, 0], [0, 0, 0, 2]],
        "storage_kw": [[0, 4, 0, 0], [0, 0, 0, 0]],
        "soc_kwh": [[2, 4.1, 4.1, 2.0], [0, 0, 0, 0]],
        "shared_local_kw": [[0, -1, -1, 0], [0, 1, 1, 0]],
        "grid_kw": [[1, 0, 0, 1], [2, 1, 1, 0]],
        "driven_kwh": [[0, 1.5, 0, 2.1], [0, 0, 0, 0]],
        "ev_shortfall_kwh": [[0, 0, 0, 0.9], [0, 0, 0, 0]],
        "heat_kwh": [[0, 0, 0, 0], [3, 3, 3, 3]],
        "unmet_heat_kwh": [[0, 0, 0, 0], [0.5, 0, 0, 0]],
        "generator_kwh": [[0, 0, 0, 0], [0, 0, 0, 2]],
        "clipped_kwh": [[0, 0.7, 0, 0], [0, 0, 0, 0]],
        "fuel_cost_eur": [[0, 0, 0, 0], [0, 0, 0, 0.8]],
        "incentive_eur": [[0, 0.05, 0.05, 0], [0, 0.05, 0.05, 0]],
    },
    step_minutes=60,
)  # fmt: skip
PROOF = {"energy_residual_kwh": 3e-10, "money_residual": 2e-6, "soc_violation_kwh": 0.0, "new_check": 7}


@pytest.fixture(scope="module", autouse=True)
def run(client, database, tokens):
    service = tokens.headers(0, "service")
    # The house began with 2 kWh in its car.
    RUN.sums()["storage_loss_kwh"][:, 0] += [2, 2, 2, 0]
    body = RUN.registration(currency="CHF")
    body["nodes"][2]["storage_capacity_kwh"] = 10.0
    assert client.put(f"{API}/1", json=body, headers=service).status_code == 201
    RUN.store(database.url("engine"))
    answer = client.post(f"{API}/1/close", json={"digest": "d", "proof": PROOF}, headers=service)
    assert answer.status_code == 200, answer.text


def indicators(client):
    body = client.get(f"{API}/1/nodes").json()
    return {item["node_id"]: item["indicators"] for item in body["items"]}, body["units"]


def test_new_sums_are_served_with_units(client):
    found, units = indicators(client)
    expected = {
        "driven_kwh": (3.6, 0, "kWh"), "ev_shortfall_kwh": (0.9, 0, "kWh"), "heat_kwh": (0, 12, "kWh"),
        "unmet_heat_kwh": (0, 0.5, "kWh"), "generator_kwh": (0, 2, "kWh"), "clipped_kwh": (0.7, 0, "kWh"),
        "fuel_cost_eur": (0, 0.8, "CHF"), "incentive_eur": (0.1, 0.1, "CHF"), "storage_loss_kwh": (0.4, 0, "kWh"),
    }  # fmt: skip
    for name, (car, generator, unit) in expected.items():
        assert found[100][name] == pytest.approx(car), name
        assert found[101][name] == pytest.approx(generator), name
        assert found[1][name] == found[10][name] == pytest.approx(car + generator), name
        assert units[name] == unit


def test_rates_are_of_load_and_driving(client):
    found, _ = indicators(client)
    assert found[100]["self_sufficiency_rate"] == pytest.approx(1 - 2 / 7.6)
    # Own use 2, driven 3.6, sold 2; the generation of 8 lost 0.4 in the car.
    assert found[100]["self_consumption_rate"] == pytest.approx(7.6 / 8)
    assert found[100]["own_self_sufficiency_rate"] == pytest.approx(5.6 / 7.6)
    assert found[100]["full_cycles"] == pytest.approx(0.36)
    assert found[101]["self_sufficiency_rate"] == pytest.approx(1 - 4 / 8)
    assert found[1]["self_sufficiency_rate"] == pytest.approx(1 - 6 / 15.6)
    assert found[1]["energy_balance_index"] == pytest.approx(1 - 6 / 25.6)
    assert found[100]["load_factor"] == 1


def test_money_has_fuel_and_incentive(client):
    found, _ = indicators(client)
    house = found[101]
    assert house["cost_eur"] == pytest.approx(4 * 0.30 + 2 * 0.20 + 4 * 0.05 + 2 * 0.01 + 0.8)
    assert house["revenue_eur"] == pytest.approx(0.1)
    assert house["bill_eur"] == pytest.approx(house["cost_eur"] - 0.1)
    lines = client.get(f"{API}/1/bills/101").json()["periods"][0]["lines"]
    amounts = {line["name"]: line["amount_eur"] for line in lines}
    assert (amounts["fuel"], amounts["incentive"]) == (pytest.approx(0.8), pytest.approx(-0.1))
    assert sum(amounts.values()) == pytest.approx(house["bill_eur"])
    bills = client.get(f"{API}/1/bills").json()
    assert bills["total"]["fuel_cost_eur"] == pytest.approx(0.8)
    assert bills["total"]["incentive_eur"] == pytest.approx(0.2)


def test_new_sums_are_series_of_days(client):
    body = client.get(f"{API}/1/series?kind=house&resolution=1d&measures=driven_kwh,fuel_cost_eur").json()
    assert body["values"]["driven_kwh"] == [[pytest.approx(3.6)], [0]]
    assert body["units"]["fuel_cost_eur"] == "CHF"


def test_the_summary_shows_the_proof_with_a_verdict(client):
    proof = client.get(f"{API}/1/summary").json()["proof"]
    turnover = sum(abs(value) for value in (
        RUN.sums()[name][0].sum() for name in (
            "import_cost_eur", "purchase_cost_eur", "fees_eur", "fuel_cost_eur", "export_revenue_eur",
            "sale_revenue_eur", "incentive_eur",
        )
    ))  # fmt: skip
    assert proof["ok"] is True
    assert list(proof["entries"]) == ["energy_residual_kwh", "money_residual", "soc_violation_kwh", "new_check"]
    assert proof["entries"]["money_residual"] == {
        "value": 2e-6, "unit": "CHF", "limit": pytest.approx(1e-6 * turnover + 1e-6), "ok": True,
    }  # fmt: skip
    assert proof["entries"]["new_check"] == {"value": 7, "unit": None, "limit": None, "ok": None}
    assert client.get(f"{API}/1").json()["proof"] == PROOF


def test_a_broken_proof_is_said_and_a_missing_one_is_null(client, tokens, database, store):
    broken = GivenRun(2, {"load_kw": [[1, 1]], "grid_kw": [[1, 1]]}, step_minutes=60)
    service = tokens.headers(0, "service")
    assert client.put(f"{API}/2", json=broken.registration(), headers=service).status_code == 201
    broken.store(database.url("engine"))
    body = {"digest": "d", "proof": PROOF | {"soc_violation_kwh": 0.1}}
    assert client.post(f"{API}/2/close", json=body, headers=service).status_code == 200
    proof = client.get(f"{API}/2/summary").json()["proof"]
    assert (proof["ok"], proof["entries"]["soc_violation_kwh"]["ok"]) == (False, False)
    store(GivenRun(3, {"load_kw": [[1, 1]], "grid_kw": [[1, 1]]}, step_minutes=60))
    assert client.get(f"{API}/3/summary").json()["proof"] is None
