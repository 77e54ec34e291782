"""Routes of transformers."""

from fastapi import APIRouter, Response

from hygge_core.auth import Caller
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_topology.openapi import Changes, NodeId, Writer, created, patch_of
from hygge_topology.transformers.schemas import Transformer, TransformerFields
from hygge_topology.transformers.service import service

router = APIRouter(tags=["transformers"], route_class=Route)


@router.get("/grids/{grid_id}/transformers", summary="List the transformers of a grid")
def list_transformers(caller: Caller, grid_id: NodeId, paging: Paging) -> Page[Transformer]:
    return service.listed(caller, grid_id, paging)


@router.post("/grids/{grid_id}/transformers", status_code=201, summary="Add a transformer to a grid")
def create_transformer(caller: Writer, grid_id: NodeId, fields: TransformerFields, response: Response) -> Transformer:
    transformer = service.create(caller, grid_id, fields)
    created(response, f"/transformers/{transformer.id}")
    return transformer


@router.get("/transformers/{transformer_id}", summary="Read a transformer")
def get_transformer(caller: Caller, transformer_id: NodeId) -> Transformer:
    return service.get(caller, transformer_id)


@router.patch(
    "/transformers/{transformer_id}",
    summary="Change fields of a transformer",
    openapi_extra=patch_of(TransformerFields),
)
def change_transformer(caller: Writer, transformer_id: NodeId, changes: Changes) -> Transformer:
    return service.change(caller, transformer_id, changes)


@router.delete("/transformers/{transformer_id}", status_code=204, summary="Delete a transformer with its houses")
def delete_transformer(caller: Writer, transformer_id: NodeId) -> None:
    service.remove(caller, transformer_id)
