"""Who asks: access tokens (RS256 JWT) checked against the gateway's JWKS, and what each role may do.

Claims: `iss`, `aud`, `sub` (user id), `username`, `role`, `operates` and `views` (grid ids that the user was given
beside those they created), `iat`, `nbf`, `exp`, `jti`; header `typ: at+jwt` (RFC 9068). The list of algorithms is
fixed (RFC 8725).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from enum import StrEnum
from ssl import SSLContext
from typing import Annotated, Any

import httpx
from fastapi import Depends, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hygge_core.client import measured
from hygge_core.errors import NotAllowed, NotAuthenticated, Unavailable

ALGORITHMS = ["RS256"]
TOKEN_TYPE = "at+jwt"
CLOCK_SKEW_SECONDS = 5
# An unknown key id may mean a rotation: ask again, but not more often than this.
REFRESH_INTERVAL_SECONDS = 10.0
MAX_AGE_SECONDS = 300.0
# Tokens that were found good, until they end or the keys are asked for again.
MAX_REMEMBERED = 10_000


class Role(StrEnum):
    ADMIN = "admin"
    OPERATOR = "operator"
    VIEWER = "viewer"
    PARTICIPANT = "participant"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller. `user_id` 0 is a service."""

    user_id: int
    username: str
    role: Role
    operates: frozenset[int] = field(default_factory=frozenset)
    views: frozenset[int] = field(default_factory=frozenset)

    @property
    def sees_all(self) -> bool:
        return self.role in (Role.ADMIN, Role.SERVICE)

    def owns(self, created_by: int) -> bool:
        """True for what this user made (or for those who see all)."""
        return self.sees_all or (self.role is Role.OPERATOR and created_by == self.user_id)

    def may_operate_grid(self, grid_id: int, created_by: int) -> bool:
        """True if the caller may change the grid and run it."""
        return self.owns(created_by) or (self.role is Role.OPERATOR and grid_id in self.operates)

    def may_view_grid(self, grid_id: int, created_by: int) -> bool:
        """True if the caller may read the whole grid."""
        invited = self.role in (Role.OPERATOR, Role.VIEWER) and grid_id in self.views | self.operates
        return invited or self.may_operate_grid(grid_id, created_by)

    def is_household(self, owner: str | None) -> bool:
        """True if the caller is the participant that owns a house."""
        return self.role is Role.PARTICIPANT and owner is not None and owner == self.username


FetchKeys = Callable[[], Awaitable[dict[str, Any]]]


def fetch_over_http(url: str, verify: SSLContext | bool = True) -> FetchKeys:
    """A fetcher of the JWKS document at `url`; `verify` checks its certificate."""

    async def fetch() -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=5.0, verify=verify) as client:
            with measured("gateway", "GET") as call:
                response = await client.get(url)
                call.status = str(response.status_code)
            response.raise_for_status()
            document: dict[str, Any] = response.json()
            return document

    return fetch


class TokenVerifier:
    """Checks access tokens; keeps the key set and asks for it again when it is old or a key id is unknown."""

    def __init__(self, fetch: FetchKeys, *, issuer: str, audience: str) -> None:
        self._fetch = fetch
        self._keys: KeySet | None = None
        self._known: frozenset[str] = frozenset()
        self._fetched_at = float("-inf")
        self._lock = asyncio.Lock()
        self._good: dict[str, tuple[Principal, float]] = {}
        self._claims = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )

    async def verify(self, token: str) -> Principal:
        """The principal of a valid token; NotAuthenticated otherwise, Unavailable if the keys can't be had."""
        known = self.remembered(token)
        if known is not None:
            return known
        keys = await self._key_set(_key_id(token))
        try:
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
            if decoded.header.get("typ") != TOKEN_TYPE:
                raise NotAuthenticated("This is not an access token.")
            self._claims.validate(decoded.claims)
            principal = _principal(decoded.claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise NotAuthenticated("The access token is not valid; sign in again.") from error
        if len(self._good) >= MAX_REMEMBERED:
            del self._good[next(iter(self._good))]
        self._good[token] = (principal, float(decoded.claims["exp"]))
        return principal

    def remembered(self, token: str) -> Principal | None:
        """Whose token it is, if that was found out before and still holds."""
        good = self._good.get(token)
        is_good = good is not None and good[1] > time.time()
        return good[0] if good and is_good and time.monotonic() - self._fetched_at < MAX_AGE_SECONDS else None

    async def _key_set(self, key_id: str) -> KeySet:
        if self._is_fresh(key_id) and self._keys is not None:
            return self._keys
        async with self._lock:
            if not self._is_fresh(key_id):
                await self._refresh()
        assert self._keys is not None
        return self._keys

    def _is_fresh(self, key_id: str) -> bool:
        age = time.monotonic() - self._fetched_at
        return self._keys is not None and (
            age < REFRESH_INTERVAL_SECONDS or (age < MAX_AGE_SECONDS and key_id in self._known)
        )

    async def _refresh(self) -> None:
        try:
            document = await self._fetch()
            self._keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
        except (httpx.HTTPError, JoseError, ValueError) as error:
            if self._keys is None:
                raise Unavailable(
                    "Tokens can't be checked right now; try again shortly.", retry_after_seconds=5
                ) from error
            # An old key set still checks tokens that it knows while the gateway is away.
            return
        self._known = frozenset(str(key.get("kid")) for key in document["keys"])
        self._fetched_at = time.monotonic()
        # Of a key that was taken away nothing may be left.
        self._good.clear()


def _key_id(token: str) -> str:
    from joserfc import jws

    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError) as error:
        raise NotAuthenticated("The access token can't be read; sign in again.") from error
    return str(header.get("kid"))


def _principal(claims: dict[str, Any]) -> Principal:
    return Principal(
        user_id=int(claims["sub"]),
        username=str(claims["username"]),
        role=Role(claims["role"]),
        operates=frozenset(map(int, claims.get("operates", ()))),
        views=frozenset(map(int, claims.get("views", ()))),
    )


async def current_principal(request: Request) -> Principal:
    """FastAPI dependency: the caller, from the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated("Send an access token: 'Authorization: Bearer …'.")
    verifier: TokenVerifier = request.app.state.verifier
    return await verifier.verify(token.strip())


Caller = Annotated[Principal, Depends(current_principal)]


def require(*roles: Role) -> Callable[[Principal], Coroutine[Any, Any, Principal]]:
    """FastAPI dependency factory: the caller, if it has one of `roles`; else NotAllowed."""

    async def check(principal: Caller) -> Principal:
        if principal.role not in roles:
            raise NotAllowed(f"This needs the role {' or '.join(roles)}; you are {principal.role}.")
        return principal

    return check


Editor = Annotated[Principal, Depends(require(Role.ADMIN, Role.OPERATOR))]
Service = Annotated[Principal, Depends(require(Role.SERVICE))]
Admin = Annotated[Principal, Depends(require(Role.ADMIN))]
