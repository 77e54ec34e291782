"""Who calls: access tokens checked once, then remembered until they end."""

import base64
import json
import time

from starlette.types import Scope

from hygge_core.auth import Principal, TokenVerifier
from hygge_core.errors import NotAuthenticated
from hygge_gateway.routing.headers import Raw

MAX_REMEMBERED = 10_000


class Callers:
    """Checks access tokens; a good one costs a signature check only the first time. Bad ones are never remembered."""

    def __init__(self, verifier: TokenVerifier, *, capacity: int = MAX_REMEMBERED) -> None:
        self._verifier = verifier
        self._capacity = capacity
        self._known: dict[str, tuple[Principal, float]] = {}

    async def identify(self, scope: Scope) -> Principal:
        """The caller of a request; NotAuthenticated without a good token."""
        token = bearer_token(scope["headers"])
        if token is None:
            raise NotAuthenticated("Send an access token: 'Authorization: Bearer …'.")
        known = self.remembered(token)
        if known is not None:
            return known
        self._known.pop(token, None)
        principal = await self._verifier.verify(token)
        self._remember(token, principal)
        return principal

    def remembered(self, token: str) -> Principal | None:
        """Whose token it is, if that was found out before."""
        known = self._known.get(token)
        return known[0] if known is not None and known[1] > time.time() else None

    def _remember(self, token: str, principal: Principal) -> None:
        if len(self._known) >= self._capacity:
            # Oldest first: tokens live equally long, so it is also the one that ends first.
            del self._known[next(iter(self._known))]
        self._known[token] = (principal, _end_of(token))


def bearer_token(headers: Raw) -> str | None:
    for key, value in headers:
        if key == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() or None if scheme.lower() == "bearer" else None
    return None


def _end_of(token: str) -> float:
    """`exp` of a token whose signature was checked, in seconds since 1970."""
    payload = token.split(".")[1]
    return float(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"])
