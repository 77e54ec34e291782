"""`docker compose up` from nothing: an example's year, four workers, every container restarted in mid-run, down and up.

The tests of this file build on each other, in their order: one stack is started and used by all.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import hygge_local.client
from hygge_gateway.routing.security import page_headers
from hygge_local.examples import follow_run, load_example, read_example, run_request, start_run
from tests.deploy.compose import SERVICES
from tests.deploy.stack import ASKED_FOR, Stack, new_stack, require_compose
from tests.e2e.client import FINAL, Api, sign_in

pytestmark = [pytest.mark.containers, pytest.mark.timeout(1800)]

BUILD_SECONDS = 1500.0
EXAMPLE = "simbench_semiurb"
RESTARTED = ["postgres", "redis", *SERVICES, "web", "engine-worker"]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    require_compose()
    found = new_stack(tmp_path_factory.mktemp("secrets") / "own")
    # Who names a version has its images already, as a pipeline that built them.
    if "HYGGE_VERSION" not in os.environ:
        found.compose("build", "--quiet", "web", *SERVICES, seconds=BUILD_SECONDS)
    try:
        found.up()
        found.wait(found.is_healthy)
        yield found
    finally:
        found.take_down("--volumes", "--timeout", "5")


@pytest.fixture(scope="module")
def finished(stack: Stack) -> dict[str, Any]:
    """The example's year, run through the stack's one door; nothing disturbs it."""
    return _run_example(stack)


@pytest.fixture
def admin(stack: Stack) -> Iterator[Api]:
    with sign_in(stack.url, "admin", stack.password) as api:
        yield api


def test_pages_have_the_gateways_headers_and_nothing_else_is_shown(stack: Stack) -> None:
    page = httpx.get(f"{stack.url}/communities/4")
    assert page.status_code == 200
    assert '<div id="root">' in page.text
    assert {name: page.headers[name] for name in page_headers({"scheme": "http"})} == page_headers({"scheme": "http"})
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["server"] == "nginx"
    script = page.text.split('src="/assets/')[1].split('"')[0]
    asset = httpx.get(f"{stack.url}/assets/{script}", headers={"Accept-Encoding": "gzip"})
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert asset.headers["content-type"].startswith("text/javascript")
    assert asset.headers["content-encoding"] == "gzip"
    assert asset.headers["x-content-type-options"] == "nosniff"
    for path in ("/metrics", "/health/ready", "/assets/none.js", "/.env", f"/assets/{script}.gz", "/none.js"):
        answer = httpx.get(f"{stack.url}{path}")
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
    assert "/api/v1/runs" in httpx.get(f"{stack.url}/openapi.json").json()["paths"]
    assert httpx.get(f"{stack.url}/docs", follow_redirects=True).url.path == "/api/v1/docs"


def test_what_is_too_large_is_refused_in_the_apis_own_words(stack: Stack) -> None:
    """By its length, before a byte of it is sent."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    connection.putrequest("POST", "/api/v1/profiles/upload")
    connection.putheader("Content-Length", str(400 * 1024 * 1024))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["type"] == "urn:hygge:problem:too-large"
    connection.close()


@pytest.mark.parametrize("service", [*SERVICES, "engine-worker", "web"])
def test_a_container_is_nobody_and_can_write_nowhere(stack: Stack, service: str) -> None:
    assert stack.run_in(service, "id", "-u").stdout.strip() == "10001"
    for folder in ("/", "/app", "/srv", "/usr/share/sbom"):
        assert stack.run_in(service, "touch", f"{folder}/x", check=False).returncode != 0
    parts = json.loads(stack.run_in(service, "cat", "/usr/share/sbom/hygge.cdx.json").stdout)
    assert parts["bomFormat"] == "CycloneDX"
    assert len(parts["components"]) > 20
    environment = stack.run_in(service, "env").stdout
    assert not [path for path in stack.folder.iterdir() if path.read_text() in environment]


def test_the_example_runs_through_it(stack: Stack, finished: dict[str, Any]) -> None:
    assert finished["status"] == "succeeded", finished
    command = [sys.executable, "-m", "hygge_local.example", "--url", stack.url, "--rerun"]
    outcome = subprocess.run(
        [*command, "--password-file", str(stack.folder / "admin_password")], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert f"{stack.url}/runs/" in outcome.stdout


def test_four_workers_share_the_work_and_are_seen(stack: Stack, finished: dict[str, Any]) -> None:
    stack.up("--scale", "engine-worker=4", "--no-recreate")
    stack.wait(stack.is_healthy)
    stack.wait(lambda: _targets_up(stack).get("engine-worker") == 4, 90)
    assert {name: _targets_up(stack).get(name) for name in SERVICES} == dict.fromkeys(SERVICES, 1)
    assert _run_example(stack)["result_digest"] == finished["result_digest"]


def test_runs_outlive_the_restart_of_every_container(stack: Stack, admin: Api, finished: dict[str, Any]) -> None:
    """One container after the other, each while a run is going on; as many runs as that takes."""
    body = run_request(read_example(EXAMPLE), _community(stack))
    left = list(RESTARTED)
    while left:
        run_id = _accepted(admin, body)
        ended = _follow(admin, run_id, left, stack)
        assert ended["status"] == "succeeded", ended
        assert ended["result_digest"] == finished["result_digest"]
    stack.wait(stack.is_healthy)


def test_without_the_gateway_there_is_a_clear_answer_and_then_it_goes_on(stack: Stack) -> None:
    stack.compose("stop", "--timeout", "10", "gateway")
    answer = httpx.get(f"{stack.url}/api/v1/grids", timeout=30)
    assert answer.status_code in (503, 504)
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert httpx.get(f"{stack.url}/runs").status_code == 200
    stack.compose("start", "gateway")
    stack.wait(lambda: stack.answers("/api/v1/auth/jwks"), 90)


def test_down_and_up_again_loses_nothing(stack: Stack, finished: dict[str, Any]) -> None:
    with sign_in(stack.url, "admin", stack.password) as api:
        before = api("GET", f"/results/{finished['id']}/summary")
        keys = api("GET", "/auth/jwks")
    stack.take_down("--timeout", "20")
    assert stack.compose("ps", "--all", "--quiet").stdout.strip() == ""
    stack.up()
    stack.wait(stack.is_healthy)
    with sign_in(stack.url, "admin", stack.password) as api:
        assert api("GET", f"/runs/{finished['id']}")["result_digest"] == finished["result_digest"]
        assert api("GET", f"/results/{finished['id']}/summary") == before
        assert api("GET", "/auth/jwks") == keys


def test_all_that_was_asked_for_runs_and_backups_are_taken(stack: Stack) -> None:
    running = stack.compose("ps", "--services", "--status", "running").stdout.split()
    assert set(running) == {*ASKED_FOR, *SERVICES, "postgres", "redis"}
    assert stack.run_in("postgres", "ls", "/backups/base").stdout.strip()


def _client(stack: Stack) -> hygge_local.client.Api:
    return hygge_local.client.Api(stack.url, "admin", stack.password)


def _community(stack: Stack) -> Any:
    with _client(stack) as api:
        return load_example(api, read_example(EXAMPLE))


def _run_example(stack: Stack) -> dict[str, Any]:
    """As `make example` does it: import unless it is there, run, follow its events to the end."""
    community = _community(stack)
    with _client(stack) as api:
        started = start_run(api, run_request(read_example(EXAMPLE), community))
        *_, run = follow_run(api, int(started["id"]))
    return run


def _accepted(admin: Api, body: dict[str, Any], seconds: float = 60) -> int:
    """The id of a new run; asked again while something is still coming back."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            answer = admin.raw("POST", "/runs", json=body)
        except httpx.TransportError:
            continue
        if answer.status_code == 202:
            return int(answer.json()["id"])
        assert answer.status_code in (503, 504), answer.text
        time.sleep(0.5)
    raise AssertionError(f"no run was accepted within {seconds:.0f} s")


def _follow(admin: Api, run_id: int, left: list[str], stack: Stack, seconds: float = 300) -> dict[str, Any]:
    """The run when it has ended. Each time it is seen at work, the next container is restarted and off the list."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            answer = admin.raw("GET", f"/runs/{run_id}", params={"include": "none"})
        except httpx.TransportError:
            answer = None
        run = dict(answer.json()) if answer is not None and answer.is_success else {}
        if run.get("status") in FINAL:
            return run
        if run.get("progress") and left:
            stack.compose("restart", "--timeout", "20", left.pop(0))
        time.sleep(0.5)
    raise AssertionError(f"run {run_id} has not ended after {seconds:.0f} s; not yet restarted: {left}")


def _targets_up(stack: Stack) -> dict[str, int]:
    """How many targets of each job Prometheus has reached."""
    script = (
        "import urllib.request as u; print(u.urlopen('http://prometheus:9090/api/v1/query?query=up').read().decode())"
    )
    found = json.loads(stack.run_in("topology", "python", "-c", script).stdout)["data"]["result"]
    counts: dict[str, int] = {}
    for series in found:
        job = series["metric"]["job"]
        counts[job] = counts.get(job, 0) + int(series["value"][1])
    return counts
