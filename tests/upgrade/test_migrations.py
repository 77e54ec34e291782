"""Every service's migrations: down and up again gives the same schema, and none waits long for a lock."""

import threading
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from playhouse.migrations import Runner

from hygge_core import database as core
from hygge_core.database import connect, migrate
from hygge_core.provision import SERVICES
from tests.support.postgres import ROOT, TestDatabase

CATALOGUE = """
SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns
WHERE table_schema = %s ORDER BY 1, 2
"""
INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = %s ORDER BY 1"
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = %s::regnamespace ORDER BY 1, 2
"""


def schema_of(database: TestDatabase, service: str) -> list[Any]:
    connection = psycopg2.connect(database.admin_url)
    try:
        with connection.cursor() as cursor:
            found = []
            for query in (CATALOGUE, INDEXES, CONSTRAINTS):
                cursor.execute(query, [service])
                found.append(cursor.fetchall())
            return found
    finally:
        connection.close()


@pytest.mark.parametrize("service", SERVICES)
def test_down_and_up_again_gives_the_same(database: TestDatabase, service: str) -> None:
    database.migrate(service)
    before = schema_of(database, service)
    pool = connect(database.url(service), schema=service, pool_size=1)
    directory = ROOT / "services" / service / "migrations"
    with pool.connection_context():
        runner = Runner(pool, directory=str(directory), schema=service)
        later = [row.name for row in runner.migrations()][1:]
        if later:
            assert runner.down(later[0]) == later[::-1]
            assert schema_of(database, service) != before
            assert runner.up() == later
    pool.close_all()
    assert schema_of(database, service) == before


def test_a_migration_does_not_wait_long_for_a_lock(
    postgres: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everybody who wants the table after it would wait too."""
    monkeypatch.setattr(core, "MIGRATION_LOCK_SECONDS", 1)
    database = postgres.new_database()
    (tmp_path / "0001_table.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('CREATE TABLE engine.busy (id int)')\n"
    )
    pool = connect(database.url("engine"), schema="engine", pool_size=1)
    migrate(pool, tmp_path, "engine")
    (tmp_path / "0002_column.py").write_text(
        "def up(migrator, db):\n    db.execute_sql('ALTER TABLE engine.busy ADD COLUMN name text')\n"
    )
    reader = psycopg2.connect(database.admin_url)
    with reader.cursor() as cursor:
        cursor.execute("SELECT * FROM engine.busy")
        outcome: list[BaseException] = []

        def attempt() -> None:
            try:
                migrate(pool, tmp_path, "engine")
            except Exception as error:
                outcome.append(error)

        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        assert "lock timeout" in str(outcome[0])
    reader.close()
    assert migrate(pool, tmp_path, "engine") == ["0002_column"]
    pool.close_all()
