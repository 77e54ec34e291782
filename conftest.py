"""Fixtures that tests of every package use."""

from collections.abc import Iterator

import pytest

from tests.support.postgres import Server, TestDatabase, embedded_server
from tests.support.tokens import TokenMaker


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """One real PostgreSQL server per test session."""
    with embedded_server() as server:
        yield server


@pytest.fixture(scope="module")
def database(postgres: Server) -> TestDatabase:
    """A fresh, provisioned database for the test module."""
    return postgres.new_database()


@pytest.fixture(scope="session")
def tokens() -> TokenMaker:
    """A signing key and tokens made with it."""
    return TokenMaker()
