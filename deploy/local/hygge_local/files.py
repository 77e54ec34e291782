"""The state folder `.hygge/`: where things are, secrets that only its owner can read."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hygge_local.problems import CannotStart

# The checkout that holds services/, examples/ and deploy/local/.
PROJECT = Path(__file__).resolve().parents[3]
SERVICES = ("gateway", "topology", "profiles", "engine", "results")
ADMIN_USERNAME = "admin"


@dataclass(frozen=True)
class StateFolder:
    """The places inside one runtime's folder."""

    root: Path

    @property
    def lock(self) -> Path:
        return self.root / "lock"

    @property
    def processes(self) -> Path:
        return self.root / "processes.json"

    @property
    def secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def signing_keys(self) -> Path:
        return self.root / "keys"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def held(self) -> Path:
        """A file in here, named like a process, keeps that process stopped."""
        return self.root / "held"

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def backups(self) -> Path:
        """Base backups, the archived log, and copies of the secrets; see `deploy/backup`."""
        return self.root / "backups"

    @property
    def redis(self) -> Path:
        return self.root / "redis"

    def create(self) -> None:
        """Make the folders. Only their owner may read what is in them; others may pass (PostgreSQL's own user must)."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711)
        for folder in (self.logs, self.redis, self.signing_keys, self.held):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)


def write_private(path: Path, text: str) -> None:
    """Write a file with mode 0600, whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


@dataclass(frozen=True)
class Secrets:
    """Every password of one runtime, made once."""

    admin: str
    postgres: str
    redis: str
    engine_client: str
    roles: dict[str, str]


def load_secrets(folder: StateFolder, *, database_exists: bool) -> Secrets:
    """The runtime's passwords; made at the first start. A password of a later version's new service is added.

    Raises CannotStart when a database exists but the file that holds its passwords does not.
    """
    if not folder.secrets.exists() and database_exists:
        raise CannotStart(
            f"{folder.secrets} is missing, but the database in {folder.root} needs its passwords. "
            f"Put the file back, or remove {folder.root} to start with an empty one."
        )
    known: dict[str, Any] = _read(folder.secrets) if folder.secrets.exists() else {}
    roles: dict[str, str] = known.get("roles", {})
    values: dict[str, Any] = {
        **{
            name: known.get(name) or secrets.token_urlsafe(18)
            for name in ("admin", "postgres", "redis", "engine_client")
        },
        "roles": {service: roles.get(service) or secrets.token_urlsafe(18) for service in SERVICES},
    }
    if values != known:
        write_private(folder.secrets, json.dumps(values, indent=2) + "\n")
    folder.secrets.chmod(0o600)
    return Secrets(**values)


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text())
    except ValueError as error:
        raise CannotStart(
            f"{path} can't be read ({error}). Put it back from a copy, or remove {path.parent}."
        ) from error
    return dict(values)
