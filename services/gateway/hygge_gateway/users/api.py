"""CRUD of /users for admins."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from hygge_core.app import API_PREFIX
from hygge_core.auth import Admin
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_gateway.base import RowId
from hygge_gateway.origin import From
from hygge_gateway.users import service
from hygge_gateway.users.schemas import UserChange, UserCreate, UserRole, UserView

router = APIRouter(prefix="/users", tags=["users"], route_class=Route)


@router.get("")
def list_users(
    _admin: Admin, paging: Paging, role: Annotated[UserRole | None, Query(description="Only this role")] = None
) -> Page[UserView]:
    """All users (admin)."""
    return service.listing(paging, role)


@router.post("", status_code=201)
def create_user(body: UserCreate, admin: Admin, origin: From, response: Response) -> UserView:
    """Make a user of any role (admin)."""
    user = service.create(body, admin, origin)
    response.headers["Location"] = f"{API_PREFIX}/users/{user.id}"
    return user


@router.get("/{user_id}")
def get_user(user_id: RowId, _admin: Admin) -> UserView:
    """One user (admin)."""
    return service.find(user_id)


@router.patch("/{user_id}")
def change_user(user_id: RowId, body: UserChange, admin: Admin, origin: From) -> UserView:
    """Change role, password, state or contact data (admin). The last admin can't be taken away: 409."""
    return service.change(user_id, body, admin, origin)


@router.delete("/{user_id}/lockout", status_code=204)
def unlock_user(user_id: RowId, admin: Admin, origin: From) -> None:
    """Forget a user's failed sign-ins, and with them a lock (admin)."""
    service.unlock(user_id, admin, origin)


@router.delete("/{user_id}", status_code=204)
def delete_user(user_id: RowId, admin: Admin, origin: From) -> None:
    """Delete a user (admin). The name is not given out again, because houses name their owner by it."""
    service.delete(user_id, admin, origin)
