"""Bodies that are too large are refused: at once by their announced length, else as soon as the bytes exceed it."""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEGABYTE = 1024 * 1024


class BodyLimit:
    """ASGI middleware: the body of a request may have `max_bytes`, that of an upload `max_upload_bytes`.

    The error is raised where the body is read, so it becomes the usual problem document (413) with its request id.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, max_upload_bytes: int, upload_paths: frozenset[str]) -> None:
        self.app = app
        self._max_bytes = max_bytes
        self._max_upload_bytes = max_upload_bytes
        self._upload_paths = upload_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_upload = scope["path"].rstrip("/") in self._upload_paths
        limit = self._max_upload_bytes if is_upload else self._max_bytes
        announced = _content_length(scope)
        received = 0

        async def limited() -> Message:
            nonlocal received
            if announced > limit:
                raise _too_large(limit)
            message = await receive()
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                if received > limit:
                    raise _too_large(limit)
            return message

        await self.app(scope, limited, send)


def _content_length(scope: Scope) -> int:
    for key, value in scope["headers"]:
        if key == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _too_large(limit: int) -> HTTPException:
    return HTTPException(
        413, f"The request is larger than {limit // MEGABYTE} MB; split the file or send it as Parquet."
    )
