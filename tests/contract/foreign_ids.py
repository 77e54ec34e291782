"""Where ids hide in queries and bodies: one case for each, or the reason why it needs none.

A new field or query parameter that looks like an id fails test_tenant_isolation.py until it is here.
"""

from collections.abc import Callable
from typing import Any

from tests.contract.calls import END, NETWORK, START, Options, assigned, combine, run_of, topology
from tests.contract.tenants import Ids
from tests.e2e.communities import battery, house

# A route with the caller's own path ids, and another tenant's id in one place of its body or query.
# (own ids, the other's) → options. The key's second part is the place as document.id_fields and the query call it.
Mixed = Callable[[Ids, Ids], Options]


def _assignment(field: str) -> Mixed:
    return lambda own, other: {"json": assigned(own, **{field: other.path[field]})}


def _run(place: str, make: Callable[[Ids], dict[str, Any]]) -> dict[tuple[str, str], Mixed]:
    """The same field in a run and in the base of a sweep."""
    return {
        ("POST /runs", place): lambda own, other: {"json": run_of(own, **make(other))},
        ("POST /sweeps", f"base.{place}"): lambda own, other: {
            "json": {"base": run_of(own, **make(other)), "vary": {"seed": [1]}}
        },
    }


def _topology(change: Callable[[dict[str, Any], Ids], None]) -> Mixed:
    def make(own: Ids, other: Ids) -> Options:
        doc = topology(own)
        change(doc, other)
        return {"json": doc}

    return make


def _other_house(doc: dict[str, Any], other: Ids) -> None:
    doc["transformers"][0]["houses"].append(house("x 2", id=other.path["house_id"]))


def _other_device(doc: dict[str, Any], other: Ids) -> None:
    doc["transformers"][0]["houses"][0]["devices"].append(battery(id=other.path["device_id"]))


def _other_transformer(doc: dict[str, Any], other: Ids) -> None:
    doc["transformers"].append({"id": other.path["transformer_id"], "name": "x 2", "houses": []})


def _other_list(doc: dict[str, Any], other: Ids) -> None:
    doc["priority_lists"].append({"id": other.path["list_id"], "name": "x 2", "configuration": []})


def _other_rank(doc: dict[str, Any], other: Ids) -> None:
    doc["priority_lists"][0]["configuration"] = [{"houses": [other.path["house_id"]]}]


def _listed(**fields: Callable[[Ids], Any]) -> Mixed:
    return lambda own, other: {
        "json": {"name": "x", "configuration": [], **{name: value(other) for name, value in fields.items()}}
    }


def _rank(other: Ids) -> list[dict[str, Any]]:
    return [{"houses": [other.path["house_id"]]}]


def _query(name: str, value: Callable[[Ids], Any]) -> Mixed:
    return lambda own, other: {"params": {name: value(other)}}


def _solar(own: Ids, other: Ids) -> Options:
    parameters = {
        "latitude": 48, "longitude": 11, "peak_kw": 1, "irradiance_profile_id": other.profiles["irradiance"],
    }  # fmt: skip
    return {"json": {"builder": "solar", "name": "x", "start": START, "end": END, "parameters": parameters}}


def _heat(own: Ids, other: Ids) -> Options:
    parameters = {"yearly_kwh": 1000, "temperature_profile_id": other.profiles["temperature"]}
    return {"json": {"builder": "heat_demand", "name": "x", "start": START, "end": END, "parameters": parameters}}


def _incentive(other: Ids) -> dict[str, Any]:
    return {"incentive": {"kind": "it_cer", "zonal_price_profile_id": other.profiles["price"]}}


BUNDLE = {"start": START, "end": END}
MIXED: dict[tuple[str, str], Mixed] = {
    ("PATCH /assignments/{assignment_id}", "house_id"): _assignment("house_id"),
    ("PATCH /assignments/{assignment_id}", "profile_id"): _assignment("profile_id"),
    ("POST /bundles", "grid_id"): lambda own, other: {"json": {**BUNDLE, "grid_id": other.path["grid_id"]}},
    ("POST /bundles", "house_ids"): lambda own, other: {
        "json": {**BUNDLE, "grid_id": own.path["grid_id"], "house_ids": [other.path["house_id"]]}
    },
    ("POST /bundles", "profile_ids"): lambda own, other: {
        "json": {**BUNDLE, "grid_id": own.path["grid_id"], "profile_ids": [other.profiles["price"]]}
    },
    ("POST /grants", "grid_id"): lambda own, other: {
        "json": {"grid_id": other.path["grid_id"], "access": "view", "username": own.username}
    },
    ("POST /users/{user_id}/grants", "grid_id"): lambda own, other: {
        "json": {"grid_id": other.path["grid_id"], "access": "view"}
    },
    ("POST /grids/{grid_id}/assignments", "house_id"): _assignment("house_id"),
    ("POST /grids/{grid_id}/assignments", "profile_id"): _assignment("profile_id"),
    ("PUT /grids/{grid_id}/assignments", "[].house_id"): lambda own, other: {
        "json": [assigned(own, house_id=other.path["house_id"])]
    },
    ("PUT /grids/{grid_id}/assignments", "[].profile_id"): lambda own, other: {
        "json": [assigned(own, profile_id=other.path["profile_id"])]
    },
    ("PUT /grids/{grid_id}/network", "connections[].house"): lambda own, other: {
        "json": {**NETWORK, "connections": [{"house": other.path["house_id"], "bus": "LV"}]}
    },
    ("PUT /grids/{grid_id}/network", "transformers[].transformer"): lambda own, other: {
        "json": {
            "source": {"bus": "MV"},
            "buses": [{"name": "MV", "voltage_kv": 20}, {"name": "LV", "voltage_kv": 0.4}],
            "transformers": [
                {
                    "name": "T", "hv_bus": "MV", "lv_bus": "LV", "sn_kva": 250, "vk_percent": 4,
                    "transformer": other.path["transformer_id"],
                }
            ],
        }
    },
    ("PATCH /houses/{house_id}", "transformer_id"): lambda own, other: {
        "json": {"transformer_id": other.path["transformer_id"]}
    },
    ("POST /priority-lists", "grid_id"): _listed(grid_id=lambda other: other.path["grid_id"]),
    ("POST /priority-lists", "configuration[].houses"): _listed(configuration=_rank),
    ("PATCH /priority-lists/{list_id}", "grid_id"): lambda own, other: {"json": {"grid_id": other.path["grid_id"]}},
    ("PATCH /priority-lists/{list_id}", "configuration[].houses"): _listed(configuration=_rank),
    ("POST /profiles/build", "parameters.parts[].profile_id"): lambda own, other: combine(
        own.profiles["load"], other.profiles["load"]
    ),
    ("POST /profiles/build", "parameters.irradiance_profile_id"): _solar,
    ("POST /profiles/build", "parameters.temperature_profile_id"): _heat,
    **_run("grid_id", lambda other: {"grid_id": other.path["grid_id"]}),
    **_run("priority_list_id", lambda other: {"priority_list_id": other.path["list_id"]}),
    **_run("temperature_profile_id", lambda other: {"temperature_profile_id": other.profiles["temperature"]}),
    **_run("carbon.profile_id", lambda other: {"carbon": {"profile_id": other.profiles["carbon"]}}),
    **_run("tariff.profile_id", lambda other: {"tariff": {"kind": "series", "profile_id": other.profiles["price"]}}),
    **_run(
        "tariff.feed_in_profile_id",
        lambda other: {
            "tariff": {
                "kind": "series", "profile_id": other.profiles["price"], "feed_in_profile_id": other.profiles["price"],
            }
        },
    ),
    **_run("incentive.zonal_price_profile_id", _incentive),
    ("GET /houses", "grid_id"): _query("grid_id", lambda other: other.path["grid_id"]),
    ("GET /priority-lists", "grid_id"): _query("grid_id", lambda other: other.path["grid_id"]),
    ("GET /profiles", "grid_id"): _query("grid_id", lambda other: other.path["grid_id"]),
    ("GET /runs", "grid_id"): _query("grid_id", lambda other: other.path["grid_id"]),
    ("GET /runs", "sweep_id"): _query("sweep_id", lambda other: other.path["sweep_id"]),
    ("GET /sweeps", "grid_id"): _query("grid_id", lambda other: other.path["grid_id"]),
    ("GET /results/compare", "runs"): lambda own, other: {
        "params": {"runs": f"{own.path['run_id']},{other.path['run_id']}"}
    },
    ("GET /results/{run_id}/bills", "house_id"): _query("house_id", lambda other: other.path["house_id"]),
    **{
        (f"GET /results/{{run_id}}/{part}", "node_id"): _query("node_id", lambda other: other.path["house_id"])
        for part in ("duration", "flows", "prices", "series", "trades")
    },
}  # fmt: skip

# Ids that the grid does not have name new nodes of the document: theirs are new ids, whoever has the one that was sent.
TOPOLOGIES: dict[tuple[str, str], Mixed] = {
    ("PUT /grids/{grid_id}/topology", "transformers[].id"): _topology(_other_transformer),
    ("PUT /grids/{grid_id}/topology", "transformers[].houses[].id"): _topology(_other_house),
    ("PUT /grids/{grid_id}/topology", "transformers[].houses[].devices[].id"): _topology(_other_device),
    ("PUT /grids/{grid_id}/topology", "priority_lists[].id"): _topology(_other_list),
    ("PUT /grids/{grid_id}/topology", "priority_lists[].configuration[].houses"): _topology(_other_rank),
}

# Places that look like ids and need no case, each with its reason.
HARMLESS: dict[tuple[str, str], str] = {
    **{
        ("POST /grids/import", place): "names inside the document; what is stored gets new ids (tested by itself)"
        for place in (
            "id", "created_by", "version", "transformers[].id", "transformers[].houses", "transformers[].houses[].id",
            "transformers[].houses[].devices[].id", "priority_lists[].id", "priority_lists[].configuration[].houses",
            "network.connections[].house", "network.transformers[].transformer",
        )
    },
    **{
        ("PUT /grids/{grid_id}/topology", place): "of an answer that is sent back; not read (tested by itself)"
        for place in (
            "id", "created_by", "version", "network.connections[].house", "network.transformers[].transformer",
        )
    },
    ("PUT /grids/{grid_id}/topology", "transformers[].houses"): "a list of objects, whose ids have their own case",
    **{
        (route, f"{place}owner"): "names a household by its user name; gives it sight of this house and nothing else"
        for route, place in (
            ("POST /grids/import", "transformers[].houses[]."),
            ("PUT /grids/{grid_id}/topology", "transformers[].houses[]."),
            ("POST /transformers/{transformer_id}/houses", ""),
            ("PATCH /houses/{house_id}", ""),
        )
    },
    ("POST /markets/clear", "orders[].id"): "a name inside the request; nothing is stored or looked up",
    ("POST /service-accounts", "grids"): "for admins only, who may give any grid",
    ("POST /users/me/api-keys", "grids"): "narrows what the key may do, never widens it (tested by itself)",
    ("POST /auth/token", "client_id"): "the caller's own name, proved by its secret",
    **{
        ("PUT /results/{run_id}", place): "for the engine only; other roles are refused before the body counts"
        for place in ("grid_id", "created_by", "nodes[].id", "nodes[].parent_id", "nodes[].owner")
    },
    ("PUT /results/{run_id}/network", "houses"): "for the engine only",
    ("PUT /results/{run_id}/network", "houses[].node_id"): "for the engine only",
}  # fmt: skip
# Query parameters that name nothing of anybody.
PLAIN_QUERY = frozenset(
    {
        "limit", "cursor", "dry_run", "status", "tag", "include", "snapshot", "format", "country", "profile_type",
        "source_type", "name", "timezone", "from", "to", "resolution", "points", "period", "kind", "measure",
        "measures", "language", "table", "minimum_kwh", "only", "role", "event", "actor_name",
        "from_position", "return_to", "state", "code", "iss", "error",
    }
)  # fmt: skip
