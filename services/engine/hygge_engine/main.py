"""Wires the engine's API. `uvicorn --factory hygge_engine.main:app_factory` serves it; workers are in `worker.py`."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from opentelemetry.instrumentation.celery import CeleryInstrumentor

from hygge_core.app import Check, create_app
from hygge_core.auth import TokenVerifier
from hygge_core.caching import keep_unchanging
from hygge_core.database import connect, ping
from hygge_engine import metrics
from hygge_engine.base import SCHEMA, database
from hygge_engine.clearing.api import router as markets
from hygge_engine.clearing.service import warm_up
from hygge_engine.clients import Services, connect_services
from hygge_engine.jobs import API_PATIENCE_SECONDS, CeleryHints, Hints, make_celery
from hygge_engine.presets.api import router as presets
from hygge_engine.runs.api import router as runs
from hygge_engine.runs.service import RunService, idempotency
from hygge_engine.settings import Settings
from hygge_engine.sweeps.api import router as sweeps
from hygge_engine.sweeps.service import SweepService


def build_app(
    settings: Settings,
    verifier: TokenVerifier | None = None,
    services: Services | None = None,
    hints: Hints | None = None,
) -> FastAPI:
    """The application; tests put other services, hints or keys in the places of the real ones."""
    pool = connect(settings.database_url.get_secret_value(), schema=SCHEMA, pool_size=settings.database_pool_size)
    database.initialize(pool)
    checks: dict[str, Check] = {"database": lambda: ping(database)}
    watched: dict[str, Check] = {}
    if hints is None:
        hints = celery_hints = CeleryHints(make_celery(settings, API_PATIENCE_SECONDS), settings)
        # Without Redis runs are accepted all the same, and found by the workers when it is back.
        watched["redis"] = celery_hints.ping

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        # The first book is cleared at once, and the start does not wait for the compiler.
        warm = asyncio.create_task(asyncio.to_thread(warm_up))
        yield
        await warm
        database.close_all()

    app = create_app(
        settings,
        name="engine",
        summary="What would happen: simulation runs of a community.",
        routers=[runs, sweeps, presets, markets],
        checks=checks,
        watched=watched,
        lifespan=lifespan,
        verifier=verifier,
    )
    keep_unchanging(app)
    _instrument_celery()
    metrics.expose_queue(settings)
    known, once = services or connect_services(settings), idempotency(settings)
    app.state.runs = RunService(known, hints, settings, once)
    app.state.sweeps = SweepService(known, hints, settings, once)
    return app


def _instrument_celery() -> None:
    """A job carries the trace of the request that made it."""
    instrumentor = CeleryInstrumentor()
    if not instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.instrument()


def app_factory() -> FastAPI:
    """The application with settings from the environment."""
    return build_app(Settings.load())
