"""Who calls, by the access token of a request."""

from starlette.types import Scope

from hygge_core.auth import Principal, TokenVerifier
from hygge_core.errors import NotAuthenticated
from hygge_gateway.routing.headers import Raw


async def identify(scope: Scope, verifier: TokenVerifier) -> Principal:
    """The caller of a request; NotAuthenticated without a good token."""
    token = bearer_token(scope["headers"])
    if token is None:
        raise NotAuthenticated("Send an access token: 'Authorization: Bearer …'.")
    return await verifier.verify(token)


def bearer_token(headers: Raw) -> str | None:
    for key, value in headers:
        if key == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() or None if scheme.lower() == "bearer" else None
    return None
