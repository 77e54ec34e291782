"""What the results service counts, read from its /metrics."""

import re

from fastapi.testclient import TestClient

from services.results.tests.conftest import API, Store
from tests.support.synthetic_runs import SyntheticRun
from tests.support.tokens import TokenMaker


def counted(client: TestClient, name: str) -> float:
    found = re.search(rf"^{name} ([\d.e+-]+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_closed_and_removed_runs_are_counted_once(client: TestClient, store: Store, tokens: TokenMaker) -> None:
    names = ("hygge_results_runs_closed_total", "hygge_results_close_duration_seconds_count",
             "hygge_results_runs_removed_total")  # fmt: skip
    before = [counted(client, name) for name in names]
    store(SyntheticRun(run_id=90))
    service = tokens.headers(0, "service")
    # Closed again by a worker that lost the answer: nothing new.
    assert client.post(f"{API}/90/close", json={"digest": "d90"}, headers=service).status_code == 200
    assert client.delete(f"{API}/90", headers=service).status_code == 204
    assert [counted(client, name) - past for name, past in zip(names, before, strict=True)] == [1, 1, 1]
