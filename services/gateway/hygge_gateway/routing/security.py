"""Headers that tell browsers what a page of ours may do.

Imports nothing of ours: the web image, which has no other code of ours, makes nginx's headers from this file.
"""

import base64
import hashlib
import re

from starlette.types import Message, Scope, Send

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


# For answers that are data: no page may be made of them, no other site may load them, no cache may keep them.
_DATA = (
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


def data_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    """For every answer of the API."""
    return [*_DATA, (b"strict-transport-security", _HSTS.encode())] if scope["scheme"] == "https" else [*_DATA]


def with_api_headers(scope: Scope, send: Send) -> Send:
    """Adds to an answer of the API what it has not set itself."""

    async def protected(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _value in message["headers"]}
            added = [header for header in data_headers(scope) if header[0] not in given]
            if b"cache-control" not in given:
                # What has a tag may be kept by its reader and asked for again.
                added.append((b"cache-control", b"private, no-cache" if b"etag" in given else b"no-store"))
            message["headers"] = [*message["headers"], *added]
        await send(message)

    return protected


class Hosts:
    """The host names that are answered to; health and metrics to any, because probes ask by address."""

    def __init__(self, names: str) -> None:
        self._names = frozenset(name.strip().lower() for name in names.split(",") if name.strip())

    def allow(self, scope: Scope) -> bool:
        if not self._names or scope["path"].startswith(("/health", "/metrics")):
            return True
        given = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
        # More than one is a request that two readers understand differently (RFC 9112, 3.2).
        return len(given) == 1 and _without_port(given[0]) in self._names


def _without_port(host: str) -> str:
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _digest(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
