"""The application factory: every service gets the same problem documents, request ids, metrics, traces and health."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

import orjson
import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hygge_core import errors, metrics, telemetry
from hygge_core.auth import TokenVerifier, fetch_over_http
from hygge_core.errors import Finding, HyggeError
from hygge_core.openapi import PROBLEM_MEDIA_TYPE, describe_problems
from hygge_core.settings import CoreSettings

API_PREFIX = "/api/v1"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What a readiness check may take before it counts as failed.
READY_TIMEOUT_SECONDS = 3.0
MAX_REQUEST_ID = 128

Check = Callable[[], Awaitable[None] | None]
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

logger = structlog.get_logger("hygge.app")


def create_app(
    settings: CoreSettings,
    *,
    name: str,
    summary: str,
    routers: Sequence[APIRouter],
    checks: dict[str, Check],
    watched: dict[str, Check] | None = None,
    lifespan: Lifespan | None = None,
    verifier: TokenVerifier | None = None,
) -> FastAPI:
    """A FastAPI application with everything a Hygge service has in common.

    `checks` are named readiness checks (sync or async callables that raise); `watched` are shown and measured beside
    them, but the service is ready without them; `lifespan` wraps start and stop;
    `verifier` replaces the JWKS of `settings.jwks_url` (the gateway checks with its own keys).
    """
    service = f"hygge-{name}"
    telemetry.configure_logging(service, settings.log_level)
    telemetry.configure_tracing(service, settings.otlp_endpoint, settings.trace_ratio)
    app = FastAPI(
        title=f"Hygge {name}", summary=summary, version="0.1.0", lifespan=lifespan, separate_input_output_schemas=False,
        telemetry=telemetry.of_requests(settings.otlp_endpoint),
    )  # fmt: skip
    metrics.note_build(app.version, settings.environment, settings.tls_certificate_file)
    app.state.settings = settings
    app.state.verifier = verifier or TokenVerifier(
        fetch_over_http(settings.jwks_url, settings.client_tls()),
        issuer=settings.token_issuer,
        audience=settings.token_audience,
    )
    _add_error_handlers(app)
    for router in routers:
        app.include_router(router, prefix=API_PREFIX)
    app.include_router(_operations(checks, watched or {}))
    describe_problems(app)
    app.add_middleware(ObservedRequests)
    return app


@asynccontextmanager
async def combined(app: FastAPI, *parts: Lifespan) -> AsyncIterator[None]:
    """Several lifespans as one, left in reverse order."""
    async with AsyncExitStack() as stack:
        for part in parts:
            await stack.enter_async_context(part(app))
        yield


def problem(error: HyggeError, instance: str, request_id: str | None = None) -> Response:
    """The RFC 9457 answer for an error."""
    body: dict[str, Any] = {
        "type": f"urn:hygge:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        "trace_id": telemetry.trace_id() or request_id,
        **error.members(),
    }
    headers = {}
    if error.retry_after_seconds is not None:
        headers["Retry-After"] = str(error.retry_after_seconds)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(body), status_code=error.status, headers=headers, media_type=PROBLEM_MEDIA_TYPE)


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(HyggeError)
    async def on_hygge_error(request: Request, error: HyggeError) -> Response:
        return _answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def on_validation_error(request: Request, error: RequestValidationError) -> Response:
        return _answer(request, errors.InvalidInput([_finding(item) for item in error.errors()]))

    @app.exception_handler(HTTPException)
    async def on_http_exception(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if error.status_code == 405:
            # What is mounted, such as the web app, says it itself.
            headers["Allow"] = _allowed(request) or headers.get("Allow", "")
        return _answer(request, _from_http(error), headers)

    @app.exception_handler(Exception)
    async def on_anything_else(request: Request, error: Exception) -> Response:
        return _unhandled(request.url.path, request.scope.get("hygge.request_id"), error)


def _unhandled(path: str, request_id: str | None, error: Exception) -> Response:
    logger.error("unhandled", path=path, exc_info=error)
    told = HyggeError("Something went wrong on our side; quote the trace id when you report it.")
    return problem(told, path, request_id)


def _answer(request: Request, error: HyggeError, headers: dict[str, str] | None = None) -> Response:
    answer = problem(error, request.url.path, request.scope.get("hygge.request_id"))
    answer.headers.update(headers or {})
    return answer


def _from_http(error: HTTPException) -> HyggeError:
    known = {cls.status: cls for cls in HyggeError.__subclasses__() if cls is not errors.InvalidInput}
    cls = known.get(error.status_code)
    if cls is not None:
        return cls(str(error.detail))
    other = HyggeError(str(error.detail))
    other.status, other.code, other.title = error.status_code, "http", str(error.detail)  # type: ignore[misc]
    return other


def _allowed(request: Request) -> str:
    """All methods of a path (RFC 9110, 15.5.6); the exception knows only those of the first route that has it."""
    app: FastAPI = request.scope["app"]
    routes = [route for route in app.routes if not isinstance(route, Mount)]

    def answers(method: str) -> bool:
        return any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)

    return ", ".join(sorted(filter(answers, METHODS)))


def _finding(item: dict[str, Any]) -> Finding:
    """A pydantic error as a finding; the leading 'body' or 'query' is the request's, not the document's."""
    path = [str(part) for part in item["loc"]]
    if item["type"] == "json_invalid":
        return Finding("body", f"is not JSON (character {path[-1]}: {item.get('ctx', {}).get('error', '')})")
    if len(path) > 1 and path[0] in ("body", "query", "path", "header"):
        path = path[1:]
    return Finding(".".join(path), str(item["msg"]))


def _operations(checks: dict[str, Check], watched: dict[str, Check]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready() -> Response:
        outcome = await _outcomes(checks | watched)
        healthy = all(outcome[name] == "ok" for name in checks)
        body = {"status": "ready" if healthy else "not ready", "checks": outcome}
        return Response(orjson.dumps(body), status_code=200 if healthy else 503, media_type="application/json")

    @router.get("/metrics")
    async def show_metrics() -> Response:
        # What can't be reached is not asked for figures: a scrape must not hang where it is needed most.
        away = {name for name, state in (await _outcomes(checks | watched)).items() if state != "ok"}
        text = await asyncio.to_thread(lambda: generate_latest(metrics.registry(away)))
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return router


async def _outcomes(checks: dict[str, Check]) -> dict[str, str]:
    outcomes = dict(zip(checks, await asyncio.gather(*map(_checked, checks.values())), strict=True))
    for name, state in outcomes.items():
        metrics.DEPENDENCY_UP.labels(name).set(state == "ok")
    return outcomes


async def _checked(check: Check) -> str:
    try:
        async with asyncio.timeout(READY_TIMEOUT_SECONDS):
            outcome = await asyncio.to_thread(check)
            if outcome is not None:
                await outcome
    except Exception as error:  # a health check reports whatever went wrong
        return f"failed: {type(error).__name__}"
    return "ok"


class ObservedRequests:
    """ASGI middleware: request id in and out, duration metric by route template, one log line a request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(telemetry.UNOBSERVED):
            await self.app(scope, receive, send)
            return
        with telemetry.carried(scope["headers"]):
            await self._observe(scope, receive, send)

    async def _observe(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = request_id_of(scope["headers"])
        scope["hygge.request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status, begun = 500, False

        async def observed_send(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        metrics.HTTP_ACTIVE.inc()
        try:
            await self.app(scope, receive, observed_send)
        except Exception as error:
            # The server cuts the connection of an error that reaches it: who reuses it next would fail without fault.
            if begun:
                raise
            await _unhandled(scope["path"], request_id, error)(scope, receive, observed_send)
        finally:
            metrics.HTTP_ACTIVE.dec()
            _observe(scope, status, time.perf_counter() - started)


def request_id_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The caller's X-Request-ID if it is short and printable, else a new one."""
    for key, value in headers:
        if (
            key == b"x-request-id"
            and 0 < len(value) <= MAX_REQUEST_ID
            and value.isascii()
            and value.decode().isprintable()
        ):
            return str(value.decode())
    return f"{random.getrandbits(128):032x}"


def _route(scope: Scope) -> str:
    """The template of the path as clients write it; a router's own paths lack the prefix."""
    route = str(getattr(scope.get("route"), "path", "unmatched"))
    below = route.startswith("/") and not route.startswith(API_PREFIX)
    return API_PREFIX + route if below and scope["path"].startswith(API_PREFIX + "/") else route


def _observe(scope: Scope, status: int, seconds: float) -> None:
    route = _route(scope)
    # A client may send any word as a method; each would be a new time series.
    method = scope["method"] if scope["method"] in METHODS else "other"
    metrics.HTTP_DURATION.labels(method, route, str(status)).observe(seconds)
    if status >= 500:
        metrics.HTTP_ERRORS.labels(method, route).inc()
    logger.info(
        "request", method=scope["method"], route=route, path=scope["path"], status=status, ms=round(seconds * 1000, 2)
    )
