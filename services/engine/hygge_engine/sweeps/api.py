"""Routes of sweeps."""

import csv
import io
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from hygge_core.auth import Caller, Editor
from hygge_core.idempotency import IdempotencyKey
from hygge_core.paging import MAX_ID, Page, Paging
from hygge_core.routes import Route
from hygge_engine.sweeps.schemas import Outcomes, SweepBody, SweepRequest, SweepWithRuns
from hygge_engine.sweeps.service import SweepService

router = APIRouter(prefix="/sweeps", tags=["sweeps"], route_class=Route)
SweepId = Annotated[int, Path(ge=1, le=MAX_ID)]
TABLES: dict[str, Any] = {"content": {"text/csv": {}}, "description": "The table of outcomes, as JSON or CSV"}


async def _service(request: Request) -> SweepService:
    service: SweepService = request.app.state.sweeps
    return service


Sweeps = Annotated[SweepService, Depends(_service)]


@router.post("", status_code=202, response_model=SweepWithRuns, summary="Start a sweep")
def create(
    body: SweepRequest, principal: Editor, request: Request, sweeps: Sweeps, key: IdempotencyKey = None
) -> Response:
    """Queues a run for each combination of the values. All are checked first; 422 names those that are refused."""
    answer = sweeps.create(principal, request.headers["authorization"], body, key)
    content = orjson.dumps(answer.body)
    return Response(content, status_code=answer.status, headers=answer.headers, media_type="application/json")


@router.get("", summary="Sweeps, newest first")
def listed(
    principal: Caller, sweeps: Sweeps, paging: Paging, grid_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None
) -> Page[SweepBody]:
    """Those the caller may see, optionally of one grid."""
    return sweeps.listed(principal, grid_id, paging)


@router.get("/{sweep_id}", summary="One sweep with its runs")
def get(sweep_id: SweepId, principal: Caller, sweeps: Sweeps) -> SweepWithRuns:
    """State and progress of the sweep and of each run."""
    return sweeps.get(principal, sweep_id)


@router.get("/{sweep_id}/outcomes", summary="The table of outcomes", response_model=Outcomes, responses={200: TABLES})
def outcomes(
    sweep_id: SweepId,
    principal: Caller,
    sweeps: Sweeps,
    form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Any:
    """One row for each run: what was varied and the key indicators. Also while runs go on: those rows are empty."""
    found = sweeps.outcomes(principal, sweep_id)
    return Response(_as_csv(found), media_type="text/csv") if form == "csv" else found


@router.post("/{sweep_id}/cancel", status_code=202, summary="Cancel all runs of a sweep that are not finished")
def cancel(sweep_id: SweepId, principal: Editor, sweeps: Sweeps) -> SweepWithRuns:
    """Runs that have succeeded keep their results."""
    return sweeps.cancel(principal, sweep_id)


@router.post("/{sweep_id}/resume", status_code=202, summary="Queue failed and cancelled runs of a sweep again")
def resume(sweep_id: SweepId, principal: Editor, sweeps: Sweeps) -> SweepWithRuns:
    """A cancelled run goes on where it was, if it can."""
    return sweeps.resume(principal, sweep_id)


@router.delete("/{sweep_id}", status_code=204, summary="Delete a finished sweep with its runs and results")
def delete(sweep_id: SweepId, principal: Editor, sweeps: Sweeps) -> None:
    """409 while a run is not finished: cancel the sweep first."""
    sweeps.delete(principal, sweep_id)


def _as_csv(found: Outcomes) -> str:
    """One column for each varied value and indicator."""
    varied = list(found.items[0].varied) if found.items else []
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(["run_id", "status", *varied, *found.indicators, "digest", "error"])
    for row in found.items:
        known = row.indicators or {}
        values = [_cell(row.varied.get(path)) for path in varied]
        numbers = [known.get(name) for name in found.indicators]
        writer.writerow([row.run_id, row.status, *values, *numbers, row.digest, _cell(row.error)])
    return sink.getvalue()


def _cell(value: Any) -> Any:
    """Plain values as they are, others as JSON. What a spreadsheet would take for a formula is text."""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    return value if value is None or isinstance(value, int | float) else orjson.dumps(value).decode()
