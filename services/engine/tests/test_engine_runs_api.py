"""Runs through the API: accepted, refused with all findings, seen by the right people, watched, cancelled, deleted."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from hygge_engine.runs.service import RunService
from services.engine.tests.conftest import YEAR, Engine
from services.engine.tests.neighbours import battery, community, days_of, house


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]


def test_a_run_is_accepted_with_all_defaults(engine: Engine) -> None:
    answer = engine.post(name="first", tags=["a", "b"])
    run = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/v1/runs/{run['id']}"
    assert (run["status"], run["progress"], run["error"], run["result_digest"]) == ("queued", 0, None, None)
    assert (run["start"], run["end"]) == ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")
    assert (run["topology_version"], run["topology_hash"], run["created_by"]) == (1, "sha256:1", 2)
    assert run["parameters"]["allocation"] == "proportional"
    assert run["parameters"]["tariff"] == {"kind": "flat", "retail_eur_per_kwh": 0.3, "feed_in_eur_per_kwh": 0.08}
    shown = engine.get(run["id"])
    assert shown.pop("topology_snapshot")["transformers"]
    assert shown == run
    assert engine.hints.sent == [run["id"]]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"step_minutes": 7}, ["step_minutes"]),
        ({"end": "2025-12-01T00:00:00Z"}, ["end"]),
        ({"end": YEAR["start"]}, ["end"]),
        ({"start": "2026-01-01T00:05:00Z"}, ["start"]),
        ({"start": "2026-01-01T00:15:00Z", "step_minutes": 60}, ["start"]),
        ({"start": "2026-01-01T00:00:00"}, ["start"]),
        ({"end": "2036-01-01T00:00:00Z"}, ["end"]),
        ({"allocation": "lottery"}, ["allocation"]),
        ({"allocation": "priority"}, ["priority_list_id"]),
        ({"priority_list_id": 72}, ["priority_list_id"]),
        ({"pricing": "fixed"}, ["fixed_price_eur_per_kwh"]),
        ({"price_floor_eur_per_kwh": 0.3, "price_cap_eur_per_kwh": 0.2}, ["price_floor_eur_per_kwh"]),
        ({"minimum_trade_kwh": -1}, ["minimum_trade_kwh"]),
        ({"fees": {"taxes_eur_per_kwh": -0.1}}, ["fees.taxes_eur_per_kwh"]),
        ({"tariff": {"kind": "flat", "retail_eur_per_kwh": -0.1}}, ["tariff.flat.retail_eur_per_kwh"]),
        ({"carbon": {}}, ["carbon"]),
        ({"carbon": {"kg_per_kwh": 0.4, "profile_id": 5}}, ["carbon"]),
        ({"carbon": {"profile_id": 1}}, ["carbon.profile_id"]),
        ({"carbon": {"profile_id": 99}}, ["profiles.99"]),
        ({"seed": -1}, ["seed"]),
        ({"colour": "red"}, ["colour"]),
        ({"name": "a\0b"}, ["name"]),
        ({"tags": ["ok", "a\0b"]}, ["tags.1"]),
        ({"step_minutes": 2**63 - 1}, ["step_minutes"]),
        ({"step_minutes": -(10**30)}, ["step_minutes"]),
        ({"start": "0001-01-01T00:00:00+14:00"}, ["start"]),
        ({"start": 1767225600}, ["start"]),
        ({"start": "1767225600"}, ["start"]),
        ({"end": "9999-12-31T23:45:00-12:00"}, ["end"]),
        ({"minimum_trade_kwh": 1e308}, ["minimum_trade_kwh"]),
        ({"fees": {"grid_fee_eur_per_kwh": 1e308}}, ["fees.grid_fee_eur_per_kwh"]),
        ({"carbon": {"kg_per_kwh": 1e20}}, ["carbon.kg_per_kwh"]),
        ({"grid_id": 2}, ["grid_id"]),
        ({"start": "2025-12-31T00:00:00Z"}, ["profiles.1", "profiles.2", "profiles.3", "profiles.4"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_request_is_named(engine: Engine, changes: dict[str, Any], expected: list[str]) -> None:
    assert fields(engine.post(**changes)) == expected
    assert engine.client.get("/api/v1/runs", headers=engine.operator).json()["items"] == []
    assert engine.hints.sent == []


def test_a_tag_that_no_run_can_have_is_refused(engine: Engine) -> None:
    assert fields(engine.client.get("/api/v1/runs?tag=a%00b", headers=engine.operator)) == ["tag"]


def test_not_a_number_is_refused(engine: Engine) -> None:
    body = b'{"grid_id": 1, "start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z", "minimum_trade_kwh": NaN}'
    headers = engine.operator | {"content-type": "application/json"}
    assert fields(engine.client.post("/api/v1/runs", content=body, headers=headers)) == ["minimum_trade_kwh"]


def test_all_findings_come_together(engine: Engine) -> None:
    periods = [
        {"from": "06:00", "to": "22:00", "retail_eur_per_kwh": 0.4},
        {"from": "21:50", "to": "06:30", "weekdays": ["fri"], "retail_eur_per_kwh": 0.2},
    ]
    tariff = {"kind": "time_of_use", "periods": periods, "retail_eur_per_kwh": 0.3, "feed_in_eur_per_kwh": 0.1}
    keyed = [house(11, sharing_key=0.6), house(12, sharing_key=0.6, devices=[battery(min_soc=0.9, max_soc=0.2)])]
    engine.world.documents[1] = community(1, [keyed], timezone="Europe/Nowhere")
    found = fields(
        engine.post(
            end="2025-01-01T00:00:00Z", tariff=tariff, allocation="static_key", pricing="fixed", priority_list_id=5
        )
    )
    assert found == [
        "end", "tariff.periods.1.from", "tariff.periods.1", "fixed_price_eur_per_kwh", "topology.timezone",
        "topology.transformers.0", "topology.transformers.0.houses.1.devices.0.initial_soc", "priority_list_id",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("capacity_kwh", -1.0), ("capacity_kwh", 0.0), ("charge_efficiency", 1.1), ("discharge_efficiency", 0.0),
        ("max_charge_kw", -1.0), ("min_soc", -0.1), ("max_soc", 1.5), ("self_discharge_per_day", 2.0),
        ("initial_soc", 1.5), ("inverter_kw", -3.0),
    ],
)  # fmt: skip
def test_a_battery_out_of_bounds_is_named_by_its_place(engine: Engine, name: str, value: float | None) -> None:
    engine.world.documents[1] = community(1, [[house(11, devices=[battery(**{name: value})])]])
    assert f"topology.transformers.0.houses.0.devices.0.{name}" in fields(engine.post())


def test_a_grid_without_any_profile_is_refused(engine: Engine) -> None:
    engine.world.assignments = []
    assert fields(engine.post()) == ["profiles"]


def test_a_profile_with_a_hole_at_an_edge_is_found_at_once(engine: Engine) -> None:
    engine.world.series[1].values[48] = float("nan")
    assert fields(engine.post()) == ["profiles.1"]


def test_a_power_beyond_all_measure_is_found(engine: Engine) -> None:
    """Scaled it would leave the range of float32, and the results would hold no numbers."""
    engine.world.series[1].values[48] = 1e30
    assert fields(engine.post()) == ["profiles.1"]


def test_profiles_away_does_not_stop_the_queueing(engine: Engine) -> None:
    engine.world.faults["/bundles"] = 503
    assert engine.post().status_code == 202


def test_a_missing_grid_and_a_topology_that_is_away(engine: Engine) -> None:
    assert engine.post(grid_id=77).status_code == 404
    engine.world.faults["/snapshots"] = 503
    assert engine.post().status_code == 503


def test_the_same_key_gives_one_run(engine: Engine) -> None:
    key = {"Idempotency-Key": "abc"}
    first, again = engine.post(key), engine.post(key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert first.headers["location"] == again.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert fields(engine.post(key, seed=1)) == ["Idempotency-Key"]
    assert len(engine.client.get("/api/v1/runs", headers=engine.operator).json()["items"]) == 1
    assert engine.hints.sent == [first.json()["id"]]


def test_a_refused_request_does_not_use_up_its_key(engine: Engine) -> None:
    key = {"Idempotency-Key": "abc"}
    engine.world.faults["/snapshots"] = 503
    assert engine.post(key).status_code == 503
    engine.world.faults.clear()
    assert engine.post(key).status_code == 202
    assert engine.post({"Idempotency-Key": "a b"}).status_code == 400


def test_lists_are_filtered_and_paged_newest_first(engine: Engine) -> None:
    ids = [engine.queued(tags=["x"] if n % 2 else []) for n in range(4)]
    engine.cancel(ids[0])

    def listed(query: str) -> Any:
        return engine.client.get(f"/api/v1/runs?{query}", headers=engine.operator).json()

    page = listed("limit=3")
    assert [run["id"] for run in page["items"]] == ids[:0:-1]
    rest = listed(f"limit=3&cursor={page['next_cursor']}")
    assert ([run["id"] for run in rest["items"]], rest["next_cursor"]) == (ids[:1], None)
    assert [run["id"] for run in listed("tag=x")["items"]] == [ids[3], ids[1]]
    assert [run["id"] for run in listed("status=cancelled")["items"]] == ids[:1]
    assert listed("grid_id=2")["items"] == []
    assert engine.client.get("/api/v1/runs?status=odd", headers=engine.operator).status_code == 422


VIEWERS: list[tuple[dict[str, Any], bool]] = [
    ({"user_id": 1, "role": "admin"}, True),
    ({"user_id": 2, "role": "operator"}, True),
    ({"user_id": 3, "role": "operator"}, False),
    ({"user_id": 3, "role": "operator", "operates": [1]}, True),
    ({"user_id": 3, "role": "operator", "views": [1]}, True),
    ({"user_id": 4, "role": "viewer"}, False),
    ({"user_id": 4, "role": "viewer", "views": [1]}, True),
    ({"user_id": 5, "role": "participant", "username": "anna"}, True),
    ({"user_id": 6, "role": "participant", "username": "bert"}, False),
    ({"user_id": 2, "role": "participant", "username": "carl"}, False),
]


@pytest.mark.parametrize(("who", "sees"), VIEWERS)
def test_who_sees_a_run(engine: Engine, who: dict[str, Any], sees: bool) -> None:
    run_id = engine.queued()
    headers = engine.tokens.headers(**who)
    one = engine.client.get(f"/api/v1/runs/{run_id}", headers=headers)
    items = engine.client.get("/api/v1/runs", headers=headers).json()["items"]
    assert one.status_code == (200 if sees else 404)
    assert [run["id"] for run in items] == ([run_id] if sees else [])
    events = engine.client.get("/api/v1/runs/999999/events", headers=headers)
    missing = engine.client.get("/api/v1/runs/999999", headers=headers)
    assert events.status_code == missing.status_code == 404
    if not sees:
        assert {**one.json(), "detail": "", "instance": "", "trace_id": ""} == {
            **missing.json(), "detail": "", "instance": "", "trace_id": "",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ({"user_id": 3, "role": "operator", "views": [1]}, 403),
        ({"user_id": 4, "role": "viewer", "views": [1]}, 403),
        ({"user_id": 5, "role": "participant", "username": "anna"}, 403),
        ({"user_id": 6, "role": "operator"}, 404),
        ({"user_id": 3, "role": "operator", "operates": [1]}, 202),
    ],
)
def test_who_may_change_a_run(engine: Engine, who: dict[str, Any], status: int) -> None:
    run_id = engine.queued()
    headers = engine.tokens.headers(**who)
    for method, path in (("POST", "/cancel"), ("DELETE", ""), ("POST", "/rerun")):
        answer = engine.client.request(method, f"/api/v1/runs/{run_id}{path}", headers=headers)
        assert answer.status_code == (204 if method == "DELETE" and status == 202 else status), (method, answer.text)
        if status == 202 and method == "DELETE":
            return


def test_only_who_may_operate_a_grid_runs_it(engine: Engine) -> None:
    assert engine.post(engine.tokens.headers(3, "operator", views=[1])).status_code == 403
    assert engine.post(engine.tokens.headers(4, "viewer", views=[1])).status_code == 403
    assert engine.client.post("/api/v1/runs", json=YEAR).status_code == 401


def test_the_snapshot_is_for_those_who_see_the_whole_grid(engine: Engine) -> None:
    run_id = engine.queued()
    path = f"/api/v1/runs/{run_id}?include=snapshot"
    snapshot = engine.client.get(path, headers=engine.operator).json()["topology_snapshot"]
    expected = {name: value for name, value in engine.world.documents[1].items() if name != "access"}
    assert snapshot == expected
    anna = engine.tokens.headers(5, "participant", "anna")
    assert engine.client.get(path, headers=anna).status_code == 403
    bare = f"/api/v1/runs/{run_id}"
    assert engine.client.get(bare, headers=engine.operator).json()["topology_snapshot"] == expected
    assert "topology_snapshot" not in engine.client.get(f"{bare}?include=none", headers=engine.operator).json()
    assert "topology_snapshot" not in engine.client.get(bare, headers=anna).json()


def test_a_run_that_has_succeeded_is_told_once(engine: Engine) -> None:
    run_id = engine.queued()
    path = f"/api/v1/runs/{run_id}?include=none"
    assert "etag" not in engine.client.get(path, headers=engine.operator).headers
    engine.work_off(run_id, engine.worker())
    told = engine.client.get(path, headers=engine.operator)
    assert told.json()["status"] == "succeeded"
    assert told.headers["hygge-grid"] == str(told.json()["grid_id"])
    again = engine.client.get(path, headers=engine.operator | {"If-None-Match": told.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    anna = engine.client.get(path, headers=engine.tokens.headers(5, "participant", "anna"))
    assert anna.headers["hygge-version"] != told.headers["hygge-version"]
    assert "hygge-grid" not in anna.headers
    stranger = engine.tokens.headers(99, "operator") | {"If-None-Match": told.headers["etag"]}
    assert engine.client.get(path, headers=stranger).status_code == 404


@pytest.mark.parametrize("tariff", [{"retail": 0.4, "feed_in": 0.1}, {"kind": "flat", "retail": 0.4, "feed_in": 0.1}])
def test_prices_may_be_named_without_their_unit(engine: Engine, tariff: dict[str, Any]) -> None:
    fees = {"platform_fee": 0.01, "local_grid_fee": 0.02, "grid_fee": 0.03, "taxes": 0.04}
    shown = engine.post(tariff=tariff, fees=fees, pricing="fixed", fixed_price=0.2).json()["parameters"]
    assert shown["tariff"] == {"kind": "flat", "retail_eur_per_kwh": 0.4, "feed_in_eur_per_kwh": 0.1}
    expected = {f"{name}_eur_per_kwh": value for name, value in fees.items()}
    assert shown["fees"] == expected | {"between_grid_fee_eur_per_kwh": None}
    assert shown["fixed_price_eur_per_kwh"] == 0.2
    periods = [{"from": "22:00", "to": "06:00", "retail": 0.2}]
    shown = engine.post(tariff={"periods": periods, "retail": 0.4}).json()["parameters"]["tariff"]
    assert shown["kind"] == "time_of_use"
    assert (shown["retail_eur_per_kwh"], shown["periods"][0]["retail_eur_per_kwh"]) == (0.4, 0.2)


def test_cancelling_ends_a_queued_run_once(engine: Engine) -> None:
    run_id = engine.queued()
    first, again = engine.cancel(run_id), engine.cancel(run_id)
    assert (first.status_code, first.json()["status"]) == (202, "cancelled")
    assert again.status_code == 409
    assert engine.worker().work(run_id) is None


def test_deleting_needs_an_end_and_takes_the_results_along(engine: Engine) -> None:
    run_id = engine.queued()
    path = f"/api/v1/runs/{run_id}"
    assert engine.client.delete(path, headers=engine.operator).status_code == 409
    engine.worker().work(run_id)
    assert days_of(engine.world, run_id) > 0
    assert engine.client.delete(path, headers=engine.operator).status_code == 204
    assert engine.client.get(path, headers=engine.operator).status_code == 404
    assert engine.world.removed == [run_id]
    assert days_of(engine.world, run_id) == 0


def test_a_rerun_takes_the_community_of_now_or_of_then(engine: Engine) -> None:
    run_id = engine.queued(seed=3, name="base")
    engine.world.documents[1] |= {"version": 2, "hash": "sha256:2"}
    path = f"/api/v1/runs/{run_id}/rerun"
    now = engine.client.post(path, headers=engine.operator).json()
    then = engine.client.post(f"{path}?snapshot=pinned", headers=engine.operator).json()
    assert (now["topology_version"], then["topology_version"]) == (2, 1)
    assert now["rerun_of"] == then["rerun_of"] == run_id
    assert now["parameters"] == then["parameters"] == engine.get(run_id)["parameters"]
    key = engine.operator | {"Idempotency-Key": "again"}
    twice = [engine.client.post(path, headers=key).json()["id"] for _ in range(2)]
    assert twice[0] == twice[1]


def test_events_end_with_the_run(engine: Engine) -> None:
    run_id = engine.queued()
    engine.worker().work(run_id)
    answer = engine.client.get(f"/api/v1/runs/{run_id}/events", headers=engine.operator)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "event: run\n" in answer.text
    assert '"status":"succeeded","progress":1.0' in answer.text
    late = engine.client.get(f"/api/v1/runs/{run_id}/events", headers=engine.operator | {"Last-Event-ID": "99999"})
    odd = engine.client.get(f"/api/v1/runs/{run_id}/events", headers=engine.operator | {"Last-Event-ID": "x; y"})
    assert late.text.count("event: run") == odd.text.count("event: run") == 1


def test_the_contract_names_units_and_the_stream(engine: Engine) -> None:
    contract = engine.client.get("/openapi.json").json()
    paths = contract["paths"]
    assert {"/api/v1/runs", "/api/v1/runs/{run_id}/events"} <= paths.keys()
    assert "text/event-stream" in paths["/api/v1/runs/{run_id}/events"]["get"]["responses"]["200"]["content"]
    parameters = {p["name"] for p in paths["/api/v1/runs"]["post"]["parameters"]}
    assert "Idempotency-Key" in parameters
    assert "tariff" in contract["components"]["schemas"]["RunRequest"]["properties"]


def test_metrics_show_the_queue(engine: Engine) -> None:
    engine.queued()
    text = engine.client.get("/metrics").text
    assert 'hygge_engine_runs{status="queued"} 1.0' in text
    assert "hygge_engine_queue_age_seconds" in text
    assert engine.client.get("/health/ready").status_code == 200


def test_events_tell_each_change_and_that_the_stream_lives(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = engine.queued()
    read, enough, state = [], threading.Event(), RunService.state

    def counted(*arguments: Any) -> Any:
        read.append(state(*arguments))
        # Once before the stream, then every 0.02 s: so many take longer than the 0.1 s after which it says it lives.
        if len(read) == 10:
            enough.set()
        return read[-1]

    monkeypatch.setattr(RunService, "state", counted)
    path = f"/api/v1/runs/{run_id}/events"
    with ThreadPoolExecutor(1) as reader:
        stream = reader.submit(engine.client.get, path, headers=engine.operator)
        assert enough.wait(30)
        engine.cancel(run_id)
        text = stream.result(20).text
    states = [json.loads(line.removeprefix("data: "))["status"] for line in text.splitlines() if line[:5] == "data:"]
    ids = [int(line.removeprefix("id: ")) for line in text.splitlines() if line[:3] == "id:"]
    assert states == ["queued", "cancelled"]
    assert ids == sorted(set(ids))
    assert ": still here" in text
