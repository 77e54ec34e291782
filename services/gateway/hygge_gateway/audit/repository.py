"""SQL of the audit log: insert and read, nothing else."""

from typing import Any

from hygge_gateway.audit.tables import AuditEvent


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
