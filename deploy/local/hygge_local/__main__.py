"""`python -m hygge_local up|demo|stop|start|backup|restore`: the commands behind `make`."""

import argparse
import signal
import sys
from types import FrameType

from hygge_local import backup, browser, control, demo, options
from hygge_local.client import ApiError
from hygge_local.display import Screen
from hygge_local.problems import CannotStart
from hygge_local.runtime import Runtime, RuntimeSettings
from hygge_local.web_app import WEB

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Ctrl-C, a terminal that was closed, or `kill`."""


def main() -> None:
    chosen = options.read()
    screen = Screen()
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    try:
        act = run if chosen.command in ("up", "demo") else _control
        sys.exit(act(chosen, screen))
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


def _control(chosen: argparse.Namespace, screen: Screen) -> int:
    if chosen.command == "backup":
        return backup.take(chosen.state, screen.line, keep=chosen.keep)
    if chosen.command == "restore":
        return backup.restore(chosen.state, screen.line, to=chosen.to)
    if chosen.name is None:
        return control.stop_all(chosen.state, screen.line)
    change = control.stop_one if chosen.command == "stop" else control.start_one
    return change(chosen.state, chosen.name, screen.line)


def run(chosen: argparse.Namespace, screen: Screen) -> int:
    """Start, show the demo if asked, stay up until a signal comes."""
    if chosen.announce:
        chosen.announce.unlink(missing_ok=True)
    runtime = Runtime(chosen.state, _settings(chosen))
    _start(runtime, screen)
    try:
        if chosen.announce:
            runtime.announce(chosen.announce)
        outcome = _demo(runtime, screen, chosen) if chosen.command == "demo" else _tell_address(runtime, screen)
        if chosen.command == "demo" and chosen.exit:
            return outcome
        screen.line("Press Ctrl-C to stop.")
        _stay()
        return outcome
    finally:
        _ignore_signals()
        screen.line("Stopping …")
        runtime.stop()
        if chosen.announce:
            chosen.announce.unlink(missing_ok=True)
        screen.line("Stopped.")


def _settings(chosen: argparse.Namespace) -> RuntimeSettings:
    concurrency = {"concurrency": chosen.concurrency} if chosen.concurrency else {}
    return RuntimeSettings(
        port=chosen.port,
        service_ports=chosen.service_ports,
        workers=chosen.workers,
        environment=dict(chosen.environment),
        web_folder=None if chosen.no_web else WEB,
        **concurrency,
    )


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
        run_id = demo.show(runtime, screen, chosen.example, rerun=chosen.rerun)
    except ApiError as error:
        screen.line(f"The demo failed. {error}\nThe services' logs are in {runtime.folder.logs}.")
        _tell_address(runtime, screen)
        return 1
    _tell_address(runtime, screen)
    if not chosen.no_web:
        results = f"{runtime.url}/runs/{run_id}"
        screen.line(f"The year's results: {results}")
        if not (chosen.exit or chosen.no_browser) and browser.can_open():
            browser.open_page(results)
    return 0


def _tell_address(runtime: Runtime, screen: Screen) -> int:
    screen.line(f"Hygge runs at {runtime.url} (API description: {runtime.url}/api/v1/docs)")
    screen.line(
        f"Sign in as {runtime.admin.username} with password {runtime.admin.password} (kept in {runtime.folder.secrets})"
    )
    return 0


if __name__ == "__main__":
    main()
