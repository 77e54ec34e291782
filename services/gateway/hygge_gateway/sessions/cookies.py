"""The cookies of the web app's session, and why other sites can't use them.

The refresh token is in a cookie that scripts can't read, so a script that got into a page can't carry it off. Browsers
send cookies by themselves, also when another site asks; against that stand three walls: SameSite=Strict, the Origin
header, which must name this host when a browser sends it, and a CSRF token in a header that only our own pages can
know and set. It is an HMAC under a random part of the refresh cookie: nothing is stored, and a token that somebody
planted in the readable cookie does not fit.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from fastapi import Request, Response

from hygge_core.app import API_PREFIX
from hygge_core.errors import NotAllowed

SESSION_PATH = f"{API_PREFIX}/auth/session"
CSRF_COOKIE = "hygge_csrf"
CSRF_HEADER = "X-CSRF-Token"
REFRESH_COOKIE = "hygge_refresh"
# Over https the refresh cookie has the prefix that makes browsers refuse it from any page that came by plain http, such
# as one made up on the way. Not `__Host-`, which would keep out sibling domains too: it asks for Path=/, and the token
# would then travel with every request instead of those to one resource. Over plain http (loopback) browsers refuse both
# prefixes. The readable cookie keeps its name, because scripts look for it and nothing is trusted that is in it.
SECURE_REFRESH_COOKIE = f"__Secure-{REFRESH_COOKIE}"
_CSRF_PURPOSE = b"hygge csrf"


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """What the refresh cookie holds: a part that stays through the session, and the refresh token, new each time.

    The CSRF token comes from the part that stays: a tab that still has the token from before another tab's exchange
    is not refused.
    """

    family: str
    refresh_token: str

    @classmethod
    def opened(cls, refresh_token: str) -> Self:
        return cls(secrets.token_urlsafe(32), refresh_token)

    @classmethod
    def of(cls, request: Request) -> Self | None:
        """The cookie of a request; None without one, or when it can't be read."""
        family, dot, token = request.cookies.get(_refresh_name(request), "").partition(".")
        return cls(family, token) if family and dot and token else None

    def followed_by(self, refresh_token: str) -> "SessionCookie":
        return SessionCookie(self.family, refresh_token)

    @property
    def csrf_token(self) -> str:
        return hmac.new(self.family.encode(), _CSRF_PURPOSE, hashlib.sha256).hexdigest()


def set_cookies(request: Request, response: Response, cookie: SessionCookie, max_age: int) -> None:
    secure = _is_https(request)
    response.set_cookie(
        _refresh_name(request),
        f"{cookie.family}.{cookie.refresh_token}",
        max_age=max_age,
        path=SESSION_PATH,
        secure=secure,
        httponly=True,
        samesite="strict",
    )
    response.set_cookie(CSRF_COOKIE, cookie.csrf_token, max_age=max_age, path="/", secure=secure, samesite="strict")


def clear_cookies(request: Request, response: Response) -> None:
    secure = _is_https(request)
    response.delete_cookie(_refresh_name(request), path=SESSION_PATH, secure=secure, httponly=True, samesite="strict")
    response.delete_cookie(CSRF_COOKIE, path="/", secure=secure, samesite="strict")


async def from_own_pages(request: Request) -> None:
    """FastAPI dependency: NotAllowed when a browser says that another site's page sent this.

    Only host and port are compared: a proxy in front may end TLS without telling, and other ports are other origins.
    """
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers.get("host", "").lower():
        raise NotAllowed("This came from a page of another site; use the web app at this address.")


def check_csrf(cookie: SessionCookie, token: str | None) -> None:
    """NotAllowed unless the header has the session's CSRF token."""
    if not hmac.compare_digest(cookie.csrf_token.encode(), (token or "").encode()):
        raise NotAllowed(f"{CSRF_HEADER} is missing or not this session's; send what the cookie {CSRF_COOKIE} holds.")


def _is_https(request: Request) -> bool:
    """As the server in front of the application says, which believes X-Forwarded-Proto of trusted proxies only."""
    return bool(request.scope["scheme"] == "https")


def _refresh_name(request: Request) -> str:
    return SECURE_REFRESH_COOKIE if _is_https(request) else REFRESH_COOKIE
