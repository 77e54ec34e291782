"""/users/{id}/grants, and /grants for operators who know a user by name only."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from hygge_core.app import API_PREFIX
from hygge_core.auth import Admin, Editor
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_gateway.base import RowId
from hygge_gateway.grants import service
from hygge_gateway.grants.schemas import GrantByName, GrantCreate, GrantView
from hygge_gateway.grants.service import GrantService
from hygge_gateway.origin import From

router = APIRouter(tags=["grants"], route_class=Route)


async def _service(request: Request) -> GrantService:
    grants: GrantService = request.app.state.grants
    return grants


Grants = Annotated[GrantService, Depends(_service)]
Authorization = Annotated[str, Header(include_in_schema=False)]


@router.get("/users/{user_id}/grants")
def list_grants(user_id: RowId, _admin: Admin, paging: Paging) -> Page[GrantView]:
    """The grids that a user was given (admin)."""
    return service.listing(user_id, paging)


@router.post("/users/{user_id}/grants", status_code=201)
def give_grant(
    *,
    user_id: RowId,
    body: GrantCreate,
    caller: Editor,
    grants: Grants,
    origin: From,
    authorization: Authorization,
    response: Response,
) -> GrantView:
    """Give a grid to a user (admin, or the operator who created the grid)."""
    grant = grants.give(user_id, body, caller, authorization, origin)
    response.headers["Location"] = _location(grant)
    return grant


@router.post("/grants", status_code=201)
def give_grant_by_name(
    *,
    body: GrantByName,
    caller: Editor,
    grants: Grants,
    origin: From,
    authorization: Authorization,
    response: Response,
) -> GrantView:
    """Give a grid to a user by name (admin, or the operator who created the grid)."""
    grant = grants.give_by_name(body, caller, authorization, origin)
    response.headers["Location"] = _location(grant)
    return grant


@router.delete("/users/{user_id}/grants/{grid_id}", status_code=204)
def take_grant(
    *, user_id: RowId, grid_id: RowId, caller: Editor, grants: Grants, origin: From, authorization: Authorization
) -> None:
    """Take a grid back. Tokens that are out keep it until they end."""
    grants.take(user_id, grid_id, caller, authorization, origin)


def _location(grant: GrantView) -> str:
    return f"{API_PREFIX}/users/{grant.user_id}/grants/{grant.grid_id}"
