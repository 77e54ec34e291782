"""Logs (JSON, with trace and request ids) and traces (OTLP when an endpoint is set)."""

import json
import logging
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import orjson
import structlog
from fastapi.telemetry import TelemetryConfig
from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, Sampler, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

# Paths that are asked for every few seconds and tell nothing of anybody's work.
UNOBSERVED = ("/health", "/metrics")
_TRACE_HEADERS = (b"traceparent", b"tracestate")
_propagator = TraceContextTextMapPropagator()


def trace_id() -> str | None:
    """The current W3C trace id as 32 hex digits, or None outside a trace."""
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None


def _add_trace_id(_logger: Any, _name: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    current = trace_id()
    if current is not None:
        event["trace_id"] = current
    return event


class _Lines:
    """Writes whole lines to stdout. A line that can't be written must not fail what it tells of."""

    def __init__(self, name: str = "hygge") -> None:
        self.name = name

    def msg(self, line: bytes) -> None:
        with suppress(OSError, ValueError):
            sys.stdout.buffer.write(line + b"\n")
            sys.stdout.buffer.flush()

    debug = info = warning = error = critical = exception = log = msg


def configure_logging(service: str, level: str) -> None:
    """Send structlog and the standard library's loggers to stdout as one JSON object a line.

    Our own lines go straight there: the standard library's way costs a request more than the rest of its line.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace_id,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    for owned in ("uvicorn", "uvicorn.error"):
        logging.getLogger(owned).handlers = []
        logging.getLogger(owned).propagate = True
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_dumped)],
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        logger_factory=_Lines,
    )
    structlog.contextvars.bind_contextvars(service=service)


def _dumped(event: structlog.typing.EventDict, default: Callable[[Any], Any]) -> bytes:
    try:
        return orjson.dumps(event, default=default)
    except TypeError:  # such as whole numbers of more than 64 bits, which the standard library can write
        return json.dumps(event, default=default).encode()


def configure_tracing(service: str, otlp_endpoint: str | None, ratio: float) -> None:
    """Set the tracer provider once per process. Without an endpoint spans carry ids (for logs) but are not recorded."""
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    sampler: Sampler = ParentBased(TraceIdRatioBased(ratio)) if otlp_endpoint else ALWAYS_OFF
    provider = TracerProvider(resource=Resource.create({"service.name": service}), sampler=sampler)
    if otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{otlp_endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(provider)
    _instrument_clients(is_recording=otlp_endpoint is not None)


def _instrument_clients(*, is_recording: bool) -> None:
    """Calls of other services always carry the ids on; queries have nobody to carry them to."""
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

    HTTPXClientInstrumentor().instrument()
    if is_recording:
        from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor

        Psycopg2Instrumentor().instrument()


def of_requests(otlp_endpoint: str | None) -> TelemetryConfig:
    """What FastAPI is to record of each request: a span when spans go anywhere; figures are Prometheus's affair."""
    return {
        "tracing": otlp_endpoint is not None, "metrics": False, "logs": False, "operation_spans": False,
        "auto_configure": False, "exclude": lambda scope: scope.get("path", "").startswith(UNOBSERVED),
    }  # fmt: skip


@contextmanager
def carried(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[None]:
    """Go on under the trace that a request's headers name, unless a span of it is recorded already."""
    if trace.get_current_span().is_recording():
        yield
        return
    carrier = {name.decode(): value.decode("latin-1") for name, value in headers if name in _TRACE_HEADERS}
    if not carrier:
        yield
        return
    token = context.attach(_propagator.extract(carrier))
    try:
        yield
    finally:
        context.detach(token)
