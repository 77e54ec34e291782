"""Routes of series: one node's steps, days of all nodes of a kind, duration curves; as JSON, Arrow or CSV."""

from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
from fastapi import APIRouter, Header, Query, Response

from hygge_core.auth import Caller
from hygge_core.routes import Route
from hygge_results import formats
from hygge_results.indicators.catalog import in_currency
from hygge_results.runs.schemas import MAX_ID, Kind, RunId
from hygge_results.series import service
from hygge_results.series.measures import UNITS
from hygge_results.series.schemas import DurationOut, MatrixOut, SeriesOut
from hygge_results.series.service import Series, Wanted

router = APIRouter(prefix="/results", tags=["series"], route_class=Route)

MAX_CURVE_POINTS = 120_000
Resolution = Literal["native", "15m", "1h", "1d", "1mo"]
Node = Annotated[int | None, Query(ge=0, le=MAX_ID, description="A house, transformer or the grid; absent: the grid")]
OfKind = Annotated[Kind | None, Query(description="Without node_id: all nodes of this kind, by day or month")]
NAMES = f"Separated by commas, or sent several times, of: {', '.join(UNITS)}. Absent: the stored ones"
Measures = Annotated[list[str] | None, Query(description=NAMES)]
From = Annotated[str | None, Query(alias="from", description="A date (local midnight) or an ISO 8601 timestamp")]
To = Annotated[str | None, Query(alias="to", description="As `from`; itself not included")]
Accept = Annotated[str, Header(include_in_schema=False)]
TABLES: dict[int | str, dict[str, Any]] = {200: {"content": {formats.ARROW: {}, formats.CSV: {}}}}


@router.get("/{run_id}/series", response_model=SeriesOut | MatrixOut, responses=TABLES, summary="Series of nodes")
def series(
    run_id: RunId,
    caller: Caller,
    *,
    node_id: Node = None,
    kind: OfKind = None,
    measures: Measures = None,
    first: From = None,
    last: To = None,
    resolution: Resolution = "native",
    accept: Accept = "",
) -> Response:
    """Mean kW over each interval (15m, 1h, local days and months; native: as stored), the state of charge at its end.

    With `Accept: application/vnd.apache.arrow.stream` or `text/csv` the same as a table. Also while the run goes on, as
    far as it has come. A household sees its own houses.
    """
    kind_asked = kind if node_id is None else None
    wanted = Wanted(node_id, kind_asked, _split(measures or []), first, last, resolution)
    found = service.read(caller, run_id, wanted)
    form = formats.chosen(accept)
    return formats.json_response(_json(found)) if form == "json" else formats.table_response(as_table(found), form)


@router.get("/{run_id}/duration", response_model=DurationOut, summary="The duration curve of a measure")
def duration(
    run_id: RunId,
    caller: Caller,
    *,
    node_id: Node = None,
    measure: Annotated[str, Query(description="One measure, such as load_kw or import_kw")] = "load_kw",
    first: From = None,
    last: To = None,
    points: Annotated[
        int, Query(ge=2, le=MAX_CURVE_POINTS, description="Values at the most, evenly over ranks")
    ] = 1000,
) -> Response:
    """Values of the stored steps in falling order: in hours[i] hours the measure was at least values[i]."""
    wanted = Wanted(node_id, None, (measure,), first, last, "native")
    found, hours, values = service.duration(caller, run_id, wanted, points)
    units = in_currency(UNITS, found.run.currency)
    return formats.json_response(
        {
            "run_id": run_id, "node_id": found.nodes[0].node_id, "measure": measure, "unit": units[measure],
            "step_minutes": found.step_minutes, "hours": hours, "values": values,
        }
    )  # fmt: skip


def as_table(found: Series) -> pa.Table:
    """A series as a table: node_id, timestamp and one column a measure; all nodes of a kind below each other."""
    nodes, times = len(found.nodes), len(found.timestamps)
    stamps = np.tile(found.timestamps.astype("datetime64[s]"), 1 if found.one_node else nodes)
    columns = {
        "node_id": pa.array(np.repeat(np.asarray([node.node_id for node in found.nodes], np.int64), times)),
        "timestamp": pa.array(stamps, pa.timestamp("s", "UTC")),
    }
    columns |= {name: pa.array(values.reshape(-1), from_pandas=True) for name, values in found.values.items()}
    return pa.table(columns)


def _split(measures: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in ",".join(measures).split(",") if name.strip()))


def _json(found: Series) -> dict[str, Any]:
    units = in_currency({name: UNITS[name] for name in found.values}, found.run.currency)
    start = found.timestamps[0] if len(found.timestamps) else None
    body: dict[str, Any] = {"run_id": found.run.run_id}
    if found.one_node:
        body["node_id"] = found.nodes[0].node_id
    body |= {
        "kind": found.kind, "resolution": found.resolution, "timezone": found.run.timezone, "start": start,
        "step_minutes": found.step_minutes, "timestamps": found.timestamps if found.step_minutes is None else None,
        "units": units,
    }  # fmt: skip
    if not found.one_node:
        body["node_ids"] = [node.node_id for node in found.nodes]
    return body | {"values": {name: formats.exact(values) for name, values in found.values.items()}}
