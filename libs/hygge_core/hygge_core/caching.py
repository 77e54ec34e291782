"""Answers that never change: marked so that a cache may keep them, and not made again for who has them (RFC 9111).

A service says `unchanging(group, …)` as soon as it knows that the caller may see something and which version of it.
The answer to this URL must follow from the URL, `Accept` and that version alone: then it gets a strong `ETag`, a short
`Cache-Control: private, max-age`, and the version itself in `Hygge-Version: <group> <version>`, which the gateway uses
and takes off. Where everybody whose token lets them view a grid may have the same, `Hygge-Grid` names it. A caller who
sends the same `ETag` back is answered 304 before any work is done, but after the check of what they may see.
"""

import hashlib
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.metadata import version as version_of

from fastapi import FastAPI, Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

VERSION_HEADER = "Hygge-Version"
GRID_HEADER = "Hygge-Grid"
# How long an answer may be used without asking whether the caller may still see it.
MAX_AGE_SECONDS = 5
MEDIA_TYPE = "application/json"
# Another release may compute or write the same thing in another way.
RELEASE = version_of("hygge-core")


@dataclass(slots=True)
class _Reading:
    """One GET on its way: where it goes, what the caller has of it, and what was found out about it."""

    place: str
    known: frozenset[str]
    version: str = ""
    # An answer about several groups has no version: none of them alone says whether it may be seen.
    is_mixed: bool = False
    grid_id: int | None = None

    @property
    def tag(self) -> str:
        digest = hashlib.blake2b(f"{self.version}\n{self.place}".encode(), digest_size=16).hexdigest()
        return f'"{digest}"'

    def headers(self) -> dict[str, str]:
        told = {
            "Cache-Control": f"private, max-age={MAX_AGE_SECONDS}",
            "ETag": self.tag,
            "Vary": "Authorization, Accept",
            VERSION_HEADER: self.version,
        }
        return told if self.grid_id is None else told | {GRID_HEADER: str(self.grid_id)}


class NotModified(Exception):
    """The caller may see it and has it already."""


_reading: ContextVar[_Reading | None] = ContextVar("hygge_reading", default=None)


def unchanging(group: str, *parts: object, grid_id: int | None = None) -> None:
    """Say that the answer to this request follows from its URL, `Accept` and `parts`; NotModified if the caller has it.

    `group` names what goes together and is deleted together, such as `results/7`. With `grid_id` the very same answer
    goes to all for whom `Principal.may_view_grid` holds by their token alone. Nothing happens outside a GET.
    """
    reading = _reading.get()
    if reading is None:
        return
    version = f"{group} {hashlib.blake2b(repr((RELEASE, *parts)).encode(), digest_size=12).hexdigest()}"
    reading.is_mixed = reading.is_mixed or reading.version not in ("", version)
    reading.version = "" if reading.is_mixed else version
    reading.grid_id = grid_id
    if reading.version and reading.tag in reading.known:
        raise NotModified


def keep_unchanging(app: FastAPI) -> None:
    """Let an application's routes use `unchanging`."""

    @app.exception_handler(NotModified)
    async def on_not_modified(_request: Request, _error: NotModified) -> Response:
        return Response(status_code=304)

    app.add_middleware(_Marked)


class _Marked:
    """ASGI middleware: writes what a route said about its answer into the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        place = f"{scope['path']}?{scope['query_string'].decode('latin-1')}\n{headers.get('accept', '')}"
        reading = _Reading(place, _tags(headers.get("if-none-match", "")))
        token = _reading.set(reading)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and reading.version and _is_whole(message):
                MutableHeaders(scope=message).update(reading.headers())
            await send(message)

        try:
            await self.app(scope, receive, marked)
        finally:
            _reading.reset(token)


def _is_whole(start: Message) -> bool:
    """Documents only: files and pages for printing may carry the moment at which they were made."""
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return start["status"] == 304 or (start["status"] == 200 and kind.startswith(MEDIA_TYPE))


def _tags(header: str) -> frozenset[str]:
    """The strong tags of an If-None-Match header."""
    return frozenset(part.strip() for part in header.split(",") if part.strip().startswith('"'))
