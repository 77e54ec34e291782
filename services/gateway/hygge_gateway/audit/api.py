"""GET /audit."""

from typing import Annotated

from fastapi import APIRouter, Query

from hygge_core.auth import Admin
from hygge_core.paging import Page, Paging
from hygge_gateway.audit import service
from hygge_gateway.audit.schemas import AuditEntry, Event

router = APIRouter(tags=["audit"])


@router.get("/audit")
def list_audit_entries(
    _admin: Admin,
    paging: Paging,
    event: Annotated[Event | None, Query(description="Only this kind of event")] = None,
    actor_name: Annotated[
        str | None, Query(description="Only what this user did (or was tried in this name)", pattern=r"^[^\x00]*$")
    ] = None,
) -> Page[AuditEntry]:
    """The append-only audit log, newest first (admin)."""
    return service.read(paging, event, actor_name)
