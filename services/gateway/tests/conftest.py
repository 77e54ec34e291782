"""Fixtures of the gateway's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
