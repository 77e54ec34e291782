"""SQL of users. Deleted ones are not seen; their names stay taken."""

from typing import Any

from peewee import fn

from hygge_core.queries import FixedQuery, parameter
from hygge_gateway.users.tables import User

PRESENT = User.deleted_at.is_null()
_ONE = FixedQuery(lambda: User.select().where(PRESENT, User.id == parameter("user_id")), User)
_LOCKED = FixedQuery(lambda: User.select().where(PRESENT, User.id == parameter("user_id")).for_update(), User)


def insert_if_free(**values: Any) -> bool:
    """False if the name is taken, even by a process that inserts at the same time."""
    return User.insert(**values).on_conflict_ignore().execute() is not None


def by_id(user_id: int, *, lock: bool = False) -> User | None:
    user: User | None = (_LOCKED if lock else _ONE).first(user_id=user_id)
    return user


def by_name(username: str) -> User | None:
    """The user of this name, in whatever case it is written."""
    user: User | None = User.select().where(PRESENT, fn.lower(User.username) == username.lower()).first()
    return user


def after(user_id: int, limit: int, role: str | None) -> list[User]:
    """People; machines are listed where they are managed."""
    of_people = User.select().where(PRESENT, User.kind == "person")
    query = of_people.where(User.id > user_id).order_by(User.id).limit(limit)
    return list(query.where(User.role == role) if role is not None else query)


def update(user_id: int, **values: Any) -> None:
    User.update(**values, updated_at=fn.now()).where(User.id == user_id).execute()


def mark_deleted(user_id: int) -> None:
    update(user_id, active=False, password_hash="", email=None, display_name=None, deleted_at=fn.now())


def lock_admins() -> list[int]:
    """Ids of the active admins; locked, so that two admins can't remove each other at the same time."""
    query = User.select(User.id).where(PRESENT, User.active, User.role == "admin").order_by(User.id).for_update()
    return [row.id for row in query]
