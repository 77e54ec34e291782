"""The request's body on its way through: streamed, counted, and noticed when the client goes away."""

import asyncio
import time
from collections.abc import AsyncIterator

from starlette.types import Message, Receive, Scope

from hygge_core.errors import BadRequest, HyggeError, TooLarge, TooSlow
from hygge_gateway.routing.headers import header


class ClientGone(Exception):
    """The client closed the connection; nobody waits for an answer."""


class Pace:
    """Gives a body `seconds` to arrive, and one more for each `bytes_per_second` of it.

    Only waiting for the client counts, not what the service behind takes to read.
    """

    def __init__(self, receive: Receive, seconds: float, bytes_per_second: int) -> None:
        self._receive = receive
        self._left = seconds
        self._bytes_per_second = bytes_per_second
        self._whole = False

    async def __call__(self) -> Message:
        """The next message; TooSlow when the time is used up. After the body only the client's leaving can come."""
        if self._whole:
            return await self._receive()
        started = time.monotonic()
        try:
            async with asyncio.timeout(max(self._left, 0.0)):
                message = await self._receive()
        except TimeoutError:
            raise TooSlow("The body arrived too slowly; nothing was done. Try again.") from None
        self._whole = not message.get("more_body", False)
        self._left += len(message.get("body", b"")) / self._bytes_per_second - (time.monotonic() - started)
        return message


class Body:
    """Iterates over the chunks of a request. What ended it early is kept in `failure`, because HTTP clients hide it."""

    def __init__(self, scope: Scope, receive: Receive, max_bytes: int, pace: Pace) -> None:
        self._receive = receive
        self._pace = pace
        self._max_bytes = max_bytes
        self.failure: HyggeError | ClientGone | None = None
        self.read = asyncio.Event()
        length = header(scope["headers"], b"content-length")
        self.is_empty = length in (None, "0") and header(scope["headers"], b"transfer-encoding") is None
        check_length(length, max_bytes)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Raises ClientGone, TooLarge or TooSlow in the middle; never holds more than one chunk."""
        total = 0
        while True:
            try:
                message = await self._pace()
            except TooSlow as error:
                self.failure = error
                raise
            if message["type"] == "http.disconnect":
                self.failure = ClientGone()
                raise self.failure
            chunk: bytes = message.get("body", b"")
            total += len(chunk)
            if total > self._max_bytes:
                self.failure = too_large(self._max_bytes)
                raise self.failure
            if chunk:
                yield chunk
            if not message.get("more_body", False):
                self.read.set()
                return

    async def gone(self) -> None:
        """Returns when the client has closed the connection; starts listening when the body was read."""
        if not self.is_empty:
            await self.read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass


def check_length(length: str | None, max_bytes: int) -> None:
    """Refuse a declared length above the limit before a byte is read."""
    if length is None:
        return
    if not (length.isascii() and length.isdigit()):
        raise BadRequest("Content-Length is not a number.")
    if len(length) > 18 or int(length) > max_bytes:
        raise too_large(max_bytes)


def too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The body is larger than {max_bytes} bytes, which is the most that is taken.")
