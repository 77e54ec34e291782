"""Writing and reading the audit log."""

from typing import Any

from hygge_core.auth import Principal
from hygge_core.database import transaction
from hygge_core.paging import Page, PageRequest, page
from hygge_gateway.audit import repository
from hygge_gateway.audit.schemas import AuditEntry, Event
from hygge_gateway.base import database
from hygge_gateway.origin import Origin

MAX_NAME = 64


def record(
    event: Event,
    origin: Origin,
    *,
    actor: Principal | None = None,
    actor_id: int | None = None,
    actor_name: str | None = None,
    subject: str | None = None,
    **details: Any,
) -> None:
    """Add one entry inside the caller's transaction, so that the log and the deed stand or fall together."""
    name = actor.username if actor else actor_name
    repository.insert(
        event=event.value,
        actor_id=actor.user_id if actor else actor_id,
        actor_name=name[:MAX_NAME].replace("\x00", "") if name else None,
        subject=subject,
        address=origin.address,
        request_id=origin.request_id,
        details=details,
    )


def read(paging: PageRequest, event: Event | None, actor_name: str | None) -> Page[AuditEntry]:
    """One page of the log, newest first."""
    with transaction(database):
        rows = repository.newest_first(paging.after, paging.limit + 1, event and event.value, actor_name)
    return page([AuditEntry.model_validate(row) for row in rows], paging, lambda entry: entry.id)
