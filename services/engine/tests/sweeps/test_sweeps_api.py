"""Sweeps: every combination checked before anything is stored, run, shown as a table, cancelled, resumed, deleted."""

import csv
import io
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygge_engine.clients import ResultsClient
from hygge_engine.execution import Outcome
from hygge_engine.sweeps.combinations import combinations, count
from hygge_engine.sweeps.schemas import Mode
from services.engine.tests.conftest import YEAR, Engine
from services.engine.tests.neighbours import days_of

BASE = {**YEAR, "end": "2026-01-05T00:00:00Z", "tariff": {"kind": "flat", "retail": 0.3, "feed_in": 0.1}}
VARY = {"allocation": ["proportional", "equal"], "tariff.retail_eur_per_kwh": [0.2, 0.4]}


def post(engine: Engine, headers: dict[str, str] | None = None, **changes: Any) -> Any:
    body = {"name": "prices", "base": BASE, "vary": VARY, **changes}
    return engine.client.post("/api/v1/sweeps", json=body, headers={**engine.operator, **(headers or {})})


def stored(engine: Engine, **changes: Any) -> dict[str, Any]:
    answer = post(engine, **changes)
    assert answer.status_code == 202, answer.text
    body: dict[str, Any] = answer.json()
    return body


def ask(engine: Engine, method: str, path: str, **options: Any) -> Any:
    return engine.client.request(method, f"/api/v1/sweeps{path}", headers=engine.operator, **options)


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    return [error["field"] for error in answer.json()["errors"]]


def work_off(engine: Engine) -> None:
    worker = engine.worker()
    while worker.work() is not None:
        pass


def test_every_value_with_every_other(engine: Engine) -> None:
    answer = post(engine)
    sweep = answer.json()
    assert answer.headers["location"] == f"/api/v1/sweeps/{sweep['id']}"
    assert (sweep["status"], sweep["progress"], sweep["counts"]["queued"]) == ("queued", 0, 4)
    assert [run["varied"] for run in sweep["runs"]] == [
        {"allocation": allocation, "tariff.retail_eur_per_kwh": price}
        for allocation in ("proportional", "equal")
        for price in (0.2, 0.4)
    ]
    assert engine.hints.sent == [run["id"] for run in sweep["runs"]]
    last = engine.get(sweep["runs"][3]["id"])
    assert last["parameters"]["tariff"]["retail_eur_per_kwh"] == 0.4
    assert last["parameters"]["tariff"]["feed_in_eur_per_kwh"] == 0.1
    assert (last["sweep_id"], last["name"]) == (
        sweep["id"], "prices: allocation = equal, tariff.retail_eur_per_kwh = 0.4",
    )  # fmt: skip
    listed = engine.client.get(f"/api/v1/runs?sweep_id={sweep['id']}", headers=engine.operator).json()["items"]
    assert len(listed) == 4


def test_values_side_by_side(engine: Engine) -> None:
    sweep = stored(engine, mode="zip")
    assert [list(run["varied"].values()) for run in sweep["runs"]] == [["proportional", 0.2], ["equal", 0.4]]


@given(st.dictionaries(st.sampled_from("abcd"), st.lists(st.integers(), min_size=1, max_size=4), min_size=1))
def test_a_product_has_each_combination_once(vary: dict[str, list[int]]) -> None:
    found = list(combinations(vary, Mode.PRODUCT))
    assert len(found) == count(vary, Mode.PRODUCT)
    assert all(tuple(one) == tuple(vary) for one in found)
    assert all(one[path] in vary[path] for one in found for path in vary)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"vary": {}}, ["vary"]),
        ({"vary": {"allocation": []}}, ["vary.allocation"]),
        ({"vary": {"grid_id": [1, 2]}}, ["vary.grid_id"]),
        ({"vary": {"seed": [1, 2], "detail": ["day"]}, "mode": "zip"}, ["vary"]),
        ({"vary": {"seed": list(range(30)), "minimum_trade_kwh": list(range(30))}}, ["vary"]),
        ({"vary": {"colour": ["red"]}}, ["combinations.0.colour"]),
        ({"vary": {"allocation.odd": [1]}}, ["combinations.0.allocation"]),
        ({"vary": {"seed.odd": [1]}, "base": {**BASE, "seed": 3}}, ["combinations.0.vary"]),
        ({"vary": {"allocation": ["equal", "lottery", "priority"]}}, [
            "combinations.1.allocation", "combinations.2.priority_list_id",
        ]),
        ({"vary": {"start": ["2025-12-30T00:00:00Z", "2026-01-02T00:00:00Z"]}}, [
            "combinations.0.profiles.1", "combinations.0.profiles.2", "combinations.0.profiles.3",
            "combinations.0.profiles.4",
        ]),
    ],
)  # fmt: skip
def test_what_is_refused_names_the_combination_and_stores_nothing(
    engine: Engine, changes: dict[str, Any], expected: list[str]
) -> None:
    found = fields(post(engine, **changes))
    assert found == expected
    assert ask(engine, "GET", "").json()["items"] == []
    assert engine.client.get("/api/v1/runs", headers=engine.operator).json()["items"] == []
    assert engine.hints.sent == []


def test_a_finding_says_with_which_values(engine: Engine) -> None:
    errors = post(engine, vary={"seed": [1], "pricing": ["fixed"]}).json()["errors"]
    assert errors[0]["message"].startswith("with seed = 1, pricing = fixed: ")


def test_profiles_are_asked_for_once_for_all_runs(engine: Engine) -> None:
    engine.world.calls.clear()
    stored(engine, vary={"seed": list(range(20))})
    assert engine.world.calls.count("POST /api/v1/bundles") == 2
    assert engine.world.calls.count("POST /api/v1/grids/1/snapshots") == 1


def test_the_same_key_gives_one_sweep(engine: Engine) -> None:
    key = {"Idempotency-Key": "abc"}
    first, again = post(engine, key), post(engine, key)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert len(engine.hints.sent) == 4
    assert fields(post(engine, key, name="other")) == ["Idempotency-Key"]


def test_the_table_of_outcomes(engine: Engine) -> None:
    sweep = stored(engine)
    empty = ask(engine, "GET", f"/{sweep['id']}/outcomes").json()
    assert [row["indicators"] for row in empty["items"]] == [None] * 4
    work_off(engine)
    shown = ask(engine, "GET", f"/{sweep['id']}").json()
    assert (shown["status"], shown["progress"], shown["counts"]["succeeded"]) == ("succeeded", 1, 4)
    table = ask(engine, "GET", f"/{sweep['id']}/outcomes").json()
    bills = [row["indicators"]["bill_eur"] for row in table["items"]]
    assert bills[1] > bills[0] > 0
    assert bills[3] > bills[2]
    assert [row["digest"] for row in table["items"]] == [
        engine.get(run["id"])["result_digest"] for run in sweep["runs"]
    ]
    assert set(table["items"][0]["indicators"]) == set(table["indicators"])
    text = ask(engine, "GET", f"/{sweep['id']}/outcomes?format=csv").text
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["allocation"] for line in lines] == ["proportional", "proportional", "equal", "equal"]
    assert [float(line["bill_eur"]) for line in lines] == bills
    assert lines[0]["saving_rate"] == ""


def test_a_run_outside_a_sweep_asks_for_no_summary(engine: Engine) -> None:
    run_id = engine.queued(end=BASE["end"])
    engine.world.calls.clear()
    engine.worker().work(run_id)
    assert not any("summary" in call for call in engine.world.calls)


def test_texts_are_no_formulas_in_a_table(engine: Engine) -> None:
    sweep = stored(engine, vary={"name": ["=1+1", "plain"]})
    text = ask(engine, "GET", f"/{sweep['id']}/outcomes?format=csv").text
    assert [line["name"] for line in csv.DictReader(io.StringIO(text))] == ["'=1+1", "plain"]


def test_cancelled_and_failed_runs_are_resumed_and_the_others_stay(engine: Engine) -> None:
    sweep = stored(engine)
    ids = [run["id"] for run in sweep["runs"]]
    engine.worker().work(ids[0])
    digest = engine.get(ids[0])["result_digest"]
    engine.world.series[1].values[60], good = float("nan"), engine.world.series[1].values[60].copy()
    assert engine.worker().work(ids[1]) == (ids[1], Outcome.FAILED)
    engine.world.series[1].values[60] = good
    assert ask(engine, "GET", f"/{sweep['id']}").json()["status"] == "running"
    cancelled = ask(engine, "POST", f"/{sweep['id']}/cancel")
    assert cancelled.status_code == 202
    assert [run["status"] for run in cancelled.json()["runs"]] == ["succeeded", "failed", "cancelled", "cancelled"]
    assert cancelled.json()["status"] == "failed"
    assert engine.worker().work() is None
    engine.hints.sent.clear()
    resumed = ask(engine, "POST", f"/{sweep['id']}/resume").json()
    assert [run["status"] for run in resumed["runs"]] == ["succeeded", "queued", "queued", "queued"]
    assert engine.hints.sent == ids[1:]
    work_off(engine)
    assert ask(engine, "GET", f"/{sweep['id']}").json()["status"] == "succeeded"
    assert engine.get(ids[0])["result_digest"] == digest
    assert engine.get(ids[1])["error"] is None
    again = stored(engine)
    work_off(engine)
    twins = [(engine.get(run["id"]), engine.get(other)) for run, other in zip(again["runs"], ids, strict=True)]
    assert all(run["result_digest"] == other["result_digest"] for run, other in twins)


@pytest.mark.parametrize("shards", [1, 2])
def test_a_run_cancelled_half_way_is_resumed_to_the_same_digest(engine: Engine, shards: int) -> None:
    base = {**BASE, "end": "2026-04-05T00:00:00Z", "shards": shards}
    calm = stored(engine, base=base, vary={"seed": [0]})["runs"][0]["id"]
    work_off(engine)
    run_id = stored(engine, base=base, vary={"seed": [0]})["runs"][0]["id"]
    worker = engine.worker(slice_seconds=1e-9)
    for _ in range(3):
        worker.work(run_id)
    sweep_id = engine.get(run_id)["sweep_id"]
    ask(engine, "POST", f"/{sweep_id}/cancel")
    assert 0 < engine.get(run_id)["progress"] < 1
    ask(engine, "POST", f"/{sweep_id}/resume")
    work_off(engine)
    assert engine.get(run_id)["result_digest"] == engine.get(calm)["result_digest"]
    assert days_of(engine.world, run_id) == days_of(engine.world, calm)


def test_deleting_takes_runs_and_results_along(engine: Engine) -> None:
    sweep = stored(engine)
    assert ask(engine, "DELETE", f"/{sweep['id']}").status_code == 409
    work_off(engine)
    assert ask(engine, "DELETE", f"/{sweep['id']}").status_code == 204
    assert ask(engine, "GET", f"/{sweep['id']}").status_code == 404
    assert engine.client.get("/api/v1/runs", headers=engine.operator).json()["items"] == []
    assert sorted(engine.world.removed) == [run["id"] for run in sweep["runs"]]


def test_a_run_whose_results_are_going_is_not_resumed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = stored(engine, vary={"allocation": ["equal"]})
    path, run_id = f"/{sweep['id']}", sweep["runs"][0]["id"]
    assert ask(engine, "POST", f"{path}/cancel").status_code == 202
    remove = ResultsClient.remove
    with ThreadPoolExecutor(1) as pool:

        def removed(results: ResultsClient, gone: int) -> None:
            """Somebody resumes the sweep at this very moment."""
            resumed = pool.submit(ask, engine, "POST", f"{path}/resume")
            while not engine.world.sql("SELECT 1 FROM pg_locks WHERE NOT granted") and not resumed.done():
                time.sleep(0.01)
            remove(results, gone)

        monkeypatch.setattr(ResultsClient, "remove", removed)
        assert ask(engine, "DELETE", path).status_code == 204
    assert engine.client.get(f"/api/v1/runs/{run_id}", headers=engine.operator).status_code == 404


VIEWERS: list[tuple[dict[str, Any], bool]] = [
    ({"user_id": 1, "role": "admin"}, True),
    ({"user_id": 2, "role": "operator"}, True),
    ({"user_id": 3, "role": "operator"}, False),
    ({"user_id": 3, "role": "operator", "operates": [1]}, True),
    ({"user_id": 4, "role": "viewer", "views": [1]}, True),
    ({"user_id": 4, "role": "viewer"}, False),
    ({"user_id": 5, "role": "participant", "username": "anna"}, False),
]


@pytest.mark.parametrize(("who", "sees"), VIEWERS)
def test_who_sees_a_sweep(engine: Engine, who: dict[str, Any], sees: bool) -> None:
    sweep = stored(engine)
    headers = engine.tokens.headers(**who)
    for path in (f"/{sweep['id']}", f"/{sweep['id']}/outcomes"):
        assert engine.client.get(f"/api/v1/sweeps{path}", headers=headers).status_code == (200 if sees else 404)
    items = engine.client.get("/api/v1/sweeps", headers=headers).json()["items"]
    assert [item["id"] for item in items] == ([sweep["id"]] if sees else [])


def test_who_may_only_look_changes_nothing(engine: Engine) -> None:
    sweep = stored(engine)
    viewer = engine.tokens.headers(3, "operator", views=[1])
    assert post(engine, viewer).status_code == 403
    for method, path in (("POST", "/cancel"), ("POST", "/resume"), ("DELETE", "")):
        answer = engine.client.request(method, f"/api/v1/sweeps/{sweep['id']}{path}", headers=viewer)
        assert answer.status_code == 403


def test_lists_are_paged_newest_first(engine: Engine) -> None:
    ids = [stored(engine, vary={"seed": [n]})["id"] for n in range(3)]
    page = ask(engine, "GET", "?limit=2").json()
    assert [item["id"] for item in page["items"]] == [ids[2], ids[1]]
    rest = ask(engine, "GET", f"?limit=2&cursor={page['next_cursor']}").json()
    assert [item["id"] for item in rest["items"]] == [ids[0]]
    assert ask(engine, "GET", "?grid_id=2").json()["items"] == []
