"""The whole suite for real: on the embedded PostgreSQL, and on TimescaleDB in a container."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hygge_local.runtime import Runtime, RuntimeSettings
from tests.e2e.client import Api, sign_in
from tests.support.timescale import timescale

__all__ = ["timescale"]  # a fixture is used by being in reach


@pytest.fixture(scope="session", params=["embedded", pytest.param("timescale", marks=pytest.mark.containers)])
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A running suite with two workers; every service a process of its own."""
    folder: Path = tmp_path_factory.mktemp("hygge")
    admin_url = request.getfixturevalue("timescale").admin_url if request.param == "timescale" else None
    # The tests sign in more often in a minute than people do.
    environment = {"HYGGE_GATEWAY_RATE_LIMIT_LOGIN": "10000/minute"}
    settings = RuntimeSettings(port=0, workers=2, concurrency=1, admin_url=admin_url, environment=environment)
    with Runtime(folder, settings) as running:
        yield running


@pytest.fixture
def admin(suite: Runtime) -> Iterator[Api]:
    """The bootstrap admin, signed in."""
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        yield api
