"""Rules of service accounts. Each is a user without a password, so grants, audit log and rate limits know it as one.

Of a secret only a hash is stored: it is 256 random bits, so a plain one will do.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, Finding, InvalidInput, NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.service import record
from hygge_gateway.base import database
from hygge_gateway.grants import repository as grants
from hygge_gateway.grants.service import CreatorOf
from hygge_gateway.origin import Origin
from hygge_gateway.service_accounts import repository
from hygge_gateway.service_accounts.schemas import (
    SecretRotation,
    SecretView,
    ServiceAccountChange,
    ServiceAccountCreate,
    ServiceAccountSecretView,
    ServiceAccountView,
)
from hygge_gateway.service_accounts.tables import ServiceAccount
from hygge_gateway.users import repository as users
from hygge_gateway.users.tables import User

# Part of the user name, so that nobody takes a machine for a person.
NAME_PREFIX = "machine."


def create(
    body: ServiceAccountCreate, admin: Principal, creator_of: CreatorOf, authorization: str, origin: Origin
) -> ServiceAccountSecretView:
    _check_grids(body.grids, creator_of, authorization)
    secret, name = secrets.token_urlsafe(32), NAME_PREFIX + body.name
    with transaction(database):
        if not users.insert_if_free(username=name, kind="machine", password_hash="", role=body.role):
            raise Conflict("This name is taken, or was once; choose another.")
        user = users.by_name(name)
        assert user is not None
        account_id = repository.insert(user.id, f"account-{secrets.token_hex(8)}", admin.user_id)
        repository.insert_secret(account_id, _hash(secret))
        access = "operate" if body.role == "operator" else "view"
        for grid_id in sorted(set(body.grids)):
            grants.upsert(user.id, grid_id, access, admin.user_id)
        made = _view(_existing(account_id))
        subject = f"service_account:{account_id}"
        record(Event.ACCOUNT_CREATED, origin, actor=admin, subject=subject, name=name, role=body.role, grids=body.grids)
    return ServiceAccountSecretView(**made.model_dump(), client_secret=secret)


def find(account_id: int) -> ServiceAccountView:
    with reading(database):
        return _view(_existing(account_id))


def listing(paging: PageRequest) -> Page[ServiceAccountView]:
    with reading(database):
        rows = repository.after(paging.after, paging.limit + 1)
        views = [_view(row) for row in rows]
    return page(views, paging, lambda account: account.id)


def change(account_id: int, body: ServiceAccountChange, admin: Principal, origin: Origin) -> ServiceAccountView:
    values = body.model_dump(exclude_unset=True)
    if nulls := [name for name, value in values.items() if value is None]:
        raise InvalidInput([Finding(name, "can't be null; leave it out to keep it") for name in nulls])
    with transaction(database):
        account = _existing(account_id, lock=True)
        users.update(account.user.id, **values)
        changed = _view(_existing(account_id))
        subject = f"service_account:{account_id}"
        record(Event.ACCOUNT_CHANGED, origin, actor=admin, subject=subject, **values)
    return changed


def rotate(account_id: int, body: SecretRotation, admin: Principal, origin: Origin) -> ServiceAccountSecretView:
    """A new secret; the one before stays valid for a while, so that no machine stands still."""
    secret = secrets.token_urlsafe(32)
    with transaction(database):
        _existing(account_id, lock=True)
        repository.end_secrets(account_id, timedelta(hours=body.overlap_hours))
        repository.insert_secret(account_id, _hash(secret))
        changed = _view(_existing(account_id))
        subject = f"service_account:{account_id}"
        record(Event.ACCOUNT_ROTATED, origin, actor=admin, subject=subject, overlap_hours=body.overlap_hours)
    return ServiceAccountSecretView(**changed.model_dump(), client_secret=secret)


def delete(account_id: int, admin: Principal, origin: Origin) -> None:
    with transaction(database):
        account = _existing(account_id, lock=True)
        grants.delete_of_user(account.user.id)
        repository.delete(account_id)
        users.mark_deleted(account.user.id)
        name = account.user.username
        record(Event.ACCOUNT_DELETED, origin, actor=admin, subject=f"service_account:{account_id}", name=name)


def authenticated(client_id: str, secret: str) -> User | None:
    """The account's user if the secret is one of the valid ones; inside the caller's transaction."""
    account = repository.by_client(client_id) if "\x00" not in client_id else None
    valid = repository.valid_secrets(account.id) if account is not None else []
    given = _hash(secret)
    fitting = next((row for row in valid if hmac.compare_digest(bytes(row.secret_hash), given)), None)
    if account is None or fitting is None or not account.user.active:
        return None
    repository.mark_used(fitting.id)
    user: User = account.user
    return user


def _check_grids(grids: list[int], creator_of: CreatorOf, authorization: str) -> None:
    wrong = []
    for index, grid_id in enumerate(grids):
        try:
            creator_of(grid_id, authorization)
        except NotFound:
            wrong.append(Finding(f"grids.{index}", "there is no such grid"))
    if wrong:
        raise InvalidInput(wrong)


def _existing(account_id: int, *, lock: bool = False) -> ServiceAccount:
    account = repository.by_id(account_id, lock=lock)
    if account is None:
        raise NotFound("There is no such service account.")
    return account


def _view(account: ServiceAccount) -> ServiceAccountView:
    user = account.user
    operates, views = grants.grids_of(user.id)
    valid = repository.valid_secrets(account.id)
    return ServiceAccountView(
        id=account.id,
        user_id=user.id,
        name=user.username.removeprefix(NAME_PREFIX),
        client_id=account.client_id,
        role=user.role,
        active=user.active,
        operates=operates,
        views=views,
        secrets=[SecretView.model_validate(row) for row in valid],
        created_by=account.created_by,
        created_at=user.created_at,
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
