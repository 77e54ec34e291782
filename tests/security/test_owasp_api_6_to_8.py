"""OWASP API Security Top 10 (2023), risks 6 to 8, tried on the running suite. The table is in docs/security.md."""

import json
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from hygge_local.runtime import Runtime
from tests.e2e.communities import period
from tests.security.conftest import STEPS, Village

ROOT = Path(__file__).parents[2]

# API6: unrestricted access to sensitive business flows ------------------------------------------------------------


def test_api6_a_flow_that_is_repeated_is_done_once(village: Village) -> None:
    """What costs most, a run, is not done twice because it was sent twice."""
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    body = {"grid_id": village.grid_id, **period(STEPS)}
    first, second = (village.owner("POST", "/runs", json=body, headers=headers) for _ in range(2))
    assert first["id"] == second["id"]
    other = village.owner.raw("POST", "/runs", json=body | {"name": "another"}, headers=headers)
    assert other.status_code in (409, 422)


def test_api6_accounts_cannot_be_made_by_the_thousand(embedded_suite: Runtime) -> None:
    """Registering has a quota per address. That it holds is tested with a small one, in test_gateway_limits.py."""
    weak = {"username": f"bot-{secrets.token_hex(4)}", "password": "x"}
    minute = None
    while minute != time.time() // 60:  # of one window, so once more if a new one began in between
        minute = time.time() // 60
        answers = [httpx.post(f"{embedded_suite.url}/api/v1/auth/register", json=weak) for _ in range(2)]
    remaining = [int(answer.headers["ratelimit"].split(";r=")[1].split(";")[0]) for answer in answers]
    assert answers[0].headers["ratelimit-policy"].startswith('"login";q=')
    assert remaining[1] == remaining[0] - 1


# API7: server side request forgery --------------------------------------------------------------------------------


@contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A port that remembers whoever knocks."""
    knocks: list[bytes] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        listener.settimeout(0.2)
        stop = threading.Event()

        def watch() -> None:
            while not stop.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                knocks.append(connection.recv(1024))
                connection.close()

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield listener.getsockname()[1], knocks
        finally:
            stop.set()
            thread.join()


def test_api7_no_request_can_name_an_address_to_call(openapi: dict[str, Any]) -> None:
    """Where services call is in their settings only. A new field that looks like an address has to be thought about."""
    # A path of ours to go back to after signing in elsewhere: a host in it is refused (test_gateway_oidc.py).
    known = {"return_to"}

    def names(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for name, schema in node.get("properties", {}).items():
                is_address = isinstance(schema, dict) and schema.get("format") in ("uri", "url", "hostname", "ipv4")
                if is_address or name in WORDS or name.endswith(("_url", "_uri", "_host")):
                    yield name
            if node.get("in") in ("query", "header", "path") and (
                node["name"] in WORDS or node["name"].endswith("_url")
            ):
                yield str(node["name"])
            for value in node.values():
                yield from names(value)
        elif isinstance(node, list):
            for value in node:
                yield from names(value)

    requests = [
        [operation.get("requestBody"), operation.get("parameters")]
        for item in openapi["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    ]
    used = {reference for request in requests for reference in _references(request, openapi)}
    found = set(names(requests)) | {n for r in used for n in names(openapi["components"]["schemas"][r])}
    assert found <= known


WORDS = ("url", "uri", "href", "link", "host", "callback", "webhook", "endpoint", "redirect_uri", "issuer")


def _references(node: Any, document: dict[str, Any]) -> set[str]:
    """The schemas that a node uses, and those that they use."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            name = str(current.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in document["components"]["schemas"] and name not in found:
                found.add(name)
                waiting.append(document["components"]["schemas"][name])
            waiting += list(current.values())
        elif isinstance(current, list):
            waiting += current
    return found


def test_api7_nothing_in_a_request_makes_the_gateway_call_elsewhere(embedded_suite: Runtime, village: Village) -> None:
    token = village.owner.http.headers["Authorization"]
    with canary() as (port, knocks):
        there = f"127.0.0.1:{port}"
        for target, host in (
            ("/api/v1/grids", there),
            (f"http://{there}/api/v1/grids", "x"),
            (f"//{there}/api/v1/grids", "x"),
            (f"/api/v1/grids/@{there}/", "x"),
            (f"/api/v1/grids/http://{there}/", "x"),
            ("/api/v1/grids/..%2f..%2f", there),
        ):
            headers = [f"Host: {host}", f"Authorization: {token}", f"X-Forwarded-Host: {there}",
                       f"Forwarded: host={there}", f"X-Original-URL: http://{there}/", "Connection: close"]  # fmt: skip
            with socket.create_connection(
                ("127.0.0.1", int(embedded_suite.url.rpartition(":")[2])), timeout=10
            ) as wire:
                wire.sendall("\r\n".join([f"GET {target} HTTP/1.1", *headers, "", ""]).encode())
                assert wire.recv(4096)
        hostile = {"Content-Type": "application/json"}
        village.owner.raw("POST", "/grids/import", content=json.dumps({"format": f"http://{there}/"}), headers=hostile)
        assert knocks == []


# API8: security misconfiguration ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/grids", "/profiles", "/runs", "/presets", "/auth/me", "/results/1/summary", "/nowhere"]
)
def test_api8_headers_of_every_answer(village: Village, path: str) -> None:
    answer = village.owner.raw("GET", path, headers={"Origin": "https://evil.example"})
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith(("no-store", "private", "no-cache"))
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert not [
        name for name in answer.headers if name.startswith("access-control-") or name in ("server", "x-powered-by")
    ]


def test_api8_errors_tell_nothing_of_the_inside(village: Village) -> None:
    api = village.owner
    for answer in (
        api.raw("GET", "/grids/%00"),
        api.raw("GET", "/grids/9999999999999999999999"),
        api.raw("POST", "/runs", content=b"\xff\xfe{", headers={"Content-Type": "application/json"}),
        api.raw("GET", "/grids", params={"cursor": "'; DROP TABLE grids; --"}),
        api.raw("POST", "/profiles/upload", files={"file": ("x.parquet", b"PAR1 no", "application/x-parquet")}),
    ):
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert not [
            word
            for word in ("Traceback", "psycopg", "peewee", "site-packages", ".py", "SELECT ")
            if word in answer.text
        ]


@pytest.mark.parametrize("environment", ["TEST", "INT", "PROD"])
def test_api8_default_secrets_are_refused_outside_dev(environment: str, tmp_path: Path) -> None:
    settings = {
        "ENVIRONMENT": environment,
        "PORT": "1",
        "DATABASE_URL": "postgresql://hygge_gateway:changeme@127.0.0.1:1/hygge",
        "JWKS_URL": "http://127.0.0.1:1/",
        "REDIS_URL": "redis://:redis@127.0.0.1:1/0",
        "SIGNING_KEY_FILE": str(tmp_path),
        "SERVICE_CLIENTS": '{"engine": "engine-secret"}',
        **{f"{name}_URL": "http://127.0.0.1:1" for name in ("TOPOLOGY", "PROFILES", "ENGINE", "RESULTS")},
    }
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HYGGE_")}
    environ |= {f"HYGGE_GATEWAY_{name}": value for name, value in settings.items()}
    command = [sys.executable, "-m", "hygge_core.serve", "gateway"]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode != 0
    for name in ("DATABASE_URL", "REDIS_URL", "SERVICE_CLIENTS"):
        assert f"HYGGE_GATEWAY_{name}: " in ended.stderr
    assert "changeme" not in ended.stderr
    assert "engine-secret" not in ended.stderr
