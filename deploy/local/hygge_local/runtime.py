"""The runtime: starts all in order, keeps it running, stops it in order and leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from celery import Celery

from hygge_core.database import connect, migrate
from hygge_core.provision import provision
from hygge_local import leash, ports, redis_server, services
from hygge_local.files import ADMIN_USERNAME, PROJECT, SERVICES, Secrets, StateFolder, load_secrets, write_private
from hygge_local.lock import InstanceLock
from hygge_local.postgres import Postgres
from hygge_local.problems import CannotStart
from hygge_local.process import Child, Command, created_at, kill_group

POLL_SECONDS = 0.1
MOST_WORKER_PROCESSES = 8

Report = Callable[[str], None]


@dataclass(frozen=True)
class RuntimeSettings:
    """What may be chosen. `port` 0: any free one; `admin_url`: an external PostgreSQL in place of the embedded one."""

    port: int = 8080
    service_ports: int = 0  # where the search for the services' ports starts; 0: anywhere free
    workers: int = 1
    concurrency: int = field(default_factory=lambda: max(1, min(os.cpu_count() or 1, MOST_WORKER_PROCESSES)))
    gateway_processes: int = 1
    admin_url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)  # further HYGGE_<SERVICE>_… settings
    start_seconds: float = 120.0


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
        self.report = report
        self._lock = InstanceLock(self.folder.lock)
        self._children: dict[str, Child] = {}
        self._leash: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._guard = threading.RLock()
        self._watcher: threading.Thread | None = None
        self._secrets: Secrets | None = None
        self._ports: dict[str, int] = {}

    # What users of the runtime need to know ---------------------------------------------------------------------------

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
        with self._guard:
            return {name: child.pid for name, child in self._children.items() if child.is_running and child.pid}

    @property
    def restarts(self) -> dict[str, int]:
        """How often each process had to be started again."""
        with self._guard:
            return {name: child.restarts for name, child in self._children.items()}

    def kill_worker(self, number: int = 1) -> int:
        """Kill a worker with its processes as a power cut would (SIGKILL); it is started again. Returns its old pid."""
        with self._guard:
            child = self._children[services.worker_name(number)]
            pid = child.pid
            assert pid is not None, "the worker does not run"
            child.kill()
        return pid

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
            self._end_leftovers()
            self._start_all()
        except BaseException:
            self.stop()
            raise

    def _start_all(self) -> None:
        self._choose_ports()
        database_exists = (self.folder.postgres / "data" / "PG_VERSION").exists()
        self._secrets = load_secrets(self.folder, database_exists=database_exists and not self.settings.admin_url)
        self._start_leash()
        with self._phase("database and Redis"):
            wiring = self._start_stores(self._secrets)
        with self._phase("schemas"):
            self._bring_up_to_date(wiring)
        with self._phase("services and workers"):
            self._start_services(wiring)
        self._lock.describe(self.url)
        self._watcher = threading.Thread(target=self._watch, name="hygge-watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop everything in order and free the lock. Fine to call twice, or when nothing was started."""
        if not self._lock.is_held:
            return
        self._stopping.set()
        if self._watcher:
            self._watcher.join()
        with self._guard:
            self._stop_children()
        if self._leash and self._leash.stdin:
            with suppress(OSError):
                self._leash.stdin.close()
            self._leash.wait()
            self._leash = None
        self.folder.processes.unlink(missing_ok=True)
        self._lock.release()

    def _stop_children(self) -> None:
        """By stage: the workers (they use everything else), the services, Redis, the database."""
        for stage in sorted({child.command.stage for child in self._children.values()}, reverse=True):
            together = [child for child in self._children.values() if child.command.stage == stage]
            for child in together:
                child.ask_to_stop()
            for child in together:
                child.wait_or_kill()
                del self._children[child.name]

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

    def _start_stores(self, secrets: Secrets) -> services.Wiring:
        redis_port = self._ports["redis"]
        self._launch(redis_server.command(self.folder, secrets, redis_port, redis_server.find_server()))
        postgres = None
        if not self.settings.admin_url:
            postgres = Postgres(self.folder, secrets)
            postgres.prepare()
            self._launch(postgres.command())
            self._wait_for("postgres", postgres.answers)
        self._wait_for("redis", lambda: redis_server.answers(secrets, redis_port))
        return services.Wiring(
            self.folder,
            secrets,
            admin_database_url=self.settings.admin_url or (postgres.admin_url if postgres else ""),
            redis_url=redis_server.url(secrets, redis_port),
            ports=self._ports,
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
            processes = self.settings.gateway_processes if service == "gateway" else 1
            self._launch(services.service_command(wiring, service, extra, processes))
        for number in range(1, self.settings.workers + 1):
            self._launch(services.worker_command(wiring, number, self.settings.concurrency, extra))
        for service in reversed(SERVICES):
            self._wait_for(service, partial(_is_ready, wiring.url(service)))
            self.report(f"  {service} is ready")
        self.report("  waiting for the workers (the first start compiles the numeric core) …")
        for number in range(1, self.settings.workers + 1):
            self._wait_for(services.worker_name(number), partial(_consumes, wiring.redis_url, number))
            self.report(f"  worker {number} is ready")

    def _launch(self, command: Command) -> None:
        child = Child(command, self.folder.logs / f"{command.name}.log")
        with self._guard:
            self._children[command.name] = child
            child.start()
            self._note(child)

    def _wait_for(self, name: str, ready: Callable[[], bool]) -> None:
        """Wait until a process is ready. Any process that ends meanwhile is shown with the end of its log."""
        until = time.monotonic() + self.settings.start_seconds
        while not ready():
            for child in self._children.values():
                if not child.is_running:
                    ended = f"{child.name} ended while it started ({child.ending()})"
                    raise CannotStart(f"{ended}. The end of {child.log}:\n{child.tail()}")
            if time.monotonic() > until:
                child = self._children[name]
                late = f"{name} was not ready after {self.settings.start_seconds:g} s"
                raise CannotStart(f"{late}. The end of {child.log}:\n{child.tail()}")
            time.sleep(POLL_SECONDS)

    # Keeping it running -----------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        while not self._stopping.wait(POLL_SECONDS * 2):
            with self._guard:
                for child in self._children.values():
                    before = child.pid
                    if (news := child.watch()) is not None:
                        self.report(news)
                    if child.pid != before:
                        self._note(child)

    def _note(self, child: Child) -> None:
        """Tell the leash, and the next start, what runs."""
        if self._leash and self._leash.stdin:
            command = child.command
            line = json.dumps(
                [child.name, child.pid, int(command.stop_signal), command.patience_seconds, command.stage]
            )
            self._leash.stdin.write(line.encode() + b"\n")
            self._leash.stdin.flush()
        running = {child.name: child.pid for child in self._children.values() if child.pid}
        if self._leash:
            running["leash"] = self._leash.pid
        write_private(
            self.folder.processes, json.dumps({name: [pid, created_at(pid)] for name, pid in running.items()})
        )

    def _start_leash(self) -> None:
        with (self.folder.logs / "leash.log").open("ab") as output:
            self._leash = subprocess.Popen(
                [sys.executable, "-P", leash.__file__],
                stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def _end_leftovers(self) -> None:
        """Processes of a run that was killed: its leash is ending them; what it could not end is ended here."""
        try:
            noted: dict[str, list[float]] = json.loads(self.folder.processes.read_text())
        except (OSError, ValueError):
            return
        left = {name: int(pid) for name, (pid, born) in noted.items() if born and created_at(int(pid)) == born}
        if left:
            self.report(f"Waiting for {len(left)} processes of the last run to end …")
        until = time.monotonic() + (90 if "leash" in left else 0)
        while time.monotonic() < until and any(created_at(pid) == noted[name][1] for name, pid in left.items()):
            time.sleep(POLL_SECONDS)
        for name, pid in left.items():
            if created_at(pid) == noted[name][1] and name != "postgres":  # Postgres.prepare() stops a database in order
                kill_group(pid, signal.SIGKILL)
        self.folder.processes.unlink(missing_ok=True)


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
