"""Writing and reading the audit log."""

from collections.abc import Iterable
from typing import Any

from hygge_core.auth import Principal
from hygge_core.database import transaction
from hygge_core.errors import Finding, InvalidInput
from hygge_core.paging import Page, PageRequest, page
from hygge_gateway import metrics
from hygge_gateway.audit import repository
from hygge_gateway.audit.chain import START, Broken, Checker, Head
from hygge_gateway.audit.schemas import AuditEntry, AuditFault, AuditHead, AuditVerification, Event
from hygge_gateway.base import database
from hygge_gateway.origin import Origin

MAX_NAME = 64
BATCH = 5000
# How far back a process looks when it begins to watch.
AT_FIRST = 10_000


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
    """Add one entry inside the caller's transaction, so that the log and the deed stand or fall together.

    From here to the end of the transaction all others that record wait (the entries are a chain): record last, and
    lock nothing afterwards.
    """
    metrics.AUDIT_EVENTS.labels(event.value).inc()
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


def head() -> AuditHead:
    """The newest entry's place and hash."""
    with transaction(database):
        return AuditHead.model_validate(repository.head_at())


def verification(from_position: int | None, limit: int) -> AuditVerification:
    """Follow up to `limit` entries from a position, or the newest ones."""
    with transaction(database):
        end = repository.head_at().position
        first = max(end - limit + 1, 1) if from_position is None else from_position
        if first > max(end, 1):
            raise InvalidInput([Finding("from_position", f"the log has {end} entries")])
        before = repository.head_at(first - 1) if first > 1 else START
        # Without the entry before (it may have been removed) the first one can't fit, which is what to say.
        checker = Checker(before if before.position == first - 1 else Head(first - 1, START.hash))
        _follow(checker, limit)
    return AuditVerification(
        intact=checker.broken is None,
        from_position=first,
        checked=checker.checked,
        head=AuditHead.model_validate(checker.head) if checker.checked else None,
        fault=AuditFault.model_validate(checker.broken) if checker.broken else None,
    )


def check_since(known: Head | None) -> Checker:
    """Follow what was written since `known` (at first: the newest entries), and look whether that is still there."""
    with transaction(database):
        if known is None:
            known = repository.head_at(max(repository.head_at().position - AT_FIRST, 0))
        checker = Checker(known)
        there = repository.head_at(known.position) if known.position else START
        if there == known:
            _follow(checker, None)
        else:
            checker.broken = Broken(known.position, None, "was there before and is not, or is another one now")
    return checker


def verify_all(anchors: Iterable[Head]) -> Checker:
    """Follow the whole chain, and compare it with heads that were kept elsewhere."""
    checker = Checker(anchors=anchors)
    with transaction(database):
        _follow(checker, None)
        checker.finish(*repository.rows_and_last_position())
    return checker


def _follow(checker: Checker, limit: int | None) -> None:
    entry_id, left = 2**63 - 1 if checker.head.position else 0, limit
    while checker.broken is None and left != 0:
        size = BATCH if left is None else min(left, BATCH)
        links = repository.links_after(checker.head.position, entry_id, size)
        checker.follow(links)
        if len(links) < size:
            return
        entry_id, left = links[-1].id, None if left is None else left - size
