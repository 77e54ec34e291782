"""A user's connections to the gateway: kept open, one request at a time on each, at most as many as a browser has."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import httptools

# What browsers open to one host by HTTP/1.1.
MOST_CONNECTIONS = 6
# What the outcome of a request is called that got no answer at all.
NO_ANSWER = 0

Done = Callable[["Answer"], None]


@dataclass(slots=True)
class Answer:
    """What came back: status (0: nothing), body bytes, and what the gateway says of its cache."""

    status: int = NO_ANSWER
    size: int = 0
    hit: bool = False
    retry_after: bool = False


@dataclass(slots=True)
class Pending:
    """A request that waits or is on its way."""

    wire: bytes
    done: Done
    gives_up_at: float
    tried_again: bool = False


class Connection(asyncio.Protocol):
    """One connection of a user."""

    def __init__(self, owner: "Browser") -> None:
        self.owner = owner
        self.current: Pending | None = None
        self.answer = Answer()
        self.transport: asyncio.Transport | None = None
        self.parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own transport is no asyncio.Transport to isinstance.
        self.transport = cast(asyncio.Transport, transport)

    def send(self, pending: Pending) -> None:
        assert self.transport is not None
        self.current, self.answer = pending, Answer()
        self.transport.write(pending.wire)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        lowered = name.lower()
        if lowered == b"cache-status":
            self.answer.hit = b"; hit" in value
        elif lowered == b"retry-after":
            self.answer.retry_after = True

    def on_body(self, body: bytes) -> None:
        self.answer.size += len(body)

    def on_message_complete(self) -> None:
        self.answer.status = self.parser.get_status_code()
        is_kept = self.parser.should_keep_alive()
        self.parser = httptools.HttpResponseParser(self)
        pending, self.current = self.current, None
        if pending is not None:
            pending.done(self.answer)
        self.owner.free(self, is_kept=is_kept)

    def connection_lost(self, exc: Exception | None) -> None:
        self.owner.lost(self)


class Browser:
    """Sends a user's requests; what finds no free connection waits for one, as in a browser."""

    def __init__(self, host: str, port: int) -> None:
        self.most_connections = MOST_CONNECTIONS
        self._address = (host, port)
        self._idle: list[Connection] = []
        self._all: set[Connection] = set()
        self._opening = 0
        self._waiting: deque[Pending] = deque()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    def ask(self, wire: bytes, done: Done, patience_seconds: float) -> None:
        """`done` is called once: with the answer, or after that time without one."""
        self._enqueue(Pending(wire, done, self._loop.time() + patience_seconds))

    def _enqueue(self, pending: Pending) -> None:
        self._waiting.append(pending)
        self._serve()

    def _serve(self) -> None:
        while self._waiting and self._idle:
            connection = self._idle.pop()
            connection.send(self._waiting.popleft())
        wanted = min(len(self._waiting), self.most_connections - len(self._all)) - self._opening
        for _ in range(wanted):
            self._opening += 1
            task = self._loop.create_task(self._open())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open(self) -> None:
        try:
            _, connection = await self._loop.create_connection(lambda: Connection(self), *self._address)
        except OSError:
            self._opening -= 1
            if self._waiting:
                self._waiting.popleft().done(Answer())
            return
        self._opening -= 1
        self._all.add(connection)
        self.free(connection, is_kept=True)

    def free(self, connection: Connection, *, is_kept: bool) -> None:
        if is_kept:
            self._idle.append(connection)
        elif connection.transport is not None:
            self._forget(connection)
            connection.transport.close()
        self._serve()

    def lost(self, connection: Connection) -> None:
        """A kept connection may be closed just when it is used again: browsers then ask once more."""
        self._forget(connection)
        pending, connection.current = connection.current, None
        if pending is None:
            return
        if pending.tried_again:
            pending.done(Answer())
        else:
            pending.tried_again = True
            self._enqueue(pending)

    def _forget(self, connection: Connection) -> None:
        self._all.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)

    def give_up(self) -> None:
        """Drop what nobody waits for any longer: close its connection, or take it out of the queue."""
        now = self._loop.time()
        while self._waiting and self._waiting[0].gives_up_at <= now:
            self._waiting.popleft().done(Answer())
        for connection in [one for one in self._all if one.current and one.current.gives_up_at <= now]:
            pending, connection.current = connection.current, None
            assert pending is not None
            pending.done(Answer())
            self._forget(connection)
            if connection.transport is not None:
                connection.transport.abort()

    def close(self) -> None:
        for connection in list(self._all):
            if connection.transport is not None:
                connection.transport.abort()
