"""Rules of users: names are unique for ever, passwords are not weak, one admin always stays."""

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, Finding, InvalidInput, NotAllowed, NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.service import record
from hygge_gateway.base import database
from hygge_gateway.grants import repository as grants
from hygge_gateway.origin import Origin
from hygge_gateway.sessions import lockout
from hygge_gateway.sessions import repository as sessions
from hygge_gateway.users import passwords, repository
from hygge_gateway.users.schemas import Registration, UserChange, UserCreate, UserView
from hygge_gateway.users.tables import User

WRONG_CURRENT = Finding("current_password", "is not your password")


def register(body: Registration, origin: Origin, *, is_open: bool) -> UserView:
    """A new participant, by their own hand."""
    if not is_open:
        raise NotAllowed("Registration is closed; ask an administrator for an account.")
    return _create(UserCreate(**body.model_dump()), origin, None)


def create(body: UserCreate, admin: Principal, origin: Origin) -> UserView:
    return _create(body, origin, admin)


def bootstrap_admin(username: str, password: str) -> bool:
    """Make the first admin; True if this call made one, False if an admin exists. Safe in several processes at once."""
    with transaction(database):
        if repository.lock_admins():
            return False
    # Hashing is slow: no connection is held meanwhile.
    hashed = passwords.hash_password(password)
    with transaction(database):
        made = repository.insert_if_free(username=username, password_hash=hashed, role="admin")
        if made:
            record(Event.USER_CREATED, Origin(None, None), actor_name="bootstrap", subject=username, role="admin")
    return made


def find(user_id: int) -> UserView:
    with reading(database):
        return _view(_existing(user_id))


def listing(paging: PageRequest, role: str | None) -> Page[UserView]:
    with reading(database):
        rows = repository.after(paging.after, paging.limit + 1, role)
    return page([_view(row) for row in rows], paging, lambda user: user.id)


def change(user_id: int, body: UserChange, admin: Principal, origin: Origin) -> UserView:
    values = body.model_dump(exclude_unset=True)
    _refuse_null(values)
    changed = sorted(values)
    with transaction(database):
        before = _existing(user_id)
    if "password" in values:
        _check_password(values["password"], before.username)
        values["password_hash"] = passwords.hash_password(values.pop("password"))
    with transaction(database):
        admins = repository.lock_admins()
        user = _existing(user_id, lock=True)
        if values.get("role", "admin") != "admin" or values.get("active") is False:
            _keep_one_admin(user, admins)
        repository.update(user_id, **values)
        if {"role", "active", "password_hash"} & values.keys():
            sessions.revoke_all(user_id, "user changed")
        details = {key: values[key] for key in ("role", "active") if key in values}
        record(Event.USER_CHANGED, origin, actor=admin, subject=f"user:{user_id}", fields=changed, **details)
        return _view(_existing(user_id))


def delete(user_id: int, admin: Principal, origin: Origin) -> None:
    with transaction(database):
        admins = repository.lock_admins()
        user = _existing(user_id, lock=True)
        _keep_one_admin(user, admins)
        sessions.revoke_all(user_id, "user deleted")
        grants.delete_of_user(user_id)
        repository.mark_deleted(user_id)
        record(Event.USER_DELETED, origin, actor=admin, subject=f"user:{user_id}", username=user.username)


def unlock(user_id: int, admin: Principal, origin: Origin) -> None:
    with transaction(database):
        lockout.unlock(user_id, _existing(user_id).username, admin, origin)


def change_own_password(caller: Principal, current: str, new: str, origin: Origin, rules: lockout.Lockout) -> None:
    """Ends all sessions of the user: whoever has a stolen one is out, and can't guess the password here either."""
    with transaction(database):
        user = repository.by_id(caller.user_id)
    if user is not None and not user.local_login:
        raise Conflict("This account has no password here; it signs in at the provider.")
    attempt = rules.begin(caller.username, origin)
    fits = passwords.verify(user.password_hash if user else None, current)
    with transaction(database):
        rules.succeeded(attempt) if fits else rules.failed(attempt, origin)
    if user is None or not fits:
        raise InvalidInput([WRONG_CURRENT])
    _check_password(new, caller.username, "new_password")
    hashed = passwords.hash_password(new)
    with transaction(database):
        if still_has(user, current) is None:
            raise InvalidInput([WRONG_CURRENT])
        repository.update(caller.user_id, password_hash=hashed)
        sessions.revoke_all(caller.user_id, "password changed")
        record(Event.PASSWORD_CHANGED, origin, actor=caller, subject=f"user:{caller.user_id}")


def still_has(checked: User, password: str) -> User | None:
    """The user as they are now, locked, if active and with the password that was found right before; else None.

    Passwords are checked outside of transactions. Who changes an account in the meantime ends its sessions: what the
    caller's transaction does comes before that, and is ended too, or does not happen.
    """
    user = repository.by_id(checked.id, lock=True)
    if user is None or not user.active:
        return None
    # Another hash is not another password if a sign-in beside this one has written it with today's parameters.
    is_same = user.password_hash == checked.password_hash or passwords.verify(user.password_hash, password)
    return user if is_same else None


def _create(body: UserCreate, origin: Origin, admin: Principal | None) -> UserView:
    _check_password(body.password, body.username)
    hashed = passwords.hash_password(body.password)
    values = body.model_dump(exclude={"password"})
    with transaction(database):
        if not repository.insert_if_free(**values, password_hash=hashed):
            raise Conflict("This user name is taken; choose another.")
        user = repository.by_name(body.username)
        assert user is not None
        event = Event.USER_CREATED if admin else Event.USER_REGISTERED
        actor = {"actor": admin} if admin else {"actor_id": user.id, "actor_name": user.username}
        record(event, origin, subject=f"user:{user.id}", role=user.role, **actor)
        return _view(user)


def _check_password(password: str, username: str, field: str = "password") -> None:
    weak = passwords.weakness(password, username)
    if weak is not None:
        raise InvalidInput([Finding(field, weak)])


def _refuse_null(values: dict[str, object]) -> None:
    """E-mail and display name may be emptied, the others not."""
    nulls = [key for key in ("role", "active", "password") if key in values and values[key] is None]
    if nulls:
        raise InvalidInput([Finding(key, "can't be null; leave it out to keep it") for key in nulls])


def _existing(user_id: int, *, lock: bool = False) -> User:
    user = repository.by_id(user_id, lock=lock)
    if user is None or user.kind != "person":
        raise NotFound("There is no such user.")
    return user


def _keep_one_admin(user: User, admins: list[int]) -> None:
    if admins == [user.id]:
        raise Conflict("This is the last administrator; make another one first.")


def _view(user: User) -> UserView:
    return UserView.model_validate(user)
