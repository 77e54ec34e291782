"""Tenant isolation, walked: every operation of the combined OpenAPI document, called with another tenant's ids.

Two tenants, Ann and Bob, each an operator with a community, a viewer, a household, a program with an API key and a
machine with a service account (tenants.py). The walk is made
from the document that the gateway itself serves, so a new route can't be forgotten: it fails here until it says in
access.py who may call it, and in calls.py and foreign_ids.py how.

What holds for every operation and every one of Bob's people:

- with Ann's ids in the path, in the query or in the body: 403 or 404 (or an empty list), the same answer to the letter
  as for ids that nobody has, so that nobody learns what exists;
- no answer holds one of Ann's names;
- afterwards everything that Ann has is as it was.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.contract.access import ACCESS, Access
from tests.contract.calls import CALLS, PUBLIC_NAMES, options_of, path_of, topology
from tests.contract.document import Json, Route, id_fields
from tests.contract.foreign_ids import HARMLESS, MIXED, PLAIN_QUERY, TOPOLOGIES
from tests.contract.tenants import MISSING, Ids, Tenant, everything
from tests.e2e.client import Api
from tests.e2e.communities import document, house

SHAKEN = ("trace_id", "instance")
# What documents hold; their ids come from one sequence.
NODES = ("grid_id", "transformer_id", "house_id", "device_id", "list_id")
Person = Callable[[Tenant], Api]
PEOPLE: dict[str, Person] = {
    "operator": lambda tenant: tenant.operator,
    "viewer": lambda tenant: tenant.viewer,
    "household": lambda tenant: tenant.household,
    "program": lambda tenant: tenant.program,
    "machine": lambda tenant: tenant.machine,
}


@pytest.fixture
def untouched(ann: Tenant, admin: Api) -> Iterator[None]:
    """Everything that Ann has is after the test as it was before."""
    before = everything(ann, admin)
    yield
    after = everything(ann, admin)
    assert after.keys() == before.keys()
    assert [path for path in before if before[path] != after[path]] == []


# Nothing escapes the walk ---------------------------------------------------------------------------------------------


def test_every_operation_says_who_may_call_it(routes: list[Route]) -> None:
    keys = {route.key for route in routes}
    assert keys - ACCESS.keys() == set(), "new operations: give each a line in tests/contract/access.py"
    assert ACCESS.keys() - keys == set(), "operations that are gone: take their lines out of tests/contract/access.py"


def test_every_path_parameter_has_an_id_to_walk_with(routes: list[Route]) -> None:
    names = {name for route in routes for name in route.parameters("path")}
    assert names - PUBLIC_NAMES.keys() == MISSING.path.keys(), (
        "a new kind of id: make one in tests/contract/tenants.py (or, if it is no tenant's, name it in PUBLIC_NAMES)"
    )


def test_every_operation_with_a_body_has_one_to_walk_with(routes: list[Route]) -> None:
    walked = {route.key for route in routes if route.has_body and ACCESS.get(route.key) is not Access.PUBLIC}
    assert walked - CALLS.keys() - {"POST /auth/password"} == set(), "give them a valid body in tests/contract/calls.py"


def test_every_id_in_a_query_or_a_body_has_its_case(openapi: Json, routes: list[Route]) -> None:
    bodies = {(route.key, place) for route in routes for place in id_fields(openapi, route)}
    queries = {(route.key, name) for route in routes for name in set(route.parameters("query")) - PLAIN_QUERY}
    known = MIXED.keys() | TOPOLOGIES.keys() | HARMLESS.keys()
    missing = {case for case in bodies | queries if case not in known}
    assert missing == set(), "write a case for each in MIXED of tests/contract/foreign_ids.py, or a reason in HARMLESS"
    assert known - bodies - queries == set(), "places that are gone: take them out of tests/contract/foreign_ids.py"


# Nobody ---------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("header", [None, "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic YWRtaW46YWRtaW4="])
def test_without_a_token_there_is_nothing(admin: Api, ann: Tenant, routes: list[Route], header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    with httpx.Client(base_url=admin.http.base_url, headers=headers, timeout=30) as http:
        for route in routes:
            if ACCESS[route.key] is Access.PUBLIC:
                continue
            answer = Api(http, "nobody").raw(route.method, path_of(route, ann.ids), **options_of(route, ann.ids))
            assert answer.status_code == 401, (route.key, answer.status_code)
            assert answer.headers["www-authenticate"].startswith("Bearer"), route.key
            assert ann.mark not in answer.text, route.key


def test_the_document_calls_the_same_operations_public(routes: list[Route]) -> None:
    public = {key for key, access in ACCESS.items() if access is Access.PUBLIC}
    assert {route.key for route in routes if route.is_public} == public


# Another tenant -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("who", list(PEOPLE))
def test_ids_of_another_tenant_are_as_good_as_none(ann: Tenant, bob: Tenant, routes: list[Route], who: str) -> None:
    caller = PEOPLE[who](bob)
    for route in routes:
        if not set(route.parameters("path")) - PUBLIC_NAMES.keys():
            continue
        hers = caller.raw(route.method, path_of(route, ann.ids), **options_of(route, ann.ids))
        assert hers.status_code in (403, 404), (route.key, hers.status_code, hers.text[:300])
        nobodys = caller.raw(route.method, path_of(route, MISSING), **options_of(route, MISSING))
        _assert_alike(route.key, hers, ann.ids, nobodys, ann.mark)


@pytest.mark.usefixtures("untouched")
def test_an_id_of_another_tenant_among_ones_own_is_as_good_as_none(ann: Tenant, bob: Tenant) -> None:
    for case, mixed in MIXED.items():
        method, path = case[0].split(" ")
        for who, person in PEOPLE.items():
            if who != "operator" and method != "GET":
                continue  # refused for their role, whatever the ids: see test_roles.py
            hers, nobodys = (
                person(bob).raw(method, path.format(**bob.ids.path), **mixed(bob.ids, other))
                for other in (ann.ids, MISSING)
            )
            _assert_alike(case, hers, ann.ids, nobodys, ann.mark)
            if hers.headers["content-type"] == "application/json":
                assert hers.json()["items"] == [], case
            elif not hers.is_success:  # a table, just as empty as nobody's
                assert hers.status_code in (403, 404, 422), (case, hers.text[:300])


@pytest.mark.usefixtures("untouched")
def test_a_document_does_not_take_over_anothers_nodes(ann: Tenant, bob: Tenant) -> None:
    theirs = {ann.ids.path[name] for name in NODES}
    for case, mixed in TOPOLOGIES.items():
        method, path = case[0].split(" ")
        hers, nobodys = (
            bob.operator.raw(method, path.format(**bob.ids.path), **mixed(bob.ids, other))
            for other in (ann.ids, MISSING)
        )
        assert ann.mark not in hers.text, case
        assert hers.status_code == nobodys.status_code, (case, hers.text[:300])
        assert _all_ids(hers.json()).isdisjoint(theirs), case


@pytest.mark.usefixtures("untouched")
def test_paths_that_mix_two_tenants_lead_nowhere(ann: Tenant, bob: Tenant, routes: list[Route]) -> None:
    """One's own grid or run with another's house: each path parameter in turn is the stranger's."""
    for route in routes:
        names = [name for name in route.parameters("path") if name not in PUBLIC_NAMES]
        if len(names) < 2:
            continue
        for name in set(names) - {"version"}:  # counted for each grid by itself: both have a first one
            mixed = [_with(bob.ids, name, other) for other in (ann.ids, MISSING)]
            hers, nobodys = (bob.operator.raw(route.method, path_of(route, ids)) for ids in mixed)
            assert hers.status_code in (403, 404), (route.key, name, hers.text[:300])
            _assert_alike((route.key, name), hers, ann.ids, nobodys, ann.mark)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("who", list(PEOPLE))
def test_lists_hold_nothing_of_another_tenant(ann: Tenant, bob: Tenant, routes: list[Route], who: str) -> None:
    caller = PEOPLE[who](bob)
    for route in routes:
        if route.method != "GET" or route.parameters("path") or ACCESS[route.key] is Access.PUBLIC:
            continue
        for page in _pages(caller, route, bob.ids):
            assert ann.mark not in page.text, (route.key, who)


@pytest.mark.usefixtures("untouched")
def test_a_document_with_anothers_ids_becomes_a_community_of_its_own(ann: Tenant, bob: Tenant) -> None:
    doc = {**topology(ann.ids), "id": ann.ids.path["grid_id"], "created_by": ann.ids.path["user_id"]}
    stored = bob.operator("POST", "/grids/import", expect=201, json=doc)
    assert _all_ids(stored).isdisjoint({ann.ids.path[name] for name in NODES})
    assert stored["created_by"] == bob.ids.path["user_id"]
    own = document("x", {"x": [house("x")]}) | {"id": ann.ids.path["grid_id"], "created_by": ann.ids.path["user_id"]}
    replaced = bob.operator("PUT", f"/grids/{stored['id']}/topology", expect=200, json=own)
    assert (replaced["id"], replaced["created_by"]) == (stored["id"], bob.ids.path["user_id"])
    bob.operator("DELETE", f"/grids/{stored['id']}")


@pytest.mark.usefixtures("untouched")
def test_a_key_for_anothers_grid_opens_nothing(ann: Tenant, bob: Tenant) -> None:
    grids = [ann.ids.path["grid_id"], bob.ids.path["grid_id"]]
    answers = [
        bob.operator.raw("POST", "/users/me/api-keys", json={"name": "x", "grids": [grid_id, grids[1]]})
        for grid_id in (grids[0], MISSING.path["grid_id"])
    ]
    assert answers[0].status_code == answers[1].status_code
    if answers[0].is_success:
        headers = {"Authorization": f"Bearer {answers[0].json()['key']}"}
        bob.operator("GET", f"/grids/{grids[1]}", headers=headers)
        bob.operator("GET", f"/grids/{grids[0]}", expect=404, headers=headers)
        assert [grid["id"] for grid in bob.operator("GET", "/grids", headers=headers)["items"]] == [grids[1]]


def _with(ids: Ids, name: str, other: Ids) -> Ids:
    return Ids({**ids.path, name: other.path[name]}, ids.flag, ids.username, ids.profiles, ids.second_house_id)


def _pages(caller: Api, route: Route, ids: Ids) -> Iterator[httpx.Response]:
    query: dict[str, Any] = {**options_of(route, ids).get("params", {}), "limit": 1000}
    while True:
        answer = caller.raw(route.method, route.path, params=query)
        yield answer
        body = answer.json() if answer.is_success else {}
        if not body.get("next_cursor"):
            return
        query["cursor"] = body["next_cursor"]


def _all_ids(node: Any) -> set[int]:
    if isinstance(node, dict):
        own = {node["id"]} if isinstance(node.get("id"), int) else set()
        return own.union(*(_all_ids(value) for value in node.values()))
    if isinstance(node, list):
        return set().union(*(_all_ids(value) for value in node))
    return set()


def _assert_alike(what: object, hers: httpx.Response, ids: Ids, nobodys: httpx.Response, mark: str) -> None:
    """Status, headers and body tell nothing about which of the two ids exists."""
    assert mark not in hers.text, what
    assert hers.status_code == nobodys.status_code, (what, hers.text[:500], nobodys.text[:500])
    assert sorted(hers.headers) == sorted(nobodys.headers), what
    assert _told(hers, ids) == _told(nobodys, ids), what


def _told(answer: httpx.Response, ids: Ids) -> str:
    """The body without what is new in each answer; an id, whether somebody's or nobody's, is one and the same word."""
    if not answer.headers.get("content-type", "").endswith("json"):
        return answer.text
    body = answer.json()
    told = repr({key: value for key, value in body.items() if key not in SHAKEN} if isinstance(body, dict) else body)
    numbers = {number for known in (ids, MISSING) for number in known.numbers()}
    return re.sub(r"\d+", lambda found: "<id>" if int(found[0]) in numbers else found[0], told)
