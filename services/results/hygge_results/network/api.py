"""Routes of network checks: the engine stores, callers read."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from hygge_core.auth import Caller, Service
from hygge_core.paging import Paging
from hygge_core.routes import Route
from hygge_results.network import service
from hygge_results.network.schemas import NetworkIn, NetworkOut, StoredOut
from hygge_results.runs.schemas import RunId

router = APIRouter(prefix="/results", tags=["network"], route_class=Route)


@router.put("/{run_id}/network", summary="Store what a network check found", responses={201: {"model": StoredOut}})
def store(run_id: RunId, body: NetworkIn, response: Response, _service: Service) -> StoredOut:
    """Idempotent: the same check again answers 200 and changes nothing; another one answers 409."""
    stored, created = service.store(run_id, body)
    if created:
        response.status_code = 201
        response.headers["Location"] = f"/api/v1/results/{run_id}/network"
    return stored


@router.get("/{run_id}/network", summary="Voltages at houses and loading of lines")
def network(
    run_id: RunId,
    caller: Caller,
    paging: Paging,
    only: Annotated[Literal["violations"] | None, Query(description="Only what leaves the band or its rating")] = None,
) -> NetworkOut:
    """Houses first, then lines; `limit` counts both. 404 where the run made no check."""
    return service.network(caller, run_id, paging, only_violations=only == "violations")
