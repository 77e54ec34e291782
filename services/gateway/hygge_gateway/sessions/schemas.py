"""What goes in and out of /auth."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hygge_gateway.users.schemas import Password, UserView


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Login(_Input):
    """Credentials."""

    username: Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00]+$")]
    password: Annotated[str, Field(min_length=1, max_length=1024)]


class Refresh(_Input):
    """The refresh token of the answer before; each works once."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=512)]


class Logout(_Input):
    """The session to end; without it all sessions of the caller end."""

    refresh_token: Annotated[str | None, Field(max_length=512)] = None


class PasswordChange(_Input):
    """The old password proves that it is you."""

    current_password: Annotated[str, Field(min_length=1, max_length=1024)]
    new_password: Password


class Tokens(BaseModel):
    """An access token for the Authorization header, and the refresh token that gets the next pair."""

    access_token: str
    refresh_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="Seconds until the access token ends")


class RegisteredUser(UserView, Tokens):
    """The new user, already signed in."""


class ServiceTokenAnswer(BaseModel):
    """An access token by client credentials (RFC 6749, 4.4); no refresh token."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="Seconds until the access token ends")


class Me(UserView):
    """The caller, with the grids they were given."""

    operates: list[int] = Field(description="Ids of grids given to operate")
    views: list[int] = Field(description="Ids of grids given to read")


class JwkSet(BaseModel):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, str]]
