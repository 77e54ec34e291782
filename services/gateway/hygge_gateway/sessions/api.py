"""/auth: register, login, refresh, logout, me, password, service tokens, public keys."""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from starlette.concurrency import run_in_threadpool

from hygge_core.app import API_PREFIX
from hygge_core.auth import Caller, current_principal
from hygge_core.errors import BadRequest, NotAllowed
from hygge_core.routes import Route
from hygge_gateway.api_keys.door import holder_in
from hygge_gateway.origin import From
from hygge_gateway.sessions.dependencies import (
    NO_STORE,
    OPEN,
    Credentials,
    Sessions,
    by_address,
    limited,
    limited_refresh,
    local_passwords,
)
from hygge_gateway.sessions.schemas import (
    JwkSet,
    Logout,
    Me,
    PasswordChange,
    Refresh,
    RegisteredUser,
    ServiceTokenAnswer,
    Tokens,
)
from hygge_gateway.sessions.service import InvalidClient
from hygge_gateway.users import service as users
from hygge_gateway.users.schemas import Registration

router = APIRouter(prefix="/auth", tags=["auth"], route_class=Route)


@router.post(
    "/register",
    status_code=201,
    openapi_extra=OPEN,
    dependencies=[Depends(local_passwords), Depends(limited("register"))],
)
def register(
    body: Registration, sessions: Sessions, origin: From, request: Request, response: Response
) -> RegisteredUser:
    """Make an account; it is a participant's. The answer has tokens, so no sign-in is needed."""
    user = users.register(body, origin, is_open=request.app.state.settings.registration_open)
    tokens = Tokens.of(sessions.open_for(user.id, origin))
    response.headers.update({**NO_STORE, "Location": f"{API_PREFIX}/auth/me"})
    return RegisteredUser(**user.model_dump(), **tokens.model_dump())


@router.post("/login", openapi_extra=OPEN, dependencies=[Depends(local_passwords)])
def login(body: Credentials, sessions: Sessions, origin: From, response: Response) -> Tokens:
    """Sign in with user name and password."""
    response.headers.update(NO_STORE)
    return Tokens.of(sessions.login(body.username, body.password, origin))


@router.post("/refresh", openapi_extra=OPEN, dependencies=[Depends(limited_refresh)])
def refresh(body: Refresh, sessions: Sessions, origin: From, response: Response) -> Tokens:
    """Exchange a refresh token for the next pair. Each works once; a second use ends the session."""
    response.headers.update(NO_STORE)
    return Tokens.of(sessions.refresh(body.refresh_token, origin))


@router.post("/logout", status_code=204, openapi_extra=OPEN)
async def logout(request: Request, sessions: Sessions, origin: From, body: Logout | None = None) -> None:
    """End the session of the refresh token, or, without one, all sessions of the caller."""
    if body is not None and body.refresh_token:
        await run_in_threadpool(sessions.logout, body.refresh_token, origin)
        return
    caller = await current_principal(request)
    await run_in_threadpool(sessions.logout_everywhere, caller, origin)


@router.get("/me")
def me(caller: Caller, sessions: Sessions, request: Request) -> Me:
    """Who am I, and which grids was I given?"""
    holder = holder_in(request.scope)
    return sessions.me(caller, holder.owner_id if holder is not None else None)


@router.post("/password", status_code=204, dependencies=[Depends(local_passwords), Depends(by_address)])
def change_password(body: PasswordChange, caller: Caller, sessions: Sessions, origin: From) -> None:
    """Change one's own password; ends all one's sessions."""
    if caller.user_id == 0:
        raise NotAllowed("A service has no password.")
    users.change_own_password(caller, body.current_password, body.new_password, origin, sessions.lockout)


@router.post("/token", openapi_extra=OPEN, dependencies=[Depends(limited("client"))])
def service_token(
    *,
    request: Request,
    sessions: Sessions,
    origin: From,
    response: Response,
    grant_type: Annotated[str, Form(max_length=64)],
    client_id: Annotated[str | None, Form(max_length=128)] = None,
    client_secret: Annotated[str | None, Form(max_length=512)] = None,
) -> ServiceTokenAnswer:
    """A service's token by client credentials (RFC 6749, 4.4), in the form or by HTTP Basic."""
    if grant_type != "client_credentials":
        raise BadRequest("grant_type must be client_credentials.")
    response.headers.update(NO_STORE)
    basic = _basic(request.headers.get("authorization", ""))
    client, secret = basic or (client_id or "", client_secret or "")
    return sessions.service_token(client, secret, origin)


@router.get("/jwks", openapi_extra=OPEN)
def public_keys(request: Request, response: Response) -> JwkSet:
    """The public keys that check access tokens (JWKS)."""
    response.headers["Cache-Control"] = "public, max-age=60"
    return JwkSet.model_validate(request.app.state.keys.jwks())


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidClient("The Basic credentials can't be read.") from error
    return name, secret
