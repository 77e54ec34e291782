"""Assignments over HTTP: checked against topology, replaced whole, changed one by one."""

import json
from typing import Any

import pytest

GRID = 600


@pytest.fixture(scope="module")
def profiles(alice: Any, topology: Any) -> dict[str, int]:
    topology.grids[GRID] = (10, frozenset({601, 602, 620}))
    price = alice.profile([0.3], profile_type="price", unit="EUR/kWh")
    return {
        "load": alice.profile([1.0])["id"],
        "pv": alice.profile([1.0], profile_type="solar")["id"],
        "price": price["id"],
    }


def put(api: Any, items: list[dict[str, Any]], grid: int = GRID) -> Any:
    return api.request("PUT", f"/grids/{grid}/assignments", json=items)


def test_replace_the_whole_list(alice: Any, profiles: dict[str, int]) -> None:
    items = [
        {"house_id": 601, "profile_id": profiles["load"]},
        {"house_id": 601, "profile_id": profiles["pv"], "scale": 4.5},
        {"house_id": 602, "profile_id": profiles["load"], "scale": 0.5},
        {"house_id": 602, "profile_id": profiles["load"], "scale": 0.25},
    ]
    for _ in range(2):
        body = put(alice, items).json()
        kept = [{key: item[key] for key in ("house_id", "profile_id", "scale")} for item in body["items"]]
        assert kept == [{"scale": 1.0, **item} for item in items]
        assert alice.get(f"/grids/{GRID}/assignments").json() == body
    page = alice.get(f"/grids/{GRID}/assignments", params={"limit": 3}).json()
    rest = alice.get(f"/grids/{GRID}/assignments", params={"limit": 3, "cursor": page["next_cursor"]}).json()
    assert page["items"] + rest["items"] == body["items"]
    assert put(alice, []).json()["items"] == []


def test_a_house_follows_a_schedule_but_no_weather(alice: Any) -> None:
    schedule = alice.profile([-1.0], profile_type="schedule")["id"]
    weather = alice.profile([-1.0], profile_type="weather", unit="degC")["id"]
    assert put(alice, [{"house_id": 601, "profile_id": schedule}]).status_code == 200
    refused = put(alice, [{"house_id": 601, "profile_id": schedule}, {"house_id": 601, "profile_id": weather}])
    assert [error["field"] for error in refused.json()["errors"]] == ["1.profile_id"]


def test_all_findings_and_nothing_changes(alice: Any, profiles: dict[str, int], bob: Any) -> None:
    put(alice, [{"house_id": 601, "profile_id": profiles["load"]}])
    before = alice.get(f"/grids/{GRID}/assignments").json()
    foreign = bob.profile([1.0])["id"]
    answer = put(
        alice,
        [
            {"house_id": 601, "profile_id": profiles["load"]},
            {"house_id": 999, "profile_id": 888888},
            {"house_id": 602, "profile_id": profiles["price"]},
            {"house_id": 602, "profile_id": foreign},
        ],
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [
        "1.house_id", "1.profile_id", "2.profile_id", "3.profile_id",
    ]  # fmt: skip
    assert "price" in answer.json()["errors"][2]["message"]
    assert alice.get(f"/grids/{GRID}/assignments").json() == before


@pytest.mark.parametrize("scale", [0, -1, "NaN", "Infinity", 1e309, 1e308, None])
def test_scale_is_finite_and_positive(alice: Any, profiles: dict[str, int], scale: Any) -> None:
    item = {"house_id": 601, "profile_id": profiles["load"], "scale": scale}
    text = json.dumps(item)
    answer = alice.request(
        "POST", f"/grids/{GRID}/assignments", content=text, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith("scale")


def test_one_by_one(alice: Any, profiles: dict[str, int]) -> None:
    answer = alice.post(f"/grids/{GRID}/assignments", {"house_id": 602, "profile_id": profiles["pv"], "scale": 2})
    assert answer.status_code == 201
    stored = answer.json()
    path = f"/assignments/{stored['id']}"
    assert answer.headers["location"] == f"/api/v1{path}"
    assert alice.get(path).json() == stored
    assert alice.request("PATCH", path, json={"scale": 3.5}).json() == {**stored, "scale": 3.5}
    assert alice.request("PATCH", path, json={"house_id": 999}).json()["errors"][0]["field"] == "house_id"
    moved = alice.request("PATCH", path, json={"house_id": 601, "profile_id": profiles["load"]}).json()
    assert (moved["house_id"], moved["profile_id"], moved["scale"]) == (601, profiles["load"], 3.5)
    assert alice.request("DELETE", path).status_code == 204
    assert alice.get(path).status_code == 404
    assert alice.request("PATCH", path, json={}).status_code == 404


def test_who_may(alice: Any, bob: Any, admin: Any, profiles: dict[str, int]) -> None:
    stored = alice.post(f"/grids/{GRID}/assignments", {"house_id": 601, "profile_id": profiles["load"]}).json()
    path = f"/assignments/{stored['id']}"
    for stranger in (bob, admin.login(30, "viewer")):
        assert stranger.get(f"/grids/{GRID}/assignments").status_code == 404
        assert stranger.get(path).status_code == 404
    assert put(bob, []).status_code == 404
    assert bob.request("DELETE", path).status_code == 404
    invited = admin.login(11, "operator", views=[GRID])
    assert invited.get(path).json() == stored
    for method in ("PATCH", "DELETE"):
        assert invited.request(method, path, json={}).status_code == 403
    assert put(invited, []).status_code == 403
    assert admin.login(30, "viewer", views=[GRID]).get(f"/grids/{GRID}/assignments").status_code == 200
    assert admin.login(11, "operator", operates=[GRID]).request("PATCH", path, json={"scale": 2}).status_code == 200
    assert put(alice, [], grid=12345).status_code == 404


def test_a_household_sees_no_assignments(alice: Any, admin: Any, profiles: dict[str, int]) -> None:
    stored = put(alice, [{"house_id": 601, "profile_id": profiles["load"]}]).json()["items"][0]
    household = admin.login(20, "participant", views=[GRID])
    assert household.get(f"/grids/{GRID}/assignments").status_code == 404
    assert household.get(f"/assignments/{stored['id']}").status_code == 404


def test_many_assignments_at_once(alice: Any, topology: Any, profiles: dict[str, int]) -> None:
    topology.grids[650] = (10, frozenset(range(1, 5001)))
    items = [{"house_id": house, "profile_id": profiles["load"]} for house in range(1, 5001)]
    assert len(put(alice, items, grid=650).json()["items"]) == 5000


def test_what_get_answers_may_be_put(alice: Any, profiles: dict[str, int]) -> None:
    put(alice, [{"house_id": 601, "profile_id": profiles["load"], "scale": 2.0}])
    path = f"/grids/{GRID}/assignments"
    listed = alice.get(path).json()
    for body in (listed, listed["items"]):
        answer = alice.request("PUT", path, json=body)
        assert answer.status_code == 200, answer.text
        kept = [(item["house_id"], item["profile_id"], item["scale"]) for item in answer.json()["items"]]
        assert kept == [(601, profiles["load"], 2.0)]
    assert alice.request("PUT", path, json=listed | {"next_cursor": "Mg"}).status_code == 422  # one page of several
