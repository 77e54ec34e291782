"""Watches the audit log while the gateway runs, and puts its heads into the gateway's own log.

What goes to another store can't be changed in this one: `python -m hygge_gateway.audit.verify --anchors` compares.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog
from peewee import PeeweeException
from starlette.concurrency import run_in_threadpool

from hygge_core.errors import HyggeError
from hygge_gateway.audit import service
from hygge_gateway.audit.chain import Head
from hygge_gateway.background import running
from hygge_gateway.metrics import AUDIT_CHAIN_BROKEN

ANCHOR_EVENT = "audit head"
LOOK_SECONDS = 60.0
_AWAY = (HyggeError, PeeweeException)

logger = structlog.get_logger("hygge.audit")


class Anchors:
    """Follows the chain as it grows. Tells its head after `every_entries` more, or after `every_seconds` with any more.

    The last head that fitted is kept in memory: an entry up to there that goes or changes is noticed at the next look.
    """

    def __init__(self, every_seconds: float, every_entries: int) -> None:
        self._every_seconds = every_seconds
        self._every_entries = every_entries
        self._known: Head | None = None
        self._broken = False
        self._told_position = -1
        self._told_at = float("-inf")

    async def run(self) -> None:
        """Look until cancelled; the database may be away meanwhile."""
        while True:
            with contextlib.suppress(*_AWAY):
                await self.look()
            await asyncio.sleep(min(LOOK_SECONDS, self._every_seconds))

    async def look(self) -> None:
        if self._broken:
            return
        checker = await run_in_threadpool(service.check_since, self._known)
        AUDIT_CHAIN_BROKEN.set(checker.broken is not None)
        if checker.broken is not None:
            # Once: nothing that comes after it can be judged, and the metric stays until somebody has looked.
            logger.error("audit log broken", position=checker.broken.position, reason=checker.broken.reason)
            self._broken = True
            return
        self._known = checker.head
        self._tell(checker.head)

    def _tell(self, head: Head) -> None:
        now = asyncio.get_running_loop().time()
        grown = head.position - self._told_position
        if grown >= self._every_entries or (grown > 0 and now - self._told_at >= self._every_seconds):
            # A warning, because a quieter log level must not silence it.
            logger.warning(ANCHOR_EVENT, head=str(head), position=head.position)
            self._told_position, self._told_at = head.position, now


@contextlib.asynccontextmanager
async def anchored(anchors: Anchors) -> AsyncIterator[None]:
    """Keeps watching while open, and looks once more at the end."""
    try:
        async with running(anchors.run()):
            yield
    finally:
        with contextlib.suppress(*_AWAY):
            await anchors.look()
