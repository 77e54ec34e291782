"""SQL of failed sign-ins; all times are the database's."""

from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from hygge_gateway.base import database
from hygge_gateway.sessions.tables import SignInAttempt


def locked_row(name_hash: bytes, network: str) -> tuple[SignInAttempt, datetime]:
    """The row of a name and network (made if there is none), locked, and the time of its being locked."""
    # One statement, and an update that changes nothing but locks: between two the row might be deleted as too old.
    made = SignInAttempt.insert(name_hash=name_hash, network=network).on_conflict(
        conflict_target=(SignInAttempt.name_hash, SignInAttempt.network),
        update={SignInAttempt.failures: SignInAttempt.failures},
    )
    row: SignInAttempt = made.returning(SignInAttempt).execute()[0]
    now: datetime = database.execute_sql("SELECT clock_timestamp()").fetchone()[0]
    return row, now


def locked_until(name_hash: bytes, network: str) -> datetime | None:
    query = SignInAttempt.select(SignInAttempt.locked_until).where(_key(name_hash, network))
    until: datetime | None = query.scalar()
    return until


def update(row_id: int, **values: Any) -> None:
    SignInAttempt.update(**values).where(SignInAttempt.id == row_id).execute()


def note_success(name_hash: bytes, network: str) -> None:
    now = fn.clock_timestamp()
    values = {"failures": 0, "locked_until": None, "last_at": now, "succeeded_at": now}
    SignInAttempt.update(values).where(_key(name_hash, network)).execute()


def forget(name_hash: bytes, network: str | None = None) -> None:
    """Forget the failures of a name in one network or in all; where it has signed in stays known."""
    which = SignInAttempt.name_hash == name_hash if network is None else _key(name_hash, network)
    SignInAttempt.update(failures=0, locked_until=None).where(which).execute()


def delete_older(failures: timedelta, successes: timedelta) -> None:
    """Forget rows that no rule asks for any more."""
    old = (SignInAttempt.last_at < fn.now() - failures) & (
        SignInAttempt.succeeded_at.is_null() | (SignInAttempt.succeeded_at < fn.now() - successes)
    )
    SignInAttempt.delete().where(old).execute()


def _key(name_hash: bytes, network: str) -> Any:
    return (SignInAttempt.name_hash == name_hash) & (SignInAttempt.network == network)
