"""/auth/session: signing in for the web app, with the refresh token in a cookie that scripts can't read."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from hygge_core.app import API_PREFIX, problem
from hygge_core.errors import NotAuthenticated
from hygge_core.routes import Route
from hygge_gateway.origin import From
from hygge_gateway.sessions.cookies import (
    CSRF_HEADER,
    SessionCookie,
    check_csrf,
    clear_cookies,
    from_own_pages,
    set_cookies,
)
from hygge_gateway.sessions.dependencies import (
    NO_STORE,
    OPEN,
    Credentials,
    Sessions,
    limited,
    limited_refresh,
    local_passwords,
)
from hygge_gateway.sessions.schemas import BrowserTokens, Issued, RegisteredBrowserUser
from hygge_gateway.sessions.service import Transport
from hygge_gateway.users import service as users
from hygge_gateway.users.schemas import Registration

router = APIRouter(prefix="/auth/session", tags=["auth"], dependencies=[Depends(from_own_pages)], route_class=Route)

CsrfToken = Annotated[
    str | None,
    Header(
        alias=CSRF_HEADER,
        description="`csrf_token` of the answer at sign-in, or what the cookie hygge_csrf holds; without it 403",
    ),
]


@router.post("", openapi_extra=OPEN, dependencies=[Depends(local_passwords)])
def sign_in(body: Credentials, sessions: Sessions, origin: From, request: Request, response: Response) -> BrowserTokens:
    """Sign in from a browser. The refresh token comes as an HttpOnly cookie and is not in the answer."""
    issued = sessions.login(body.username, body.password, origin, Transport.COOKIE)
    return _answer(issued, SessionCookie.opened(issued.refresh_token), request, response)


@router.post(
    "/registration",
    status_code=201,
    openapi_extra=OPEN,
    dependencies=[Depends(local_passwords), Depends(limited("register"))],
)
def register_browser(
    body: Registration, sessions: Sessions, origin: From, request: Request, response: Response
) -> RegisteredBrowserUser:
    """Make an account (a participant's) from a browser, and sign in: as `POST /auth/session`."""
    user = users.register(body, origin, is_open=request.app.state.settings.registration_open)
    issued = sessions.open_for(user.id, origin, Transport.COOKIE)
    tokens = _answer(issued, SessionCookie.opened(issued.refresh_token), request, response)
    response.headers["Location"] = f"{API_PREFIX}/auth/me"
    return RegisteredBrowserUser(**user.model_dump(), **tokens.model_dump())


@router.post("/refresh", openapi_extra=OPEN, response_model=BrowserTokens, dependencies=[Depends(limited_refresh)])
def refresh_browser(
    sessions: Sessions, origin: From, request: Request, response: Response, csrf_token: CsrfToken = None
) -> BrowserTokens | Response:
    """Exchange the cookie for the next access token and the next cookie.

    A page that was reloaded in the middle may send the same cookie again within some seconds; a second use later than
    that ends the session. 401 means that there is no session (any more): the cookies are cleared, sign in again.
    403 means that the CSRF token is missing or another session's, or that another site's page asked.
    """
    cookie = SessionCookie.of(request)
    try:
        if cookie is None:
            raise NotAuthenticated("There is no session; sign in.")
        check_csrf(cookie, csrf_token)
        issued = sessions.refresh(cookie.refresh_token, origin, Transport.COOKIE)
    except NotAuthenticated as error:
        refusal = problem(error, request.url.path, origin.request_id)
        refusal.headers.update(NO_STORE)
        clear_cookies(request, refusal)
        return refusal
    return _answer(issued, cookie.followed_by(issued.refresh_token), request, response)


@router.delete("", status_code=204, openapi_extra=OPEN)
def sign_out(
    sessions: Sessions, origin: From, request: Request, response: Response, csrf_token: CsrfToken = None
) -> None:
    """End the browser's session and clear its cookies; silent when there is none. The CSRF token as for refreshing."""
    cookie = SessionCookie.of(request)
    if cookie is not None:
        check_csrf(cookie, csrf_token)
        sessions.logout(cookie.refresh_token, origin)
    response.headers.update(NO_STORE)
    clear_cookies(request, response)


def _answer(issued: Issued, cookie: SessionCookie, request: Request, response: Response) -> BrowserTokens:
    response.headers.update(NO_STORE)
    set_cookies(request, response, cookie, issued.refresh_seconds)
    return BrowserTokens(access_token=issued.access_token, expires_in=issued.expires_in, csrf_token=cookie.csrf_token)
