"""Edits at the same time: no change lost, no half-read document, no word of a vocabulary lost."""

from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any

import pytest

from hygge_topology.documents import repository
from hygge_topology.documents.content import Parts
from services.topology.tests.topology_support import Callers, community

THREADS = 6


def test_every_change_counts_once(callers: Callers) -> None:
    client = callers(701)
    document = client("POST", "/grids/import", 201, json=community())
    house = document["transformers"][1]["houses"][0]["id"]

    def edit(number: int) -> None:
        client("PATCH", f"/houses/{house}", 200, json={"flags": [f"flag {number}"]})
        client("POST", f"/houses/{house}/devices", 201, json={"kind": "heater", "max_power_kw": number})
        client("POST", "/priority-lists", 201, json={"name": f"{number}", "configuration": [house, f"flag {number}"]})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(edit, range(20)))
    stored = client("GET", f"/grids/{document['id']}/topology", 200)
    assert stored["version"] == document["version"] + 60
    assert sorted(device["max_power_kw"] for device in stored["transformers"][1]["houses"][0]["devices"]) == [
        *range(20)
    ]
    assert len(stored["priority_lists"]) == 21


def test_sharing_keys_never_exceed_one_together(callers: Callers) -> None:
    client = callers(702)
    document = client("POST", "/grids/import", 201, json=community())
    path = f"/transformers/{document['transformers'][1]['id']}/houses"

    def add(number: int) -> int:
        return int(client.raw("POST", path, json={"name": f"{number}", "sharing_key": 0.3}).status_code)

    with ThreadPoolExecutor(THREADS) as pool:
        statuses = sorted(pool.map(add, range(8)))
    assert statuses == [201] * 3 + [422] * 5


def test_readers_see_whole_versions(callers: Callers) -> None:
    """While replacements swap two different communities, every read is one of them and never a mixture."""
    client = callers(703)
    first = client("POST", "/grids/import", 201, json=community())
    second = community(name="Other", transformers=[{"name": f"T{n}"} for n in range(3)], priority_lists=[])
    path = f"/grids/{first['id']}/topology"
    hashes = {first["hash"], client("PUT", path, 200, json=second)["hash"]}

    def write(number: int) -> Any:
        return client("PUT", path, 200, json=second if number % 2 else first)

    def read(number: int) -> Any:
        if number % 4 == 0:
            return client("POST", f"/grids/{first['id']}/snapshots", 201)
        return client("GET", path, 200)

    with ThreadPoolExecutor(THREADS) as pool:
        written = pool.map(write, range(12))
        seen = list(pool.map(read, range(40)))
        assert {document["version"] for document in written} == set(range(3, 15))
    assert {document["hash"] for document in seen} <= hashes


@pytest.mark.parametrize(("verb", "path"), [("GET", "topology"), ("POST", "snapshots")])
def test_a_document_is_of_one_moment(callers: Callers, monkeypatch: pytest.MonkeyPatch, verb: str, path: str) -> None:
    """A replacement that comes right between the two queries of a reader does not mix into its answer."""
    client = callers(705)
    first = client("POST", "/grids/import", 201, json=community())
    second = community(transformers=[{"name": "Other"}], priority_lists=[])
    read_parts, intruders = repository.read_parts, []

    def interrupted(grid_id: int) -> Parts:
        if not intruders:
            put = {"method": "PUT", "path": f"/grids/{grid_id}/topology", "json": second}
            intruders.append(Thread(target=client, kwargs=put))
            intruders[0].start()
            # A reader that locks makes the intruder wait, so it must not wait for it.
            intruders[0].join(timeout=1)
        return read_parts(grid_id)

    monkeypatch.setattr(repository, "read_parts", interrupted)
    assert client(verb, f"/grids/{first['id']}/{path}") == first
    intruders[0].join()
    assert client("GET", f"/grids/{first['id']}/topology")["transformers"][0]["name"] == "Other"


def test_the_second_of_two_deletions_finds_nothing(callers: Callers) -> None:
    client = callers(704)
    grid = client("POST", "/grids/import", 201, json=community())["id"]
    with ThreadPoolExecutor(THREADS) as pool:
        statuses = sorted(pool.map(lambda _: client.raw("DELETE", f"/grids/{grid}").status_code, range(4)))
    assert statuses == [204, 404, 404, 404]
