"""SQL of service accounts and their secrets."""

from datetime import timedelta

from peewee import fn

from hygge_gateway.service_accounts.tables import ServiceAccount, ServiceAccountSecret
from hygge_gateway.users.tables import User

# How exact the time of the last use is; each use would else write a row.
USE_RESOLUTION = timedelta(minutes=1)
_VALID = ServiceAccountSecret.expires_at.is_null() | (ServiceAccountSecret.expires_at > fn.now())
_ALL = ServiceAccount.select(ServiceAccount, User).join(User)


def insert(user_id: int, client_id: str, created_by: int) -> int:
    account_id: int = ServiceAccount.insert(user=user_id, client_id=client_id, created_by=created_by).execute()
    return account_id


def by_id(account_id: int, *, lock: bool = False) -> ServiceAccount | None:
    query = _ALL.where(ServiceAccount.id == account_id)
    account: ServiceAccount | None = (query.for_update() if lock else query).first()
    return account


def by_client(client_id: str) -> ServiceAccount | None:
    account: ServiceAccount | None = _ALL.where(ServiceAccount.client_id == client_id).first()
    return account


def after(account_id: int, limit: int) -> list[ServiceAccount]:
    return list(_ALL.where(ServiceAccount.id > account_id).order_by(ServiceAccount.id).limit(limit))


def delete(account_id: int) -> None:
    ServiceAccount.delete().where(ServiceAccount.id == account_id).execute()


def insert_secret(account_id: int, secret_hash: bytes) -> None:
    ServiceAccountSecret.insert(account=account_id, secret_hash=secret_hash).execute()


def valid_secrets(account_id: int) -> list[ServiceAccountSecret]:
    """Newest first."""
    of_account = ServiceAccountSecret.select().where(ServiceAccountSecret.account == account_id, _VALID)
    return list(of_account.order_by(ServiceAccountSecret.id.desc()))


def end_secrets(account_id: int, overlap: timedelta) -> None:
    """The newest secret ends `overlap` from now, all older ones at once."""
    of_account = ServiceAccountSecret.account == account_id
    newest = ServiceAccountSecret.select(fn.max(ServiceAccountSecret.id)).where(of_account)
    ServiceAccountSecret.delete().where(of_account, ServiceAccountSecret.id < newest).execute()
    ServiceAccountSecret.update(expires_at=fn.now() + overlap).where(of_account).execute()


def mark_used(secret_id: int) -> None:
    last = ServiceAccountSecret.last_used_at
    stale = last.is_null() | (last < fn.now() - USE_RESOLUTION)
    ServiceAccountSecret.update(last_used_at=fn.now()).where(ServiceAccountSecret.id == secret_id, stale).execute()
