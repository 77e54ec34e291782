"""Routes of networks: a grid has one or none."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from hygge_core.auth import Caller
from hygge_core.routes import Route
from hygge_topology.networks import service
from hygge_topology.networks.schemas import EXAMPLE, NetworkFields
from hygge_topology.openapi import NodeId, Writer

router = APIRouter(prefix="/grids/{grid_id}/network", tags=["networks"], route_class=Route)

BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/NetworkFields"}, "example": EXAMPLE},
        },
    }
}


@router.get("", summary="Read the electrical network of a grid")
def get_network(caller: Caller, grid_id: NodeId) -> NetworkFields:
    return service.get(caller, grid_id)


@router.put("", summary="Give a grid an electrical network, in place of the one before", openapi_extra=BODY)
def put_network(caller: Writer, grid_id: NodeId, network: Annotated[dict[str, Any], Body()]) -> NetworkFields:
    """All findings are answered together, each with its path."""
    return service.put(caller, grid_id, network)


@router.delete("", status_code=204, summary="Take the electrical network of a grid away")
def delete_network(caller: Writer, grid_id: NodeId) -> None:
    service.remove(caller, grid_id)
