"""The server's side of HTTP with limits that uvicorn does not have: on a request's head, before any application.

Without them a client may send headers for ever (they are kept in memory), or open connections and never end a request.
The figures are those of Apache's and uvicorn's own defaults.

An application with a method `turn_away` is asked before there is a task for a request: what it does not want then
costs a third of what a refusal by the application itself does.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

# From the first byte (or the opening of a connection) to the empty line after the headers.
HEAD_SECONDS = 20.0
MAX_URL_BYTES = 8192
MAX_HEADERS = 100
MAX_HEAD_BYTES = 64 * 1024

URI_TOO_LONG, HEAD_TOO_LARGE, TOO_SLOW, BAD = 414, 431, 408, 400
_TOLD = {
    URI_TOO_LONG: f"The address is longer than {MAX_URL_BYTES} bytes.",
    HEAD_TOO_LARGE: f"More than {MAX_HEADERS} headers, or {MAX_HEAD_BYTES} bytes of them.",
    TOO_SLOW: f"The request did not arrive within {HEAD_SECONDS:.0f} s.",
}


# Headers of a request that does not end with its head.
_MORE_TO_COME = (b"content-length", b"transfer-encoding", b"upgrade")
# Takes the address and the scope of a read, which has the headers and no path yet; the status and what follows the
# status line if it is not wanted.
TurnAway = Callable[[bytes, Scope], tuple[int, bytes] | None]


class _Refused(Exception):
    """Ends the parsing; the status is in `_refusal`."""


class GuardedHttp(HttpToolsProtocol):
    """For uvicorn's `http`. Refusals are plain text: nothing is known yet that a problem document could tell."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._timer: asyncio.TimerHandle | None = None
        self._refusal = BAD
        # Between the last byte of a request and the empty line after the headers of the next.
        self._in_head = True
        self._head_begun = False
        self._fed = 0
        self._told = 0
        self._completed = 0
        self._turn_away = _turn_away_of(self.config.loaded_app)
        self._is_turned_away = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        was_in_head, completed = self._in_head, self._completed
        super().data_received(data)
        if not self._in_head or self.transport.is_closing():
            return
        # What the parser keeps to itself, such as a header without an end, counts too.
        self._fed = self._fed + len(data) if was_in_head and completed == self._completed else 0
        if self._fed > MAX_HEAD_BYTES:
            self._refuse(HEAD_TOO_LARGE)
        elif self._head_begun or self.cycle is None or self.cycle.response_complete:
            self._start_timer()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_begun, self._told = True, 0

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_URL_BYTES:
            self._refusal = URI_TOO_LONG
            raise _Refused

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._told += len(name) + len(value)
        if len(self.headers) > MAX_HEADERS or self._told > MAX_HEAD_BYTES:
            self._refusal = HEAD_TOO_LARGE
            raise _Refused

    def on_headers_complete(self) -> None:
        self._stop_timer()
        self._in_head = self._head_begun = False
        self._fed = 0
        self._is_turned_away = self._turned_away()
        if not self._is_turned_away:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head = True
        self._completed += 1
        if not self._is_turned_away:
            super().on_message_complete()

    def _turned_away(self) -> bool:
        """True when the request was answered here: a plain read on a connection on which nothing else goes on."""
        if self._turn_away is None or self.parser.get_method() != b"GET":
            return False
        is_busy = self.cycle is not None and not self.cycle.response_complete
        is_kept = self.parser.should_keep_alive() and self.parser.get_http_version() == "1.1"
        if is_busy or not is_kept or any(name in _MORE_TO_COME for name, _ in self.headers):
            return False
        answer = self._turn_away(self.url, cast(Scope, self.scope))
        if answer is None:
            return False
        status, rest = answer
        common = b"".join(b"%s: %s\r\n" % header for header in self.server_state.default_headers)
        self.transport.write(STATUS_LINE[status] + common + rest)
        self.on_response_complete()
        return True

    def send_400_response(self, msg: str) -> None:
        """What uvicorn answers when the parser stops, be it by its own fault or by our refusal."""
        if self._refusal == BAD:
            self._stop_timer()
            super().send_400_response(msg)
        else:
            self._refuse(self._refusal)

    def _start_timer(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self._too_slow)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_slow(self) -> None:
        self._timer = None
        if self._head_begun:
            self._refuse(TOO_SLOW)
        else:
            self.transport.close()

    def _refuse(self, status: int) -> None:
        self._stop_timer()
        text = _TOLD[status].encode()
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(text)
        self.transport.write(STATUS_LINE[status] + head + text)
        self.transport.close()


def _turn_away_of(app: Any) -> TurnAway | None:
    """The method of an application, which uvicorn may have wrapped."""
    while app is not None and not hasattr(app, "turn_away"):
        app = getattr(app, "app", None)
    found: TurnAway | None = getattr(app, "turn_away", None)
    return found
