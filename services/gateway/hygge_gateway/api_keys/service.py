"""Rules of API keys. A key looks like `hygge_<public id>_<secret>`; of the secret only a hash is stored.

The secret is 256 random bits: a plain hash can't be searched, and a slow one would gain nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hygge_core.auth import Principal, Role
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, Finding, InvalidInput, NotAllowed, NotAuthenticated, NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_gateway.api_keys import repository
from hygge_gateway.api_keys.powers import Reach, narrowed, within
from hygge_gateway.api_keys.schemas import ApiKeyCreate, ApiKeyView, NewApiKey
from hygge_gateway.api_keys.tables import ApiKey
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.service import record
from hygge_gateway.base import database
from hygge_gateway.grants import repository as grants
from hygge_gateway.grants.service import CreatorOf
from hygge_gateway.origin import Origin
from hygge_gateway.sessions.tokens import TokenIssuer
from hygge_gateway.users import repository as users
from hygge_gateway.users.tables import User

PREFIX = "hygge_"
MAX_KEYS = 50
MAX_LENGTH = 200
WRONG_KEY = "This API key is not valid: it is unknown, revoked or has ended, or its owner is not active any more."
# Grids whose creator is known; a creator never changes.
MAX_CREATORS = 10_000


@dataclass(frozen=True, slots=True)
class Holder:
    """What a valid key stands for at this moment. `actor_id` is who the services see."""

    key_id: int
    owner_id: int
    actor_id: int
    username: str
    reach: Reach
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKeyService:
    """Making, listing, revoking, and telling what a key may."""

    issuer: TokenIssuer
    creator_of: CreatorOf
    _creators: dict[int, int] = field(default_factory=dict)

    def create(self, body: ApiKeyCreate, caller: Principal, origin: Origin) -> NewApiKey:
        with transaction(database):
            owner = _owner(caller.user_id)
            own = _reach_of(owner)
        role = narrowed(own.role, Role(body.role) if body.role else None, bound=body.grids is not None)
        _check_role(own.role, role, body)
        if body.grids is not None and role is not None:
            self._check_grids(owner, own, role, body.grids)
        public_id, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
        with transaction(database):
            # Locked, so that two requests at once can't pass the limit.
            if users.by_id(owner.id, lock=True) is None:
                raise NotAuthenticated(WRONG_KEY)
            if repository.count_valid(owner.id) >= MAX_KEYS:
                raise Conflict(f"There are {MAX_KEYS} valid keys already; revoke one that is not used any more.")
            row = repository.insert(
                timedelta(days=body.expires_in_days),
                bound=body.grids is not None,
                user_id=owner.id,
                public_id=public_id,
                secret_hash=_hash(secret),
                name=body.name,
                role=body.role,
                grids=sorted(set(body.grids)) if body.grids is not None else None,
            )
            details = {"name": row.name, "role": row.role, "grids": row.grids, "expires_at": row.expires_at.isoformat()}
            record(Event.API_KEY_CREATED, origin, actor=caller, subject=f"api_key:{row.id}", **details)
        return NewApiKey(**ApiKeyView.model_validate(row).model_dump(), key=f"{PREFIX}{public_id}_{secret}")

    def holder_of(self, presented: str) -> Holder:
        """What the key stands for; NotAuthenticated, with the same words for every reason, if nothing."""
        public_id, _, secret = presented.removeprefix(PREFIX).partition("_")
        with transaction(database):
            key = _valid(presented, public_id, secret)
            user = users.by_id(key.user_id) if key is not None else None
            if key is None or user is None or not user.active:
                raise NotAuthenticated(WRONG_KEY)
            own = _reach_of(user)
            repository.mark_used(key.id)
        role = narrowed(own.role, Role(key.role) if key.role else None, bound=key.grids is not None)
        if role is None:
            raise NotAuthenticated("The owner of this API key has another role now, which does not contain the key's.")
        reach = Reach(role, own.operates, own.views)
        if key.grids is not None:
            reach = within(key.grids, own, role, lambda grid: self._created(grid, user, own))
        return Holder(key.id, user.id, key.actor_id or user.id, user.username, reach, key.expires_at)

    def token_of(self, holder: Holder) -> str:
        """An access token of the gateway's own, for the services behind."""
        reach = holder.reach
        return self.issuer.issue(
            holder.actor_id, holder.username, reach.role, sorted(reach.operates), sorted(reach.views)
        )

    def _check_grids(self, owner: User, own: Reach, role: Role, grids: list[int]) -> None:
        reach = within(grids, own, role, lambda grid: self._created(grid, owner, own))
        known = reach.operates | reach.views
        if own.role is Role.ADMIN:
            known = frozenset(grid for grid in grids if self._creator(grid, owner, own) is not None)
        wrong = [
            Finding(f"grids.{index}", "is not a grid of yours") for index, grid in enumerate(grids) if grid not in known
        ]
        if wrong:
            raise InvalidInput(wrong)

    def _created(self, grid_id: int, user: User, own: Reach) -> bool:
        return self._creator(grid_id, user, own) == user.id

    def _creator(self, grid_id: int, user: User, own: Reach) -> int | None:
        """Who created a grid, as topology tells the user; None if there is none that they can see."""
        # Looked up once: another thread may clear them in between.
        creator = self._creators.get(grid_id)
        if creator is None:
            token = self.issuer.issue(user.id, user.username, own.role, sorted(own.operates), sorted(own.views))
            try:
                creator = self.creator_of(grid_id, f"Bearer {token}")
            except NotFound:
                return None
            if len(self._creators) >= MAX_CREATORS:
                self._creators.clear()
            self._creators[grid_id] = creator
        return creator


def listing(user_id: int, paging: PageRequest) -> Page[ApiKeyView]:
    with reading(database):
        if users.by_id(user_id) is None:
            raise NotFound("There is no such user.")
        rows = repository.of_user(user_id, paging.after, paging.limit + 1)
    return page([ApiKeyView.model_validate(row) for row in rows], paging, lambda key: key.id)


def revoke(user_id: int, key_id: int, caller: Principal, origin: Origin) -> None:
    """Each gateway process knows within some seconds."""
    with transaction(database):
        if not repository.revoke(user_id, key_id):
            raise NotFound("There is no such key.")
        record(Event.API_KEY_REVOKED, origin, actor=caller, subject=f"api_key:{key_id}", owner=user_id)


def _valid(presented: str, public_id: str, secret: str) -> ApiKey | None:
    if not presented.startswith(PREFIX) or not secret or len(presented) > MAX_LENGTH or "\x00" in presented:
        return None
    key = repository.valid(public_id)
    fits = key is not None and hmac.compare_digest(bytes(key.secret_hash), _hash(secret))
    return key if fits else None


def _owner(user_id: int) -> User:
    user = users.by_id(user_id)
    if user is None or user.kind != "person":
        raise NotAllowed("Only people have API keys; a machine has an account of its own.")
    return user


def _reach_of(user: User) -> Reach:
    operates, views = grants.grids_of(user.id)
    return Reach(Role(user.role), frozenset(operates), frozenset(views))


def _check_role(own: Role, role: Role | None, body: ApiKeyCreate) -> None:
    if role is None and body.grids is not None and body.role in (None, own):
        raise InvalidInput([Finding("grids", f"can't be named for {own}, whose rights are not by grid")])
    too_much = body.role is not None and narrowed(own, Role(body.role), bound=False) is not Role(body.role)
    if role is None or too_much:
        raise InvalidInput([Finding("role", f"is not within what you are: {own}")])
    if body.grids is not None and body.role == "admin":
        raise InvalidInput([Finding("role", "of a key for some grids is operator or viewer")])


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
