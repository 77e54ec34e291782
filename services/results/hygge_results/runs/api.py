"""Routes of runs: the engine registers, closes and deletes; callers read the header."""

from fastapi import APIRouter, Response

from hygge_core.auth import Caller, Service
from hygge_core.routes import Route
from hygge_results.runs import service
from hygge_results.runs.schemas import CloseIn, RunId, RunIn, RunOut

router = APIRouter(prefix="/results", tags=["runs"], route_class=Route)


@router.put("/{run_id}", summary="Register a run before its first rows", responses={201: {"model": RunOut}})
def register(run_id: RunId, body: RunIn, response: Response, _service: Service) -> RunOut:
    """Idempotent: the same registration again answers 200 and changes nothing; another content answers 409."""
    run, created = service.register(run_id, body)
    if created:
        response.status_code = 201
        response.headers["Location"] = f"/api/v1/results/{run_id}"
    return run


@router.post("/{run_id}/close", summary="Compute a finished run's indicators and bills")
def close(run_id: RunId, body: CloseIn, _service: Service) -> RunOut:
    """Idempotent. 409 when days of a node are missing or the run was closed with another digest."""
    return service.close(run_id, body)


@router.delete("/{run_id}", status_code=204, summary="Remove everything of a run")
def delete(run_id: RunId, _service: Service) -> None:
    """Fine when there is nothing of it."""
    service.delete(run_id)


@router.get("/{run_id}", summary="What was run, and whether it is closed")
def header(run_id: RunId, caller: Caller) -> RunOut:
    """The run's header: period, steps, currency, parameters, digest."""
    return service.header(caller, run_id)
