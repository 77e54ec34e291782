"""The audit log as a hash chain: each entry's hash covers all of it and the hash of the entry before.

The database makes the hashes (migration 0003); this checks them anew from what is stored, with nothing of the
database's own code: whoever can change the rows can change that too.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

GENESIS = bytes(32)


class Link(NamedTuple):
    """A stored row, each value as the hash covers it: `at` in microseconds since 1970, `details` as jsonb's text."""

    position: int
    id: int
    at: int
    event: str
    actor_id: int | None
    actor_name: str | None
    subject: str | None
    address: str | None
    request_id: str | None
    details: str
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: whoever keeps one elsewhere can tell later that nothing up to it has changed."""

    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def parse(cls, text: str) -> "Head":
        """`POSITION:HASH`; ValueError for anything else."""
        position, _, digest = text.strip().partition(":")
        head = cls(int(position), bytes.fromhex(digest))
        if len(head.hash) != len(GENESIS) or head.position < 0:
            raise ValueError(f"'{text}' is not a head; write it as POSITION:HASH.")
        return head


START = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not what was written, and how that shows."""

    position: int
    entry_id: int | None
    reason: str


def digest(link: Link) -> bytes:
    """The hash that an entry must have: of the hash before, and of each value as `<bytes>:<value>` (NULL: `-`)."""
    fields = b"".join(_field(value) for value in link[:10])
    return hashlib.sha256(link.previous_hash + fields).digest()


class Checker:
    """Follows a chain from a head that is trusted; `broken` is set at the first entry that does not fit."""

    def __init__(self, after: Head = START, anchors: Iterable[Head] = ()) -> None:
        self.head = after
        self.checked = 0
        self.broken: Broken | None = None
        # Several for one position are a contradiction of their own: at most one can fit.
        self._anchors: dict[int, set[bytes]] = {}
        for anchor in anchors:
            if anchor.position > after.position:
                self._anchors.setdefault(anchor.position, set()).add(anchor.hash)

    def follow(self, links: Iterable[Link]) -> None:
        for link in links:
            if self.broken is not None:
                return
            expected = self.head.position + 1
            if link.position > expected:
                self.broken = Broken(expected, None, f"is missing; the next one that is there is {link.position}")
                return
            reason = self._fault(link)
            if reason is not None:
                self.broken = Broken(link.position, link.id, reason)
                return
            self.head = Head(link.position, link.hash)
            self.checked += 1

    def finish(self, rows: int, last_position: int) -> None:
        """The end was reached, from the start: the table has `rows` rows, and the last one's place in the chain."""
        if self.broken is not None:
            return
        beyond = sorted(position for position in self._anchors if position > self.head.position)
        if beyond:
            cut = f"the log ends at {self.head.position}, but an anchor knows entry {beyond[-1]}: it was cut off"
            self.broken = Broken(self.head.position + 1, None, cut)
        elif rows != last_position:
            outside = f"the table has {rows} rows, the chain {last_position}: some rows are outside the chain"
            self.broken = Broken(self.head.position + 1, None, outside)

    def _fault(self, link: Link) -> str | None:
        if link.position != self.head.position + 1:
            return "its place is taken twice: an entry was added"
        if link.previous_hash != self.head.hash:
            return "does not follow the entry before it: one of the two was replaced"
        if digest(link) != link.hash:
            return "its content does not have its hash: it was changed"
        if self._anchors.get(link.position, {link.hash}) != {link.hash}:
            return "an anchor knows another hash for it: the log was written anew"
        return None


def _field(value: str | int | None) -> bytes:
    if value is None:
        return b"-"
    text = str(value).encode()
    return b"%d:%s" % (len(text), text)
