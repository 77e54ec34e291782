"""Small facts about a request."""

import random

from hygge_gateway.routing.headers import Raw

MAX_REQUEST_ID = 128
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


def request_id_of(headers: Raw) -> str:
    """The client's X-Request-ID if it is short and printable, else a new one."""
    for key, value in headers:
        if key == b"x-request-id" and 0 < len(value) <= MAX_REQUEST_ID and value.isascii():
            text: str = value.decode("ascii")
            if text.isprintable():
                return text
    return f"{random.getrandbits(128):032x}"


def method_label(method: str) -> str:
    """The method as a metric label: invented ones must not make new series."""
    return method if method in _METHODS else "_OTHER"
