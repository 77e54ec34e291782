"""The rules of sweeps. All runs of a sweep are checked before anything is stored, and stored together."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from hygge_core import errors
from hygge_core.auth import Principal, Role
from hygge_core.database import reading, transaction
from hygge_core.errors import Finding, InvalidInput
from hygge_core.idempotency import Answer, Idempotency
from hygge_core.paging import Page, PageRequest, page
from hygge_engine.base import database
from hygge_engine.clients import Services
from hygge_engine.estimates import Plan
from hygge_engine.jobs import Hints
from hygge_engine.runs import repository as runs
from hygge_engine.runs.admission import Admission, Edges, stored_values
from hygge_engine.runs.repository import UNFINISHED
from hygge_engine.runs.schemas import FINAL, RunRequest, Status
from hygge_engine.runs.service import remove
from hygge_engine.settings import Settings
from hygge_engine.shards import repository as shards
from hygge_engine.sweeps import combinations, repository
from hygge_engine.sweeps.schemas import OutcomeRow, Outcomes, SweepBody, SweepRequest, SweepWithRuns, SweptRun

LOCATION = "/api/v1/sweeps/{}"
# More findings than this help nobody.
MOST_FINDINGS = 100
NAME_LENGTH = 200
# The columns of the table of outcomes, as `docs/indicators.md` explains them.
INDICATORS = (
    "bill_eur", "reference_bill_eur", "saving_eur", "saving_rate", "self_consumption_rate", "self_sufficiency_rate",
    "imported_kwh", "exported_kwh", "import_peak_kw", "export_peak_kw", "curtailed_kwh", "unserved_kwh", "co2_kg",
    "mean_local_price_eur_per_kwh",
)  # fmt: skip


def may_see(principal: Principal, sweep: Any) -> bool:
    """As of runs, but households see none: its table is about the whole community."""
    if principal.role is Role.PARTICIPANT:
        return False
    mine = principal.sees_all or sweep.created_by == principal.user_id
    return mine or principal.may_view_grid(sweep.grid_id, sweep.grid_created_by)


def may_operate(principal: Principal, sweep: Any) -> bool:
    """Who may cancel, resume and delete: the creator and who may operate the grid."""
    return principal.owns(sweep.created_by) or principal.may_operate_grid(sweep.grid_id, sweep.grid_created_by)


class SweepService:
    """Sweeps for callers of the API. Transactions begin here."""

    def __init__(self, services: Services, hints: Hints, settings: Settings, idempotency: Idempotency) -> None:
        self._services = services
        self._hints = hints
        self._settings = settings
        self._admission = Admission(services, settings)
        self._idempotency = idempotency

    def create(self, principal: Principal, authorization: str, request: SweepRequest, key: str | None) -> Answer:
        """Check every combination, then store the sweep and all its runs, then tell the workers."""
        payload = request.model_dump(mode="json", by_alias=True)

        def work() -> Answer:
            found = combinations.check(request.vary, request.mode, self._settings.max_sweep_runs)
            if found:
                raise InvalidInput(found)
            document = self._admission.document(principal, authorization, request.base.grid_id)
            planned = self._planned(request, document, authorization)
            return self._store(principal, request, document, planned)

        answer = self._idempotency.once(key, scope=f"{principal.user_id} POST /sweeps", payload=payload, work=work)
        if not answer.replayed:
            for run in answer.body["runs"]:
                self._hints.send(run["id"])
        return answer

    def get(self, principal: Principal, sweep_id: int) -> SweepWithRuns:
        """A sweep with the state of each of its runs."""
        with reading(database):
            return _with_runs(self._visible(principal, sweep_id))

    def listed(self, principal: Principal, grid_id: int | None, request: PageRequest) -> Page[SweepBody]:
        """The sweeps that the caller may see, newest first."""
        with reading(database):
            found = repository.listed(principal, grid_id, request)
            states = repository.states([sweep.id for sweep in found])
        return page([_body(sweep, states[sweep.id]) for sweep in found], request, lambda sweep: sweep.id)

    def outcomes(self, principal: Principal, sweep_id: int) -> Outcomes:
        """One row for each run: what was varied and what came out."""
        with reading(database):
            sweep = self._visible(principal, sweep_id)
            rows = [_outcome(run) for run in repository.runs(sweep_id)]
        return Outcomes(sweep_id=sweep_id, name=sweep.name, indicators=list(INDICATORS), items=rows)

    def cancel(self, principal: Principal, sweep_id: int) -> SweepWithRuns:
        """End all its runs that are not finished."""
        self._operable(principal, sweep_id)
        self._for_each(sweep_id, UNFINISHED, _cancel)
        return self.get(principal, sweep_id)

    def resume(self, principal: Principal, sweep_id: int) -> SweepWithRuns:
        """Queue its failed and cancelled runs again; those that succeeded stay."""
        self._operable(principal, sweep_id)
        for run_id in self._for_each(sweep_id, (Status.FAILED, Status.CANCELLED), runs.requeue):
            self._hints.send(run_id)
        return self.get(principal, sweep_id)

    def delete(self, principal: Principal, sweep_id: int) -> None:
        """Remove a finished sweep with its runs and their results; 409 while a run is not finished."""
        self._operable(principal, sweep_id)
        with transaction(database):
            going = repository.run_ids(sweep_id, UNFINISHED)
        if going:
            raise errors.Conflict(f"{len(going)} of its runs are not finished; cancel the sweep first.")
        with transaction(database):
            finished = repository.run_ids(sweep_id, FINAL)
        for run_id in finished:
            remove(self._services.results, run_id)
        with transaction(database):
            removed = repository.delete(sweep_id)
        if not removed:
            self._operable(principal, sweep_id)
            raise errors.Conflict("Somebody has just resumed it; cancel the sweep first.")

    def _planned(
        self, request: SweepRequest, document: dict[str, Any], authorization: str
    ) -> list[tuple[dict[str, Any], RunRequest, Plan]]:
        """All runs with their plans; InvalidInput that names the combinations which would be refused."""
        base = request.base.model_dump(mode="json", by_alias=True, exclude_unset=True)
        edges, planned = Edges(), []
        findings: list[Finding] = []
        for place, varied in enumerate(combinations.combinations(request.vary, request.mode)):
            try:
                one = _named(request, combinations.request_of(base, varied), varied)
            except (ValidationError, LookupError, ValueError) as error:
                findings += combinations.invalid(place, varied, error)
                continue
            checked = self._admission.check(one, document, authorization, edges)
            findings += [combinations.named(place, varied, finding) for finding in checked.findings]
            if not checked.findings and checked.size is not None:
                try:
                    planned.append((varied, one, self._admission.planned(one, checked.size)))
                except InvalidInput as error:
                    findings += [combinations.named(place, varied, finding) for finding in error.findings]
        if findings:
            raise InvalidInput(findings[:MOST_FINDINGS])
        return planned

    def _store(
        self,
        principal: Principal,
        request: SweepRequest,
        document: dict[str, Any],
        planned: list[tuple[dict[str, Any], RunRequest, Plan]],
    ) -> Answer:
        with transaction(database):
            values = {
                "grid_id": request.base.grid_id, "grid_created_by": document["created_by"],
                "created_by": principal.user_id, "name": request.name, "vary": request.vary, "mode": request.mode,
                "base": request.base.model_dump(mode="json", by_alias=True, exclude_unset=True),
            }  # fmt: skip
            sweep_id = repository.insert(values)
            snapshot = runs.store_snapshot(
                request.base.grid_id, document["version"], document["hash"], document
            )  # fmt: skip
            for place, (varied, one, found) in enumerate(planned):
                own = {"sweep_id": sweep_id, "sweep_place": place, "varied": varied}
                runs.insert(stored_values(principal, one, document, found, snapshot) | own)
            stored = _with_runs(repository.find(sweep_id)).model_dump(mode="json", by_alias=True)
        return Answer(202, stored, {"Location": LOCATION.format(sweep_id)})

    def _for_each(self, sweep_id: int, statuses: Any, change: Callable[[int], bool]) -> list[int]:
        """Change the sweep's runs in these states, each for itself; those that changed."""
        with transaction(database):
            found = repository.run_ids(sweep_id, statuses)
        changed = []
        for run_id in found:
            with transaction(database):
                if change(run_id):
                    changed.append(run_id)
        return changed

    def _visible(self, principal: Principal, sweep_id: int) -> Any:
        sweep = repository.find(sweep_id)
        if sweep is None or not may_see(principal, sweep):
            raise errors.NotFound(f"There is no sweep {sweep_id}.")
        return sweep

    def _operable(self, principal: Principal, sweep_id: int) -> Any:
        with reading(database):
            sweep = self._visible(principal, sweep_id)
        if not may_operate(principal, sweep):
            raise errors.NotAllowed("You may read this sweep, but not change it.")
        return sweep


def _cancel(run_id: int) -> bool:
    changed = runs.cancel(run_id)
    if changed:
        shards.forget(run_id)
    return changed


def _named(request: SweepRequest, one: RunRequest, varied: dict[str, Any]) -> RunRequest:
    """A run is called after the sweep and what is varied in it."""
    name = one.name or request.name
    if name is None:
        return one
    return one.model_copy(update={"name": f"{name}: {combinations.text_of(varied)}"[:NAME_LENGTH]})


def _body(sweep: Any, states: dict[Status, tuple[int, float]]) -> SweepBody:
    counts = {status: states.get(status, (0, 0.0))[0] for status in Status}
    total = max(1, sum(counts.values()))
    return SweepBody(
        id=sweep.id, grid_id=sweep.grid_id, name=sweep.name, base=sweep.base, vary=sweep.vary, mode=sweep.mode,
        created_at=sweep.created_at, created_by=sweep.created_by, status=_status(counts), counts=counts,
        progress=min(1.0, sum(progress for _, progress in states.values()) / total),
    )  # fmt: skip


def _status(counts: dict[Status, int]) -> Status:
    """Of all runs together."""
    if counts[Status.QUEUED] + counts[Status.RUNNING]:
        begun = any(counts[status] for status in Status if status is not Status.QUEUED)
        return Status.RUNNING if begun else Status.QUEUED
    for status in (Status.FAILED, Status.CANCELLED):
        if counts[status]:
            return status
    return Status.SUCCEEDED


def _with_runs(sweep: Any) -> SweepWithRuns:
    swept = [
        SweptRun(id=run.id, place=run.sweep_place, varied=run.varied, status=run.status, progress=run.progress)
        for run in repository.runs(sweep.id)
    ]
    return SweepWithRuns(**dict(_body(sweep, repository.states([sweep.id])[sweep.id])), runs=swept)


def _outcome(run: Any) -> OutcomeRow:
    known = run.indicators
    return OutcomeRow(
        run_id=run.id, status=run.status, varied=run.varied, digest=run.result_digest,
        indicators=None if known is None else {name: known.get(name) for name in INDICATORS},
        error=None if run.error is None else run.error["detail"],
    )  # fmt: skip
