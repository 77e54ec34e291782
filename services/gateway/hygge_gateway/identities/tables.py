"""Identities, and sign-ins that are on their way."""

from peewee import SQL, BigIntegerField, BlobField, TextField
from playhouse.postgres_ext import DateTimeTZField

from hygge_gateway.base import Table


class Identity(Table):
    """A subject of a provider, and the user it is here."""

    user_id = BigIntegerField()
    issuer = TextField()
    subject = TextField()
    linked_by = BigIntegerField(null=True)
    created_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    last_login_at = DateTimeTZField(null=True)

    class Meta:  # noqa: D106
        table_name = "identities"


class PendingLogin(Table):
    """A sign-in at the provider that is not back yet; taken once, by the browser that began it."""

    state_hash = BlobField()
    browser_hash = BlobField()
    nonce = TextField()
    code_verifier = TextField()
    return_to = TextField()
    expires_at = DateTimeTZField()

    class Meta:  # noqa: D106
        table_name = "pending_logins"
