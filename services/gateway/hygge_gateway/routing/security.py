"""Headers that tell browsers what a page of ours may do."""

import base64
import hashlib
import re

from starlette.types import Scope

# Components set style attributes; charts and exports are made as data: and blob: URLs. Nothing comes from elsewhere.
_POLICY = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "worker-src": "'self' blob:",
}
_PAGE = {
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# A year, for this host only: what its subdomains do is not ours to say.
_HSTS = "max-age=31536000"
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def file_headers(scope: Scope) -> dict[str, str]:
    """For whatever is served as a file."""
    headers = {"X-Content-Type-Options": "nosniff"}
    if scope["scheme"] == "https":
        headers["Strict-Transport-Security"] = _HSTS
    return headers


def page_headers(scope: Scope, html: str = "") -> dict[str, str]:
    """For a page; of the scripts inside `html` exactly those may run."""
    policy = dict(_POLICY)
    policy["script-src"] += "".join(f" '{_digest(script)}'" for script in _INLINE_SCRIPT.findall(html))
    text = "; ".join(f"{name} {value}" for name, value in policy.items())
    return {**file_headers(scope), **_PAGE, "Content-Security-Policy": text}


def _digest(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
