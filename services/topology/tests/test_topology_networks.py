"""Networks: the routes, their place in documents, every finding, and what happens when houses go."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.topology.tests.topology_support import Callers, Client, community
from tests.support.postgres import ROOT

Json = dict[str, Any]
LINE = {"length_km": 0.1, "r_ohm_per_km": 0.2, "x_ohm_per_km": 0.08, "max_i_ka": 0.27}


def network(**changes: Any) -> Json:
    """MV – T1 – LV – A – B, houses 7 and "9" of the example community on A and B, house 8 on B too."""
    content: Json = {
        "source": {"bus": "MV", "voltage_pu": 1.02},
        "buses": [
            {"name": "MV", "voltage_kv": 20},
            {"name": "LV", "voltage_kv": 0.4},
            {"name": "A", "voltage_kv": 0.4},
            {"name": "B", "voltage_kv": 0.4},
        ],
        "lines": [
            {"name": "L1", "from_bus": "LV", "to_bus": "A", **LINE, "c_nf_per_km": 830},
            {"name": "L2", "from_bus": "A", "to_bus": "B", **LINE, "parallel": 2},
        ],
        "transformers": [
            {
                "name": "T1", "hv_bus": "MV", "lv_bus": "LV", "transformer": "north", "sn_kva": 250, "vk_percent": 4,
                "vkr_percent": 1.3, "pfe_kw": 0.6, "i0_percent": 0.3, "tap_pos": 1, "tap_step_percent": 2.5,
                "shift_degree": 150,
            }
        ],
        "connections": [{"house": 7, "bus": "A"}, {"house": "9", "bus": "B"}, {"house": 8, "bus": "B"}],
    }  # fmt: skip
    return content | changes


def imported(client: Client, **changes: Any) -> Json:
    document: Json = client("POST", "/grids/import", 201, json=community(network=network(**changes)))
    return document


def house_ids(document: Json) -> list[int]:
    return [house["id"] for transformer in document["transformers"] for house in transformer["houses"]]


def test_a_document_brings_its_network(operator: Client) -> None:
    document = imported(operator)
    stored = document["network"]
    assert stored["connections"] == [
        {"house": house, "bus": bus} for house, bus in zip(house_ids(document), "ABB", strict=True)
    ]
    assert stored["transformers"][0]["transformer"] == document["transformers"][0]["id"]
    assert stored["voltage_band"] == {"low_pu": 0.9, "high_pu": 1.1}
    assert stored["frequency_hz"] == 50
    assert stored["lines"][1] | network()["lines"][1] == stored["lines"][1]
    assert operator("GET", f"/grids/{document['id']}/network", 200) == stored
    assert operator("GET", f"/grids/{document['id']}/topology", 200) == document
    again = operator("POST", "/grids/import", 201, json=document)
    assert again["hash"] == document["hash"]
    assert again["network"]["connections"][0]["house"] == house_ids(again)[0]


@pytest.mark.parametrize(("name", "buses"), [("simbench_rural", 15), ("simbench_semiurb", 111)])
def test_the_examples_bring_their_networks(operator: Client, name: str, buses: int) -> None:
    source = json.loads((ROOT / "examples" / name / "community.json").read_text())
    document = operator("POST", "/grids/import", 201, json=source)
    stored = document["network"]
    assert len(stored["buses"]) == buses
    assert [line["name"] for line in stored["lines"]] == [line["name"] for line in source["network"]["lines"]]
    names = {house["id"]: house["name"] for part in document["transformers"] for house in part["houses"]}
    assert [names[item["house"]] for item in stored["connections"]] == [item["bus"] for item in stored["connections"]]
    assert stored["transformers"][0]["transformer"] == document["transformers"][0]["id"]
    assert operator("POST", "/grids/import", 201, json=document)["hash"] == document["hash"]


def test_put_get_delete(operator: Client) -> None:
    document = operator("POST", "/grids/import", 201, json=community())
    path = f"/grids/{document['id']}/network"
    assert document["network"] is None
    assert operator("GET", path, 404)["detail"] == "This grid has no network."
    operator("DELETE", path, 404)
    north = document["transformers"][0]["id"]
    mine = network(connections=[{"house": house, "bus": "A"} for house in reversed(house_ids(document))])
    mine["transformers"][0]["transformer"] = north
    stored = operator("PUT", path, 200, json=mine)
    assert [item["house"] for item in stored["connections"]] == house_ids(document)
    assert operator("GET", path, 200) == stored
    assert operator("PUT", path, 200, json=stored) == stored
    changed = operator("GET", f"/grids/{document['id']}/topology", 200)
    assert changed["network"] == stored
    assert changed["version"] == document["version"] + 2
    assert changed["hash"] != document["hash"]
    operator("DELETE", path, 204)
    assert operator("GET", f"/grids/{document['id']}/topology", 200)["hash"] == document["hash"]


def test_the_hash_follows_the_network(operator: Client) -> None:
    first = imported(operator)
    assert imported(operator)["hash"] == first["hash"]
    assert imported(operator, frequency_hz=60)["hash"] != first["hash"]
    swapped = [{"house": 7, "bus": "B"}, {"house": "9", "bus": "A"}, {"house": 8, "bus": "B"}]
    assert imported(operator, connections=swapped)["hash"] != first["hash"]
    assert imported(operator, connections=network()["connections"][::-1])["hash"] == first["hash"]
    unlinked = [network()["transformers"][0] | {"transformer": None}]
    assert imported(operator, transformers=unlinked)["hash"] != first["hash"]


def test_snapshots_keep_the_network(operator: Client) -> None:
    document = imported(operator)
    path = f"/grids/{document['id']}"
    operator("POST", f"{path}/snapshots", 201)
    operator("DELETE", f"{path}/network", 204)
    assert operator("GET", f"{path}/snapshots/1", 200)["network"] == document["network"]


def test_a_replacement_replaces_the_network_too(operator: Client) -> None:
    document = imported(operator)
    path = f"/grids/{document['id']}/topology"
    assert operator("PUT", path, 200, json=document) == document | {"version": 2}
    north, south = document["transformers"]
    gone = north["houses"].pop(0)
    south["houses"].append({"id": "new", "name": "New"})
    document["priority_lists"] = []
    document["network"]["connections"] = [
        *(item for item in document["network"]["connections"] if item["house"] != gone["id"]),
        {"house": "new", "bus": "A"},
    ]
    stored = operator("PUT", path, 200, json=document)
    new = stored["transformers"][1]["houses"][-1]
    assert new["name"] == "New"
    assert {"house": new["id"], "bus": "A"} in stored["network"]["connections"]
    assert len(stored["network"]["connections"]) == 3
    del stored["network"]
    assert operator("PUT", path, 200, json=stored)["network"] is None


def test_houses_and_transformers_that_go_leave_the_network(operator: Client) -> None:
    document = imported(operator)
    path = f"/grids/{document['id']}/network"
    first, *others = house_ids(document)
    operator("DELETE", f"/houses/{first}", 204)
    assert [item["house"] for item in operator("GET", path, 200)["connections"]] == others
    operator("DELETE", f"/transformers/{document['transformers'][0]['id']}", 204)
    left = operator("GET", path, 200)
    assert [item["house"] for item in left["connections"]] == others[1:]
    assert left["transformers"][0]["transformer"] is None
    operator("DELETE", f"/grids/{document['id']}", 204)
    operator("GET", path, 404)


def changed(path: str, value: Any) -> Json:
    """The network with one value set, or taken away by `...`."""
    content = network()
    node: Any = content
    *parents, last = path.split(".")
    for part in parents:
        node = node[int(part)] if part.isdigit() else node[part]
    if value is ...:
        del node[last]
    elif isinstance(node, list):
        node[int(last)] = value
    else:
        node[last] = value
    return content


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("source", ..., "source"),
        ("source.bus", "Nowhere", "source.bus"),
        ("source.voltage_pu", 0, "source.voltage_pu"),
        ("source.sk_mva", -1, "source.sk_mva"),
        ("frequency_hz", 0, "frequency_hz"),
        ("voltage_band", {"low_pu": 1.1, "high_pu": 0.9}, "voltage_band"),
        ("colour", "red", "colour"),
        ("lines", {}, "lines"),
        ("lines.0", 5, "lines.0"),
        ("lines.0.from_bus", "Nowhere", "lines.0.from_bus"),
        ("lines.0.to_bus", "LV", "lines.0.to_bus"),
        ("lines.0.to_bus", "MV", "lines.0"),
        ("lines.1.name", "L1", "lines.1.name"),
        ("lines.0.length_km", -0.1, "lines.0.length_km"),
        ("lines.0.length_km", 0, "lines.0.length_km"),
        ("lines.0.r_ohm_per_km", -1, "lines.0.r_ohm_per_km"),
        ("lines.0.x_ohm_per_km", -1, "lines.0.x_ohm_per_km"),
        ("lines.0.c_nf_per_km", -1, "lines.0.c_nf_per_km"),
        ("lines.0.max_i_ka", 0, "lines.0.max_i_ka"),
        ("lines.0.parallel", 0, "lines.0.parallel"),
        ("lines.0", network()["lines"][0] | {"r_ohm_per_km": 0, "x_ohm_per_km": 0}, "lines.0"),
        ("transformers.0.hv_bus", "Nowhere", "transformers.0.hv_bus"),
        ("transformers.0.sn_kva", 0, "transformers.0.sn_kva"),
        ("transformers.0.vkr_percent", 5, "transformers.0"),
        ("transformers.0.tap_pos", -40, "transformers.0"),
        ("transformers.0.tap_pos", 0.5, "transformers.0.tap_pos"),
        ("transformers.0.tap_side", "mv", "transformers.0.tap_side"),
        ("transformers.0.pfe_kw", -1, "transformers.0.pfe_kw"),
        ("transformers.0.transformer", "west", "transformers.0.transformer"),
        ("transformers.0.transformer", 7, "transformers.0.transformer"),
        ("connections.0.house", "nobody", "connections.0.house"),
        ("connections.0.house", "north", "connections.0.house"),
        ("connections.0.house", "7", "connections.0.house"),
        ("connections.0.house", True, "connections.0.house"),
        ("connections.1.house", 7, "connections.1.house"),
        ("connections.0.bus", "Nowhere", "connections.0.bus"),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_one_finding(operator: Client, path: str, value: Any, field: str) -> None:
    findings = operator.findings("POST", "/grids/import", json=community(network=changed(path, value)))
    # What a bad branch leads to is cut off, which is said too.
    islands = {name for name, message in findings.items() if "is not supplied" in message}
    assert f"network.{field}" in findings
    assert set(findings) - islands == {f"network.{field}"}


@pytest.mark.parametrize(
    ("path", "value", "cut_off"),
    [
        ("lines.1.in_service", False, [1, 2]),
        ("lines.1.from_closed", False, [1, 2]),
        ("lines.1.to_closed", False, [1, 2]),
        ("transformers.0.in_service", False, [0, 1, 2]),
        ("lines", [], [0, 1, 2]),
    ],
)
def test_houses_on_islands_are_named(operator: Client, path: str, value: Any, cut_off: list[int]) -> None:
    findings = operator.findings("POST", "/grids/import", json=community(network=changed(path, value)))
    assert set(findings) == {f"network.connections.{place}.bus" for place in cut_off}


def test_a_transformer_has_its_high_side_first(operator: Client) -> None:
    turned = [network()["transformers"][0] | {"hv_bus": "LV", "lv_bus": "MV"}]
    findings = operator.findings("POST", "/grids/import", json=community(network=network(transformers=turned)))
    assert list(findings) == ["network.transformers.0"]


def test_all_findings_come_together_and_nothing_is_stored(operator: Client) -> None:
    document = imported(operator)
    path = f"/grids/{document['id']}/network"
    bad = copy.deepcopy(document["network"])
    bad["source"]["bus"] = "X"
    bad["buses"][2] = {"name": "LV", "voltage_kv": -1}
    bad["lines"][1] |= {"from_bus": "Y", "max_i_ka": "much"}
    bad["connections"].append({"house": 10**15, "bus": "LV"})
    bad["transformers"][0]["transformer"] = bad["connections"][0]["house"]
    bad = bad | {"connections": [*bad["connections"], {"house": bad["connections"][0]["house"], "bus": "B"}]}
    assert set(operator.findings("PUT", path, json=bad)) == {
        "source.bus",
        "buses.2.voltage_kv",
        "buses.2.name",
        "lines.0.to_bus",
        "lines.1.from_bus",
        "lines.1.max_i_ka",
        "transformers.0.transformer",
        "connections.0.bus",
        "connections.3.house",
        "connections.4.house",
    }
    assert operator("GET", f"/grids/{document['id']}/topology", 200) == document


def test_lone_surrogates_are_refused_and_answered(operator: Client) -> None:
    source = network(source={"bus": "\ud800"}, buses=[{"name": "\ud801", "voltage_kv": 1}] * 2)
    findings = operator.findings("POST", "/grids/import", content=json.dumps(community(network=source)))
    assert {"network.source.bus", "network.buses.0.name", "network.buses.1.name"} <= set(findings)


@pytest.mark.parametrize("body", [[], "x", None, 5])
def test_what_is_no_network_is_refused(operator: Client, body: Any) -> None:
    document = imported(operator)
    operator("PUT", f"/grids/{document['id']}/network", 422, json=body)
    if body is not None:
        assert "network" in operator.findings("POST", "/grids/import", json=community(network=body))


def test_a_house_of_another_grid_is_no_house_of_this_one(callers: Callers, operator: Client) -> None:
    mine, other = imported(operator), imported(operator)
    findings = operator.findings("PUT", f"/grids/{mine['id']}/network", json=other["network"])
    assert set(findings) == {"transformers.0.transformer", *(f"connections.{place}.house" for place in range(3))}
    guest = callers(77, "viewer", views=[mine["id"]])
    assert guest("GET", f"/grids/{mine['id']}/network", 200) == mine["network"]
    guest("PUT", f"/grids/{mine['id']}/network", 403, json=mine["network"])
    callers(78)("GET", f"/grids/{mine['id']}/network", 404)


labels = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12).filter(str.strip)
amounts = st.floats(0, 1e9)
positive = st.floats(0, 1e9, exclude_min=True)


@st.composite
def networks(draw: st.DrawFn) -> Json:
    """A star of buses around one, with every figure that the schema allows."""
    names = draw(st.lists(labels, min_size=2, max_size=6, unique=True))
    line = {
        "length_km": positive, "r_ohm_per_km": positive, "x_ohm_per_km": amounts, "c_nf_per_km": amounts,
        "max_i_ka": positive, "parallel": st.integers(1, 9), "in_service": st.just(True),
    }  # fmt: skip
    lines = [
        {"name": name, "from_bus": names[0], "to_bus": name, **draw(st.fixed_dictionaries(line))} for name in names[1:]
    ]
    plate = {
        "sn_kva": positive, "vk_percent": st.just(4.0), "vkr_percent": st.floats(0, 4), "pfe_kw": amounts,
        "i0_percent": amounts, "tap_pos": st.integers(-5, 5), "tap_step_percent": st.floats(0, 10),
        "tap_side": st.sampled_from(["hv", "lv"]), "shift_degree": st.floats(-360, 360),
        "hv_kv": st.none() | positive, "lv_kv": st.none() | positive,
        "transformer": st.sampled_from([None, "north", "south"]),
    }  # fmt: skip
    transformer = {"name": names[0], "hv_bus": names[0], "lv_bus": names[1], **draw(st.fixed_dictionaries(plate))}
    kv = draw(positive)
    return {
        "frequency_hz": draw(st.sampled_from([50, 60, 16.7])),
        "source": {"bus": names[0], "voltage_pu": draw(st.floats(0.5, 1.5)), "sk_mva": draw(st.none() | positive)},
        "voltage_band": {"low_pu": draw(st.floats(0.5, 0.95)), "high_pu": draw(st.floats(1, 1.5))},
        "buses": [{"name": name, "voltage_kv": kv} for name in names],
        "lines": lines,
        "transformers": [transformer] if draw(st.booleans()) else [],
        "connections": [{"house": house, "bus": draw(st.sampled_from(names))} for house in (7, "9", 8)],
    }


@settings(max_examples=40)
@given(source=networks())
def test_a_network_survives(callers: Callers, source: Json) -> None:
    client = callers(602)
    document = client("POST", "/grids/import", 201, json=community(network=source))
    stored = document["network"]
    for name in ("frequency_hz", "voltage_band"):
        assert stored[name] == source[name]
    assert stored["source"] == {"rx_ratio": None} | source["source"]
    assert stored["buses"] == source["buses"]
    assert [item | given for item, given in zip(stored["lines"], source["lines"], strict=True)] == stored["lines"]
    assert [item["bus"] for item in stored["connections"]] == [item["bus"] for item in source["connections"]]
    ids = {None: None} | {
        key: node["id"] for key, node in zip(("north", "south"), document["transformers"], strict=True)
    }
    for item, sent in zip(stored["transformers"], source["transformers"], strict=True):
        assert item == item | sent | {"transformer": ids[sent["transformer"]]}
    assert client("GET", f"/grids/{document['id']}/topology", 200) == document
    again = client("POST", "/grids/import", 201, json=document)
    assert again["hash"] == document["hash"]
    assert client("PUT", f"/grids/{document['id']}/network", 200, json=stored) == stored
