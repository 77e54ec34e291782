"""How each service and worker is started: its command line and its settings (`HYGGE_<SERVICE>_…`)."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from hygge_core.provision import role_name
from hygge_local.files import ADMIN_USERNAME, SERVICES, Secrets, StateFolder
from hygge_local.ports import HOST
from hygge_local.process import Command

ENGINE_CLIENT = "engine"
WEB_BUILD = "web"
# Workers stop first, because they use everything else.
WORKER_STAGE, SERVICE_STAGE = 3, 2
# People who press Ctrl-C don't wait for long downloads.
SHUTDOWN_SECONDS = "5"
# All share one machine: whoever is at the door gets a word at once, and runs take what reading leaves.
DOOR = "gateway"
SERVICE_NICENESS, WORKER_NICENESS = 5, 10
# Numeric libraries start one thread a core in every process; the worker's processes are already one a core.
SINGLE_THREADED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Wiring:
    """Who is where: what the settings of all services are made from."""

    folder: StateFolder
    secrets: Secrets
    admin_database_url: str
    redis_url: str
    ports: Mapping[str, int]
    web_directory: Path | None = None  # the built web app, if the gateway is to serve one

    def url(self, service: str) -> str:
        return f"http://{HOST}:{self.ports[service]}"

    def database_url(self, service: str) -> str:
        """The database as the service's own role sees it."""
        head, rest = self.admin_database_url.split("://", 1)
        password = quote(self.secrets.roles[service], safe="")
        return f"{head}://{role_name(service)}:{password}@{rest.split('@', 1)[1]}"


def settings(wiring: Wiring, service: str) -> dict[str, str]:
    """The settings of one service, by their short names."""
    common = {
        "PORT": str(wiring.ports[service]),
        "DATABASE_URL": wiring.database_url(service),
        "JWKS_URL": f"{wiring.url('gateway')}/api/v1/auth/jwks",
    }
    return common | _own_settings(wiring).get(service, {})


def _own_settings(wiring: Wiring) -> dict[str, dict[str, str]]:
    urls = {f"{service.upper()}_URL": wiring.url(service) for service in SERVICES}
    gateway = {
        "REDIS_URL": wiring.redis_url,
        **{name: urls[name] for name in ("TOPOLOGY_URL", "PROFILES_URL", "ENGINE_URL", "RESULTS_URL")},
        "SIGNING_KEY_FILE": str(wiring.folder.signing_keys),
        "SERVICE_CLIENTS": json.dumps({ENGINE_CLIENT: wiring.secrets.engine_client}),
        "BOOTSTRAP_ADMIN_USERNAME": ADMIN_USERNAME,
        "BOOTSTRAP_ADMIN_PASSWORD": wiring.secrets.admin,
    }
    if wiring.web_directory is not None:
        gateway["WEB_DIRECTORY"] = str(wiring.web_directory)
    engine = {
        "REDIS_URL": wiring.redis_url,
        **{name: urls[name] for name in ("TOPOLOGY_URL", "PROFILES_URL", "RESULTS_URL")},
        "TOKEN_URL": f"{wiring.url('gateway')}/api/v1/auth/token",
        "CLIENT_ID": ENGINE_CLIENT,
        "CLIENT_SECRET": wiring.secrets.engine_client,
    }
    return {"gateway": gateway, "engine": engine, "profiles": {"TOPOLOGY_URL": urls["TOPOLOGY_URL"]}}


def environment(wiring: Wiring, service: str, extra: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a service's process: ours without Hygge settings, its own, then `extra`.

    `extra` (of tests and benches) holds full names; only those of this service's prefix are passed on: a service
    refuses what it doesn't know.
    """
    prefix = f"HYGGE_{service.upper()}_"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("HYGGE_", "PG"))}
    own = {prefix + name: value for name, value in settings(wiring, service).items()}
    chosen = {name: value for name, value in extra.items() if name.startswith(prefix)}
    return inherited | {"PYTHONUNBUFFERED": "1"} | SINGLE_THREADED | own | chosen


def service_command(wiring: Wiring, service: str, extra: Mapping[str, str], processes: int = 1) -> Command:
    prefix = f"HYGGE_{service.upper()}_"
    chosen = {f"{prefix}PROCESSES": str(processes), f"{prefix}SHUTDOWN_SECONDS": SHUTDOWN_SECONDS, **extra}
    arguments = [sys.executable, "-m", "hygge_core.serve", service]
    niceness = 0 if service == DOOR else SERVICE_NICENESS
    return Command(service, arguments, environment(wiring, service, chosen), stage=SERVICE_STAGE, niceness=niceness)


def worker_command(wiring: Wiring, number: int, concurrency: int, extra: Mapping[str, str]) -> Command:
    """A Celery worker. SIGTERM lets it finish its slice; a run that is cut off goes on from its checkpoint."""
    arguments = [
        sys.executable, "-m", "celery", "-A", "hygge_engine.worker:app", "worker",
        "--pool", "prefork", "--concurrency", str(concurrency), "--hostname", worker_hostname(number),
        "--without-gossip", "--without-mingle", "--loglevel", "INFO",
    ]  # fmt: skip
    return Command(
        worker_name(number),
        arguments,
        environment(wiring, "engine", extra),
        patience_seconds=20,
        stage=WORKER_STAGE,
        niceness=WORKER_NICENESS,
    )


def web_build_command(folder: Path) -> Command:
    """The build of the web app: a process of its own, so that it ends with all others if the start is cut off."""
    arguments = [sys.executable, "-m", "hygge_local.web", "--folder", str(folder), "build"]
    return Command(WEB_BUILD, arguments, patience_seconds=5, stage=WORKER_STAGE, once=True)


def worker_name(number: int) -> str:
    return f"worker{number}"


def worker_hostname(number: int) -> str:
    return f"{worker_name(number)}@hygge"
