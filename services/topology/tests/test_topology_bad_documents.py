"""Bad documents: every finding with its path, all at once, and nothing stored."""

import json
from typing import Any

import pytest

from services.topology.tests.topology_support import Callers, Client, community

Json = dict[str, Any]
HOUSE = "transformers.0.houses.0"
BATTERY = f"{HOUSE}.devices.1"


def changed(path: str, value: Any) -> Json:
    """The community with one value set, or taken away by `...`."""
    document = community()
    node: Any = document
    *parents, last = path.split(".")
    for part in parents:
        node = node[int(part)] if part.isdigit() else node[part]
    key: Any = int(last) if last.isdigit() else last
    if value is ...:
        del node[key]
    else:
        node[key] = value
    return document


@pytest.fixture(scope="module")
def ada(callers: Callers) -> Client:
    return callers(501)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("name", ..., "name"),
        ("format", "hygge-community/2", "format"),
        ("colour", "red", "colour"),
        ("timezone", "CEST", "timezone"),
        ("currency", "€", "currency"),
        ("import_limit_kw", -1, "import_limit_kw"),
        ("location", {"latitude": 0, "longitude": 181}, "location.longitude"),
        ("transformers", None, "transformers"),
        ("transformers.0", 5, "transformers.0"),
        ("transformers.0.capacity_kw", -1, "transformers.0.capacity_kw"),
        ("transformers.0.parent", 5, "transformers.0.parent"),
        ("transformers.1.houses", {}, "transformers.1.houses"),
        (f"{HOUSE}.sharing_key", 1.2, f"{HOUSE}.sharing_key"),
        (f"{HOUSE}.sharing_key", -0.2, f"{HOUSE}.sharing_key"),
        (f"{HOUSE}.flags", ["medical", "medical"], f"{HOUSE}.flags"),
        (f"{HOUSE}.flags", "medical", f"{HOUSE}.flags"),
        (f"{HOUSE}.id", 1.5, f"{HOUSE}.id"),
        (f"{HOUSE}.id", True, f"{HOUSE}.id"),
        (f"{HOUSE}.transformers", [], f"{HOUSE}.transformers"),
        (f"{HOUSE}.devices.0.capacity_kwp", -3, f"{HOUSE}.devices.0.capacity_kwp"),
        (f"{HOUSE}.devices.0.kind", "sun", f"{HOUSE}.devices.0.kind"),
        (f"{HOUSE}.devices.0.kind", ..., f"{HOUSE}.devices.0.kind"),
        (f"{HOUSE}.devices.0", "pv", f"{HOUSE}.devices.0"),
        (f"{BATTERY}.capacity_kwh", ..., f"{BATTERY}.capacity_kwh"),
        (f"{BATTERY}.charge_efficiency", 1.01, f"{BATTERY}.charge_efficiency"),
        (f"{BATTERY}.min_soc", -0.1, f"{BATTERY}.min_soc"),
        (f"{BATTERY}.max_soc", 0.05, f"{BATTERY}.min_soc"),
        (f"{BATTERY}.initial_soc", 0.05, f"{BATTERY}.initial_soc"),
        # A node inside itself, and every other id at two places.
        (f"{HOUSE}.id", "g", f"{HOUSE}.id"),
        (f"{HOUSE}.id", "north", f"{HOUSE}.id"),
        (f"{HOUSE}.devices.0.id", 7, f"{HOUSE}.devices.0.id"),
        ("transformers.1.id", "north", "transformers.1.id"),
        ("transformers.1.houses.0.id", 7, "transformers.1.houses.0.id"),
        ("priority_lists.0.id", "bat", "priority_lists.0.id"),
        # References to nothing, or to what is no house.
        ("priority_lists.0.configuration.0", {"houses": ["nobody"]}, "priority_lists.0.configuration.0.houses.0"),
        ("priority_lists.0.configuration.0", {"houses": ["north"]}, "priority_lists.0.configuration.0.houses.0"),
        ("priority_lists.0.configuration.0", {"houses": ["7"]}, "priority_lists.0.configuration.0.houses.0"),
        ("priority_lists.0.configuration.0", [7, 77], "priority_lists.0.configuration.0.houses.1"),
        ("priority_lists.0.configuration.0", "medicall", "priority_lists.0.configuration.0.flags.0"),
        ("priority_lists.0.configuration.0", {"flags": ["x"]}, "priority_lists.0.configuration.0.flags.0"),
        ("priority_lists.0.configuration.0", 1.5, "priority_lists.0.configuration.0"),
        ("priority_lists.0.configuration", ..., "priority_lists.0.configuration"),
        ("flags.1.name", "school", "flags.1.name"),
        ("flags.0.name", 5, "flags.0.name"),
        ("transformers.0.houses.1.sharing_key", 0.6, "transformers.0.houses"),
    ],
)  # fmt: skip
def test_one_thing_wrong_is_one_finding(ada: Client, path: str, value: Any, field: str) -> None:
    findings = ada.findings("POST", "/grids/import", json=changed(path, value))
    # A house that is not readable is missing for the priority list too.
    consequences = {
        name for name in findings if name.startswith("priority_lists") and "is not the id" in findings[name]
    }
    assert field in findings
    assert set(findings) <= consequences | {field}
    assert ada("GET", "/grids", 200)["items"] == []


@pytest.mark.parametrize("figure", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("path", ["import_limit_kw", f"{HOUSE}.max_buy_price", f"{BATTERY}.capacity_kwh"])
def test_figures_that_are_none_are_refused(ada: Client, path: str, figure: str) -> None:
    body = json.dumps(changed(path, "FIGURE")).replace('"FIGURE"', figure)
    assert list(ada.findings("POST", "/grids/import", content=body)) == [path]


def test_all_findings_come_together(ada: Client) -> None:
    document = community(currency="euro", extra=1)
    north, south = document["transformers"]
    north["capacity_kw"] = -1
    north["houses"][0]["devices"][1] |= {"min_soc": 0.9, "max_soc": 0.5, "charge_efficiency": 2}
    north["houses"][1] |= {"sharing_key": 0.7, "id": "north"}
    south["houses"].append({"id": 8})
    document["priority_lists"][0]["configuration"] = [{"houses": ["gone"], "flags": ["nope"]}, 1.5]
    problem = ada("POST", "/grids/import", 422, json=document)
    assert {error["field"] for error in problem["errors"]} == {
        "currency",
        "extra",
        "transformers.0.capacity_kw",
        "transformers.0.houses",
        "transformers.0.houses.0.devices.1.min_soc",
        "transformers.0.houses.0.devices.1.charge_efficiency",
        "transformers.0.houses.1.id",
        "transformers.1.houses.1.id",
        "transformers.1.houses.1.name",
        "priority_lists.0.configuration.0.houses.0",
        "priority_lists.0.configuration.0.flags.0",
        "priority_lists.0.configuration.1",
    }
    assert problem["detail"] == "12 findings; nothing was stored."
    assert ada("GET", "/grids", 200)["items"] == []
    assert ada("GET", "/houses", 200)["items"] == []
    assert len(ada("GET", "/flags", 200)["items"]) == 3


def test_a_bad_replacement_changes_nothing(callers: Callers) -> None:
    bob = callers(502)
    stored = bob("POST", "/grids/import", 201, json=community())
    path = f"/grids/{stored['id']}/topology"
    bad = changed(f"{BATTERY}.capacity_kwh", -1)
    bad["transformers"].pop()
    assert list(bob.findings("PUT", path, json=bad)) == [
        f"{BATTERY}.capacity_kwh", "priority_lists.0.configuration.2.houses.0",
    ]  # fmt: skip
    assert bob("GET", path, 200) == stored


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"name": ' + b"9" * 5000 + b"}"],
    ids=["empty", "open", "list", "null", "number", "string", "bytes", "deep", "digits"],
)
def test_what_is_no_document_is_refused(ada: Client, body: bytes) -> None:
    ada.findings("POST", "/grids/import", content=body)


def test_lone_surrogates_are_refused_and_answered(ada: Client) -> None:
    for body in (r'{"name": "\ud800"}', r'{"name": "x", "\ud800": 1}', r'{"name": "x", "flags": [{"name": "\ud800"}]}'):
        ada.findings("POST", "/grids/import", content=body)
    twice = r'{"name": "x", "id": "\ud800", "transformers": [{"id": "\ud800", "name": "x"}]}'
    ada.findings("POST", "/grids/import", content=twice)
