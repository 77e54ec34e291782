"""What happens when more is asked for than can be answered: refused at once and fairly, not late and to everybody.

Two guards. `Lanes`: so many requests at a service at a time, and a short queue in front in which users take turns, so a
slow service does not take what the others need and one user does not take what the rest need. `FairShare`: when this
process itself falls behind, each user gets the same number of requests; the rest is refused before it costs much.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import structlog
from prometheus_client import Counter

from hygge_core.errors import HyggeError, TooManyRequests, Unavailable

# `peer`: for which service; the label `service` is the gateway itself, as of all its metrics.
SHED = Counter("hygge_gateway_shed", "Requests refused because too much was asked for", ["peer", "reason"])
_SHED_SHARE = SHED.labels("gateway", "share")
RETRY_SECONDS = 1
# A user alone may hold this part of a lane.
MOST_OF_A_LANE = 0.5

TICK_SECONDS = 0.02
# Long enough for the requests of a page or two, which come all at once.
WINDOW_SECONDS = 0.5
# Behind by this much on average, the process has more to do than it can; while something is refused, by less.
LATE_SECONDS, STILL_LATE_SECONDS = 0.2, 0.1
# Fewer requests than this in a window are never too many: then something else keeps the machine busy.
FEW = 100
# A single late window is a pause of the machine, which passes by itself, or what is left of the time before the cut.
LATE_WINDOWS = 2
SMALLEST_SHARE = 2.0
KEPT_UP = 0.9
SHRINK, GROW = 0.8, 1.5
_MEMORY = 0.85

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


@dataclass(slots=True)
class Slot:
    """A place at a service; giving it back twice is fine."""

    lane: "Lane"
    user: Hashable
    is_held: bool = True

    def release(self) -> None:
        if self.is_held:
            self.is_held = False
            self.lane.leave(self.user)


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

    async def enter(self, user: Hashable) -> Slot:
        """A slot, at once or after a short wait; TooManyRequests or Unavailable, both with Retry-After."""
        if not self._waiting and self._active < self._slots and self._held.get(user, 0) < self._most:
            self._take(user)
            return Slot(self, user)
        waiter = self._enqueue(user)
        self._let_in()
        try:
            async with asyncio.timeout(self._wait_seconds):
                await waiter.turn
        except TimeoutError:
            if _was_let_in(waiter):
                return Slot(self, user)
            self._remove(waiter)
            raise self._refused(TooBusy(self._service), "waited") from None
        except asyncio.CancelledError:
            if _was_let_in(waiter):
                self.leave(user)
            else:
                self._remove(waiter)
            raise
        return Slot(self, user)

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

    async def enter(self, service: str, method: str, user: Hashable) -> Slot:
        is_read = method in ("GET", "HEAD")
        lane = self._lanes.get((service, is_read))
        if lane is None:
            lane = self._lanes[service, is_read] = Lane(service, **self._options, wait_seconds=self._wait_seconds)
        return await lane.enter(user)


@dataclass(slots=True)
class FairShare:
    """Counts each user's requests; when the process is late, whoever has more than an equal share is refused.

    What can be answered is what was answered in the window before, and a little less; it is shared out so that nobody
    gets less than another one who asks for more (max-min fairness).
    """

    clock: Callable[[], float] = time.monotonic
    share: float = float("inf")
    lateness: float = 0.0
    _counts: dict[Hashable, int] = field(default_factory=dict)
    _total: int = 0
    _refused: int = 0
    _answered: int = 0
    _late: int = 0
    _ends_at: float = 0.0

    def check(self, user: Hashable) -> None:
        """Count a request; TooManyRequests for what is above the user's share."""
        if self.refuses(user):
            raise OverShare
        self._total += 1
        self._counts[user] = self._counts.get(user, 0) + 1

    @property
    def is_limiting(self) -> bool:
        return self.share != float("inf")

    def refuses(self, user: Hashable) -> bool:
        """True, and counted, for a request above the user's share; any other one is left for `check` to count."""
        if self._counts.get(user, 0) + 1 <= self.share:
            return False
        self._total += 1
        self._refused += 1
        self._counts[user] = self._counts.get(user, 0) + 1
        _SHED_SHARE.inc()
        return True

    def answered(self) -> None:
        """One request more was dealt with, and not by refusing it here."""
        self._answered += 1

    async def run(self) -> None:
        """Watch the event loop until cancelled."""
        while True:
            before = self.clock()
            await asyncio.sleep(TICK_SECONDS)
            self.observe(self.clock() - before - TICK_SECONDS)

    def observe(self, late_seconds: float) -> None:
        """Take in how late the loop was just now; at the end of a window the share is chosen anew."""
        # A single long pause counts for as many ticks as it lasted.
        weight = _MEMORY ** max(1.0, late_seconds / TICK_SECONDS)
        self.lateness = weight * self.lateness + (1 - weight) * late_seconds
        if self.clock() >= self._ends_at:
            self._choose()
            self._ends_at = self.clock() + WINDOW_SECONDS

    def _choose(self) -> None:
        before = self.share
        limit = STILL_LATE_SECONDS if self.is_limiting else LATE_SECONDS
        is_late = self.lateness > limit and self._total >= FEW
        self._late = self._late + 1 if is_late else 0
        # Late although all was answered that was let in: refusing takes the time, and less would not help.
        keeps_up = self.is_limiting and self._answered >= KEPT_UP * (self._total - self._refused)
        if self._late >= LATE_WINDOWS and not keeps_up:
            self._late = 0
            self.share = max(SMALLEST_SHARE, level(list(self._counts.values()), SHRINK * self._answered))
        elif not is_late and self.share != float("inf"):
            # Nobody was refused and there is room: the limit has done its work.
            self.share = float("inf") if not self._refused else self.share * GROW
        if self._refused or (before == float("inf")) != (self.share == float("inf")):
            logger.warning(
                "shedding", share=round(self.share / WINDOW_SECONDS, 1) if self.share != float("inf") else None,
                refused=self._refused, of=self._total, late_ms=round(self.lateness * 1000),
            )  # fmt: skip
        self._counts.clear()
        self._total = self._refused = self._answered = 0


def level(asked: Sequence[int], amount: float) -> float:
    """The share at which `amount` is used up when nobody gets more than they ask for; infinite if it is enough."""
    left = len(asked)
    for demand in sorted(asked):
        if demand * left >= amount:
            return amount / left
        amount -= demand
        left -= 1
    return float("inf")
