"""The combined OpenAPI document, read for what the walks need: routes, their parameters, and ids in bodies."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "put", "post", "patch", "delete")
# What the API calls things that name another thing. `houses` are ids, or objects with ids of their own.
ID_FIELD = re.compile(r"(^|_)ids?$|^(owner|grids|house|houses|transformer|created_by|version)$")


@dataclass(frozen=True)
class Route:
    """One operation; `key` is how tables of these tests call it."""

    method: str
    path: str
    operation: Json

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    def parameters(self, place: str) -> list[str]:
        return [p["name"] for p in self.operation.get("parameters", []) if p["in"] == place]

    @property
    def is_public(self) -> bool:
        """True if the document says that no token is needed."""
        return self.operation.get("security") == []

    @property
    def has_body(self) -> bool:
        return "requestBody" in self.operation


def routes_of(document: Json) -> list[Route]:
    """Every operation of the document, paths without the common prefix."""
    return [
        Route(method.upper(), path.removeprefix("/api/v1"), operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def id_fields(document: Json, route: Route) -> set[str]:
    """Dotted places in the route's body that may hold an id; `[]` is an item of a list."""
    content = route.operation.get("requestBody", {}).get("content", {})
    schemas = document["components"]["schemas"]
    return {name for media in content.values() for name in _ids(media.get("schema", {}), schemas, "", frozenset())}


def _ids(schema: Json, schemas: Json, place: str, above: frozenset[str]) -> Iterator[str]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    if name:
        if name not in above:
            yield from _ids(schemas[name], schemas, place, above | {name})
        return
    for kind in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(kind, []):
            yield from _ids(part, schemas, place, above)
    for key, value in schema.get("properties", {}).items():
        inner = f"{place}.{key}".lstrip(".")
        if ID_FIELD.search(key):
            yield inner
        yield from _ids(value, schemas, inner, above)
    if isinstance(schema.get("items"), dict):
        yield from _ids(schema["items"], schemas, f"{place}[]", above)
