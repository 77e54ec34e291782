"""What this service asks topology: who may see a grid, and which houses it has."""

from contextvars import ContextVar
from dataclasses import dataclass
from ssl import SSLContext
from typing import Protocol

from hygge_core.client import ServiceClient


@dataclass(frozen=True, slots=True)
class GridNodes:
    """A grid as the caller sees it: its creator, the caller's access and the ids of the houses."""

    grid_id: int
    created_by: int
    may_operate: bool
    house_ids: frozenset[int]


class Topology(Protocol):
    """The questions; tests answer them without a server."""

    def nodes(self, grid_id: int, authorization: str) -> GridNodes:
        """The grid for the bearer of `authorization`; NotFound when there is none or it is not theirs to see."""


class HttpTopology:
    """Asks the topology service with the caller's own token, so that the answer is what the caller may see."""

    def __init__(self, base_url: str, verify: SSLContext | bool = True) -> None:
        self._authorization: ContextVar[str] = ContextVar("authorization", default="")
        self._client = ServiceClient(
            base_url, self._authorization.get, peer="topology", timeout_seconds=10.0, verify=verify
        )

    def close(self) -> None:
        self._client.close()

    def nodes(self, grid_id: int, authorization: str) -> GridNodes:
        """`GET /grids/{grid_id}/nodes`; errors of topology are passed on."""
        self._authorization.set(authorization)
        body = self._client.get(f"/api/v1/grids/{grid_id}/nodes").json()
        return GridNodes(
            grid_id=int(body["grid_id"]),
            created_by=int(body["created_by"]),
            may_operate=body["access"] == "operate",
            house_ids=frozenset(int(house["id"]) for house in body["houses"]),
        )
