"""The application: `uvicorn --factory hygge_topology.main:app_factory`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from hygge_core.app import create_app
from hygge_core.auth import TokenVerifier
from hygge_core.database import connect, ping
from hygge_topology.base import database
from hygge_topology.devices.api import router as devices
from hygge_topology.documents.api import router as documents
from hygge_topology.flags.api import router as flags
from hygge_topology.grids.api import router as grids
from hygge_topology.houses.api import router as houses
from hygge_topology.networks.api import router as networks
from hygge_topology.priority_lists.api import router as priority_lists
from hygge_topology.settings import Settings
from hygge_topology.transformers.api import router as transformers

# Documents come first: POST /grids/import must not be read as a grid's id.
ROUTERS = (documents, grids, transformers, houses, devices, flags, priority_lists, networks)


def build_app(settings: Settings, verifier: TokenVerifier | None = None) -> FastAPI:
    """The service on the database of `settings`; `verifier` replaces the gateway's keys in tests."""
    url = settings.database_url.get_secret_value()
    pool = connect(url, schema="topology", pool_size=settings.database_pool_size)
    database.initialize(pool)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        pool.close_all()

    return create_app(
        settings,
        name="topology",
        summary="What exists: grids, transformers, houses, devices, flags, priority lists, networks, whole communities",
        routers=ROUTERS,
        checks={"database": lambda: ping(database)},
        lifespan=lifespan,
        verifier=verifier,
    )


def app_factory() -> FastAPI:
    return build_app(Settings.load())
