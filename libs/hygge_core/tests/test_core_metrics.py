"""/metrics, read for real: of one process, of several that count together, and while the database is away."""

import os
import re
import struct
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import APIRouter
from fastapi.testclient import TestClient
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from pydantic_settings import SettingsConfigDict

from hygge_core import metrics
from hygge_core.app import create_app
from hygge_core.client import ServiceClient
from hygge_core.database import connect, ping, transaction
from hygge_core.errors import HyggeError, Unavailable
from hygge_core.postgres_metrics import PostgresCollector
from hygge_core.settings import CoreSettings
from tests.support.postgres import TestDatabase


class Settings(CoreSettings):
    model_config = SettingsConfigDict(env_prefix="HYGGE_MEASURED_")


def value(text: str, series: str) -> float:
    found = re.search(rf"^{re.escape(series)} ([\d.e+-]+)$", text, re.MULTILINE)
    assert found, f"{series} is not in:\n{text}"
    return float(found[1])


def shown() -> str:
    return generate_latest(metrics.registry()).decode()


def app_with(**options: object) -> TestClient:
    settings = Settings(port=1, database_url="postgresql://localhost/none", jwks_url="http://localhost/none")
    return TestClient(create_app(settings, name="measured", summary="x", **{"routers": [], "checks": {}, **options}))


class Told:
    """A collector that asks for something that may be away."""

    def describe(self) -> list[GaugeMetricFamily]:
        return []

    def collect(self) -> list[GaugeMetricFamily]:
        return [GaugeMetricFamily("hygge_told", "A figure", value=7)]


def test_what_is_away_is_not_asked_for_figures() -> None:
    collector, there = Told(), True

    def check() -> None:
        if not there:
            raise Unavailable("gone")

    metrics.expose(collector, needs="database")
    try:
        with app_with(checks={"database": check}) as client:
            text = client.get("/metrics").text
            assert value(text, 'hygge_dependency_up{dependency="database"}') == 1
            assert value(text, "hygge_told") == 7
            there = False
            text = client.get("/metrics").text
            assert value(text, 'hygge_dependency_up{dependency="database"}') == 0
            assert "hygge_told" not in text
    finally:
        metrics.conceal(collector)


def test_requests_in_flight_are_counted_while_they_are() -> None:
    router = APIRouter()

    @router.get("/slow")
    def slow() -> float:
        return value(shown(), "http_server_active_requests")

    with app_with(routers=[router]) as client:
        before = value(shown(), "http_server_active_requests")
        assert client.get("/api/v1/slow").json() == before + 1
        assert value(shown(), "http_server_active_requests") == before
        assert value(shown(), 'hygge_build_info{environment="DEV",version="0.1.0"}') == 1


@pytest.mark.parametrize(
    ("answer", "status"),
    [(httpx.Response(200), "200"), (httpx.Response(404), "404"), (httpx.ReadTimeout("late"), "timeout"),
     (httpx.ConnectError("nobody"), "unreachable")],
)  # fmt: skip
def test_calls_to_other_services_are_timed_by_outcome(answer: httpx.Response | Exception, status: str) -> None:
    def respond(_request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    client = ServiceClient("http://topology:8000", str, transport=httpx.MockTransport(respond))
    series = f'http_client_request_duration_seconds_count{{method="POST",peer="topology",status="{status}"}}'
    before = metrics.CLIENT_DURATION.labels("topology", "POST", status)._sum.get()
    try:
        client.request("POST", "/x", retry=False)
    except HyggeError:
        assert status != "200"
    assert value(shown(), series) >= 1
    assert metrics.CLIENT_DURATION.labels("topology", "POST", status)._sum.get() > before


def test_the_pool_shows_what_is_used_and_who_waited_in_vain(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hygge_core.database.POOL_TIMEOUT_SECONDS", 0.05)
    pool = connect(database.url("topology"), schema="topology", pool_size=1)
    pool.connect()
    assert value(shown(), 'db_client_connections_used{pool="topology"}') == 1
    assert value(shown(), 'db_client_connections_max{pool="topology"}') == 1
    from concurrent.futures import ThreadPoolExecutor

    def wait_in_vain() -> None:
        with pytest.raises(Unavailable), transaction(pool):
            pass

    with ThreadPoolExecutor(1) as other:
        other.submit(wait_in_vain).result()
    assert value(shown(), 'db_client_connections_timeouts_total{pool="topology"}') == 1
    assert value(shown(), 'db_client_connections_pending{pool="topology"}') == 0
    assert value(shown(), 'db_client_connections_wait_seconds_count{pool="topology"}') == 2
    pool.close()
    assert value(shown(), 'db_client_connections_used{pool="topology"}') == 0
    pool.close_all()


def test_postgresql_tells_about_connections_size_and_archive(database: TestDatabase) -> None:
    pool = connect(database.url("engine"), schema="engine", pool_size=1)
    ping(pool)
    found = {metric.name: metric.samples for metric in PostgresCollector(pool).collect()}
    assert found["hygge_postgres_connections"][0].value >= 1
    assert found["hygge_postgres_connections_max"][0].value >= 100
    assert found["hygge_postgres_database_bytes"][0].value > 1_000_000
    outcomes = {s.labels["outcome"]: s.value for s in found["hygge_postgres_wal_archive_timestamp_seconds"]}
    assert outcomes == {"archived": 0, "failed": 0}
    pool.close_all()


def test_a_database_that_is_away_shows_nothing() -> None:
    gone = connect("postgresql://nobody@127.0.0.1:1/none", schema="engine", pool_size=1)
    assert list(PostgresCollector(gone).collect()) == []


def test_the_end_of_the_certificate_is_shown(tmp_path: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=90)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    signed = builder.serial_number(1).not_valid_before(start).not_valid_after(end).sign(key, hashes.SHA256())
    file = tmp_path / "tls.crt"
    file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    metrics.note_build("0.1.0", "TEST", file)
    assert value(shown(), "hygge_tls_certificate_expiry_timestamp_seconds") == end.timestamp()


# Four processes that share a folder: the parent shows what all have counted, one of them is killed.
TOGETHER = """
import os, signal, sys, time
from hygge_core import metrics
from prometheus_client import generate_latest

def count():
    metrics.HTTP_DURATION.labels("GET", "/x", "200").observe(0.1)
    metrics.HTTP_ACTIVE.inc()
    metrics.DEPENDENCY_UP.labels("redis").set(0)

pids = []
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        count()
        time.sleep(60)
    pids.append(pid)
count()
deadline = time.monotonic() + 20
while "http_server_active_requests 4.0" not in generate_latest(metrics.registry()).decode():
    assert time.monotonic() < deadline
    time.sleep(0.05)
metrics.DEPENDENCY_UP.labels("redis").set(1)
sys.stdout.write(generate_latest(metrics.registry()).decode() + "=====\\n")
os.kill(pids[0], signal.SIGKILL)
os.waitpid(pids[0], 0)
sys.stdout.write(generate_latest(metrics.registry()).decode())
for pid in pids[1:]:
    os.kill(pid, signal.SIGKILL)
"""


def test_processes_count_together_and_the_dead_hold_nothing(tmp_path: Path) -> None:
    # Left by a container that ended: its process had the number of nobody now.
    (tmp_path / "gauge_livesum_4194303.db").write_bytes(b"")
    environment = {**os.environ, metrics.FOLDER_VARIABLE: str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(TOGETHER)], env=environment, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    before, after = done.stdout.split("=====\n")
    count = 'http_server_request_duration_seconds_count{method="GET",route="/x",status="200"}'
    assert value(before, count) == 4
    assert value(after, count) == 4
    assert value(before, "http_server_active_requests") == 4
    assert value(after, "http_server_active_requests") == 3
    assert value(before, 'hygge_dependency_up{dependency="redis"}') == 1
    assert len(re.findall(r"^process_resident_memory_bytes\{pid=", before, re.MULTILINE)) == 4
    assert len(re.findall(r"^process_resident_memory_bytes\{pid=", after, re.MULTILINE)) == 3
    assert not (tmp_path / "gauge_livesum_4194303.db").exists()


def test_a_process_that_has_just_made_its_file_is_waited_for(tmp_path: Path) -> None:
    born = tmp_path / f"counter_{os.getpid()}.db"
    born.write_bytes(b"")
    writer = threading.Timer(0.03, lambda: born.write_bytes(struct.pack("i", 8) + bytes(1020)))
    writer.start()
    assert not [metric for metric in metrics.Processes(tmp_path).collect() if metric.name.startswith("hygge")]
    writer.join()
