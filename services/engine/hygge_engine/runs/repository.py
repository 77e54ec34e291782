"""All SQL of runs.

Every change of state is one conditional UPDATE: it names the states that it may leave, and changes no row otherwise.
Locks are always taken in the order run, passage, shard.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from peewee import SQL, Case, Expression, fn

from hygge_core.auth import Principal, Role
from hygge_core.paging import PageRequest
from hygge_core.queries import FixedQuery, parameter
from hygge_engine.base import SCHEMA, database
from hygge_engine.runs.schemas import FINAL, Status
from hygge_engine.runs.tables import Run, Snapshot, StoredCheckpoint
from hygge_engine.version import ENGINE_VERSION

UNFINISHED = (Status.QUEUED, Status.RUNNING)
# Runs whose shards are being worked on are themselves nobody's.
SHARED = "shared"
# Wall clock instead of the transaction's start: a lease renewed after a long COPY counts from now.
NOW = fn.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Ticket:
    """A worker's claim on a run. It holds while the run is running and nobody claimed it again (`epoch`)."""

    run_id: int
    worker: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is done and all that is carried on; see `StoredCheckpoint`. `base` is at most `windows_done`."""

    windows_done: int
    base: int
    state: bytes
    digests: bytes
    totals: bytes
    proof: dict[str, float]
    network: bytes = b""
    engine_version: str = ENGINE_VERSION


@dataclass(frozen=True, slots=True)
class Rates:
    """What finished runs took, seconds of one process: medians over `runs` of them."""

    runs: int
    compute_per_house_step: float
    write_per_row: float
    close_per_row: float


CHECKPOINT_FIELDS = ("windows_done", "base", "state", "digests", "totals", "proof", "network", "engine_version")


@dataclass(frozen=True, slots=True)
class Filters:
    status: Status | None = None
    grid_id: int | None = None
    tag: str | None = None
    sweep_id: int | None = None


def store_snapshot(grid_id: int, version: int, content_hash: str, document: dict[str, Any]) -> int:
    """The id of the snapshot's row, new or the one that is there."""
    key = (Snapshot.grid_id == grid_id) & (Snapshot.version == version) & (Snapshot.hash == content_hash)
    query: Any = Snapshot.select(Snapshot.id).where(key)
    found = query.for_update("FOR KEY SHARE").first()
    if found is not None:
        return int(found.id)
    row = database.execute_sql(
        f"INSERT INTO {SCHEMA}.snapshot (grid_id, version, hash, document) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (grid_id, version, hash) DO UPDATE SET hash = excluded.hash RETURNING id",
        (grid_id, version, content_hash, orjson.dumps(document).decode()),
    ).fetchone()
    return int(row[0])


def snapshot(snapshot_id: int) -> dict[str, Any]:
    row = database.execute_sql(f"SELECT document::text FROM {SCHEMA}.snapshot WHERE id = %s", (snapshot_id,)).fetchone()
    document: dict[str, Any] = orjson.loads(row[0])
    return document


def insert(values: dict[str, Any]) -> int:
    """Store a queued run; its id."""
    return int(Run.insert({"timings": {}, "created_at": NOW, **values}).execute())


def find(run_id: int) -> Any | None:
    """The run with its snapshot's version and hash as `topology_version` and `topology_hash`, or None."""
    return _ONE.first(run_id=run_id)


def exists(run_id: int) -> bool:
    return bool(Run.select().where(Run.id == run_id).exists())


def listed(principal: Principal, filters: Filters, request: PageRequest) -> list[Any]:
    """Up to limit + 1 runs that the caller may see, newest first."""
    given = {name: value for name, value in asdict(filters).items() if value is not None}
    given |= {"after": request.after} if request.after else {}
    seer = None if principal.sees_all else principal.role
    who = {"user_id": principal.user_id, "username": principal.username}
    grids = sorted(principal.views | principal.operates)
    return _listed(seer, frozenset(given)).all(**given, **who, grids=grids, limit=request.limit + 1)


@cache
def _listed(seer: Role | None, given: frozenset[str]) -> FixedQuery:
    """Runs that somebody of this role may see (None: everybody's), narrowed by the filters of these names."""

    def build() -> Any:
        query = _select() if seer is None else _select().where(_visible_to(seer))
        for name in sorted(given):
            query = query.where(_FILTERS[name])
        return query.order_by(Run.id.desc()).limit(parameter("limit"))

    return FixedQuery(build, Run)


def _select() -> Any:
    pinned = (Snapshot.version.alias("topology_version"), Snapshot.hash.alias("topology_hash"))
    return Run.select(Run, *pinned).join(Snapshot, on=(Run.snapshot == Snapshot.id))


_ONE = FixedQuery(lambda: _select().where(Run.id == parameter("run_id")), Run)
_FILTERS = {
    "after": Run.id < parameter("after"),
    "status": Run.status == parameter("status"),
    "grid_id": Run.grid_id == parameter("grid_id"),
    "tag": Expression(Run.tags, "@>", SQL("ARRAY[%(tag)s]")),
    "sweep_id": Run.sweep_id == parameter("sweep_id"),
}


def _visible_to(role: Role) -> Expression:
    """The SQL twin of `service.may_see`; a test holds them together."""
    if role is Role.PARTICIPANT:
        return Expression(Run.owners, "@>", SQL("ARRAY[%(username)s]"))
    condition: Expression = Run.created_by == parameter("user_id")
    if role is Role.OPERATOR:
        condition |= Run.grid_created_by == parameter("user_id")
    return condition | (Run.grid_id == SQL("ANY(%(grids)s)"))


def cancel(run_id: int) -> bool:
    """queued | running → cancelled."""
    changes = {"status": Status.CANCELLED, "finished_at": NOW, "phase": None}
    return change(changes, (Run.id == run_id) & Run.status.in_(UNFINISHED))


def requeue(run_id: int) -> bool:
    """failed | cancelled → queued. A cancelled run in one piece goes on from its checkpoint, all others start again."""
    again = (Run.status == Status.FAILED) | (Run.shards > 1) | (Run.stage == "again")
    changes = {
        "status": Status.QUEUED, "finished_at": None, "error": None, "attempts": 0, "worker": None, "lease_until": None,
        "stage": Case(None, [(again, "again")], Run.stage), "progress": Case(None, [(again, 0.0)], Run.progress),
    }  # fmt: skip
    return change(changes, (Run.id == run_id) & Run.status.in_((Status.FAILED, Status.CANCELLED)))


def lock_finished(run_id: int) -> bool:
    """Lock a run in a final state; False if there is none."""
    query = Run.select(Run.id).where((Run.id == run_id) & Run.status.in_(FINAL)).for_update()
    return query.first() is not None


def delete(run_id: int) -> bool:
    """Remove a run in a final state, with its checkpoint, and the snapshot if no other run needs it."""
    query: Any = Run.delete().where((Run.id == run_id) & Run.status.in_(FINAL)).returning(Run.snapshot)
    removed = list(query.tuples().execute())
    if not removed:
        return False
    # A new run that is about to use the snapshot holds its row: wait for it, then look again who needs it.
    pinned: Any = Snapshot.select(Snapshot.id).where(Snapshot.id == removed[0][0])
    list(pinned.for_update())
    others = Run.select().where(Run.snapshot == Snapshot.id)
    Snapshot.delete().where((Snapshot.id == removed[0][0]) & ~fn.EXISTS(others)).execute()
    return True


def claim(
    worker: str, lease_seconds: float, preferred: int | None, *, only: bool = False
) -> tuple[Ticket, bool] | None:
    """queued → running, or take over a running one whose lease has ended; None if there is nothing to do.

    The preferred run comes first, then the oldest; with `only`, no other. The flag says that the run was started
    before.
    """
    query: Any = Run.select(Run.id).where(_free())
    if only:
        query = query.where(Run.id == preferred)
    query = query.order_by((Run.id == (preferred or 0)).desc(), Run.id).limit(1)
    chosen = list(query.for_update("FOR UPDATE SKIP LOCKED").tuples())
    if not chosen:
        return None
    run_id = chosen[0][0]
    changes = {
        Run.status: Status.RUNNING,
        Run.started_at: fn.coalesce(Run.started_at, NOW),
        Run.worker: worker,
        Run.lease_until: lease(lease_seconds),
        Run.epoch: Run.epoch + 1,
        Run.attempts: Run.attempts + 1,
        Run.revision: Run.revision + 1,
        # Not when it is taken over: whoever dies over and over does not come forward.
        Run.progressed_at: Case(None, [(Run.status == Status.QUEUED, NOW)], Run.progressed_at),
    }
    updated: Any = Run.update(changes).where(Run.id == run_id).returning(Run.epoch).tuples().execute()
    epoch = int(next(iter(updated))[0])
    return Ticket(run_id, worker, epoch), epoch > 1


def renew(ticket: Ticket, lease_seconds: float) -> bool:
    """Keep the lease; False when it is lost (cancelled, deleted, or taken over)."""
    return bool(Run.update(lease_until=lease(lease_seconds)).where(_held(ticket)).execute())


def release(ticket: Ticket, pause_seconds: float, *, blameless: bool) -> bool:
    """Let go of a run that is not finished; nobody takes it before the pause is over.

    blameless: it made progress, or the fault is not its own; its tries are counted anew.
    """
    changes: dict[str, Any] = {"worker": None, "lease_until": lease(pause_seconds)}
    if blameless:
        changes["attempts"] = 0
    return change(changes, _held(ticket))


def note(ticket: Ticket, **changes: Any) -> bool:
    """Change visible fields (phase, profiles_hash, timings, …) of a run that the ticket holds."""
    return change(changes, _held(ticket))


def advance(ticket: Ticket, checkpoint: Checkpoint, progress: float, lease_seconds: float) -> bool:
    """Store a checkpoint and renew the lease; False when the lease is lost: roll back then.

    Called last in the transaction that wrote the window's rows, so the run's row is locked only for a moment.
    """
    changes = {"progress": progress, "progressed_at": NOW, "lease_until": lease(lease_seconds), "attempts": 0}
    if not change(changes, _held(ticket)):
        return False
    store_checkpoint(ticket.run_id, checkpoint)
    return True


def store_checkpoint(run_id: int, checkpoint: Checkpoint) -> None:
    """The whole of it, or only how far the run is where nothing else has moved since the last one."""
    known = StoredCheckpoint.run_id == run_id
    moved: Any = StoredCheckpoint.update(windows_done=checkpoint.windows_done)
    if moved.where(known & (StoredCheckpoint.base == checkpoint.base)).execute():
        return
    kept = {name: getattr(checkpoint, name) for name in CHECKPOINT_FIELDS}
    stored = StoredCheckpoint.insert(run_id=run_id, **kept)
    columns = [getattr(StoredCheckpoint, name) for name in CHECKPOINT_FIELDS]
    stored.on_conflict(conflict_target=[StoredCheckpoint.run_id], preserve=columns).execute()


def checkpoint_of(run_id: int) -> Checkpoint | None:
    row = StoredCheckpoint.get_or_none(StoredCheckpoint.run_id == run_id)
    if row is None:
        return None
    return Checkpoint(
        row.windows_done, row.base, bytes(row.state), bytes(row.digests), bytes(row.totals), row.proof,
        bytes(row.network), row.engine_version,
    )  # fmt: skip


def start_again(ticket: Ticket) -> bool:
    """Forget how far the run was; its rows in results have been removed."""
    held = change({"stage": "open", "progress": 0.0, "engine_version": ENGINE_VERSION}, _held(ticket))
    if held:
        StoredCheckpoint.delete().where(StoredCheckpoint.run_id == ticket.run_id).execute()
    return held


def succeed(
    ticket: Ticket,
    digest: str,
    proof: dict[str, float],
    timings: dict[str, float],
    indicators: dict[str, Any] | None = None,
) -> bool:
    """running → succeeded; the checkpoint has done its work."""
    changes = {
        "status": Status.SUCCEEDED, "progress": 1.0, "phase": None, "finished_at": NOW, "result_digest": digest,
        "proof": proof, "timings": timings, "worker": None, "lease_until": None, "indicators": indicators,
    }  # fmt: skip
    done = change(changes, _held(ticket))
    if done:
        StoredCheckpoint.delete().where(StoredCheckpoint.run_id == ticket.run_id).execute()
    return done


def fail(ticket: Ticket, error: dict[str, Any]) -> bool:
    """running → failed."""
    changes = {
        "status": Status.FAILED, "error": error, "phase": None, "finished_at": NOW, "worker": None, "lease_until": None,
    }  # fmt: skip
    return change(changes, _held(ticket))


def claimable() -> list[int]:
    """Unfinished runs that nobody works on, oldest first."""
    query: Any = Run.select(Run.id).where(_free()).order_by(Run.id).limit(1000)
    return [row[0] for row in query.tuples()]


def _free() -> Expression:
    unheld = Run.lease_until.is_null() | (Run.lease_until < NOW)
    free: Expression = Run.status.in_(UNFINISHED) & (Run.stage != SHARED) & unheld
    return free


def counts() -> dict[str, int]:
    """Runs by state."""
    query: Any = Run.select(Run.status, fn.count(Run.id)).group_by(Run.status)
    return dict(query.tuples())


def oldest_queued() -> datetime | None:
    """When the run that waits longest was created."""
    moment: datetime | None = Run.select(fn.min(Run.created_at)).where(Run.status == Status.QUEUED).scalar()
    return moment


def longest_without_progress() -> float:
    """Seconds since the running run that is furthest behind came forward; 0 if none is running."""
    since = fn.min(fn.coalesce(Run.progressed_at, Run.started_at))
    query: Any = Run.select(fn.date_part("epoch", NOW - since)).where(Run.status == Status.RUNNING)
    return max(float(query.scalar() or 0.0), 0.0)


def _held(ticket: Ticket) -> Expression:
    mine = (Run.id == ticket.run_id) & (Run.worker == ticket.worker) & (Run.epoch == ticket.epoch)
    return mine & (Run.status == Status.RUNNING)


def lease(seconds: float) -> Expression:
    """The end of a lease that begins now."""
    return NOW + SQL("make_interval(secs => %s)", [seconds])


def change(changes: dict[str, Any], condition: Expression) -> bool:
    """Change the visible fields of the run for which the condition holds."""
    return bool(Run.update({**changes, "revision": Run.revision + 1}).where(condition).execute())


# Smaller runs are mostly overhead. A run in shards computes twice.
MEASURED_HOUSE_STEPS = 1_000_000
MEASURED_RUNS = 20
MEASURED = f"""
WITH measured AS (
    SELECT houses * extract(epoch FROM ends_at - starts_at) / 60 / step_minutes AS house_steps,
           (houses + transformers + 1) * extract(epoch FROM ends_at - starts_at) / 86400 AS rows,
           (timings ->> 'compute')::float8 / CASE WHEN shards > 1 THEN 2 ELSE 1 END AS compute,
           (timings ->> 'write')::float8 AS write,
           (timings ->> 'close')::float8 AS close
    FROM {SCHEMA}.run
    WHERE status = 'succeeded' AND parameters ->> 'detail' = %s
      AND houses * extract(epoch FROM ends_at - starts_at) / 60 / step_minutes >= %s
    ORDER BY finished_at DESC LIMIT %s
)
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY compute / house_steps),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY write / rows),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY close / rows)
FROM measured WHERE compute > 0 AND write > 0 AND close > 0
"""


def measured_rates(detail: str) -> Rates | None:
    """Rates of this installation's last runs of this detail; None without any."""
    row = database.execute_sql(MEASURED, (detail, MEASURED_HOUSE_STEPS, MEASURED_RUNS)).fetchone()
    return Rates(int(row[0]), *(float(value) for value in row[1:])) if row[0] else None
