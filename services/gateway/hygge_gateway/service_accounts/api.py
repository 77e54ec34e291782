"""/service-accounts, for admins."""

from fastapi import APIRouter, Response

from hygge_core.app import API_PREFIX
from hygge_core.auth import Admin
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_gateway.base import RowId
from hygge_gateway.grants.api import Authorization, Grants
from hygge_gateway.origin import From
from hygge_gateway.service_accounts import service
from hygge_gateway.service_accounts.schemas import (
    SecretRotation,
    ServiceAccountChange,
    ServiceAccountCreate,
    ServiceAccountSecretView,
    ServiceAccountView,
)
from hygge_gateway.sessions.dependencies import NO_STORE

router = APIRouter(prefix="/service-accounts", tags=["service accounts"], route_class=Route)


@router.get("")
def list_service_accounts(_admin: Admin, paging: Paging) -> Page[ServiceAccountView]:
    """All machines' accounts (admin)."""
    return service.listing(paging)


@router.post("", status_code=201)
def create_service_account(
    *,
    body: ServiceAccountCreate,
    admin: Admin,
    grants: Grants,
    authorization: Authorization,
    origin: From,
    response: Response,
) -> ServiceAccountSecretView:
    """Make an account for a machine (admin). The answer shows its secret, this once."""
    made = service.create(body, admin, grants.creator_of, authorization, origin)
    response.headers.update({**NO_STORE, "Location": f"{API_PREFIX}/service-accounts/{made.id}"})
    return made


@router.get("/{account_id}")
def get_service_account(account_id: RowId, _admin: Admin) -> ServiceAccountView:
    """One machine's account (admin)."""
    return service.find(account_id)


@router.patch("/{account_id}")
def change_service_account(
    account_id: RowId, body: ServiceAccountChange, admin: Admin, origin: From
) -> ServiceAccountView:
    """Change the role, or switch the account off and on (admin). Tokens that are out end within ten minutes."""
    return service.change(account_id, body, admin, origin)


@router.post("/{account_id}/secret")
def rotate_service_account_secret(
    account_id: RowId, body: SecretRotation, admin: Admin, origin: From, response: Response
) -> ServiceAccountSecretView:
    """Give the account a new secret (admin); the one before stays valid for `overlap_hours`, older ones end now."""
    response.headers.update(NO_STORE)
    return service.rotate(account_id, body, admin, origin)


@router.delete("/{account_id}", status_code=204)
def delete_service_account(account_id: RowId, admin: Admin, origin: From) -> None:
    """Delete an account with its secrets and grants (admin). Its name is not given out again."""
    service.delete(account_id, admin, origin)
