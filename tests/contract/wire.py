"""HTTP by hand: what no client library would send, byte by byte."""

import json
import socket
from dataclasses import dataclass
from http.client import HTTPResponse

from tests.contract.conftest import Target


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_of_the_server(self) -> bool:
        """Refused as no HTTP, or too much of it, before there is a request that could have a problem document."""
        return self.status in (400, 414, 431) and self.headers.get("content-type", "").startswith("text/plain")

    def assert_refused(self, what: object) -> None:
        """A 4xx problem document with a request id."""
        assert 400 <= self.status < 500, (what, self.status, self.body[:300])
        assert self.headers.get("content-type") == "application/problem+json", (what, self.status, self.headers)
        assert json.loads(self.body)["status"] == self.status, what
        assert self.headers.get("x-request-id"), what

    def assert_sane(self, what: object) -> None:
        """Fine, or refused as it should be."""
        if self.status >= 400:
            self.assert_refused(what)


class Wire:
    """Sends bytes as they are."""

    def __init__(self, target: Target, authorization: str) -> None:
        host, _, port = target.url.removeprefix("http://").partition(":")
        self._address = host, int(port)
        self._authorization = authorization.encode()

    def send(self, method: bytes, path: bytes, body: bytes | None = None, *headers: bytes) -> Answer:
        lines = [method + b" " + path + b" HTTP/1.1", b"Host: hygge", b"Connection: close"]
        if not any(header.lower().startswith(b"authorization:") for header in headers):
            lines.append(b"Authorization: " + self._authorization)
        if body is not None and not any(header.lower().startswith(b"content-length:") for header in headers):
            lines.append(b"Content-Length: %d" % len(body))
        return self.raw(b"\r\n".join([*lines, *headers, b"", b""]) + (body or b""), method.decode("latin-1"))

    def raw(self, request: bytes, method: str = "GET", *, is_all: bool = False) -> Answer:
        """`is_all`: nothing more will be sent, whatever the request says."""
        with socket.create_connection(self._address, timeout=30) as connection:
            connection.sendall(request)
            if is_all:
                connection.shutdown(socket.SHUT_WR)
            response = HTTPResponse(connection, method=method)
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())
