"""What comes before the numbers: collect → validate → assemble → register. A worker keeps the last run's inputs."""

from dataclasses import dataclass
from typing import Any

from hygge_core.database import reading
from hygge_core.errors import Finding, InvalidInput
from hygge_core.timeaxis import TimeAxis
from hygge_engine.base import database
from hygge_engine.clients import Services
from hygge_engine.inputs.assemble import Problem, assemble
from hygge_engine.inputs.collect import Bundle, BundleRequest
from hygge_engine.inputs.validate import axis_of, check_profiles, wanted_profiles
from hygge_engine.registration import registration
from hygge_engine.runs import repository
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.settings import Settings
from hygge_engine.timings import Timings


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run's inputs as arrays, and what they were made from."""

    run_id: int
    profiles_hash: str
    request: RunRequest
    document: dict[str, Any]
    axis: TimeAxis
    problem: Problem


class Kept:
    """The inputs of the run that a worker has worked on last: its next shard or slice starts at once."""

    def __init__(self) -> None:
        self._last: Prepared | None = None

    def of(self, run: Any) -> Prepared | None:
        """The inputs of this run if they are those it began with."""
        last = self._last
        fits = last is not None and last.run_id == run.id and last.profiles_hash == run.profiles_hash
        return last if fits else None

    def keep(self, prepared: Prepared) -> None:
        self._last = prepared

    def forget(self) -> None:
        """Before other inputs are read: both would not fit into memory at once."""
        self._last = None


def document_of(run: Any) -> dict[str, Any]:
    """The community that the run has pinned."""
    with reading(database):
        return repository.snapshot(run.snapshot_id)


def collect(services: Services, run: Any, request: RunRequest, timings: Timings) -> Bundle:
    """All series of the run in one answer."""
    wanted = BundleRequest(run.grid_id, request.start, request.end, request.step_minutes, wanted_profiles(request))
    with timings.phase("collect"):
        return services.profiles.bundle(wanted)


def require_same(bundle: Bundle, profiles_hash: str | None) -> None:
    """A run goes on with the profiles that it began with; InvalidInput otherwise."""
    if bundle.hash != profiles_hash:
        raise InvalidInput(
            [Finding("profiles", "profiles or their assignments changed while the run was interrupted")],
            "The run can't go on with other profiles than it began with; start it again.",
        )


def validate(bundle: Bundle, request: RunRequest, document: dict[str, Any], timings: Timings) -> None:
    """InvalidInput with all findings that only the whole series show."""
    axis = axis_of(request, document)
    houses = {house["id"] for transformer in document["transformers"] for house in transformer["houses"]}
    with timings.phase("validate"):
        findings = check_profiles(bundle, request, houses)
        if bundle.steps != axis.steps:
            findings.append(Finding("profiles", f"the bundle has {bundle.steps} steps instead of {axis.steps}"))
    if findings:
        raise InvalidInput(findings, f"The run's inputs have {len(findings)} finding(s); nothing was simulated.")


def as_arrays(
    run: Any, request: RunRequest, document: dict[str, Any], bundle: Bundle, settings: Settings, timings: Timings
) -> Prepared:
    """Validated inputs as arrays, in the windows that the run has."""
    axis = axis_of(request, document)
    with timings.phase("assemble"):
        limit = run.window_house_steps or settings.max_window_house_steps
        problem = assemble(document, request, bundle, axis, limit)
    return Prepared(run.id, bundle.hash, request, document, axis, problem)


def register(services: Services, run: Any, prepared: Prepared, timings: Timings) -> None:
    """Announce the run to results; again changes nothing."""
    with timings.phase("register"):
        services.results.register(run.id, registration(run, prepared.request, prepared.document, prepared.axis))


def inputs_of(services: Services, run: Any, settings: Settings, kept: Kept, timings: Timings) -> Prepared:
    """The inputs of a run that has begun: kept ones, or read again and found to be the same."""
    known = kept.of(run)
    if known is not None:
        return known
    kept.forget()
    request = RunRequest.model_validate(run.parameters)
    bundle = collect(services, run, request, timings)
    require_same(bundle, run.profiles_hash)
    prepared = as_arrays(run, request, document_of(run), bundle, settings, timings)
    kept.keep(prepared)
    return prepared
