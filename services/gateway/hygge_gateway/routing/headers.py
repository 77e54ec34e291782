"""Which headers pass, in both directions (RFC 9110, 7.6.1)."""

from collections.abc import Iterable

from multidict import CIMultiDict
from starlette.types import Scope

Raw = Iterable[tuple[bytes, bytes]]

_CONNECTION = (b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade")
_HOP_BY_HOP = frozenset((*_CONNECTION, b"proxy-authenticate", b"proxy-authorization"))
# Set anew by the gateway, or (cookies) only its own affair.
_REPLACED = _HOP_BY_HOP | {
    b"host",
    b"cookie",
    b"x-api-key",
    b"expect",
    b"forwarded",
    b"x-forwarded-for",
    b"x-forwarded-host",
    b"x-forwarded-proto",
    b"x-forwarded-port",
    b"x-forwarded-prefix",
    b"x-real-ip",
    b"x-request-id",
    b"traceparent",
    b"tracestate",
    b"baggage",
    # Words of frameworks that let a request be another one than the gateway has looked at.
    b"x-http-method",
    b"x-http-method-override",
    b"x-method-override",
    b"x-original-url",
    b"x-rewrite-url",
}
# The server in front writes its own.
_NOT_BACK = _HOP_BY_HOP | {b"server", b"date", b"x-request-id", b"ratelimit", b"ratelimit-policy"}


def to_service(scope: Scope, request_id: str, trace: dict[str, str]) -> CIMultiDict[str]:
    """Headers of the request to the service."""
    incoming: list[tuple[bytes, bytes]] = scope["headers"]
    dropped = _REPLACED | _named_by_connection(incoming)
    headers = CIMultiDict((k.decode("latin-1"), v.decode("latin-1")) for k, v in incoming if k not in dropped)
    headers["X-Request-ID"] = request_id
    headers.update(trace)
    if scope.get("client"):
        headers["X-Forwarded-For"] = scope["client"][0]
    headers["X-Forwarded-Proto"] = scope["scheme"]
    host = header(incoming, b"host")
    if host is not None:
        headers["X-Forwarded-Host"] = host
    return headers


def to_client(raw: Raw, base_url: str) -> list[tuple[bytes, bytes]]:
    """Headers of the service's answer; a Location inside the service becomes a path of ours."""
    answer = [(key.lower(), value) for key, value in raw]
    dropped = _NOT_BACK | _named_by_connection(answer)
    base = base_url.encode()
    return [
        (key, value.removeprefix(base) or b"/" if key == b"location" else value)
        for key, value in answer
        if key not in dropped
    ]


def header(headers: Raw, name: bytes) -> str | None:
    """The first header of this (lower-case) name."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return None


def _named_by_connection(headers: Raw) -> frozenset[bytes]:
    """Headers that the sender declares hop-by-hop. Not Authorization: nobody may talk us out of passing it on."""
    value = header(headers, b"connection")
    if value is None or value.lower() in ("keep-alive", "close"):
        return frozenset()
    names = frozenset(part.strip().lower().encode("latin-1") for part in value.split(","))
    return names - {b"authorization", b"content-length", b"content-type"}
