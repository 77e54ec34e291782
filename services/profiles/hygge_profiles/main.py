"""The application: the one place that wires settings, database, topology and routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from fastapi import FastAPI

from hygge_core.app import API_PREFIX, create_app
from hygge_core.auth import TokenVerifier
from hygge_core.caching import keep_unchanging
from hygge_core.database import connect, ping
from hygge_profiles.assignments.api import router as assignments
from hygge_profiles.base import SCHEMA, database
from hygge_profiles.builders.api import router as builders
from hygge_profiles.bundles.api import router as bundles
from hygge_profiles.limits import MEGABYTE, BodyLimit
from hygge_profiles.profiles.api import router as profiles
from hygge_profiles.series.api import router as series
from hygge_profiles.settings import Settings
from hygge_profiles.topology import HttpTopology, Topology
from hygge_profiles.uploads.api import router as uploads

# What takes a file.
UPLOADS = ("/profiles/upload", "/profiles/upload/inspection")


def build_app(settings: Settings, verifier: TokenVerifier | None = None, topology: Topology | None = None) -> FastAPI:
    """The service; `verifier` and `topology` replace what is reached over HTTP."""
    database.initialize(
        connect(settings.database_url.get_secret_value(), schema=SCHEMA, pool_size=settings.database_pool_size)
    )
    asked = topology or HttpTopology(settings.topology_url, settings.client_tls())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        if isinstance(asked, HttpTopology):
            asked.close()
        database.close_all()

    app = create_app(
        settings,
        name="profiles",
        summary="Profiles of load, generation, price, carbon and weather; who follows which; bundles for runs",
        # These come first: `/profiles/upload` and `/profiles/builders` are no profiles' ids.
        routers=[uploads, builders, profiles, series, assignments, bundles],
        checks={"database": lambda: ping(database)},
        lifespan=lifespan,
        verifier=verifier,
    )
    keep_unchanging(app)
    app.state.topology = asked
    app.state.upload_slots = anyio.CapacityLimiter(settings.uploads_at_once)
    app.state.build_slots = anyio.CapacityLimiter(settings.builds_at_once)
    app.add_middleware(
        BodyLimit,
        max_bytes=settings.max_body_mb * MEGABYTE,
        max_upload_bytes=settings.max_upload_mb * MEGABYTE,
        upload_paths=frozenset(f"{API_PREFIX}{path}" for path in UPLOADS),
    )
    return app


def app_factory() -> FastAPI:
    """For `uvicorn --factory hygge_profiles.main:app_factory`."""
    return build_app(Settings.load())
