"""Clients that never end a request, or begin one that is too large, on real sockets."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from hygge_core import http_guard
from hygge_core.http_guard import MAX_HEAD_BYTES, MAX_HEADERS, MAX_URL_BYTES, GuardedHttp


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers with the length of the body, after `?wait` seconds."""
    assert scope["type"] == "http"
    total, more = 0, True
    while more:
        message = await receive()
        total, more = total + len(message.get("body", b"")), message.get("more_body", False)
    await asyncio.sleep(float(scope["query_string"] or 0))
    body = str(total).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


class Busy:
    """An application that does not want reads of /busy, behind a middleware as uvicorn puts one there."""

    def __init__(self) -> None:
        self.app = self
        self.seen: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await echo(scope, receive, send)

    def turn_away(self, url: bytes, scope: Scope) -> tuple[int, bytes] | None:
        self.seen.append(url)
        assert (b"host", b"x") in scope["headers"]
        assert scope["scheme"] == "http"
        return (429, b"content-length: 4\r\n\r\nbusy") if url.startswith(b"/busy") else None


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(http_guard, "HEAD_SECONDS", 0.6)
    with _served(echo) as opened:
        yield opened


@contextmanager
def _served(app: Any) -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, http=GuardedHttp, lifespan="off", log_config=None, timeout_keep_alive=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join(10)


class Wire:
    """A socket that says what it likes."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: Any) -> None:
        self._socket.close()

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def status(self) -> int | None:
        """The status of the next answer; None when the connection ends without one."""
        data = b""
        while b"\r\n\r\n" not in data:
            try:
                chunk = self._socket.recv(65536)
            except ConnectionResetError:
                return None
            if not chunk:
                return None
            data += chunk
        return int(data.split()[1])

    def ended(self) -> bool:
        try:
            return self._socket.recv(65536) == b""
        except ConnectionResetError:
            return True


def get(target: str = "/", headers: str = "") -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: x\r\n{headers}\r\n".encode()


def test_an_ordinary_request_and_the_next_on_its_connection(port: int) -> None:
    with Wire(port) as wire:
        for _ in range(3):
            wire.send(get())
            assert wire.status() == 200


def test_a_connection_without_a_request_is_closed(port: int) -> None:
    with Wire(port) as wire:
        started = time.monotonic()
        assert wire.ended()
        assert 0.4 < time.monotonic() - started < 2


@pytest.mark.parametrize("drip", [b"X", b"A: b\r\n"])
def test_headers_that_drip_get_408(port: int, drip: bytes) -> None:
    with Wire(port) as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        started = time.monotonic()
        try:
            while time.monotonic() < started + 3:
                wire.send(drip)
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - started < 2
        assert wire.status() in (408, None)


def test_empty_lines_do_not_keep_a_connection(port: int) -> None:
    with Wire(port) as wire:
        wire.send(get())
        assert wire.status() == 200
        started = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < started + 5:
                wire.send(b"\r\n")
                time.sleep(0.1)
        assert time.monotonic() - started < 3


def test_a_long_answer_is_not_cut_by_the_wait_for_the_next_request(port: int) -> None:
    with Wire(port) as wire:
        wire.send(get("/?1.5"))
        assert wire.status() == 200


def test_a_long_address_is_414(port: int) -> None:
    with Wire(port) as wire:
        wire.send(get("/" + "a" * (MAX_URL_BYTES - 1)))
        assert wire.status() == 200
        wire.send(get("/" + "a" * MAX_URL_BYTES))
        assert wire.status() == 414


def test_too_many_headers_are_431(port: int) -> None:
    with Wire(port) as wire:
        wire.send(get(headers="".join(f"X-{n}: 1\r\n" for n in range(MAX_HEADERS - 1))))
        assert wire.status() == 200
        wire.send(get(headers="".join(f"X-{n}: 1\r\n" for n in range(MAX_HEADERS))))
        assert wire.status() == 431


@pytest.mark.parametrize("endless", [b"X: y\r\n" * 1000, b"z" * 6000])
def test_a_head_without_end_is_431_and_not_kept(port: int, endless: bytes) -> None:
    with Wire(port) as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Endless: ")
        try:
            for _ in range(50 * MAX_HEAD_BYTES // len(endless)):
                wire.send(endless)
        except OSError:
            pass
        # A server that went on reading would leave us waiting here.
        assert wire.status() in (431, None)


def test_a_large_body_is_not_taken_for_a_large_head(port: int) -> None:
    body = b"b" * (5 * MAX_HEAD_BYTES)
    with Wire(port) as wire:
        for _ in range(2):
            wire.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            assert wire.status() == 200


def test_what_is_not_http_is_400(port: int) -> None:
    with Wire(port) as wire:
        wire.send(b"\x16\x03\x01 hello\r\n\r\n")
        assert wire.status() == 400


def test_uvicorn_alone_keeps_a_head_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why all this: if this fails one day, the guard may have become superfluous."""
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(echo, http=HttpToolsProtocol, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        with Wire(listener.getsockname()[1]) as wire:
            wire.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Endless: ")
            for _ in range(200):
                wire.send(b"z" * MAX_HEAD_BYTES)
            wire.send(b"\r\n\r\n")
            assert wire.status() == 200
        server.should_exit = True
        thread.join(10)


def test_what_the_application_does_not_want_is_refused_without_it_and_the_connection_lives_on() -> None:
    app = Busy()
    with _served(app) as port, Wire(port) as wire:
        for path, status in (("/busy", 429), ("/", 200), ("/busy?2", 429), ("/busy", 429), ("/", 200)):
            wire.send(get(path))
            assert wire.status() == status
        assert app.seen == [b"/busy", b"/", b"/busy?2", b"/busy", b"/"]
        wire.send(get("/busy") + get("/"))
        assert wire.status() == 429


@pytest.mark.parametrize(
    ("head", "body"),
    [("POST /busy HTTP/1.1", b""), ("GET /busy HTTP/1.1\r\nContent-Length: 3", b"abc"), ("GET /busy HTTP/1.0", b"")],
)
def test_only_plain_reads_are_turned_away_before_the_application(head: str, body: bytes) -> None:
    app = Busy()
    with _served(app) as port, Wire(port) as wire:
        wire.send(f"{head}\r\nHost: x\r\n\r\n".encode() + body)
        assert wire.status() == 200
        assert app.seen == []


def test_a_read_behind_one_that_goes_on_waits_for_its_turn() -> None:
    with _served(Busy()) as port, Wire(port) as wire:
        wire.send(get("/?0.3") + get("/busy"))
        started = time.monotonic()
        assert wire.status() == 200
        assert time.monotonic() - started > 0.2
