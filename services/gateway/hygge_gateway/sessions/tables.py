"""Sessions and their refresh tokens."""

from peewee import SQL, BigIntegerField, BlobField, ForeignKeyField, IntegerField, TextField
from playhouse.postgres_ext import DateTimeTZField

from hygge_gateway.base import Table


class Session(Table):
    """One sign-in: a family of refresh tokens that stands or falls together, and travels in one way only."""

    user_id = BigIntegerField()
    transport = TextField()
    created_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    expires_at = DateTimeTZField()
    revoked_at = DateTimeTZField(null=True)
    revoked_reason = TextField(null=True)

    class Meta:  # noqa: D106
        table_name = "sessions"


class RefreshToken(Table):
    """A refresh token by its SHA-256; `used_at` is set when it was first exchanged, `parent_id` is what it came for."""

    session = ForeignKeyField(Session)
    parent_id = BigIntegerField(null=True)
    token_hash = BlobField()
    created_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    expires_at = DateTimeTZField()
    used_at = DateTimeTZField(null=True)

    class Meta:  # noqa: D106
        table_name = "refresh_tokens"


class SignInAttempt(Table):
    """Failures in a row of one name (by its SHA-256) from one network, or (`*`) from all where it is not known."""

    name_hash = BlobField()
    network = TextField()
    failures = IntegerField(default=0)
    last_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    locked_until = DateTimeTZField(null=True)
    succeeded_at = DateTimeTZField(null=True)

    class Meta:  # noqa: D106
        table_name = "sign_in_attempts"
