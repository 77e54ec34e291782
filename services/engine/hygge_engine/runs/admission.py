"""What a run must fulfil to be accepted: all findings at once, its plan, and what is stored of it."""

from dataclasses import dataclass, field
from typing import Any

from hygge_core import errors
from hygge_core.auth import Principal
from hygge_core.database import transaction
from hygge_core.errors import Finding, InvalidInput
from hygge_core.timeaxis import TimeAxis
from hygge_engine.base import database
from hygge_engine.clients import Services
from hygge_engine.estimates import Plan, Size, estimate, plan, size_of
from hygge_engine.fleet import fleet
from hygge_engine.inputs.collect import Bundle, BundleRequest
from hygge_engine.inputs.validate import (
    axis_of,
    check_parameters,
    check_profiles,
    check_topology,
    wanted_profiles,
)
from hygge_engine.runs import repository
from hygge_engine.runs.schemas import Estimate, RunRequest
from hygge_engine.settings import Settings
from hygge_engine.version import ENGINE_VERSION

GB = 1e9
# The fields that no axis of time can be made without.
TIMES = ("start", "end", "step_minutes")
PLACES = ("grid_id", "topology.timezone")


@dataclass(slots=True)
class Edges:
    """Small bundles that have been read already: the runs of a sweep mostly ask for the same ones."""

    known: dict[BundleRequest, Bundle | list[Finding]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a run, and its size where nothing hides it."""

    findings: list[Finding]
    size: Size | None


class Admission:
    """Checks requests for runs."""

    def __init__(self, services: Services, settings: Settings) -> None:
        self._services = services
        self._settings = settings

    def document(self, principal: Principal, authorization: str, grid_id: int) -> dict[str, Any]:
        """The community as it is now, pinned; NotFound, or NotAllowed for who may not operate it."""
        document = self._services.topology.snapshot(grid_id, authorization)
        if not principal.may_operate_grid(grid_id, document["created_by"]):
            raise errors.NotAllowed("You may read this grid, but not simulate it; ask for the right to operate it.")
        document.pop("access", None)
        return document

    def check(
        self, request: RunRequest, document: dict[str, Any], authorization: str, edges: Edges | None = None
    ) -> Checked:
        """Everything that can be known now, but whether the run fits into memory (see `planned`)."""
        findings = check_parameters(request, self._settings.max_horizon_days)
        timed = not any(finding.field in TIMES for finding in findings)
        topology = check_topology(document, request)
        findings += topology
        if not timed or any(finding.field in PLACES for finding in topology):
            return Checked(findings, None)
        axis = axis_of(request, document)
        found, profiles = self._profiles(request, document, axis, authorization, edges or Edges())
        return Checked(findings + found, size_of(document, axis, profiles))

    def planned(self, request: RunRequest, size: Size) -> Plan:
        """How the run is carried out; InvalidInput with the estimate where no worker has the memory for it."""
        with transaction(database):
            workers = fleet(self._settings)
        found = plan(request, size, workers, self._settings)
        if not found.fits:
            raise InvalidInput([_too_large(found, size, workers.memory_bytes)])
        return found

    def estimate(self, request: RunRequest, size: Size) -> Estimate:
        """What the run would take."""
        with transaction(database):
            workers, rates = fleet(self._settings), repository.measured_rates(request.detail)
        return estimate(request, size, workers, rates, self._settings)

    def _profiles(
        self, request: RunRequest, document: dict[str, Any], axis: TimeAxis, authorization: str, edges: Edges
    ) -> tuple[list[Finding], int | None]:
        """Profiles have no gaps: one that covers the first and the last step covers the run. Two small bundles tell."""
        houses = {house["id"] for transformer in document["transformers"] for house in transformer["houses"]}
        found: dict[str, Finding] = {}
        count: int | None = None
        for first, last in ((0, 1), (axis.steps - 1, axis.steps)):
            wanted = BundleRequest(
                request.grid_id, axis.at(first), axis.at(last), request.step_minutes, wanted_profiles(request)
            )
            try:
                bundle = self._edge(wanted, authorization, edges)
            except (errors.Unavailable, errors.UpstreamTimeout):
                return [], None  # the worker will find out
            if isinstance(bundle, Bundle):
                count = len(bundle.profile_ids)
                bundle = check_profiles(bundle, request, houses)
            found |= {finding.field: finding for finding in bundle}
        return list(found.values()), count

    def _edge(self, wanted: BundleRequest, authorization: str, edges: Edges) -> Bundle | list[Finding]:
        if wanted not in edges.known:
            try:
                edges.known[wanted] = self._services.profiles.bundle(wanted, authorization)
            except InvalidInput as error:
                edges.known[wanted] = error.findings
        return edges.known[wanted]


def _too_large(found: Plan, size: Size, memory: int) -> Finding:
    return Finding(
        "memory",
        f"{size.all_houses} houses for {size.axis.steps} steps need about {found.peak_memory_bytes / GB:.1f} GB in a"
        f" worker process, in {found.shards} shard(s) and windows of {found.longest_steps} steps; a process has"
        f" {memory / GB:.1f} GB. Give the workers more memory, or ask for more shards or a shorter time.",
    )


def stored_values(
    principal: Principal, request: RunRequest, document: dict[str, Any], found: Plan, snapshot: int
) -> dict[str, Any]:
    """The columns of a new run's row."""
    houses = [house for transformer in document["transformers"] for house in transformer["houses"]]
    return {
        "grid_id": request.grid_id, "grid_created_by": document["created_by"], "snapshot": snapshot,
        "created_by": principal.user_id, "name": request.name, "tags": request.tags,
        "owners": sorted({house["owner"] for house in houses if house.get("owner")}),
        "parameters": request.model_dump(mode="json", by_alias=True), "starts_at": request.start,
        "ends_at": request.end, "step_minutes": request.step_minutes, "houses": len(houses),
        "transformers": len(document["transformers"]), "shards": found.shards,
        "window_house_steps": found.window_house_steps, "engine_version": ENGINE_VERSION,
    }  # fmt: skip
