"""Route of flows."""

from typing import Annotated

from fastapi import APIRouter, Query

from hygge_core.auth import Caller
from hygge_core.paging import decode_cursor
from hygge_core.routes import Route
from hygge_results.flows import service
from hygge_results.flows.schemas import FlowsOut
from hygge_results.runs.schemas import MAX_ID, RunId

router = APIRouter(prefix="/results", tags=["flows"], route_class=Route)
# A diagram of a community needs all its flows at once: pages are larger than elsewhere.
MAX_LIMIT = 100_000


@router.get("/{run_id}/flows", summary="Energy from each node to each over the run")
def flows(
    run_id: RunId,
    caller: Caller,
    *,
    node_id: Annotated[int | None, Query(ge=0, le=MAX_ID, description="Only flows from or to this node")] = None,
    minimum_kwh: Annotated[float, Query(ge=0, allow_inf_nan=False, description="Leave out smaller flows")] = 0.0,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 10_000,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before")] = None,
) -> FlowsOut:
    """Complete when the run has ended. A transformer's or the community's flows are the sum over its houses."""
    offset = decode_cursor(cursor) if cursor else 0
    return service.flows(caller, run_id, node_id, minimum_kwh, offset=max(offset, 0), limit=limit)
