"""Vocabularies of flags, and priority lists that name flags and houses."""

from typing import Any

import pytest

from services.topology.tests.topology_support import Callers, Client, community


def names(client: Client) -> set[str]:
    return {flag["name"] for flag in client("GET", "/flags", 200, params={"limit": 1000})["items"]}


def imported(client: Client) -> dict[str, Any]:
    document: dict[str, Any] = client("POST", "/grids/import", 201, json=community())
    return document


def test_everybody_has_the_built_in_flags_and_their_own(callers: Callers) -> None:
    ada, bob = callers(101), callers(102)
    made = ada("POST", "/flags", 201, json={"name": "bakery", "description": "Starts at 3"})
    assert names(ada) == {"medical", "essential", "prosumer", "bakery"}
    assert names(bob) == {"medical", "essential", "prosumer"}
    assert "bakery" in names(callers(9, "admin"))
    path = f"/flags/{made['id']}"
    assert ada("PATCH", path, 200, json={"description": "Starts at 2"})["description"] == "Starts at 2"
    assert list(ada.findings("PATCH", path, json={"name": "x"})) == ["name"]
    ada("POST", "/flags", 409, json={"name": "bakery"})
    bob("POST", "/flags", 201, json={"name": "bakery"})
    for verb in ("GET", "PATCH", "DELETE"):
        bob(verb, path, 404, json={})
    ada("DELETE", path, 204)
    ada("GET", path, 404)


def test_built_in_flags_stay(operator: Client) -> None:
    medical = next(flag for flag in operator("GET", "/flags", 200)["items"] if flag["name"] == "medical")
    assert medical["created_by"] is None
    operator("DELETE", f"/flags/{medical['id']}", 403)
    operator("PATCH", f"/flags/{medical['id']}", 403, json={"description": "x"})


def test_a_new_flag_of_a_house_joins_the_vocabulary_of_the_grids_creator(callers: Callers) -> None:
    ada = callers(103)
    document = imported(ada)
    house = document["transformers"][1]["houses"][0]["id"]
    helper = callers(104, operates=[document["id"]])
    helper("PATCH", f"/houses/{house}", 200, json={"flags": ["dialysis"]})
    assert "dialysis" in names(ada)
    assert "dialysis" not in names(helper)
    flags = {flag["name"] for flag in ada("GET", f"/grids/{document['id']}/topology", 200)["flags"]}
    assert flags == {"school", "medical", "prosumer", "essential", "dialysis"}


def test_a_flag_in_use_is_not_deleted(callers: Callers) -> None:
    ada = callers(105)
    document = imported(ada)
    house = document["transformers"][1]["houses"][0]["id"]
    ada("PATCH", f"/houses/{house}", 200, json={"flags": ["lift"]})
    flags = {flag["name"]: flag["id"] for flag in ada("GET", "/flags", 200)["items"]}
    ada("DELETE", f"/flags/{flags['lift']}", 409)
    ranked = ada("POST", "/priority-lists", 201, json={"name": "x", "configuration": ["lift"]})
    ada("PATCH", f"/houses/{house}", 200, json={"flags": []})
    ada("DELETE", f"/flags/{flags['lift']}", 409)
    ada("DELETE", f"/priority-lists/{ranked['id']}", 204)
    ada("DELETE", f"/flags/{flags['lift']}", 204)


def test_ranks_are_accepted_in_four_forms_and_answered_in_one(operator: Client) -> None:
    document = imported(operator)
    first, second = (house["id"] for house in document["transformers"][0]["houses"])
    configuration = ["medical", first, ["essential", second], {"flags": ["prosumer"], "houses": [first]}]
    body = {"name": "L", "grid_id": document["id"], "configuration": configuration}
    made = operator("POST", "/priority-lists", 201, json=body)
    assert made["configuration"] == [
        {"flags": ["medical"], "houses": []},
        {"flags": [], "houses": [first]},
        {"flags": ["essential"], "houses": [second]},
        {"flags": ["prosumer"], "houses": [first]},
    ]
    listed = operator("GET", "/priority-lists", 200, params={"grid_id": document["id"]})["items"]
    assert [item["id"] for item in listed] == [document["priority_lists"][0]["id"], made["id"]]
    changed = operator("PATCH", f"/priority-lists/{made['id']}", 200, json={"configuration": [second]})
    assert changed == made | {"configuration": [{"flags": [], "houses": [second]}]}


def test_a_rank_of_one_may_be_named_in_the_singular(operator: Client) -> None:
    house = imported(operator)["transformers"][0]["houses"][0]["id"]
    body = {"name": "L", "configuration": [{"flag": "medical"}, {"house": house}, {"house_id": house}]}
    assert operator("POST", "/priority-lists", 201, json=body)["configuration"] == [
        {"flags": ["medical"], "houses": []},
        {"flags": [], "houses": [house]},
        {"flags": [], "houses": [house]},
    ]
    both = {"name": "L", "configuration": [{"flag": "medical", "flags": ["essential"]}]}
    assert operator.findings("POST", "/priority-lists", json=both)


def test_a_list_without_a_grid_takes_that_of_its_houses(operator: Client) -> None:
    document = imported(operator)
    house = document["transformers"][0]["houses"][0]["id"]
    made = operator("POST", "/priority-lists", 201, json={"name": "L", "configuration": ["medical", house]})
    assert made["grid_id"] == document["id"]
    assert list(operator.findings("PATCH", f"/priority-lists/{made['id']}", json={"grid_id": None})) == ["grid_id"]


def test_a_list_of_flags_alone_is_its_creators(callers: Callers) -> None:
    ada, bob = callers(106), callers(107)
    made = ada("POST", "/priority-lists", 201, json={"name": "L", "configuration": [["medical", "essential"]]})
    assert made["grid_id"] is None
    path = f"/priority-lists/{made['id']}"
    for verb in ("GET", "PATCH", "DELETE"):
        bob(verb, path, 404, json={})
    assert bob("GET", "/priority-lists", 200)["items"] == []
    assert [item["id"] for item in ada("GET", "/priority-lists", 200)["items"]] == [made["id"]]
    assert ada("PATCH", path, 200, json={"name": "M"})["name"] == "M"
    ada("DELETE", path, 204)


def test_what_a_list_names_must_exist_in_its_grid(callers: Callers) -> None:
    ada, bob = callers(108), callers(109)
    mine, other, foreign = imported(ada), imported(ada), imported(bob)
    configuration: list[Any] = [
        "medicall",
        [mine["transformers"][0]["houses"][0]["id"], other["transformers"][0]["houses"][0]["id"]],
        {"flags": ["medical", "nope"], "houses": [foreign["transformers"][0]["houses"][0]["id"], 10**15]},
        mine["transformers"][0]["id"],
    ]
    body = {"name": "L", "grid_id": mine["id"], "configuration": configuration}
    assert set(ada.findings("POST", "/priority-lists", json=body)) == {
        "configuration.0.flags.0",
        "configuration.1.houses.1",
        "configuration.2.flags.1",
        "configuration.2.houses.0",
        "configuration.2.houses.1",
        "configuration.3.houses.0",
    }


def test_another_users_house_looks_like_none(callers: Callers) -> None:
    ada, bob = callers(110), callers(111)
    foreign = imported(bob)["transformers"][0]["houses"][0]["id"]
    answers = [
        ada.findings("POST", "/priority-lists", json={"name": "L", "configuration": [house]})
        for house in (foreign, 10**15)
    ]
    assert answers[0] == answers[1]


def test_a_deleted_house_leaves_the_lists(operator: Client) -> None:
    document = imported(operator)
    first, second = document["transformers"][0]["houses"]
    body = {"name": "L", "configuration": [first["id"], ["medical", first["id"]], [second["id"], first["id"]]]}
    made = operator("POST", "/priority-lists", 201, json=body)
    operator("DELETE", f"/houses/{first['id']}", 204)
    assert operator("GET", f"/priority-lists/{made['id']}", 200)["configuration"] == [
        {"flags": ["medical"], "houses": []},
        {"flags": [], "houses": [second["id"]]},
    ]
    operator("DELETE", f"/transformers/{document['transformers'][0]['id']}", 204)
    assert operator("GET", f"/priority-lists/{made['id']}", 200)["configuration"] == [
        {"flags": ["medical"], "houses": []}
    ]


@pytest.mark.parametrize("rank", [True, 1.5, [["medical"]], [{}], "", {"houses": ["x"]}, {"houses": [True]}])
def test_ranks_of_other_forms_are_refused(operator: Client, rank: Any) -> None:
    (field,) = operator.findings("POST", "/priority-lists", json={"name": "L", "configuration": [rank]})
    assert field.startswith("configuration.0")
