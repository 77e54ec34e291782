"""A user of the public API: signs in, sends requests to the gateway, and expects success unless told otherwise."""

import io
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

FINAL = ("succeeded", "failed", "cancelled")


class Api:
    """One signed-in user."""

    def __init__(self, http: httpx.Client, username: str) -> None:
        self.http = http
        self.username = username

    def __call__(self, method: str, path: str, expect: int | None = None, **options: Any) -> Any:
        """The JSON of the answer (None for 204); asserts success, or the status `expect`."""
        answer = self.raw(method, path, **options)
        right = answer.is_success if expect is None else answer.status_code == expect
        assert right, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        return self.http.request(method, f"/api/v1{path}", **options)

    def upload(self, csv: str, mapping: dict[str, Any]) -> dict[str, int]:
        """Upload a CSV; the ids of the new profiles by name."""
        files = {"file": ("profiles.csv", io.BytesIO(csv.encode()), "text/csv")}
        answer = self("POST", "/profiles/upload", files=files, data={"mapping": json.dumps(mapping)})
        return {profile["name"]: profile["id"] for profile in answer["profiles"]}

    def run(self, **parameters: Any) -> dict[str, Any]:
        """Start a run and wait until it has ended."""
        answer = self.raw("POST", "/runs", json=parameters)
        assert answer.status_code == 202, answer.text
        assert answer.headers["location"].endswith(f"/runs/{answer.json()['id']}")
        return self.wait(answer.json()["id"])

    def wait(self, run_id: int, seconds: float = 120) -> dict[str, Any]:
        ends_at = time.monotonic() + seconds
        while time.monotonic() < ends_at:
            run: dict[str, Any] = self("GET", f"/runs/{run_id}", params={"include": "none"})
            if run["status"] in FINAL:
                return run
            time.sleep(0.1)
        raise AssertionError(f"run {run_id} has not ended after {seconds} s: {run}")

    def series(self, run_id: int, node_id: int, **query: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self("GET", f"/results/{run_id}/series", params={"node_id": node_id, **query})
        return answer


@contextmanager
def sign_in(url: str, username: str, password: str) -> Iterator[Api]:
    with httpx.Client(base_url=url, timeout=60) as http:
        answer = http.post("/api/v1/auth/login", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield Api(http, username)


@contextmanager
def new_user(admin: Api, role: str, grants: dict[int, str] | None = None) -> Iterator[Api]:
    """A fresh user of a role, signed in; `grants`: grid id → operate or view."""
    username, password = f"{role}-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    user = admin("POST", "/users", json={"username": username, "password": password, "role": role})
    for grid_id, access in (grants or {}).items():
        admin("POST", f"/users/{user['id']}/grants", json={"grid_id": grid_id, "access": access})
    with sign_in(str(admin.http.base_url), username, password) as api:
        yield api
