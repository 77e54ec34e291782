"""API keys at the open port: exchanged for an access token before anything else looks at the request.

So the services behind see tokens only, and the key itself never leaves the gateway. A key is looked up again some
seconds after the last time: whoever revokes one, or deactivates its owner, does not wait longer.
"""

import asyncio
import hashlib
import time
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from hygge_core.app import API_PREFIX
from hygge_core.errors import NotAllowed, NotAuthenticated
from hygge_gateway.api_keys.service import PREFIX, ApiKeyService, Holder
from hygge_gateway.routing.headers import header
from hygge_gateway.routing.limits import Attempts, address_identity

# Who answered the request's key: the holder, for the routes of the gateway's own.
KEY_HOLDER = "hygge.api_key"
# With the time that a look-up takes this stays below the ten seconds that are promised.
LOOK_AGAIN_SECONDS = 5.0
MAX_REMEMBERED = 10_000
# A token that ends sooner is replaced, so that a service that answers for long finds a good one.
LEAST_TOKEN_SECONDS = 60
# Of the gateway's own routes a key opens these only: who may sign in, and with what, is for people to say.
OPEN_TO_KEYS = frozenset(
    f"{API_PREFIX}{path}"
    for path in ("/auth/me", "/auth/jwks", "/auth/oidc", "/grants", "/audit", "/audit/head", "/audit/verification")
)


@dataclass(frozen=True, slots=True)
class _Entry:
    holder: Holder
    token: str
    token_ends: float
    look_again: float


class KeyDoor:
    """Remembers keys and their tokens in memory; wrong keys are not remembered, and counted by address."""

    def __init__(self, keys: ApiKeyService, attempts: Attempts, *, token_seconds: int) -> None:
        self._keys = keys
        self._attempts = attempts
        self._token_seconds = token_seconds
        self._known: dict[bytes, _Entry] = {}
        self._lookups: dict[bytes, asyncio.Task[_Entry]] = {}

    async def exchange(self, scope: Scope) -> None:
        """Put an access token in the place of the request's key, if it has one; NotAuthenticated for a wrong one."""
        key = presented(scope)
        if key is None:
            return
        digest = hashlib.sha256(key.encode("latin-1")).digest()
        entry = self._known.get(digest)
        if entry is None or entry.look_again <= time.monotonic():
            try:
                entry = await self._looked_up(digest, key)
            except NotAuthenticated:
                self._known.pop(digest, None)
                address = scope["client"][0] if scope.get("client") else "unknown"
                await self._attempts.check(scope, "api-key", address_identity(address))
                raise
        scope[KEY_HOLDER] = entry.holder
        scope["headers"] = [
            *(pair for pair in scope["headers"] if pair[0] not in (b"authorization", b"x-api-key")),
            (b"authorization", f"Bearer {entry.token}".encode()),
        ]

    async def _looked_up(self, digest: bytes, key: str) -> _Entry:
        """Many requests with the same key wait for one look-up."""
        task = self._lookups.get(digest)
        if task is None:
            task = self._lookups[digest] = asyncio.create_task(self._look_up(digest, key))
            task.add_done_callback(lambda _task: self._lookups.pop(digest, None))
        return await asyncio.shield(task)

    async def _look_up(self, digest: bytes, key: str) -> _Entry:
        asked_at = time.monotonic()
        holder = await run_in_threadpool(self._keys.holder_of, key)
        before = self._known.pop(digest, None)
        look_again = asked_at + min(LOOK_AGAIN_SECONDS, holder.expires_at.timestamp() - time.time())
        if before is not None and before.holder == holder and before.token_ends - asked_at > LEAST_TOKEN_SECONDS:
            entry = _Entry(holder, before.token, before.token_ends, look_again)
        else:
            token = await run_in_threadpool(self._keys.token_of, holder)
            entry = _Entry(holder, token, asked_at + self._token_seconds, look_again)
        if len(self._known) >= MAX_REMEMBERED:
            # Least lately looked up first: each look-up puts a key at the end.
            del self._known[next(iter(self._known))]
        self._known[digest] = entry
        return entry


def presented(scope: Scope) -> str | None:
    """The request's API key: in Authorization, or, without that, in X-API-Key. None if it shows a token, or nothing."""
    authorization = header(scope["headers"], b"authorization")
    if authorization is None:
        return header(scope["headers"], b"x-api-key")
    scheme, _, value = authorization.partition(" ")
    value = value.strip()
    return value if scheme.lower() == "bearer" and value.startswith(PREFIX) else None


def check_open_to_keys(scope: Scope) -> None:
    """NotAllowed when a key asks for a route of the gateway's own that needs a person."""
    if KEY_HOLDER in scope and scope["path"] not in OPEN_TO_KEYS:
        raise NotAllowed("An API key can't do this; sign in for it.")


def holder_in(scope: Scope) -> Holder | None:
    """Whose key the request came with; None if it came with a token."""
    found: Holder | None = scope.get(KEY_HOLDER)
    return found
