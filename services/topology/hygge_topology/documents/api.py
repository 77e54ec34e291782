"""Routes of documents. A body can be large: it is read up to a limit, and parsed in a worker thread."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Header, Request, Response

from hygge_core.auth import Caller
from hygge_core.errors import TooLarge
from hygge_core.idempotency import IdempotencyKey
from hygge_core.paging import Page, Paging
from hygge_core.routes import Route
from hygge_topology.documents import service
from hygge_topology.documents.schemas import EXAMPLE, Document, Nodes, Snapshot
from hygge_topology.openapi import NodeId, Writer, created

router = APIRouter(tags=["documents"], route_class=Route)

BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Document"}, "example": EXAMPLE},
        },
    }
}


async def limited_body(request: Request) -> bytes:
    """The request's body; TooLarge as soon as it is longer than the settings allow."""
    limit = request.app.state.settings.max_document_mb * 1_000_000
    body = bytearray()
    announced = request.headers.get("content-length", "")
    too_large = announced.isdecimal() and int(announced) > limit
    if not too_large:
        async for chunk in request.stream():
            body += chunk
            too_large = len(body) > limit
            if too_large:
                break
    if too_large:
        raise TooLarge(f"A document may have up to {limit // 1_000_000} MB.")
    return bytes(body)


RawBody = Annotated[bytes, Depends(limited_body)]


@router.post(
    "/grids/import",
    status_code=201,
    response_model=Document,
    summary="Import a whole community as one document",
    openapi_extra=BODY,
)
def import_grid(caller: Writer, body: RawBody, key: IdempotencyKey = None) -> Response:
    """Store all of it with new ids, or nothing: all findings are answered together, each with its path."""
    answer = service.import_once(caller, body, key)
    response = _answer(answer.body, answer.status, "/grids/{id}")
    response.headers.update(answer.headers)
    return response


@router.get("/grids/{grid_id}/topology", response_model=Document, summary="Export a whole community as one document")
def get_topology(caller: Caller, grid_id: NodeId) -> Response:
    return _answer(service.read(caller, grid_id))


@router.put(
    "/grids/{grid_id}/topology",
    response_model=Document,
    summary="Replace a whole community by a document",
    openapi_extra=BODY,
)
def replace_topology(
    caller: Writer,
    grid_id: NodeId,
    body: RawBody,
    if_match: Annotated[
        str | None, Header(description="ETag of the document you read; 412 if it changed since")
    ] = None,
) -> Response:
    """Keep nodes whose id the grid has, make the others, delete the missing."""
    return _answer(service.replace(caller, grid_id, body, if_match))


@router.post(
    "/grids/{grid_id}/snapshots",
    status_code=201,
    response_model=Document,
    summary="Keep the community as it is now, and read it",
)
def create_snapshot(caller: Writer, grid_id: NodeId) -> Response:
    """The same version is kept once."""
    return _answer(service.pin(caller, grid_id), 201, "/grids/{id}/snapshots/{version}")


@router.get("/grids/{grid_id}/snapshots", summary="List the kept versions of a community")
def list_snapshots(caller: Caller, grid_id: NodeId, paging: Paging) -> Page[Snapshot]:
    return service.snapshots(caller, grid_id, paging)


@router.get(
    "/grids/{grid_id}/snapshots/{version}", response_model=Document, summary="Read a kept version of a community"
)
def get_snapshot(caller: Caller, grid_id: NodeId, version: NodeId) -> Response:
    return _answer(service.snapshot(caller, grid_id, version))


@router.get("/grids/{grid_id}/nodes", summary="List the nodes of a community without their particulars")
def list_nodes(caller: Caller, grid_id: NodeId) -> Nodes:
    return service.nodes(caller, grid_id)


def _answer(document: dict[str, Any], status: int = 200, location: str | None = None) -> Response:
    """A document as it is: checking a large one again on its way out would take longer than reading it."""
    headers = {"ETag": f'"{document["version"]}"'}
    response = Response(orjson.dumps(document), status, headers, media_type="application/json")
    if location is not None:
        created(response, location.format(**document))
    return response
