"""What the routes share: ids in paths, bodies of PATCH, answers of POST."""

from typing import Annotated, Any

from fastapi import Body, Depends, Path, Response
from pydantic import BaseModel

from hygge_core.app import API_PREFIX
from hygge_core.auth import Principal, Role, require
from hygge_topology.fields import MAX_ID

NodeId = Annotated[int, Path(ge=1, le=MAX_ID, description="Id given by the service")]
Writer = Annotated[Principal, Depends(require(Role.ADMIN, Role.OPERATOR, Role.SERVICE))]
Changes = Annotated[dict[str, Any], Body(description="The fields to change; null clears an optional one")]


def created(response: Response, path: str) -> None:
    """Say where the new resource is."""
    response.headers["Location"] = f"{API_PREFIX}{path}"


def patch_of(*models: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a PATCH: the fields of the models, none required; a constant can't change and is left out."""
    properties: dict[str, Any] = {}
    for model in models:
        properties |= model.model_json_schema(ref_template="#/components/schemas/{model}")["properties"]
    changeable = {name: field for name, field in properties.items() if "const" not in field}
    schema = {"properties": changeable, "additionalProperties": False}
    return {"requestBody": {"content": {"application/json": {"schema": schema}}}}
