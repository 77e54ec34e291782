"""Against guessing passwords: after some failures in a row waiting times that grow, then a lock that ends by itself.

Counted per user name and network (an IPv4 address, the /64 of an IPv6 one), in PostgreSQL: neither a restart nor the
loss of Redis forgets it. A stranger who guesses therefore locks out himself and not the user at home. Against guessing
from many addresses a second, slower count per name takes in all networks from which the user has never signed in; its
lock does not touch the known ones. Names that don't exist are counted and refused in the same words.

An attempt is counted before its password is checked, so that many at once get no more tries than one after another.
NIST SP 800-63B asks for no more than 100 failures in a row on one account, and names growing waiting times and known
addresses as the ways to keep a stranger from locking out the user; OWASP's Authentication Cheat Sheet likewise.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from hygge_core.auth import Principal
from hygge_core.database import transaction
from hygge_core.errors import TooManyRequests
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.service import record
from hygge_gateway.base import database
from hygge_gateway.metrics import RATE_LIMITED
from hygge_gateway.origin import Origin
from hygge_gateway.routing.limits import address_identity
from hygge_gateway.sessions import attempts
from hygge_gateway.sessions.tables import SignInAttempt

TOO_MANY = "Too many failed sign-ins with this user name; wait and try again."
# The count of all networks from which the user has never signed in.
STRANGERS = "*"
# Longer than any password check takes: an attempt that is older than this is not in flight, its process ended.
IN_FLIGHT = timedelta(seconds=10)
# The slow count forgets after a day without a failure.
STRANGERS_WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try that was let through; `known` if the user has signed in from this network before."""

    username: str
    name_hash: bytes
    network: str
    known: bool


@dataclass(frozen=True, slots=True)
class Lockout:
    """The rules. `failures` in a row from one network lock for `seconds`; half of them begin the waiting times."""

    failures: int
    name_failures: int
    seconds: int
    window: timedelta
    known_for: timedelta

    def begin(self, username: str, origin: Origin) -> Attempt:
        """Count an attempt; TooManyRequests if none is allowed now. In a transaction of its own."""
        network, name_hash = address_identity(origin.address or "unknown"), hash_of(username)
        with transaction(database):
            row, now = attempts.locked_row(name_hash, network)
            known = row.succeeded_at is not None and now - row.succeeded_at < self.known_for
            wait = self._wait(row, now) or (timedelta() if known else self._strangers_wait(name_hash, now))
            if not wait:
                failures = 0 if self._is_over(row, now, self.failures, self.window) else row.failures
                attempts.update(row.id, failures=failures + 1, last_at=now, locked_until=None)
        if wait:
            RATE_LIMITED.labels("lockout").inc()
            raise TooManyRequests(TOO_MANY, retry_after_seconds=max(ceil(wait.total_seconds()), 1))
        return Attempt(username, name_hash, network, known)

    def failed(self, attempt: Attempt, origin: Origin) -> None:
        """Record the failure, and the lock if one begins by it; the caller's transaction must be committed."""
        row, now = attempts.locked_row(attempt.name_hash, attempt.network)
        locked = self._lock(row, now)
        strangers = not attempt.known and self._count_stranger(attempt.name_hash)
        record(Event.LOGIN_FAILED, origin, actor_name=attempt.username)
        for scope in [scope for scope, is_so in (("network", locked), ("strangers", strangers)) if is_so]:
            record(Event.LOGIN_LOCKED, origin, actor_name=attempt.username, scope=scope, seconds=self.seconds)

    def succeeded(self, attempt: Attempt) -> None:
        """In the caller's transaction. The strangers' count is forgotten only when one of them got in."""
        attempts.delete_older(STRANGERS_WINDOW, self.known_for)
        attempts.note_success(attempt.name_hash, attempt.network)
        if not attempt.known:
            attempts.forget(attempt.name_hash, STRANGERS)

    def _wait(self, row: SignInAttempt, now: datetime) -> timedelta:
        if row.locked_until is not None and row.locked_until > now:
            wait: timedelta = row.locked_until - now
            return wait
        full = row.failures >= self.failures and not self._is_over(row, now, self.failures, self.window)
        return IN_FLIGHT if full else timedelta()

    def _strangers_wait(self, name_hash: bytes, now: datetime) -> timedelta:
        until = attempts.locked_until(name_hash, STRANGERS)
        return until - now if until is not None and until > now else timedelta()

    def _count_stranger(self, name_hash: bytes) -> bool:
        row, now = attempts.locked_row(name_hash, STRANGERS)
        failures = 1 if self._is_over(row, now, self.name_failures, STRANGERS_WINDOW) else row.failures + 1
        attempts.update(row.id, failures=failures, last_at=now)
        if failures != self.name_failures:
            return False
        attempts.update(row.id, locked_until=now + timedelta(seconds=self.seconds))
        return True

    def _lock(self, row: SignInAttempt, now: datetime) -> bool:
        """Set how long to wait after so many failures; True if a lock begins by it."""
        free = self.failures // 2
        if row.failures < free or (row.locked_until is not None and row.locked_until > now):
            return False
        is_lock = bool(row.failures >= self.failures)
        seconds = self.seconds if is_lock else min(2 ** (row.failures - free), self.seconds)
        attempts.update(row.id, locked_until=now + timedelta(seconds=seconds))
        return is_lock

    @staticmethod
    def _is_over(row: SignInAttempt, now: datetime, most: int, window: timedelta) -> bool:
        """True if the count begins anew: nothing for long, or a lock has ended."""
        quiet = now - row.last_at
        return quiet > window or (row.failures >= most and (row.locked_until is not None or quiet > IN_FLIGHT))


def unlock(user_id: int, username: str, admin: Principal, origin: Origin) -> None:
    """Forget all failures of a name, in the caller's transaction."""
    attempts.forget(hash_of(username))
    record(Event.LOGIN_UNLOCKED, origin, actor=admin, subject=f"user:{user_id}")


def hash_of(username: str) -> bytes:
    """What stands for a name: people also type their passwords into this field."""
    return hashlib.sha256(username.lower().encode()).digest()
