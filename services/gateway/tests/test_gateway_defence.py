"""Headers of every answer, slow bodies, host names, and words that try to make a request another one."""

import asyncio
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hygge_core.errors import TooSlow
from hygge_gateway.routing.body import Pace
from hygge_gateway.routing.security import Hosts, with_api_headers
from hygge_gateway.settings import Settings
from services.gateway.tests.gateway_support import ADMIN, Client, assert_problem, gateway


@pytest.fixture(scope="module")
def headers(client: Client) -> dict[str, str]:
    return client.headers_of()


def assert_protected(response: httpx.Response, cache: str = "no-store") -> None:
    assert response.headers.get_list("x-content-type-options") == ["nosniff"]
    assert response.headers.get_list("cache-control") == [cache]
    assert response.headers["cross-origin-resource-policy"] == "same-origin"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert "server" not in response.headers or response.headers["server"] == "uvicorn"


@pytest.mark.parametrize("path", ["/auth/me", "/users", "/grids", "/audit/head", "/nowhere", "/runs/1", "/houses/1"])
def test_every_answer_is_protected(client: Client, headers: dict[str, str], path: str) -> None:
    assert_protected(client.get(f"/api/v1{path}", headers=headers))
    assert_protected(client.get(f"/api/v1{path}"))


def test_refusals_are_protected_too(client: Client, headers: dict[str, str]) -> None:
    too_large = client.post("/api/v1/users", headers=headers, content=b"x" * (1024 * 1024 + 1))
    assert_problem(too_large, 413)
    assert_protected(too_large)
    assert_protected(client.post("/api/v1/auth/login", json={"username": ADMIN[0], "password": "wrong one"}))


def test_what_a_route_says_itself_stays(client: Client) -> None:
    assert_protected(client.get("/api/v1/auth/jwks"), cache="public, max-age=60")
    page = client.get("/api/v1/docs")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert len(page.headers.get_list("content-security-policy")) == 1


def test_hsts_only_where_there_is_https(client: Client) -> None:
    plain = client.get("/api/v1/auth/jwks")
    assert "strict-transport-security" not in plain.headers
    behind_a_proxy = client.get("/api/v1/auth/jwks", headers={"X-Forwarded-Proto": "https"})
    assert behind_a_proxy.headers["strict-transport-security"].startswith("max-age=31536000")


def test_a_tag_may_be_asked_for_again() -> None:
    async def sent(*given: tuple[bytes, bytes]) -> dict[bytes, bytes]:
        told: list[Any] = []

        async def send(message: Any) -> None:
            told.append(message)

        await with_api_headers({"scheme": "http"}, send)({"type": "http.response.start", "headers": list(given)})
        return dict(told[0]["headers"])

    assert asyncio.run(sent((b"ETag", b'"1"')))[b"cache-control"] == b"private, no-cache"
    assert asyncio.run(sent((b"Cache-Control", b"private, max-age=9")))[b"Cache-Control"] == b"private, max-age=9"


@pytest.mark.parametrize("path", ["/auth/login", "/grids", "/users"])
def test_no_other_site_may_read_anything(client: Client, headers: dict[str, str], path: str) -> None:
    """No CORS header anywhere, so a browser gives no page of another origin an answer, or lets it ask with a token."""
    other = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "authorization"}  # fmt: skip
    for answer in (
        client.options(f"/api/v1{path}", headers=other),
        client.get(f"/api/v1{path}", headers=headers | other),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_a_method_is_what_it_is(client: Client, headers: dict[str, str]) -> None:
    user = client.new_user("not-deleted")
    path = f"/api/v1/users/{user['id']}"
    override = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}
    assert_problem(client.post(path, headers=headers | override), 405)
    assert client.get(f"{path}?_method=DELETE", headers=headers | override).status_code == 200
    echo = client.post("/api/v1/houses/1", headers=headers | override | {"X-Original-URL": "/x", "X-Rewrite-URL": "/x"})
    passed = echo.json()
    assert passed["method"] == "POST"
    assert not [name for name in passed["headers"] if "override" in name or name in ("x-original-url", "x-rewrite-url")]


def test_a_client_cannot_say_where_it_comes_from(settings: Settings) -> None:
    """With nobody trusted in front, X-Forwarded-For changes neither the audit log nor what a service is told."""
    import uvicorn
    from starlette.types import Receive, Scope, Send

    from hygge_gateway.main import build_app

    config = uvicorn.Config(build_app(settings), forwarded_allow_ips="192.0.2.1", log_config=None)
    config.load()
    seen: list[Any] = []

    async def app(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append((scope["client"], scope["scheme"]))

    config.loaded_app.app = app
    scope = {"type": "http", "client": ("203.0.113.5", 1), "scheme": "http",
             "headers": [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-proto", b"https")]}  # fmt: skip
    asyncio.run(config.loaded_app(scope, None, None))
    assert seen == [(("203.0.113.5", 1), "http")]


def test_only_the_named_hosts_are_answered_to(settings: Settings) -> None:
    with gateway(settings.model_copy(update={"allowed_hosts": "hygge.example, Other.example"})) as client:
        for host, status in (("hygge.example", 200), ("HYGGE.example:8443", 200), ("other.example", 200)):
            assert client.get("/api/v1/auth/jwks", headers={"Host": host}).status_code == status
        for path in ("/api/v1/auth/jwks", "/"):
            refused = client.get(path, headers={"Host": "rebound.example"})
            assert_problem(refused, 400)
        assert client.get("/health/ready", headers={"Host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.parametrize(
    ("hosts", "allowed"),
    [
        ([b"a.example"], True),
        ([b"a.example:1"], True),
        ([b"[::1]:8080"], True),
        ([b"[::2]"], False),
        ([b"a.example", b"a.example"], False),
        ([], False),
        ([b"a.example.evil"], False),
        ([b""], False),
    ],
)
def test_hosts(hosts: list[bytes], allowed: bool) -> None:
    scope = {"path": "/api/v1/x", "headers": [(b"host", host) for host in hosts]}
    assert Hosts("a.example,[::1]").allow(scope) is allowed
    assert Hosts("").allow(scope)


@pytest.fixture
def impatient(settings: Settings) -> Iterator[Client]:
    changes = {"slow_body_seconds": 0.5, "slow_body_bytes_per_second": 1000}
    with gateway(settings.model_copy(update=changes)) as client:
        yield client


def drip(client: Client, path: str, headers: dict[str, str], *, chunked: bool) -> tuple[int, float, bool]:
    """Send a body a byte at a time; the status, the seconds it took, and whether the connection ended."""
    address = urlsplit(str(client.base_url))
    lines = [f"POST /api/v1{path} HTTP/1.1", "Host: x", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines.append("Transfer-Encoding: chunked" if chunked else "Content-Length: 100000")
    started = time.monotonic()
    with socket.create_connection((address.hostname, address.port), timeout=10) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        wire.settimeout(0.1)
        data = b""
        while time.monotonic() < started + 8 and not data:
            try:
                wire.sendall(b"1\r\n \r\n" if chunked else b" ")
                data = wire.recv(65536)
            except TimeoutError:
                continue
        seconds = time.monotonic() - started
        wire.settimeout(5)
        try:
            ended = False
            while not ended:
                ended = wire.recv(65536) == b""
        except (TimeoutError, ConnectionResetError) as error:
            ended = isinstance(error, ConnectionResetError)
    return int(data.split()[1]) if data else 0, seconds, ended


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("path", ["/auth/login", "/users", "/grids/upload"])
def test_a_body_that_drips_gets_408(impatient: Client, path: str, chunked: bool) -> None:
    status, seconds, ended = drip(impatient, path, impatient.headers_of(), chunked=chunked)
    assert (status, ended) == (408, True)
    assert seconds < 5


def test_a_steady_body_may_take_longer_than_the_first_seconds(settings: Settings) -> None:
    def steady() -> Iterator[bytes]:
        for _ in range(30):
            time.sleep(0.1)
            yield b"x" * 400

    changes = {"slow_body_seconds": 2, "slow_body_bytes_per_second": 1000}
    with gateway(settings.model_copy(update=changes)) as client:
        answer = client.post("/api/v1/grids/upload", headers=client.headers_of(), content=steady())
    assert answer.json()["bytes"] == 12_000


def test_a_slow_body_does_not_open_the_circuit(impatient: Client) -> None:
    headers = impatient.headers_of()
    for _ in range(6):
        drip(impatient, "/grids/upload", headers, chunked=False)
    assert impatient.get("/api/v1/grids", headers=headers).status_code == 200


def test_waiting_for_a_client_to_leave_takes_as_long_as_it_takes() -> None:
    """Who listens for the end of a connection while answering asks for one more message after the body."""
    messages = iter([{"type": "http.request", "body": b"x", "more_body": False}, {"type": "http.disconnect"}])

    async def receive() -> dict[str, Any]:
        message = next(messages)
        if message["type"] == "http.disconnect":
            await asyncio.sleep(0.3)
        return message

    async def follow() -> list[Any]:
        pace = Pace(receive, 0.05, 500)
        return [(await pace())["type"] for _ in range(2)]

    assert asyncio.run(follow()) == ["http.request", "http.disconnect"]


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 2000)), max_size=20))
@hypothesis_settings(max_examples=100)
def test_the_pace_is_time_and_bytes(chunks: list[tuple[float, int]]) -> None:
    """Simulated: a chunk is late when all waiting so far exceeds the seconds and what the bytes before it earned."""
    seconds, rate = 2.0, 500

    class Loop(asyncio.SelectorEventLoop):
        now = 0.0

        def time(self) -> float:
            return self.now

    loop = Loop()
    feed = iter(chunks)

    async def receive() -> dict[str, Any]:
        wait, size = next(feed)
        due = loop.time() + wait
        while loop.time() < due:
            loop.now = min(loop.now + 0.01, due)
            await asyncio.sleep(0)
        return {"type": "http.request", "body": b"x" * size, "more_body": True}

    async def follow() -> int:
        pace = Pace(receive, seconds, rate)
        for index in range(len(chunks)):
            try:
                await pace()
            except TooSlow:
                return index
        return len(chunks)

    waited, earned, expected, margin = 0.0, seconds, len(chunks), False
    for index, (wait, size) in enumerate(chunks):
        waited += wait
        margin = margin or abs(waited - earned) < 0.05
        if waited > earned:
            expected = index
            break
        earned += size / rate
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hygge_gateway.routing.body.time.monotonic", lambda: loop.now)
        outcome = loop.run_until_complete(follow())
    loop.close()
    assert margin or outcome == expected
