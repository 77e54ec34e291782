"""Rate limits on Redis, in fixed windows of the wall clock.

`RateLimits` is for every request: each process counts in its own memory and adds its counts up in Redis some times a
second, so a request never waits for Redis; several processes together may pass a quota by what comes in between two
synchronisations. Without Redis each process counts alone: nobody is locked out, and nobody is unlimited.

`Attempts` is for signing in: every attempt is counted in Redis before it is made; without Redis, in memory.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

import structlog
from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, Storage
from limits.storage import storage_from_string
from redis.exceptions import RedisError
from starlette.types import Scope

from hygge_core import metrics as core_metrics
from hygge_core.errors import TooManyRequests
from hygge_gateway import metrics
from hygge_gateway.background import running

SYNC_SECONDS = 0.5
SYNC_AT_ONCE = 32
REDIS_TIMEOUT_SECONDS = 1.0
# How long an absent Redis is left alone before it is tried again.
RETRY_SECONDS = 5.0
MAX_WINDOWS = 100_000
LIMIT_KEY = "hygge.rate_limit"
_FAULTS = (RedisError, OSError, TimeoutError)

logger = structlog.get_logger("hygge.limits")


def redis_storage(url: str) -> Storage:
    """The `limits` storage for redis://, rediss:// or unix:// URLs; does not connect yet."""
    address = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    storage: Storage = storage_from_string(
        f"async+{address}",
        implementation="redispy",
        key_prefix="hygge:limits",
        socket_timeout=REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=REDIS_TIMEOUT_SECONDS,
    )
    return storage


def address_identity(address: str) -> str:
    """IPv4 address, or the /64 network of an IPv6 one (which a single client owns whole)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ":".join(parsed.exploded.split(":")[:4]))
    return address


@dataclass(slots=True)
class Verdict:
    """What came of one hit; `reset` is in seconds until the window ends."""

    allowed: bool
    name: str
    quota: int
    window: int
    remaining: int
    reset: int

    def headers(self) -> list[tuple[bytes, bytes]]:
        """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""
        return [
            (b"ratelimit-policy", f'"{self.name}";q={self.quota};w={self.window}'.encode()),
            (b"ratelimit", f'"{self.name}";r={self.remaining};t={self.reset}'.encode()),
        ]

    def error(self) -> TooManyRequests:
        """The refusal, counted."""
        metrics.RATE_LIMITED.labels(self.name).inc()
        return TooManyRequests("Too many requests; wait and try again.", retry_after_seconds=self.reset)


@dataclass(slots=True)
class _Window:
    ends_at: float
    seconds: int
    shared: int = 0
    pending: int = 0


def _verdict(name: str, item: RateLimitItem, count: int, ends_at: float, now: float) -> Verdict:
    """`count` includes this hit."""
    remaining = max(item.amount - count, 0)
    return Verdict(count <= item.amount, name, item.amount, item.get_expiry(), remaining, max(int(ends_at - now), 1))


@dataclass(slots=True)
class RateLimits:
    """Counts in memory, adds up in Redis."""

    storage: Storage
    clock: Callable[[], float] = time.time
    _windows: dict[str, _Window] = field(default_factory=dict)
    _retry_at: float = 0.0
    _away: bool = False

    def hit(self, name: str, item: RateLimitItem, identity: str) -> Verdict:
        """Count one request; refused ones are not counted."""
        now = self.clock()
        seconds = item.get_expiry()
        index = int(now // seconds)
        key = f"{name}:{identity}:{index}"
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window((index + 1) * seconds, seconds)
            if len(self._windows) > MAX_WINDOWS:
                del self._windows[next(iter(self._windows))]
        verdict = _verdict(name, item, window.shared + window.pending + 1, window.ends_at, now)
        if verdict.allowed:
            window.pending += 1
        return verdict

    async def run(self) -> None:
        """Synchronise until cancelled."""
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            await self.synchronise()

    async def synchronise(self) -> None:
        """Add what was counted since the last time, and learn what the other processes counted."""
        now = self.clock()
        for key in [key for key, window in self._windows.items() if window.ends_at <= now]:
            del self._windows[key]
        if now < self._retry_at:
            return
        active = [(key, window) for key, window in self._windows.items() if window.pending]
        for first in range(0, len(active), SYNC_AT_ONCE):
            chunk = active[first : first + SYNC_AT_ONCE]
            outcomes = await asyncio.gather(*(self._add(*entry) for entry in chunk), return_exceptions=True)
            faults = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
            self._note(faults[0] if faults else None)
            if faults:
                return

    async def _add(self, key: str, window: _Window) -> None:
        amount = window.pending
        total = await self.storage.incr(key, window.seconds * 2, amount)
        window.shared = total
        window.pending -= amount

    def _note(self, fault: BaseException | None) -> None:
        """Log when Redis goes and when it comes back, not in between."""
        if fault is not None and not isinstance(fault, _FAULTS):
            raise fault
        if fault is not None:
            self._retry_at = self.clock() + RETRY_SECONDS
            if not self._away:
                logger.warning("redis away: each process limits alone", error=type(fault).__name__)
        elif self._away:
            logger.info("redis is back: limits are shared again")
        self._away = fault is not None
        core_metrics.DEPENDENCY_UP.labels("redis").set(not self._away)


@dataclass(slots=True)
class Attempts:
    """Counts each attempt at something such as signing in (`name`), over all processes."""

    storage: Storage
    item: RateLimitItem
    name: str = "login"
    clock: Callable[[], float] = time.time
    _alone: Storage = field(default_factory=MemoryStorage)

    async def check(self, scope: Scope, kind: str, identity: str) -> None:
        """Count one attempt; TooManyRequests when there were too many. Leaves the verdict in the scope."""
        now = self.clock()
        seconds = self.item.get_expiry()
        index = int(now // seconds)
        count = await self._count(f"{self.name}-{kind}:{identity}:{index}", seconds)
        verdict = _verdict(self.name, self.item, count, (index + 1) * seconds, now)
        before = scope.get(LIMIT_KEY)
        if before is None or before.name != self.name or verdict.remaining < before.remaining:
            scope[LIMIT_KEY] = verdict
        if not verdict.allowed:
            raise verdict.error()

    async def _count(self, key: str, seconds: int) -> int:
        try:
            async with asyncio.timeout(REDIS_TIMEOUT_SECONDS):
                return int(await self.storage.incr(key, seconds * 2))
        except _FAULTS as error:
            logger.warning("redis away: sign-in attempts are counted in memory", error=type(error).__name__)
            return int(await self._alone.incr(key, seconds * 2))


@contextlib.asynccontextmanager
async def synchronised(limits: RateLimits) -> AsyncIterator[None]:
    """Keeps the limits synchronised while open."""
    try:
        async with running(limits.run()):
            yield
    finally:
        with contextlib.suppress(*_FAULTS):
            await limits.synchronise()
