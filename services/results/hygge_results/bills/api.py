"""Routes of bills: of all houses as a list, of one house line by line, to read or to print."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response

from hygge_core.auth import Caller
from hygge_core.paging import Paging
from hygge_core.routes import Route
from hygge_results.bills import service
from hygge_results.bills.page import HEADERS, html
from hygge_results.bills.pdf import pdf
from hygge_results.bills.schemas import BillDocument, BillsOut
from hygge_results.bills.wording import Language
from hygge_results.runs.schemas import MAX_ID, RunId
from hygge_results.series.api import Accept

router = APIRouter(prefix="/results", tags=["bills"], route_class=Route)
PERIOD = r"^(run|months|\d{4}-\d{2})$"
Period = Annotated[str, Query(pattern=PERIOD, description="run, a month (YYYY-MM), or months: each month")]
HouseId = Annotated[int, Path(ge=0, le=MAX_ID)]
HTML, PDF = "text/html", "application/pdf"
FORMS: dict[int | str, dict[str, Any]] = {200: {"content": {HTML: {}, PDF: {}}}}
Form = Literal["json", "html", "pdf"]


@router.get("/{run_id}/bills", summary="Bills per house")
def bills(
    run_id: RunId,
    caller: Caller,
    paging: Paging,
    period: Period = "run",
    house_id: Annotated[int | None, Query(ge=0, le=MAX_ID, description="Only this house")] = None,
) -> BillsOut:
    """A household gets its own. `limit` counts houses. 409 while the run goes on."""
    return service.bills(caller, run_id, period, house_id, paging)


@router.get(
    "/{run_id}/bills/{house_id}", response_model=BillDocument, responses=FORMS, summary="A house's bill line by line"
)
def bill(
    run_id: RunId,
    house_id: HouseId,
    caller: Caller,
    *,
    period: Period = "run",
    form: Annotated[Form | None, Query(alias="format", description="Absent: what `Accept` asks for")] = None,
    language: Annotated[Language, Query(description="Of the printed forms")] = "en",
    accept: Accept = "",
) -> BillDocument | Response:
    """As JSON, or to print on A4: `Accept: text/html` or `application/pdf`. A household gets its own.

    409 while the run goes on.
    """
    document, closed_at = service.document(caller, run_id, house_id, period)
    chosen = form or _chosen(accept)
    if chosen == "html":
        return Response(html(document, language), media_type=HTML, headers=HEADERS)
    if chosen == "pdf":
        name = f"hygge-bill-{run_id}-{house_id}-{period}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(pdf(document, language, closed_at), media_type=PDF, headers=headers)
    return document


def _chosen(accept: str) -> Form:
    """The first form that an Accept header names."""
    for part in accept.lower().split(","):
        media = part.split(";")[0].strip()
        if media in (HTML, PDF):
            return "html" if media == HTML else "pdf"
        if media in ("application/json", "*/*", "application/*"):
            return "json"
    return "json"
