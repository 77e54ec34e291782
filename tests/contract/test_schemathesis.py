"""Schemathesis on the combined OpenAPI document: no 5xx, and no answer that the document doesn't promise.

Made-up requests, good and bad ones, for every operation, as an admin and as an operator. Ids in paths, queries and
bodies are mostly those of things that exist, so that requests get past the 404; operations that delete or replace have
things of their own for that. Requests and their order are the same in each run.

For a longer run set HYGGE_CONTRACT_EXAMPLES (made-up requests for each operation; 5), or HYGGE_CONTRACT_SECONDS (new
ones are made up for each of the two callers until the time is over). See `make contract`.
"""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import OPENAPI, Target
from tests.contract.tenants import MISSING, Ids, Tenant, community
from tests.e2e.client import Api

EXAMPLES = int(os.environ.get("HYGGE_CONTRACT_EXAMPLES", "5"))
SECONDS = int(os.environ.get("HYGGE_CONTRACT_SECONDS", "0"))
SEED = 20260101
# Every boundary of every parameter once is enough: coverage takes most of the time, and other roles share the code.
PHASES = {"admin": "examples,coverage,fuzzing,stateful", "operator": "examples,fuzzing,stateful"}
# How often an id is that of a thing that exists.
KNOWN = 0.8

# Not `negative_data_rejection`: where JSON has a number, pydantic also takes it written as a text or as true, and the
# services leave it at that. What must be refused is in the services' own tests, and in test_malformed_requests.py.
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "missing_required_header", "unsupported_method",
    "allow_header_conformance", "use_after_free",
)  # fmt: skip
# Operations that are left out altogether, each with its reason.
LEFT_OUT = {
    "GET /runs/{run_id}/events": "a stream of events, whose answer has no schema (tests/e2e reads it)",
    "GET /auth/oidc/start": "made-up values make the address longer than the server takes (414)",
    "GET /auth/oidc/callback": "the same",
    "POST /auth/logout": "without a body it ends the sessions of whoever asks, here the walker's",
    "POST /auth/password": "the same",
    "PATCH /users/{user_id}": "among its ids is that of the suite's only admin (the gateway's own tests change users)",
    "DELETE /users/{user_id}": "the same",
    "GET /results/{run_id}/export": "large files; tests/e2e reads all of them",
}
# Paths that a method without a route of its own shares with `/{id}`: 422 (the word is no id) is as right as 405.
SHADOWED = ("/grids/import", "/profiles/build", "/profiles/builders", "/profiles/upload", "/results/compare")
DESTRUCTIVE = (
    "PUT /api/v1/grids/{grid_id}/topology",
    "PUT /api/v1/grids/{grid_id}/network",
    "PUT /api/v1/grids/{grid_id}/assignments",
    "PUT /api/v1/users/{user_id}/identity",
)


@pytest.mark.timeout(SECONDS + 600)
@pytest.mark.parametrize("role", list(PHASES))
def test_no_server_error_and_no_answer_that_is_not_documented(
    target: Target, admin: Api, ann: Tenant, tmp_path: Path, role: str
) -> None:
    caller = admin if role == "admin" else ann.operator
    spare = community(ann.operator, f"{ann.mark}{role}")
    spare.path.update(_accounts(admin, caller, f"{ann.mark}-{role}-spare"))
    config = tmp_path / "schemathesis.toml"
    config.write_text(_config(caller, ann.ids, spare), encoding="utf-8")
    found = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run", target.url + OPENAPI,
            "--no-color", "--phases", PHASES[role], "--report", "ndjson", "--report-dir", str(tmp_path),
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout[-20_000:] + found.stderr[-2_000:]


def _accounts(admin: Api, caller: Api, name: str) -> dict[str, int]:
    """A user, a machine's account and a key of the caller's that may be changed and deleted."""
    user = {"username": name, "password": secrets.token_urlsafe(16), "role": "viewer"}
    return {
        "user_id": admin("POST", "/users", json=user)["id"],
        "account_id": admin("POST", "/service-accounts", json={"name": name, "role": "viewer"})["id"],
        "key_id": caller("POST", "/users/me/api-keys", json={"name": name})["id"],
    }


def _config(caller: Api, ids: Ids, spare: Ids) -> str:
    """TOML; every value is written as JSON, which is TOML for texts, numbers and lists of them."""
    left_out = [{"include-name": key.replace(" ", " /api/v1", 1), "enabled": False} for key in LEFT_OUT]
    unsure = {"unsupported_method": {"enabled": False}, "allow_header_conformance": {"enabled": False}}
    shadowed = [{"include-path": f"/api/v1{path}", "checks": unsure} for path in SHADOWED]
    destructive = [{"include-method": "DELETE"}, *({"include-name": name} for name in DESTRUCTIVE)]
    operations = [*left_out, *shadowed, *(which | {"parameters": _bound("spare")} for which in destructive)]
    settings: dict[str, Any] = {
        "seed": SEED,
        "continue-on-failure": True,
        "request-timeout": 30,
        "headers": {"Authorization": caller.http.headers["Authorization"]},
        "warnings": False,
        "dictionaries": _dictionaries("known", ids) | _dictionaries("spare", spare),
        "parameters": _bound("known"),
        "generation": {
            "max-examples": EXAMPLES,
            "deterministic": True,
            "with-security-parameters": False,
            "database": "none",
            "no-shrink": True,
        },
        "checks": {"enabled": False} | {check: {"enabled": True} for check in CHECKS},
        "phases": {"stateful": {"max-steps": 4}},
    } | ({"max-time": SECONDS} if SECONDS else {})
    lines = [f"{_key(name)} = {_toml(value)}" for name, value in settings.items()]
    for operation in operations:
        lines += ["", "[[operations]]", *(f"{_key(name)} = {_toml(value)}" for name, value in operation.items())]
    return "\n".join(lines) + "\n"


def _dictionaries(kind: str, ids: Ids) -> dict[str, Any]:
    return {f"{kind}_{name}": {"values": [value]} for name, value in ids.path.items()}


# Where else the ids of path parameters are asked for.
ELSEWHERE = {
    "grid_id": ("query.grid_id", "body.grid_id", "body.base.grid_id"),
    "house_id": ("query.house_id", "query.node_id", "body.house_id"),
    "profile_id": ("body.profile_id",),
    "run_id": ("query.runs",),
    "sweep_id": ("query.sweep_id",),
    "list_id": ("body.priority_list_id",),
}


def _bound(kind: str) -> dict[str, Any]:
    """Parameters by their place, bound to the ids of a kind."""
    bound = {"dictionary": "", "probability": KNOWN}
    places = {f"path.{name}": name for name in MISSING.path}
    places |= {place: name for name, found in ELSEWHERE.items() for place in found}
    return {place: bound | {"dictionary": f"{kind}_{name}"} for place, name in places.items()}


def _key(name: str) -> str:
    return json.dumps(name)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(name)} = {_toml(item)}" for name, item in value.items()) + " }"
    return json.dumps(value)
