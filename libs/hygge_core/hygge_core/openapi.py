"""How errors look in OpenAPI: every operation may answer with a problem document, in place of FastAPI's own 422."""

from typing import Any

from fastapi import FastAPI

PROBLEM_MEDIA_TYPE = "application/problem+json"
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
    "default": "Whatever else went wrong; 429 and 503 say in Retry-After when to try again",
}


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
