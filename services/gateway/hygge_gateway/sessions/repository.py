"""SQL of sessions and refresh tokens."""

from datetime import datetime, timedelta

from peewee import fn

from hygge_gateway.sessions.tables import RefreshToken, Session


def insert_session(user_id: int, transport: str, expires_at: datetime) -> int:
    session_id: int = Session.insert(user_id=user_id, transport=transport, expires_at=expires_at).execute()
    return session_id


def insert_token(session_id: int, token_hash: bytes, expires_at: datetime, parent_id: int | None) -> None:
    """`parent_id` is the token that is exchanged for this one; None at sign-in."""
    values = {"session": session_id, "token_hash": token_hash, "expires_at": expires_at, "parent_id": parent_id}
    RefreshToken.insert(values).execute()


def token_for_update(token_hash: bytes) -> RefreshToken | None:
    """The token with its session, both locked: of two that exchange it at once, the second sees it used."""
    query = RefreshToken.select(RefreshToken, Session).join(Session).where(RefreshToken.token_hash == token_hash)
    token: RefreshToken | None = query.for_update().first()
    return token


def mark_used(token_id: int) -> None:
    """The first use counts: a later one must not make the token live longer."""
    unused = RefreshToken.used_at.is_null()
    RefreshToken.update(used_at=fn.now()).where(RefreshToken.id == token_id, unused).execute()


def was_used_within(token_id: int, period: timedelta) -> bool:
    """Compared in the database, whose clock wrote `used_at`."""
    recent = RefreshToken.used_at > fn.now() - period
    return RefreshToken.select().where(RefreshToken.id == token_id, recent).exists()


def has_used_child(token_id: int) -> bool:
    """True if a token that this one was exchanged for has itself been exchanged."""
    used = RefreshToken.used_at.is_null(False)
    return RefreshToken.select().where(RefreshToken.parent_id == token_id, used).exists()


def revoke(session_id: int, reason: str) -> None:
    _revoke((Session.id == session_id), reason)


def revoke_all(user_id: int, reason: str) -> None:
    _revoke((Session.user_id == user_id), reason)


def delete_ended(before: datetime) -> None:
    """Forget sessions (and by cascade their tokens) that ended before."""
    Session.delete().where(Session.expires_at < before).execute()


def _revoke(which: object, reason: str) -> None:
    Session.update(revoked_at=fn.now(), revoked_reason=reason).where(which, Session.revoked_at.is_null()).execute()
