"""Shards, sweeps and estimates: the same bits however a run is cut, and many runs at once."""

import csv
import io
import time
from typing import Any

import pytest

from hygge_local.runtime import Runtime
from tests.e2e.client import FINAL, Api, new_user, sign_in
from tests.e2e.communities import Built, period, set_up, sunny_village

DAYS, YEAR = 90, 365
CARE = {"allocation": "priority", "storage_strategy": "community"}


@pytest.fixture(scope="module")
def district(suite: Runtime) -> Built:
    """Six transformers with three houses each; two of them let only little through."""
    return built(suite, 3, DAYS)


@pytest.fixture(scope="module")
def town(suite: Runtime) -> Built:
    """The same with ten houses each, for a year: its runs take seconds in each pass."""
    return built(suite, 10, YEAR)


def built(suite: Runtime, size: int, days: int) -> Built:
    document, profiles = sunny_village(6 * size, days, seed=11)
    houses = [house for transformer in document["transformers"] for house in transformer["houses"]]
    document["transformers"] = [
        {"name": f"T{i}", "capacity_kw": 4.0 if i < 2 else None, "houses": houses[size * i : size * i + size]}
        for i in range(6)
    ]
    document["import_limit_kw"] = 15.0
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        return set_up(api, document, profiles)


def request_of(district: Built, days: int = DAYS, **changes: Any) -> dict[str, Any]:
    return {"grid_id": district.grid_id, **period(days * 96), "detail": "hour", **changes}


def ended(api: Api, sweep_id: int) -> dict[str, Any]:
    """The sweep when all its runs have ended."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        sweep: dict[str, Any] = api("GET", f"/sweeps/{sweep_id}")
        if sweep["status"] in FINAL:
            return sweep
        time.sleep(0.1)
    raise AssertionError(f"sweep {sweep_id} has not ended: {sweep}")


@pytest.mark.parametrize(
    "changes",
    [{"allocation": "proportional"}, CARE, {"allocation": "uniform_price"}, {"pricing": "bill_sharing"}],
    ids=lambda changes: "-".join(changes.values()),
)
def test_two_and_six_shards_have_the_digest_of_one_piece(admin: Api, district: Built, changes: dict[str, Any]) -> None:
    if changes["allocation" if "allocation" in changes else "pricing"] == "priority":
        changes = {**changes, "priority_list_id": district.priority_lists["care"]}
    runs = [admin.run(**request_of(district, **changes, shards=shards)) for shards in (1, 2, 8)]
    assert {run["status"] for run in runs} == {"succeeded"}
    # No more shards than transformers.
    assert [run["shards"] for run in runs] == [1, 2, 6]
    assert len({run["result_digest"] for run in runs}) == 1
    compared = admin("GET", "/results/compare", params={"runs": ",".join(str(run["id"]) for run in runs)})
    assert all(one == two == six for one, two, six in compared["indicators"].values())


@pytest.mark.parametrize("phase", ["sharing", "simulating"])
def test_workers_killed_in_either_pass_change_nothing(suite: Runtime, admin: Api, town: Built, phase: str) -> None:
    whole = admin.run(**request_of(town, YEAR))
    cut = admin("POST", "/runs", json=request_of(town, YEAR, shards=6))
    until = time.monotonic() + 60
    while time.monotonic() < until:
        run = admin("GET", f"/runs/{cut['id']}", params={"include": "none"})
        if run["phase"] == phase or run["status"] in FINAL:
            break
        time.sleep(0.01)
    assert run["phase"] == phase, run
    for number in (1, 2):
        suite.kill_worker(number)
    run = admin.wait(cut["id"], seconds=180)
    assert run["status"] == "succeeded", run
    assert run["result_digest"] == whole["result_digest"]


def test_a_dry_run_tells_what_a_run_takes_and_stores_nothing(admin: Api, district: Built) -> None:
    before = len(admin("GET", "/runs", params={"grid_id": district.grid_id, "limit": 1000})["items"])
    estimate = admin("POST", "/runs", params={"dry_run": "true"}, json=request_of(district))
    assert (estimate["houses"], estimate["steps"]) == (18, DAYS * 96)
    assert estimate["house_steps"] == 18 * DAYS * 96
    assert estimate["fits"] is True
    assert 0 < estimate["seconds"] < 600
    assert min(estimate["storage_bytes"], estimate["storage_rows"], estimate["peak_memory_bytes"]) > 0
    assert len(admin("GET", "/runs", params={"grid_id": district.grid_id, "limit": 1000})["items"]) == before
    wrong = request_of(district, allocation="priority")
    admin("POST", "/runs", expect=422, params={"dry_run": "true"}, json=wrong)


def test_a_sweeps_outcomes_are_a_table(admin: Api, district: Built) -> None:
    vary = {"allocation": ["none", "greedy"], "tariff.retail_eur_per_kwh": [0.25, 0.35]}
    sweep = admin("POST", "/sweeps", json={"base": request_of(district, days=7), "vary": vary})
    assert ended(admin, sweep["id"])["status"] == "succeeded"
    rows = admin("GET", f"/sweeps/{sweep['id']}/outcomes")["items"]
    assert [tuple(row["varied"].values()) for row in rows] == [
        ("none", 0.25), ("none", 0.35), ("greedy", 0.25), ("greedy", 0.35)
    ]  # fmt: skip
    savings = [row["indicators"]["saving_eur"] for row in rows]
    assert savings[0] < savings[2] < savings[3]
    text = admin.raw("GET", f"/sweeps/{sweep['id']}/outcomes", params={"format": "csv"}).text
    table = list(csv.DictReader(io.StringIO(text)))
    assert [row["digest"] for row in table] == [row["digest"] for row in rows]
    assert [float(row["saving_eur"]) for row in table] == savings
    alone = admin.run(
        **request_of(district, days=7, allocation="greedy", tariff={"retail_eur_per_kwh": 0.25, "kind": "flat"})
    )
    assert alone["result_digest"] == rows[2]["digest"]
    with new_user(admin, "participant") as household:
        household("GET", f"/sweeps/{sweep['id']}", expect=404)


def test_a_sweep_is_cancelled_resumed_and_removed(admin: Api, district: Built) -> None:
    vary = {"seed": list(range(6)), "fees.taxes_eur_per_kwh": [i / 100 for i in range(6)]}
    body = {"base": request_of(district), "vary": vary, "mode": "zip"}
    sweep = admin("POST", "/sweeps", json=body)
    path = f"/sweeps/{sweep['id']}"
    admin("DELETE", path, expect=409)
    admin("POST", f"{path}/cancel")
    assert ended(admin, sweep["id"])["counts"]["cancelled"] > 0
    admin("POST", f"{path}/resume")
    assert ended(admin, sweep["id"])["counts"]["succeeded"] == 6
    runs = [row["run_id"] for row in admin("GET", f"{path}/outcomes")["items"]]
    admin("DELETE", path)
    for run_id in runs:
        admin("GET", f"/runs/{run_id}", expect=404)
        admin("GET", f"/results/{run_id}/summary", expect=404)


def test_a_sweep_with_one_wrong_combination_stores_nothing(admin: Api, district: Built) -> None:
    vary = {"allocation": ["greedy", "priority"]}
    answer = admin("POST", "/sweeps", expect=422, json={"base": request_of(district, days=7), "vary": vary})
    assert [error["field"] for error in answer["errors"]] == ["combinations.1.priority_list_id"]
    assert not admin("GET", "/runs", params={"grid_id": district.grid_id, "status": "queued"})["items"]
