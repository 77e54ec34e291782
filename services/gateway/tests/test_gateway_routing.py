"""What goes through the gateway to a service, and what comes back."""

import hashlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from hygge_gateway.settings import MEGABYTE, Settings
from services.gateway.tests.gateway_support import (
    Client,
    Redis,
    Upstream,
    assert_problem,
    gateway,
    serving,
    settings_for,
)
from tests.support.ports import free_port
from tests.support.postgres import TestDatabase


@pytest.fixture(scope="module")
def settings(
    database: TestDatabase, redis_process: Redis, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    database.migrate("gateway")
    with serving(upstream.app()) as url:
        yield settings_for(
            database,
            redis_process.url,
            tmp_path_factory.mktemp("gateway"),
            url,
            engine_url=f"http://127.0.0.1:{free_port()}",
            max_body_mb=8,
            upstream_timeout_seconds=20,
            breaker_failures=3,
            breaker_open_seconds=30,
        )


@pytest.fixture(scope="module")
def headers(client: Client) -> dict[str, str]:
    return client.headers_of()


def test_request_arrives_as_it_was_sent(client: Client, headers: dict[str, str]) -> None:
    path = "/api/v1/houses/a%2Fb%20c/x?from=2024-01-01T00%3A00&x=1&x=2"
    response = client.put(path, headers=headers | {"Content-Type": "text/x", "Accept": "text/csv"}, content=b"\x00\xff")
    echo = response.json()
    assert (echo["method"], echo["path"], echo["query"]) == ("PUT", path.split("?", maxsplit=1)[0], path.split("?")[1])
    assert echo["body"] == "\x00ÿ"
    assert (echo["headers"]["content-type"], echo["headers"]["accept"]) == ("text/x", "text/csv")
    assert echo["headers"]["authorization"] == headers["Authorization"]


def test_forwarded_headers_are_ours(client: Client, headers: dict[str, str]) -> None:
    forged = {"X-Forwarded-Host": "evil", "X-Real-IP": "9.9.9.9", "Forwarded": "for=9.9.9.9", "Cookie": "a=b"}
    seen = client.get("/api/v1/grids", headers=headers | forged).json()["headers"]
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "http"
    assert seen["x-forwarded-host"] == client.base_url.netloc.decode()
    assert not {"x-real-ip", "forwarded", "cookie"} & seen.keys()


def test_hop_by_hop_headers_stay_on_their_hop(client: Client, headers: dict[str, str]) -> None:
    extra = {"Connection": "keep-alive, x-hop, authorization", "X-Hop": "1", "TE": "trailers", "X-Stays": "1"}
    response = client.get("/api/v1/grids", headers=headers | extra)
    seen = response.json()["headers"]
    assert not {"x-hop", "te"} & seen.keys()
    assert seen["x-stays"] == "1"
    assert "authorization" in seen
    assert "x-secret" not in response.headers
    assert response.headers["x-kept"] == "2"


def test_request_id_is_kept_or_made_and_told_to_both_sides(client: Client, headers: dict[str, str]) -> None:
    given = client.get("/api/v1/grids", headers=headers | {"X-Request-ID": "mine-1"})
    assert given.headers.get_list("x-request-id") == ["mine-1"]
    assert given.json()["headers"]["x-request-id"] == "mine-1"
    made = client.get("/api/v1/grids", headers=headers)
    assert made.headers["x-request-id"] == made.json()["headers"]["x-request-id"] != ""
    long = client.get("/api/v1/grids", headers=headers | {"X-Request-ID": "x" * 500})
    assert len(long.headers["x-request-id"]) == 32


def test_trace_context_goes_on(client: Client, headers: dict[str, str]) -> None:
    trace_id = "0af7651916cd43dd8448eb211c80319c"
    parent = f"00-{trace_id}-b7ad6b7169203331-01"
    # Not by httpx, which is instrumented in this process and sends a trace of its own.
    connection = http.client.HTTPConnection(client.base_url.host, client.base_url.port or 80)
    connection.request("GET", "/api/v1/grids", headers=headers | {"traceparent": parent, "tracestate": "a=1"})
    seen = json.loads(connection.getresponse().read())["headers"]
    connection.close()
    assert seen["traceparent"].split("-")[1] == trace_id
    assert seen["tracestate"] == "a=1"
    made = client.get("/api/v1/grids", headers=headers).json()["headers"]["traceparent"]
    assert int(made.split("-")[1], 16) > 0


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v1/", "/api/v2/grids", "/nowhere", "/api/v1/gridsx", "/api/v1/grids/%2e%2e/users"],
)
def test_unknown_path_is_404(client: Client, headers: dict[str, str], path: str) -> None:
    assert_problem(client.get(path, headers=headers), 404)


def test_location_of_a_service_is_a_path_of_ours(client: Client, headers: dict[str, str]) -> None:
    response = client.get("/api/v1/grids/elsewhere", headers=headers)
    assert (response.status_code, response.headers["location"]) == (307, "/api/v1/grids/7")


def test_packed_answers_stay_packed(client: Client, headers: dict[str, str]) -> None:
    response = client.get("/api/v1/grids/packed", headers=headers | {"Accept-Encoding": "gzip, x-mine"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.text == "gzip, x-mine"


def test_head_has_headers_only(client: Client, headers: dict[str, str]) -> None:
    for _ in range(2):
        response = client.head("/api/v1/grids", headers=headers)
        assert response.status_code == 200
        assert int(response.headers["content-length"]) > 0
        assert response.content == b""


def test_download_is_streamed(client: Client, headers: dict[str, str]) -> None:
    digest, expected = hashlib.sha256(), hashlib.sha256()
    with client.stream("GET", "/api/v1/grids/download?chunks=200", headers=headers) as response:
        assert response.headers["content-type"] == "application/vnd.apache.arrow.stream"
        for chunk in response.iter_raw():
            digest.update(chunk)
    for index in range(200):
        expected.update(bytes([index % 256]) * 65536)
    assert digest.digest() == expected.digest()


def test_upload_is_streamed(client: Client, headers: dict[str, str], upstream: Upstream) -> None:
    seen_halfway: list[int] = []

    def chunks() -> Iterator[bytes]:
        for index in range(20):
            if index == 15:
                deadline = time.monotonic() + 5
                while upstream.bytes_seen < 10 * 65536 and time.monotonic() < deadline:
                    time.sleep(0.01)
                seen_halfway.append(upstream.bytes_seen)
            yield b"u" * 65536

    upstream.bytes_seen = 0
    response = client.post("/api/v1/grids/upload", headers=headers, content=chunks())
    assert response.json() == {"bytes": 20 * 65536, "length": None}
    # The service had most of it while the client was still sending.
    assert seen_halfway[0] >= 10 * 65536


def test_upload_of_known_length_keeps_its_length(client: Client, headers: dict[str, str]) -> None:
    body = b"k" * (3 * MEGABYTE)
    response = client.post("/api/v1/grids/upload", headers=headers, content=body)
    assert response.json() == {"bytes": len(body), "length": str(len(body))}


def test_service_may_answer_before_it_has_read_all(client: Client, headers: dict[str, str]) -> None:
    for _ in range(3):
        response = client.post("/api/v1/grids/early", headers=headers, content=b"e" * (4 * MEGABYTE))
        assert response.status_code == 409


def test_declared_body_above_the_limit_is_413_before_it_is_read(client: Client, headers: dict[str, str]) -> None:
    host, port = client.base_url.host, client.base_url.port
    assert port is not None
    head = f"POST /api/v1/profiles/upload HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\n"
    with socket.create_connection((host, port), timeout=5) as connection:
        connection.sendall(f"{head}Content-Length: {2 * 1024**3}\r\n\r\n".encode())
        answer = connection.recv(65536).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "application/problem+json" in answer


def test_undeclared_body_above_the_limit_is_413(client: Client, headers: dict[str, str]) -> None:
    chunks = (b"z" * 65536 for _ in range(200))
    assert_problem(client.post("/api/v1/grids/upload", headers=headers, content=chunks), 413)


def test_own_routes_take_small_bodies_only(client: Client) -> None:
    big = b'{"username":"' + b"x" * (2 * MEGABYTE) + b'"}'
    json_type = {"Content-Type": "application/json"}
    assert_problem(client.post("/api/v1/auth/login", content=big, headers=json_type), 413)
    chunks = (big[start : start + 65536] for start in range(0, len(big), 65536))
    assert_problem(client.post("/api/v1/auth/login", content=chunks, headers=json_type), 413)


def test_events_come_one_by_one(
    client: Client, headers: dict[str, str], upstream: Upstream, settings: Settings
) -> None:
    """Through a gateway whose engine is the test's service."""
    upstream.go_on.clear()
    with (
        _gateway_with(settings, engine_url=settings.topology_url) as other,
        other.stream("GET", "/api/v1/runs/1/events", headers=headers) as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        events = response.iter_text()
        for number in range(3):
            # The service sends the next event only after this one has arrived.
            assert next(events) == f"event: progress\ndata: {number}\n\n"
            upstream.go_on.set()


def test_client_that_leaves_cancels_the_call(
    client: Client, headers: dict[str, str], upstream: Upstream, settings: Settings
) -> None:
    upstream.arrived.clear()
    upstream.cancelled.clear()
    with _gateway_with(settings) as other:
        connection = http.client.HTTPConnection(other.base_url.host, other.base_url.port or 80)
        connection.request("GET", "/api/v1/grids/slow?seconds=60", headers=headers)
        assert upstream.arrived.wait(30)
        connection.close()
        assert upstream.cancelled.wait(30)


def test_client_that_leaves_a_stream_cancels_it(
    client: Client, headers: dict[str, str], upstream: Upstream, settings: Settings
) -> None:
    upstream.go_on.clear()
    upstream.cancelled.clear()
    with _gateway_with(settings, engine_url=settings.topology_url) as other:
        with other.stream("GET", "/api/v1/runs/1/events", headers=headers) as response:
            next(response.iter_text())
        assert upstream.cancelled.wait(5)


def test_service_that_takes_too_long_is_504(client: Client, headers: dict[str, str], settings: Settings) -> None:
    with _gateway_with(settings, upstream_timeout_seconds=0.3) as other:
        problem = assert_problem(other.get("/api/v1/grids/slow?seconds=3", headers=headers), 504)
    assert "topology" in problem["detail"]


def test_service_that_breaks_off_is_503_or_a_broken_answer(client: Client, headers: dict[str, str]) -> None:
    """Never a short answer that looks whole."""
    assert_problem(client.get("/api/v1/grids/broken", headers=headers), 503)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get("/api/v1/grids/cut", headers=headers)


def test_circuit_opens_when_the_service_is_down_and_closes_when_it_is_back(
    client: Client, headers: dict[str, str], settings: Settings, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    details = []
    for _ in range(5):
        response = client.get("/api/v1/runs", headers=headers)
        details.append(assert_problem(response, 503)["detail"])
        assert int(response.headers["retry-after"]) >= 1
    assert ["not answering" in detail for detail in details] == [False, False, False, True, True]
    # The others are not affected.
    assert client.get("/api/v1/grids", headers=headers).status_code == 200
    port = int(settings.engine_url.rsplit(":", 1)[1])
    with serving(upstream.app(), port):
        # The pause is over.
        now = time.time
        monkeypatch.setattr(time, "time", lambda: now() + 31)
        for _ in range(3):
            assert client.get("/api/v1/runs", headers=headers).status_code == 200


def test_a_service_that_stops_is_503_and_says_when_to_try_again(
    headers: dict[str, str], settings: Settings, upstream: Upstream
) -> None:
    """It ran and has kept connections; clients see a problem each time, first by failure, then by the open circuit."""
    path = "/api/v1/results/1/summary"
    with ExitStack() as service:
        url = service.enter_context(serving(upstream.app()))
        with _gateway_with(settings, results_url=url, breaker_open_seconds=30) as other:
            assert [other.get(path, headers=headers).status_code for _ in range(3)] == [200] * 3
            service.close()
            waits = []
            for method in ("GET", "POST", "GET", "DELETE", "GET"):
                response = other.request(method, path, headers=headers)
                assert "results" in assert_problem(response, 503)["detail"]
                waits.append(int(response.headers["retry-after"]))
            assert waits[:3] == [5] * 3
            assert all(5 < wait <= 30 for wait in waits[3:])


def test_many_requests_at_once_keep_their_answers_apart(client: Client, headers: dict[str, str]) -> None:
    answers: dict[int, str] = {}

    def ask(number: int) -> None:
        path = f"/api/v1/houses/{number}"
        with httpx.Client(base_url=client.base_url, timeout=20) as own:
            answers[number] = own.get(path, headers=headers | {"X-Request-ID": f"r{number}"}).json()["path"]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: f"/api/v1/houses/{number}" for number in range(40)}


def test_start_page_tells_where_to_go(client: Client) -> None:
    page = client.get("/").json()
    for path in ("documentation", "openapi", "health"):
        assert client.get(page[path]).status_code == 200
    html = client.get("/", headers={"Accept": "text/html"})
    assert "/api/v1/docs" in html.text


def _gateway_with(settings: Settings, **changes: Any) -> Any:
    return gateway(settings.model_copy(update=changes))
