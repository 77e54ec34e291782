"""Fixtures of the gateway's tests."""

import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from hygge_gateway.routing.limits import Attempts, RateLimits
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import (
    Client,
    Redis,
    Upstream,
    gateway,
    redis_server,
    serving,
    settings_for,
)
from tests.support.postgres import TestDatabase


@pytest.fixture(scope="session")
def redis_process() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture(scope="module")
def upstream() -> Upstream:
    return Upstream()


@pytest.fixture(scope="module")
def settings(
    database: TestDatabase, redis_process: Redis, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    database.migrate("gateway")
    folder: Path = tmp_path_factory.mktemp("gateway")
    with serving(upstream.app()) as url:
        yield settings_for(database, redis_process.url, folder, url)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[Client]:
    """The gateway, for real: PostgreSQL, Redis, HTTP."""
    with gateway(settings) as running:
        yield running


@pytest.fixture
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gateways that the test starts count all requests in the window of this moment: no minute, hour or day ends."""
    now = time.time()
    for counter in (RateLimits, Attempts):
        monkeypatch.setattr(f"hygge_gateway.main.{counter.__name__}", partial(counter, clock=lambda: now))
