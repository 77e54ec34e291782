"""A topology service on a real database."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from hygge_topology.main import build_app
from hygge_topology.settings import Settings
from services.topology.tests.topology_support import Callers, Client
from tests.support.postgres import TestDatabase
from tests.support.tokens import TokenMaker


@pytest.fixture(scope="module")
def callers(database: TestDatabase, tokens: TokenMaker) -> Iterator[Callers]:
    database.migrate("topology")
    settings = Settings(database_url=database.url("topology"), jwks_url="http://unused", max_document_mb=8)
    with TestClient(build_app(settings, tokens.verifier())) as http:
        yield Callers(http, tokens)


@pytest.fixture(scope="module")
def operator(callers: Callers) -> Client:
    return callers(1)
