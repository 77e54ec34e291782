"""Where a request came from, as the audit log keeps it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request


@dataclass(frozen=True, slots=True)
class Origin:
    """The client's address (as the trusted proxies in front give it) and the request's id."""

    address: str | None
    request_id: str | None


async def origin_of(request: Request) -> Origin:
    """FastAPI dependency."""
    return Origin(request.client.host if request.client else None, request.scope.get("hygge.request_id"))


From = Annotated[Origin, Depends(origin_of)]
