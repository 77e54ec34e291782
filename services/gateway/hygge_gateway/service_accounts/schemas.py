"""Service accounts as admins see and send them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

AccountRole = Literal["operator", "viewer"]
GridId = Annotated[int, Field(ge=1, le=2**63 - 1)]
MAX_OVERLAP_HOURS = 7 * 24


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ServiceAccountCreate(_Input):
    """An operator makes what is its own and operates the grids it is given; a viewer reads them."""

    name: Annotated[str, Field(min_length=3, max_length=48, pattern=r"^[a-z][a-z0-9-]+$")]
    role: AccountRole
    grids: Annotated[list[GridId], Field(max_length=100)] = Field(
        default_factory=list, description="Given to operate, or to a viewer to read; more by /users/{user_id}/grants"
    )


class ServiceAccountChange(_Input):
    """Fields that are left out stay as they are. Tokens that are out keep the old role until they end."""

    role: AccountRole | None = None
    active: bool | None = None


class SecretRotation(_Input):
    """How long the secret before stays valid beside the new one."""

    overlap_hours: int = Field(24, ge=0, le=MAX_OVERLAP_HOURS)


class SecretView(BaseModel):
    """A valid secret, without itself."""

    model_config = ConfigDict(from_attributes=True)

    created_at: datetime
    expires_at: datetime | None = Field(description="Null: until it is rotated")
    last_used_at: datetime | None = Field(description="Within a minute")


class ServiceAccountView(BaseModel):
    """A machine's account."""

    id: int
    user_id: int = Field(description="Its id among the users, for grants and in the audit log")
    name: str
    client_id: str
    role: AccountRole
    active: bool
    operates: list[int]
    views: list[int]
    secrets: list[SecretView] = Field(description="The valid ones, newest first; two while one takes over")
    created_by: int = Field(description="User id")
    created_at: datetime


class ServiceAccountSecretView(ServiceAccountView):
    """An account with its new secret, shown this once."""

    client_secret: str = Field(description="For POST /auth/token with grant_type=client_credentials; keep it now")
