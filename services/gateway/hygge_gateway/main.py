"""Puts the gateway together; the one place that knows all its parts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from hygge_core.app import Check, create_app
from hygge_core.auth import TokenVerifier
from hygge_core.database import connect, ping
from hygge_gateway.api_keys.api import router as api_keys_router
from hygge_gateway.api_keys.door import KeyDoor
from hygge_gateway.api_keys.service import ApiKeyService
from hygge_gateway.audit.anchors import Anchors, anchored
from hygge_gateway.audit.api import router as audit_router
from hygge_gateway.base import SCHEMA, database
from hygge_gateway.grants.api import router as grants_router
from hygge_gateway.grants.service import GrantService, ask_topology
from hygge_gateway.identities.api import router as identities_router
from hygge_gateway.identities.provider import Provider
from hygge_gateway.keys import KeyRing
from hygge_gateway.routing.collected import CollectedOpenapi
from hygge_gateway.routing.front import Gateway
from hygge_gateway.routing.limits import Attempts, RateLimits, redis_storage, synchronised
from hygge_gateway.routing.onward import Onward
from hygge_gateway.routing.pages import add_pages
from hygge_gateway.routing.proxy import Proxy
from hygge_gateway.routing.shedding import FairShare
from hygge_gateway.service_accounts.api import router as accounts_router
from hygge_gateway.sessions.api import router as sessions_router
from hygge_gateway.sessions.browser_api import router as browser_sessions_router
from hygge_gateway.sessions.lockout import Lockout
from hygge_gateway.sessions.service import SessionService
from hygge_gateway.sessions.tokens import TokenIssuer
from hygge_gateway.settings import Settings
from hygge_gateway.users.api import router as users_router
from hygge_gateway.users.service import bootstrap_admin

SUMMARY = "Users, roles, sessions and the audit log; the way to all other services"


def build_app(settings: Settings, verifier: TokenVerifier | None = None) -> Gateway:
    """The ASGI application to serve. `.api` is its FastAPI part, `.api.openapi()` the gateway's own document.

    Tokens are checked with the gateway's own keys; `verifier` replaces them in tests.
    """
    database.initialize(
        connect(settings.database_url.get_secret_value(), schema=SCHEMA, pool_size=settings.database_pool_size)
    )
    keys = KeyRing(
        settings.signing_key_file,
        create=settings.environment in ("DEV", "TEST"),
        publish_seconds=settings.signing_key_publish_seconds,
    )
    verifier = verifier or _own_verifier(keys, settings)
    storage = redis_storage(settings.redis_url)
    limits = RateLimits(storage)
    proxy = Proxy(settings)
    share = FairShare(settings.places)
    anchors = Anchors(settings.audit_anchor_seconds, settings.audit_anchor_entries)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(_bootstrap, settings)
        await proxy.start()
        try:
            async with synchronised(limits), anchored(anchors):
                yield
        finally:
            await proxy.close()

    routers = [sessions_router, browser_sessions_router, users_router, grants_router, audit_router, identities_router]
    routers += [api_keys_router, accounts_router]
    checks: dict[str, Check] = {"database": lambda: ping(database)}
    api = create_app(
        settings, name="gateway", summary=SUMMARY, routers=routers, checks=checks, lifespan=lifespan, verifier=verifier
    )
    add_pages(api, settings.web_directory)
    issuer = TokenIssuer(keys, settings.token_issuer, settings.token_audience, settings.access_token_seconds)
    api.state.keys = keys
    api.state.attempts = Attempts(storage, settings.limit("login"))
    api.state.refreshes = Attempts(storage, settings.limit("refresh"), "refresh")
    api.state.grants = GrantService(ask_topology(settings.topology_url, settings.client_tls()))
    api.state.sessions = SessionService(
        issuer,
        settings.refresh_token_seconds,
        settings.session_seconds,
        settings.refresh_leeway_seconds,
        settings.service_clients,
        _lockout(settings),
    )
    api.state.provider = Provider(settings) if settings.oidc_issuer is not None else None
    api.state.openapi_document = CollectedOpenapi(api.openapi, settings.services, proxy)
    api.state.api_keys = ApiKeyService(issuer, api.state.grants.creator_of)
    door = KeyDoor(api.state.api_keys, api.state.attempts, token_seconds=settings.access_token_seconds)
    return Gateway(api, settings, Onward(settings, proxy), verifier, limits, door, share)


def app_factory() -> Gateway:
    """For `uvicorn --factory hygge_gateway.main:app_factory`."""
    return build_app(Settings.load())


def _own_verifier(keys: KeyRing, settings: Settings) -> TokenVerifier:
    async def own_keys() -> dict[str, Any]:
        return keys.jwks()

    return TokenVerifier(own_keys, issuer=settings.token_issuer, audience=settings.token_audience)


def _lockout(settings: Settings) -> Lockout:
    return Lockout(
        failures=settings.lockout_failures,
        name_failures=settings.lockout_name_failures,
        seconds=settings.lockout_seconds,
        window=timedelta(seconds=settings.lockout_window_seconds),
        known_for=timedelta(days=settings.lockout_known_days),
    )


def _bootstrap(settings: Settings) -> None:
    if settings.bootstrap_admin_username and settings.bootstrap_admin_password:
        bootstrap_admin(settings.bootstrap_admin_username, settings.bootstrap_admin_password.get_secret_value())
