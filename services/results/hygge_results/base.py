"""The service's database, set when the application starts, and the base of its tables."""

from peewee import DatabaseProxy, Model

SCHEMA = "results"

database = DatabaseProxy()


class Table(Model):
    """Base of the tables in schema `results`."""

    class Meta:  # noqa: D106
        database = database
        schema = SCHEMA
        legacy_table_names = False
