"""The database of this service and the base of its tables; `main.build_app` connects the proxy."""

from peewee import DatabaseProxy, Model

SCHEMA = "profiles"
database = DatabaseProxy()


class Table(Model):
    """A table in the schema of this service."""

    class Meta:  # noqa: D106
        database = database
        schema = SCHEMA
        legacy_table_names = False
