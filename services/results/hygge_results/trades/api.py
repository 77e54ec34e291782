"""Route of trades, as JSON, Arrow or CSV."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from hygge_core.auth import Caller
from hygge_core.routes import Route
from hygge_results import formats
from hygge_results.runs.schemas import MAX_ID, RunId
from hygge_results.series.api import TABLES, Accept, From
from hygge_results.trades import service
from hygge_results.trades.schemas import TradesOut

router = APIRouter(prefix="/results", tags=["trades"], route_class=Route)
MAX_LIMIT = 100_000
OfNode = Annotated[int | None, Query(ge=0, le=MAX_ID, description="Only this house, or the houses of this transformer")]
To = Annotated[
    str | None, Query(alias="to", description="As `from`; itself not included. Absent: the end of the first local day")
]


@router.get("/{run_id}/trades", response_model=TradesOut, responses=TABLES, summary="Who bought and sold what")
def trades(
    run_id: RunId,
    caller: Caller,
    *,
    first: From = None,
    last: To = None,
    node_id: OfNode = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Trades at the most")] = 1000,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before")] = None,
    accept: Accept = "",
) -> Response:
    """One row per step, house and pool with a trade, in that order. Without `to` only one local day is looked at.

    A household sees its own trades. With `Accept: application/vnd.apache.arrow.stream` or `text/csv` the same as a
    table, the next page's cursor in the header `X-Next-Cursor`. 409 where the run keeps days only.
    """
    page = service.trades(caller, run_id, (first, last), node_id, (limit, cursor))
    form = formats.chosen(accept)
    if form == "json":
        return formats.json_response(_json(page))
    answer = formats.table_response(service.as_table(page.trades), form)
    if page.next_cursor:
        answer.headers["X-Next-Cursor"] = page.next_cursor
    return answer


def _json(page: service.Page) -> dict[str, Any]:
    run = page.run
    return {
        "run_id": run.run_id, "currency": run.currency, "timezone": run.timezone, "from": page.start, "to": page.end,
        "step_minutes": run.stored_step_minutes, "price_is_mean": service.price_is_mean(run),
        "items": service.as_items(page.trades), "next_cursor": page.next_cursor,
    }  # fmt: skip
