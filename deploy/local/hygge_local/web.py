"""`python -m hygge_local.web`: what `make` does with the web app.

python -m hygge_local.web build              build it if it has changed, as `make demo` and `make up` do
python -m hygge_local.web run <script> …     a script of web/package.json
"""

import argparse
import sys
from pathlib import Path

from hygge_local.problems import CannotStart
from hygge_local.web_app import WEB, WebApp


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m hygge_local.web", description="Build the web app, run its scripts."
    )
    parser.add_argument("--folder", type=Path, default=WEB, help="where package.json is")
    parser.add_argument("command", choices=["build", "run"])
    parser.add_argument("script", nargs="?", help="run: a script of web/package.json")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="run: what the script gets")
    chosen = parser.parse_args()
    app = WebApp(chosen.folder.resolve(), report=lambda line: print(f"  web: {line}", flush=True))
    try:
        if chosen.command == "run":
            app.become(chosen.script or parser.error("run needs the name of a script"), chosen.arguments)
        app.build()
    except CannotStart as problem:
        print(problem, flush=True)
        return 1
    print(f"  web: up to date in {app.dist}", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
