"""Profiles over HTTP: create, read, change, delete, and who may."""

from typing import Any

import pytest


def test_create_and_read(alice: Any) -> None:
    answer = alice.post(
        "/profiles",
        {
            "name": "Household", "profile_type": "load", "unit": "kWh", "start": "2026-01-01T01:00:00+01:00",
            "step_minutes": 15, "values": [0.25, 0.5, 0.0, 1.0], "config_details": {"meter": 7},
        },
    )  # fmt: skip
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["location"] == f"/api/v1/profiles/{body['id']}"
    assert body["unit"] == "kW"
    assert (body["start"], body["end"], body["step_minutes"]) == ("2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z", 15)
    assert body["statistics"] == {"mean": 1.75, "max": 4.0, "min": 0.0, "sum": 7.0, "energy_kwh": 1.75}
    assert body["created_by"] == 10
    assert body["source_type"] == "upload"
    assert body["config_details"] == {"meter": 7}
    assert body["hash"].startswith("sha256:")
    assert alice.get(f"/profiles/{body['id']}").json() == body
    assert alice.values(body["id"]) == [1.0, 2.0, 0.0, 4.0]


def test_a_schedule_is_signed_power_and_a_temperature_is_in_degrees_celsius(alice: Any) -> None:
    schedule = alice.profile([-0.5, 0.25], profile_type="schedule", unit="kWh")
    assert (schedule["unit"], alice.values(schedule["id"])) == ("kW", [-2.0, 1.0])
    assert schedule["statistics"]["energy_kwh"] == -0.25
    outdoor = alice.profile([263.15, 293.15], profile_type="weather", unit="K")
    assert outdoor["unit"] == "degC"
    assert alice.values(outdoor["id"]) == pytest.approx([-10.0, 20.0], abs=1e-4)


def test_equal_content_has_equal_hash(alice: Any) -> None:
    first, second = alice.profile([1, 2], name="a"), alice.profile([1000, 2000], name="b", unit="W")
    other = alice.profile([1, 2], start="2026-01-01T00:15:00Z")
    assert first["hash"] == second["hash"] != other["hash"]


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("values", [], "values"),
        ("values", [1.0, "NaN"], "values.1"),
        ("values", [1e300], "values.0"),
        ("step_minutes", 7, ""),
        ("step_minutes", 0, "step_minutes"),
        ("start", "2026-01-01T00:00:00", "start"),
        ("start", "2026-01-01T00:07:00Z", ""),
        ("unit", "furlong", "unit"),
        ("unit", "EUR/kWh", "unit"),
        ("profile_type", "noise", "profile_type"),
        ("name", "", "name"),
        ("colour", "red", "colour"),
    ],
)
def test_bad_profiles_are_refused_by_field(alice: Any, field: str, value: Any, place: str) -> None:
    body = {
        "name": "p", "profile_type": "load", "unit": "kW", "start": "2026-01-01T00:00:00Z", "step_minutes": 15,
        "values": [1.0], field: value,
    }  # fmt: skip
    answer = alice.post("/profiles", body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert any(error["field"].startswith(place) for error in answer.json()["errors"]), answer.text


def test_infinite_numbers_in_json_are_refused(alice: Any) -> None:
    text = '{"name":"p","profile_type":"load","start":"2026-01-01T00:00:00Z","step_minutes":15,"values":[1.0,Infinity]}'
    answer = alice.request("POST", "/profiles", content=text, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_change_name_and_notes(alice: Any) -> None:
    profile = alice.profile([1.0])
    answer = alice.request("PATCH", f"/profiles/{profile['id']}", json={"name": "new", "config_details": {"x": 1}})
    assert answer.status_code == 200
    assert answer.json() == {**profile, "name": "new", "config_details": {"x": 1}}
    assert alice.request("PATCH", f"/profiles/{profile['id']}", json={"unit": "W"}).status_code == 422
    assert alice.request("PATCH", f"/profiles/{profile['id']}", json={}).json()["name"] == "new"


def test_delete(alice: Any) -> None:
    profile = alice.profile([1.0])
    assert alice.request("DELETE", f"/profiles/{profile['id']}").status_code == 204
    assert alice.get(f"/profiles/{profile['id']}").status_code == 404
    assert alice.get(f"/profiles/{profile['id']}/series").status_code == 404
    assert alice.request("DELETE", f"/profiles/{profile['id']}").status_code == 404


def test_an_assigned_profile_stays(alice: Any, topology: Any) -> None:
    topology.grids[500] = (10, frozenset({1}))
    profile = alice.profile([1.0])
    stored = alice.post("/grids/500/assignments", {"house_id": 1, "profile_id": profile["id"]}).json()
    answer = alice.request("DELETE", f"/profiles/{profile['id']}")
    assert answer.status_code == 409
    assert alice.values(profile["id"]) == [1.0]
    assert alice.request("DELETE", f"/assignments/{stored['id']}").status_code == 204
    assert alice.request("DELETE", f"/profiles/{profile['id']}").status_code == 204


def test_assignments_of_a_grid_that_is_gone_do_not_hold_a_profile(alice: Any, topology: Any) -> None:
    topology.grids[501] = (10, frozenset({1}))
    profile = alice.profile([1.0])
    alice.post("/grids/501/assignments", {"house_id": 1, "profile_id": profile["id"]})
    del topology.grids[501]
    assert alice.request("DELETE", f"/profiles/{profile['id']}").status_code == 204


def test_lists_are_paged_and_filtered(admin: Any) -> None:
    carol = admin.login(12, "operator")
    ids = [carol.profile([1.0], name=f"list {index}")["id"] for index in range(5)]
    price = carol.profile([0.3], profile_type="price", unit="EUR/kWh", name="list price")["id"]
    first = carol.get("/profiles", params={"limit": 4}).json()
    assert [item["id"] for item in first["items"]] == ids[:4]
    rest = carol.get("/profiles", params={"limit": 4, "cursor": first["next_cursor"]}).json()
    assert [item["id"] for item in rest["items"]] == [ids[4], price]
    assert rest["next_cursor"] is None
    only = carol.get("/profiles", params={"profile_type": "price", "name": "LIST"}).json()["items"]
    assert [item["id"] for item in only] == [price]
    assert carol.get("/profiles", params={"profile_type": "nothing"}).status_code == 422


def test_two_users_do_not_see_each_other(alice: Any, bob: Any, admin: Any) -> None:
    mine = alice.profile([1.0])["id"]
    missing = bob.get("/profiles/999999999").json()
    hidden = bob.get(f"/profiles/{mine}")
    assert hidden.status_code == 404
    assert {**hidden.json(), "instance": "", "trace_id": ""} == {**missing, "instance": "", "trace_id": ""}
    assert bob.get(f"/profiles/{mine}/series").status_code == 404
    assert bob.request("PATCH", f"/profiles/{mine}", json={"name": "x"}).status_code == 404
    assert bob.request("DELETE", f"/profiles/{mine}").status_code == 404
    assert mine not in [item["id"] for item in bob.get("/profiles", params={"limit": 1000}).json()["items"]]
    assert admin.get(f"/profiles/{mine}").status_code == 200
    assert admin.login(0, "service").get(f"/profiles/{mine}").status_code == 200


def test_those_who_view_a_grid_see_the_profiles_in_it(alice: Any, bob: Any, admin: Any, topology: Any) -> None:
    topology.grids[510] = (11, frozenset({1}))
    mine = alice.profile([1.0])["id"]
    # Bob made grid 510, Alice operates it and assigns her profile there.
    assert alice.login(10, "operator", operates=[510]).post(
        "/grids/510/assignments", {"house_id": 1, "profile_id": mine}
    ).status_code == 201  # fmt: skip
    assert bob.get(f"/profiles/{mine}").status_code == 200
    assert bob.get("/profiles", params={"grid_id": 510}).json()["items"][0]["id"] == mine
    assert bob.request("PATCH", f"/profiles/{mine}", json={"name": "x"}).status_code == 403
    assert bob.request("DELETE", f"/profiles/{mine}").status_code == 403
    assert admin.login(20, "viewer", views=[510]).values(mine) == [1.0]
    assert admin.login(20, "viewer", views=[511]).get(f"/profiles/{mine}").status_code == 404
    assert admin.login(21, "participant").get(f"/profiles/{mine}").status_code == 404


def test_viewers_and_households_do_not_write(admin: Any) -> None:
    for role in ("viewer", "participant"):
        reader = admin.login(10, role)
        assert reader.post("/profiles", {}).status_code in (403, 422)
        assert reader.upload("time,kw\n").status_code == 403
        assert reader.request("PUT", "/grids/1/assignments", json=[]).status_code == 403
        assert reader.request("DELETE", "/profiles/1").status_code == 403
        bundle = {"grid_id": 1, "start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z"}
        assert reader.post("/bundles", bundle).status_code == 403


def test_without_a_token(client: Any) -> None:
    for method, path in [("GET", "/profiles"), ("POST", "/profiles/upload"), ("GET", "/grids/1/assignments")]:
        assert client.request(method, f"/api/v1{path}").status_code == 401


def test_the_contract_is_described(client: Any) -> None:
    document = client.get("/openapi.json").json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["summary"], (method, path)
    upload = document["paths"]["/api/v1/profiles/upload"]["post"]
    assert "multipart/form-data" in upload["requestBody"]["content"]
    assert client.get("/health/ready").json() == {"status": "ready", "checks": {"database": "ok"}}


@pytest.mark.parametrize(("end", "status"), [("2026-01-01T01:00:00Z", 201), ("2026-01-01T02:00:00Z", 422)])
def test_an_end_that_is_sent_must_fit_the_values(alice: Any, end: str, status: int) -> None:
    body = {"name": "e", "profile_type": "load", "start": "2026-01-01T00:00:00Z", "step_minutes": 15, "end": end}
    assert alice.request("POST", "/profiles", json=body | {"values": [1.0] * 4}).status_code == status
