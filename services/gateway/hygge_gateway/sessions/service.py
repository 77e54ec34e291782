"""Rules of signing in. Passwords are checked between two transactions, so that no connection waits for argon2.

Refresh tokens rotate (RFC 9700, 4.14.2): each works once. A second use means that two hold it, one of them a thief,
so the whole session is revoked. Only hashes are stored.

A browser can lose an answer: a page that is reloaded in the middle of an exchange, or two tabs that exchange at once,
send the old cookie again. Therefore, in cookies only, the token used last may be exchanged again within
`leeway_seconds` of its first use, as long as nothing that it was exchanged for has been used. Of the tokens given for
one and the same token only one goes on: when it is used, all others count as used, without leeway.

What a thief gains by it: who takes a token out of a browser and sends it within these seconds gets a pair of his own
instead of ending the session. If the browser goes on, either its next exchange or the thief's is the second of two
siblings, and revokes the session: the theft is noticed one exchange later than without leeway, and the thief can't
repeat it, because he never sees what the browser was given. Until then, and for the ten minutes of his last access
token, he is in. If the browser never comes back he stays in until the session ends, as with a token that was stolen
before its use. A session belongs to one transport, so that a token stolen elsewhere finds no leeway in a cookie.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pydantic import SecretStr

from hygge_core.auth import Principal, Role
from hygge_core.database import reading, transaction
from hygge_core.errors import NotAllowed, NotAuthenticated
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.service import record
from hygge_gateway.base import database
from hygge_gateway.grants import repository as grants
from hygge_gateway.origin import Origin
from hygge_gateway.service_accounts import service as service_accounts
from hygge_gateway.sessions import repository
from hygge_gateway.sessions.lockout import Lockout
from hygge_gateway.sessions.schemas import Issued, Me, ServiceTokenAnswer
from hygge_gateway.sessions.tables import RefreshToken
from hygge_gateway.sessions.tokens import TokenIssuer
from hygge_gateway.users import passwords
from hygge_gateway.users import repository as users
from hygge_gateway.users import service as accounts
from hygge_gateway.users.schemas import UserView
from hygge_gateway.users.tables import User

WRONG_LOGIN = "User name or password is wrong."
WRONG_REFRESH = "This refresh token is not valid any more; sign in again."
# Sessions are kept for a while after their end, for whoever looks into an incident.
KEEP_ENDED = timedelta(days=30)


class Transport(StrEnum):
    """How the refresh tokens of a session travel."""

    BODY = "body"
    COOKIE = "cookie"


class InvalidClient(NotAuthenticated):
    """Unknown client id or wrong secret; `error` is the member that RFC 6749, 5.2 asks for."""

    def members(self) -> dict[str, str]:
        return {"error": "invalid_client"}


@dataclass(frozen=True, slots=True)
class SessionService:
    """Signing in, staying in, signing out."""

    issuer: TokenIssuer
    refresh_seconds: int
    session_seconds: int
    leeway_seconds: float
    clients: dict[str, SecretStr]
    lockout: Lockout

    def login(self, username: str, password: str, origin: Origin, transport: Transport = Transport.BODY) -> Issued:
        """Tokens; NotAuthenticated with the same words and the same effort for every reason.

        TooManyRequests after too many failures, whether there is such a user or not.
        """
        attempt = self.lockout.begin(username, origin)
        with transaction(database):
            user = users.by_name(username)
        usable = user is not None and user.active
        fits = passwords.verify(user.password_hash if user is not None and usable else None, password)
        checked = user if fits else None
        is_outdated = checked is not None and passwords.is_outdated(checked.password_hash)
        fresh = passwords.hash_password(password) if is_outdated else None
        with transaction(database):
            user = accounts.still_has(checked, password) if checked is not None else None
            if user is not None:
                if fresh is not None:
                    users.update(user.id, password_hash=fresh)
                repository.delete_ended(_now() - KEEP_ENDED)
                self.lockout.succeeded(attempt)
                return self._open(user, origin, transport)
            self.lockout.failed(attempt, origin)
        raise NotAuthenticated(WRONG_LOGIN)

    def open_for(
        self, user_id: int, origin: Origin, transport: Transport = Transport.BODY, seconds: int | None = None
    ) -> Issued:
        """A session for a user who has just proved themselves otherwise: by registering, or at a provider."""
        with transaction(database):
            user = users.by_id(user_id, lock=True)
            if user is None or not user.active:
                raise NotAuthenticated(WRONG_LOGIN)
            return self._open(user, origin, transport, seconds)

    def refresh(self, token: str, origin: Origin, transport: Transport = Transport.BODY) -> Issued:
        """The next pair of tokens; NotAuthenticated if this one is unknown, used, ended or revoked."""
        with transaction(database):
            row = repository.token_for_update(_hash(token))
            known = row is not None and row.session.transport == transport
            issued = self._exchange(row, origin) if row is not None and known else None
        # Raised outside: the revocation after a reuse must be committed.
        if issued is None:
            raise NotAuthenticated(WRONG_REFRESH)
        return issued

    def logout(self, token: str, origin: Origin) -> None:
        """End the token's session; silent about unknown ones (RFC 7009, 2.2)."""
        with transaction(database):
            row = repository.token_for_update(_hash(token))
            if row is not None and row.session.revoked_at is None:
                repository.revoke(row.session.id, "logout")
                record(Event.LOGOUT, origin, actor_id=row.session.user_id, subject=f"session:{row.session.id}")

    def logout_everywhere(self, caller: Principal, origin: Origin) -> None:
        with transaction(database):
            repository.revoke_all(caller.user_id, "logout")
            record(Event.LOGOUT, origin, actor=caller, subject=f"user:{caller.user_id}")

    def service_token(self, client_id: str, secret: str, origin: Origin) -> ServiceTokenAnswer:
        """A token for one of our own services (role service), or for a service account; InvalidClient otherwise."""
        known = self.clients.get(client_id)
        if known is None:
            token = self._account_token(client_id, secret, origin)
        else:
            allowed = hmac.compare_digest(known.get_secret_value().encode(), secret.encode())
            name = f"service:{client_id}"
            with transaction(database):
                record(Event.TOKEN_ISSUED if allowed else Event.TOKEN_REFUSED, origin, actor_name=name)
            token = self.issuer.issue(0, name, Role.SERVICE) if allowed else None
        if token is None:
            raise InvalidClient("Client id or secret is wrong.")
        return ServiceTokenAnswer(access_token=token, expires_in=self.issuer.seconds)

    def _account_token(self, client_id: str, secret: str, origin: Origin) -> str | None:
        with transaction(database):
            user = service_accounts.authenticated(client_id, secret)
            if user is None:
                record(Event.TOKEN_REFUSED, origin, actor_name=f"service:{client_id}")
                return None
            operates, views = grants.grids_of(user.id)
            record(Event.TOKEN_ISSUED, origin, actor_id=user.id, actor_name=user.username)
        return self.issuer.issue(user.id, user.username, Role(user.role), operates, views)

    def me(self, caller: Principal, key_owner: int | None = None) -> Me:
        """The caller's account; behind an API key (of `key_owner`) with what the key may."""
        if caller.role is Role.SERVICE:
            raise NotAllowed("A service has no account.")
        with reading(database):
            user = users.by_id(key_owner or caller.user_id)
            if user is None or not user.active:
                raise NotAuthenticated("This account is gone; sign in again.")
            operates, views = grants.grids_of(user.id)
        account = UserView.model_validate(user).model_dump()
        if key_owner is not None:
            account["role"] = caller.role
            operates, views = sorted(caller.operates), sorted(caller.views)
        return Me(**account, operates=operates, views=views)

    def _open(self, user: User, origin: Origin, transport: Transport, seconds: int | None = None) -> Issued:
        ends = _now() + timedelta(seconds=min(seconds or self.session_seconds, self.session_seconds))
        session_id = repository.insert_session(user.id, transport.value, ends)
        subject = f"session:{session_id}"
        record(Event.LOGIN_SUCCEEDED, origin, actor_id=user.id, actor_name=user.username, subject=subject)
        return self._issue(user, session_id, ends)

    def _exchange(self, row: RefreshToken, origin: Origin) -> Issued | None:
        session = row.session
        if session.revoked_at is not None or min(row.expires_at, session.expires_at) <= _now():
            return None
        user = users.by_id(session.user_id)
        if user is None or not user.active:
            return None
        if self._is_reuse(row):
            repository.revoke(session.id, "refresh token used twice")
            subject = f"session:{session.id}"
            record(Event.REFRESH_REUSED, origin, actor_id=user.id, actor_name=user.username, subject=subject)
            return None
        repository.mark_used(row.id)
        return self._issue(user, session.id, session.expires_at, parent_id=row.id)

    def _is_reuse(self, row: RefreshToken) -> bool:
        if row.used_at is None:
            # Unused itself, but another token that was given for the same one has gone on.
            return row.parent_id is not None and repository.has_used_child(row.parent_id)
        if row.session.transport != Transport.COOKIE:
            return True
        leeway = timedelta(seconds=self.leeway_seconds)
        return not repository.was_used_within(row.id, leeway) or repository.has_used_child(row.id)

    def _issue(self, user: User, session_id: int, session_ends: datetime, parent_id: int | None = None) -> Issued:
        refresh = secrets.token_urlsafe(32)
        now = _now()
        ends = min(now + timedelta(seconds=self.refresh_seconds), session_ends)
        repository.insert_token(session_id, _hash(refresh), ends, parent_id)
        operates, views = grants.grids_of(user.id)
        access = self.issuer.issue(user.id, user.username, Role(user.role), operates, views)
        return Issued(access, self.issuer.seconds, refresh, int((ends - now).total_seconds()))


def _hash(token: str) -> bytes:
    """Refresh tokens are 256 random bits: a plain hash can't be searched, a slow one would gain nothing."""
    return hashlib.sha256(token.encode()).digest()


def _now() -> datetime:
    return datetime.now(UTC)
