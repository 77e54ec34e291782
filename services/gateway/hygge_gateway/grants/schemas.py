"""Grants as clients see and send them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Access = Literal["operate", "view"]


class GrantCreate(BaseModel):
    """Giving again replaces the access given before."""

    model_config = ConfigDict(extra="forbid")

    grid_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    access: Access = Field(description="operate: change and run it (operators only); view: read it")


class GrantByName(GrantCreate):
    """For operators, who know people by name only."""

    username: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00]+$")]


class GrantView(BaseModel):
    """One grid given to one user. It is in the user's tokens from their next sign-in or refresh on."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: int
    grid_id: int
    access: Access
    granted_by: int = Field(description="User id")
    created_at: datetime
