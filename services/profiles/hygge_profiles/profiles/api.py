"""Routes of profiles."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_profiles.access import AskTopology, Authorization, Writer
from hygge_profiles.fields import MAX_ID, PathId, Text
from hygge_profiles.profiles import service
from hygge_profiles.profiles.schemas import Filters, ProfileCreate, ProfileOut, ProfilePatch, SourceType
from hygge_profiles.units import ProfileType

router = APIRouter(tags=["profiles"], route_class=Route)


@router.get("/profiles", summary="List profiles that the caller may see")
def list_profiles(
    caller: Caller,
    paging: Paging,
    *,
    profile_type: ProfileType | None = None,
    source_type: SourceType | None = None,
    grid_id: Annotated[
        int | None, Query(ge=1, le=MAX_ID, description="Only profiles assigned to houses of this grid")
    ] = None,
    name: Annotated[Text | None, Query(max_length=200, description="Only names that contain this text")] = None,
) -> Page[ProfileOut]:
    return service.select(caller, Filters(profile_type, source_type, grid_id, name), paging)


@router.post("/profiles", status_code=201, summary="Create a profile from values given inline")
def create_profile(caller: Writer, body: ProfileCreate, response: Response) -> ProfileOut:
    """Energy per step (kWh, Wh, MWh) is stored as mean power in kW; values are kept as 32-bit floats."""
    stored = service.create(caller, body)
    response.headers["Location"] = f"/api/v1/profiles/{stored.id}"
    return stored


@router.get("/profiles/{profile_id}", summary="Read a profile (without its values)")
def get_profile(caller: Caller, profile_id: PathId) -> ProfileOut:
    return service.get(caller, profile_id)


@router.patch("/profiles/{profile_id}", summary="Change the name or the notes of a profile")
def patch_profile(caller: Writer, profile_id: PathId, body: ProfilePatch) -> ProfileOut:
    return service.update(caller, profile_id, body)


@router.delete(
    "/profiles/{profile_id}",
    status_code=204,
    summary="Delete a profile",
    responses={409: {"description": "Houses follow this profile"}},
)
def delete_profile(caller: Writer, profile_id: PathId, topology: AskTopology, authorization: Authorization) -> None:
    service.delete(caller, profile_id, topology, authorization)
