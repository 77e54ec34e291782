"""Routes of indicators."""

from typing import Annotated

from fastapi import APIRouter, Query

from hygge_core.auth import Caller
from hygge_core.errors import Finding, InvalidInput
from hygge_core.paging import Paging
from hygge_core.routes import Route
from hygge_results.indicators import service
from hygge_results.indicators.schemas import CompareOut, NodesOut, SummaryOut
from hygge_results.runs.schemas import MAX_ID, Kind, RunId

router = APIRouter(prefix="/results", tags=["indicators"], route_class=Route)
PERIOD = r"^(run|\d{4}-\d{2}(-\d{2})?)$"


@router.get("/compare", summary="The indicators of several runs side by side")
def compare(
    runs: Annotated[list[str], Query(description="Run ids separated by commas, or sent several times")], caller: Caller
) -> CompareOut:
    """Each indicator is a list with one value per run, in the order asked for. 409 when a run has not ended."""
    try:
        run_ids = [int(part) for part in ",".join(runs).split(",")]
        if not all(0 < run_id <= MAX_ID for run_id in run_ids):
            raise ValueError
    except ValueError:
        raise InvalidInput([Finding("runs", "run ids separated by commas, such as 1,2,3")]) from None
    return service.compare(caller, run_ids)


@router.get("/{run_id}/summary", summary="The indicators of a run, with units")
def summary(run_id: RunId, caller: Caller) -> SummaryOut:
    """Of the grid as a whole, for the run and each month; fairness over the houses. 409 while the run goes on."""
    return service.summary(caller, run_id)


@router.get("/{run_id}/nodes", summary="The indicators per house, transformer and grid")
def nodes(
    run_id: RunId,
    caller: Caller,
    paging: Paging,
    period: Annotated[str, Query(pattern=PERIOD, description="run, a month (YYYY-MM) or a day (YYYY-MM-DD)")] = "run",
    kind: Annotated[Kind | None, Query(description="Only nodes of this kind")] = None,
) -> NodesOut:
    """In the order of the community's document; a household gets its own houses. Only days while the run goes on."""
    return service.node_indicators(caller, run_id, period, kind, paging)
