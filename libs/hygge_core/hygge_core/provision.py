"""Prepare a PostgreSQL server once: one role and one schema per service, TimescaleDB where the server has it.

`python -m hygge_core.provision` reads HYGGE_PROVISION_ADMIN_URL (a superuser or a managed service's master user; its
password may come apart, as HYGGE_PROVISION_ADMIN_PASSWORD) and HYGGE_PROVISION_<SERVICE>_PASSWORD for each service,
from the environment or from secret files; running it again changes passwords and nothing else. With
HYGGE_PROVISION_GRAFANA_PASSWORD there is also the role `hygge_grafana`, which may read the views of the results.
"""

import sys
from collections.abc import Mapping

import psycopg2
from psycopg2 import sql
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from hygge_core.settings import secrets_folder, with_password

SERVICES = ("gateway", "topology", "profiles", "engine", "results")
GRAFANA = "grafana"
# A dashboard that asks for too much must not take the database from the services.
READER_LIMITS = """
ALTER ROLE hygge_grafana CONNECTION LIMIT 10;
ALTER ROLE hygge_grafana SET default_transaction_read_only = on;
ALTER ROLE hygge_grafana SET statement_timeout = '30s';
GRANT USAGE ON SCHEMA results TO hygge_grafana
"""
# Views that a migration makes later are granted by that migration.
READER_VIEWS = """
SELECT format('GRANT SELECT ON results.%I TO hygge_grafana', viewname) FROM pg_views WHERE schemaname = 'results'
"""


def role_name(service: str) -> str:
    return f"hygge_{service}"


def provision(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Create what is missing: roles `hygge_<service>`, schemas `<service>` owned by them, the TimescaleDB extension.

    With a password for it also the reader's role, `hygge_grafana`.
    """
    connection = psycopg2.connect(admin_url)
    try:
        with connection, connection.cursor() as cursor:
            for service in SERVICES:
                _ensure_role(cursor, service, passwords[service])
                _ensure_schema(cursor, service)
            if GRAFANA in passwords:
                _ensure_reader(cursor, passwords[GRAFANA])
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


def _ensure_reader(cursor: psycopg2.extensions.cursor, password: str) -> None:
    _ensure_role(cursor, GRAFANA, password)
    cursor.execute(READER_LIMITS)
    cursor.execute(READER_VIEWS)
    for (grant,) in cursor.fetchall():
        cursor.execute(grant)


class AdminSettings(BaseSettings):
    """The administrator of the server."""

    model_config = SettingsConfigDict(env_prefix="HYGGE_PROVISION_")

    admin_url: SecretStr
    admin_password: SecretStr | None = None

    @property
    def complete_url(self) -> str:
        url = self.admin_url.get_secret_value()
        return with_password(url, self.admin_password) if self.admin_password is not None else url


class ProvisionSettings(AdminSettings):
    """The administrator, and the password of each service's role."""

    gateway_password: SecretStr
    topology_password: SecretStr
    profiles_password: SecretStr
    engine_password: SecretStr
    results_password: SecretStr
    grafana_password: SecretStr | None = None

    def passwords(self) -> dict[str, str]:
        found = {service: getattr(self, f"{service}_password").get_secret_value() for service in SERVICES}
        if self.grafana_password is not None:
            found[GRAFANA] = self.grafana_password.get_secret_value()
        return found


def main() -> None:
    try:
        settings = ProvisionSettings(_secrets_dir=secrets_folder())
    except ValidationError as error:
        names = [f"HYGGE_PROVISION_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        sys.exit("Cannot provision, settings are wrong:\n  " + "\n  ".join(names))
    provision(settings.complete_url, settings.passwords())


if __name__ == "__main__":
    main()
