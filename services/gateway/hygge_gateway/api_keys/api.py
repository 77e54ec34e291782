"""/users/me/api-keys: one's own keys; /users/{id}/api-keys: anybody's, for admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from hygge_core.app import API_PREFIX
from hygge_core.auth import Admin, Caller
from hygge_core.errors import NotAllowed
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_gateway.api_keys import service
from hygge_gateway.api_keys.schemas import ApiKeyCreate, ApiKeyView, NewApiKey
from hygge_gateway.api_keys.service import ApiKeyService
from hygge_gateway.base import RowId
from hygge_gateway.origin import From
from hygge_gateway.sessions.dependencies import NO_STORE

router = APIRouter(prefix="/users", tags=["api keys"], route_class=Route)


async def _service(request: Request) -> ApiKeyService:
    keys: ApiKeyService = request.app.state.api_keys
    return keys


async def _account_holder(caller: Caller) -> None:
    if caller.user_id == 0:
        raise NotAllowed("A service has no API keys.")


Keys = Annotated[ApiKeyService, Depends(_service)]
of_an_account = [Depends(_account_holder)]


@router.get("/me/api-keys", dependencies=of_an_account)
def list_own_api_keys(caller: Caller, paging: Paging) -> Page[ApiKeyView]:
    """One's own keys that were not revoked."""
    return service.listing(caller.user_id, paging)


@router.post("/me/api-keys", status_code=201, dependencies=of_an_account)
def create_api_key(body: ApiKeyCreate, caller: Caller, keys: Keys, origin: From, response: Response) -> NewApiKey:
    """Make a key for a program of one's own. The answer shows it, this once."""
    made = keys.create(body, caller, origin)
    response.headers.update({**NO_STORE, "Location": f"{API_PREFIX}/users/me/api-keys/{made.id}"})
    return made


@router.delete("/me/api-keys/{key_id}", status_code=204, dependencies=of_an_account)
def revoke_own_api_key(key_id: RowId, caller: Caller, origin: From) -> None:
    """Revoke a key; within ten seconds it works nowhere any more."""
    service.revoke(caller.user_id, key_id, caller, origin)


@router.get("/{user_id}/api-keys")
def list_api_keys(user_id: RowId, _admin: Admin, paging: Paging) -> Page[ApiKeyView]:
    """A user's keys that were not revoked (admin)."""
    return service.listing(user_id, paging)


@router.delete("/{user_id}/api-keys/{key_id}", status_code=204)
def revoke_api_key(user_id: RowId, key_id: RowId, admin: Admin, origin: From) -> None:
    """Revoke a user's key (admin); within ten seconds it works nowhere any more."""
    service.revoke(user_id, key_id, admin, origin)
