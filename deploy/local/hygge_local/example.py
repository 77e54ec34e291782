"""`make example`: an example's year on a Hygge that runs already, wherever that is."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from hygge_local import demo, examples
from hygge_local.client import ApiError
from hygge_local.display import Screen
from hygge_local.files import ADMIN_USERNAME, PROJECT
from hygge_local.runtime import Account

PASSWORD_FILE = PROJECT / "deploy" / "secrets" / "admin_password"


@dataclass(frozen=True)
class Elsewhere:
    """An installation that somebody else started."""

    url: str
    admin: Account
    phases: Mapping[str, float] = field(default_factory=dict)


def main() -> None:
    chosen = read()
    screen = Screen()
    try:
        password = chosen.password_file.read_text(encoding="utf-8").strip()
        there = Elsewhere(chosen.url.rstrip("/"), Account(chosen.username, password))
        run_id = demo.show(there, screen, chosen.example, rerun=chosen.rerun)
    except (ApiError, OSError, httpx.TransportError) as error:
        screen.line(f"The example failed. {error}")
        sys.exit(1)
    screen.line(f"The year's results: {there.url}/runs/{run_id}")


def read(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hygge_local.example", description="Run an example's year.")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="where Hygge is")
    parser.add_argument("--username", default=ADMIN_USERNAME, help="an admin or operator")
    parser.add_argument("--password-file", type=Path, default=PASSWORD_FILE)
    parser.add_argument("--example", default="simbench_semiurb", choices=examples.names())
    parser.add_argument("--rerun", action="store_true", help="run the year again")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
