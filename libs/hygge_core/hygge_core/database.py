"""PostgreSQL through Peewee: connection pool, transactions, migrations. One schema and one role per service."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg2
from peewee import DatabaseProxy, InterfaceError, OperationalError, PostgresqlDatabase
from playhouse.migrations import Runner
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase

from hygge_core.errors import Unavailable

# Waiting longer than this for a free connection means overload: answer 503 instead of queueing without end.
POOL_TIMEOUT_SECONDS = 10
# Migrations of one schema never run twice at once: replicas that start together wait here.
MIGRATION_LOCK = 0x48594747


def connect(url: str, *, schema: str, pool_size: int = 20) -> PooledPostgresqlDatabase:
    """A pooled database for `postgresql://user:password@host:port/name` whose search path is the service's schema."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return PooledPostgresqlDatabase(
        parts.path.lstrip("/"),
        max_connections=pool_size,
        stale_timeout=300,
        timeout=POOL_TIMEOUT_SECONDS,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=query.pop("host", None) or parts.hostname or "",
        port=parts.port or 5432,
        options=f"-c search_path={schema},public -c timezone=UTC",
        application_name=f"hygge-{schema}",
        connect_timeout=5,
        **query,
    )


@contextmanager
def transaction(database: PostgresqlDatabase | DatabaseProxy) -> Iterator[None]:
    """One unit of work: a pooled connection and one transaction; nested calls join the outer one.

    Raises Unavailable (503) when no connection can be had.
    """
    if not database.is_closed():
        with database.atomic():
            yield
        return
    try:
        database.connect()
    except (OperationalError, InterfaceError, MaxConnectionsExceeded, psycopg2.Error) as error:
        raise Unavailable("The database can't be reached; try again shortly.", retry_after_seconds=5) from error
    try:
        with database.atomic():
            yield
    finally:
        database.close()


def ping(database: PostgresqlDatabase | DatabaseProxy) -> None:
    """Raise when the database does not answer."""
    with transaction(database):
        database.execute_sql("SELECT 1")


def has_timescale(database: PostgresqlDatabase | DatabaseProxy) -> bool:
    """True when the TimescaleDB extension is installed in this database."""
    return database.execute_sql("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'").fetchone() is not None


def migrate(database: PostgresqlDatabase, directory: Path, schema: str) -> list[str]:
    """Apply the pending migrations of one schema in order, under a lock; returns the applied names."""
    with database.connection_context():
        database.execute_sql("SELECT pg_advisory_lock(%s, hashtext(%s))", (MIGRATION_LOCK, schema))
        try:
            applied: list[str] = Runner(database, directory=str(directory), schema=schema).up()
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s, hashtext(%s))", (MIGRATION_LOCK, schema))
    return applied


def pending(database: PostgresqlDatabase, directory: Path, schema: str) -> list[str]:
    """The names of migrations that are still to be applied."""
    with database.connection_context():
        rows = Runner(database, directory=str(directory), schema=schema).status()
    return [row.name for row in rows if row.path is not None and not row.applied]
