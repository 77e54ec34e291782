"""The table of API keys."""

from peewee import SQL, BigIntegerField, BlobField, TextField
from playhouse.postgres_ext import ArrayField, DateTimeTZField

from hygge_gateway.base import Table


class ApiKey(Table):
    """A key by the SHA-256 of its secret part; `public_id` is the part that may be shown."""

    user_id = BigIntegerField()
    public_id = TextField()
    secret_hash = BlobField()
    name = TextField()
    role = TextField(null=True)
    grids = ArrayField(BigIntegerField, null=True, index=False)
    actor_id = BigIntegerField(null=True)
    created_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    expires_at = DateTimeTZField()
    last_used_at = DateTimeTZField(null=True)
    revoked_at = DateTimeTZField(null=True)

    class Meta:  # noqa: D106
        table_name = "api_keys"
