"""Route of bundles."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from hygge_core.routes import Route
from hygge_profiles.access import AskTopology, Authorization, Writer
from hygge_profiles.arrow import MEDIA_TYPE
from hygge_profiles.bundles import service
from hygge_profiles.bundles.schemas import BundleRequest

router = APIRouter(tags=["bundles"], route_class=Route)


@router.post(
    "/bundles",
    summary="All series of a run as one Arrow stream",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "Arrow IPC stream, one row per distinct profile",
            "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        },
        422: {"description": "Profiles that are missing or do not cover the time, all of them"},
    },
)
def post_bundle(
    caller: Writer, body: BundleRequest, topology: AskTopology, authorization: Authorization
) -> StreamingResponse:
    """Columns: `profile_id` int64, `profile_type` string, `values` fixed-size list of float32, one value per step.

    Values are means in the profile's unit (kW, pu, <currency>/kWh, kg/kWh); a finer native step is averaged, a coarser
    one is held. The schema's metadata has `assignments` (JSON `[[house_id, profile_id, scale], …]`), `units` (JSON
    `{profile_id: unit}`), `start`, `end`, `step_minutes` and `hash` (sha256: equal content, equal hash).
    """
    bundle = service.prepare(caller, body, topology, authorization)
    return StreamingResponse(service.stream(bundle), media_type=MEDIA_TYPE)
