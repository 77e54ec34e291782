"""The gateway's own schema in PostgreSQL."""

from typing import Annotated

from fastapi import Path
from peewee import BigAutoField, DatabaseProxy, Model

SCHEMA = "gateway"

# An id in a path; larger ones can't be in the database.
RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]

database = DatabaseProxy()


class Table(Model):
    """Base of all tables of the gateway."""

    id = BigAutoField()

    class Meta:  # noqa: D106
        database = database
        schema = SCHEMA
        legacy_table_names = False
