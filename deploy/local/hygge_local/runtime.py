"""The runtime: starts all in order, keeps it running, stops it in order and leaves nothing behind."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from celery import Celery

from hygge_core.database import connect, migrate
from hygge_core.provision import provision
from hygge_local import ports, redis_server, services
from hygge_local.files import ADMIN_USERNAME, PROJECT, SERVICES, Secrets, StateFolder, load_secrets, write_private
from hygge_local.lock import InstanceLock
from hygge_local.postgres import Postgres
from hygge_local.supervisor import POLL_SECONDS, Report, Supervisor
from hygge_local.web_app import WebApp

__all__ = ["POLL_SECONDS", "Account", "Runtime", "RuntimeSettings"]

MOST_WORKER_PROCESSES = 8
# Fetching the web app's packages takes as long as the network does.
WEB_SECONDS = 900.0
WEB_PHASE = "web app, beside the others"


@dataclass(frozen=True)
class RuntimeSettings:
    """What may be chosen. `port` 0: any free one; `admin_url`: an external PostgreSQL in place of the embedded one."""

    port: int = 8080
    service_ports: int = 0  # where the search for the services' ports starts; 0: anywhere free
    workers: int = 1
    concurrency: int = field(default_factory=lambda: max(1, min(os.cpu_count() or 1, MOST_WORKER_PROCESSES)))
    gateway_processes: int = 2 if (os.cpu_count() or 1) > 1 else 1
    admin_url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)  # further HYGGE_<SERVICE>_… settings
    start_seconds: float = 300.0  # of each process; the first start compiles the numeric core
    web_folder: Path | None = None  # the web app's sources: built if they have changed, and served


@dataclass(frozen=True)
class Account:
    """Who may sign in."""

    username: str
    password: str


class Runtime:
    """`with Runtime(folder, RuntimeSettings(port=0)) as runtime:` and everything runs until the block ends.

    `report` gets one line for each thing worth telling. Raises CannotStart, with the way out, when it can't start.
    """

    def __init__(
        self, folder: Path, settings: RuntimeSettings | None = None, report: Report = lambda line: None
    ) -> None:
        self.folder = StateFolder(folder.expanduser().resolve())
        self.settings = settings or RuntimeSettings()
        self.phases: dict[str, float] = {}
        self._lock = InstanceLock(self.folder.lock)
        self._processes = Supervisor(self.folder, report)
        self._secrets: Secrets | None = None
        self._ports: dict[str, int] = {}
        self._web_app = WebApp(self.settings.web_folder) if self.settings.web_folder else None
        self._web_began = 0.0

    # What users of the runtime need to know ---------------------------------------------------------------------------

    @property
    def report(self) -> Report:
        """Gets each thing worth telling."""
        return self._processes.report

    @report.setter
    def report(self, report: Report) -> None:
        self._processes.report = report

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://{ports.HOST}:{self._ports['gateway']}"

    def service_url(self, service: str) -> str:
        """A service's own address, past the gateway (for measurements)."""
        return f"http://{ports.HOST}:{self._ports[service]}"

    @property
    def admin(self) -> Account:
        assert self._secrets is not None, "the runtime has not been started"
        return Account(ADMIN_USERNAME, self._secrets.admin)

    @property
    def pids(self) -> dict[str, int]:
        """Process numbers by name: postgres, redis, the services, worker1, …"""
        with self._processes.guard:
            children = self._processes.children.items()
            return {name: child.pid for name, child in children if child.is_running and child.pid}

    @property
    def restarts(self) -> dict[str, int]:
        """How often each process had to be started again."""
        with self._processes.guard:
            return {name: child.restarts for name, child in self._processes.children.items()}

    def kill_worker(self, number: int = 1) -> int:
        """Kill a worker with its processes as a power cut would (SIGKILL); it is started again. Returns its old pid."""
        with self._processes.guard:
            child = self._processes.children[services.worker_name(number)]
            pid = child.pid
            assert pid is not None, "the worker does not run"
            child.kill()
        return pid

    def announce(self, path: Path) -> None:
        """Write down for other programs how to reach everything. The file holds the password: only we may read it."""
        facts = {
            "url": self.url,
            "username": self.admin.username,
            "password": self.admin.password,
            "state": str(self.folder.root),
            "services": {service: self.service_url(service) for service in SERVICES},
            "pids": self.pids,
        }
        write_private(path, json.dumps(facts, indent=2) + "\n")

    # Start and stop ---------------------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start everything and wait until it is ready; on any failure, stop what was started and raise."""
        self.folder.create()
        left = self._lock.acquire()
        try:
            if left is not None:
                self.report(
                    f"The last run (process {left.get('pid', 'unknown')}) did not end in order; taking over its lock."
                )
            self._processes.end_leftovers()
            self._start_all()
        except BaseException:
            self.stop()
            raise

    def _start_all(self) -> None:
        self._choose_ports()
        database_exists = (self.folder.postgres / "data" / "PG_VERSION").exists()
        self._secrets = load_secrets(self.folder, database_exists=database_exists and not self.settings.admin_url)
        self._processes.open()
        self._build_web_app()
        with self._phase("database and Redis"):
            wiring = self._start_stores(self._secrets)
        with self._phase("schemas"):
            self._bring_up_to_date(wiring)
        with self._phase("services and workers"):
            self._start_services(wiring)
        self._lock.describe(self.url)
        self._processes.watch()

    def stop(self) -> None:
        """Stop everything in order and free the lock. Fine to call twice, or when nothing was started."""
        if not self._lock.is_held:
            return
        self._processes.stop()
        self._lock.release()

    # The steps of starting --------------------------------------------------------------------------------------------

    @contextmanager
    def _phase(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        self.report(f"Starting {name} …" if name != "schemas" else "Bringing the schemas up to date …")
        yield
        self.phases[name] = time.perf_counter() - started

    def _choose_ports(self) -> None:
        others = [*(service for service in SERVICES if service != "gateway"), "redis"]
        gateway = ports.gateway_port(self.settings.port)
        first = self.settings.service_ports
        found = ports.ports_from(first, len(others)) if first else ports.any_ports(len(others) + 1)
        self._ports = {
            "gateway": gateway,
            **dict(zip(others, (port for port in found if port != gateway), strict=False)),
        }

    def _build_web_app(self) -> None:
        """Begin the build if one is needed; it goes on while all but the gateway start."""
        if self._web_app and not self._web_app.is_built():
            self._web_began = time.perf_counter()
            self._processes.launch(services.web_build_command(self._web_app.folder))

    def _wait_for_web_app(self) -> None:
        build = self._processes.children.get(services.WEB_BUILD)
        if build is not None:
            self._wait_for(services.WEB_BUILD, lambda: build.is_done, WEB_SECONDS)
            self._processes.check()
            self.phases[WEB_PHASE] = time.perf_counter() - self._web_began
            self._processes.forget(services.WEB_BUILD)

    def _wait_for(self, name: str, ready: Callable[[], bool], seconds: float | None = None) -> None:
        self._processes.wait_for(name, ready, seconds or self.settings.start_seconds)

    def _start_stores(self, secrets: Secrets) -> services.Wiring:
        redis_port = self._ports["redis"]
        self._processes.launch(redis_server.command(self.folder, secrets, redis_port, redis_server.find_server()))
        postgres = None
        if not self.settings.admin_url:
            postgres = Postgres(self.folder, secrets)
            postgres.prepare()
            self._processes.launch(postgres.command())
            self._wait_for("postgres", postgres.answers)
        self._wait_for("redis", lambda: redis_server.answers(secrets, redis_port))
        return services.Wiring(
            self.folder,
            secrets,
            admin_database_url=self.settings.admin_url or (postgres.admin_url if postgres else ""),
            redis_url=redis_server.url(secrets, redis_port),
            ports=self._ports,
            web_directory=self._web_app.dist if self._web_app else None,
        )

    def _bring_up_to_date(self, wiring: services.Wiring) -> None:
        provision(wiring.admin_database_url, wiring.secrets.roles)
        for service in SERVICES:
            database = connect(wiring.database_url(service), schema=service, pool_size=1)
            for name in migrate(database, PROJECT / "services" / service / "migrations", service):
                self.report(f"  {service}: {name}")
            database.close()

    def _start_services(self, wiring: services.Wiring) -> None:
        extra = self.settings.environment
        for service in reversed(SERVICES):
            if service != "gateway":
                self._processes.launch(services.service_command(wiring, service, extra))
        for number in range(1, self.settings.workers + 1):
            self._processes.launch(services.worker_command(wiring, number, self.settings.concurrency, extra))
        # Nobody needs the gateway to get ready, and it wants to see the whole web app when it starts.
        self._wait_for_web_app()
        self._processes.launch(services.service_command(wiring, "gateway", extra, self.settings.gateway_processes))
        for service in reversed(SERVICES):
            self._wait_for(service, partial(_is_ready, wiring.url(service)))
            self.report(f"  {service} is ready")
        self.report("  waiting for the workers (the first start compiles the numeric core) …")
        for number in range(1, self.settings.workers + 1):
            self._wait_for(services.worker_name(number), partial(_consumes, wiring.redis_url, number))
            self.report(f"  worker {number} is ready")


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=5).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _consumes(redis_url: str, number: int) -> bool:
    """True if the worker answers a ping through Redis."""
    app = Celery(broker=redis_url)
    try:
        return bool(app.control.ping(destination=[services.worker_hostname(number)], timeout=1.0))
    finally:
        app.close()
