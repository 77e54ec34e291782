"""Route of exports."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from hygge_core.auth import Caller
from hygge_core.routes import Route
from hygge_results.exports import service
from hygge_results.runs.schemas import RunId

router = APIRouter(prefix="/results", tags=["exports"], route_class=Route)
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


@router.get("/{run_id}/export", response_class=StreamingResponse, summary="A whole table of a run as a file")
def export(
    run_id: RunId,
    caller: Caller,
    table: Annotated[
        Literal["series", "nodes", "bills", "flows", "days", "trades", "network"], Query(description="What to export")
    ],
    form: Annotated[Literal["csv", "parquet"], Query(alias="format")] = "csv",
) -> StreamingResponse:
    """series: every stored step of every node; days: day sums; nodes and bills: for the run and each month; flows;
    trades: every trade of the run; network: houses and lines of the network check.

    In CSV a text that begins with = + - @ has an apostrophe before it, so that no spreadsheet runs it.
    """
    file = service.export(caller, run_id, table, form)
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return StreamingResponse(file.parts, media_type=MEDIA_TYPES[form], headers=headers)
