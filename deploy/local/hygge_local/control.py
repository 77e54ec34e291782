"""What other processes may ask of a running instance: to stop, or to keep one of its processes stopped for a while."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from hygge_local.files import StateFolder
from hygge_local.lock import running_instance
from hygge_local.process import created_at

STOP_SECONDS = 120.0
POLL_SECONDS = 0.1

Report = Callable[[str], None]


def stop_all(state: Path, report: Report) -> int:
    """Ask a running instance to stop and wait until it has. Returns the exit code for the command."""
    lock = StateFolder(state.resolve()).lock
    # Who has just taken the lock says a moment later who it is.
    _comes_true(lambda: running_instance(lock) != {})
    holder = running_instance(lock)
    if not holder:
        report(f"Nothing runs from {state}.")
        return 0
    os.kill(int(holder["pid"]), signal.SIGTERM)
    if not _comes_true(lambda: running_instance(lock) is None):
        report(f"Process {holder['pid']} still runs; see {lock.parent / 'logs'}.")
        return 1
    report("Stopped.")
    return 0


def stop_one(state: Path, name: str, report: Report) -> int:
    """Stop one process and keep it stopped."""
    folder = StateFolder(state.resolve())
    names = {*_processes(folder), *(mark.name for mark in folder.held.glob("*"))} - {"leash"}
    if running_instance(folder.lock) is None or name not in names:
        report(f"No process {name!r} runs from {state}. There are: {', '.join(sorted(names)) or 'none'}.")
        return 1
    (folder.held / name).touch()
    stopped = _comes_true(lambda: name not in _processes(folder))
    report(f"{name} is stopped." if stopped else f"{name} still runs; see {folder.logs}.")
    return 0 if stopped else 1


def start_one(state: Path, name: str, report: Report) -> int:
    """Start again what `stop_one` has stopped."""
    folder = StateFolder(state.resolve())
    mark = next((mark for mark in folder.held.glob("*") if mark.name == name), None)
    if running_instance(folder.lock) is None or mark is None:
        report(f"No process {name!r} was stopped by name in {state}.")
        return 1
    mark.unlink()
    started = _comes_true(lambda: _is_alive(_processes(folder).get(name)))
    report(f"{name} is started." if started else f"{name} was not started; see {folder.logs}.")
    return 0 if started else 1


def _processes(folder: StateFolder) -> dict[str, list[float]]:
    """[process number, when it was created] of each that is kept running."""
    try:
        return dict(json.loads(folder.processes.read_text()))
    except FileNotFoundError:
        return {}


def _is_alive(noted: list[float] | None) -> bool:
    return noted is not None and created_at(int(noted[0])) == noted[1]


def _comes_true(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + STOP_SECONDS
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True
