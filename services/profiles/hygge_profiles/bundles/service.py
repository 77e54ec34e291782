"""Bundles: what a run of a grid needs, checked first, then read and resampled batch by batch."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from hygge_core.auth import Principal, Role
from hygge_core.database import reading
from hygge_core.errors import Conflict, Finding, InvalidInput
from hygge_core.resample import to_step
from hygge_core.timeaxis import utc_text
from hygge_profiles import metrics
from hygge_profiles.arrow import Schema, pa
from hygge_profiles.assignments import repository as assignments
from hygge_profiles.base import database
from hygge_profiles.bundles.schemas import BundleRequest
from hygge_profiles.profiles import repository as profiles
from hygge_profiles.profiles.tables import Profile
from hygge_profiles.series import repository as days
from hygge_profiles.topology import Topology

# Memory of a batch: about this many values, native or resampled, whatever the number of profiles.
BATCH_VALUES = 2_000_000
READ_ALL = Principal(0, "bundles", Role.SERVICE)


@dataclass(frozen=True, slots=True)
class Member:
    """What must be known of a profile to read and describe it."""

    id: int
    profile_type: str
    unit: str
    content_hash: str
    starts_at: datetime
    ends_at: datetime
    step_minutes: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked request: the members by step and id, and which house follows which."""

    request: BundleRequest
    members: list[Member]
    triples: list[tuple[int, int, float]]

    @property
    def start(self) -> datetime:
        return self.request.start.astimezone(UTC)

    @property
    def end(self) -> datetime:
        return self.request.end.astimezone(UTC)

    @property
    def steps(self) -> int:
        return (self.end - self.start) // timedelta(minutes=self.request.step_minutes)

    def content_hash(self) -> str:
        """sha256 over axis, assignments and the hashes of the profiles, which stand for their values."""
        content = {
            "start": utc_text(self.start),
            "end": utc_text(self.end),
            "step_minutes": self.request.step_minutes,
            "assignments": self.triples,
            "profiles": [[member.id, member.content_hash] for member in sorted(self.members, key=lambda m: m.id)],
        }
        return f"sha256:{hashlib.sha256(json.dumps(content).encode()).hexdigest()}"

    def schema(self) -> Schema:
        metadata = {
            "assignments": json.dumps(self.triples),
            "units": json.dumps({member.id: member.unit for member in self.members}),
            "start": utc_text(self.start),
            "end": utc_text(self.end),
            "step_minutes": str(self.request.step_minutes),
            "hash": self.content_hash(),
        }
        values = pa.list_(pa.float32(), self.steps)
        fields = [("profile_id", pa.int64()), ("profile_type", pa.string()), ("values", values)]
        return pa.schema(fields, metadata=metadata)


def prepare(principal: Principal, request: BundleRequest, topology: Topology, authorization: str) -> Bundle:
    """Look up and check everything before the first byte is sent.

    NotFound when the grid is not the caller's to see; InvalidInput with every profile that is missing or does not cover
    the time, under `profiles.<id>`.
    """
    if principal.role is not Role.SERVICE:
        topology.nodes(request.grid_id, authorization)
    with reading(database):
        triples = assignments.triples(request.grid_id, request.house_ids)
        followed = {profile_id for _, profile_id, _ in triples}
        rows = profiles.find_many(followed, READ_ALL)
        rows += profiles.find_many(set(request.profile_ids) - followed, principal)
    members = sorted(map(_member, rows), key=lambda member: (member.step_minutes, member.id))
    missing = set(request.profile_ids) - {member.id for member in members}
    findings = [Finding(f"profiles.{profile_id}", "there is no such profile") for profile_id in sorted(missing)]
    findings += _uncovered(members, request.start, request.end)
    if findings:
        raise InvalidInput(findings, f"{len(findings)} profiles can't be bundled.")
    return Bundle(request, members, triples)


def _member(row: Profile) -> Member:
    return Member(row.id, row.profile_type, row.unit, row.content_hash, row.starts_at, row.ends_at, row.step_minutes)


def _uncovered(members: Iterable[Member], start: datetime, end: datetime) -> Iterator[Finding]:
    for member in sorted(members, key=lambda m: m.id):
        if member.starts_at > start or member.ends_at < end:
            covered = f"{utc_text(member.starts_at)} to {utc_text(member.ends_at)}"
            asked = f"{utc_text(start)} to {utc_text(end)}"
            yield Finding(f"profiles.{member.id}", f"covers {covered}, not all of {asked}")


def stream(bundle: Bundle) -> Iterator[bytes]:
    """The Arrow IPC stream in pieces: one record batch a piece, each read in its own short transaction.

    Values of profiles never change; when one was deleted since `prepare`, the stream breaks off with an error.
    """
    sink = _Pieces()
    schema = bundle.schema()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in _batches(bundle):
            values = _read(bundle, batch)
            flat = pa.array(values.reshape(-1), pa.float32())
            columns = [
                pa.array([member.id for member in batch], pa.int64()),
                pa.array([member.profile_type for member in batch], pa.string()),
                pa.FixedSizeListArray.from_arrays(flat, bundle.steps),
            ]
            writer.write_batch(pa.record_batch(columns, schema=schema))
            yield from _counted(sink.take())
    yield from _counted(sink.take())
    metrics.BUNDLES.inc()


def _counted(pieces: list[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        metrics.BUNDLE_BYTES.inc(len(piece))
        yield piece


def _batches(bundle: Bundle) -> Iterator[list[Member]]:
    """Members of one native step together, as many as `BATCH_VALUES` allows."""
    for step_minutes, group in groupby(bundle.members, key=lambda member: member.step_minutes):
        members = list(group)
        finest = min(step_minutes, bundle.request.step_minutes)
        each = max((bundle.end - bundle.start) // timedelta(minutes=finest), 1)
        size = max(BATCH_VALUES // each, 1)
        yield from (members[first : first + size] for first in range(0, len(members), size))


def _read(bundle: Bundle, batch: list[Member]) -> NDArray[np.float32]:
    """Values on the bundle's axis, float32 [members, steps]."""
    native = batch[0].step_minutes
    whole = timedelta(minutes=native)
    midnight = bundle.start.replace(hour=0, minute=0, second=0, microsecond=0)
    skip = (bundle.start - midnight) % whole
    first = bundle.start - skip
    last = bundle.end + (first - bundle.end) % whole
    try:
        with reading(database):
            values = days.read([member.id for member in batch], native, first, last)
    except LookupError as error:
        raise Conflict("A profile was deleted while it was read; ask again.") from error
    skip_minutes = skip // timedelta(minutes=1)
    return np.ascontiguousarray(to_step(values, native, skip_minutes, bundle.request.step_minutes, bundle.steps))


class _Pieces:
    """A sink for Arrow's writer that hands on what was written since the last `take`."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return parts

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """The writer closes the stream, not its parts."""
