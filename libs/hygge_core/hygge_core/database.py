"""PostgreSQL through Peewee: connection pool, transactions, migrations. One schema and one role per service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson
import psycopg2
from peewee import DatabaseProxy, InterfaceError, OperationalError, PeeweeException, PostgresqlDatabase
from playhouse.migrations import Runner
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase
from psycopg2.extras import register_default_json, register_default_jsonb

from hygge_core.errors import Unavailable
from hygge_core.pool import MeasuredPool

# Waiting longer than this for a free connection means overload: answer 503 instead of queueing without end.
POOL_TIMEOUT_SECONDS = 2
# Migrations of one schema never run twice at once: replicas that start together wait here.
MIGRATION_LOCK = 0x48594747
MIGRATION_LOCK_SECONDS = 15

# A server that went away without a word (its machine did) is noticed within about half a minute, also in mid-query.
ENDURANCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "30000",
}
# SQLSTATE classes of faults that pass: connection, transaction to be repeated, resources, operator, system.
PASSING_CLASSES = ("08", "40", "53", "57", "58")
READ_ONLY, DISK_FULL = "25006", "53100"
RETRY_SECONDS, DISK_RETRY_SECONDS = 5, 30

# What is stored as JSON was checked on its way in; the standard library reads it many times slower.
for _register in (register_default_json, register_default_jsonb):
    _register(globally=True, loads=orjson.loads)


class DatabaseAway(Unavailable):
    """The database can't do its work right now; nothing is wrong with what was asked of it."""


def connect(url: str, *, schema: str, pool_size: int = 20) -> PooledPostgresqlDatabase:
    """A pooled database for `postgresql://user:password@host:port/name` whose search path is the service's schema."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return MeasuredPool(
        parts.path.lstrip("/"),
        pool_name=schema,
        max_connections=pool_size,
        stale_timeout=300,
        timeout=POOL_TIMEOUT_SECONDS,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=query.pop("host", None) or parts.hostname or "",
        port=parts.port or 5432,
        options=f"-c search_path={schema},public -c timezone=UTC",
        application_name=f"hygge-{schema}",
        **(ENDURANCE | query),
    )


@contextmanager
def transaction(database: PostgresqlDatabase | DatabaseProxy) -> Iterator[None]:
    """One unit of work: a pooled connection and one transaction; nested calls join the outer one.

    Raises DatabaseAway (503) when no connection can be had, and when the database goes away or can't go on in the
    middle. When it goes away while it commits nobody knows whether it has: what is repeated must bear that.
    """
    with _connection(database) as work, database.atomic():
        yield
        work.is_committing = True


@contextmanager
def reading(database: PostgresqlDatabase | DatabaseProxy) -> Iterator[None]:
    """A pooled connection for queries that change nothing and lock nothing; nested calls join the outer one.

    Each query sees what is committed when it begins, which is all that a transaction of PostgreSQL's default isolation
    (READ COMMITTED) would give; beginning and ending one costs two more ways to the database and back. Raises as
    `transaction`.
    """
    with _connection(database):
        yield


@dataclass(slots=True)
class _Work:
    is_committing: bool = False


@contextmanager
def _connection(database: PostgresqlDatabase | DatabaseProxy) -> Iterator[_Work]:
    """A pooled connection, or the one that is open; what is wrong with the database becomes DatabaseAway."""
    work = _Work()
    if not database.is_closed():
        yield work
        return
    try:
        database.connect()
        try:
            yield work
        finally:
            # The pool throws a broken connection away.
            database.close()
    except (PeeweeException, psycopg2.Error, MaxConnectionsExceeded) as error:
        away = _away(error, committing=work.is_committing)
        if away is None:
            raise
        raise away from error


def _away(error: Exception, *, committing: bool) -> DatabaseAway | None:
    """What a client is told about a fault of the database's surroundings; None for any other fault."""
    if isinstance(error, MaxConnectionsExceeded):
        return DatabaseAway("Too much is asked of the database; try again shortly.", retry_after_seconds=RETRY_SECONDS)
    state = getattr(getattr(error, "orig", error), "pgcode", None)
    if state is None and not isinstance(
        error, (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
    ):
        return None
    if state is not None and state != READ_ONLY and not state.startswith(PASSING_CLASSES):
        return None
    if state == DISK_FULL:
        return DatabaseAway(
            "The database has no room left; nothing was stored. Try again later.",
            retry_after_seconds=DISK_RETRY_SECONDS,
        )
    if committing:
        return DatabaseAway(
            "The database went away in the middle: it is not known whether this was stored. Look, or repeat it with the"
            " same Idempotency-Key.",
            retry_after_seconds=RETRY_SECONDS,
        )
    return DatabaseAway("The database can't be reached; try again shortly.", retry_after_seconds=RETRY_SECONDS)


def ping(database: PostgresqlDatabase | DatabaseProxy) -> None:
    """Raise when the database does not answer."""
    with reading(database):
        database.execute_sql("SELECT 1")


def has_timescale(database: PostgresqlDatabase | DatabaseProxy) -> bool:
    """True when the TimescaleDB extension is installed in this database."""
    return database.execute_sql("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'").fetchone() is not None


def migrate(database: PostgresqlDatabase, directory: Path, schema: str) -> list[str]:
    """Apply the pending migrations of one schema in order, under a lock; returns the applied names."""
    with database.connection_context():
        database.execute_sql("SELECT pg_advisory_lock(%s, hashtext(%s))", (MIGRATION_LOCK, schema))
        # A migration that waits for a lock makes everybody wait who comes after it: rather fail, and be tried again.
        database.execute_sql(f"SET lock_timeout = '{MIGRATION_LOCK_SECONDS}s'")
        try:
            applied: list[str] = Runner(database, directory=str(directory), schema=schema).up()
        finally:
            database.execute_sql("RESET lock_timeout")
            database.execute_sql("SELECT pg_advisory_unlock(%s, hashtext(%s))", (MIGRATION_LOCK, schema))
    return applied


def pending(database: PostgresqlDatabase, directory: Path, schema: str) -> list[str]:
    """The names of migrations that are still to be applied."""
    with database.connection_context():
        rows = Runner(database, directory=str(directory), schema=schema).status()
    return [row.name for row in rows if row.path is not None and not row.applied]


def unknown(database: PostgresqlDatabase, directory: Path, schema: str) -> list[str]:
    """The names of applied migrations that this code does not have: the schema is of a later version."""
    with database.connection_context():
        rows = Runner(database, directory=str(directory), schema=schema).status()
    return [row.name for row in rows if row.path is None]
