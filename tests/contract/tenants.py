"""Two tenants that have nothing to do with each other, each with something of every kind, and people around them."""

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.e2e.client import Api, sign_in
from tests.e2e.communities import START, battery, document, house, period, set_up

STEPS = 96
# Larger than any id that a test reaches, smaller than the largest bigint.
NOWHERE = 900_000_000_000
LINE = {"length_km": 0.1, "r_ohm_per_km": 0.2, "x_ohm_per_km": 0.08, "max_i_ka": 0.27}


@dataclass(frozen=True)
class Ids:
    """The ids of a tenant's things by the names that path parameters have, and those that only bodies name."""

    path: dict[str, int]
    flag: str
    username: str
    profiles: dict[str, int] = field(default_factory=dict)
    second_house_id: int = NOWHERE

    def numbers(self) -> set[int]:
        return {*self.path.values(), *self.profiles.values(), self.second_house_id}


# The ids of nobody: what an answer to a stranger must not differ from.
MISSING = Ids(
    path={
        name: NOWHERE + place
        for place, name in enumerate(
            (
                "grid_id", "transformer_id", "house_id", "device_id", "list_id", "flag_id", "version", "profile_id",
                "assignment_id", "run_id", "sweep_id", "user_id", "key_id", "account_id",
            )
        )
    },
    flag="no-such-flag",
    username="nobody-at-all",
    profiles={
        kind: NOWHERE + 50 + place
        for place, kind in enumerate(("load", "price", "carbon", "temperature", "irradiance"))
    },
    second_house_id=NOWHERE + 60,
)  # fmt: skip


@dataclass(frozen=True)
class Tenant:
    """An operator with a community, a viewer who was given it, the household of its first house, and two programs:
    one with a key of the operator's, one with an account of its own that was given the grid to operate.

    `mark` is in every name that the tenant gave: whoever reads it has seen something of the tenant's.
    """

    mark: str
    operator: Api
    viewer: Api
    household: Api
    program: Api
    machine: Api
    ids: Ids


@contextmanager
def tenant(admin: Api, name: str) -> Iterator[Tenant]:
    """A new tenant, all users signed in."""
    mark = f"{name}{secrets.token_hex(4)}"
    with ExitStack() as stack:
        people = {
            role: stack.enter_context(_user(admin, f"{mark}-{role}", role))
            for role in ("operator", "viewer", "participant")
        }
        operator = people["operator"]
        ids = community(operator, mark)
        user_id = operator("GET", "/auth/me")["id"]
        viewer_id = people["viewer"]("GET", "/auth/me")["id"]
        admin("POST", f"/users/{viewer_id}/grants", json={"grid_id": ids.path["grid_id"], "access": "view"})
        admin("POST", f"/users/{user_id}/grants", json={"grid_id": ids.path["grid_id"], "access": "operate"})
        # Grants are in the token from the next sign-in on.
        _sign_in_again(people["viewer"])
        key = operator("POST", "/users/me/api-keys", json={"name": f"{mark} key"})
        account = {"name": f"{mark}-machine", "role": "operator", "grids": [ids.path["grid_id"]]}
        made = admin("POST", "/service-accounts", json=account)
        ids.path.update(user_id=user_id, key_id=key["id"], account_id=made["id"])
        program = stack.enter_context(_bearer(admin, f"{mark}-program", key["key"]))
        machine = stack.enter_context(_bearer(admin, f"{mark}-machine", _machine_token(admin, made)))
        yield Tenant(mark, operator, people["viewer"], people["participant"], program, machine, ids)


PASSWORD = secrets.token_urlsafe(16)


@contextmanager
def _user(admin: Api, username: str, role: str) -> Iterator[Api]:
    admin("POST", "/users", json={"username": username, "password": PASSWORD, "role": role})
    with sign_in(str(admin.http.base_url), username, PASSWORD) as api:
        yield api


@contextmanager
def _bearer(admin: Api, name: str, token: str) -> Iterator[Api]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=admin.http.base_url, headers=headers, timeout=60) as http:
        yield Api(http, name)


def _machine_token(admin: Api, account: dict[str, Any]) -> str:
    form = {"grant_type": "client_credentials", "client_id": account["client_id"]}
    answer = admin("POST", "/auth/token", data={**form, "client_secret": account["client_secret"]})
    return str(answer["access_token"])


def _sign_in_again(api: Api) -> None:
    body = {"username": api.username, "password": PASSWORD}
    api.http.headers["Authorization"] = f"Bearer {api('POST', '/auth/login', json=body)['access_token']}"


def community(api: Api, mark: str) -> Ids:
    """A grid of two houses with everything that can hang on it, run once and swept once."""
    flag = api("POST", "/flags", json={"name": f"{mark}-flag", "description": mark})
    doc = document(
        f"{mark} grid",
        {
            f"{mark} north": [
                house(f"{mark} 1", battery(), id="1", owner=f"{mark}-participant", flags=[flag["name"]]),
                house(f"{mark} 2", id="2"),
            ]
        },
    )
    doc["priority_lists"] = [{"name": f"{mark} list", "configuration": [{"flags": [flag["name"]], "houses": ["2"]}]}]
    doc["network"] = _network(mark)
    built = set_up(api, doc, {f"{mark} 1": {"load": [0.5] * STEPS, "solar": [1.0] * STEPS}, f"{mark} 2": LOAD})
    houses = [built.houses[f"{mark} {number}"] for number in (1, 2)]
    profiles = {kind: _profile(api, f"{mark} {kind}", kind) for kind in ("load", "price", "carbon")}
    profiles |= {kind: _profile(api, f"{mark} {kind}", "weather", unit) for kind, unit in WEATHER.items()}
    version = api("POST", f"/grids/{built.grid_id}/snapshots")["version"]
    parameters = {"grid_id": built.grid_id, **period(STEPS), "name": f"{mark} run", "tags": [f"{mark} tag"]}
    run = api.run(**parameters, network_check=True, detail="step")
    assert run["status"] == "succeeded", run
    sweep = api("POST", "/sweeps", json={"name": f"{mark} sweep", "base": parameters, "vary": {"seed": [1]}})
    for swept in api("GET", f"/sweeps/{sweep['id']}")["runs"]:
        api.wait(swept["id"])
    assignments = api("GET", f"/grids/{built.grid_id}/assignments")["items"]
    devices = api("GET", f"/houses/{houses[0]}/devices")["items"]
    path = {
        "grid_id": built.grid_id, "transformer_id": next(iter(built.transformers.values())), "house_id": houses[0],
        "device_id": devices[0]["id"], "list_id": next(iter(built.priority_lists.values())), "flag_id": flag["id"],
        "version": version, "profile_id": assignments[0]["profile_id"], "assignment_id": assignments[0]["id"],
        "run_id": run["id"], "sweep_id": sweep["id"],
    }  # fmt: skip
    return Ids(path, flag["name"], f"{mark}-operator", profiles, houses[1])


LOAD = {"load": [1.0] * STEPS}
WEATHER = {"temperature": "degC", "irradiance": "W_per_m2"}
UNITS = {"load": "kW", "price": "EUR/kWh", "carbon": "kg/kWh"}


def _profile(api: Api, name: str, kind: str, unit: str | None = None) -> int:
    body = {
        "name": name, "profile_type": kind, "start": START.isoformat(), "step_minutes": 15,
        "unit": unit or UNITS[kind], "values": [0.25] * STEPS,
    }  # fmt: skip
    return int(api("POST", "/profiles", json=body)["id"])


def _network(mark: str) -> dict[str, Any]:
    return {
        "source": {"bus": f"{mark} LV"},
        "buses": [{"name": f"{mark} LV", "voltage_kv": 0.4}, {"name": f"{mark} A", "voltage_kv": 0.4}],
        "lines": [{"name": f"{mark} line", "from_bus": f"{mark} LV", "to_bus": f"{mark} A", **LINE}],
        "connections": [{"house": "1", "bus": f"{mark} A"}, {"house": "2", "bus": f"{mark} A"}],
    }


def everything(owner: Tenant, admin: Api) -> dict[str, Any]:
    """All that a tenant has, as it is now: equal before and after means that nothing was changed."""
    ids = owner.ids.path
    of_grid, of_run = f"/grids/{ids['grid_id']}", f"/results/{ids['run_id']}"
    paths = [
        "/grids", "/houses", "/flags", "/priority-lists", "/profiles", "/runs", "/sweeps", "/auth/me", of_grid,
        *(f"{of_grid}/{part}" for part in ("topology", "network", "assignments", "snapshots", "nodes", "transformers")),
        f"{of_grid}/snapshots/{ids['version']}", f"/houses/{ids['house_id']}/devices",
        f"/profiles/{ids['profile_id']}/series", f"/runs/{ids['run_id']}", f"/sweeps/{ids['sweep_id']}",
        f"/sweeps/{ids['sweep_id']}/outcomes", of_run,
        *(f"{of_run}/{part}" for part in ("summary", "nodes", "bills", "flows", "network")),
        *(f"{of_run}/export?table={table}" for table in ("series", "days", "trades")),
    ]  # fmt: skip
    found = {path: _content(owner.operator.raw("GET", path, params=_all_of(path))) for path in paths}
    found["account"] = _still(admin("GET", f"/service-accounts/{ids['account_id']}"))
    found["keys"] = [_still(key) for key in owner.operator("GET", "/users/me/api-keys")["items"]]
    for person in (owner.operator, owner.viewer, owner.household):
        user_id = person("GET", "/auth/me")["id"]
        found[person.username] = [admin("GET", f"/users/{user_id}"), admin("GET", f"/users/{user_id}/grants")]
    return found


def _still(body: dict[str, Any]) -> dict[str, Any]:
    """Without what changes by being used."""
    return {name: value for name, value in body.items() if name not in ("last_used_at", "secrets")}


def _all_of(path: str) -> dict[str, Any] | None:
    return None if "?" in path else {"limit": 1000}


def _content(answer: httpx.Response) -> Any:
    assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:500]}"
    is_json = answer.headers["content-type"].startswith("application/json")
    return answer.json() if is_json else answer.content
