"""Fixtures that tests of every package use."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.support.postgres import Server, TestDatabase, embedded_server
from tests.support.tokens import TokenMaker

# How fast a machine is says nothing about the code. All else stays as hypothesis has it: in CI, the same examples each
# time.
settings.register_profile(
    "hygge",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("hygge")


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
