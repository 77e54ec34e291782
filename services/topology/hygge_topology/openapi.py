"""What the routes share: ids in paths, bodies of PATCH, answers of POST, and how they are described in OpenAPI."""

from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, Path, Response
from pydantic import BaseModel

from hygge_core.app import API_PREFIX, PROBLEM_MEDIA_TYPE
from hygge_core.auth import Principal, Role, require
from hygge_topology.fields import MAX_ID

NodeId = Annotated[int, Path(ge=1, le=MAX_ID, description="Id given by the service")]
Writer = Annotated[Principal, Depends(require(Role.ADMIN, Role.OPERATOR, Role.SERVICE))]
Changes = Annotated[dict[str, Any], Body(description="The fields to change; null clears an optional one")]

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "A problem document (RFC 9457); `errors` lists every finding of a 422",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:hygge:problem:invalid-input"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "trace_id": {"type": ["string", "null"]},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string", "description": "Dotted path, e.g. transformers.0.houses.3.sharing_key"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
PROBLEMS = {
    "401": "The access token is missing or not valid",
    "403": "The caller's role, or the caller, may not do this",
    "404": "Missing, or not the caller's to see",
    "422": "The input is wrong; `errors` lists all findings and nothing was stored",
}


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


def describe_problems(app: FastAPI) -> None:
    """Put the problem documents into the OpenAPI document, in place of FastAPI's own 422."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemas["Problem"] = PROBLEM_SCHEMA
            for operations in document["paths"].values():
                for operation in operations.values():
                    operation["responses"] |= {status: _problem(text) for status, text in PROBLEMS.items()}
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}}}
