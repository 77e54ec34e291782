"""A worker's hold on a run or shard: renewed in the background, so that a long window does not lose it, and watched."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

import structlog

from hygge_core.database import transaction
from hygge_core.errors import HyggeError
from hygge_engine.base import database

# Renewals in a lease: two may fail before it ends.
RENEWALS = 4
logger = structlog.get_logger("hygge.lease")


class LeaseLost(Exception):
    """The run was cancelled, deleted, or taken over: stop, write nothing more."""


class Claim(Protocol):
    """What a lease is on."""

    @property
    def run_id(self) -> int: ...


AnyTicket = TypeVar("AnyTicket", bound=Claim)


class Lease(Generic[AnyTicket]):
    """Keeps a ticket's lease while the `with` block runs. `renew` extends it by so many seconds; False: it is lost."""

    def __init__(self, ticket: AnyTicket, seconds: float, renew: Callable[[AnyTicket, float], bool]) -> None:
        self.ticket = ticket
        self.seconds = seconds
        self._renew = renew
        self._lost = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-{ticket.run_id}", daemon=True)

    def check(self) -> None:
        """Raise LeaseLost when the lease is known to be lost."""
        if self._lost.is_set():
            raise LeaseLost

    def demand(self, held: bool) -> None:
        """Raise LeaseLost when a conditional UPDATE under this lease changed no row."""
        if not held:
            self._lost.set()
            raise LeaseLost

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._done.wait(self.seconds / RENEWALS) and not self._lost.is_set():
            try:
                with transaction(database):
                    held = self._renew(self.ticket, self.seconds)
            except Exception as error:  # the database may be back in time; if not, the next write finds out
                if not isinstance(error, HyggeError):
                    logger.warning("lease not renewed", run_id=self.ticket.run_id, exc_info=error)
                continue
            if not held:
                self._lost.set()
