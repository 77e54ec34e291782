"""The audit log when it is no longer the gateway's own: it goes on, and the gateway's role can't touch it."""

from collections.abc import Iterator

import psycopg2
import pytest

from hygge_core.database import connect, migrate
from hygge_gateway.audit.protect import protect, undo
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import Client, gateway
from tests.support.postgres import ROOT, Server, TestDatabase

ATTEMPTS = [
    "ALTER TABLE gateway.audit_events DISABLE TRIGGER USER",
    "DROP TABLE gateway.audit_events",
    "DROP TRIGGER audit_events_chained ON gateway.audit_events",
    "ALTER TABLE gateway.audit_events RENAME TO other",
    "ALTER TABLE gateway.audit_events OWNER TO hygge_gateway",
    "UPDATE gateway.audit_events SET subject = 'x'",
    "DELETE FROM gateway.audit_events",
    "TRUNCATE gateway.audit_events",
    "DROP SCHEMA gateway CASCADE",
    "ALTER SCHEMA gateway RENAME TO other",
    "SET ROLE hygge_audit",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION gateway.audit_events_chain() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
    "CREATE OR REPLACE FUNCTION gateway.audit_field(value text) RETURNS text LANGUAGE sql AS $$SELECT ''$$",
    "DROP FUNCTION gateway.audit_events_refuse() CASCADE",
    "CREATE RULE nothing AS ON INSERT TO gateway.audit_events DO INSTEAD NOTHING",
    "CREATE TRIGGER later BEFORE INSERT ON gateway.audit_events EXECUTE FUNCTION gateway.audit_events_refuse()",
]


@pytest.fixture(scope="module")
def protected(postgres: Server) -> Iterator[TestDatabase]:
    database = postgres.new_database()
    database.migrate("gateway")
    protect(database.admin_url)
    protect(database.admin_url)
    yield database


@pytest.mark.parametrize("statement", ATTEMPTS)
def test_the_gateways_role_cannot_do_it(protected: TestDatabase, statement: str) -> None:
    connection = psycopg2.connect(protected.url("gateway"))
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_the_gateway_works_as_before(protected: TestDatabase, settings: Settings) -> None:
    from pydantic import SecretStr

    changed = settings.model_copy(update={"database_url": SecretStr(protected.url("gateway"))})
    with gateway(changed) as client:
        user = client.new_user("still-there")
        assert_recorded(client, user["id"])
    # Migrations of other tables go on; nothing is pending here, but the folder is read and its history written.
    pool = connect(protected.url("gateway"), schema="gateway", pool_size=1)
    assert migrate(pool, ROOT / "services/gateway/migrations", "gateway") == []
    with pool.connection_context():
        pool.execute_sql("CREATE TABLE gateway.made_later (id bigint); DROP TABLE gateway.made_later")


def assert_recorded(client: Client, user_id: int) -> None:
    headers = client.headers_of()
    entries = client.get("/api/v1/audit?event=user_created", headers=headers).json()["items"]
    assert f"user:{user_id}" in [entry["subject"] for entry in entries]
    assert client.get("/api/v1/audit/verification", headers=headers).json()["intact"]


def test_it_can_be_given_back(postgres: Server) -> None:
    database = postgres.new_database()
    database.migrate("gateway")
    protect(database.admin_url)
    undo(database.admin_url)
    with psycopg2.connect(database.url("gateway")) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE gateway.audit_events ADD COLUMN later text")
    connection.close()
