"""SQL for runs and nodes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from peewee import SQL, chunked, fn

from hygge_core.queries import FixedQuery, optional, parameter
from hygge_results.base import database
from hygge_results.runs.tables import Node, Run

# PostgreSQL takes 65,535 parameters a statement; a node has eleven.
NODES_PER_INSERT = 2_000


_RUN = FixedQuery(lambda: Run.select().where(Run.run_id == parameter("run_id")), Run)
_NODES = FixedQuery(
    lambda: (
        Node.select()
        .where(
            (Node.run_id == parameter("run_id")) & (Node.position >= parameter("after")),
            optional("owner", (Node.kind == "house") & (Node.owner == parameter("owner"))),
            optional("node_id", Node.node_id == parameter("node_id")),
            optional("kind", Node.kind == parameter("kind")),
        )
        .order_by(Node.position)
        .limit(parameter("limit"))
    ),
    Node,
)


_COUNT = FixedQuery(
    lambda: Node.select(fn.count(SQL("*"))).where(
        (Node.run_id == parameter("run_id")) & (Node.kind == parameter("kind"))
    )
)


def find(run_id: int) -> Run | None:
    run: Run | None = _RUN.first(run_id=run_id)
    return run


def locked(run_id: int) -> Run | None:
    """The run, which nobody else changes until the transaction ends."""
    run: Run | None = Run.select().where(Run.run_id == run_id).for_update().first()
    return run


def find_many(run_ids: Sequence[int]) -> dict[int, Run]:
    return {run.run_id: run for run in Run.select().where(Run.run_id.in_(list(run_ids)))}


def nodes(
    run_id: int,
    *,
    owner: str | None = None,
    node_id: int | None = None,
    kind: str | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[Node]:
    """The run's nodes in order, narrowed by what is given; with `owner` only that household's houses."""
    return _NODES.all(run_id=run_id, owner=owner, node_id=node_id, kind=kind, after=after, limit=limit)


def count(run_id: int, kind: str) -> int:
    (row,) = _COUNT.all(run_id=run_id, kind=kind)
    return int(row["count"])


def insert(row: Mapping[str, Any], node_rows: Sequence[Mapping[str, Any]], first_day: date, last_day: date) -> None:
    """Store a run with its nodes and make room for its days."""
    Run.insert(registered_at=datetime.now(UTC), **row).execute()
    for chunk in chunked(node_rows, NODES_PER_INSERT):
        Node.insert_many(chunk).execute()
    database.execute_sql("SELECT ensure_partitions(%s, %s)", (first_day, last_day))


def lock_registration(run_id: int) -> None:
    """Two registrations of one run wait for each other until the transaction ends."""
    database.execute_sql("SELECT pg_advisory_xact_lock(hashtext('results.runs'), %s)", (run_id % 2**31,))


def mark_closed(run_id: int, digest: str, proof: dict[str, Any] | None) -> None:
    Run.update(closed_at=datetime.now(UTC), digest=digest, proof=proof).where(Run.run_id == run_id).execute()


def delete(run_id: int) -> None:
    """Remove a run's rows everywhere; nodes and sums of periods go with the run."""
    for table in ("node_days", "flows", "runs"):
        database.execute_sql(f"DELETE FROM {table} WHERE run_id = %s", (run_id,))
