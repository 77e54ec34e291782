"""Who may write profiles, and what the routes need of a request."""

from typing import Annotated

from fastapi import Depends, Request

from hygge_core.auth import Principal, Role, require
from hygge_profiles.topology import Topology

# Services (builders, forecasts) store profiles too.
Writer = Annotated[Principal, Depends(require(Role.ADMIN, Role.OPERATOR, Role.SERVICE))]


async def _topology(request: Request) -> Topology:
    topology: Topology = request.app.state.topology
    return topology


async def _authorization(request: Request) -> str:
    return request.headers.get("authorization", "")


AskTopology = Annotated[Topology, Depends(_topology)]
Authorization = Annotated[str, Depends(_authorization)]
