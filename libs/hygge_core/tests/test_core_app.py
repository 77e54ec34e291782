"""What every service has in common: problem documents, request ids, metrics, health, tokens."""

import asyncio
import base64
import hmac
import json
import logging
import os
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
import structlog
from fastapi import APIRouter, Query
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic_settings import SettingsConfigDict

from hygge_core import telemetry
from hygge_core.app import create_app
from hygge_core.auth import Admin, Caller
from hygge_core.errors import Conflict, Finding, InvalidInput, NotFound
from hygge_core.routes import Route
from hygge_core.settings import CoreSettings, SettingsError
from tests.support.tokens import TokenMaker


class ToySettings(CoreSettings):
    model_config = SettingsConfigDict(env_prefix="HYGGE_TOY_")


router = APIRouter()


@router.get("/whoami")
def whoami(caller: Caller) -> dict[str, Any]:
    return {"user_id": caller.user_id, "role": caller.role}


@router.get("/admins")
def admins(caller: Admin) -> str:
    return caller.username


@router.get("/echo")
def silence() -> None:
    return None


@router.post("/echo")
def echo(body: dict[str, int]) -> dict[str, int]:
    return body


@router.get("/broken/{kind}")
def broken(kind: str, limit: Annotated[int, Query(ge=1)] = 1) -> None:
    raise {
        "missing": NotFound("There is no such thing."),
        "conflict": Conflict("Twice."),
        "invalid": InvalidInput([Finding("a.0.b", "too small"), Finding("line 7", "not a number")]),
        "bug": ZeroDivisionError("oops"),
    }[kind]


def settings() -> ToySettings:
    return ToySettings(port=1, database_url="postgresql:///x", jwks_url="http://127.0.0.1:1/jwks")


def down() -> None:
    raise ConnectionError


@pytest.fixture
def client(tokens: TokenMaker) -> TestClient:
    app = create_app(
        settings(),
        name="toy",
        summary="A toy",
        routers=[router],
        checks={"ok": lambda: None},
        verifier=tokens.verifier(),
    )
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("missing", 404, "not-found"),
        ("conflict", 409, "conflict"),
        ("invalid", 422, "invalid-input"),
        ("bug", 500, "internal"),
    ],
)
def test_errors_are_problem_documents(client: TestClient, kind: str, status: int, code: str) -> None:
    answer = client.get(f"/api/v1/broken/{kind}")
    body = answer.json()
    assert answer.status_code == body["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["type"] == f"urn:hygge:problem:{code}"
    assert body["instance"] == f"/api/v1/broken/{kind}"
    assert body["trace_id"]
    assert "oops" not in answer.text


def test_findings_come_all_together_and_name_their_place(client: TestClient) -> None:
    assert client.get("/api/v1/broken/invalid").json()["errors"] == [
        {"field": "a.0.b", "message": "too small"},
        {"field": "line 7", "message": "not a number"},
    ]
    errors = client.get("/api/v1/broken/invalid?limit=0").json()["errors"]
    assert [error["field"] for error in errors] == ["limit"]


def test_a_body_that_is_no_json_is_said_to_be_none(client: TestClient) -> None:
    answer = client.post("/api/v1/echo", content='{"a": 1,', headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "body"
    assert error["message"].startswith("is not JSON (character 8: ")


def test_unknown_paths_and_methods_are_problems_too(client: TestClient) -> None:
    for answer, status in ((client.get("/api/v1/nowhere"), 404), (client.delete("/api/v1/whoami"), 405)):
        assert answer.status_code == answer.json()["status"] == status


def test_a_wrong_method_is_told_all_right_ones(client: TestClient) -> None:
    """Of every route on the path, not only of the first."""
    answer = client.put("/api/v1/echo")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"


def test_a_request_id_is_kept_or_made(client: TestClient) -> None:
    assert client.get("/api/v1/nowhere", headers={"X-Request-ID": "abc"}).headers["x-request-id"] == "abc"
    assert len(client.get("/api/v1/nowhere").headers["x-request-id"]) == 32


def test_health_and_metrics(client: TestClient, tokens: TokenMaker) -> None:
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").json() == {"status": "ready", "checks": {"ok": "ok"}}
    client.get("/api/v1/broken/missing")
    assert 'route="/api/v1/broken/{kind}"' in client.get("/metrics").text
    sick = create_app(settings(), name="toy", summary="", routers=[], checks={"db": down}, verifier=tokens.verifier())
    answer = TestClient(sick).get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"db": "failed: ConnectionError"}
    missing = create_app(
        settings(), name="toy", summary="", routers=[], checks={}, watched={"queue": down}, verifier=tokens.verifier()
    )
    answer = TestClient(missing).get("/health/ready")
    assert answer.json() == {"status": "ready", "checks": {"queue": "failed: ConnectionError"}}


def forged(tokens: TokenMaker, **header: Any) -> str:
    other = RSAKey.generate_key(2048, {"kid": "test"})
    return jwt.encode({"alg": "RS256", "kid": "test", "typ": "at+jwt", **header}, _claims(), other)


def _claims() -> dict[str, Any]:
    return {"iss": "hygge", "aud": "hygge", "sub": "1", "username": "x", "role": "admin", "exp": int(time.time()) + 60}


def _part(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def hmac_with_public_key(tokens: TokenMaker) -> str:
    """The classic confusion: the public key's text as the secret of HS256 (RFC 8725, 2.1)."""
    head = _part(json.dumps({"alg": "HS256", "kid": "test", "typ": "at+jwt"}).encode())
    signed = f"{head}.{_part(json.dumps(_claims()).encode())}"
    secret = tokens.key.as_pem(private=False)
    return f"{signed}.{_part(hmac.digest(secret, signed.encode(), 'sha256'))}"


def bad_tokens(tokens: TokenMaker) -> dict[str, str]:
    return {
        "expired": tokens.token(exp=int(time.time()) - 60),
        "not yet": tokens.token(nbf=int(time.time()) + 600),
        "audience": tokens.token(aud="other"),
        "issuer": tokens.token(iss="other"),
        "forged": forged(tokens),
        "unknown key": forged(tokens, kid="other"),
        "none": "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + tokens.token().split(".")[1] + ".",
        "hmac with the public key": hmac_with_public_key(tokens),
        "other type": jwt.encode({"alg": "RS256", "kid": "test", "typ": "JWT"}, _claims(), tokens.key),
        "role": tokens.token(role="emperor"),
        "rubbish": "rubbish",
    }


def test_a_good_token_is_let_in(client: TestClient, tokens: TokenMaker) -> None:
    answer = client.get("/api/v1/whoami", headers=tokens.headers(7, "viewer"))
    assert answer.json() == {"user_id": 7, "role": "viewer"}


def test_every_bad_token_is_refused(client: TestClient, tokens: TokenMaker) -> None:
    for name, token in bad_tokens(tokens).items():
        answer = client.get("/api/v1/whoami", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, name
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.get("/api/v1/whoami").status_code == 401
    assert client.get("/api/v1/admins", headers=tokens.headers(2, "operator")).status_code == 403


def test_settings_name_everything_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGGE_TOY_PROT", "8080")
    monkeypatch.setenv("HYGGE_TOY_LOG_LEVEL", "LOUD")
    with pytest.raises(SettingsError) as error:
        ToySettings.load()
    for name in (
        "HYGGE_TOY_PROT: unknown",
        "HYGGE_TOY_PORT: Field required",
        "HYGGE_TOY_LOG_LEVEL",
        "HYGGE_TOY_JWKS_URL",
    ):
        assert name in str(error.value)


def test_a_bug_is_answered_and_does_not_reach_the_server(tokens: TokenMaker) -> None:
    """The server would cut the connection after the answer, which another request may be using by then."""
    app = create_app(settings(), name="toy", summary="A toy", routers=[router], checks={}, verifier=tokens.verifier())
    answer = TestClient(app, raise_server_exceptions=True).get("/api/v1/broken/bug", headers={"X-Request-ID": "r1"})
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:hygge:problem:internal")
    assert answer.headers["x-request-id"] == "r1"


def test_a_plain_route_runs_in_one_thread_and_a_coroutine_in_the_loop() -> None:
    routes = APIRouter(route_class=Route)

    @routes.get("/threads/{number}", summary="Where it runs")
    def plain(number: int) -> dict[str, Any]:
        """Told in the document."""
        return {"number": number, "thread": threading.current_thread() is threading.main_thread(), "loop": _loop()}

    @routes.get("/coroutines")
    async def coroutine() -> dict[str, Any]:
        return {"loop": _loop()}

    app = create_app(settings(), name="toy", summary="", routers=[routes], checks={})
    client = TestClient(app)
    assert client.get("/api/v1/threads/7").json() == {"number": 7, "thread": False, "loop": False}
    assert client.get("/api/v1/coroutines").json() == {"loop": True}
    assert client.get("/api/v1/threads/x").status_code == 422
    told = app.openapi()["paths"]["/api/v1/threads/{number}"]["get"]
    assert (told["description"], told["operationId"].startswith("plain")) == ("Told in the document.", True)


def _loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def test_a_log_line_is_one_json_object_and_never_fails_what_it_tells_of(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    telemetry.configure_logging("hygge-toy", "INFO")
    logger = structlog.get_logger("hygge.toy")
    logger.debug("silent")
    logger.info("told", number=2**70, when=date(2026, 1, 2), text="a\nb")
    try:
        raise ValueError("why")
    except ValueError as error:
        logger.error("failed", exc_info=error)
    logging.getLogger("elsewhere").warning("theirs")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["event"], line["level"], line["logger"]) for line in lines] == [
        ("told", "info", "hygge.toy"), ("failed", "error", "hygge.toy"), ("theirs", "warning", "elsewhere"),
    ]  # fmt: skip
    assert (lines[0]["number"], lines[0]["text"]) == (2**70, "a\nb")
    assert "ValueError: why" in lines[1]["exception"]
    with Path(os.devnull).open(encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
    logger.info("into a closed file")


def test_ids_of_a_trace_are_carried_where_nothing_is_recorded() -> None:
    seen = TestClient(create_app(settings(), name="toy", summary="", routers=[router], checks={})).get(
        "/api/v1/broken/missing", headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    )
    assert seen.json()["trace_id"] == "0af7651916cd43dd8448eb211c80319c"


# A process of its own: a tracer provider is set once.
SPANS = """
from fastapi.testclient import TestClient
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from hygge_core.app import create_app
from libs.hygge_core.tests.test_core_app import router, settings

chosen = settings().model_copy(update={"otlp_endpoint": "http://127.0.0.1:9"})
client = TestClient(create_app(chosen, name="toy", summary="", routers=[router], checks={}))
kept = InMemorySpanExporter()
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(kept))
client.get("/health/live")
client.get("/api/v1/broken/missing", headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
for span in kept.get_finished_spans():
    print("SPAN", span.name, format(span.context.trace_id, "032x"), format(span.parent.span_id, "016x"))
"""


def test_a_request_is_one_span_of_its_trace_where_spans_are_kept() -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "OTEL_BSP_SCHEDULE_DELAY": "60000"}
    done = subprocess.run(
        [sys.executable, "-c", SPANS], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    spans = [line for line in done.stdout.splitlines() if line.startswith("SPAN")]
    assert spans == ["SPAN GET /api/v1/broken/{kind} 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331"]
