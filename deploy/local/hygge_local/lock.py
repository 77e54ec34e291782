"""One runtime per state folder: a lock that the operating system frees when its holder dies, however it dies."""

import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hygge_local.problems import CannotStart

# The longest that a process which only looks at the lock may hold it, with a wide margin.
LOOK_SECONDS = 0.5
# Longer than any process number and address.
TEXT_BYTES = 256


class InstanceLock:
    """Holds `<folder>/lock`. The file says who holds it and where; the kernel's lock on it says if that is true."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> dict[str, Any] | None:
        """Take the lock. Returns what a dead holder left in it (a stale lock), None if it was free.

        Raises CannotStart with the address of the instance that is running.
        """
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(descriptor):
            os.close(descriptor)
            raise CannotStart(_already_running(_holder(self.path), self.path.parent))
        self._descriptor = descriptor
        left = _holder(self.path)
        self.describe(url=None)
        return left

    def describe(self, url: str | None) -> None:
        """Say who holds the lock, and the address once it is known."""
        assert self._descriptor is not None, "the lock is not held"
        # In one write, and never empty in between: others read it at any time.
        text = json.dumps({"pid": os.getpid(), "url": url}).ljust(TEXT_BYTES).encode()
        os.pwrite(self._descriptor, text, 0)
        os.ftruncate(self._descriptor, len(text))

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def release(self) -> None:
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def running_instance(path: Path) -> dict[str, Any] | None:
    """Who holds the lock now: {pid, url}; None if nobody does, whatever an old file says."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(path) or {}
    finally:
        os.close(descriptor)
    return None


def _locked(descriptor: int) -> bool:
    """Take the lock if no instance holds it; who only looks whether one does holds it for a moment too."""
    until = time.monotonic() + LOOK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_SECONDS / 50)


def _holder(path: Path) -> dict[str, Any] | None:
    try:
        holder = json.loads(path.read_text() or "null")
    except ValueError:
        return {}
    return dict(holder) if holder else None


def _already_running(holder: dict[str, Any] | None, folder: Path) -> str:
    holder = holder or {}
    where = f"at {holder['url']}" if holder.get("url") else "and is still starting"
    return (
        f"Hygge already runs from {folder} {where} (process {holder.get('pid', 'unknown')}). "
        f"Use it, stop it with `make stop`, or start a second one beside it: `make demo STATE=.hygge2 PORT=9090`."
    )
