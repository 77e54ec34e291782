"""The grants table."""

from peewee import SQL, BigIntegerField, TextField
from playhouse.postgres_ext import DateTimeTZField

from hygge_gateway.base import Table


class Grant(Table):
    """A grid (of topology; here only its id) that a user may operate or view."""

    user_id = BigIntegerField()
    grid_id = BigIntegerField()
    access = TextField()
    granted_by = BigIntegerField()
    created_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])

    class Meta:  # noqa: D106
        table_name = "grants"
