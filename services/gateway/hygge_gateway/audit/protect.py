"""`python -m hygge_gateway.audit.protect`: take the audit log away from the gateway's own database role.

The gateway's role owns its tables, because its migrations make them; an owner can switch triggers off, and so can
whoever gets hold of the gateway's password. After this the log, what chains it, and the schema around it belong to
`hygge_audit`, a role that nobody signs in as; the gateway's role may read and append, and do all it could with its
other tables. A migration that changes the log itself needs `--undo` before and this again after.

Reads HYGGE_PROVISION_ADMIN_URL and HYGGE_PROVISION_ADMIN_PASSWORD as provisioning does. Doing it again changes nothing.
"""

import argparse
import sys

import psycopg2
from psycopg2 import sql
from pydantic import ValidationError

from hygge_core.provision import AdminSettings, role_name
from hygge_core.settings import secrets_folder
from hygge_gateway.base import SCHEMA

KEEPER = "hygge_audit"
TABLE = "audit_events"
FUNCTIONS = ("audit_events_chain()", "audit_events_refuse()", "audit_event_hash(audit_events)", "audit_field(text)")


def protect(admin_url: str) -> None:
    """Give everything of the log to the keeper, and to the gateway's role only what it needs."""
    _run(
        admin_url,
        f"DO $$ BEGIN CREATE ROLE {KEEPER} NOLOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
        f"GRANT {KEEPER} TO CURRENT_USER",
        f"GRANT ALL ON SCHEMA {SCHEMA} TO {KEEPER}",
        *_owned_by(KEEPER),
        # The owner of a schema may drop whatever is in it.
        f"ALTER SCHEMA {SCHEMA} OWNER TO {KEEPER}",
        f"GRANT USAGE, CREATE ON SCHEMA {SCHEMA} TO {role_name(SCHEMA)}",
        f"REVOKE ALL ON {SCHEMA}.{TABLE} FROM {role_name(SCHEMA)}",
        f"GRANT SELECT, INSERT ON {SCHEMA}.{TABLE} TO {role_name(SCHEMA)}",
    )


def undo(admin_url: str) -> None:
    """As provisioning and migrations left it."""
    owner = role_name(SCHEMA)
    _run(admin_url, f"ALTER SCHEMA {SCHEMA} OWNER TO {owner}", *_owned_by(owner))


def _owned_by(role: str) -> list[str]:
    functions = [f"ALTER FUNCTION {SCHEMA}.{name} OWNER TO {role}" for name in FUNCTIONS]
    return [f"ALTER TABLE {SCHEMA}.{TABLE} OWNER TO {role}", *functions]


def _run(admin_url: str, *statements: str) -> None:
    connection = psycopg2.connect(admin_url)
    try:
        with connection, connection.cursor() as cursor:
            # The functions are named by the type of the table's rows.
            cursor.execute(f"SET LOCAL search_path = {SCHEMA}")
            for statement in statements:
                cursor.execute(sql.SQL(statement))
    finally:
        connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hygge_gateway.audit.protect", description=__doc__)
    parser.add_argument("--undo", action="store_true", help="give it back to the gateway's role")
    options = parser.parse_args()
    try:
        url = AdminSettings(_secrets_dir=secrets_folder()).complete_url
    except ValidationError as error:
        names = [f"HYGGE_PROVISION_{str(item['loc'][0]).upper()}: {item['msg']}" for item in error.errors()]
        sys.exit("Cannot protect the audit log, settings are wrong:\n  " + "\n  ".join(names))
    (undo if options.undo else protect)(url)


if __name__ == "__main__":
    main()
