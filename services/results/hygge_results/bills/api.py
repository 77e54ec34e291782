"""Route of bills."""

from typing import Annotated

from fastapi import APIRouter, Query

from hygge_core.auth import Caller
from hygge_core.paging import Paging
from hygge_results.bills import service
from hygge_results.bills.schemas import BillsOut
from hygge_results.runs.schemas import MAX_ID, RunId

router = APIRouter(prefix="/results", tags=["bills"])
PERIOD = r"^(run|months|\d{4}-\d{2})$"


@router.get("/{run_id}/bills", summary="Bills per house")
def bills(
    run_id: RunId,
    caller: Caller,
    paging: Paging,
    period: Annotated[str, Query(pattern=PERIOD, description="run, a month (YYYY-MM), or months: each month")] = "run",
    house_id: Annotated[int | None, Query(ge=0, le=MAX_ID, description="Only this house")] = None,
) -> BillsOut:
    """A household gets its own. `limit` counts houses. 409 while the run goes on."""
    return service.bills(caller, run_id, period, house_id, paging)
