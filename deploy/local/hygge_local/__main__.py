"""`python -m hygge_local up|demo|stop`: the commands behind `make`."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from hygge_local import demo, examples
from hygge_local.client import ApiError
from hygge_local.display import Screen
from hygge_local.files import PROJECT, StateFolder
from hygge_local.lock import running_instance
from hygge_local.problems import CannotStart
from hygge_local.runtime import Runtime, RuntimeSettings

STOP_SECONDS = 120.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Ctrl-C, a terminal that was closed, or `kill`."""


def main() -> None:
    chosen = _arguments()
    screen = Screen()
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        sys.exit(stop(chosen.state, screen) if chosen.command == "stop" else run(chosen, screen))
    except CannotStart as problem:
        screen.line(f"Hygge can't start: {problem}")
        sys.exit(1)
    except Interrupted:
        screen.line("Interrupted; everything is stopped.")
        sys.exit(130)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """The first signal ends what goes on; further ones must not disturb the stopping."""
    _ignore_signals()
    raise Interrupted


def _ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hygge_local", description=(__doc__ or "").strip())
    parser.add_argument("command", choices=["up", "demo", "stop"])
    parser.add_argument("--port", type=int, default=8080, help="the gateway's port; 0: any free one")
    parser.add_argument(
        "--service-ports", type=int, default=0, help="where the services' ports start; 0: anywhere free"
    )
    parser.add_argument("--state", type=Path, default=PROJECT / ".hygge", help="the folder for everything that is kept")
    parser.add_argument("--workers", type=int, default=1, help="number of Celery workers")
    parser.add_argument("--concurrency", type=int, help="processes of each worker; as many as cores by default")
    parser.add_argument("--example", default="simbench_semiurb", choices=examples.names(), help="for demo")
    parser.add_argument("--exit", action="store_true", help="demo: end by itself instead of staying up")
    parser.add_argument("--rerun", action="store_true", help="demo: run the year again")
    return parser.parse_args()


def run(chosen: argparse.Namespace, screen: Screen) -> int:
    """Start, show the demo if asked, stay up until a signal comes."""
    options = {"concurrency": chosen.concurrency} if chosen.concurrency else {}
    settings = RuntimeSettings(
        port=chosen.port,
        service_ports=chosen.service_ports,
        workers=chosen.workers,
        gateway_processes=2 if (os.cpu_count() or 1) > 1 else 1,
        **options,
    )
    runtime = Runtime(chosen.state, settings)
    _start(runtime, screen)
    try:
        outcome = _demo(runtime, screen, chosen) if chosen.command == "demo" else 0
        _tell_address(runtime, screen)
        if chosen.command == "demo" and chosen.exit:
            return outcome
        screen.line("Press Ctrl-C to stop.")
        _stay()
        return outcome
    finally:
        _ignore_signals()
        screen.line("Stopping …")
        runtime.stop()
        screen.line("Stopped.")


def _start(runtime: Runtime, screen: Screen) -> None:
    with screen.step("Start") as update:

        def report(line: str) -> None:
            update(None, line.strip())
            screen.line(line)

        runtime.report = report
        runtime.start()
    runtime.report = screen.line


def _stay() -> None:
    try:
        demo.wait_for_ever()
    except Interrupted:
        return


def _demo(runtime: Runtime, screen: Screen, chosen: argparse.Namespace) -> int:
    try:
        demo.show(runtime, screen, chosen.example, rerun=chosen.rerun)
    except ApiError as error:
        screen.line(f"The demo failed. {error}\nThe services' logs are in {runtime.folder.logs}.")
        return 1
    return 0


def _tell_address(runtime: Runtime, screen: Screen) -> None:
    screen.line(f"Hygge runs at {runtime.url} (API description: {runtime.url}/api/v1/docs)")
    screen.line(
        f"Sign in as {runtime.admin.username} with password {runtime.admin.password} (kept in {runtime.folder.secrets})"
    )


def stop(state: Path, screen: Screen) -> int:
    """Ask a running instance to stop and wait until it has."""
    lock = StateFolder(state.resolve()).lock
    holder = running_instance(lock)
    if holder is None or "pid" not in holder:
        screen.line(f"Nothing runs from {state}.")
        return 0
    os.kill(int(holder["pid"]), signal.SIGTERM)
    until = time.monotonic() + STOP_SECONDS
    while running_instance(lock) is not None:
        if time.monotonic() > until:
            screen.line(f"Process {holder['pid']} still runs; see {lock.parent / 'logs'}.")
            return 1
        time.sleep(0.1)
    screen.line("Stopped.")
    return 0


if __name__ == "__main__":
    main()
