"""Who sees and changes what. Every route of the OpenAPI document is walked, so a new one can't be forgotten."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_core.auth import Principal, Role
from hygge_core.database import transaction
from hygge_core.paging import PageRequest
from hygge_topology.base import database as db
from hygge_topology.grids import repository as grids
from services.topology.tests.topology_support import API, Callers, Client, community

READS = {"get"}
# A caller's own list: always answered, with what the caller may see.
OWN_LISTS = {"/grids", "/houses", "/flags", "/priority-lists"}
# Creating these needs nothing that exists.
ROOTS = {"/grids", "/grids/import", "/flags", "/priority-lists"}
BODIES: dict[str, dict[str, Any]] = {
    "/grids": {"name": "x"},
    "/grids/import": {"name": "x"},
    "/grids/{grid_id}/transformers": {"name": "x"},
    "/transformers/{transformer_id}/houses": {"name": "x"},
    "/houses/{house_id}/devices": {"kind": "heater", "max_power_kw": 1},
    "/flags": {"name": "x"},
    "/priority-lists": {"name": "x", "configuration": []},
    "/grids/{grid_id}/topology": {"name": "x"},
    "/grids/{grid_id}/network": {"source": {"bus": "LV"}, "buses": [{"name": "LV", "voltage_kv": 0.4}]},
}


class Owned:
    """Something of every kind that user 201 made, with a snapshot; ada's house is a participant's."""

    def __init__(self, callers: Callers) -> None:
        self.owner = callers(201)
        network = BODIES["/grids/{grid_id}/network"]
        document = self.owner("POST", "/grids/import", 201, json=community(network=network))
        self.grid = document["id"]
        house = document["transformers"][0]["houses"][0]
        flag = self.owner("POST", "/flags", 201, json={"name": "own"})
        self.owner("POST", f"/grids/{self.grid}/snapshots", 201)
        self.ids = {
            "grid_id": self.grid,
            "transformer_id": document["transformers"][0]["id"],
            "house_id": house["id"],
            "device_id": house["devices"][0]["id"],
            "list_id": document["priority_lists"][0]["id"],
            "flag_id": flag["id"],
            "version": document["version"],
        }
        self.other_house = document["transformers"][0]["houses"][1]["id"]


@pytest.fixture(scope="module")
def owned(callers: Callers) -> Owned:
    return Owned(callers)


@pytest.fixture(scope="module")
def routes(callers: Callers) -> list[tuple[str, str]]:
    paths = callers.http.get("/openapi.json").json()["paths"]
    found = [(verb, path.removeprefix(API)) for path, operations in paths.items() for verb in operations]
    assert len(found) > 30
    return found


def call(client: Client, owned: Owned, verb: str, path: str) -> int:
    body = None if verb in (*READS, "delete") else BODIES.get(path, {})
    response = client.raw(verb.upper(), path.format(**owned.ids), json=body)
    return int(response.status_code)


def test_nothing_is_answered_without_a_token(callers: Callers, owned: Owned, routes: list[tuple[str, str]]) -> None:
    nobody = Client(callers.http, {})
    forged = Client(callers.http, {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."})
    for verb, path in routes:
        assert call(nobody, owned, verb, path) == 401, path
        assert call(forged, owned, verb, path) == 401, path


def test_another_operator_finds_nothing(callers: Callers, owned: Owned, routes: list[tuple[str, str]]) -> None:
    stranger = callers(202)
    for verb, path in routes:
        if path in OWN_LISTS | ROOTS:
            continue
        assert call(stranger, owned, verb, path) == 404, (verb, path)
    for path in OWN_LISTS - {"/flags"}:
        assert stranger("GET", path, 200)["items"] == []
    for path in ("/houses", "/priority-lists"):
        assert stranger("GET", path, 200, params={"grid_id": owned.grid})["items"] == []
    missing, hidden = (stranger("GET", f"/grids/{grid}", 404) for grid in (10**12, owned.grid))
    changing = ("instance", "trace_id")
    assert [missing[k] for k in missing if k not in changing] == [hidden[k] for k in hidden if k not in changing]


@pytest.mark.parametrize("role", ["viewer", "participant"])
def test_readers_may_not_write_anywhere(
    callers: Callers, owned: Owned, routes: list[tuple[str, str]], role: str
) -> None:
    reader = callers(201, role, username="ada", views=[owned.grid], operates=[owned.grid])
    for verb, path in routes:
        if verb not in READS:
            assert call(reader, owned, verb, path) == 403, (verb, path)


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_invited_users_read_the_grid_and_change_nothing(
    callers: Callers, owned: Owned, routes: list[tuple[str, str]], role: str
) -> None:
    guest = callers(203, role, views=[owned.grid])
    for verb, path in routes:
        if path in OWN_LISTS | ROOTS or "flag" in path:
            continue
        if verb in READS:
            assert call(guest, owned, verb, path) == 200, path
        elif not path.endswith("/snapshots"):
            assert call(guest, owned, verb, path) == 403, (verb, path)
    assert [grid["id"] for grid in guest("GET", "/grids", 200)["items"]] == [owned.grid]
    assert guest("GET", f"/grids/{owned.grid}", 200)["access"] == "view"
    assert guest("GET", f"/grids/{owned.grid}/topology", 200)["access"] == "view"
    assert guest("GET", f"/grids/{owned.grid}/nodes", 200)["access"] == "view"


def test_a_given_grid_may_be_operated(callers: Callers, owned: Owned) -> None:
    helper = callers(204, operates=[owned.grid])
    assert helper("GET", f"/grids/{owned.grid}", 200)["access"] == "operate"
    helper("PATCH", f"/houses/{owned.ids['house_id']}", 200, json={"house_type": "residential"})
    assert helper("POST", f"/grids/{owned.grid}/snapshots", 201)["access"] == "operate"


def test_a_household_sees_its_own_house_and_nothing_else(
    callers: Callers, owned: Owned, routes: list[tuple[str, str]]
) -> None:
    ada = callers(205, "participant", username="ada", views=[owned.grid])
    allowed = {"/houses/{house_id}", "/houses/{house_id}/devices", "/devices/{device_id}"}
    for verb, path in routes:
        if verb in READS and path not in OWN_LISTS:
            assert call(ada, owned, verb, path) == (200 if path in allowed else 404), path
    assert {house["owner"] for house in ada("GET", "/houses", 200)["items"]} == {"ada"}
    assert ada("GET", "/grids", 200)["items"] == []
    assert ada("GET", "/priority-lists", 200)["items"] == []
    ada("GET", f"/houses/{owned.other_house}", 404)
    ada("GET", f"/houses/{owned.other_house}/devices", 404)


def test_a_viewer_named_like_an_owner_is_no_household(callers: Callers, owned: Owned) -> None:
    callers(206, "viewer", username="ada")("GET", f"/houses/{owned.ids['house_id']}", 404)


def test_a_user_who_is_no_operator_any_more_loses_what_they_made(callers: Callers, owned: Owned) -> None:
    callers(201, "viewer")("GET", f"/grids/{owned.grid}", 404)


some_ids = st.frozensets(st.integers(1, 40), max_size=5)


@settings(max_examples=60)
@given(
    role=st.sampled_from(Role),
    user_id=st.sampled_from([201, 301, 302]),
    operates=some_ids,
    views=some_ids,
    data=st.data(),
)
def test_the_sql_of_visible_grids_agrees_with_the_rule(
    callers: Callers, owned: Owned, role: Role, user_id: int, operates: frozenset[int], views: frozenset[int], data: Any
) -> None:
    """The naive twin: ask `may_view_grid` about every grid."""
    with transaction(db):
        if grids.get(1_000_000) is None:
            for place in range(3):
                grids.insert({"id": 1_000_000 + place, "name": "x", "timezone": "UTC", "currency": "EUR"}, 301 + place)
        everything = grids.page(Principal(0, "", Role.SERVICE), PageRequest(1000, 0))
        known = [grid["id"] for grid in everything]
        picked = data.draw(st.frozensets(st.sampled_from(known), max_size=3))
        caller = Principal(user_id, "u", role, operates | picked, views)
        expected = [grid["id"] for grid in everything if caller.may_view_grid(grid["id"], grid["created_by"])]
        assert [grid["id"] for grid in grids.page(caller, PageRequest(1000, 0))] == expected
