"""A results service on a real database, and runs to put into it."""

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from hygge_results.main import build_app
from hygge_results.settings import Settings
from tests.support.postgres import TestDatabase
from tests.support.synthetic_runs import SyntheticRun
from tests.support.timescale import timescale, timescale_database
from tests.support.tokens import TokenMaker

__all__ = ["timescale", "timescale_database"]

API = "/api/v1/results"
Store = Callable[[SyntheticRun], SyntheticRun]


def service_client(database: TestDatabase, tokens: TokenMaker) -> TestClient:
    settings = Settings(
        port=1, database_url=database.url("results"), jwks_url="http://unused", environment="TEST", log_level="WARNING"
    )
    return TestClient(build_app(settings, verifier=tokens.verifier()), headers=tokens.headers(7, "operator"))


@pytest.fixture(scope="module")
def client(database: TestDatabase, tokens: TokenMaker) -> Iterator[TestClient]:
    """Speaks as the operator (user 7) who made the grid and the runs."""
    database.migrate("results")
    with service_client(database, tokens) as ready:
        yield ready


@pytest.fixture(scope="module")
def store(client: TestClient, database: TestDatabase, tokens: TokenMaker) -> Store:
    """Registers a run, writes its rows as the engine's role and closes it."""

    def stored(run: SyntheticRun) -> SyntheticRun:
        service = tokens.headers(0, "service")
        answer = client.put(f"{API}/{run.run_id}", json=run.registration(), headers=service)
        assert answer.status_code == 201, answer.text
        run.store(database.url("engine"))
        answer = client.post(f"{API}/{run.run_id}/close", json={"digest": f"d{run.run_id}"}, headers=service)
        assert answer.status_code == 200, answer.text
        return run

    return stored
