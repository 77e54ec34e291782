"""The rules of runs: who may do what, what a run must fulfil to be accepted, what its states allow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hygge_core import errors
from hygge_core.auth import Principal, Role
from hygge_core.caching import unchanging
from hygge_core.database import reading, transaction
from hygge_core.errors import InvalidInput
from hygge_core.idempotency import Answer, Idempotency
from hygge_core.paging import Page, PageRequest, page
from hygge_engine.base import SCHEMA, database
from hygge_engine.clients import ResultsClient, Services
from hygge_engine.estimates import Plan
from hygge_engine.jobs import Hints
from hygge_engine.runs import repository
from hygge_engine.runs.admission import Admission, stored_values
from hygge_engine.runs.repository import Filters
from hygge_engine.runs.schemas import Estimate, RunBody, RunEvent, RunRequest, RunWithSnapshot, Status
from hygge_engine.settings import Settings
from hygge_engine.shards import repository as shards

LOCATION = "/api/v1/runs/{}"


def may_see(principal: Principal, run: Any) -> bool:
    """Admins, the creator, who may view the grid, and households with a house in it."""
    if principal.role is Role.PARTICIPANT:
        return principal.username in run.owners
    mine = principal.sees_all or run.created_by == principal.user_id
    return mine or principal.may_view_grid(run.grid_id, run.grid_created_by)


def may_operate(principal: Principal, run: Any) -> bool:
    """Who may cancel, rerun and delete: the creator and who may operate the grid."""
    return principal.owns(run.created_by) or principal.may_operate_grid(run.grid_id, run.grid_created_by)


def remove(results: ResultsClient, run_id: int) -> bool:
    """Remove a finished run and its results; False if it is not finished, or gone.

    Locked meanwhile: who resumes it then would go on from a checkpoint whose results are gone.
    """
    with transaction(database):
        if not repository.lock_finished(run_id):
            return False
        # Results first: if that fails the run is still there and can be deleted again.
        results.remove(run_id)
        return repository.delete(run_id)


class RunService:
    """Runs for callers of the API. Transactions begin here."""

    def __init__(self, services: Services, hints: Hints, settings: Settings, idempotency: Idempotency) -> None:
        self._services = services
        self._hints = hints
        self._admission = Admission(services, settings)
        self._idempotency = idempotency

    def create(self, principal: Principal, authorization: str, request: RunRequest, key: str | None) -> Answer:
        """Check everything that can be known now, pin the community, store the run and tell the workers."""
        payload = request.model_dump(mode="json", by_alias=True)

        def work() -> Answer:
            document = self._admission.document(principal, authorization, request.grid_id)
            found = self._planned(request, document, authorization)
            return self._store(principal, request, document, found, rerun_of=None)

        return self._once(key, f"{principal.user_id} POST /runs", payload, work)

    def estimate(self, principal: Principal, authorization: str, request: RunRequest) -> Estimate:
        """What the run would take; InvalidInput with all findings that it would be refused for, but memory."""
        document = self._admission.document(principal, authorization, request.grid_id)
        checked = self._admission.check(request, document, authorization)
        if checked.findings or checked.size is None:
            raise InvalidInput(checked.findings)
        return self._admission.estimate(request, checked.size)

    def rerun(self, principal: Principal, authorization: str, run_id: int, *, pinned: bool, key: str | None) -> Answer:
        """A new run with the same parameters, on the community as it is now or (pinned) as it was."""
        original = self._operable(principal, run_id)
        request = RunRequest.model_validate(original.parameters)

        def work() -> Answer:
            if pinned:
                with reading(database):
                    document = repository.snapshot(original.snapshot_id)
            else:
                document = self._admission.document(principal, authorization, request.grid_id)
            found = self._planned(request, document, authorization)
            return self._store(principal, request, document, found, rerun_of=run_id)

        return self._once(key, f"{principal.user_id} POST /runs/{run_id}/rerun", {"pinned": pinned}, work)

    def get(self, principal: Principal, run_id: int, *, include: str | None = None) -> RunBody:
        """The run with its snapshot of the community, which is not for households; `include` none leaves it out."""
        with reading(database):
            run = self._visible(principal, run_id)
            hidden = principal.role is Role.PARTICIPANT
            if run.status == Status.SUCCEEDED:
                unchanging(f"runs/{run_id}", run.revision, hidden, grid_id=None if hidden else run.grid_id)
            if include == "none" or (hidden and include is None):
                return body(run)
            if hidden:
                raise errors.NotAllowed("A household sees its own part of a community, not the whole of it.")
            document = repository.snapshot(run.snapshot_id)
        return RunWithSnapshot(**dict(body(run)), topology_snapshot=document)

    def listed(self, principal: Principal, filters: Filters, request: PageRequest) -> Page[RunBody]:
        """The runs the caller may see, newest first."""
        with reading(database):
            runs = [body(run) for run in repository.listed(principal, filters, request)]
        return page(runs, request, lambda run: run.id)

    def state(self, principal: Principal, run_id: int) -> tuple[int, RunEvent]:
        """Revision and moving parts of a run."""
        with reading(database):
            run = self._visible(principal, run_id)
        return run.revision, RunEvent.model_validate(run, from_attributes=True)

    def cancel(self, principal: Principal, run_id: int) -> RunBody:
        """End a queued or running run. Its worker notices before it writes the next window."""
        self._operable(principal, run_id)
        with transaction(database):
            changed = repository.cancel(run_id)
            if changed:
                shards.forget(run_id)
            run = self._visible(principal, run_id)
        if not changed:
            raise errors.Conflict(f"The run has {run.status} already; only a queued or running run can be cancelled.")
        return body(run)

    def delete(self, principal: Principal, run_id: int) -> None:
        """Remove a finished run and its results."""
        self._operable(principal, run_id)
        if not remove(self._services.results, run_id):
            run = self._operable(principal, run_id)
            raise errors.Conflict(f"The run is {run.status}; cancel it first.")

    def _planned(self, request: RunRequest, document: dict[str, Any], authorization: str) -> Plan:
        checked = self._admission.check(request, document, authorization)
        if checked.findings or checked.size is None:
            raise InvalidInput(checked.findings)
        return self._admission.planned(request, checked.size)

    def _store(
        self, principal: Principal, request: RunRequest, document: dict[str, Any], found: Plan, rerun_of: int | None
    ) -> Answer:
        with transaction(database):
            snapshot = repository.store_snapshot(request.grid_id, document["version"], document["hash"], document)
            values = stored_values(principal, request, document, found, snapshot)
            run_id = repository.insert(values | {"rerun_of": rerun_of})
            stored = body(repository.find(run_id)).model_dump(mode="json", by_alias=True)
        return Answer(202, stored, {"Location": LOCATION.format(run_id)})

    def _once(self, key: str | None, scope: str, payload: Any, work: Callable[[], Answer]) -> Answer:
        answer = self._idempotency.once(key, scope=scope, payload=payload, work=work)
        if not answer.replayed:
            # After the commit: a worker that is told must find the run.
            self._hints.send(answer.body["id"])
        return answer

    def _visible(self, principal: Principal, run_id: int) -> Any:
        run = repository.find(run_id)
        if run is None or not may_see(principal, run):
            raise errors.NotFound(f"There is no run {run_id}.")
        return run

    def _operable(self, principal: Principal, run_id: int) -> Any:
        with reading(database):
            run = self._visible(principal, run_id)
        if not may_operate(principal, run):
            raise errors.NotAllowed("You may read this run, but not change it.")
        return run


def idempotency(settings: Settings) -> Idempotency:
    """The engine's stored answers."""
    return Idempotency(database, SCHEMA, timedelta(hours=settings.idempotency_hours))


def body(run: Any) -> RunBody:
    """A stored run as it is shown."""
    return RunBody(
        id=run.id, grid_id=run.grid_id, name=run.name, tags=run.tags, status=run.status, progress=run.progress,
        phase=run.phase, error=run.error, parameters=run.parameters, start=run.starts_at, end=run.ends_at,
        step_minutes=run.step_minutes, created_at=run.created_at, started_at=run.started_at,
        finished_at=run.finished_at, created_by=run.created_by, rerun_of=run.rerun_of, sweep_id=run.sweep_id,
        shards=run.shards, engine_version=run.engine_version, topology_version=run.topology_version,
        topology_hash=run.topology_hash,
        profiles_hash=run.profiles_hash, result_digest=run.result_digest, timings=run.timings, proof=run.proof,
    )  # fmt: skip
