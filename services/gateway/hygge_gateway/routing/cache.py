"""Keeps answers that never change, and asks the service again only whether a caller may still see them (RFC 9111).

A service marks such an answer with `Hygge-Version: <group> <version>` (see `hygge_core.caching`): it follows from its
URL, `Accept` and that version alone. So a body is kept once for each of these, whoever asked first. Which version of a
group a caller may see is known only from the service's own answers to this very caller, with exactly these rights, and
only for some seconds; then the next request of theirs goes to the service again, with the tags of what is here. Where
the service names a grid whose viewers may all see the same, its answer to one of them serves for those whose token
names that grid too. What the service refuses is never answered from memory.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter
from starlette.types import Message, Scope, Send

from hygge_core.auth import Principal
from hygge_core.caching import GRID_HEADER, VERSION_HEADER
from hygge_gateway.routing.headers import header

ANSWERS = Counter("hygge_gateway_cache_answers", "Reads by what the gateway's cache did", ["outcome"])
# Larger answers are passed on and not kept.
MAX_ANSWER_BYTES = 1024 * 1024
# What an entry costs besides its body.
ENTRY_BYTES = 1024
MAX_CONFIRMATIONS = 50_000
# Tags that are sent along at most: a place rarely has more than the whole's version and one household's.
MAX_TAGS = 4
_VERSION, _GRID = VERSION_HEADER.lower().encode(), GRID_HEADER.lower().encode()
# As the creator of a grid: nobody, so that only the token counts.
_NOBODY = -1
_GONE = (401, 403, 404)
# A request with one of these wants something else than the whole answer as it is.
_SPECIAL = (b"range", b"if-match", b"if-modified-since", b"if-unmodified-since", b"if-range")
_VARIES = frozenset(("accept", "authorization"))

# A caller, or all whose token lets them view the grid of this id.
Reader = Principal | int
Fetch = Callable[[Scope, Send], Awaitable[None]]
Raw = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Stored:
    """An answer of one place in one version; `headers` are the service's own."""

    version: str
    tag: str
    headers: Raw
    body: bytes
    size: int
    grid_id: int | None


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """The service said at this time that the reader may see this version of a group."""

    version: str
    at: float


class AnswerCache:
    """Bounded by bytes, the longest unused goes first. `seconds` 0 keeps nothing."""

    def __init__(self, *, max_bytes: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._clock = clock
        self._stored: OrderedDict[tuple[str, str], _Stored] = OrderedDict()
        self._versions: dict[str, list[str]] = {}
        self._confirmed: OrderedDict[tuple[Reader, str], _Confirmed] = OrderedDict()
        self._dropped: dict[str, float] = {}
        self._flights: dict[tuple[Principal, str], asyncio.Event] = {}
        # First nouns of paths of which an answer was worth keeping: elsewhere nobody waits for anybody.
        self._nouns: set[str] = set()
        self._bytes = 0

    async def answer(self, caller: Principal, scope: Scope, send: Send, fetch: Fetch) -> None:
        """Answer a request from memory if that may be, else by `fetch(scope, send)`."""
        place = _place(scope) if self._seconds > 0 else None
        if place is None:
            ANSWERS.labels("passed").inc()
            await fetch(scope, send)
        elif _wants_new(scope):
            await self._ask(caller, place, scope, send, fetch)
        elif not await self._hit(caller, place, scope, send):
            await self._ask_once(caller, place, scope, send, fetch)

    def drop(self, group: str) -> None:
        """Forget that anybody may see a group, because it was just changed or deleted through this process."""
        now = self._clock()
        self._dropped[group] = now
        for key in [key for key in self._confirmed if key[1] == group]:
            del self._confirmed[key]
        for old in [name for name, at in self._dropped.items() if now - at > 60 + self._seconds]:
            del self._dropped[old]

    async def _hit(self, caller: Principal, place: str, scope: Scope, send: Send) -> bool:
        for version in self._versions.get(place, ()):
            stored = self._stored[place, version]
            age = min(self._age(reader, version) for reader in _readers(caller, stored.grid_id))
            if age >= self._seconds:
                continue
            self._stored.move_to_end((place, version))
            ANSWERS.labels("hit").inc()
            await _send_stored(stored, scope, send, "hit", age)
            return True
        return False

    def _age(self, reader: Reader, version: str) -> float:
        """How long ago the service said that the reader may see a version; infinite if it did not."""
        seen = self._confirmed.get((reader, group_of(version)))
        return self._clock() - seen.at if seen is not None and seen.version == version else float("inf")

    async def _ask_once(self, caller: Principal, place: str, scope: Scope, send: Send, fetch: Fetch) -> None:
        """The same question of the same caller is passed on once; who comes second waits for the first."""
        flight = self._flights.get((caller, place))
        if flight is not None:
            await flight.wait()
            if not await self._hit(caller, place, scope, send):
                await self._ask(caller, place, scope, send, fetch)
            return
        landed = asyncio.Event()
        if _noun(scope["path"]) in self._nouns:
            self._flights[caller, place] = landed
        try:
            await self._ask(caller, place, scope, send, fetch, landed)
        finally:
            landed.set()
            if self._flights.get((caller, place)) is landed:
                del self._flights[caller, place]

    async def _ask(
        self, caller: Principal, place: str, scope: Scope, send: Send, fetch: Fetch, landed: asyncio.Event | None = None
    ) -> None:
        known = {
            stored.tag: stored
            for version in self._versions.get(place, ())[-MAX_TAGS:]
            if (stored := self._stored.get((place, version)))
        }
        caught = _Caught(self, caller, place, scope, send, known, self._clock(), landed or asyncio.Event())
        await fetch(_with_tags(scope, known) if known else scope, caught)

    def keep(self, place: str, path: str, stored: _Stored) -> None:
        """Remember an answer, and make room for it."""
        self._nouns.add(_noun(path))
        key = (place, stored.version)
        if (old := self._stored.pop(key, None)) is not None:
            self._bytes -= old.size
        else:
            self._versions.setdefault(place, []).append(stored.version)
        self._stored[key] = stored
        self._bytes += stored.size
        while self._bytes > self._max_bytes:
            (gone_place, gone_version), gone = self._stored.popitem(last=False)
            self._bytes -= gone.size
            self._versions[gone_place].remove(gone_version)
            if not self._versions[gone_place]:
                del self._versions[gone_place]

    def confirm(self, reader: Reader, version: str, asked_at: float) -> None:
        """The service's answer to a question of `asked_at`: this reader may see this version."""
        group = group_of(version)
        if asked_at <= self._dropped.get(group, float("-inf")):
            return
        self._confirmed[reader, group] = _Confirmed(version, asked_at)
        self._confirmed.move_to_end((reader, group))
        if len(self._confirmed) > MAX_CONFIRMATIONS:
            self._confirmed.popitem(last=False)

    def doubt(self, caller: Principal, place: str) -> None:
        """The service did not show a place to this caller: ask for all of its group again."""
        for version in self._versions.get(place, ()):
            for reader in _readers(caller, self._stored[place, version].grid_id):
                self._confirmed.pop((reader, group_of(version)), None)


class _Caught:
    """Stands between the proxy and the client: keeps what may be kept, puts the kept body in place of a 304."""

    def __init__(
        self, cache: AnswerCache, caller: Principal, place: str, scope: Scope, send: Send,
        known: dict[str, _Stored], asked_at: float, landed: asyncio.Event,
    ) -> None:  # fmt: skip
        self._cache = cache
        self._caller = caller
        self._place = place
        self._scope = scope
        self._send = send
        self._known = known
        self._asked_at = asked_at
        self._landed = landed
        self._found: _Stored | None = None
        self._start: Message | None = None
        self._version = ""
        self._grid_id: int | None = None
        self._chunks: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._started(message)
        elif self._found is not None:
            if not message.get("more_body", False):
                ANSWERS.labels("confirmed").inc()
                await _send_stored(self._found, self._scope, self._send, "fwd=stale; fwd-status=304", 0.0)
        elif self._start is not None:
            self._chunks.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._ended(self._start)
        else:
            await self._send(message)

    async def _started(self, message: Message) -> None:
        headers: Raw = message["headers"]
        self._version = header(headers, _VERSION) or ""
        grid = header(headers, _GRID)
        self._grid_id = int(grid) if grid is not None else None
        message["headers"] = [(key, value) for key, value in headers if key not in (_VERSION, _GRID)]
        if message["status"] in _GONE:
            self._cache.doubt(self._caller, self._place)
        if self._version:
            for reader in _readers(self._caller, self._grid_id):
                self._cache.confirm(reader, self._version, self._asked_at)
        if message["status"] == 304:
            self._found = self._known.get(header(headers, b"etag") or "")
        if self._found is None and message["status"] == 200 and self._version and _may_keep(headers):
            self._start = message
        elif self._found is None:
            ANSWERS.labels("passed").inc()
            # Nothing will be kept of it, and it may go on for hours: who waits for it goes to the service.
            self._landed.set()
            await self._send(message)

    async def _ended(self, start: Message) -> None:
        body = b"".join(self._chunks)
        headers: Raw = start["headers"]
        size = len(body) + len(self._place) + ENTRY_BYTES
        stored = _Stored(self._version, header(headers, b"etag") or "", headers, body, size, self._grid_id)
        self._cache.keep(self._place, self._scope["path"], stored)
        ANSWERS.labels("kept").inc()
        await _send_stored(stored, self._scope, self._send, "fwd=miss; stored", 0.0)


def _readers(caller: Principal, grid_id: int | None) -> tuple[Reader, ...]:
    """As whom a caller may read what the viewers of a grid may."""
    if grid_id is not None and caller.may_view_grid(grid_id, _NOBODY):
        return caller, grid_id
    return (caller,)


def group_of(version: str) -> str:
    """What goes together and is dropped together, such as results/7."""
    return version.partition(" ")[0]


def changed_groups(method: str, path: str) -> tuple[str, ...]:
    """The groups that a request changes when it succeeds: a deleted run takes its results with it."""
    parts = path.strip("/").split("/")
    if method == "DELETE" and len(parts) == 4 and parts[2] == "runs":
        return (f"runs/{parts[3]}", f"results/{parts[3]}")
    return ()


async def _send_stored(stored: _Stored, scope: Scope, send: Send, told: str, age: float) -> None:
    """The kept answer, or 304 to a client that has it."""
    added = [(b"age", str(int(age)).encode()), (b"cache-status", f"hygge; {told}".encode())]
    if _has(scope, stored.tag):
        slim = [(k, v) for k, v in stored.headers if k in (b"etag", b"cache-control", b"vary")]
        await send({"type": "http.response.start", "status": 304, "headers": [*slim, *added]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": [*stored.headers, *added]})
    await send({"type": "http.response.body", "body": stored.body})


def _noun(path: str) -> str:
    return path.split("/", 4)[3]


def _place(scope: Scope) -> str | None:
    """What an answer is kept under; None for what is always passed on."""
    if scope["method"] != "GET":
        return None
    accept = b""
    for key, value in scope["headers"]:
        if key == b"accept":
            accept = value
        elif key in _SPECIAL or (key == b"cache-control" and b"no-store" in value.lower()):
            return None
    raw: bytes = scope["raw_path"] + b"?" + scope["query_string"] + b"\n" + accept
    return raw.decode("latin-1")


def _wants_new(scope: Scope) -> bool:
    """True for a browser's hard reload."""
    return "no-cache" in (header(scope["headers"], b"cache-control") or "").lower()


def _with_tags(scope: Scope, known: dict[str, _Stored]) -> dict[str, Any]:
    headers = [(key, value) for key, value in scope["headers"] if key != b"if-none-match"]
    return {**scope, "headers": [*headers, (b"if-none-match", ", ".join(known).encode())]}


def _has(scope: Scope, tag: str) -> bool:
    """True if the client's If-None-Match names the tag; weak comparison (RFC 9110, 13.1.2)."""
    asked = header(scope["headers"], b"if-none-match")
    if asked is None:
        return False
    return asked.strip() == "*" or any(part.strip().removeprefix("W/") == tag for part in asked.split(","))


def _may_keep(headers: Raw) -> bool:
    """True for an answer of known and modest length that nothing but `Accept` and the caller's rights chose."""
    control = (header(headers, b"cache-control") or "").lower()
    length = header(headers, b"content-length") or ""
    tag = header(headers, b"etag") or ""
    varies = {name.strip() for name in (header(headers, b"vary") or "").lower().split(",") if name.strip()}
    is_plain = header(headers, b"content-encoding") is None and header(headers, b"set-cookie") is None
    is_allowed = "max-age=" in control and "no-store" not in control and varies <= _VARIES and tag.startswith('"')
    return is_plain and is_allowed and length.isdigit() and int(length) <= MAX_ANSWER_BYTES
