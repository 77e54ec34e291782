"""The OpenAPI document says enough to use the service without reading its code; and the service starts and reports."""

from typing import Any

import pytest

from hygge_core.settings import SettingsError
from hygge_topology import main
from hygge_topology.settings import Settings
from services.topology.tests.topology_support import Callers

UNITS = {"_kw": "kW", "_kwh": "kWh", "_kwp": "kWp", "_deg": "egrees", "_m": "m"}


@pytest.fixture(scope="module")
def openapi(callers: Callers) -> dict[str, Any]:
    document: dict[str, Any] = callers.http.get("/openapi.json").json()
    return document


def test_every_operation_has_a_summary_a_tag_and_problems(openapi: dict[str, Any]) -> None:
    for path, operations in openapi["paths"].items():
        for verb, operation in operations.items():
            assert operation["summary"], (verb, path)
            assert operation["tags"], (verb, path)
            for status in ("401", "403", "404", "422"):
                content = operation["responses"][status]["content"]
                assert content["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_every_reference_leads_somewhere(openapi: dict[str, Any]) -> None:
    def references(node: Any) -> Any:
        if isinstance(node, dict):
            yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    names = {reference.rsplit("/", 1)[1] for reference in references(openapi)}
    assert names <= openapi["components"]["schemas"].keys()


def test_descriptions_carry_units(openapi: dict[str, Any]) -> None:
    seen = 0
    for schema in openapi["components"]["schemas"].values():
        for name, field in schema.get("properties", {}).items():
            unit = next((unit for suffix, unit in UNITS.items() if name.endswith(suffix)), None)
            if unit:
                seen += 1
                assert unit in field.get("description", ""), (schema["title"], name)
    assert seen > 40


def test_a_patch_needs_no_field(openapi: dict[str, Any]) -> None:
    for path, operations in openapi["paths"].items():
        if "patch" in operations:
            schema = operations["patch"]["requestBody"]["content"]["application/json"]["schema"]
            assert "required" not in schema
            assert schema["properties"], path
            assert schema["additionalProperties"] is False


def test_the_example_of_the_document_can_be_imported(callers: Callers, openapi: dict[str, Any]) -> None:
    body = openapi["paths"]["/api/v1/grids/import"]["post"]["requestBody"]["content"]["application/json"]
    callers(801)("POST", "/grids/import", 201, json=body["example"])


def test_health_and_metrics(callers: Callers) -> None:
    assert callers.http.get("/health/live").status_code == 200
    ready = callers.http.get("/health/ready")
    assert (ready.status_code, ready.json()["checks"]) == (200, {"database": "ok"})
    assert "http_server_request_duration_seconds" in callers.http.get("/metrics").text


def test_wrong_settings_are_all_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGGE_TOPOLOGY_MAX_DOCUMENT_MB", "0")
    monkeypatch.setenv("HYGGE_TOPOLOGY_DATABSE_URL", "x")
    with pytest.raises(SettingsError) as raised:
        main.app_factory()
    for name in ("MAX_DOCUMENT_MB", "DATABASE_URL", "JWKS_URL", "DATABSE_URL: unknown"):
        assert f"HYGGE_TOPOLOGY_{name}" in str(raised.value)


def test_without_a_database_the_service_is_not_ready(callers: Callers) -> None:
    from fastapi.testclient import TestClient

    from hygge_topology.base import database

    kept = database.obj
    settings = Settings(database_url="postgresql://u:p@127.0.0.1:1/none", jwks_url="http://unused")
    try:
        with TestClient(main.build_app(settings, callers.tokens.verifier())) as http:
            assert http.get("/health/ready").status_code == 503
            answer = http.get("/api/v1/grids", headers=callers.tokens.headers())
            assert answer.status_code == 503
            assert "retry-after" in answer.headers
    finally:
        database.initialize(kept)
