"""A short soak: runs without end while workers are killed. `python bench/soak.py` goes on for ten minutes."""

from bench.soak import Soak
from hygge_local.runtime import Runtime
from tests.e2e.client import sign_in

SECONDS = 45.0
KILL_SECONDS = 12.0
COMMUNITIES = ((8, 20), (25, 60))


def test_every_accepted_run_succeeds_although_workers_are_killed(frail: Runtime) -> None:
    with sign_in(frail.url, frail.admin.username, frail.admin.password) as api:
        soak = Soak(frail, api)
        soak.prepare(COMMUNITIES)
        soaked = soak.run(SECONDS, KILL_SECONDS)
    assert soaked.accepted >= 4
    assert soaked.kills >= 1
    assert soaked.faults() == []
