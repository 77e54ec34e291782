"""Fetches the services' OpenAPI documents and keeps the combined one for a while."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

from hygge_gateway.routing.openapi import combine
from hygge_gateway.routing.proxy import Proxy

KEEP_SECONDS = 60.0
# With a service missing the document is made again sooner.
KEEP_INCOMPLETE_SECONDS = 5.0
FETCH_TIMEOUT = aiohttp.ClientTimeout(total=5.0)


class CollectedOpenapi:
    """The combined document as JSON; a service that is away is named in `x-unavailable-services`."""

    def __init__(self, own: Callable[[], dict[str, Any]], services: dict[str, str], proxy: Proxy) -> None:
        self._own = own
        self._services = services
        self._proxy = proxy
        self._lock = asyncio.Lock()
        self._json = b""
        self._fresh_until = float("-inf")

    async def document(self) -> bytes:
        async with self._lock:
            if time.monotonic() >= self._fresh_until:
                await self._collect()
        return self._json

    async def _collect(self) -> None:
        fetched = await asyncio.gather(*(self._fetch(url) for url in self._services.values()))
        documents = dict(zip(self._services, fetched, strict=True))
        missing = [service for service, document in documents.items() if document is None]
        combined = combine({"gateway": self._own()} | {name: doc for name, doc in documents.items() if doc is not None})
        if missing:
            combined["x-unavailable-services"] = missing
        self._json = orjson.dumps(combined)
        self._fresh_until = time.monotonic() + (KEEP_INCOMPLETE_SECONDS if missing else KEEP_SECONDS)

    async def _fetch(self, base_url: str) -> dict[str, Any] | None:
        try:
            # The session leaves bodies as they come; so ask for one that needs no unpacking.
            headers = {"Accept-Encoding": "identity"}
            async with self._proxy.http.get(
                f"{base_url}/openapi.json", headers=headers, timeout=FETCH_TIMEOUT
            ) as response:
                if response.status != 200:
                    return None
                document = orjson.loads(await response.read())
        except (aiohttp.ClientError, TimeoutError, OSError, orjson.JSONDecodeError):
            return None
        return document if isinstance(document, dict) else None
