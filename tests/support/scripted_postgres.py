"""A TimescaleDB server in a container that is backed up and restored by the scripts in `deploy/backup`."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.containers import cannot
from tests.support.postgres import ROOT
from tests.support.timescale import IMAGE, WANTED

PASSWORD = "only-for-this-test"
DATA, BACKUPS, SCRIPTS = "/data", "/backups", "/hygge/backup"
ARCHIVING = (
    "archive_mode=on",
    "archive_timeout=60s",
    f"archive_command={SCRIPTS}/archive-wal.sh %p %f",
)
START_SECONDS = 90.0


@contextmanager
def docker_engine() -> Iterator[Any]:
    """The container engine; without one the test is skipped, or fails where it must not be."""
    try:
        import docker
    except ImportError as error:
        cannot(WANTED, f"the Python package {error.name} is not installed")
    try:
        engine = docker.from_env()
        engine.images.get(IMAGE)
    except docker.errors.DockerException as error:
        cannot(WANTED, f"there is no container engine with the image {IMAGE} ({type(error).__name__})")
    yield engine


class ScriptedServer:
    """One server on two folders, `data` and `backups`, which outlive its containers."""

    def __init__(self, engine: Any, folder: Path) -> None:
        self._engine = engine
        self._volumes = {
            str(folder / "data"): {"bind": DATA, "mode": "rw"},
            str(folder / "backups"): {"bind": BACKUPS, "mode": "rw"},
            str(ROOT / "deploy" / "backup"): {"bind": SCRIPTS, "mode": "ro"},
            str(ROOT / "deploy" / "backup" / "prepare-server.sh"): {
                "bind": "/docker-entrypoint-initdb.d/100-prepare-server.sh", "mode": "ro",
            },
        }  # fmt: skip
        self._environment = {
            "POSTGRES_PASSWORD": PASSWORD, "PGDATA": f"{DATA}/pgdata", "HYGGE_BACKUP_PASSWORD": PASSWORD,
        }  # fmt: skip
        self._container: Any = None

    @contextmanager
    def running(self) -> Iterator[Callable[[str], str]]:
        """The server; asks it as its superuser."""
        settings = [part for setting in ARCHIVING for part in ("-c", setting)]
        self._container = self._engine.containers.run(
            IMAGE, ["postgres", *settings], environment=self._environment, volumes=self._volumes, detach=True
        )
        try:
            self._wait()
            yield self._ask
        finally:
            self._container.stop(timeout=60)
            self._container.remove()

    def backup(self) -> str:
        """`backup.sh` over the network, as the role that may do nothing else."""
        command = f"PGHOST=$(hostname -i) PGUSER=hygge_backup {SCRIPTS}/backup.sh"
        return self._execute(["sh", "-c", command])

    def restore(self, *arguments: str) -> str:
        """`restore.sh` in a container of its own, while no server runs."""
        said = self._engine.containers.run(
            IMAGE, list(arguments), entrypoint=[f"{SCRIPTS}/restore.sh"], user="postgres", remove=True, stderr=True,
            environment=self._environment, volumes=self._volumes,
        )  # fmt: skip
        return str(said.decode())

    def _ask(self, statement: str) -> str:
        return self._execute(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-c", statement]).strip()

    def _execute(self, command: list[str]) -> str:
        done = self._container.exec_run(command, user="postgres", environment={"PGPASSWORD": PASSWORD})
        text: str = done.output.decode()
        assert done.exit_code == 0, text
        return text

    def _wait(self) -> None:
        """Until the server answers over the network: while it sets itself up it does not listen there."""
        until = time.monotonic() + START_SECONDS
        while self._container.exec_run(["sh", "-c", "pg_isready -q -h $(hostname -i)"]).exit_code:
            self._container.reload()
            assert self._container.status in ("created", "running"), self._container.logs().decode()[-3000:]
            assert time.monotonic() < until, self._container.logs().decode()[-3000:]
            time.sleep(0.5)
