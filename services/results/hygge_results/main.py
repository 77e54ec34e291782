"""Wires the results service. `uvicorn --factory hygge_results.main:app_factory` serves it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from hygge_core.app import create_app
from hygge_core.auth import TokenVerifier
from hygge_core.caching import keep_unchanging
from hygge_core.database import connect, ping
from hygge_results.base import SCHEMA, database
from hygge_results.bills.api import router as bills
from hygge_results.exports.api import router as exports
from hygge_results.flows.api import router as flows
from hygge_results.indicators.api import router as indicators
from hygge_results.network.api import router as network
from hygge_results.prices.api import router as prices
from hygge_results.runs.api import router as runs
from hygge_results.series.api import router as series
from hygge_results.settings import Settings
from hygge_results.trades.api import router as trades


def build_app(settings: Settings, verifier: TokenVerifier | None = None) -> FastAPI:
    """The application; `verifier` replaces the one that asks the gateway's JWKS."""
    pool = connect(settings.database_url.get_secret_value(), schema=SCHEMA, pool_size=settings.database_pool_size)
    database.initialize(pool)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        pool.close_all()

    app = create_app(
        settings,
        name="results",
        summary="What did happen in a run: indicators, series, flows, prices, bills and exports.",
        routers=[indicators, series, flows, prices, trades, bills, network, exports, runs],
        checks={"database": lambda: ping(database)},
        lifespan=lifespan,
        verifier=verifier,
    )
    keep_unchanging(app)
    return app


def app_factory() -> FastAPI:
    """The application with settings from the environment."""
    return build_app(Settings.load())
