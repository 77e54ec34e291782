"""What the topology service counts, read from its /metrics."""

import re

from services.topology.tests.topology_support import Callers, Client, community


def counted(callers: Callers, name: str) -> float:
    found = re.search(rf"^{name} ([\d.e+-]+)$", callers.http.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_houses_of_documents_and_new_snapshots_are_counted(callers: Callers, operator: Client) -> None:
    names = ("hygge_topology_houses_written_total", "hygge_topology_snapshots_stored_total")
    before = [counted(callers, name) for name in names]
    grid = operator("POST", "/grids/import", expect=201, json=community())
    assert counted(callers, names[0]) == before[0] + 3
    for _ in range(2):  # the second one is there already
        operator("POST", f"/grids/{grid['id']}/snapshots")
    assert counted(callers, names[1]) == before[1] + 1
