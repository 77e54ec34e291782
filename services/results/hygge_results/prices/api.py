"""Route of prices."""

from fastapi import APIRouter, Response

from hygge_core.auth import Caller
from hygge_core.routes import Route
from hygge_results import formats
from hygge_results.prices import service
from hygge_results.prices.schemas import PricesOut
from hygge_results.runs.schemas import RunId
from hygge_results.series.api import From, Node, Resolution, To
from hygge_results.series.service import Wanted

router = APIRouter(prefix="/results", tags=["prices"], route_class=Route)


@router.get("/{run_id}/prices", response_model=PricesOut, summary="Prices of local trades")
def prices(
    run_id: RunId,
    caller: Caller,
    *,
    node_id: Node = None,
    first: From = None,
    last: To = None,
    resolution: Resolution = "native",
) -> Response:
    """Of a transformer, or of the grid when no node is named, with the traded volume."""
    wanted = Wanted(node_id, None, service.MEASURES, first, last, resolution)
    return formats.json_response(service.prices(caller, run_id, wanted))
