"""Who may call what, row by row of access.py, on things that are theirs; and that the walk's requests are good ones.

The walk of test_tenant_isolation.py only proves something if its requests succeed for those who may make them. Here
they do: each by the owner of the ids, writing ones on a tenant of their own, deletions last.
"""

from collections.abc import Iterator

import httpx
import pytest

from tests.contract.access import ACCESS, Access
from tests.contract.calls import options_of, path_of
from tests.contract.document import Route
from tests.contract.tenants import MISSING, Ids, Tenant, tenant
from tests.e2e.client import Api

# What stands on nothing goes first.
DELETED = (
    "priority-lists", "devices", "network", "houses", "transformers", "results", "sweeps", "runs", "grants", "grids",
    "profiles", "flags", "api-keys", "service-accounts", "identity", "lockout", "users",
)  # fmt: skip
REPLACING = (
    "DELETE /assignments/{assignment_id}",
    "PUT /grids/{grid_id}/topology",
    "PUT /grids/{grid_id}/network",
    "PUT /grids/{grid_id}/assignments",
)
# A person's way through these is tests/e2e and the gateway's own tests; here they would end the walker's session.
ENDS_THE_SESSION = {"POST /auth/password", "DELETE /users/{user_id}"}
# Refused for the state of things, not for the caller.
ELSE = {
    "POST /runs/{run_id}/cancel": 409,  # it is finished
    "DELETE /users/{user_id}/api-keys/{key_id}": 404,  # its owner has just revoked it
    "GET /users/{user_id}/identity": 404,  # this suite has no OpenID Connect provider
    "PUT /users/{user_id}/identity": 409,
    "DELETE /users/{user_id}/identity": 404,
}


@pytest.fixture(scope="module")
def cat(admin: Api) -> Iterator[Tenant]:
    """A tenant whose things are changed and deleted here."""
    with tenant(admin, "cat") as found:
        yield found


def _of(routes: list[Route], *access: Access) -> list[Route]:
    return [route for route in routes if ACCESS[route.key] in access]


def _call(caller: Api, route: Route, ids: Ids) -> httpx.Response:
    if route.key.endswith("/events"):
        with caller.http.stream(route.method, f"/api/v1{path_of(route, ids)}") as answer:
            answer.read()
            return answer
    return caller.raw(route.method, path_of(route, ids), **options_of(route, ids))


def test_readers_see_the_grid_they_were_given(admin: Api, ann: Tenant, routes: list[Route]) -> None:
    for route in _of(routes, Access.READERS, Access.HOUSEHOLDS):
        for caller in (ann.operator, ann.viewer, admin):
            answer = _call(caller, route, ann.ids)
            assert answer.status_code == 200, (route.key, caller.username, answer.text[:300])


def test_a_household_sees_what_is_about_its_house(ann: Tenant, routes: list[Route]) -> None:
    for route in _of(routes, Access.HOUSEHOLDS):
        answer = _call(ann.household, route, ann.ids)
        assert answer.status_code == 200, (route.key, answer.text[:300])
    for route in _of(routes, Access.READERS):
        answer = _call(ann.household, route, ann.ids)
        assert answer.status_code in (403, 404), (route.key, answer.status_code, answer.text[:300])
    neighbour = Ids({**ann.ids.path, "house_id": ann.ids.second_house_id}, "", "")
    nobody = Ids({**ann.ids.path, "house_id": MISSING.path["house_id"]}, "", "")
    for route in _of(routes, Access.HOUSEHOLDS):
        if "house_id" in route.parameters("path"):
            answers = [_call(ann.household, route, ids) for ids in (neighbour, nobody)]
            assert [answer.status_code for answer in answers] == [404, 404], route.key


def test_a_household_reads_nothing_of_its_neighbours(ann: Tenant, routes: list[Route]) -> None:
    neighbour = f"{ann.mark} 2"
    for route in _of(routes, Access.HOUSEHOLDS, Access.EVERYBODY):
        if route.method == "GET":
            answer = _call(ann.household, route, ann.ids)
            assert neighbour not in answer.text, route.key
            assert f'"node_id":{ann.ids.second_house_id},' not in answer.text, route.key


def test_everybody_who_is_signed_in(admin: Api, ann: Tenant, routes: list[Route]) -> None:
    for route in _of(routes, Access.EVERYBODY):
        if route.key in ENDS_THE_SESSION:
            continue
        for caller in (ann.operator, ann.viewer, ann.household, admin):
            answer = _call(caller, route, ann.ids)
            assert answer.is_success, (route.key, caller.username, answer.text[:300])


def test_what_is_ones_own_is_nobody_elses(ann: Tenant, routes: list[Route]) -> None:
    for route in _of(routes, Access.OWNERS):
        for caller in (ann.viewer, ann.household):
            answer = _call(caller, route, ann.ids)
            assert answer.status_code == 404, (route.key, caller.username, answer.status_code, answer.text[:300])


@pytest.mark.parametrize("access", [Access.EDITORS, Access.ADMINS, Access.ENGINE])
def test_those_who_may_not_are_refused_for_their_role(
    admin: Api, ann: Tenant, routes: list[Route], access: Access
) -> None:
    refused = [ann.viewer, ann.household]
    if access is not Access.EDITORS:
        refused.append(ann.operator)
    if access is Access.ENGINE:
        refused.append(admin)
    for route in _of(routes, access):
        for caller in refused:
            answer = _call(caller, route, ann.ids)
            assert answer.status_code == 403, (route.key, caller.username, answer.status_code, answer.text[:300])


def test_the_walks_requests_succeed_for_the_owner(admin: Api, cat: Tenant, routes: list[Route]) -> None:
    for route in sorted(_of(routes, Access.OWNERS, Access.EDITORS, Access.ADMINS), key=_turn):
        if route.key in ENDS_THE_SESSION:
            continue
        caller = admin if ACCESS[route.key] is Access.ADMINS else cat.operator
        answer = _call(caller, route, cat.ids)
        expected = ELSE.get(route.key)
        right = answer.is_success if expected is None else answer.status_code == expected
        assert right, (route.key, answer.status_code, answer.text[:300])


def _turn(route: Route) -> tuple[int, int, bool]:
    """What replaces all of something comes after what changes a part of it; deletions from the leaves to the root."""
    if route.key in REPLACING:
        return 1, REPLACING.index(route.key), False
    if route.method != "DELETE":
        return 0, 0, False
    nouns = [part for part in route.path.split("/") if part and not part.startswith("{")]
    return 2, DELETED.index(nouns[-1]), ACCESS[route.key] is Access.ADMINS
