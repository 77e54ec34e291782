"""The users table."""

from peewee import SQL, BooleanField, TextField
from playhouse.postgres_ext import DateTimeTZField

from hygge_gateway.base import Table


class User(Table):
    """A person, or a machine's account. Deleted ones keep their row, so that their name is never given out again."""

    username = TextField()
    password_hash = TextField()
    kind = TextField(default="person")
    role = TextField()
    email = TextField(null=True)
    display_name = TextField(null=True)
    active = BooleanField(default=True)
    created_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    updated_at = DateTimeTZField(constraints=[SQL("DEFAULT now()")])
    deleted_at = DateTimeTZField(null=True)

    class Meta:  # noqa: D106
        table_name = "users"

    @property
    def local_login(self) -> bool:
        """Whether there is a password; not for those who sign in elsewhere, and not for machines."""
        return bool(self.password_hash)
