"""The error tree. Each error carries its HTTP status and a stable code; the app factory turns it into RFC 9457.

HyggeError                 500  internal
├── InvalidInput           422  invalid-input      with all findings
├── BadRequest             400  bad-request
├── NotAuthenticated       401  not-authenticated
├── NotAllowed             403  not-allowed
├── NotFound               404  not-found          also for what the caller may not see
├── TooSlow                408  too-slow           the request itself, and the connection is closed
├── Conflict               409  conflict
├── TooLarge               413  too-large
├── UnsupportedMedia       415  unsupported-media
├── TooManyRequests        429  too-many-requests  with Retry-After
├── Unavailable            503  unavailable        with Retry-After
└── UpstreamTimeout        504  upstream-timeout
"""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with an input: where (a dotted path, or 'line 7') and what."""

    field: str
    message: str

    def as_json(self) -> dict[str, str]:
        return {"field": self.field, "message": self.message}


class HyggeError(Exception):
    """Base of all errors that a client may see. `detail` says what to do."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str = "", *, retry_after_seconds: int | None = None) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.retry_after_seconds = retry_after_seconds

    def members(self) -> dict[str, Any]:
        """Extension members of the problem document."""
        return {}


class InvalidInput(HyggeError):
    """The input was read and is wrong; `findings` lists everything that is."""

    status = 422
    code = "invalid-input"
    title = "Invalid input"

    def __init__(self, findings: list[Finding], detail: str = "") -> None:
        count = len(findings)
        super().__init__(detail or f"{count} {'finding' if count == 1 else 'findings'}; nothing was stored.")
        self.findings = findings

    def members(self) -> dict[str, Any]:
        return {"errors": [finding.as_json() for finding in self.findings]}


class BadRequest(HyggeError):
    status = 400
    code = "bad-request"
    title = "Bad request"


class NotAuthenticated(HyggeError):
    status = 401
    code = "not-authenticated"
    title = "Not authenticated"


class NotAllowed(HyggeError):
    status = 403
    code = "not-allowed"
    title = "Not allowed"


class NotFound(HyggeError):
    """Missing, or not the caller's to see: the answer is the same."""

    status = 404
    code = "not-found"
    title = "Not found"


class TooSlow(HyggeError):
    status = 408
    code = "too-slow"
    title = "The request took too long to arrive"


class Conflict(HyggeError):
    status = 409
    code = "conflict"
    title = "Conflict"


class TooLarge(HyggeError):
    status = 413
    code = "too-large"
    title = "Too large"


class UnsupportedMedia(HyggeError):
    status = 415
    code = "unsupported-media"
    title = "Unsupported media type"


class TooManyRequests(HyggeError):
    status = 429
    code = "too-many-requests"
    title = "Too many requests"


class Unavailable(HyggeError):
    """Always with a Retry-After: a client that is told to wait wants to know for how long."""

    status = 503
    code = "unavailable"
    title = "Temporarily unavailable"

    def __init__(self, detail: str = "", *, retry_after_seconds: int | None = 5) -> None:
        super().__init__(detail, retry_after_seconds=5 if retry_after_seconds is None else retry_after_seconds)


class UpstreamTimeout(HyggeError):
    status = 504
    code = "upstream-timeout"
    title = "A service behind did not answer in time"
