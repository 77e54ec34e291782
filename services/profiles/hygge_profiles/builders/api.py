"""Routes of builders."""

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Query, Request, Response

from hygge_core.auth import Caller
from hygge_core.caching import unchanging
from hygge_core.routes import Route
from hygge_profiles.access import Writer
from hygge_profiles.builders import service
from hygge_profiles.builders.schemas import Build, BuildersOut, BuildPreview
from hygge_profiles.profiles.schemas import ProfileOut

router = APIRouter(tags=["builders"], route_class=Route)


@router.get("/profiles/builders", summary="List the builders with the schema of their parameters")
def list_builders(_caller: Caller) -> BuildersOut:
    unchanging("builders")
    return service.catalog()


@router.post(
    "/profiles/build",
    status_code=201,
    summary="Create a profile from a named builder and its parameters",
    response_model=ProfileOut,
    responses={
        200: {"model": BuildPreview, "description": "Dry run: what would be stored"},
        422: {"description": "What is wrong with the period or the parameters; nothing was stored"},
    },
)
async def build_profile(
    caller: Writer,
    request: Request,
    response: Response,
    body: Build,
    dry_run: Annotated[bool, Query(description="Answer figures, daily means and the mean day; store nothing")] = False,
) -> ProfileOut | Response:
    """The same body gives the same values, to the last bit, on the same version of builder and libraries.

    `config_details` of the profile keeps builder, version, parameters, period and the hashes of the profiles it was
    made from, so it can be built again.
    """
    # Big builds take seconds of a core: no more at once than uploads.
    limiter = request.app.state.build_slots
    if dry_run:
        preview = await anyio.to_thread.run_sync(lambda: service.try_out(caller, body), limiter=limiter)
        return Response(preview.model_dump_json(), media_type="application/json")
    stored = await anyio.to_thread.run_sync(lambda: service.build(caller, body), limiter=limiter)
    response.headers["Location"] = f"/api/v1/profiles/{stored.id}"
    return stored
