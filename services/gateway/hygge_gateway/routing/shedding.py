"""What happens when more is asked for than can be answered: refused at once and fairly, not late and to everybody."""

import asyncio
import time
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Protocol

import prometheus_client
import structlog

from hygge_core.errors import HyggeError, TooManyRequests, Unavailable

# `peer`: for which service; the label `service` is the gateway itself, as of all its metrics.
SHED = prometheus_client.Counter(
    "hygge_gateway_shed", "Requests refused because too much was asked for", ["peer", "reason"]
)
_SHED_SHARE, _SHED_FULL = SHED.labels("gateway", "share"), SHED.labels("gateway", "full")
RETRY_SECONDS = 1
# Of the free places a user may hold as many as the others who are there, and this part however many they are: a page
# asks for some things at once.
LEAST_PART = 1 / 12
TELL_SECONDS = 1.0

logger = structlog.get_logger("hygge.shedding")


class OverShare(TooManyRequests):
    """One user asks for more than an equal share of what can be answered now."""

    def __init__(self) -> None:
        told = "Others ask as well, and this is more than your share of what can be answered now; slow down."
        super().__init__(told, retry_after_seconds=RETRY_SECONDS)


class TooBusy(Unavailable):
    """All together ask for more than a service can answer."""

    def __init__(self, service: str) -> None:
        told = f"{service} has more to do than it can; try again shortly."
        super().__init__(told, retry_after_seconds=RETRY_SECONDS)


# Refusals that come by the thousand: counted, and not logged one by one.
SHEDDING = (OverShare, TooBusy)


class Room(Protocol):
    """What has places."""

    def leave(self, user: Hashable) -> None:
        """One place of this user is free again."""


@dataclass(slots=True)
class Place:
    """A user's place in a room; giving it back twice is fine."""

    room: Room
    user: Hashable
    is_held: bool = True

    def release(self) -> None:
        if self.is_held:
            self.is_held = False
            self.room.leave(self.user)


@dataclass(slots=True)
class FairShare:
    """The places for requests that this process answers at the same time, and who may have one more.

    A user gets one while they hold less than a part of the places still free: dynamic thresholds of A. K. Choudhury and
    E. L. Hahne, IEEE/ACM Transactions on Networking 6(2), 1998. The part is one of as many as there are users, so one
    alone gets half of all places and one who comes new still finds some. Places bound how long anybody waits,
    whatever is asked for: the rest is refused, which costs next to nothing.
    """

    places: int
    _own: Counter[Hashable] = field(default_factory=Counter)
    _total: int = 0
    # Let in at the door in this turn of the event loop, and counted above; their tasks run in the next.
    _coming: Counter[Hashable] = field(default_factory=Counter)
    _refused: int = 0
    _told_at: float = float("-inf")

    def knock(self, user: Hashable) -> HyggeError | None:
        """At the door, inside the event loop: the refusal, or None for whom `enter` will give a place."""
        error = self._refusal(user)
        if error is None:
            if not self._coming:
                # Before the task of this request, so before those of all who are let in now.
                asyncio.get_running_loop().call_soon(self._all_came)
            self._coming[user] += 1
            self._add(user)
        return error

    def enter(self, user: Hashable) -> Place:
        """A place; OverShare for more than a user's share, TooBusy when there is none left."""
        error = self._refusal(user)
        if error is not None:
            raise error
        self._add(user)
        return Place(self, user)

    def leave(self, user: Hashable, count: int = 1) -> None:
        """The places are free again."""
        self._total -= count
        self._own[user] -= count
        if not self._own[user]:
            del self._own[user]

    def _add(self, user: Hashable) -> None:
        self._own[user] += 1
        self._total += 1

    def _all_came(self) -> None:
        for user, count in self._coming.items():
            self.leave(user, count)
        self._coming.clear()

    def _refusal(self, user: Hashable) -> HyggeError | None:
        own = self._own.get(user, 0)
        users = len(self._own) + (own == 0)
        if own < max(LEAST_PART, 1 / users) * (self.places - self._total):
            return None
        (_SHED_SHARE if own else _SHED_FULL).inc()
        self._tell()
        return OverShare() if own else TooBusy("The gateway")

    def _tell(self) -> None:
        self._refused += 1
        now = time.monotonic()
        if now - self._told_at >= TELL_SECONDS:
            logger.warning("shedding", refused=self._refused, users=len(self._own), of_places=self.places)
            self._refused, self._told_at = 0, now
