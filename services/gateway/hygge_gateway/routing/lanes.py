"""So many requests at a service at a time, and a short queue in front in which users take turns.

So a slow service does not take what the others need, and one user does not take what the rest need.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass

from hygge_core.errors import HyggeError
from hygge_gateway.routing.shedding import SHED, OverShare, Place, TooBusy

# A user alone may hold this part of a lane.
MOST_OF_A_LANE = 0.5


@dataclass(slots=True, eq=False)
class _Waiter:
    user: Hashable
    turn: asyncio.Future[None]


class Lane:
    """Slots at one service. Who finds none waits; users take turns, each in the order of their own requests."""

    def __init__(self, service: str, *, slots: int, queue: int, wait_seconds: float) -> None:
        self._service = service
        self._slots = slots
        self._queue = queue
        self._wait_seconds = wait_seconds
        self._most = max(1, int(slots * MOST_OF_A_LANE))
        self._held: dict[Hashable, int] = {}
        self._active = 0
        self._waiting: OrderedDict[Hashable, deque[_Waiter]] = OrderedDict()
        self._length = 0

    async def enter(self, user: Hashable) -> Place:
        """A slot, at once or after a short wait; TooManyRequests or Unavailable, both with Retry-After."""
        if not self._waiting and self._active < self._slots and self._held.get(user, 0) < self._most:
            self._take(user)
            return Place(self, user)
        waiter = self._enqueue(user)
        self._let_in()
        try:
            async with asyncio.timeout(self._wait_seconds):
                await waiter.turn
        except TimeoutError:
            if _was_let_in(waiter):
                return Place(self, user)
            self._remove(waiter)
            raise self._refused(TooBusy(self._service), "waited") from None
        except asyncio.CancelledError:
            if _was_let_in(waiter):
                self.leave(user)
            else:
                self._remove(waiter)
            raise
        return Place(self, user)

    def leave(self, user: Hashable) -> None:
        self._active -= 1
        self._held[user] -= 1
        if not self._held[user]:
            del self._held[user]
        self._let_in()

    def _take(self, user: Hashable) -> None:
        self._active += 1
        self._held[user] = self._held.get(user, 0) + 1

    def _enqueue(self, user: Hashable) -> _Waiter:
        if self._length >= self._queue:
            self._make_room(user)
        waiter = _Waiter(user, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(user, deque()).append(waiter)
        self._length += 1
        return waiter

    def _make_room(self, user: Hashable) -> None:
        """Whoever has most in the full queue loses their newest; if that is this user, they are refused."""
        own = len(self._waiting.get(user, ()))
        greediest = max(self._waiting, key=lambda other: len(self._waiting[other]), default=None)
        if greediest is None or own + 1 >= len(self._waiting[greediest]):
            is_greedy = own >= max(1.0, self._queue / max(len(self._waiting), 1))
            raise self._refused(OverShare() if is_greedy else TooBusy(self._service), "share" if is_greedy else "full")
        newest = self._waiting[greediest][-1]
        self._remove(newest)
        if not newest.turn.done():
            newest.turn.set_exception(self._refused(OverShare(), "share"))

    def _remove(self, waiter: _Waiter) -> None:
        line = self._waiting.get(waiter.user)
        if line is None or waiter not in line:
            return
        line.remove(waiter)
        self._length -= 1
        if not line:
            del self._waiting[waiter.user]

    def _let_in(self) -> None:
        """Fill free slots; the next user in turn comes first, and then goes to the end."""
        for user in list(self._waiting):
            if self._active >= self._slots:
                return
            if self._held.get(user, 0) >= self._most:
                continue
            waiter = self._waiting[user][0]
            self._remove(waiter)
            if user in self._waiting:
                self._waiting.move_to_end(user)
            if not waiter.turn.done():
                self._take(user)
                waiter.turn.set_result(None)

    def _refused(self, error: HyggeError, reason: str) -> HyggeError:
        SHED.labels(self._service, reason).inc()
        return error


def _was_let_in(waiter: _Waiter) -> bool:
    return waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None


class Lanes:
    """Two lanes for each service: reads don't wait behind writes, whose bodies may come slowly."""

    def __init__(self, *, slots: int, queue: int, wait_seconds: float) -> None:
        self._options = {"slots": slots, "queue": queue}
        self._wait_seconds = wait_seconds
        self._lanes: dict[tuple[str, bool], Lane] = {}

    async def enter(self, service: str, method: str, user: Hashable) -> Place:
        is_read = method in ("GET", "HEAD")
        lane = self._lanes.get((service, is_read))
        if lane is None:
            lane = self._lanes[service, is_read] = Lane(service, **self._options, wait_seconds=self._wait_seconds)
        return await lane.enter(user)
