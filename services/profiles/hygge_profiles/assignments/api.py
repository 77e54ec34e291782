"""Routes of assignments."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_profiles.access import AskTopology, Authorization, Writer
from hygge_profiles.assignments import service
from hygge_profiles.assignments.schemas import AssignmentIn, AssignmentList, AssignmentOut, AssignmentPatch
from hygge_profiles.assignments.service import Asker
from hygge_profiles.fields import PathId

router = APIRouter(tags=["assignments"], route_class=Route)


async def _reader(caller: Caller, topology: AskTopology, authorization: Authorization) -> Asker:
    return Asker(caller, topology, authorization)


async def _writer(caller: Writer, topology: AskTopology, authorization: Authorization) -> Asker:
    return Asker(caller, topology, authorization)


Reader = Annotated[Asker, Depends(_reader)]
WriterAsker = Annotated[Asker, Depends(_writer)]


@router.get("/grids/{grid_id}/assignments", summary="List which houses of a grid follow which profiles")
def list_assignments(asker: Reader, grid_id: PathId, paging: Paging) -> Page[AssignmentOut]:
    return service.select(asker, grid_id, paging)


@router.put("/grids/{grid_id}/assignments", summary="Replace the whole list of a grid")
def put_assignments(
    asker: WriterAsker, grid_id: PathId, body: Annotated[AssignmentList, Body()]
) -> Page[AssignmentOut]:
    """All or nothing: every wrong entry is reported with its index (`3.house_id`), and then nothing changes."""
    return Page(items=service.replace(asker, grid_id, body), next_cursor=None)


@router.post("/grids/{grid_id}/assignments", status_code=201, summary="Let a house follow a profile")
def post_assignment(asker: WriterAsker, grid_id: PathId, body: AssignmentIn, response: Response) -> AssignmentOut:
    stored = service.create(asker, grid_id, body)
    response.headers["Location"] = f"/api/v1/assignments/{stored.id}"
    return stored


@router.get("/assignments/{assignment_id}", summary="Read an assignment")
def get_assignment(asker: Reader, assignment_id: PathId) -> AssignmentOut:
    return service.get(asker, assignment_id)


@router.patch("/assignments/{assignment_id}", summary="Change house, profile or scale of an assignment")
def patch_assignment(asker: WriterAsker, assignment_id: PathId, body: AssignmentPatch) -> AssignmentOut:
    return service.update(asker, assignment_id, body)


@router.delete("/assignments/{assignment_id}", status_code=204, summary="Remove an assignment")
def delete_assignment(asker: WriterAsker, assignment_id: PathId) -> None:
    service.delete(asker, assignment_id)
