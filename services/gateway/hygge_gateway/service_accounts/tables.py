"""Service accounts and their secrets. Role, name and state are those of the account's row among the users."""

from peewee import SQL, BigIntegerField, BlobField, ForeignKeyField, TextField
from playhouse.postgres_ext import DateTimeTZField

from hygge_gateway.base import Table
from hygge_gateway.users.tables import User


class ServiceAccount(Table):
    """What a machine signs in as."""

    user = ForeignKeyField(User)
    client_id = TextField()
    created_by = BigIntegerField()

    class Meta:  # noqa: D106
        table_name = "service_accounts"


class ServiceAccountSecret(Table):
    """A secret by its SHA-256; two are valid while one takes the other's place."""

    account = ForeignKeyField(ServiceAccount, backref="secrets")
    secret_hash = BlobField()
    created_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    expires_at = DateTimeTZField(null=True)
    last_used_at = DateTimeTZField(null=True)

    class Meta:  # noqa: D106
        table_name = "service_account_secrets"
