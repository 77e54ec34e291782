"""/auth/oidc: the way of a browser to the provider and back; /users/{id}/identity: who is who, for admins."""

import re
from typing import Annotated, Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from hygge_core.app import API_PREFIX
from hygge_core.auth import Admin
from hygge_core.errors import BadRequest, HyggeError, NotAllowed, NotFound
from hygge_core.routes import Route
from hygge_gateway.base import RowId
from hygge_gateway.identities import service
from hygge_gateway.identities.cookies import bind, browser_of
from hygge_gateway.identities.provider import Provider
from hygge_gateway.identities.schemas import IdentityLink, IdentityView, SignInWays
from hygge_gateway.identities.service import IdentityService
from hygge_gateway.origin import From
from hygge_gateway.sessions.cookies import SessionCookie, set_cookies
from hygge_gateway.sessions.dependencies import OPEN, Sessions, limited
from hygge_gateway.sessions.service import Transport
from hygge_gateway.settings import Settings

PREFIX = "/auth/oidc"
SIGN_IN_PAGE = "/sign-in"
# The code and the state in the address are nobody's business.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
_REDIRECT: dict[str, Any] = {
    "response_class": RedirectResponse,
    "status_code": 303,
    "response_model": None,
    "openapi_extra": OPEN,
}

logger = structlog.get_logger("hygge.oidc")
router = APIRouter(tags=["auth"], route_class=Route)

ReturnTo = Annotated[
    str, Query(max_length=2000, description="Where to go on afterwards: a path of this site, such as /communities/3")
]
FromProvider = Annotated[str | None, Query(max_length=4000)]


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound("No provider is set up here; sign in with user name and password.")
    return provider


async def _identities(request: Request) -> IdentityService:
    return IdentityService(request.app.state.settings)


Own = Annotated[Settings, Depends(_settings)]
TheProvider = Annotated[Provider, Depends(_provider)]
Identities = Annotated[IdentityService, Depends(_identities)]


@router.get(PREFIX, openapi_extra=OPEN)
def ways_to_sign_in(settings: Own) -> SignInWays:
    """How one signs in here: by password, at an OpenID Connect provider, or both."""
    there = settings.oidc_issuer is not None
    return SignInWays(
        local_passwords=settings.local_passwords,
        provider=there,
        label=settings.oidc_label if there else None,
        start_path=f"{API_PREFIX}{PREFIX}/start" if there else None,
        logout_path=f"{API_PREFIX}{PREFIX}/logout" if there else None,
    )


@router.get(f"{PREFIX}/start", dependencies=[Depends(limited("oidc"))], **_REDIRECT)
async def start_at_provider(provider: TheProvider, request: Request, return_to: ReturnTo = "/") -> Response:
    """Send the browser to the provider. It comes back to /auth/oidc/callback within ten minutes."""
    try:
        if not _OWN_PATH.fullmatch(return_to):
            raise BadRequest("return_to must be a path of this site.")
        await provider.metadata()
        begun = await run_in_threadpool(service.begin, return_to, browser_of(request))
        url = await provider.authorization_url(begun.state, begun.nonce, begun.code_verifier)
    except HyggeError as error:
        return _told(request, error)
    answer = RedirectResponse(url, 303, PRIVATE)
    bind(request, answer, begun.browser)
    return answer


@router.get(f"{PREFIX}/callback", dependencies=[Depends(limited("oidc-callback"))], **_REDIRECT)
async def back_from_provider(
    *,
    provider: TheProvider,
    settings: Own,
    identities: Identities,
    sessions: Sessions,
    origin: From,
    request: Request,
    state: FromProvider = None,
    code: FromProvider = None,
    iss: FromProvider = None,
    error: FromProvider = None,
) -> Response:
    """Where the provider sends the browser back to: opens a session as `POST /auth/session` does, and goes on."""
    try:
        pending = await run_in_threadpool(service.take, state or "", browser_of(request))
        if error is not None or not code:
            logger.info("provider refused", error=(error or "")[:100])
            raise NotAllowed("The provider did not sign you in; begin again, or ask an administrator.")
        claims = await provider.claims(code, iss, pending.nonce, pending.code_verifier)
        user_id = await run_in_threadpool(identities.user_of, claims, origin)
        issued = await run_in_threadpool(
            sessions.open_for, user_id, origin, Transport.COOKIE, settings.oidc_session_seconds
        )
    except HyggeError as refusal:
        return _told(request, refusal)
    answer = RedirectResponse(pending.return_to, 303, PRIVATE)
    set_cookies(request, answer, SessionCookie.opened(issued.refresh_token), issued.refresh_seconds)
    return answer


@router.get(f"{PREFIX}/logout", dependencies=[Depends(limited("oidc"))], **_REDIRECT)
async def sign_out_at_provider(provider: TheProvider, settings: Own, request: Request) -> Response:
    """Send the browser to the provider's own page for signing out. End the session here first: DELETE /auth/session."""
    back_to = f"{(settings.public_url or '').rstrip('/')}{SIGN_IN_PAGE}"
    try:
        url = await provider.logout_url(back_to)
    except HyggeError as error:
        return _told(request, error)
    return RedirectResponse(url or SIGN_IN_PAGE, 303, PRIVATE)


@router.get("/users/{user_id}/identity")
def get_identity(user_id: RowId, _admin: Admin, identities: Identities) -> IdentityView:
    """Which subject of the provider a user is (admin); 404 if none."""
    return identities.view(user_id)


@router.put("/users/{user_id}/identity")
def link_identity(
    user_id: RowId, body: IdentityLink, admin: Admin, identities: Identities, origin: From
) -> IdentityView:
    """Link a user to a subject of the provider (admin): whoever signs in there as it is this user from now on.

    The subject of a refused sign-in is in the audit log (`login_failed`, `details.sub`).
    """
    return identities.link(user_id, body, admin, origin)


@router.delete("/users/{user_id}/identity", status_code=204)
def unlink_identity(user_id: RowId, admin: Admin, identities: Identities, origin: From) -> None:
    """Take the link away (admin). Running sessions go on; deactivate the user to end them."""
    identities.unlink(user_id, admin, origin)


def _told(request: Request, error: HyggeError) -> Response:
    """A person's browser goes back to the sign-in page, which tells what happened; programs get the problem."""
    if "text/html" not in request.headers.get("accept", ""):
        raise error
    query = urlencode({"failed": error.code})
    return RedirectResponse(f"{SIGN_IN_PAGE}?{query}", 303, PRIVATE)
