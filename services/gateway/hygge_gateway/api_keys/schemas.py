"""API keys as clients see and send them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hygge_gateway.users.schemas import UserRole

MAX_DAYS = 365
MAX_GRIDS = 100
GridId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class ApiKeyCreate(BaseModel):
    """A key never may more than its owner may at the time of its use; role and grids narrow it further."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]+$")]
    expires_in_days: int = Field(90, ge=1, le=MAX_DAYS)
    role: UserRole | None = Field(
        None,
        description="At most this role: operator for an admin; viewer reads what was given, or `grids`; null: yours",
    )
    grids: Annotated[list[GridId], Field(min_length=1, max_length=MAX_GRIDS)] | None = Field(
        None, description="Only these grids, and what the key itself makes; null: all that are yours"
    )


class ApiKeyView(BaseModel):
    """A key without its secret part."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    user_id: int
    public_id: str = Field(description="The middle part of the key, to know it again by")
    name: str
    role: UserRole | None
    grids: list[int] | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = Field(description="Within a minute")


class NewApiKey(ApiKeyView):
    """A key, shown this once."""

    key: str = Field(description="For 'Authorization: Bearer …' or 'X-API-Key: …'. It is not stored: keep it now")
