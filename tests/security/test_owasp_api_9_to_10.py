"""OWASP API Security Top 10 (2023), risks 9 and 10, tried on the running suite. The table is in docs/security.md."""

import importlib.util
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hygge_core.client import ServiceClient
from hygge_core.errors import HyggeError
from hygge_engine.inputs.collect import read_bundle
from hygge_local.runtime import Runtime
from tests.e2e.client import Api

ROOT = Path(__file__).parents[2]

# API9: improper inventory management ------------------------------------------------------------------------------


def test_api9_the_published_document_is_the_committed_one(openapi: dict[str, Any]) -> None:
    committed = json.loads((ROOT / "docs/openapi/hygge.json").read_text(encoding="utf-8"))
    assert openapi["paths"].keys() == committed["paths"].keys()


# Not in the document: pages for people, and what only the machines around ask for, never from outside.
UNDOCUMENTED = {"/api/v1/docs", "/api/v1/docs/assets", "/api/v1/openapi.json", "/openapi.json", "/health/live",
                "/health/ready", "/metrics", "/"}  # fmt: skip


def test_api9_every_route_of_every_service_is_documented() -> None:
    """The routes that the applications really have, against their documents."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/openapi/generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    from starlette.routing import BaseRoute

    import hygge_core.app

    built: list[Any] = []
    original = hygge_core.app.describe_problems

    def remember(app: Any) -> None:
        built.append(app)
        original(app)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hygge_core.app, "describe_problems", remember)
        documents = generate.documents()
    assert len(built) == 5
    documented = {path for document in documents.values() for path in document["paths"]}

    def paths(routes: list[BaseRoute]) -> Iterator[str]:
        for route in routes:
            inner = getattr(route, "effective_route_contexts", None)
            if inner is not None:
                yield from (str(context.path) for context in inner())
            elif hasattr(route, "path"):
                yield str(route.path) or "/"

    found = {path for app in built for path in paths(app.routes)}
    assert len(found) > 80
    assert found - documented - UNDOCUMENTED - {"/docs", "/docs/oauth2-redirect", "/redoc"} == set()


@pytest.mark.parametrize(
    "path",
    ["/api/v0/grids", "/api/v2/grids", "/api/grids", "/api/v1/internal", "/api/v1/debug", "/api/v1/admin",
     "/api/v1/grids/../../health/ready", "/api/v1/metrics", "/api/v1/health/ready", "/.env", "/.git/config"],
)  # fmt: skip
def test_api9_nothing_answers_where_nothing_is_documented(embedded_suite: Runtime, admin: Api, path: str) -> None:
    with socket.create_connection(("127.0.0.1", int(embedded_suite.url.rpartition(":")[2])), timeout=10) as wire:
        token = admin.http.headers["Authorization"]
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nConnection: close\r\n\r\n".encode())
        assert int(wire.recv(4096).split()[1]) == 404


def test_api9_a_service_behind_asks_for_a_token_as_well(embedded_suite: Runtime) -> None:
    """Who gets past the gateway is not in: every route of every service is closed without a token."""
    for service in ("topology", "profiles", "engine", "results"):
        url = embedded_suite.service_url(service)
        document = httpx.get(f"{url}/openapi.json", timeout=30).json()
        for path, item in document["paths"].items():
            for method in item:
                answer = httpx.request(method.upper(), url + path.replace("{", "").replace("}", ""), timeout=30)
                assert answer.status_code in (401, 422), f"{method} {service}{path}: {answer.status_code}"
                if answer.status_code == 422:
                    # A path that does not fit is refused before the token is looked at; one that fits is not.
                    numbered = url + "".join("1" if part[0] == "{" else part for part in _parts(path))
                    answer = httpx.request(method.upper(), numbered, timeout=30, json={})
                    assert answer.status_code == 401, f"{method} {service}{path}: {answer.status_code}"


def _parts(path: str) -> list[str]:
    return [part for chunk in path.split("{") for part in _split(chunk)]


def _split(chunk: str) -> list[str]:
    name, closed, rest = chunk.partition("}")
    return [part for part in (["{" + name, rest] if closed else [name]) if part]


# API10: unsafe consumption of APIs --------------------------------------------------------------------------------


def bundle(assignments: Any = ((1, 5, 1.0),), steps: int = 4, ids: tuple[int, ...] = (5,)) -> bytes:
    """What profiles answers to the engine, or something like it."""
    schema = pa.schema(
        [("profile_id", pa.int64()), ("profile_type", pa.string()), ("values", pa.list_(pa.float32(), steps))],
        metadata={"assignments": json.dumps(assignments), "hash": "x"},
    )
    values = pa.FixedSizeListArray.from_arrays(pa.array([1.0] * steps * len(ids), pa.float32()), steps)
    batch = pa.record_batch([pa.array(ids, pa.int64()), pa.array(["load"] * len(ids)), values], schema=schema)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    "answer",
    [b"", b"<html>", bundle(assignments=[[1, 6, 1.0]]), bundle(assignments=5), bundle(assignments=[[1]]),
     bundle(assignments=[["x", 5, 1.0]]), bundle(assignments=None), bundle()[:-20]],
)  # fmt: skip
def test_api10_the_engine_believes_no_broken_bundle(answer: bytes) -> None:
    with pytest.raises(HyggeError):
        read_bundle(answer)


@given(st.data())
@hypothesis_settings(max_examples=200)
def test_api10_no_damage_to_a_bundle_gets_further_than_its_reader(data: st.DataObject) -> None:
    good = bytearray(bundle(ids=(5, 6, 7), steps=8))
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_bundle(bytes(good))
    except HyggeError:
        return
    assert all(block.shape[1] == found.steps for block in found.blocks)


def test_api10_a_service_is_not_followed_elsewhere() -> None:
    """An answer that redirects is an error, and the token goes nowhere else."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(307, headers={"Location": "http://elsewhere.example/"})

    transport = httpx.MockTransport(answer)
    client = ServiceClient("http://topology.example", lambda: "Bearer x", peer="topology", transport=transport)
    with pytest.raises(HyggeError):
        client.get("/api/v1/grids/1/topology")
    assert {httpx.URL(url).host for url in asked} == {"topology.example"}
