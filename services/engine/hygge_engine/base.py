"""The database of this service, bound once at start (`database.initialize`). All tables are in the schema `engine`."""

from peewee import DatabaseProxy, Model

SCHEMA = "engine"
database = DatabaseProxy()


class Table(Model):
    """Base of all tables of the engine."""

    class Meta:  # noqa: D106
        database = database
        schema = SCHEMA
        legacy_table_names = False
