"""Registration, close and deletion of runs, and who may see what of them."""

import hashlib
from dataclasses import dataclass

import orjson

from hygge_core.auth import Principal, Role
from hygge_core.caching import unchanging
from hygge_core.database import reading, transaction
from hygge_core.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hygge_core.timeaxis import TimeAxis
from hygge_results import metrics
from hygge_results.base import database
from hygge_results.indicators import closing
from hygge_results.runs import repository
from hygge_results.runs.schemas import CloseIn, RunIn, RunOut
from hygge_results.runs.tables import Node, Run


@dataclass(frozen=True, slots=True)
class Sight:
    """A run and what of it the caller may see: all of it, or only the houses of `owner`."""

    run: Run
    owner: str | None

    @property
    def whole(self) -> bool:
        """False for a household."""
        return self.owner is None

    def node(self, node_id: int) -> Node:
        """A node that the caller may see; NotFound otherwise."""
        found = repository.nodes(self.run.run_id, owner=self.owner, node_id=node_id)
        if not found:
            raise NotFound(f"Run {self.run.run_id} has no node {node_id} that you may see.")
        return found[0]

    def nodes(self, kind: str | None = None, *, after: int = 0, limit: int | None = None) -> list[Node]:
        """The nodes that the caller may see, in order; of one kind, and from position `after` on if asked."""
        return repository.nodes(self.run.run_id, owner=self.owner, kind=kind, after=after, limit=limit)


def missing(run_id: int) -> NotFound:
    """The one answer for a run that is not there and for one that is not the caller's to see."""
    return NotFound(f"There are no results of a run {run_id} that you may see.")


def may_view(principal: Principal, run: Run) -> bool:
    """True for who sees the whole run."""
    if principal.role is Role.PARTICIPANT:
        return False
    made_it = principal.user_id != 0 and principal.user_id == run.created_by
    return made_it or principal.may_view_grid(run.grid_id, run.grid_created_by)


def sight(principal: Principal, run_id: int) -> Sight:
    """What the caller may see of a run; a household sees its own houses. NotFound when that is nothing."""
    run = repository.find(run_id)
    if run is None:
        raise missing(run_id)
    if may_view(principal, run):
        return _known(Sight(run, None))
    if principal.role is Role.PARTICIPANT and repository.nodes(run_id, owner=principal.username, limit=1):
        return _known(Sight(run, principal.username))
    raise missing(run_id)


def _known(seen: Sight) -> Sight:
    """The answers about a closed run never change; who has one already need not get it again."""
    run = seen.run
    if run.closed_at is not None:
        parts = (run.registered_at, run.closed_at, run.digest, seen.owner)
        unchanging(f"results/{run.run_id}", *parts, grid_id=run.grid_id if seen.whole else None)
    return seen


def whole_sight(principal: Principal, run_id: int) -> Sight:
    """As `sight`, for what concerns the whole community: NotAllowed for a household."""
    if principal.role is Role.PARTICIPANT:
        raise NotAllowed("This concerns the whole community; a household sees its own houses only.")
    return sight(principal, run_id)


def require_closed(run: Run) -> None:
    if run.closed_at is None:
        raise Conflict(
            f"Run {run.run_id} has not ended yet, so there are no indicators of it; "
            "wait until the run has succeeded, or read its series and days so far."
        )


def register(run_id: int, body: RunIn) -> tuple[RunOut, bool]:
    """Store a run's header and nodes; returns it and whether it is new. The same again changes nothing.

    Raises InvalidInput with all findings, Conflict when the run is known with another content.
    """
    findings = body.findings()
    if findings:
        raise InvalidInput(findings)
    digest = _hash(body)
    with transaction(database):
        repository.lock_registration(run_id)
        known = repository.find(run_id)
        if known is None:
            days, _ = TimeAxis(body.start, body.end, body.step_minutes, body.timezone).days()
            repository.insert(_row(run_id, body, digest), _node_rows(run_id, body), days[0], days[-1])
            return _out(_reload(run_id)), True
        if known.registration_hash != digest:
            raise Conflict(f"Run {run_id} is registered with another content; delete it first.")
        return _out(known), False


def close(run_id: int, body: CloseIn) -> RunOut:
    """Compute the run's indicators and mark it closed; the same again changes nothing.

    Raises NotFound, and Conflict when rows are missing or the run was closed with another digest.
    """
    with transaction(database):
        run = repository.locked(run_id)
        if run is None:
            raise missing(run_id)
        if run.closed_at is not None:
            if run.digest != body.digest:
                raise Conflict(f"Run {run_id} was closed with another digest.")
            return _out(run)
        with metrics.CLOSE_DURATION.time():
            closing.store_periods(run, repository.nodes(run_id))
        repository.mark_closed(run_id, body.digest, body.proof)
        closed = _out(_reload(run_id))
    metrics.CLOSED.inc()
    return closed


def delete(run_id: int) -> None:
    """Remove everything of a run; fine when there is nothing."""
    with transaction(database):
        repository.delete(run_id)
    metrics.REMOVED.inc()


def header(principal: Principal, run_id: int) -> RunOut:
    with reading(database):
        return _out(sight(principal, run_id).run)


def _reload(run_id: int) -> Run:
    run = repository.find(run_id)
    assert run is not None
    return run


def _hash(body: RunIn) -> str:
    content = orjson.dumps(body.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(content).hexdigest()


def _row(run_id: int, body: RunIn, digest: str) -> dict[str, object]:
    fields = body.model_dump(exclude={"nodes", "start", "end"})
    return {"run_id": run_id, "starts_at": body.start, "ends_at": body.end, "registration_hash": digest, **fields}


def _node_rows(run_id: int, body: RunIn) -> list[dict[str, object]]:
    return [
        {"run_id": run_id, "node_id": node.id, "position": index, **node.model_dump(exclude={"id"})}
        for index, node in enumerate(body.nodes)
    ]


def _out(run: Run) -> RunOut:
    names = set(RunOut.model_fields) - {"start", "end"}
    return RunOut(start=run.starts_at, end=run.ends_at, **{name: getattr(run, name) for name in names})
