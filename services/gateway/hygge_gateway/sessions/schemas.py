"""What goes in and out of /auth."""

from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from hygge_gateway.users.schemas import Password, UserView


@dataclass(frozen=True, slots=True)
class Issued:
    """A new pair of tokens, before it is known how the refresh token travels."""

    access_token: str
    expires_in: int
    refresh_token: str
    refresh_seconds: int


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

    @classmethod
    def of(cls, issued: Issued) -> Self:
        return cls.model_validate(issued, from_attributes=True)


class RegisteredUser(UserView, Tokens):
    """The new user, already signed in."""


class BrowserTokens(BaseModel):
    """An access token for the Authorization header; the refresh token is in a cookie that scripts can't read."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"
    expires_in: int = Field(description="Seconds until the access token ends")
    csrf_token: str = Field(
        description="For the header X-CSRF-Token of refreshing and signing out; the same through the whole session, "
        "and also in the cookie hygge_csrf, which scripts can read"
    )


class RegisteredBrowserUser(UserView, BrowserTokens):
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
