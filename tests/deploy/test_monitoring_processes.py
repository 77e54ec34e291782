"""A service of two processes: whichever answers, /metrics tells of both."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.ports import free_port
from tests.support.postgres import TestDatabase


@pytest.fixture(scope="module")
def url(database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The engine's API with two processes: it shows figures of the database too."""
    database.migrate("engine")
    port = free_port()
    away = "http://127.0.0.1:1"
    settings = {
        "PORT": port, "PROCESSES": 2, "DATABASE_URL": database.url("engine"), "JWKS_URL": away,
        "REDIS_URL": "redis://127.0.0.1:1", "TOPOLOGY_URL": away, "PROFILES_URL": away, "RESULTS_URL": away,
        "TOKEN_URL": away, "CLIENT_ID": "engine", "CLIENT_SECRET": "none",
    }  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HYGGE_", "PROMETHEUS_"))}
    environment |= {f"HYGGE_ENGINE_{name}": str(value) for name, value in settings.items()}
    log: Path = tmp_path_factory.mktemp("engine") / "log"
    command = [sys.executable, "-m", "hygge_core.serve", "engine"]
    process = subprocess.Popen(
        command, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        yield _answering(f"http://127.0.0.1:{port}", process, log)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _answering(url: str, process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            httpx.get(f"{url}/health/live", timeout=5)
            return url
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def value(text: str, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} ([\d.e+-]+)$", text, re.MULTILINE)
    assert found, f"{series} is not in:\n{text}"
    return float(found[1])


def test_both_processes_count_together(url: str) -> None:
    requests = 40
    for _ in range(requests):
        # A connection each, so that both processes get some.
        assert httpx.get(f"{url}/api/v1/runs", timeout=10).status_code == 401
    refused = 'http_server_request_duration_seconds_count{method="GET",route="/api/v1/runs",status="401"}'
    seen = set()
    for _ in range(10):
        text = httpx.get(f"{url}/metrics", timeout=10).text
        assert value(text, refused) == requests
        seen.update(re.findall(r'^process_resident_memory_bytes\{pid="(\d+)"\}', text, re.MULTILINE))
    assert len(seen) == 2


def test_figures_of_the_database_and_gauges_show_once(url: str) -> None:
    text = httpx.get(f"{url}/metrics", timeout=10).text
    assert value(text, 'hygge_engine_runs{status="queued"}') == 0
    assert value(text, "hygge_engine_worker_processes") == 0
    assert value(text, "hygge_postgres_connections") >= 1
    assert value(text, 'hygge_build_info{environment="DEV",version="0.1.0"}') == 1
    assert value(text, 'hygge_dependency_up{dependency="database"}') == 1
    assert value(text, 'hygge_dependency_up{dependency="redis"}') == 0
    assert value(text, "http_server_active_requests") == 0
    assert value(text, 'db_client_connections_max{pool="engine"}') in (20, 40)
