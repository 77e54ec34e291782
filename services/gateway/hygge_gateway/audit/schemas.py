"""What a reader of the audit log sees."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Event(StrEnum):
    """All security-relevant events."""

    LOGIN_SUCCEEDED = "login_succeeded"
    LOGIN_FAILED = "login_failed"
    LOGIN_LOCKED = "login_locked"
    LOGIN_UNLOCKED = "login_unlocked"
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
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    API_KEY_CREATED = "api_key_created"
    API_KEY_REVOKED = "api_key_revoked"
    ACCOUNT_CREATED = "service_account_created"
    ACCOUNT_CHANGED = "service_account_changed"
    ACCOUNT_ROTATED = "service_account_rotated"
    ACCOUNT_DELETED = "service_account_deleted"


def _hexadecimal(value: Any) -> Any:
    return value if isinstance(value, str) else bytes(value).hex()


Hash = Annotated[str, BeforeValidator(_hexadecimal), Field(pattern="^[0-9a-f]{64}$")]


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
    position: int = Field(description="Place in the chain: 1, 2, 3 … without gaps")
    hash: Hash = Field(description="SHA-256 over this entry and the hash of the entry before")


class AuditHead(BaseModel):
    """The newest entry of the chain. Kept elsewhere it proves later that nothing up to it has changed."""

    model_config = ConfigDict(from_attributes=True)

    position: int = Field(description="How many entries there are; 0 in an empty log")
    hash: Hash


class AuditFault(BaseModel):
    """The first entry that is not what was written."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    entry_id: int | None = Field(description="Null for an entry that is missing")
    reason: str


class AuditVerification(BaseModel):
    """What came of following a part of the chain."""

    intact: bool
    from_position: int = Field(description="The first entry that was looked at")
    checked: int = Field(description="How many entries fit")
    head: AuditHead | None = Field(description="The last entry that fits; null if none does")
    fault: AuditFault | None
