"""Lists: `?limit=&cursor=`, answered `{items, next_cursor}`. The cursor is opaque and names the last id seen."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from hygge_core.errors import Finding, InvalidInput

MAX_LIMIT = 1000
# The largest bigint: what a table can have as an id.
MAX_ID = 2**63 - 1
Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[Item]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`after`: the last id of the page before (0 at the start), `limit`: how many items at the most."""

    limit: int
    after: int


async def page_request(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Items at the most")] = 100,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before")] = None,
) -> PageRequest:
    """FastAPI dependency for list routes."""
    return PageRequest(limit, decode_cursor(cursor) if cursor else 0)


Paging = Annotated[PageRequest, Depends(page_request)]


def encode_cursor(last_id: int) -> str:
    return base64.urlsafe_b64encode(str(last_id).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    try:
        last_id = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not 0 <= last_id <= MAX_ID:
            raise ValueError(cursor)
        return last_id
    except (ValueError, binascii.Error) as error:
        raise InvalidInput([Finding("cursor", "not a cursor of this list; leave it out to start again")]) from error


def page(rows: Sequence[Item], request: PageRequest, id_of: Callable[[Item], int]) -> Page[Item]:
    """A page from up to `limit + 1` rows (the surplus row only shows that there are more)."""
    items = list(rows[: request.limit])
    more = len(rows) > request.limit
    return Page(items=items, next_cursor=encode_cursor(id_of(items[-1])) if more else None)
