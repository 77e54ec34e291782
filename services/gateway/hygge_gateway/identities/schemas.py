"""Signing in elsewhere as clients see it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class SignInWays(BaseModel):
    """What a sign-in page offers."""

    local_passwords: bool = Field(description="Whether user names and passwords of this gateway are taken")
    provider: bool = Field(description="Whether one can sign in at an OpenID Connect provider")
    label: str | None = Field(description="The provider's name for people; null without one")
    start_path: str | None = Field(description="Where a browser goes to sign in, with `return_to`; null without one")
    logout_path: str | None = Field(description="Where a browser goes to sign out at the provider; null without one")


class IdentityLink(BaseModel):
    """The provider's name for a user: the claim `sub` of their tokens."""

    model_config = ConfigDict(extra="forbid")

    subject: Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00]+$")]


class IdentityView(BaseModel):
    """Which subject of which provider a user is."""

    model_config = ConfigDict(from_attributes=True)

    user_id: int
    issuer: str
    subject: str
    linked_by: int | None = Field(description="User id of the admin who linked it; null if the first sign-in did")
    created_at: datetime
    last_login_at: datetime | None
