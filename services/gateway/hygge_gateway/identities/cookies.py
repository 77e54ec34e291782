"""The cookie that binds a sign-in at the provider to the browser that began it.

Lax, because the provider's page sends the browser back here. Over https its name has the prefix `__Host-`, so that no
sibling domain can plant one: else somebody could finish their own sign-in in another's browser.
"""

import re

from fastapi import Request, Response

from hygge_gateway.identities.service import PENDING_LIFE

COOKIE = "hygge_oidc"
_FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def browser_of(request: Request) -> str | None:
    """What the cookie holds; None without one, or if it is not of our making."""
    value = request.cookies.get(_name(request), "")
    return value if _FORM.fullmatch(value) else None


def bind(request: Request, response: Response, browser: str) -> None:
    response.set_cookie(
        _name(request),
        browser,
        max_age=int(PENDING_LIFE.total_seconds()),
        path="/",
        secure=_is_https(request),
        httponly=True,
        samesite="lax",
    )


def _name(request: Request) -> str:
    return f"__Host-{COOKIE}" if _is_https(request) else COOKIE


def _is_https(request: Request) -> bool:
    return bool(request.scope["scheme"] == "https")
