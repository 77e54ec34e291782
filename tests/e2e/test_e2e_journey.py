"""From a document and a CSV to results and files, through the gateway only."""

import io
import json
from typing import Any

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest

from tests.e2e.client import Api, new_user
from tests.e2e.communities import Built, period, set_up, sunny_village

DAYS = 35
MEASURES = (
    "load_kw,generation_kw,charge_kw,discharge_kw,soc_kwh,bought_kw,sold_kw,"
    "import_kw,export_kw,curtailed_kw,unserved_kw"
)


@pytest.fixture
def village(admin: Api) -> Built:
    return set_up(admin, *sunny_village(12, DAYS))


def parameters(village: Built, **changes: Any) -> dict[str, Any]:
    tariff = {"kind": "flat", "retail_eur_per_kwh": 0.3, "feed_in_eur_per_kwh": 0.08}
    return {"grid_id": village.grid_id, **period(DAYS * 96), "tariff": tariff, **changes}


def values(series: dict[str, Any]) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    return {name: np.asarray(column, float) for name, column in series["values"].items()}


def test_every_house_balances_in_every_step(admin: Api, village: Built) -> None:
    run = admin.run(**parameters(village, storage_strategy="community"))
    assert run["status"] == "succeeded", run
    assert run["progress"] == 1
    bought = sold = np.zeros(DAYS * 96)
    for node_id in village.houses.values():
        s = values(admin.series(run["id"], node_id, measures=MEASURES, resolution="15m"))
        supply = s["generation_kw"] + s["discharge_kw"] + s["bought_kw"] + s["import_kw"] + s["unserved_kw"]
        demand = s["load_kw"] + s["charge_kw"] + s["sold_kw"] + s["export_kw"] + s["curtailed_kw"]
        assert np.abs(supply - demand).max() * 0.25 < 1e-6
        assert min(column.min() for column in s.values()) >= 0
        assert (np.minimum(s["charge_kw"], s["discharge_kw"]) == 0).all()
        assert s["soc_kwh"].max() <= 5.0
        bought, sold = bought + s["bought_kw"], sold + s["sold_kw"]
    assert np.abs(bought - sold).max() * 0.25 < 1e-6
    assert bought.sum() > 0


def test_series_have_four_resolutions_that_agree(admin: Api, village: Built) -> None:
    run = admin.run(**parameters(village))
    node = village.houses["house 0"]
    energy = {}
    for resolution, hours in (("15m", 0.25), ("1h", 1.0)):
        energy[resolution] = (
            values(admin.series(run["id"], node, measures="load_kw", resolution=resolution))["load_kw"].sum() * hours
        )
    totals = {n["node_id"]: n for n in admin("GET", f"/results/{run['id']}/nodes")["items"]}
    assert energy["15m"] == pytest.approx(energy["1h"], rel=1e-6)
    assert totals[node]["indicators"]["load_kwh"] == pytest.approx(energy["15m"], rel=1e-6)
    days = admin.series(run["id"], node, measures="load_kw", resolution="1d")
    months = admin.series(run["id"], node, measures="load_kw", resolution="1mo")
    # 35 days of UTC from 1 March are 36 local days in Berlin and touch two months.
    assert len(days["values"]["load_kw"]) == 36
    assert len(months["values"]["load_kw"]) == 2


def test_bills_flows_and_summary_tell_the_same_story(admin: Api, village: Built) -> None:
    run = admin.run(**parameters(village, fees={"platform_fee_eur_per_kwh": 0.01, "grid_fee_eur_per_kwh": 0.05}))
    summary = admin("GET", f"/results/{run['id']}/summary")["indicators"]
    bills = admin("GET", f"/results/{run['id']}/bills")["items"]
    assert sum(bill["bill_eur"] for bill in bills) == pytest.approx(summary["bill_eur"], abs=1e-6)
    assert summary["saving_eur"] > 0
    flows = admin("GET", f"/results/{run['id']}/flows")["items"]
    imported = sum(f["energy_kwh"] for f in flows if f["source_id"] == village.grid_id)
    exported = sum(f["energy_kwh"] for f in flows if f["target_id"] == village.grid_id)
    assert imported == pytest.approx(summary["imported_kwh"], rel=1e-9)
    assert exported == pytest.approx(summary["exported_kwh"], rel=1e-9)


def test_two_runs_are_compared_side_by_side(admin: Api, village: Built) -> None:
    alone = admin.run(**parameters(village, allocation="none"))
    together = admin.run(**parameters(village))
    compared = admin("GET", "/results/compare", params={"runs": f"{alone['id']},{together['id']}"})
    assert compared["indicators"]["bought_local_kwh"][0] == 0
    assert compared["indicators"]["bought_local_kwh"][1] > 0


@pytest.mark.parametrize("table", ["series", "nodes", "bills", "flows"])
def test_exports_are_files_that_others_read(admin: Api, village: Built, table: str) -> None:
    run = admin.run(**parameters(village))
    query = {"table": table, "format": "csv"}
    csv = pyarrow.csv.read_csv(io.BytesIO(admin.raw("GET", f"/results/{run['id']}/export", params=query).content))
    answer = admin.raw("GET", f"/results/{run['id']}/export", params=query | {"format": "parquet"})
    parquet = pyarrow.parquet.read_table(io.BytesIO(answer.content))
    assert csv.num_rows == parquet.num_rows > 0
    assert csv.column_names == parquet.column_names
    if table == "series":
        assert csv.num_rows == (12 + 2 + 1) * DAYS * 96


def test_progress_is_streamed_until_the_end(admin: Api, village: Built) -> None:
    started = admin("POST", "/runs", json=parameters(village))
    seen = []
    with admin.http.stream("GET", f"/api/v1/runs/{started['id']}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("data:"):
                seen.append(json.loads(line.removeprefix("data:")))
    assert seen[-1]["status"] == "succeeded"
    assert seen[-1]["progress"] == 1
    assert [event["progress"] for event in seen] == sorted(event["progress"] for event in seen)


def test_a_community_exported_and_imported_again_gives_the_same_digest(admin: Api, village: Built) -> None:
    doc = admin("GET", f"/grids/{village.grid_id}/topology")
    copy = admin("POST", "/grids/import", json=doc)
    again = admin("GET", f"/grids/{copy['id']}/topology")
    assert [t["name"] for t in again["transformers"]] == [t["name"] for t in doc["transformers"]]
    assignments = admin("GET", f"/grids/{village.grid_id}/assignments")["items"]
    names = {h["id"]: h["name"] for t in doc["transformers"] for h in t["houses"]}
    ids = {h["name"]: h["id"] for t in again["transformers"] for h in t["houses"]}
    renamed = [
        {"house_id": ids[names[a["house_id"]]], "profile_id": a["profile_id"], "scale": a["scale"]} for a in assignments
    ]
    admin("PUT", f"/grids/{copy['id']}/assignments", json=renamed)
    first, second = (admin.run(**parameters(village) | {"grid_id": g}) for g in (village.grid_id, copy["id"]))
    assert first["result_digest"] == second["result_digest"]


def test_the_same_request_sent_twice_starts_one_run(admin: Api, village: Built) -> None:
    headers = {"Idempotency-Key": f"once-{village.grid_id}"}
    first, second = (admin("POST", "/runs", json=parameters(village), headers=headers) for _ in range(2))
    assert first["id"] == second["id"]
    other = admin("POST", "/runs", expect=422, json=parameters(village, seed=7), headers=headers)
    assert other["status"] == 422
    admin.wait(first["id"])


def test_a_running_run_can_be_cancelled(admin: Api) -> None:
    big = set_up(admin, *sunny_village(60, DAYS, seed=2))
    started = admin("POST", "/runs", json=parameters(big))
    admin("POST", f"/runs/{started['id']}/cancel")
    assert admin.wait(started["id"])["status"] in ("cancelled", "succeeded")


def test_users_see_only_what_is_theirs(admin: Api) -> None:
    with new_user(admin, "operator") as ann, new_user(admin, "operator") as bob:
        hers = set_up(ann, *sunny_village(4, 2))
        run = ann.run(**parameters(hers) | period(2 * 96))
        profile = ann("GET", "/profiles")["items"][0]["id"]
        house = next(iter(hers.houses.values()))
        for path in (
            f"/grids/{hers.grid_id}",
            f"/grids/{hers.grid_id}/topology",
            f"/grids/{hers.grid_id}/assignments",
            f"/houses/{house}",
            f"/profiles/{profile}",
            f"/profiles/{profile}/series",
            f"/runs/{run['id']}",
            f"/results/{run['id']}/summary",
            f"/results/{run['id']}/series?node_id={house}",
            f"/results/{run['id']}/bills",
            f"/results/{run['id']}/flows",
            f"/results/{run['id']}/export?table=nodes&format=csv",
        ):
            assert ann.raw("GET", path).status_code == 200, path
            assert bob.raw("GET", path).status_code == 404, path
        for listing in ("/grids", "/profiles", "/runs"):
            assert bob("GET", listing)["items"] == []
        bob("POST", "/runs", expect=404, json=parameters(hers) | period(96))
        with new_user(admin, "viewer", {hers.grid_id: "view"}) as guest:
            assert guest("GET", f"/results/{run['id']}/summary")["indicators"]
            guest("POST", "/runs", expect=403, json=parameters(hers) | period(96))
        with new_user(admin, "participant") as household:
            ann("PATCH", f"/houses/{house}", json={"owner": household.username})
            own = ann.run(**parameters(hers) | period(2 * 96))
            bills = household("GET", f"/results/{own['id']}/bills")["items"]
            assert {bill["house_id"] for bill in bills} == {house}
            other = list(hers.houses.values())[1]
            household("GET", f"/results/{own['id']}/series", expect=404, params={"node_id": other})
