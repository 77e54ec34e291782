"""The open port: a raw ASGI application in front of the gateway's own API and the proxy.

Order for each request under /api/v1: request id → caller → rate limit → own route or service. FastAPI is only reached
for the gateway's own routes; what goes to a service costs neither its routing nor its dependency machinery.
"""

import time

import structlog
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from hygge_core import metrics
from hygge_core.app import API_PREFIX, problem, request_id_of
from hygge_core.auth import Principal, Role, TokenVerifier
from hygge_core.errors import BadRequest, HyggeError, NotAuthenticated, TooSlow
from hygge_gateway.api_keys.door import KeyDoor, check_open_to_keys
from hygge_gateway.routing.body import ClientGone, Pace, check_length, too_large
from hygge_gateway.routing.callers import bearer_token, identify
from hygge_gateway.routing.headers import header
from hygge_gateway.routing.limits import LIMIT_KEY, RateLimits, Verdict, address_identity
from hygge_gateway.routing.onward import Onward
from hygge_gateway.routing.requests import method_label
from hygge_gateway.routing.routes import route_of
from hygge_gateway.routing.security import Hosts, data_headers, with_api_headers
from hygge_gateway.routing.shedding import SHEDDING, FairShare, Place
from hygge_gateway.routing.table import service_of
from hygge_gateway.settings import Settings

# The gateway's own routes take small JSON documents only.
OWN_BODY_BYTES = 1024 * 1024
SLOW_SECONDS = 1.0
# What a closed connection is counted as (nginx's number); nobody sees it as an answer.
CLIENT_GONE_STATUS = 499
_API = f"{API_PREFIX}/".encode()

logger = structlog.get_logger("hygge.gateway")
tracer = trace.get_tracer("hygge.gateway")
propagator = TraceContextTextMapPropagator()


class Gateway:
    """The ASGI application to serve; `api` is the FastAPI application with the gateway's own routes."""

    def __init__(
        self, api: FastAPI, settings: Settings, onward: Onward, verifier: TokenVerifier, limits: RateLimits,
        door: KeyDoor, share: FairShare,
    ) -> None:  # fmt: skip
        self.api = api
        self._onward = onward
        self._verifier = verifier
        self._limits = limits
        self._door = door
        self._share = share
        self._settings = settings
        self._hosts = Hosts(settings.allowed_hosts)
        self._user_limit = settings.limit("user")
        self._address_limit = settings.limit("address")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._hosts.allow(scope):
            error = BadRequest("There is nothing at this host name here.")
            await _refuse(error, request_id_of(scope["headers"]), scope, receive, with_api_headers(scope, send))
            return
        if scope["type"] != "http" or not scope["path"].startswith(API_PREFIX + "/"):
            await self.api(scope, receive, send)
            return
        send = with_api_headers(scope, send)
        service = service_of(scope["path"])
        if service is None:
            await self._own(scope, receive, send)
        else:
            await self._forward(service, scope, receive, send)

    def turn_away(self, url: bytes, scope: Scope) -> tuple[int, bytes] | None:
        """The refusal of a read for which there is no place, before anything is done for it; else None.

        The scope has no path yet, and the scheme of the connection, whatever a proxy before it says.
        """
        if not url.startswith(_API):
            return None
        started = time.perf_counter()
        token = bearer_token(scope["headers"])
        caller = self._verifier.remembered(token) if token is not None else None
        if caller is None or caller.role is Role.SERVICE:
            return None
        error = self._share.knock(caller.username)
        if error is None:
            return None
        path = url.partition(b"?")[0].decode("latin-1")
        _observe_only("GET", path, error.status, time.perf_counter() - started)
        return error.status, _written(error, path, scope)

    async def _own(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The gateway's own routes: they check the caller themselves, because some need none."""
        try:
            await self._door.exchange(scope)
            check_open_to_keys(scope)
        except HyggeError as error:
            await _refuse(error, request_id_of(scope["headers"]), scope, receive, send)
            return
        try:
            caller = await identify(scope, self._verifier) if bearer_token(scope["headers"]) else None
        except HyggeError:
            caller = None
        place = None
        try:
            place = self._place(caller)
            self._count(scope, caller)
            check_length(header(scope["headers"], b"content-length"), OWN_BODY_BYTES)
            pace = Pace(receive, self._settings.slow_body_seconds, self._settings.slow_body_bytes_per_second)
            await self.api(scope, _bounded(pace), _with_limits(scope, send))
        except HyggeError as error:
            await _refuse(error, request_id_of(scope["headers"]), scope, receive, send)
        finally:
            if place is not None:
                place.release()

    async def _forward(self, service: str, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = request_id_of(scope["headers"])
        started = time.perf_counter()
        status = 500  # what the server answers when something breaks here
        is_shed = False
        place: Place | None = None

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                if place is not None:
                    # What follows is on its way, or (events) goes on for as long as the client likes.
                    place.release()
                status = message["status"]
                message["headers"].append((b"x-request-id", request_id.encode()))
                message["headers"].extend(_limit_headers(scope))
            await send(message)

        carrier = {name: value for name in ("traceparent", "tracestate") if (value := _trace_header(scope, name))}
        name = f"{scope['method']} {route_of(scope['path'])}"
        context = propagator.extract(carrier) if carrier else None
        with tracer.start_as_current_span(name, context=context, kind=SpanKind.SERVER) as span:
            metrics.HTTP_ACTIVE.inc()
            try:
                caller = await self._identify(scope)
                place = self._place(caller)
                self._count(scope, caller)
                carried: dict[str, str] = {}
                propagator.inject(carried)
                await self._onward.pass_on(
                    service, caller, scope, receive, observed, request_id=request_id, trace=carried
                )
            except HyggeError as error:
                status, is_shed = error.status, isinstance(error, SHEDDING)
                await _refuse(error, request_id, scope, receive, send)
            except ClientGone:
                status = CLIENT_GONE_STATUS
            finally:
                metrics.HTTP_ACTIVE.dec()
                if place is not None:
                    place.release()
                span.set_attribute("http.response.status_code", status)
                _observe(scope, service, request_id, status, time.perf_counter() - started, is_logged=not is_shed)

    async def _identify(self, scope: Scope) -> Principal:
        """The first wall: a good token, and not too many bad ones. The service checks the token again."""
        try:
            await self._door.exchange(scope)
            return await identify(scope, self._verifier)
        except NotAuthenticated:
            self._count(scope, None)
            raise

    def _place(self, caller: Principal | None) -> Place | None:
        """A place for a request. Services need none: their work had one when a user asked for it."""
        if caller is None or caller.role is Role.SERVICE:
            return None
        return self._share.enter(caller.username)

    def _count(self, scope: Scope, caller: Principal | None) -> None:
        """Against the rate limit, of which the answer tells; TooManyRequests beyond it."""
        verdict = scope[LIMIT_KEY] = self._hit(scope, caller)
        if verdict is not None and not verdict.allowed:
            raise verdict.error() from None

    def _hit(self, scope: Scope, caller: Principal | None) -> Verdict | None:
        """Services are not limited: their work was, when a user asked for it."""
        if caller is None:
            address = scope["client"][0] if scope.get("client") else "unknown"
            return self._limits.hit("address", self._address_limit, address_identity(address))
        if caller.role is Role.SERVICE:
            return None
        return self._limits.hit("user", self._user_limit, str(caller.user_id))


def _trace_header(scope: Scope, name: str) -> str | None:
    return header(scope["headers"], name.encode())


def _limit_headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    verdict: Verdict | None = scope.get(LIMIT_KEY)
    return verdict.headers() if verdict is not None else []


def _with_limits(scope: Scope, send: Send) -> Send:
    async def limited(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_limit_headers(scope)]
        await send(message)

    return limited


def _bounded(receive: Receive) -> Receive:
    """Refuses a body of unknown length when it grows too large, and one that comes too slowly.

    Starlette's exception, because FastAPI turns any other one that comes out of the body into a 400.
    """
    total = 0

    async def bounded() -> Message:
        nonlocal total
        try:
            message = await receive()
        except TooSlow as error:
            raise HTTPException(error.status, error.detail, {"Connection": "close"}) from error
        total += len(message.get("body", b""))
        if total > OWN_BODY_BYTES:
            raise HTTPException(413, too_large(OWN_BODY_BYTES).detail)
        return message

    return bounded


def _problem(error: HyggeError, instance: str, request_id: str) -> Response:
    """The document, with the request's id as every answer has it."""
    response = problem(error, instance, request_id)
    response.headers["X-Request-ID"] = request_id
    return response


def _written(error: HyggeError, instance: str, scope: Scope) -> bytes:
    """A problem document with its headers, as they are written after the status line."""
    response = _problem(error, instance, request_id_of(scope["headers"]))
    response.headers["Cache-Control"] = "no-store"
    lines = b"".join(b"%s: %s\r\n" % header for header in (*response.raw_headers, *data_headers(scope)))
    return lines + b"\r\n" + bytes(response.body)


async def _refuse(error: HyggeError, request_id: str, scope: Scope, receive: Receive, send: Send) -> None:
    response = _problem(error, scope["path"], request_id)
    if isinstance(error, TooSlow):
        # The rest of the body may still be on its way, and nobody wants it.
        response.headers["Connection"] = "close"
    response.raw_headers.extend(_limit_headers(scope))
    await response(scope, receive, send)


def _observe(
    scope: Scope, service: str, request_id: str, status: int, seconds: float, *, is_logged: bool = True
) -> None:
    """Metrics for every request; a log line only for what failed or was slow (the service logs each one)."""
    _observe_only(scope["method"], scope["path"], status, seconds)
    is_notable = status >= 500 or status in (401, 429, CLIENT_GONE_STATUS) or seconds >= SLOW_SECONDS
    if is_logged and is_notable:
        logger.info(
            "forwarded", method=scope["method"], path=scope["path"], service=service, status=status,
            ms=round(seconds * 1000, 2), request_id=request_id,
        )  # fmt: skip


def _observe_only(method: str, path: str, status: int, seconds: float) -> None:
    labels = method_label(method), route_of(path)
    metrics.HTTP_DURATION.labels(*labels, str(status)).observe(seconds)
    if status >= 500:
        metrics.HTTP_ERRORS.labels(*labels).inc()
