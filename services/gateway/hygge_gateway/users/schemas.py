"""Users as clients see and send them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hygge_core.auth import Role

UserRole = Literal["admin", "operator", "viewer", "participant"]
Username = Annotated[str, Field(min_length=3, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]+$")]
# The rules of passwords.weakness are told as findings; the bound here only keeps hashing cheap.
Password = Annotated[str, Field(max_length=1024, description="At least 8 characters, none of the most used ones")]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")]
DisplayName = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Registration(_Input):
    """Who registers becomes a participant."""

    username: Username
    password: Password
    email: Email | None = None
    display_name: DisplayName | None = None


class UserCreate(Registration):
    """A user made by an admin."""

    role: UserRole = "participant"


class UserChange(_Input):
    """Fields that are left out stay as they are. A new role, password or `active` ends the user's sessions."""

    role: UserRole | None = None
    active: bool | None = None
    password: Password | None = None
    email: Email | None = None
    display_name: DisplayName | None = None


class UserView(BaseModel):
    """A user; never with the password."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    username: str
    role: Role
    email: str | None
    display_name: str | None
    active: bool
    local_login: bool = Field(description="Whether the user can sign in here; false for who does it at a provider only")
    created_at: datetime
    updated_at: datetime
