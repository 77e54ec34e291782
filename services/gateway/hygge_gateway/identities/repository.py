"""SQL of identities and of sign-ins on their way."""

from datetime import timedelta
from typing import Any

from peewee import fn

from hygge_gateway.identities.tables import Identity, PendingLogin


def by_subject(issuer: str, subject: str, *, lock: bool = False) -> Identity | None:
    query = Identity.select().where(Identity.issuer == issuer, Identity.subject == subject)
    identity: Identity | None = (query.for_update() if lock else query).first()
    return identity


def of_user(user_id: int) -> Identity | None:
    identity: Identity | None = Identity.select().where(Identity.user_id == user_id).first()
    return identity


def insert(user_id: int, issuer: str, subject: str, linked_by: int | None = None) -> bool:
    """False if the subject or the user is linked already."""
    query = Identity.insert(user_id=user_id, issuer=issuer, subject=subject, linked_by=linked_by)
    return query.on_conflict_ignore().execute() is not None


def delete_of_user(user_id: int) -> bool:
    return bool(Identity.delete().where(Identity.user_id == user_id).execute())


def mark_login(identity_id: int) -> None:
    Identity.update(last_login_at=fn.now()).where(Identity.id == identity_id).execute()


def insert_pending(life: timedelta, **values: Any) -> None:
    """Ends `life` from now by the database's clock; forgets those that have ended."""
    PendingLogin.delete().where(PendingLogin.expires_at < fn.now()).execute()
    PendingLogin.insert(**values, expires_at=fn.now() + life).execute()


def take_pending(state_hash: bytes) -> PendingLogin | None:
    """The sign-in of this state, removed: of two that ask for it at once only one gets it."""
    query = PendingLogin.delete().where(PendingLogin.state_hash == state_hash, PendingLogin.expires_at > fn.now())
    return next(iter(query.returning(PendingLogin).execute()), None)
