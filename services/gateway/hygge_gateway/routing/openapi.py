"""One OpenAPI document of all services, as a client at the gateway sees them."""

import copy
import re
from collections.abc import Mapping
from typing import Any

from hygge_gateway.api_keys.door import OPEN_TO_KEYS
from hygge_gateway.routing.table import service_of

Document = dict[str, Any]

_REF = re.compile(r"#/components/(\w+)/(.+)")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DESCRIPTION = """Model, simulate, plan, run and settle a local energy community.

Sign in with `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer …`; or make an API key with
`POST /api/v1/users/me/api-keys` and send it in the same way, or as `X-API-Key`. Timestamps are UTC with
`Z` and label the start of their interval; power is the mean over a step in kW, energy in kWh, money in the grid's
currency.
Errors are RFC 9457 problem documents."""


_SECURITY_SCHEMES: Document = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token by signing in or by client credentials; or an API key in its place",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "X-API-Key",
        "description": "A key of POST /api/v1/users/me/api-keys. What says who may sign in does not take it",
    },
}


def combine(documents: Mapping[str, Document], own: str = "gateway") -> Document:
    """Merge the services' documents; of paths only those that the gateway routes to that very service.

    A component that two services define differently gets the service's name in front; equal ones are shared.
    """
    combined: Document = {
        "openapi": next(iter(documents.values()), {}).get("openapi", "3.1.0"),
        "info": {"title": "Hygge", "version": "0.1.0", "description": _DESCRIPTION},
        "servers": [{"url": "/", "description": "The gateway"}],
        "paths": {},
        "components": {"securitySchemes": _SECURITY_SCHEMES},
        "security": [{"token": []}, {"apiKey": []}],
        "tags": [],
    }
    for service, document in documents.items():
        renamed = _with_own_names(document, service, combined["components"])
        for kind, components in renamed.get("components", {}).items():
            combined["components"].setdefault(kind, {}).update(components)
        for path, item in renamed.get("paths", {}).items():
            if (service_of(path) or own) == service:
                combined["paths"][path] = _with_service(item, service)
                if service == own and path not in OPEN_TO_KEYS:
                    _without_keys(combined["paths"][path])
        combined["tags"] += [tag for tag in renamed.get("tags", []) if tag not in combined["tags"]]
    _drop_empty(combined)
    _make_operation_ids_unique(combined)
    return combined


def _with_own_names(document: Document, service: str, taken: Document) -> Document:
    """The document with components renamed that would clash with other ones in `taken`."""
    clashes = {
        (kind, name)
        for kind, components in document.get("components", {}).items()
        for name, component in components.items()
        if name in taken.get(kind, {}) and taken[kind][name] != component
    }
    # A component that uses a renamed one is another one too, even if it reads the same.
    grown = True
    while grown:
        users = {
            (kind, name)
            for kind, components in document.get("components", {}).items()
            for name, component in components.items()
            if name in taken.get(kind, {}) and _references(component) & clashes
        }
        grown = not users <= clashes
        clashes |= users
    if not clashes:
        return copy.deepcopy(document)
    renamed: Document = _rewritten(document, clashes, service)
    for kind, name in clashes:
        components = renamed["components"][kind]
        components[_prefixed(service, name)] = components.pop(name)
    return renamed


def _prefixed(service: str, name: str) -> str:
    return f"{service.capitalize()}{name}"


def _references(node: Any) -> set[tuple[str, str]]:
    if isinstance(node, dict):
        found = set().union(*(_references(value) for value in node.values())) if node else set()
        match = _REF.fullmatch(node["$ref"]) if isinstance(node.get("$ref"), str) else None
        return found | {(match[1], match[2])} if match else found
    if isinstance(node, list):
        return set().union(*(_references(value) for value in node)) if node else set()
    return set()


def _rewritten(node: Any, clashes: set[tuple[str, str]], service: str) -> Any:
    """A copy with every reference to a clashing component renamed (discriminator mappings hold bare strings)."""
    if isinstance(node, dict):
        return {key: _rewritten(value, clashes, service) for key, value in node.items()}
    if isinstance(node, list):
        return [_rewritten(value, clashes, service) for value in node]
    if isinstance(node, str):
        match = _REF.fullmatch(node)
        if match and (match[1], match[2]) in clashes:
            return f"#/components/{match[1]}/{_prefixed(service, match[2])}"
    return node


def _with_service(item: Document, service: str) -> Document:
    for method, operation in item.items():
        if method in _METHODS:
            operation.setdefault("tags", [service])
            operation["x-service"] = service
    return item


def _without_keys(item: Document) -> None:
    """What needs a person does not take an API key."""
    for method, operation in item.items():
        if method in _METHODS:
            operation.setdefault("security", [{"token": []}])


def _drop_empty(document: Document) -> None:
    if not document["tags"]:
        del document["tags"]


def _make_operation_ids_unique(document: Document) -> None:
    """Two services may name an operation alike; client generators need each name once."""
    seen: set[str] = set()
    for path in sorted(document["paths"]):
        for method, operation in sorted(document["paths"][path].items()):
            if method not in _METHODS or "operationId" not in operation:
                continue
            if operation["operationId"] in seen:
                operation["operationId"] = f"{operation['x-service']}_{operation['operationId']}"
            seen.add(operation["operationId"])
