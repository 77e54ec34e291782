"""The whole suite for real: on the embedded PostgreSQL, and on TimescaleDB in a container."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from hygge_local.runtime import Runtime, RuntimeSettings
from tests.conftest import SETTINGS
from tests.e2e.client import Api, sign_in
from tests.e2e.outages import Calm, calm_run, signed_in
from tests.support.timescale import timescale

__all__ = ["timescale"]  # a fixture is used by being in reach


@pytest.fixture(scope="session", params=["embedded", pytest.param("timescale", marks=pytest.mark.containers)])
def suite(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A running suite with two workers; every service a process of its own. The embedded one is shared with others."""
    if request.param == "embedded":
        yield request.getfixturevalue("embedded_suite")
        return
    settings = replace(SETTINGS, admin_url=request.getfixturevalue("timescale").admin_url)
    with Runtime(tmp_path_factory.mktemp("hygge"), settings) as running:
        yield running


@pytest.fixture(scope="session")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A suite of its own for tests that take its parts away: quick to notice, and runs of many small windows."""
    environment = {
        "HYGGE_GATEWAY_RATE_LIMIT_LOGIN": "10000/minute",
        "HYGGE_GATEWAY_BREAKER_OPEN_SECONDS": "1",
        # Time for the rest of a large answer on a busy machine; less than the 15 s after which the runtime kills.
        "HYGGE_GATEWAY_SHUTDOWN_SECONDS": "13",
        "HYGGE_ENGINE_SWEEP_SECONDS": "1",
        "HYGGE_ENGINE_LEASE_SECONDS": "5",
        "HYGGE_ENGINE_RETRY_DELAY_SECONDS": "1",
        "HYGGE_ENGINE_MAX_WINDOW_HOUSE_STEPS": "4000",
    }
    settings = RuntimeSettings(port=0, workers=2, concurrency=1, environment=environment)
    with Runtime(tmp_path_factory.mktemp("frail"), settings) as running:
        yield running


@pytest.fixture(scope="module")
def calm(frail: Runtime) -> Calm:
    """A community on the frail suite, and its run as it is when nobody disturbs it."""
    return calm_run(frail)


@pytest.fixture
def api(frail: Runtime) -> Iterator[Api]:
    """The frail suite's admin, signed in."""
    with signed_in(frail) as signed:
        yield signed


@pytest.fixture
def admin(suite: Runtime) -> Iterator[Api]:
    """The bootstrap admin, signed in."""
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        yield api
