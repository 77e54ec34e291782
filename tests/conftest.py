"""What the tests of the whole suite share: one embedded suite for all that need nothing else."""

from collections.abc import Iterator

import pytest

from hygge_local.runtime import Runtime, RuntimeSettings

SETTINGS = RuntimeSettings(
    port=0,
    workers=2,
    concurrency=1,
    environment={
        # The tests sign in more often in a minute than people do, and some hold a token for longer.
        "HYGGE_GATEWAY_RATE_LIMIT_LOGIN": "10000/minute",
        "HYGGE_GATEWAY_ACCESS_TOKEN_SECONDS": "3600",
    },
)


@pytest.fixture(scope="session")
def embedded_suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A running suite with two workers on the embedded PostgreSQL; every service a process of its own."""
    with Runtime(tmp_path_factory.mktemp("hygge"), SETTINGS) as running:
        yield running
