"""Answers in the form that the caller accepts: JSON by default, Arrow IPC or CSV for tables."""

import io
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from fastapi import Response
from numpy.typing import NDArray

ARROW = "application/vnd.apache.arrow.stream"
CSV = "text/csv"
# The shortest text that names a float32 is up to half its last place away from it: a balance of ten such texts need not
# close. Nine decimals keep the stored number.
DECIMALS = 9
# Arrays go to JSON directly; NaN and infinity become null; naive times are UTC.
JSON_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z


def chosen(accept: str) -> str:
    """`arrow`, `csv` or `json`: the first of them that an Accept header names."""
    for part in accept.lower().split(","):
        media = part.split(";")[0].strip()
        if media in (ARROW, CSV):
            return "arrow" if media == ARROW else "csv"
        if media in ("application/json", "*/*", "application/*"):
            return "json"
    return "json"


def json_response(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body, option=JSON_OPTIONS), media_type="application/json")


def utc64(moment: datetime) -> np.datetime64:
    """A moment with an offset as NumPy has it: UTC without saying so, in seconds."""
    return np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "s")


def exact(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """As float64, the way JSON is to show them: float32 to nine decimals, float64 as it is."""
    wide = values.astype(np.float64)
    return np.ascontiguousarray(np.round(wide, DECIMALS) if values.dtype == np.float32 else wide)


def table_response(table: pa.Table, form: str) -> Response:
    """A table as an Arrow stream or as CSV with ISO 8601 timestamps."""
    if form == "csv":
        return Response(csv_bytes(table, header=True), media_type=CSV)
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return Response(sink.getvalue(), media_type=ARROW)


def csv_bytes(table: pa.Table, *, header: bool) -> bytes:
    """CSV of a table; timestamps as 2016-01-01T00:00:00Z, float32 to nine decimals.

    A text that a spreadsheet would take for a formula gets an apostrophe before it: names come from strangers.
    """
    for index, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            seconds: Any = table.column(index).cast(pa.timestamp("s", "UTC"))
            text = pc.strftime(seconds, format="%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(index, field.name, text)
        elif pa.types.is_float32(field.type):
            numbers: Any = table.column(index).cast(pa.float64())
            table = table.set_column(index, field.name, pc.round(numbers, DECIMALS))
        elif pa.types.is_string(field.type):
            table = table.set_column(index, field.name, _harmless(table.column(index)))
    sink = io.BytesIO()
    pyarrow.csv.write_csv(table, sink, pyarrow.csv.WriteOptions(include_header=header, quoting_style="needed"))
    return sink.getvalue()


def _harmless(texts: Any) -> Any:
    """Texts of which none begins like a formula (OWASP, CSV injection)."""
    guarded = pc.binary_join_element_wise("'", texts, "")
    return pc.if_else(pc.match_substring_regex(texts, r"^[=+\-@\t\r\n]"), guarded, texts)
