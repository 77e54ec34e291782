"""Prepare a PostgreSQL server once: one role and one schema per service, TimescaleDB where the server has it.

`python -m hygge_core.provision` reads HYGGE_PROVISION_ADMIN_URL (a superuser or a managed service's master user) and
HYGGE_PROVISION_<SERVICE>_PASSWORD for each service; running it again changes passwords and nothing else.
"""

import os
import sys
from collections.abc import Mapping

import psycopg2
from psycopg2 import sql

SERVICES = ("gateway", "topology", "profiles", "engine", "results")


def role_name(service: str) -> str:
    return f"hygge_{service}"


def provision(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create what is missing: roles `hygge_<service>`, schemas `<service>` owned by them, the TimescaleDB extension."""
    connection = psycopg2.connect(admin_url)
    try:
        with connection, connection.cursor() as cursor:
            for service in SERVICES:
                _ensure_role(cursor, service, passwords[service])
                _ensure_schema(cursor, service)
            cursor.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb'")
            if cursor.fetchone():
                cursor.execute("CREATE EXTENSION IF NOT EXISTS timescaledb")
    finally:
        connection.close()


def _ensure_role(cursor: psycopg2.extensions.cursor, service: str, password: str) -> None:
    role = sql.Identifier(role_name(service))
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role_name(service)])
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(sql.SQL(verb), role, sql.Literal(password)))
    # A managed server's master user may only give away schemas to roles that it is a member of.
    cursor.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))


def _ensure_schema(cursor: psycopg2.extensions.cursor, service: str) -> None:
    cursor.execute(
        sql.SQL("CREATE SCHEMA IF NOT EXISTS {} AUTHORIZATION {}").format(
            sql.Identifier(service), sql.Identifier(role_name(service))
        )
    )


def main() -> None:
    names = {"admin": "HYGGE_PROVISION_ADMIN_URL"} | {s: f"HYGGE_PROVISION_{s.upper()}_PASSWORD" for s in SERVICES}
    missing = [name for name in names.values() if not os.environ.get(name)]
    if missing:
        sys.exit("Cannot provision, settings are missing:\n  " + "\n  ".join(missing))
    provision(os.environ[names["admin"]], {service: os.environ[names[service]] for service in SERVICES})


if __name__ == "__main__":
    main()
