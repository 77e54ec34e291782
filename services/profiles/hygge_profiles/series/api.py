"""Route of series: JSON, Arrow or CSV by the Accept header."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import orjson
from fastapi import APIRouter, Header, Query, Response

from hygge_core.auth import Caller
from hygge_core.routes import Route
from hygge_core.timeaxis import utc_text
from hygge_profiles.arrow import MEDIA_TYPE, csv, pa
from hygge_profiles.fields import AnyMoment, PathId
from hygge_profiles.series import service
from hygge_profiles.series.schemas import DurationOut, Resolution, SeriesOut
from hygge_profiles.timezones import ZoneName

CSV = "text/csv"
# A year of five minutes is 105 120 values.
MAX_CURVE_POINTS = 120_000

router = APIRouter(tags=["series"], route_class=Route)


Timezone = Annotated[ZoneName, Query(description="IANA zone of days and months, and of stamps without offset")]


@router.get(
    "/profiles/{profile_id}/series",
    summary="Values of a profile, as means at a resolution",
    response_class=Response,
    responses={
        200: {
            "model": SeriesOut,
            "content": {
                MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
                CSV: {"schema": {"type": "string"}, "example": "timestamp,value\n2026-01-01T00:00:00Z,0.31\n"},
            },
        }
    },
)
def get_series(
    caller: Caller,
    profile_id: PathId,
    *,
    from_: Annotated[AnyMoment | None, Query(alias="from", description="Default: the profile's start")] = None,
    to: Annotated[AnyMoment | None, Query(description="Exclusive. Default: the profile's end")] = None,
    resolution: Annotated[Resolution, Query(description="Days and months are those of `timezone`")] = Resolution.NATIVE,
    timezone: Timezone = "UTC",
    accept: Annotated[str, Header(description="JSON, Arrow IPC stream or CSV")] = "application/json",
) -> Response:
    """Mean power in kW (or the profile's unit) over each interval; a coarser native step is held.

    Intervals at the edges of [from, to) and of the profile are means over the part that is covered. Energy of an
    interval in kWh is the value times its length in hours.
    """
    answer = service.series(caller, profile_id, first=from_, last=to, resolution=resolution, timezone=timezone)
    writers: dict[str, Callable[[service.Answer], bytes]] = {MEDIA_TYPE: _arrow, CSV: _csv}
    wanted = next((kind for kind in writers if kind in accept), None)
    if wanted is not None:
        return Response(writers[wanted](answer), media_type=wanted, headers={"Vary": "Accept"})
    return Response(_json(answer), media_type="application/json", headers={"Vary": "Accept"})


@router.get("/profiles/{profile_id}/duration", response_model=DurationOut, summary="The duration curve of a profile")
def get_duration(
    caller: Caller,
    profile_id: PathId,
    *,
    from_: Annotated[AnyMoment | None, Query(alias="from", description="Default: the profile's start")] = None,
    to: Annotated[AnyMoment | None, Query(description="Exclusive. Default: the profile's end")] = None,
    timezone: Timezone = "UTC",
    points: Annotated[
        int, Query(ge=2, le=MAX_CURVE_POINTS, description="Values at the most, evenly over ranks")
    ] = 1000,
) -> Response:
    """Native values in falling order: in hours[i] hours of the period the value was at least values[i]."""
    found = service.duration(caller, profile_id, first=from_, last=to, timezone=timezone, points=points)
    body = {
        "profile_id": profile_id,
        "unit": found.series.unit,
        "step_minutes": found.series.step_minutes,
        "start": utc_text(found.series.start),
        "end": utc_text(found.end),
        "hours": found.hours,
        "values": np.ascontiguousarray(found.values),
    }
    return Response(orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


def _json(answer: service.Answer) -> bytes:
    body: dict[str, Any] = {
        "profile_id": answer.profile_id,
        "unit": answer.unit,
        "resolution": answer.resolution,
        "timezone": answer.timezone,
        "start": utc_text(answer.start),
        "step_minutes": answer.step_minutes,
        "timestamps": None if answer.step_minutes else _texts(answer).tolist(),
        "values": np.ascontiguousarray(answer.values),
    }
    return orjson.dumps(body, option=orjson.OPT_SERIALIZE_NUMPY)


def _texts(answer: service.Answer) -> np.ndarray[Any, np.dtype[np.str_]]:
    return np.char.add(np.datetime_as_string(answer.timestamps, unit="s"), "Z")


def _arrow(answer: service.Answer) -> bytes:
    metadata = {"profile_id": str(answer.profile_id), "unit": answer.unit, "resolution": answer.resolution.value}
    schema = pa.schema([("timestamp", pa.timestamp("s", "UTC")), ("value", pa.float32())], metadata=metadata)
    stamps = pa.array(answer.timestamps.astype(np.int64), pa.int64()).cast(schema.field(0).type)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(pa.record_batch([stamps, pa.array(answer.values)], schema=schema))
    return bytes(sink.getvalue().to_pybytes())


def _csv(answer: service.Answer) -> bytes:
    table = pa.table({"timestamp": pa.array(_texts(answer)), "value": pa.array(answer.values)})
    sink = pa.BufferOutputStream()
    csv.write_csv(table, sink, csv.WriteOptions(quoting_style="none"))
    return bytes(sink.getvalue().to_pybytes()).replace(b'"', b"")
