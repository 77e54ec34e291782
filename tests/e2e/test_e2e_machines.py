"""Programs at the whole suite: a key for some grids and a machine's account see those grids and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from tests.e2e.client import Api, new_user
from tests.e2e.communities import Built, document, house, period, set_up

DAY = {"load": [1.0] * 96}


@contextmanager
def with_bearer(url: str, token: str, name: str) -> Iterator[Api]:
    with httpx.Client(base_url=url, timeout=60, headers={"Authorization": f"Bearer {token}"}) as http:
        yield Api(http, name)


def village(api: Api, name: str) -> Built:
    return set_up(api, document(name, {"t": [house("h")]}), {"h": DAY})


def ids(answer: dict[str, Any]) -> set[int]:
    return {item["id"] for item in answer["items"]}


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_a_key_for_one_grid_sees_nothing_else_of_its_owners(admin: Api, role: str) -> None:
    with new_user(admin, "operator") as owner:
        mine, other = village(owner, "in reach"), village(owner, "out of reach")
        runs = {
            grid.grid_id: owner.run(grid_id=grid.grid_id, **period(1), allocation="proportional")["id"]
            for grid in (mine, other)
        }
        body = {"name": "screen", "grids": [mine.grid_id], "role": role}
        made = owner("POST", "/users/me/api-keys", json=body)
        with with_bearer(str(owner.http.base_url), made["key"], "screen") as key:
            assert ids(key("GET", "/grids")) == {mine.grid_id}
            assert ids(key("GET", "/runs")) == {runs[mine.grid_id]}
            seen, hidden = runs[mine.grid_id], runs[other.grid_id]
            key("GET", f"/results/{seen}/summary")
            assert len(ids(key("GET", "/profiles"))) == 1
            for path in (
                f"/grids/{other.grid_id}", f"/grids/{other.grid_id}/nodes", f"/grids/{other.grid_id}/assignments",
                f"/houses/{other.houses['h']}", f"/runs/{hidden}", f"/results/{hidden}/summary",
            ):  # fmt: skip
                key("GET", path, expect=404)
            start = {"grid_id": other.grid_id, **period(1), "allocation": "proportional"}
            assert key.raw("POST", "/runs", json=start).status_code in (403, 404)
            renamed = key.raw("PATCH", f"/grids/{mine.grid_id}", json={"name": "renamed"})
            assert renamed.status_code == (200 if role == "operator" else 403)
            if role == "operator":
                again = key.run(**(start | {"grid_id": mine.grid_id}))
                # What the key makes in a grid, those who operate the grid see.
                assert again["status"] == "succeeded"
                assert again["id"] in ids(owner("GET", "/runs"))


def test_a_machine_runs_the_grid_that_it_was_given(admin: Api) -> None:
    grid, other = village(admin, "given"), village(admin, "not given")
    account = admin("POST", "/service-accounts", json={"name": "planner", "role": "operator", "grids": [grid.grid_id]})
    url = str(admin.http.base_url)
    form = {"grant_type": "client_credentials"}
    answer = httpx.post(f"{url}/api/v1/auth/token", data=form, auth=(account["client_id"], account["client_secret"]))
    assert answer.status_code == 200, answer.text
    with with_bearer(url, answer.json()["access_token"], "planner") as machine:
        assert ids(machine("GET", "/grids")) == {grid.grid_id}
        run = machine.run(grid_id=grid.grid_id, **period(1), allocation="proportional")
        assert run["status"] == "succeeded"
        machine("GET", f"/grids/{other.grid_id}", expect=404)
        machine("GET", "/users", expect=403)
    admin("DELETE", f"/service-accounts/{account['id']}")
