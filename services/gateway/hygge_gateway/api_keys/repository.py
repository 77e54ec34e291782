"""SQL of API keys."""

from datetime import timedelta
from typing import Any

from peewee import SQL, fn

from hygge_gateway.api_keys.tables import ApiKey

# How exact the time of the last use is; each use would else write a row.
USE_RESOLUTION = timedelta(minutes=1)
_VALID = ApiKey.revoked_at.is_null() & (ApiKey.expires_at > fn.now())


def insert(life: timedelta, *, bound: bool, **values: Any) -> ApiKey:
    """Ends `life` from now. A key that is `bound` to grids gets a number of its own, out of those of users."""
    actor = SQL("nextval(pg_get_serial_sequence('users', 'id'))") if bound else None
    query = ApiKey.insert(**values, actor_id=actor, expires_at=fn.now() + life)
    key: ApiKey = next(iter(query.returning(ApiKey).execute()))
    return key


def valid(public_id: str) -> ApiKey | None:
    """The key of this public part, neither revoked nor ended."""
    key: ApiKey | None = ApiKey.select().where(ApiKey.public_id == public_id, _VALID).first()
    return key


def count_valid(user_id: int) -> int:
    return int(ApiKey.select().where(ApiKey.user_id == user_id, _VALID).count())


def of_user(user_id: int, after: int, limit: int) -> list[ApiKey]:
    """Those that were not revoked, also when they have ended."""
    mine = (ApiKey.user_id == user_id) & ApiKey.revoked_at.is_null() & (ApiKey.id > after)
    return list(ApiKey.select().where(mine).order_by(ApiKey.id).limit(limit))


def mark_used(key_id: int) -> None:
    stale = ApiKey.last_used_at.is_null() | (ApiKey.last_used_at < fn.now() - USE_RESOLUTION)
    ApiKey.update(last_used_at=fn.now()).where(ApiKey.id == key_id, stale).execute()


def revoke(user_id: int, key_id: int) -> bool:
    """False if the user has no such key (any more)."""
    mine = (ApiKey.id == key_id) & (ApiKey.user_id == user_id) & ApiKey.revoked_at.is_null()
    return bool(ApiKey.update(revoked_at=fn.now()).where(mine).execute())
