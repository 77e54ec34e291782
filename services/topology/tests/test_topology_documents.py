"""Import, export, replace, snapshots, nodes: whole communities."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.topology.tests.topology_support import Callers, Client, community

Json = dict[str, Any]
GIVEN = ("id", "version", "hash", "created_by", "access")


def imported(client: Client, **changes: Any) -> Json:
    document: Json = client("POST", "/grids/import", 201, json=community(**changes))
    return document


def nodes(document: Json) -> Iterator[Json]:
    yield document
    for transformer in document["transformers"]:
        yield transformer
        for house in transformer["houses"]:
            yield house
            yield from house["devices"]
    yield from document["priority_lists"]


def without_ids(document: Json) -> Json:
    """The content with houses in lists by name."""
    bare = copy.deepcopy(document)
    name = {house["id"]: house["name"] for transformer in bare["transformers"] for house in transformer["houses"]}
    for listed in bare["priority_lists"]:
        for rank in listed["configuration"]:
            rank["houses"] = [name[house] for house in rank["houses"]]
    for node in nodes(bare):
        node.pop("id")
    return {name: value for name, value in bare.items() if name not in GIVEN}


def test_an_import_stores_every_field(operator: Client) -> None:
    response = operator.raw("POST", "/grids/import", json=community())
    document = response.json()
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/v1/grids/{document['id']}"
    assert response.headers["etag"] == '"1"'
    assert document["format"] == "hygge-community/1"
    assert (document["access"], document["created_by"], document["version"]) == ("operate", 1, 1)
    assert document["hash"].startswith("sha256:")
    source = community()
    for name in ("name", "timezone", "currency", "import_limit_kw", "export_limit_kw", "location"):
        assert document[name] == source[name]
    assert [flag["name"] for flag in document["flags"]] == ["school", "medical", "essential", "prosumer"]
    assert document["flags"][1]["description"] == "Oxygen"
    panel, battery = document["transformers"][0]["houses"][0]["devices"]
    assert (panel["name"], panel["inverter_kw"], battery["initial_soc"]) == ("Roof", 6, 0.1)
    assert operator("GET", f"/grids/{document['id']}/topology", 200) == document


def test_ids_are_new_one_sequence_and_unique(operator: Client) -> None:
    first, second = imported(operator), imported(operator)
    ids = [node["id"] for document in (first, second) for node in nodes(document)]
    assert all(isinstance(identity, int) for identity in ids)
    assert len(ids) == len(set(ids)) == 18


def test_export_import_export_is_equal_but_for_ids(operator: Client) -> None:
    first = imported(operator)
    second = operator("POST", "/grids/import", 201, json=first)
    assert without_ids(second) == without_ids(first)
    assert second["hash"] == first["hash"]
    assert second["id"] != first["id"]


def test_the_hash_follows_the_content(operator: Client) -> None:
    document = imported(operator)
    house = document["transformers"][0]["houses"][0]
    path = f"/grids/{document['id']}/topology"
    operator("PATCH", f"/houses/{house['id']}", 200, json={"name": "Other"})
    changed = operator("GET", path, 200)
    assert changed["hash"] != document["hash"]
    assert changed["version"] == 2
    operator("PATCH", f"/houses/{house['id']}", 200, json={"name": house["name"]})
    assert operator("GET", path, 200)["hash"] == document["hash"]


def test_the_hash_of_equal_figures_is_equal(operator: Client) -> None:
    hashes = set()
    for zero in (0, 0.0, -0.0):
        document = community(transformers=[{"name": "T", "capacity_kw": zero}], priority_lists=[])
        hashes.add(operator("POST", "/grids/import", 201, json=document)["hash"])
    assert len(hashes) == 1


def test_the_smallest_document_is_a_grid_alone(operator: Client) -> None:
    document = operator("POST", "/grids/import", 201, json={"name": "Alone"})
    assert document["transformers"] == document["priority_lists"] == document["flags"] == []
    assert (document["timezone"], document["currency"]) == ("UTC", "EUR")


def test_import_is_the_same_as_making_every_node_by_hand(operator: Client) -> None:
    """The naive twin of the bulk insert."""
    source = imported(operator)
    grid_fields = {key: source[key] for key in ("name", "timezone", "currency", "import_limit_kw", "location")}
    grid = operator("POST", "/grids", 201, json=grid_fields)["id"]
    ids: dict[int, int] = {}
    for transformer in source["transformers"]:
        fields = {"name": transformer["name"], "capacity_kw": transformer["capacity_kw"]}
        made = operator("POST", f"/grids/{grid}/transformers", 201, json=fields)["id"]
        for house in transformer["houses"]:
            fields = {key: value for key, value in house.items() if key not in ("id", "devices")}
            ids[house["id"]] = operator("POST", f"/transformers/{made}/houses", 201, json=fields)["id"]
            for device in house["devices"]:
                fields = {key: value for key, value in device.items() if key != "id"}
                operator("POST", f"/houses/{ids[house['id']]}/devices", 201, json=fields)
    for listed in source["priority_lists"]:
        ranks = [{**rank, "houses": [ids[house] for house in rank["houses"]]} for rank in listed["configuration"]]
        operator("POST", "/priority-lists", 201, json={"name": listed["name"], "grid_id": grid, "configuration": ranks})
    by_hand = operator("GET", f"/grids/{grid}/topology", 200)
    assert by_hand["hash"] == source["hash"]


def test_put_keeps_ids_makes_new_nodes_and_deletes_the_missing(operator: Client) -> None:
    document = imported(operator)
    north, south = document["transformers"]
    kept, moved = north["houses"]
    north["houses"] = [kept]
    gone = kept["devices"].pop(0)
    kept["name"] = "Renamed"
    south["houses"] = [{"id": "new", "name": "New", "devices": [{"kind": "heater", "max_power_kw": 1}]}, moved]
    document["priority_lists"][0]["configuration"] = [{"houses": ["new", moved["id"]]}]
    path = f"/grids/{document['id']}/topology"
    stored = operator("PUT", path, 200, json=document)
    assert operator("GET", path, 200) == stored
    assert stored["version"] == document["version"] + 1
    assert stored["transformers"][0]["houses"] == [kept]
    houses = stored["transformers"][1]["houses"]
    assert houses[0] == moved
    assert houses[1]["name"] == "New"
    assert stored["priority_lists"][0]["configuration"] == [{"flags": [], "houses": [houses[1]["id"], moved["id"]]}]
    assert stored["priority_lists"][0]["id"] == document["priority_lists"][0]["id"]
    operator("GET", f"/devices/{gone['id']}", 404)


def test_put_of_the_export_changes_the_version_only(operator: Client) -> None:
    document = imported(operator)
    stored = operator("PUT", f"/grids/{document['id']}/topology", 200, json=document)
    assert stored | {"version": 1} == document


def test_put_never_touches_another_grid(operator: Client) -> None:
    mine, other = imported(operator), imported(operator)
    stored = operator("PUT", f"/grids/{mine['id']}/topology", 200, json=other)
    assert stored["id"] == mine["id"]
    assert not {node["id"] for node in nodes(stored)} & {node["id"] for node in nodes(other)}
    assert operator("GET", f"/grids/{other['id']}/topology", 200) == other


def test_a_stale_replacement_is_refused(operator: Client) -> None:
    document = imported(operator)
    path = f"/grids/{document['id']}/topology"
    etag = operator.raw("GET", path).headers["etag"]
    operator("PATCH", f"/grids/{document['id']}", 200, json={"name": "Meanwhile"})
    problem = operator("PUT", path, 412, json=document, headers={"If-Match": etag})
    assert "version 2" in problem["detail"]
    assert operator("GET", path, 200)["name"] == "Meanwhile"
    operator("PUT", path, 200, json=document, headers={"If-Match": '"1", "2"'})
    operator("PUT", path, 200, json=document, headers={"If-Match": "*"})


def test_snapshots_pin_a_version(callers: Callers, operator: Client) -> None:
    document = imported(operator)
    path = f"/grids/{document['id']}/snapshots"
    response = operator.raw("POST", path)
    assert response.status_code == 201
    assert response.headers["location"] == f"/api/v1{path}/1"
    assert response.json() == document
    assert operator("POST", path, 201) == document
    operator("PATCH", f"/grids/{document['id']}", 200, json={"name": "Later"})
    operator("GET", f"{path}/2", 404)
    later = operator("POST", path, 201)
    assert (later["version"], later["name"]) == (2, "Later")
    assert operator("GET", f"{path}/1", 200) == document
    listed = operator("GET", path, 200)["items"]
    assert [(item["version"], item["hash"]) for item in listed] == [(1, document["hash"]), (2, later["hash"])]
    assert len(operator("GET", path, 200, params={"limit": 1})["items"]) == 1
    guest = callers(77, "viewer", views=[document["id"]])
    assert guest("GET", f"{path}/1", 200)["access"] == "view"
    operator("GET", f"/grids/{document['id']}/topology", 200)
    assert len(operator("GET", path, 200)["items"]) == 2


def test_nodes_are_compact(operator: Client) -> None:
    document = imported(operator)
    listed = operator("GET", f"/grids/{document['id']}/nodes", 200)
    assert listed["grid_id"] == document["id"]
    assert (listed["created_by"], listed["access"]) == (1, "operate")
    assert listed["transformers"] == [{"id": node["id"], "name": node["name"]} for node in document["transformers"]]
    assert listed["houses"] == [
        {"id": house["id"], "name": house["name"], "transformer_id": transformer["id"], "owner": house["owner"]}
        for transformer in document["transformers"]
        for house in transformer["houses"]
    ]


def test_flags_of_a_document_join_the_vocabulary_once(callers: Callers) -> None:
    ada = callers(401)
    ada("POST", "/flags", 201, json={"name": "school", "description": "Mine"})
    document = imported(ada)
    vocabulary = {flag["name"]: flag["description"] for flag in ada("GET", "/flags", 200)["items"]}
    assert vocabulary["school"] == "Mine"
    assert vocabulary["medical"] != "Oxygen"
    described = {flag["name"]: flag["description"] for flag in document["flags"]}
    assert (described["school"], described["medical"]) == ("A school", "Oxygen")


def test_ten_thousand_houses_come_in_one_piece(callers: Callers) -> None:
    """The limit of this test's service is 8 MB; the time is measured elsewhere."""
    device = {"kind": "battery", "capacity_kwh": 10, "max_charge_kw": 5, "max_discharge_kw": 5}
    transformers = [
        {"name": f"T{t}", "houses": [{"name": f"H{h}", "flags": ["prosumer"], "devices": [device]} for h in range(100)]}
        for t in range(100)
    ]
    big = callers(402)("POST", "/grids/import", 201, json={"name": "Big", "transformers": transformers})
    houses = [house for transformer in big["transformers"] for house in transformer["houses"]]
    assert len(houses) == 10_000
    assert houses == sorted(houses, key=lambda house: house["id"])


@pytest.mark.parametrize("announced", [True, False])
def test_a_document_beyond_the_limit_is_refused(operator: Client, announced: bool) -> None:
    body = b'{"name": "' + b"x" * 8_000_001 + b'"}'
    content: Any = body if announced else iter([body[:5_000_000], body[5_000_000:]])
    operator("POST", "/grids/import", 413, content=content)


def test_sent_back_answers_are_accepted_as_they_are(operator: Client) -> None:
    document = imported(operator)
    body = json.dumps(document | {"version": 999, "hash": "sha256:0", "created_by": 999, "access": "view"})
    stored = operator("POST", "/grids/import", 201, content=body)
    assert (stored["version"], stored["created_by"], stored["access"]) == (1, 1, "operate")
    assert stored["hash"] == document["hash"]


def test_an_import_with_a_key_happens_once(callers: Callers) -> None:
    ada, bob = callers(403), callers(404)
    headers = {"Idempotency-Key": "k-1"}
    first = ada.raw("POST", "/grids/import", json=community(), headers=headers)
    again = ada.raw("POST", "/grids/import", json=community(), headers=headers)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert len(ada("GET", "/grids", 200)["items"]) == 1
    ada("POST", "/grids/import", 422, json=community(name="Other"), headers=headers)
    assert bob("POST", "/grids/import", 201, json=community(), headers=headers)["id"] != first.json()["id"]


def test_a_replacement_keeps_the_creators_of_lists(callers: Callers) -> None:
    ada = callers(405)
    document = imported(ada)
    helper = callers(406, operates=[document["id"]])
    document["priority_lists"].append({"name": "Helper's", "configuration": ["medical"]})
    stored = helper("PUT", f"/grids/{document['id']}/topology", 200, json=document)
    lists = [ada("GET", f"/priority-lists/{item['id']}", 200) for item in stored["priority_lists"]]
    assert [item["created_by"] for item in lists] == [405, 406]
    assert stored["created_by"] == 405
