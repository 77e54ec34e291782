"""What every service counts, and how /metrics shows it: of one process, or of all processes of a service together.

Gauges name how processes are put together (`multiprocess_mode`); what is read from the database when /metrics is asked
is a collector, given to `expose`.
"""

import os
import struct
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import stamina
from cryptography.x509 import load_pem_x509_certificate
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
if FOLDER_VARIABLE in os.environ:
    # A container that starts again gives the same numbers to its processes: what the last one left is not ours.
    mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]

# Buckets of the OpenTelemetry semantic convention for http.server.request.duration.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
WAIT_BUCKETS = (0.001, 0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10)

HTTP_DURATION = Histogram(
    "http_server_request_duration_seconds", "Time to answer a request", ["method", "route", "status"], buckets=BUCKETS
)
HTTP_ERRORS = Counter("http_server_errors_total", "Requests answered with a 5xx", ["method", "route"])
HTTP_ACTIVE = Gauge(
    "http_server_active_requests",
    "Requests that are being answered, event streams included",
    multiprocess_mode="livesum",
)
# `peer`: the service that was asked. `status`: what it answered; timeout or unreachable when it did not.
CLIENT_DURATION = Histogram(
    "http_client_request_duration_seconds",
    "Time until another service answered (its headers, where the body is passed on)",
    ["peer", "method", "status"],
    buckets=BUCKETS,
)
POOL_USED = Gauge(
    "db_client_connections_used", "Database connections in use", ["pool"], multiprocess_mode="livesum"
)  # fmt: skip
POOL_MAX = Gauge("db_client_connections_max", "Database connections allowed", ["pool"], multiprocess_mode="livesum")
POOL_PENDING = Gauge(
    "db_client_connections_pending", "Who waits for a database connection", ["pool"], multiprocess_mode="livesum"
)
POOL_WAIT = Histogram(
    "db_client_connections_wait_seconds", "Time to get a database connection", ["pool"], buckets=WAIT_BUCKETS
)
POOL_TIMEOUTS = Counter("db_client_connections_timeouts_total", "Waits for a connection that were in vain", ["pool"])
DEPENDENCY_UP = Gauge(
    "hygge_dependency_up", "Whether what the service needs answered last time", ["dependency"],
    multiprocess_mode="livemostrecent",
)  # fmt: skip
BUILD = Gauge("hygge_build_info", "What runs: always 1", ["version", "environment"], multiprocess_mode="livemax")
CERTIFICATE_ENDS = Gauge(
    "hygge_tls_certificate_expiry_timestamp_seconds", "When the certificate that is shown to others ends",
    multiprocess_mode="livemin",
)  # fmt: skip

_exposed: dict[Collector, str] = {}


def note_build(version: str, environment: str, certificate_file: Path | None = None) -> None:
    """Say once at the start what runs, and until when its certificate is good."""
    BUILD.labels(version, environment).set(1)
    if certificate_file is not None:
        ends = load_pem_x509_certificate(certificate_file.read_bytes()).not_valid_after_utc
        CERTIFICATE_ENDS.set(ends.timestamp())


def expose(collector: Collector, *, needs: str = "") -> None:
    """Ask this collector too when /metrics is read, except while the named dependency is away."""
    _exposed[collector] = needs


def conceal(collector: Collector) -> None:
    """Ask it no more."""
    _exposed.pop(collector, None)


def registry(away: Collection[str] = ()) -> CollectorRegistry:
    """What /metrics shows: this process, or all of a service if PROMETHEUS_MULTIPROC_DIR names their folder."""
    whole = CollectorRegistry()
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        whole.register(REGISTRY)
    else:
        whole.register(Processes(Path(folder)))
    for collector, needs in _exposed.items():
        if needs not in away:
            whole.register(collector)
    return whole


class Processes(Collector):
    """Everything that the processes of a service have counted, and what each of the living ones takes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        living = []
        for pid in self._pids():
            if Path(f"/proc/{pid}").exists():
                living.append(pid)
            else:
                # Another scrape may be at it too.
                with suppress(FileNotFoundError):
                    mark_process_dead(pid, str(self._folder))  # type: ignore[no-untyped-call]
        yield from self._counted()
        taken: dict[str, Metric] = {}
        for pid in living:
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                known = taken.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    known.add_sample(sample.name, {**sample.labels, "pid": str(pid)}, sample.value)
        yield from taken.values()

    @stamina.retry(on=struct.error, attempts=5, wait_initial=0.01, wait_jitter=0.01)
    def _counted(self) -> list[Metric]:
        """What all files hold; read again when a process that just starts has made its file and not written to it."""
        return list(MultiProcessCollector(None, str(self._folder)).collect())  # type: ignore[no-untyped-call]

    def _pids(self) -> list[int]:
        found = set()
        for file in self._folder.glob("*.db"):
            with suppress(ValueError):
                found.add(int(file.stem.rpartition("_")[2]))
        return sorted(found)
