"""How each operation is called with somebody's ids. A new route with a body fails the walk until it is here."""

import json
import secrets
from collections.abc import Callable
from typing import Any

from tests.contract.document import Route
from tests.contract.tenants import Ids
from tests.e2e.communities import battery, document, house, period

Options = dict[str, Any]
Call = Callable[[Ids], Options]
CSV = "timestamp,load\n2016-03-01T00:00Z,1\n2016-03-01T00:15Z,1\n"
START, END = period(96)["start"], period(96)["end"]
NETWORK = {"source": {"bus": "LV"}, "buses": [{"name": "LV", "voltage_kv": 0.4}]}
PLAIN = {"name": "x", "timezone": "UTC", "currency": "EUR"}
# Path parameters that name a thing of the public vocabulary, not of a tenant.
PUBLIC_NAMES = {"name": "at_eeg_static"}


def _json(body: Any) -> Call:
    return lambda _: {"json": body}


def run_of(ids: Ids, **changes: Any) -> dict[str, Any]:
    return {"grid_id": ids.path["grid_id"], **period(96), **changes}


def _upload(_: Ids) -> Options:
    mapping = {"timestamp_column": "timestamp", "step_minutes": 15, "unit": "kW"}
    return {"files": {"file": ("x.csv", CSV.encode(), "text/csv")}, "data": {"mapping": json.dumps(mapping)}}


def combine(*profile_ids: int) -> Options:
    parts = [{"profile_id": profile_id} for profile_id in profile_ids]
    return {"json": {"builder": "combine", "name": "x", "parameters": {"parts": parts}}}


def assigned(ids: Ids, **changes: Any) -> dict[str, Any]:
    return {"house_id": ids.path["house_id"], "profile_id": ids.path["profile_id"], **changes}


def topology(ids: Ids, **changes: Any) -> dict[str, Any]:
    """The tenant's document with a house less; `changes` in its first house."""
    first = house("x 1", battery(id=ids.path["device_id"]), id=ids.path["house_id"], **changes)
    doc = document("x", {"x": [first]})
    doc["transformers"][0]["id"] = ids.path["transformer_id"]
    doc["priority_lists"] = [
        {"id": ids.path["list_id"], "name": "x", "configuration": [{"houses": [ids.path["house_id"]]}]}
    ]
    return doc


REGISTRATION = {
    "grid_id": 1, "grid_created_by": 1, "created_by": 1, "timezone": "UTC", "currency": "EUR", "start": START,
    "end": END, "step_minutes": 15, "stored_step_minutes": 15, "nodes": [{"id": 1, "kind": "grid", "name": "x"}],
}  # fmt: skip

# The body, or the query that a route insists on. Valid for the owner of the ids.
CALLS: dict[str, Call] = {
    "PATCH /assignments/{assignment_id}": lambda ids: {"json": assigned(ids, scale=2.0)},
    "POST /bundles": lambda ids: {"json": {"grid_id": ids.path["grid_id"], "start": START, "end": END}},
    "PATCH /devices/{device_id}": _json({"capacity_kwh": 6.0}),
    "POST /flags": _json({"name": "fresh-flag"}),
    "PATCH /flags/{flag_id}": _json({"description": "changed"}),
    "POST /grants": lambda ids: {
        "json": {"grid_id": ids.path["grid_id"], "access": "view", "username": ids.username},
    },
    "POST /grids": _json(PLAIN),
    "POST /grids/import": _json(document("x", {"x": [house("x")]})),
    "PATCH /grids/{grid_id}": _json({"name": "changed"}),
    "POST /grids/{grid_id}/assignments": lambda ids: {"json": assigned(ids)},
    "PUT /grids/{grid_id}/assignments": lambda ids: {"json": [assigned(ids)]},
    "PUT /grids/{grid_id}/network": _json(NETWORK),
    "PUT /grids/{grid_id}/topology": lambda ids: {"json": topology(ids)},
    "POST /grids/{grid_id}/transformers": _json({"name": "x"}),
    "PATCH /houses/{house_id}": lambda ids: {"json": {"name": "x", "transformer_id": ids.path["transformer_id"]}},
    "POST /houses/{house_id}/devices": _json({"kind": "heater", "max_power_kw": 1}),
    "POST /markets/clear": _json({"mechanism": "uniform_price", "orders": []}),
    "POST /priority-lists": lambda ids: {
        "json": {"name": "x", "grid_id": ids.path["grid_id"], "configuration": [{"houses": [ids.path["house_id"]]}]},
    },
    "PATCH /priority-lists/{list_id}": lambda ids: {
        "json": {"name": "x", "configuration": [{"houses": [ids.path["house_id"]]}]},
    },
    "POST /profiles": _json(
        {"name": "x", "profile_type": "load", "start": START, "step_minutes": 15, "unit": "kW", "values": [1.0]}
    ),
    "POST /profiles/build": lambda ids: combine(ids.profiles["load"]),
    "POST /profiles/upload": _upload,
    "POST /profiles/upload/inspection": lambda _: {"files": {"file": ("x.csv", CSV.encode(), "text/csv")}},
    "PATCH /profiles/{profile_id}": _json({"name": "changed"}),
    "GET /results/compare": lambda ids: {"params": {"runs": str(ids.path["run_id"])}},
    "GET /results/{run_id}/export": lambda _: {"params": {"table": "nodes"}},
    "PUT /results/{run_id}": _json(REGISTRATION),
    "POST /results/{run_id}/close": _json({"digest": "x"}),
    "PUT /results/{run_id}/network": _json(
        {"band": {"low_pu": 0.9, "high_pu": 1.1}, "houses": [], "lines": [], "losses_kwh": 0}
    ),
    "POST /runs": lambda ids: {"json": run_of(ids)},
    "POST /runs/{run_id}/rerun": lambda _: {"params": {"snapshot": "pinned"}},
    "POST /sweeps": lambda ids: {"json": {"base": run_of(ids), "vary": {"seed": [1]}}},
    "PATCH /transformers/{transformer_id}": _json({"name": "changed"}),
    "POST /transformers/{transformer_id}/houses": _json({"name": "x"}),
    "POST /service-accounts": lambda ids: {
        "json": {"name": f"x-{secrets.token_hex(6)}", "role": "viewer", "grids": [ids.path["grid_id"]]}
    },
    "PATCH /service-accounts/{account_id}": _json({"active": True}),
    "POST /service-accounts/{account_id}/secret": _json({"overlap_hours": 1}),
    "POST /users": lambda _: {
        "json": {"username": f"x-{secrets.token_hex(6)}", "password": secrets.token_urlsafe(), "role": "viewer"}
    },
    "PATCH /users/{user_id}": _json({"display_name": "changed"}),
    "POST /users/me/api-keys": _json({"name": "x"}),
    "PUT /users/{user_id}/identity": _json({"subject": "x"}),
    "POST /users/{user_id}/grants": lambda ids: {"json": {"grid_id": ids.path["grid_id"], "access": "view"}},
}


def options_of(route: Route, ids: Ids) -> Options:
    return CALLS[route.key](ids) if route.key in CALLS else {}


def path_of(route: Route, ids: Ids) -> str:
    return route.path.format(**PUBLIC_NAMES | ids.path)
