"""Rules of signing in elsewhere.

A subject of the provider becomes a user at its first sign-in. A user name that is taken here is never linked by
itself: whoever may choose their name at the provider would take over the account. An admin links it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hygge_core.auth import Principal
from hygge_core.database import reading, transaction
from hygge_core.errors import BadRequest, Conflict, HyggeError, NotAllowed, NotFound
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.service import record
from hygge_gateway.base import database
from hygge_gateway.identities import claims as meaning
from hygge_gateway.identities import repository
from hygge_gateway.identities.schemas import IdentityLink, IdentityView
from hygge_gateway.identities.settings import IdentitySettings
from hygge_gateway.identities.tables import Identity
from hygge_gateway.origin import Origin
from hygge_gateway.users import repository as users
from hygge_gateway.users.tables import User

# Long enough for a second factor, short enough that what was left lying is of no use.
PENDING_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Begun:
    """What goes to the provider with the browser; `browser` stays in its cookie."""

    state: str
    nonce: str
    code_verifier: str
    browser: str


@dataclass(frozen=True, slots=True)
class Pending:
    """What was kept until the browser came back."""

    nonce: str
    code_verifier: str
    return_to: str


def begin(return_to: str, browser: str | None) -> Begun:
    """Keep a sign-in in mind. A browser that has a cookie already keeps it: two tabs may sign in at once."""
    state, nonce, code_verifier = (secrets.token_urlsafe(32) for _ in range(3))
    begun = Begun(state, nonce, code_verifier, browser or secrets.token_urlsafe(32))
    with transaction(database):
        repository.insert_pending(
            PENDING_LIFE,
            state_hash=_hash(begun.state),
            browser_hash=_hash(begun.browser),
            nonce=begun.nonce,
            code_verifier=begun.code_verifier,
            return_to=return_to,
        )
    return begun


def take(state: str, browser: str | None) -> Pending:
    """The sign-in that this browser began, once; BadRequest if there is none."""
    with transaction(database):
        row = repository.take_pending(_hash(state))
    if row is None or not hmac.compare_digest(bytes(row.browser_hash), _hash(browser or "")):
        raise BadRequest("This sign-in was not begun in this browser, was used before, or took too long; begin again.")
    return Pending(row.nonce, row.code_verifier, row.return_to)


@dataclass(frozen=True, slots=True)
class IdentityService:
    """Who somebody from the provider is here."""

    settings: IdentitySettings

    @property
    def issuer(self) -> str:
        return self.settings.oidc_issuer or ""

    def user_of(self, claims: Mapping[str, Any], origin: Origin) -> int:
        """The id of the user, made at the first sign-in, with the role that the provider tells now."""
        refusal: HyggeError | None = None
        with transaction(database):
            try:
                return self._user_of(claims, origin)
            except (Conflict, NotAllowed) as error:
                # Kept and raised outside: what is noted about the refusal must be committed.
                refusal = error
                self._note_refusal(claims, str(error), origin)
        raise refusal

    def _user_of(self, claims: Mapping[str, Any], origin: Origin) -> int:
        subject = str(claims["sub"])
        role = self._role(claims)
        identity = repository.by_subject(self.issuer, subject, lock=True)
        if identity is None:
            identity = self._first_sign_in(subject, claims, role or "participant", origin)
        user = users.by_id(identity.user_id, lock=True)
        if user is None or not user.active:
            raise NotAllowed("This account is not active here; ask an administrator.")
        if role is not None and role != user.role:
            users.update(user.id, role=role)
            record(
                Event.USER_CHANGED, origin, actor_id=user.id, actor_name=user.username, subject=f"user:{user.id}",
                fields=["role"], role=role, by="provider",
            )  # fmt: skip
        repository.mark_login(identity.id)
        return int(user.id)

    def _role(self, claims: Mapping[str, Any]) -> str | None:
        """What the provider says; None where roles are given here."""
        if self.settings.oidc_role_claim is None:
            return None
        role = meaning.role_of(claims, self.settings.oidc_role_claim, self.settings.oidc_role_map)
        if role is None and self.settings.oidc_unknown_role == "refuse":
            raise NotAllowed("None of your roles at the provider has a meaning here; ask an administrator for one.")
        return role or "participant"

    def _first_sign_in(self, subject: str, claims: Mapping[str, Any], role: str, origin: Origin) -> Identity:
        name = meaning.username_of(claims, self.settings.oidc_username_claim)
        values = {"username": name, "password_hash": "", "role": role, **meaning.contact_of(claims)}
        if users.insert_if_free(**values):
            user = users.by_name(name)
            assert user is not None
            repository.insert(user.id, self.issuer, subject)
            record(
                Event.USER_CREATED, origin, actor_id=user.id, actor_name=name, subject=f"user:{user.id}", role=role,
                by="provider", issuer=self.issuer,
            )  # fmt: skip
        identity = repository.by_subject(self.issuer, subject, lock=True)
        if identity is None:
            raise Conflict(
                f"The user name {name} is taken here by an account that is not linked to yours at the provider. "
                "If it is yours, ask an administrator to link it."
            )
        return identity

    def _note_refusal(self, claims: Mapping[str, Any], reason: str, origin: Origin) -> None:
        """With the subject, which an admin needs to link an account."""
        name = meaning.username_of(claims, self.settings.oidc_username_claim)
        record(
            Event.LOGIN_FAILED, origin, actor_name=name, by="provider", issuer=self.issuer, sub=str(claims["sub"]),
            reason=reason,
        )  # fmt: skip

    def view(self, user_id: int) -> IdentityView:
        with reading(database):
            _existing(user_id)
            identity = repository.of_user(user_id)
        if identity is None:
            raise NotFound("This user signs in nowhere else.")
        return IdentityView.model_validate(identity)

    def link(self, user_id: int, body: IdentityLink, admin: Principal, origin: Origin) -> IdentityView:
        """The subject is this user from now on, in place of whichever it was before."""
        with transaction(database):
            _existing(user_id, lock=True)
            if not self.issuer:
                raise Conflict("No provider is set up here, so there is nothing to link to.")
            other = repository.by_subject(self.issuer, body.subject, lock=True)
            if other is not None and other.user_id != user_id:
                if users.by_id(other.user_id) is not None:
                    raise Conflict(f"This subject is user {other.user_id} already; unlink it there first.")
                repository.delete_of_user(other.user_id)
            if other is None or other.user_id != user_id:
                repository.delete_of_user(user_id)
                if not repository.insert(user_id, self.issuer, body.subject, admin.user_id):
                    raise Conflict("This subject was linked by somebody else just now.")
                record(
                    Event.IDENTITY_LINKED, origin, actor=admin, subject=f"user:{user_id}", issuer=self.issuer,
                    sub=body.subject,
                )  # fmt: skip
            return IdentityView.model_validate(repository.of_user(user_id))

    def unlink(self, user_id: int, admin: Principal, origin: Origin) -> None:
        with transaction(database):
            _existing(user_id, lock=True)
            if not repository.delete_of_user(user_id):
                raise NotFound("This user signs in nowhere else.")
            record(Event.IDENTITY_UNLINKED, origin, actor=admin, subject=f"user:{user_id}")


def _existing(user_id: int, *, lock: bool = False) -> User:
    user = users.by_id(user_id, lock=lock)
    if user is None or user.kind != "person":
        raise NotFound("There is no such user.")
    return user


def _hash(value: str) -> bytes:
    return hashlib.sha256(value.encode()).digest()
