"""Markets and settlement: auctions, presets, printable bills and the stateless call, through the gateway."""

from typing import Any

import numpy as np
import pytest

from hygge_local.runtime import Runtime
from tests.e2e.client import Api, new_user, sign_in
from tests.e2e.communities import Built, period, set_up, sunny_village

DAYS = 7
AUCTIONS = ("price_time", "uniform_price")
STRATEGIES = ("truthful", "zero_intelligence", "fixed_limits", "battery_aware")
TARIFF = {"kind": "flat", "retail_eur_per_kwh": 0.3, "feed_in_eur_per_kwh": 0.08}


@pytest.fixture(scope="module")
def village(suite: Runtime) -> Built:
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        return set_up(api, *sunny_village(8, DAYS, seed=7))


def run_of(api: Api, village: Built, **changes: Any) -> int:
    """The id of a run that has succeeded."""
    run = api.run(**{"grid_id": village.grid_id, **period(DAYS * 96), "tariff": TARIFF, **changes})
    assert run["status"] == "succeeded", run
    return int(run["id"])


@pytest.mark.parametrize("allocation", AUCTIONS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_auction_leaves_nobody_worse_off_and_proves_itself(
    admin: Api, village: Built, allocation: str, strategy: str
) -> None:
    """Bids between feed-in and retail make every trade a gain for both sides."""
    run_id = run_of(admin, village, allocation=allocation, bidding={"strategy": strategy}, seed=5)
    summary = admin("GET", f"/results/{run_id}/summary")
    assert summary["proof"]["ok"] is True
    assert summary["indicators"]["bought_local_kwh"] > 0
    bills = admin("GET", f"/results/{run_id}/bills")["items"]
    assert min(bill["saving_eur"] for bill in bills) >= -1e-6
    assert sum(bill["bill_eur"] for bill in bills) == pytest.approx(summary["indicators"]["bill_eur"], abs=1e-6)


@pytest.mark.parametrize("allocation", AUCTIONS)
def test_trades_are_paid_what_they_earn_at_prices_within_the_bounds(
    admin: Api, village: Built, allocation: str
) -> None:
    bounds = {"price_floor_eur_per_kwh": 0.1, "price_cap_eur_per_kwh": 0.2}
    run_id = run_of(admin, village, allocation=allocation, **bounds)
    end = period(DAYS * 96)["end"]
    query = {"limit": 1000, "to": end}
    trades: list[dict[str, Any]] = []
    while True:
        page = admin("GET", f"/results/{run_id}/trades", params=query)
        trades += page["items"]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    sides = {
        side: (sum(t["energy_kwh"] for t in rows), sum(t["amount"] for t in rows))
        for side in ("buy", "sell")
        for rows in [[t for t in trades if t["side"] == side]]
    }
    assert sides["buy"] == pytest.approx(sides["sell"], rel=1e-5)
    prices = np.array([trade["price_eur_per_kwh"] for trade in trades])
    assert prices.min() > 0.1 - 1e-6
    assert prices.max() < 0.2 + 1e-6


def test_a_step_without_a_trade_has_no_price(admin: Api, village: Built) -> None:
    run_id = run_of(admin, village, allocation="uniform_price")
    answer = admin("GET", f"/results/{run_id}/prices", params={"node_id": village.transformers["north"]})
    prices = answer["prices"]
    assert len(prices) == DAYS * 96
    assert prices[0] is None  # midnight: nobody has a surplus
    known = [price for price in prices if price is not None]
    assert known
    assert all(0.08 - 1e-6 <= price <= 0.3 + 1e-6 for price in known)


def test_the_same_flows_cost_all_together_the_same_under_every_pricing(admin: Api, village: Built) -> None:
    bills = {}
    for pricing in ("mid_market", "supply_demand_ratio", "bill_sharing"):
        run_id = run_of(admin, village, pricing=pricing)
        bills[pricing] = admin("GET", f"/results/{run_id}/summary")["indicators"]["bill_eur"]
    assert max(bills.values()) - min(bills.values()) < 1e-4


def test_a_national_preset_fills_in_its_rules_and_refuses_others(admin: Api, village: Built) -> None:
    countries = {preset["country"] for preset in admin("GET", "/presets")["items"]}
    assert {"AT", "CH", "DE", "ES", "FR", "IT"} <= countries
    run_id = run_of(admin, village, preset="at_eeg_static")
    stored = admin("GET", f"/runs/{run_id}")["parameters"]
    assert (stored["allocation"], stored["left_over"], stored["step_minutes"]) == ("static_key", "seller", 15)
    assert admin("GET", f"/results/{run_id}/summary")["proof"]["ok"] is True
    wrong = {"grid_id": village.grid_id, **period(96), "preset": "at_eeg_static", "allocation": "greedy"}
    answer = admin("POST", "/runs", expect=422, json=wrong)
    assert [error["field"] for error in answer["errors"]] == ["allocation"]


def test_italys_shared_energy_earns_its_incentive(admin: Api, village: Built) -> None:
    """80 + (180 - 100) is above the cap of 120 EUR/MWh; with the refund of 8 a shared kWh earns 0.128."""
    incentive = {"kind": "it_cer", "zonal_price_eur_per_mwh": 100}
    run_id = run_of(admin, village, preset="it_cer", step_minutes=60, incentive=incentive)
    found = admin("GET", f"/results/{run_id}/summary")["indicators"]
    shared = found["bought_local_kwh"] + found["bought_grid_kwh"]
    assert found["incentive_eur"] == pytest.approx(0.128 * shared, rel=1e-6)
    assert found["saving_eur"] == pytest.approx(found["incentive_eur"], abs=1e-4)


@pytest.mark.parametrize(("language", "title"), [("en", "Electricity bill"), ("de", "Stromabrechnung")])
def test_a_bill_is_printed_in_both_languages(admin: Api, village: Built, language: str, title: str) -> None:
    run_id = run_of(admin, village, allocation="price_time")
    path = f"/results/{run_id}/bills/{village.houses['house 0']}"
    bill = admin("GET", path)
    [whole] = bill["periods"]
    assert sum(line["amount_eur"] for line in whole["lines"]) == pytest.approx(whole["bill_eur"], abs=1e-9)
    page = admin.raw("GET", path, params={"format": "html", "language": language})
    assert page.headers["content-type"].startswith("text/html")
    assert title in page.text
    assert "house 0" in page.text
    printed = admin.raw("GET", path, params={"format": "pdf", "language": language})
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")


def test_a_household_sees_its_own_trades_and_bill_only(admin: Api) -> None:
    village = set_up(admin, *sunny_village(4, 2, seed=9))
    mine, other = village.houses["house 0"], village.houses["house 1"]
    with new_user(admin, "participant") as household:
        admin("PATCH", f"/houses/{mine}", json={"owner": household.username})
        run = admin.run(grid_id=village.grid_id, **period(2 * 96), allocation="price_time")
        results = f"/results/{run['id']}"
        trades = household("GET", f"{results}/trades", params={"limit": 1000})["items"]
        assert {trade["house_id"] for trade in trades} == {mine}
        assert [bill["house_id"] for bill in household("GET", f"{results}/bills")["items"]] == [mine]
        assert household.raw("GET", f"{results}/bills/{mine}", params={"format": "pdf"}).status_code == 200
        household("GET", f"{results}/bills/{other}", expect=404, params={"format": "html"})
        for path in ("summary", "prices", "flows", "network", "export?table=trades&format=csv"):
            household("GET", f"{results}/{path}", expect=403)


BOOK = {"buy": [(500, 45), (1000, 35)], "sell": [(500, 0), (1000, 10), (1000, 20), (500, 30)]}


@pytest.mark.parametrize("mechanism", [*AUCTIONS, "huang"])
def test_anyone_may_clear_a_book(admin: Api, mechanism: str) -> None:
    """CPES 05: volume 1,500, welfare 47,500, prices 10 to 20 (`huang` gives up some of it)."""
    orders = [{"side": side, "quantity_kwh": q, "price": p} for side, rows in BOOK.items() for q, p in rows]
    with new_user(admin, "participant") as anyone:
        found = anyone("POST", "/markets/clear", json={"mechanism": mechanism, "orders": orders})
    assert found["equilibrium_interval"] == {"low": 10.0, "high": 20.0}
    assert found["volume_kwh"] == sum(trade["quantity_kwh"] for trade in found["trades"])
    if mechanism == "huang":
        assert 0 < found["welfare"] <= 47_500
    else:
        assert (found["volume_kwh"], found["welfare"]) == (1500.0, 47_500.0)
    assert found["price"] == {"uniform_price": 15.0}.get(mechanism)


def test_ten_thousand_orders_are_one_call(admin: Api) -> None:
    random = np.random.default_rng(3)
    orders = [
        {"side": ("buy", "sell")[i % 2], "quantity_kwh": float(q), "price": float(p)}
        for i, (q, p) in enumerate(zip(random.uniform(0.1, 5, 10_000), random.uniform(-5, 30, 10_000), strict=True))
    ]
    found = {
        mechanism: admin("POST", "/markets/clear", json={"mechanism": mechanism, "orders": orders})
        for mechanism in AUCTIONS
    }
    for answer in found.values():
        assert answer["volume_kwh"] == pytest.approx(found["uniform_price"]["volume_kwh"], rel=1e-9)
        assert answer["welfare"] == pytest.approx(found["uniform_price"]["welfare"], rel=1e-9)
        assert len(answer["orders"]) == 10_000


def test_every_fault_of_a_book_is_named(admin: Api) -> None:
    orders = [{"side": "up", "quantity_kwh": 1, "price": 1}, {"side": "buy", "quantity_kwh": -1, "price": None}]
    answer = admin("POST", "/markets/clear", expect=422, json={"mechanism": "barter", "orders": orders})
    fields = {error["field"] for error in answer["errors"]}
    assert {"mechanism", "orders.0.side", "orders.1.quantity_kwh", "orders.1.price"} <= fields
