"""The command line of `python -m hygge_local`."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from hygge_local import examples
from hygge_local.files import PROJECT, SERVICES

DESCRIPTION = """
up: start everything and stay up. demo: the same, and run an example's year. stop: stop what up or demo started;
with a NAME only that process (postgres, redis, a service, worker1, …), which then stays stopped until `start NAME`.
backup: keep the database of what up or demo started as it is now, and its log from now on. restore: bring it back.
"""


def read(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options of the command line (of this process, unless given)."""
    parser = argparse.ArgumentParser(prog="python -m hygge_local", description=DESCRIPTION)
    parser.add_argument("command", choices=["up", "demo", "stop", "start", "backup", "restore"])
    parser.add_argument("name", nargs="?", help="stop, start: one process")
    parser.add_argument("--state", type=Path, default=PROJECT / ".hygge", help="the folder for everything that is kept")
    _add_start(parser.add_argument_group("up and demo"))
    _add_demo(parser.add_argument_group("demo"))
    _add_backup(parser.add_argument_group("backup and restore"))
    chosen = parser.parse_args(arguments)
    if chosen.command != "stop" and bool(chosen.name) != (chosen.command == "start"):
        parser.error("start needs the name of a process; all others but stop take none")
    return chosen


def _add_start(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--port", type=int, default=8080, help="the gateway's port; 0: any free one")
    group.add_argument("--service-ports", type=int, default=0, help="where the services' ports start; 0: anywhere free")
    group.add_argument("--workers", type=int, default=1, help="number of Celery workers")
    group.add_argument("--concurrency", type=int, help="processes of each worker; as many as cores by default")
    group.add_argument("--no-web", action="store_true", help="without the web app")
    group.add_argument(
        "--announce", type=Path, metavar="FILE", help="once up, write a JSON file that says how to reach everything"
    )
    group.add_argument(
        "--set", type=_setting, action="append", default=[], metavar="HYGGE_<SERVICE>_<NAME>=VALUE", dest="environment",
        help="a further setting of a service; may be repeated",
    )  # fmt: skip


def _add_demo(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--example", default="simbench_semiurb", choices=examples.names())
    group.add_argument("--exit", action="store_true", help="end by itself instead of staying up")
    group.add_argument("--rerun", action="store_true", help="run the year again")
    group.add_argument("--no-browser", action="store_true", help="do not open the results in a browser")


def _add_backup(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--keep", type=int, default=3, help="how many backups stay, with the log since the oldest")
    group.add_argument(
        "--to",
        type=_moment,
        metavar="TIME",
        help="restore: to this moment (2026-11-21T09:30:00Z); else to the last commit",
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a moment such as 2026-11-21T09:30:00Z") from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} names no time zone; write {text}Z for UTC or {text}+01:00")
    return moment.astimezone(UTC)


def _setting(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    prefixes = tuple(f"HYGGE_{service.upper()}_" for service in SERVICES)
    if not separator or not name.startswith(prefixes):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form HYGGE_<SERVICE>_<NAME>=VALUE")
    return name, value
