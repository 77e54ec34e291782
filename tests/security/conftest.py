"""The whole suite, running, and two operators who have nothing to do with each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from hygge_local.runtime import Runtime
from tests.e2e.client import Api, new_user, sign_in
from tests.e2e.communities import document, house, set_up

STEPS = 96


@dataclass(frozen=True)
class Village:
    """A community of one operator's."""

    owner: Api
    grid_id: int
    house_id: int


@pytest.fixture(scope="session")
def admin(embedded_suite: Runtime) -> Iterator[Api]:
    suite = embedded_suite
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        yield api


@pytest.fixture(scope="session")
def village(admin: Api) -> Iterator[Village]:
    """Somebody's grid with a house that has a profile."""
    with new_user(admin, "operator") as owner:
        built = set_up(owner, document("village", {"t": [house("h", id="h")]}), {"h": {"load": [1.0] * STEPS}})
        yield Village(owner, built.grid_id, built.houses["h"])


@pytest.fixture(scope="session")
def stranger(admin: Api) -> Iterator[Api]:
    """Another operator."""
    with new_user(admin, "operator") as api:
        yield api


@pytest.fixture(scope="session")
def openapi(embedded_suite: Runtime) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{embedded_suite.url}/api/v1/openapi.json", timeout=30).json()
    return found
