"""The audit table; the database itself refuses to change or remove its rows, and chains them."""

from peewee import SQL, BigIntegerField, BlobField, TextField
from playhouse.postgres_ext import BinaryJSONField, DateTimeTZField

from hygge_gateway.base import Table


class AuditEvent(Table):
    """One thing that happened: who (actor) did what (event) to whom or what (subject), from where.

    Never write `position`, `previous_hash` and `hash`: a trigger does.
    """

    at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    event = TextField()
    actor_id = BigIntegerField(null=True)
    actor_name = TextField(null=True)
    subject = TextField(null=True)
    address = TextField(null=True)
    request_id = TextField(null=True)
    details = BinaryJSONField(index=False)
    position = BigIntegerField()
    previous_hash = BlobField()
    hash = BlobField()

    class Meta:  # noqa: D106
        table_name = "audit_events"
