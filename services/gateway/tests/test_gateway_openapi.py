"""One document for all services."""

import copy
import re
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from hygge_gateway.routing.openapi import combine
from services.gateway.tests.gateway_support import Client


def document_of(service: str, routes: dict[str, type[BaseModel]]) -> dict[str, Any]:
    app = FastAPI(title=service)
    for path, model in routes.items():

        def endpoint() -> None: ...

        endpoint.__name__ = "read"
        app.add_api_route(path, endpoint, response_model=model)
    return app.openapi()


class Problem(BaseModel):
    title: str


def models(kind: type) -> tuple[type[BaseModel], type[BaseModel]]:
    inner = type("Item", (BaseModel,), {"__annotations__": {"value": kind}})
    outer = type("Page", (BaseModel,), {"__annotations__": {"items": list[inner]}})  # type: ignore[valid-type]
    return inner, outer


@pytest.fixture
def documents() -> dict[str, dict[str, Any]]:
    _, int_page = models(int)
    _, text_page = models(str)
    return {
        "gateway": document_of("gateway", {"/api/v1/users": int_page, "/health/live": Problem}),
        "topology": document_of("topology", {"/api/v1/grids": text_page, "/api/v1/flags": Problem}),
        "profiles": document_of("profiles", {"/api/v1/profiles": Problem, "/api/v1/grids/{id}/assignments": Problem}),
    }


def references(node: Any) -> set[str]:
    return set(re.findall(r"'(#/[^']+)'", str(node)))


def resolve(document: dict[str, Any], reference: str) -> Any:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return node


def test_paths_are_those_that_the_gateway_routes_to_that_service(documents: dict[str, dict[str, Any]]) -> None:
    # A service can't take over a path of another one.
    documents["profiles"]["paths"]["/api/v1/grids"] = {"get": {"summary": "not mine"}}
    paths = combine(documents)["paths"]
    owners = {path: item["get"]["x-service"] for path, item in paths.items()}
    assert owners == {
        "/api/v1/users": "gateway",
        "/health/live": "gateway",
        "/api/v1/grids": "topology",
        "/api/v1/flags": "topology",
        "/api/v1/profiles": "profiles",
        "/api/v1/grids/{id}/assignments": "profiles",
    }


def test_equal_components_are_shared_and_different_ones_renamed(documents: dict[str, dict[str, Any]]) -> None:
    schemas = combine(documents)["components"]["schemas"]
    assert {"Problem", "Item", "Page", "TopologyItem", "TopologyPage"} <= schemas.keys()
    assert not {"TopologyProblem", "ProfilesProblem"} & schemas.keys()


def test_every_reference_leads_to_its_own_services_component(documents: dict[str, dict[str, Any]]) -> None:
    combined = combine(documents)
    for reference in references(combined):
        resolve(combined, reference)
    for path, kind in (("/api/v1/users", "integer"), ("/api/v1/grids", "string")):
        answer = combined["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        page = resolve(combined, answer["$ref"])
        item = resolve(combined, page["properties"]["items"]["items"]["$ref"])
        assert item["properties"]["value"]["type"] == kind


def test_discriminator_mappings_are_renamed_too(documents: dict[str, dict[str, Any]]) -> None:
    reference = "#/components/schemas/Item"
    documents["topology"]["components"]["schemas"]["Device"] = {"discriminator": {"mapping": {"a": reference}}}
    device = combine(documents)["components"]["schemas"]["Device"]
    assert device["discriminator"]["mapping"]["a"] == "#/components/schemas/TopologyItem"


def test_operation_ids_are_unique(documents: dict[str, dict[str, Any]]) -> None:
    for document in documents.values():
        for item in document["paths"].values():
            item["get"]["operationId"] = "read"
    ids = [item["get"]["operationId"] for item in combine(documents)["paths"].values()]
    assert len(ids) >= 4
    assert "read" in ids


def test_inputs_stay_as_they_are(documents: dict[str, dict[str, Any]]) -> None:
    before = copy.deepcopy(documents)
    combine(documents)
    assert documents == before


def test_gateway_answers_the_combined_document(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["info"]["title"] == "Hygge"
    assert {"/api/v1/auth/login", "/api/v1/users", "/api/v1/audit"} <= document["paths"].keys()
    assert document["servers"] == [{"url": "/", "description": "The gateway"}]
    assert "x-unavailable-services" not in document
    for reference in references(document):
        resolve(document, reference)
    assert document["paths"]["/api/v1/auth/login"]["post"]["security"] == []
    answers = document["paths"]["/api/v1/users"]["post"]["responses"]
    assert answers.keys() == {"201", "401", "403", "404", "422", "default"}
    assert "HTTPValidationError" not in str(document)


def test_documentation_page_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs")
    assert page.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    for link in links:
        assert link.startswith("/api/v1/docs/assets/")
        assert client.get(link).status_code == 200
    for theirs in ("/docs", "/redoc"):
        assert client.get(theirs).status_code == 404
