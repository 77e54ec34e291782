"""Rules of grants: an admin gives any grid, an operator those that they created (topology knows which)."""

from collections.abc import Callable
from dataclasses import dataclass
from ssl import SSLContext

from hygge_core.auth import Principal, Role
from hygge_core.client import ServiceClient
from hygge_core.database import reading, transaction
from hygge_core.errors import Finding, InvalidInput, NotAllowed, NotFound
from hygge_core.paging import Page, PageRequest, page
from hygge_gateway.audit.schemas import Event
from hygge_gateway.audit.service import record
from hygge_gateway.base import database
from hygge_gateway.grants import repository
from hygge_gateway.grants.schemas import GrantByName, GrantCreate, GrantView
from hygge_gateway.origin import Origin
from hygge_gateway.users import repository as users
from hygge_gateway.users.tables import User

# Who created a grid, asked with the caller's own Authorization header.
CreatorOf = Callable[[int, str], int]


def ask_topology(base_url: str, verify: SSLContext | bool = True) -> CreatorOf:
    """Asks topology; NotFound for a grid that the caller can't see."""

    def creator_of(grid_id: int, authorization: str) -> int:
        client = ServiceClient(base_url, lambda: authorization, peer="topology", timeout_seconds=10.0, verify=verify)
        try:
            return int(client.get(f"/api/v1/grids/{grid_id}/nodes").json()["created_by"])
        finally:
            client.close()

    return creator_of


@dataclass(frozen=True, slots=True)
class GrantService:
    """Giving, listing and taking back."""

    creator_of: CreatorOf

    def give(self, user_id: int, body: GrantCreate, caller: Principal, authorization: str, origin: Origin) -> GrantView:
        self._check_owner(body.grid_id, caller, authorization)
        with transaction(database):
            return _give(users.by_id(user_id), body, caller, origin)

    def give_by_name(self, body: GrantByName, caller: Principal, authorization: str, origin: Origin) -> GrantView:
        self._check_owner(body.grid_id, caller, authorization)
        with transaction(database):
            return _give(users.by_name(body.username), body, caller, origin)

    def take(self, user_id: int, grid_id: int, caller: Principal, authorization: str, origin: Origin) -> None:
        # An admin may also tidy up what is left of a deleted grid, which topology does not know any more.
        if caller.role is not Role.ADMIN:
            self._check_owner(grid_id, caller, authorization)
        with transaction(database):
            if not repository.delete(user_id, grid_id):
                raise NotFound("There is no such grant.")
            record(Event.GRANT_TAKEN, origin, actor=caller, subject=f"user:{user_id}", grid_id=grid_id)

    def _check_owner(self, grid_id: int, caller: Principal, authorization: str) -> None:
        """The grid must exist, and be the caller's own unless an admin asks."""
        created_by = self.creator_of(grid_id, authorization)
        if caller.role is not Role.ADMIN and created_by != caller.user_id:
            raise NotAllowed("Only who created a grid, or an admin, can give it to others.")


def listing(user_id: int, paging: PageRequest) -> Page[GrantView]:
    with reading(database):
        if users.by_id(user_id) is None:
            raise NotFound("There is no such user.")
        rows = repository.of_user(user_id, paging.after, paging.limit + 1)
    return page([GrantView.model_validate(row) for row in rows], paging, lambda grant: grant.id)


def _give(user: User | None, body: GrantCreate, caller: Principal, origin: Origin) -> GrantView:
    if user is None:
        raise NotFound("There is no such user.")
    _check_role(user, body)
    grant = repository.upsert(user.id, body.grid_id, body.access, caller.user_id)
    subject = f"user:{user.id}"
    record(Event.GRANT_GIVEN, origin, actor=caller, subject=subject, grid_id=body.grid_id, access=body.access)
    return GrantView.model_validate(grant)


def _check_role(user: User, body: GrantCreate) -> None:
    """A grant that the user's role can't use would only look like access."""
    able = {"operate": ("operator",), "view": ("operator", "viewer")}[body.access]
    if user.role not in able:
        message = f"{user.username} is {user.role}; this needs the role {' or '.join(able)}"
        raise InvalidInput([Finding("access", message)])
