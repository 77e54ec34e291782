"""What the profiles service counts, read from its /metrics."""

import re
from typing import Any

GRID = 810
NAMES = {
    "profiles": 'hygge_profiles_stored_total{source="measured"}',
    "values": 'hygge_profiles_values_stored_total{source="measured"}',
    "assignments": "hygge_profiles_assignments_stored_total",
    "bundles": "hygge_profiles_bundles_total",
    "bytes": "hygge_profiles_bundle_bytes_total",
}


def counted(api: Any) -> dict[str, float]:
    text = api.client.get("/metrics").text
    found = {key: re.search(rf"^{re.escape(name)} ([\d.e+-]+)$", text, re.MULTILINE) for key, name in NAMES.items()}
    return {key: float(match[1]) if match else 0.0 for key, match in found.items()}


def test_what_is_stored_and_sent_is_counted(alice: Any, topology: Any) -> None:
    topology.grids[GRID] = (10, frozenset({1, 2}))
    before = counted(alice)
    made = [alice.profile([1.0] * 96, source_type="measured")["id"] for _ in range(2)]
    items = [{"house_id": 1 + index, "profile_id": profile_id} for index, profile_id in enumerate(made)]
    assert alice.request("PUT", f"/grids/{GRID}/assignments", json=items).status_code == 200
    body = {"grid_id": GRID, "start": "2026-01-01T00:00:00Z", "end": "2026-01-02T00:00:00Z"}
    sent = len(alice.post("/bundles", body).content)
    grown = {key: value - before[key] for key, value in counted(alice).items()}
    assert grown == {"profiles": 2, "values": 192, "assignments": 2, "bundles": 1, "bytes": sent}


def test_what_is_refused_is_not_counted(alice: Any) -> None:
    before = counted(alice)
    body = {
        "name": "p", "profile_type": "load", "unit": "kWh per fortnight", "start": "2026-01-01T00:00:00Z",
        "step_minutes": 15, "values": [1.0] * 96, "source_type": "measured",
    }  # fmt: skip
    assert alice.post("/profiles", body).status_code == 422
    assert counted(alice) == before
