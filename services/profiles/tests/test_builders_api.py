"""Builders over HTTP: the catalogue, dry runs, what is stored, what is refused."""

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

GERMANY = {"country": "DE", "subdivision": "NW"}
HOUSEHOLD: dict[str, Any] = {
    "builder": "standard_load", "name": "Household", "year": 2027, "timezone": "Europe/Berlin",
    "parameters": {"profile": "H25", "yearly_kwh": 3500, "holidays": GERMANY},
}  # fmt: skip
SOLAR = {"latitude": 48.1, "longitude": 11.6, "peak_kw": 10}


def build(api: Any, body: dict[str, Any], **query: Any) -> Any:
    return api.post("/profiles/build", body, params=query)


def refused(api: Any, body: dict[str, Any]) -> dict[str, str]:
    answer = build(api, body)
    assert answer.status_code == 422, answer.text
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def short(builder: str, parameters: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A build of a day."""
    return {
        "builder": builder, "name": "short", "start": "2027-06-01", "end": "2027-06-02", "timezone": "Europe/Berlin",
        "parameters": parameters, **fields,
    }  # fmt: skip


def test_catalogue(alice: Any) -> None:
    items = {item["name"]: item for item in alice.get("/profiles/builders").json()["items"]}
    assert list(items) == ["standard_load", "solar", "weekly", "heat_demand", "temperature", "combine"]
    solar = items["solar"]["parameters_schema"]
    assert solar["required"] == ["latitude", "longitude", "peak_kw"]
    peak = solar["properties"]["peak_kw"]
    assert (peak["x-unit"], peak["exclusiveMinimum"], peak["maximum"]) == ("kW", 0, 1e6)
    assert solar["properties"]["tilt_deg"]["default"] == 35
    temperature = items["heat_demand"]["parameters_schema"]["properties"]["temperature_profile_id"]
    assert temperature["x-profile"] == {"profile_type": "weather", "unit": "degC"}
    assert [name for name, item in items.items() if not item["period_required"]] == ["combine"]
    for item in items.values():
        assert item["title"]
        assert item["description"]
        for field in item["parameters_schema"]["properties"].values():
            assert "description" in field or "$ref" in field, field


def test_a_year_of_a_household(alice: Any) -> None:
    answer = build(alice, HOUSEHOLD)
    assert answer.status_code == 201
    profile = answer.json()
    assert answer.headers["location"] == f"/api/v1/profiles/{profile['id']}"
    assert (profile["start"], profile["end"]) == ("2026-12-31T23:00:00Z", "2027-12-31T23:00:00Z")
    assert (profile["source_type"], profile["profile_type"], profile["unit"]) == ("builder", "load", "kW")
    assert profile["statistics"]["energy_kwh"] == pytest.approx(3500, rel=1e-6)
    details = profile["config_details"]
    assert (details["builder"], details["version"]) == ("standard_load", 1)
    assert set(details["libraries"]) == {"demandlib", "holidays"}
    values = alice.values(profile["id"], resolution="1d", timezone="Europe/Berlin")
    assert len(values) == 365


def test_what_is_kept_builds_it_again(alice: Any) -> None:
    """Bit for bit, from the details alone."""
    first = build(alice, HOUSEHOLD).json()
    details = first["config_details"]
    again = build(
        alice,
        {"builder": details["builder"], "name": "again", "parameters": details["parameters"], **details["period"]},
    ).json()
    assert again["hash"] == first["hash"]
    assert again["config_details"] == details


def test_a_dry_run_stores_nothing(alice: Any) -> None:
    before = alice.get("/profiles", params={"limit": 1000}).json()
    answer = build(alice, HOUSEHOLD, dry_run=True)
    assert answer.status_code == 200
    body = answer.json()
    assert alice.get("/profiles", params={"limit": 1000}).json() == before
    assert body["count"] == 35_040
    assert body["yearly_kwh"] == pytest.approx(3500)
    assert body["peak_kw"] == pytest.approx(body["statistics"]["max"])
    assert body["full_load_hours"] == pytest.approx(3500 / body["peak_kw"])
    assert (len(body["daily_means"]["values"]), len(body["mean_day"])) == (365, 24)
    assert body["daily_means"]["dates"][0] == "2027-01-01"
    assert np.mean(body["mean_day"]) == pytest.approx(3500 / 8760, rel=1e-3)
    stored = build(alice, HOUSEHOLD).json()
    days = alice.values(stored["id"], resolution="1d", timezone="Europe/Berlin")
    assert days == pytest.approx(body["daily_means"]["values"], rel=1e-5)


def test_days_of_the_clock_change(alice: Any) -> None:
    body = short("standard_load", {"profile": "G0", "yearly_kwh": 1}, start="2027-03-28", end="2027-03-29")
    preview = build(alice, body, dry_run=True).json()
    assert (preview["count"], preview["mean_day"][2]) == (92, None)
    body |= {"start": "2027-10-31", "end": "2027-11-01"}
    assert build(alice, body, dry_run=True).json()["count"] == 100


def test_heat_and_sun_from_stored_weather(alice: Any) -> None:
    weather = {"name": "air", "year": 2027, "timezone": "Europe/Berlin", "step_minutes": 60, "builder": "temperature"}
    weather["parameters"] = {"mean_c": 9, "yearly_amplitude_k": 9, "coldest_day": 20, "daily_swing_k": 7}
    air = build(alice, weather).json()
    assert (air["profile_type"], air["unit"]) == ("weather", "degC")
    heat = {
        **HOUSEHOLD,
        "builder": "heat_demand",
        "parameters": {"yearly_kwh": 15_000, "temperature_profile_id": air["id"]},
    }
    stored = build(alice, heat).json()
    assert stored["profile_type"] == "heat"
    assert stored["statistics"]["energy_kwh"] == pytest.approx(15_000, rel=1e-6)
    assert stored["config_details"]["profiles"] == {str(air["id"]): air["hash"]}
    sun = alice.profile([0.5] * 24, profile_type="weather", unit="kW/m²", step_minutes=60, start="2027-06-01T00:00:00Z")
    assert (sun["unit"], sun["statistics"]["max"]) == ("W_per_m2", 500)
    parameters = {**SOLAR, "irradiance_profile_id": sun["id"], "temperature_profile_id": air["id"]}
    body = short("solar", parameters, timezone="UTC")
    assert build(alice, body).json()["statistics"]["max"] > 1
    missing = {**parameters, "irradiance_profile_id": air["id"], "temperature_profile_id": 10**9}
    found = refused(alice, short("solar", missing))
    assert "degC, not W_per_m2" in found["parameters.irradiance_profile_id"]
    assert found["parameters.temperature_profile_id"] == "there is no such profile"


def test_others_profiles_are_not_there(alice: Any, bob: Any) -> None:
    secret = alice.profile([1.0, 2.0])
    body = {"builder": "combine", "name": "sum", "parameters": {"parts": [{"profile_id": secret["id"]}]}}
    assert refused(bob, body) == {"parameters.parts.0.profile_id": "there is no such profile"}
    assert build(alice, body).status_code == 201


def test_a_part_of_a_coarse_profile(alice: Any) -> None:
    """The period begins inside of a step of the part, and ends inside of another one."""
    daily = alice.profile([1.0, 2.0, 3.0], step_minutes=1440)
    body = {
        "builder": "combine", "name": "x", "start": "2026-01-01T23:30:00Z", "end": "2026-01-03T00:30:00Z",
        "step_minutes": 30, "parameters": {"parts": [{"profile_id": daily["id"]}]},
    }  # fmt: skip
    assert alice.values(build(alice, body).json()["id"]) == [1.0, *[2.0] * 48, 3.0]


def test_a_price_with_a_surcharge(alice: Any) -> None:
    price = alice.profile([0.1, 0.2, 0.3, 0.4], profile_type="price", unit="EUR/kWh", step_minutes=60)
    body = {
        "builder": "combine", "name": "retail", "step_minutes": 60,
        "parameters": {"parts": [{"profile_id": price["id"], "weight": 1.19}], "offset": 0.17},
    }  # fmt: skip
    stored = build(alice, body).json()
    assert (stored["profile_type"], stored["unit"], stored["start"]) == ("price", "EUR/kWh", price["start"])
    assert alice.values(stored["id"]) == pytest.approx([0.289, 0.408, 0.527, 0.646])


def test_sums_of_what_does_not_fit(alice: Any) -> None:
    load = alice.profile([1.0] * 8)
    price = alice.profile([1.0] * 8, profile_type="price", unit="EUR/kWh")
    heat = alice.profile([1.0] * 8, profile_type="heat", start="2026-01-01T01:00:00Z")
    late = alice.profile([1.0] * 8, start="2027-01-01T00:00:00Z")

    def total(*parts: Any, **fields: Any) -> dict[str, Any]:
        given = [{"profile_id": part["id"]} for part in parts]
        return {"builder": "combine", "name": "x", "parameters": {"parts": given, **fields}}

    assert "EUR/kWh" in refused(alice, total(load, price))["parameters.parts.1.profile_id"]
    assert "profile_type" in refused(alice, total(load, heat))["parameters.parts.1.profile_id"]
    assert refused(alice, total(load, late)) == {"parameters.parts": "the profiles have no time in common"}
    assert "can't be" in refused(alice, total(load, profile_type="price"))["parameters.profile_type"]
    both = build(alice, total(load, heat, profile_type="load")).json()
    assert (both["start"], both["end"]) == ("2026-01-01T01:00:00Z", "2026-01-01T02:00:00Z")
    assert alice.values(both["id"]) == [2.0] * 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"year": None}, "year"),
        ({"start": "2027-01-01", "end": "2028-01-01"}, "body"),
        ({"year": None, "start": "2027-01-01"}, "body"),
        ({"year": None, "start": "2027-01-02", "end": "2027-01-01"}, "end"),
        ({"year": None, "start": "2027-01-01T00:07", "end": "2027-01-02"}, "start"),
        ({"year": None, "start": "2027-01-01", "end": "2027-01-01T00:20"}, "end"),
        ({"year": None, "start": "2027-01-01", "end": "2047-01-01"}, "end"),
        ({"timezone": "Asia/Kolkata", "step_minutes": 60}, "start"),
        ({"timezone": "Mars"}, "timezone"),
        ({"step_minutes": 7}, "step_minutes"),
        ({"builder": "magic"}, "builder"),
        ({"parameters": {"profile": "L1", "yearly_kwh": 1}}, "parameters.profile"),
        ({"parameters": {"yearly_kwh": 1, "holidays": {"country": "DE", "subdivision": "X"}}}, "parameters.holidays"),
    ],
)
def test_what_is_refused(alice: Any, change: dict[str, Any], field: str) -> None:
    body = {name: value for name, value in {**HOUSEHOLD, **change}.items() if value is not None}
    assert field in {name.removesuffix(".") for name in refused(alice, body)}, refused(alice, body)


@pytest.mark.parametrize(
    ("bands", "words"),
    [
        ([{"from": "08:00", "to": "12:00", "kw": 1}, {"from": "11:55", "to": "13:00", "kw": 2}], "overlap"),
        ([{"from": "08:02", "to": "12:00", "kw": 1}], "multiple of 5"),
        ([{"from": "08:00", "to": "12:00", "kw": -1}], "negative"),
        ([{"weekdays": ["someday"], "from": "08:00", "to": "12:00", "kw": 1}], "integer"),
    ],
)  # fmt: skip
def test_bands_that_are_refused(alice: Any, bands: list[dict[str, Any]], words: str) -> None:
    assert words in " ".join(refused(alice, short("weekly", {"bands": bands})).values())


def test_weekly_schedule(alice: Any) -> None:
    bands = [{"weekdays": ["tue"], "from": "22:00", "to": "02:00", "kw": -3}]
    stored = build(
        alice, short("weekly", {"profile_type": "schedule", "bands": bands}, end="2027-06-03", step_minutes=60)
    ).json()
    values = alice.values(stored["id"])
    assert [index for index, value in enumerate(values) if value] == [22, 23, 24, 25]
    assert stored["config_details"]["parameters"]["bands"][0]["from"] == "22:00"


def test_who_may(alice: Any, admin: Any) -> None:
    viewer, participant = admin.login(20, "viewer"), admin.login(21, "participant")
    for api in (viewer, participant):
        assert build(api, HOUSEHOLD).status_code == 403
        assert api.get("/profiles/builders").status_code == 200
    assert build(admin.login(0, "service"), HOUSEHOLD).status_code == 201


def test_the_documentation_shows_both_answers(client: TestClient) -> None:
    post = client.get("/openapi.json").json()["paths"]["/api/v1/profiles/build"]["post"]
    schemas = {
        status: post["responses"][status]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        for status in ("200", "201")
    }
    assert schemas == {"200": "BuildPreview", "201": "ProfileOut"}
