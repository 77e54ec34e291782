"""Passes one request to a service and its answer back, both streamed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import structlog
from starlette.types import Receive, Scope, Send
from yarl import URL

from hygge_core.client import ABANDONED, measured
from hygge_core.errors import HyggeError, Unavailable, UpstreamTimeout
from hygge_gateway.routing.body import Body, ClientGone, Pace
from hygge_gateway.routing.breakers import Breakers
from hygge_gateway.routing.headers import to_client, to_service
from hygge_gateway.routing.requests import method_label
from hygge_gateway.settings import Settings

# Shorter than uvicorn's 5 s: a connection that the service is just closing is not used again.
KEEPALIVE_SECONDS = 4.0
# An answer of known length up to this is read whole: a service that breaks off in it still gets a clean 503.
WHOLE_BYTES = 64 * 1024
READ_BUFFER_BYTES = 128 * 1024
# Most answers come sooner; only for slower ones it is worth to watch whether the client is still there.
WATCH_AFTER_SECONDS = 0.1
_OURS_TO_SET = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")

Headers = list[tuple[bytes, bytes]]
logger = structlog.get_logger("hygge.proxy")


class Proxy:
    """Calls services over kept connections. `start` inside the event loop, `close` at the end."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._services = settings.services
        self._breakers = Breakers(failures=settings.breaker_failures, open_seconds=settings.breaker_open_seconds)
        self._http: aiohttp.ClientSession | None = None

    @property
    def http(self) -> aiohttp.ClientSession:
        assert self._http is not None, "start() first"
        return self._http

    async def start(self) -> None:
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._settings.upstream_connections,
                keepalive_timeout=KEEPALIVE_SECONDS,
                ssl=self._settings.client_tls(),
            ),
            timeout=aiohttp.ClientTimeout(
                total=None,
                connect=self._settings.connect_timeout_seconds * 2,
                sock_connect=self._settings.connect_timeout_seconds,
                sock_read=self._settings.upstream_timeout_seconds,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_OURS_TO_SET,
            read_bufsize=READ_BUFFER_BYTES,
        )

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def forward(
        self, service: str, scope: Scope, receive: Receive, send: Send, *, request_id: str, trace: dict[str, str]
    ) -> None:
        """Answer with what the service answers; HyggeError or ClientGone if nothing was sent yet."""
        settings = self._settings
        pace = Pace(receive, settings.slow_body_seconds, settings.slow_body_bytes_per_second)
        body = Body(scope, receive, settings.max_body_bytes, pace)
        with _watched(body):
            response = await self._call(service, scope, body, to_service(scope, request_id, trace))
            try:
                await _pass_on(response, send, self._services[service], service)
            finally:
                response.close() if not response.content.is_eof() else response.release()

    async def _call(
        self, service: str, scope: Scope, body: Body, headers: "aiohttp.typedefs.LooseHeaders"
    ) -> aiohttp.ClientResponse:
        response: aiohttp.ClientResponse | None = None
        async with self._breakers.guard(service):
            with measured(service, method_label(scope["method"])) as call:
                try:
                    response = await self.http.request(
                        scope["method"],
                        _url(self._services[service], scope),
                        data=None if body.is_empty else body.chunks(),
                        headers=headers,
                        allow_redirects=False,
                    )
                    call.status = str(response.status)
                except (aiohttp.ClientError, TimeoutError, OSError) as error:
                    # What the client did to its own request is not the service's failure.
                    if body.failure is None:
                        call.status = "timeout" if isinstance(error, TimeoutError) else call.status
                        raise _as_problem(service, error) from error
                    call.status = ABANDONED
        if response is not None and not isinstance(body.failure, HyggeError):
            return response
        if response is not None:
            response.close()
        assert body.failure is not None
        raise body.failure


async def _pass_on(response: aiohttp.ClientResponse, send: Send, base_url: str, service: str) -> None:
    start = {
        "type": "http.response.start",
        "status": response.status,
        "headers": to_client(response.raw_headers, base_url),
    }
    length = response.content_length
    if length is not None and length <= WHOLE_BYTES:
        try:
            whole = await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _as_problem(service, error) from error
        await send(start)
        await send({"type": "http.response.body", "body": whole})
        return
    await send(start)
    try:
        async for chunk in response.content.iter_any():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        # The status is out: the only honest end is to break the connection, which the server does when we return.
        logger.warning("answer broken off", service=service, error=type(error).__name__)
        return
    await send({"type": "http.response.body", "body": b"", "more_body": False})


@contextmanager
def _watched(body: Body) -> Iterator[None]:
    """Cancels what is inside, and raises ClientGone, when the client goes away."""
    task = asyncio.current_task()
    assert task is not None
    watcher: asyncio.Task[None] | None = None
    gone = False

    async def watch() -> None:
        nonlocal gone
        await body.gone()
        gone = True
        task.cancel()

    def begin() -> None:
        nonlocal watcher
        watcher = asyncio.create_task(watch())

    timer = asyncio.get_running_loop().call_later(WATCH_AFTER_SECONDS, begin)
    try:
        yield
    except asyncio.CancelledError:
        if gone and task.uncancel() == 0:
            raise ClientGone from None
        raise
    finally:
        timer.cancel()
        if watcher is not None:
            watcher.cancel()


def _url(base_url: str, scope: Scope) -> URL:
    """The path as the client wrote it, escapes and all."""
    path = scope["raw_path"].decode("ascii")
    query = scope["query_string"].decode("latin-1")
    return URL(f"{base_url}{path}?{query}" if query else f"{base_url}{path}", encoded=True)


def _as_problem(service: str, error: Exception) -> HyggeError:
    is_timeout = isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ConnectionTimeoutError)
    if is_timeout:
        return UpstreamTimeout(f"{service} did not answer in time.")
    return Unavailable(f"{service} can't be reached; try again shortly.", retry_after_seconds=5)
