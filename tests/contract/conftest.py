"""A running suite, its OpenAPI document, and two tenants on it.

With HYGGE_CONTRACT_URL and HYGGE_CONTRACT_PASSWORD (of `admin`, or of HYGGE_CONTRACT_USERNAME) in the environment the
tests run on a suite that is up already, such as one in containers; its rate limit of sign-ins must be wide.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from hygge_local.runtime import Runtime
from tests.contract.document import Json, Route, routes_of
from tests.contract.tenants import Tenant, tenant
from tests.e2e.client import Api, sign_in

OPENAPI = "/api/v1/openapi.json"


@dataclass(frozen=True)
class Target:
    """A running suite: its gateway, and who may do everything."""

    url: str
    username: str
    password: str


@pytest.fixture(scope="session")
def target(request: pytest.FixtureRequest) -> Target:
    url = os.environ.get("HYGGE_CONTRACT_URL")
    if url:
        username = os.environ.get("HYGGE_CONTRACT_USERNAME", "admin")
        return Target(url, username, os.environ["HYGGE_CONTRACT_PASSWORD"])
    suite: Runtime = request.getfixturevalue("embedded_suite")
    return Target(suite.url, suite.admin.username, suite.admin.password)


@pytest.fixture(scope="module")
def admin(target: Target) -> Iterator[Api]:
    """The bootstrap admin, signed in."""
    with sign_in(target.url, target.username, target.password) as api:
        yield api


@pytest.fixture(scope="session")
def openapi(target: Target) -> Json:
    """The combined document as the gateway gives it to anybody."""
    answer = httpx.get(target.url + OPENAPI, timeout=30)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    assert "x-unavailable-services" not in found
    return found


@pytest.fixture(scope="session")
def routes(openapi: Json) -> list[Route]:
    found = routes_of(openapi)
    assert len(found) > 100
    return found


@pytest.fixture(scope="module")
def ann(admin: Api) -> Iterator[Tenant]:
    """The tenant whose things nobody else may touch."""
    with tenant(admin, "ann") as found:
        yield found


@pytest.fixture(scope="module")
def bob(admin: Api) -> Iterator[Tenant]:
    """The other tenant."""
    with tenant(admin, "bob") as found:
        yield found
