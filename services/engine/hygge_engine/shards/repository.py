"""All SQL of shards. Whoever writes names the shard's lease and a run that is still running in shards.

Locks are taken in the order run, passage, shard, so that a cancel and a checkpoint never wait for each other: what
refers to the passage's row (handovers, grid parts) is inserted after `advance`.
"""

from dataclasses import dataclass
from typing import Any

from peewee import Expression, fn

from hygge_engine.base import SCHEMA, database
from hygge_engine.runs import repository as runs
from hygge_engine.runs.repository import NOW, SHARED, Ticket, lease
from hygge_engine.runs.schemas import Status
from hygge_engine.runs.tables import Run
from hygge_engine.shards.tables import GridPart, Handover, Passage, StoredShard
from hygge_engine.version import ENGINE_VERSION

FIRST, SECOND = 1, 2


@dataclass(frozen=True, slots=True)
class ShardTicket:
    """A worker's claim on a shard of a run, in one of the two passes."""

    run_id: int
    shard: int
    pass_: int
    worker: str
    epoch: int


@dataclass(frozen=True, slots=True)
class ShardPlace:
    """Where a shard lies, how far it is, who started it."""

    first_transformer: int
    last_transformer: int
    windows: int
    attempts: int
    engine_version: str
    windows_done: int
    base: int
    state: bytes | None
    digests: bytes
    totals: bytes | None
    proof: dict[str, float]


@dataclass(frozen=True, slots=True)
class ShardCheckpoint:
    """What a shard has done in its pass; the bytes are of the windows before `base`, and None where that did not move.

    progress is of the whole run, see `advance`.
    """

    windows_done: int
    base: int
    state: bytes | None = None
    digests: bytes = b""
    totals: bytes | None = None
    proof: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Barrier:
    """Shards of a run, and how many are through each pass."""

    shards: int
    first_done: int
    second_done: int


def share(ticket: Ticket, ranges: list[tuple[int, int]], windows: int) -> bool:
    """The run's work is its shards' from now on; False when the run's lease is lost."""
    changes = {"stage": SHARED, "phase": "sharing", "attempts": 0, "worker": None, "lease_until": None}
    if not runs.note(ticket, engine_version=ENGINE_VERSION, **changes):
        return False
    Passage.delete().where(Passage.run_id == ticket.run_id).execute()
    Passage.insert(run_id=ticket.run_id, engine_version=ENGINE_VERSION, shards=len(ranges), windows=windows).execute()
    rows = [
        {"run_id": ticket.run_id, "shard": number, "first_transformer": first, "last_transformer": last}
        for number, (first, last) in enumerate(ranges)
    ]
    StoredShard.insert_many(rows).execute()
    return True


def claim(worker: str, lease_seconds: float, preferred: int | None, *, only: bool = False) -> ShardTicket | None:
    """Take a shard that nobody works on: of the preferred run, then of the oldest; with `only`, of no other."""
    query: Any = StoredShard.select(StoredShard.run_id, StoredShard.shard).join(
        Passage, on=(Passage.run_id == StoredShard.run_id)
    )
    query = query.join(Run, on=(Run.id == StoredShard.run_id)).where(_free())
    if only:
        query = query.where(StoredShard.run_id == preferred)
    order = ((StoredShard.run_id == (preferred or 0)).desc(), StoredShard.run_id, StoredShard.shard)
    chosen = list(query.order_by(*order).limit(1).for_update("FOR UPDATE OF t1 SKIP LOCKED").tuples())
    if not chosen:
        return None
    run_id, shard = chosen[0]
    changes = {
        StoredShard.worker: worker,
        StoredShard.lease_until: lease(lease_seconds),
        StoredShard.epoch: StoredShard.epoch + 1,
        StoredShard.attempts: StoredShard.attempts + 1,
    }
    key = (StoredShard.run_id == run_id) & (StoredShard.shard == shard)
    updated: Any = StoredShard.update(changes).where(key).returning(StoredShard.epoch, StoredShard.pass_).tuples()
    epoch, pass_ = next(iter(updated.execute()))
    return ShardTicket(run_id, shard, pass_, worker, epoch)


def claimable() -> list[int]:
    """The runs of shards that nobody works on, once for each such shard, oldest first."""
    query: Any = StoredShard.select(StoredShard.run_id).join(Passage, on=(Passage.run_id == StoredShard.run_id))
    query = query.join(Run, on=(Run.id == StoredShard.run_id)).where(_free())
    return [row[0] for row in query.order_by(StoredShard.run_id).limit(1000).tuples()]


def find(ticket: ShardTicket) -> ShardPlace | None:
    """The shard that the ticket holds, or None."""
    query: Any = StoredShard.select(StoredShard, Passage.windows, Passage.engine_version)
    row = query.join(Passage, on=(Passage.run_id == StoredShard.run_id)).where(_held(ticket)).objects().first()
    if row is None:
        return None
    return ShardPlace(
        row.first_transformer, row.last_transformer, row.windows, row.attempts, row.engine_version, row.windows_done,
        row.base, _bytes(row.state), bytes(row.digests), _bytes(row.totals), row.proof,
    )  # fmt: skip


def renew(ticket: ShardTicket, lease_seconds: float) -> bool:
    """Keep the lease; False when it is lost (the run ended, or the shard was taken over)."""
    going = Run.select().where((Run.id == ticket.run_id) & (Run.status == Status.RUNNING) & (Run.stage == SHARED))
    query = StoredShard.update(lease_until=lease(lease_seconds)).where(_held(ticket) & fn.EXISTS(going))
    return bool(query.execute())


def release(ticket: ShardTicket, pause_seconds: float, *, blameless: bool) -> bool:
    """Let go of a shard whose pass is not done; nobody takes it before the pause is over.

    blameless: it made progress, or the fault is not its own; its tries are counted anew.
    """
    changes: dict[str, Any] = {"worker": None, "lease_until": lease(pause_seconds)}
    if blameless:
        changes["attempts"] = 0
    return bool(StoredShard.update(changes).where(_held(ticket)).execute())


def advance(ticket: ShardTicket, checkpoint: ShardCheckpoint, lease_seconds: float) -> bool:
    """Store a shard's checkpoint, count the window for the run's progress, renew the lease; False when it is lost.

    Called last in the transaction that wrote what belongs to the window.
    """
    if not _lock_run(ticket.run_id):
        return False
    more = {Passage.windows_done: Passage.windows_done + 1}
    counted: Any = Passage.update(more).where(Passage.run_id == ticket.run_id).returning(Passage)
    passage = next(iter(counted.execute()), None)
    if passage is None or not _checkpoint(ticket, checkpoint, lease_seconds):
        return False
    progress = passage.windows_done / (2 * passage.shards * passage.windows)
    return runs.change({"progress": progress, "progressed_at": NOW}, Run.id == ticket.run_id)


def _checkpoint(ticket: ShardTicket, checkpoint: ShardCheckpoint, lease_seconds: float) -> bool:
    changes: dict[str, Any] = {
        "windows_done": checkpoint.windows_done, "attempts": 0, "lease_until": lease(lease_seconds),
    }  # fmt: skip
    if checkpoint.state is not None:
        changes |= {
            "base": checkpoint.base, "state": checkpoint.state, "digests": checkpoint.digests,
            "totals": checkpoint.totals, "proof": checkpoint.proof or {},
        }  # fmt: skip
    return bool(StoredShard.update(changes).where(_held(ticket)).execute())


def end_pass(ticket: ShardTicket) -> Barrier | None:
    """The shard is through its pass: count it at the barrier, let go of it; None when the lease is lost.

    In the transaction of the shard's last checkpoint of the pass. The passage's row is locked from here on, so of two
    shards that end at the same time one sees the other. The last of pass 1 opens pass 2 by that alone; the last of
    pass 2 hands the run back, so that it can be claimed for closing.
    """
    if not _lock_run(ticket.run_id):
        return None
    column = Passage.first_done if ticket.pass_ == FIRST else Passage.second_done
    counted: Any = Passage.update({column: column + 1}).where(Passage.run_id == ticket.run_id).returning(Passage)
    passage = next(iter(counted.execute()), None)
    if passage is None:
        return None
    free: dict[str, Any] = {"worker": None, "lease_until": None}
    if ticket.pass_ == FIRST:
        free |= {"pass_": SECOND, "windows_done": 0, "base": 0, "state": None}
    if not StoredShard.update(free).where(_held(ticket)).execute():
        return None
    barrier = Barrier(passage.shards, passage.first_done, passage.second_done)
    if barrier.second_done == barrier.shards:
        runs.change({"stage": "closing", "lease_until": None, "worker": None, "attempts": 0}, Run.id == ticket.run_id)
    elif ticket.pass_ == FIRST and barrier.first_done == barrier.shards:
        runs.change({"phase": "simulating"}, Run.id == ticket.run_id)
    return barrier


def start_again(ticket: ShardTicket) -> bool:
    """Give the run back to be begun from nothing; False when the shard's lease is lost."""
    if not _lock_run(ticket.run_id) or not StoredShard.select().where(_held(ticket)).exists():
        return False
    forget(ticket.run_id)
    changes = {"stage": "again", "progress": 0.0, "worker": None, "lease_until": None}
    return runs.change(changes, Run.id == ticket.run_id)


def fail(ticket: ShardTicket, error: dict[str, Any]) -> bool:
    """running → failed, by a worker that holds one of the run's shards."""
    if not _lock_run(ticket.run_id) or not StoredShard.select().where(_held(ticket)).exists():
        return False
    forget(ticket.run_id)
    changes = {"status": Status.FAILED, "error": error, "phase": None, "finished_at": NOW, "worker": None}
    return runs.change(changes, Run.id == ticket.run_id)


def forget(run_id: int) -> None:
    """Remove all that a run's shards keep; the run's row has been locked by a change before."""
    Passage.delete().where(Passage.run_id == run_id).execute()


def add_timings(run_id: int, seconds: dict[str, float]) -> None:
    """Add a worker's seconds to those of the run's other workers."""
    query: Any = Run.select(Run.timings).where(Run.id == run_id)
    row = query.for_update("FOR NO KEY UPDATE").tuples().first()
    if row is not None:
        known = dict(row[0])
        total = {name: round(known.get(name, 0.0) + value, 4) for name, value in seconds.items()}
        Run.update(timings=known | total).where(Run.id == run_id).execute()


def hand_over(ticket: ShardTicket, window: int, remainder: bytes) -> None:
    """What the shard's transformers have left in a window, for all shards' pass 2."""
    _replace(Handover, {"run_id": ticket.run_id, "window_index": window, "shard": ticket.shard, "remainder": remainder})


def handovers(run_id: int, window: int) -> list[bytes]:
    """What all shards have left in a window, in the order of shards."""
    query: Any = Handover.select(Handover.remainder).where(
        (Handover.run_id == run_id) & (Handover.window_index == window)
    )
    return [bytes(row[0]) for row in query.order_by(Handover.shard).tuples()]


def add_grid_part(ticket: ShardTicket, window: int, units: bytes, sums: bytes) -> None:
    """The shard's part of the grid in a window, for the run's end."""
    key = {"run_id": ticket.run_id, "window_index": window, "shard": ticket.shard}
    _replace(GridPart, key | {"units": units, "sums": sums})


def grid_parts(run_id: int, window: int) -> list[tuple[bytes, bytes]]:
    """Units and sums of all shards in a window, in the order of shards."""
    query: Any = GridPart.select(GridPart.units, GridPart.sums).where(
        (GridPart.run_id == run_id) & (GridPart.window_index == window)
    )
    return [(bytes(units), bytes(sums)) for units, sums in query.order_by(GridPart.shard).tuples()]


def all_shards(run_id: int) -> list[Any]:
    """The shards' rows in their order."""
    return list(StoredShard.select().where(StoredShard.run_id == run_id).order_by(StoredShard.shard))


def close(ticket: Ticket, checkpoint: runs.Checkpoint) -> bool:
    """The grid is written: keep digest and proof until results are told, forget the shards; False: lease lost."""
    if not runs.note(ticket, stage="closed", progress=1.0):
        return False
    runs.store_checkpoint(ticket.run_id, checkpoint)
    forget(ticket.run_id)
    return True


def _replace(table: Any, values: dict[str, Any]) -> None:
    """Insert, or overwrite what an earlier try of the same window left."""
    key = ["run_id", "window_index", "shard"]
    kept = [getattr(table, name) for name in values if name not in key]
    target = [getattr(table, name) for name in key]
    table.insert(**values).on_conflict(conflict_target=target, preserve=kept).execute()


def _lock_run(run_id: int) -> bool:
    """Lock the run's row first, as everybody does; False when the run is no longer worked on in shards."""
    row = database.execute_sql(
        f"SELECT 1 FROM {SCHEMA}.run WHERE id = %s AND status = %s AND stage = %s FOR NO KEY UPDATE",
        (run_id, Status.RUNNING, SHARED),
    ).fetchone()
    return row is not None


def _free() -> Expression:
    unheld = StoredShard.lease_until.is_null() | (StoredShard.lease_until < NOW)
    open_ = (StoredShard.pass_ == FIRST) | (Passage.first_done == Passage.shards)
    going = (Run.status == Status.RUNNING) & (Run.stage == SHARED)
    free: Expression = going & unheld & open_ & (StoredShard.windows_done < Passage.windows)
    return free


def _held(ticket: ShardTicket) -> Expression:
    mine = (StoredShard.run_id == ticket.run_id) & (StoredShard.shard == ticket.shard)
    mine &= (StoredShard.worker == ticket.worker) & (StoredShard.epoch == ticket.epoch)
    return mine & (StoredShard.pass_ == ticket.pass_)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
