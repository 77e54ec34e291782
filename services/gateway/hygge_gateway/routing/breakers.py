"""One circuit breaker per service: after some failures in a row it is left alone for a while."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.messages import Event
from purgatory.domain.model import OpenedState
from purgatory.service._async.circuitbreaker import AsyncCircuitBreaker

from hygge_core.errors import Unavailable
from hygge_gateway import metrics

logger = structlog.get_logger("hygge.breakers")


class Breakers:
    """Guards calls to services; counts exceptions in a row, a call that gets through resets the count."""

    def __init__(self, *, failures: int, open_seconds: float) -> None:
        self._open_seconds = open_seconds
        # A client that goes away says nothing about the service.
        self._factory = AsyncCircuitBreakerFactory(failures, open_seconds, exclude=[asyncio.CancelledError])
        self._factory.add_listener(_log_change)
        self._breakers: dict[str, AsyncCircuitBreaker] = {}

    @asynccontextmanager
    async def guard(self, service: str) -> AsyncIterator[None]:
        """Unavailable (503 with Retry-After) while the service's circuit is open."""
        breaker = self._breakers.get(service)
        if breaker is None:
            breaker = self._breakers[service] = await self._factory.get_breaker(service)
            metrics.CIRCUIT_OPEN.labels(service).set(0)
        try:
            async with breaker:
                yield
        except OpenedState as state:
            # The same exception object is raised each time: without this its traceback would grow with every call.
            state.__traceback__ = None
            metrics.CIRCUIT_REFUSALS.labels(service).inc()
            wait = max(int(state.opened_at + self._open_seconds - time.time()) + 1, 1)
            raise Unavailable(f"{service} is not answering; try again later.", retry_after_seconds=wait) from None


def _log_change(name: str, kind: str, event: Event) -> None:
    if kind == "state_changed":
        metrics.CIRCUIT_OPEN.labels(name).set(getattr(event, "state", None) != "closed")
        logger.warning("circuit", service=name, state=getattr(event, "state", None))
