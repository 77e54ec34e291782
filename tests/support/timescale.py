"""A real TimescaleDB in a container. Import `timescale` and `timescale_database` into a conftest to use them.

Without a container engine or the image the tests are skipped with the reason, or fail when HYGGE_REQUIRE_CONTAINERS=1
(as in CI, where nothing may be skipped). Mark such tests with `@pytest.mark.containers`.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import pytest

from tests.support.containers import cannot
from tests.support.postgres import PASSWORD, Server, TestDatabase

IMAGE = "timescale/timescaledb:2.19.3-pg17"
START_SECONDS = 90.0
WANTED = "TimescaleDB in a container"


@pytest.fixture(scope="session")
def timescale() -> Iterator[Server]:
    """One TimescaleDB server per test session."""
    with timescale_server() as server:
        yield server


@pytest.fixture(scope="module")
def timescale_database(timescale: Server) -> TestDatabase:
    """A fresh, provisioned database with the extension for the test module."""
    return timescale.new_database()


@contextmanager
def timescale_server() -> Iterator[Server]:
    """Start the container, wait until it answers, stop and remove it."""
    try:
        import docker
        from testcontainers.core.config import testcontainers_config
        from testcontainers.core.container import DockerContainer
    except ImportError as error:
        cannot(WANTED, f"the Python package {error.name} is not installed")
    # The container is removed below; the helper that testcontainers would start for that is one more image to have.
    testcontainers_config.ryuk_disabled = True
    try:
        docker.from_env().ping()
    except docker.errors.DockerException:
        cannot(WANTED, "there is no container engine (set DOCKER_HOST when it does not listen at the usual place)")
    container = DockerContainer(IMAGE).with_env("POSTGRES_PASSWORD", PASSWORD).with_exposed_ports(5432)
    try:
        container.start()
    except docker.errors.DockerException as error:
        cannot(WANTED, f"the image {IMAGE} can't be started: {error}")
    try:
        host, port = container.get_container_host_ip(), container.get_exposed_port(5432)
        url = f"postgresql://postgres:{PASSWORD}@{host}:{port}/postgres"
        _wait(url)
        yield Server(url)
    finally:
        container.stop()


def _wait(url: str) -> None:
    """Until the server answers twice in a row: while it sets itself up it restarts once."""
    deadline, answers = time.monotonic() + START_SECONDS, 0
    while answers < 2:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{IMAGE} did not answer within {START_SECONDS:.0f} s")
        try:
            psycopg2.connect(url, connect_timeout=2).close()
            answers += 1
        except psycopg2.OperationalError:
            answers = 0
        time.sleep(0.5)
