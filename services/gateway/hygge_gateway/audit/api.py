"""GET /audit, its head and its verification."""

from typing import Annotated

from fastapi import APIRouter, Query

from hygge_core.auth import Admin
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_gateway.audit import service
from hygge_gateway.audit.schemas import AuditEntry, AuditHead, AuditVerification, Event

router = APIRouter(tags=["audit"], route_class=Route)


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


@router.get("/audit/head")
def audit_head(_admin: Admin) -> AuditHead:
    """How many entries there are, and the newest one's hash (admin)."""
    return service.head()


@router.get("/audit/verification")
def verify_audit_log(
    _admin: Admin,
    from_position: Annotated[
        int | None, Query(ge=1, le=2**63 - 1, description="The first entry to look at; left out: the newest `limit`")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=100_000, description="How many entries to follow")] = 10_000,
) -> AuditVerification:
    """Follow a part of the chain (admin). The whole of it: `python -m hygge_gateway.audit.verify`."""
    return service.verification(from_position, limit)
