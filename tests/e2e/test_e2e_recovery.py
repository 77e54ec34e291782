"""A worker that is killed in mid-run: the run goes on from its checkpoint, to the same digest."""

import time
from typing import Any

import pytest

from hygge_local.runtime import Runtime
from tests.e2e.client import Api, sign_in
from tests.e2e.communities import Built, period, set_up, sunny_village

DAYS = 182


@pytest.fixture(scope="module")
def village(suite: Runtime) -> Built:
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        return set_up(api, *sunny_village(40, DAYS, seed=3))


def start(api: Api, village: Built) -> dict[str, Any]:
    run: dict[str, Any] = api("POST", "/runs", json={"grid_id": village.grid_id, **period(DAYS * 96)})
    return run


def test_a_killed_workers_run_ends_with_the_digest_of_an_undisturbed_one(
    suite: Runtime, admin: Api, village: Built
) -> None:
    undisturbed = admin.wait(start(admin, village)["id"])
    assert undisturbed["status"] == "succeeded", undisturbed
    disturbed = start(admin, village)
    until = time.monotonic() + 60
    while admin("GET", f"/runs/{disturbed['id']}")["progress"] == 0 and time.monotonic() < until:
        time.sleep(0.01)
    for number in (1, 2):
        suite.kill_worker(number)
    ended = admin.wait(disturbed["id"], seconds=180)
    assert ended["status"] == "succeeded", ended
    assert ended["result_digest"] == undisturbed["result_digest"]
    compared = admin("GET", "/results/compare", params={"runs": f"{undisturbed['id']},{ended['id']}"})
    assert all(first == second for first, second in compared["indicators"].values())
