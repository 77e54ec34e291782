"""The database and the base of all tables."""

from peewee import DatabaseProxy, Model

database = DatabaseProxy()


class Table(Model):
    """Mapping of one table. Constraints, defaults and cascades are the database's own: see migrations/."""

    class Meta:  # noqa: D106
        database = database
        schema = "topology"
        legacy_table_names = False
