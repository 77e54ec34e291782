"""What a reader of the audit log sees."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Event(StrEnum):
    """All security-relevant events."""

    LOGIN_SUCCEEDED = "login_succeeded"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    REFRESH_REUSED = "refresh_token_reused"
    TOKEN_ISSUED = "service_token_issued"
    TOKEN_REFUSED = "service_token_refused"
    PASSWORD_CHANGED = "password_changed"
    USER_REGISTERED = "user_registered"
    USER_CREATED = "user_created"
    USER_CHANGED = "user_changed"
    USER_DELETED = "user_deleted"
    GRANT_GIVEN = "grant_given"
    GRANT_TAKEN = "grant_taken"


class AuditEntry(BaseModel):
    """One row of the audit log."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime = Field(description="UTC")
    event: Event
    actor_id: int | None = Field(description="User id of who did it; null if not signed in")
    actor_name: str | None = Field(description="User name as given; of a failed sign-in, the name that was tried")
    subject: str | None = Field(description="What it was done to, such as user:7 or session:12")
    address: str | None = Field(description="IP address of the client")
    request_id: str | None
    details: dict[str, Any]
