"""What the routes of /auth have in common: the rules of sessions, quotas on attempts, and headers."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request

from hygge_core.app import API_PREFIX
from hygge_core.errors import NotAllowed
from hygge_gateway.origin import From
from hygge_gateway.routing.limits import Attempts, address_identity
from hygge_gateway.sessions.schemas import Login
from hygge_gateway.sessions.service import SessionService

# For the documentation: no access token is needed here.
OPEN: dict[str, Any] = {"security": []}
NO_STORE = {"Cache-Control": "no-store"}

Check = Callable[..., Coroutine[Any, Any, None]]


async def _service(request: Request) -> SessionService:
    service: SessionService = request.app.state.sessions
    return service


async def _attempts(request: Request) -> Attempts:
    attempts: Attempts = request.app.state.attempts
    return attempts


Sessions = Annotated[SessionService, Depends(_service)]
Limited = Annotated[Attempts, Depends(_attempts)]


def limited(kind: str) -> Check:
    """One quota per address and kind: people who mistype their passwords must not stop the services beside them."""

    async def check(request: Request, attempts: Limited, origin: From) -> None:
        await attempts.check(request.scope, kind, address_identity(origin.address or "unknown"))

    return check


by_address = limited("address")


async def local_passwords(request: Request) -> None:
    """NotAllowed where a provider has taken the place of passwords."""
    settings = request.app.state.settings
    if not settings.local_passwords:
        raise NotAllowed(
            f"Passwords are not taken here: sign in with {settings.oidc_label}, in a browser at "
            f"{API_PREFIX}/auth/oidc/start."
        )


async def limited_refresh(request: Request, origin: From) -> None:
    """A quota of its own, wide enough for all pages behind one address."""
    refreshes: Attempts = request.app.state.refreshes
    await refreshes.check(request.scope, "address", address_identity(origin.address or "unknown"))


async def limited_login(request: Request, body: Login, attempts: Limited, origin: From) -> Login:
    """The credentials. Many addresses that try one user's password are stopped too."""
    await by_address(request, attempts, origin)
    await attempts.check(request.scope, "username", body.username.lower())
    return body


Credentials = Annotated[Login, Depends(limited_login)]
