"""Fixtures of the profiles service: a migrated database, a fake topology, a client, small files."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt

from hygge_core.errors import NotFound
from hygge_profiles.main import build_app
from hygge_profiles.settings import Settings
from hygge_profiles.topology import GridNodes
from tests.support.postgres import TestDatabase
from tests.support.tokens import TokenMaker


@dataclass
class FakeTopology:
    """Grids in memory; the caller's token decides as topology would: admin, service, creator, or `views`/`operates`."""

    tokens: TokenMaker
    grids: dict[int, tuple[int, frozenset[int]]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)

    def nodes(self, grid_id: int, authorization: str) -> GridNodes:
        self.asked.append(grid_id)
        claims = jwt.decode(authorization.removeprefix("Bearer "), self.tokens.key, algorithms=["RS256"]).claims
        if grid_id not in self.grids:
            raise NotFound("There is no such grid.")
        created_by, houses = self.grids[grid_id]
        operates = (
            claims["role"] in ("admin", "service")
            or (claims["role"] == "operator" and (int(claims["sub"]) == created_by or grid_id in claims["operates"]))
        )  # fmt: skip
        invited = claims["role"] in ("operator", "viewer") and grid_id in claims["views"]
        if not operates and not invited:
            raise NotFound("There is no such grid.")
        return GridNodes(grid_id, created_by, operates, houses)


@dataclass
class Api:
    """The service's test client for one caller; `login` gives another caller."""

    client: TestClient
    tokens: TokenMaker
    headers: dict[str, str]

    def login(self, user_id: int, role: str, **claims: Any) -> "Api":
        return Api(self.client, self.tokens, self.tokens.headers(user_id, role, **claims))

    def request(self, method: str, path: str, **options: Any) -> Any:
        headers = {**self.headers, **options.pop("headers", {})}
        return self.client.request(method, f"/api/v1{path}", headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.request("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return self.request("POST", path, json=body, **options)

    def upload(self, content: bytes | str, mapping: dict[str, Any] | None = None, **options: Any) -> Any:
        data = content.encode() if isinstance(content, str) else content
        name = options.pop("name", "meter.csv")
        form = {} if mapping is None else {"mapping": json.dumps(mapping)}
        return self.request("POST", "/profiles/upload", files={"file": (name, data)}, data=form, **options)

    def profile(self, values: list[float], **fields: Any) -> dict[str, Any]:
        body = {
            "name": "p", "profile_type": "load", "unit": "kW", "start": "2026-01-01T00:00:00Z", "step_minutes": 15,
            "values": values, **fields,
        }  # fmt: skip
        answer = self.post("/profiles", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def values(self, profile_id: int, **query: Any) -> list[float]:
        answer = self.get(f"/profiles/{profile_id}/series", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["values"])


@pytest.fixture(scope="module")
def topology(tokens: TokenMaker) -> FakeTopology:
    return FakeTopology(tokens)


@pytest.fixture(scope="module")
def make_app(database: TestDatabase, tokens: TokenMaker, topology: FakeTopology) -> Callable[..., Any]:
    """Builds the app on the module's database; settings may be replaced."""
    database.migrate("profiles")

    def make(**settings: Any) -> Any:
        values = {
            "port": 1, "database_url": database.url("profiles"), "jwks_url": "http://unused", "log_level": "ERROR",
            "topology_url": "http://unused", **settings,
        }  # fmt: skip
        return build_app(Settings(**values), verifier=tokens.verifier(), topology=topology)

    return make


@pytest.fixture(scope="module")
def client(make_app: Callable[..., Any]) -> Iterator[TestClient]:
    with TestClient(make_app()) as client:
        yield client


@pytest.fixture(scope="module")
def admin(client: TestClient, tokens: TokenMaker) -> Api:
    return Api(client, tokens, tokens.headers(1, "admin"))


@pytest.fixture(scope="module")
def alice(admin: Api) -> Api:
    return admin.login(10, "operator")


@pytest.fixture(scope="module")
def bob(admin: Api) -> Api:
    return admin.login(11, "operator")
