"""SQL of the audit log: insert and read, nothing else."""

from typing import Any

from hygge_gateway.audit.chain import START, Head, Link
from hygge_gateway.audit.tables import AuditEvent
from hygge_gateway.base import database

# `details` as text: jsonb keeps one order of keys and one spacing, which is what the hash covers.
_LINKS = """
SELECT position, id, (extract(epoch FROM at) * 1000000)::bigint, event, actor_id, actor_name, subject, address,
       request_id, details::text, previous_hash, hash
FROM audit_events WHERE (position, id) > (%s, %s) ORDER BY position, id LIMIT %s
"""


def insert(**values: Any) -> None:
    AuditEvent.insert(**values).execute()


def newest_first(before: int, limit: int, event: str | None, actor_name: str | None) -> list[AuditEvent]:
    """Up to `limit` rows with an id below `before` (0: from the newest)."""
    query = AuditEvent.select().order_by(AuditEvent.id.desc()).limit(limit)
    if before:
        query = query.where(AuditEvent.id < before)
    if event is not None:
        query = query.where(AuditEvent.event == event)
    if actor_name is not None:
        query = query.where(AuditEvent.actor_name == actor_name)
    return list(query)


def head_at(position: int | None = None) -> Head:
    """The head of the chain, or the entry at a position; START without any."""
    query = AuditEvent.select(AuditEvent.position, AuditEvent.hash).order_by(AuditEvent.position.desc())
    if position is not None:
        query = query.where(AuditEvent.position == position)
    row = query.first()
    return START if row is None else Head(row.position, bytes(row.hash))


def links_after(position: int, entry_id: int, limit: int) -> list[Link]:
    """Rows in the order of the chain; by id too, because a tampered table may hold a position twice."""
    rows = database.execute_sql(_LINKS, (position, entry_id, limit)).fetchall()
    return [Link._make((*row[:10], bytes(row[10]), bytes(row[11]))) for row in rows]


def rows_and_last_position() -> tuple[int, int]:
    """In one statement, so that what is written meanwhile does not make them differ."""
    counted = database.execute_sql("SELECT count(*), coalesce(max(position), 0) FROM audit_events").fetchone()
    return int(counted[0]), int(counted[1])
