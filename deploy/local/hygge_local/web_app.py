"""The web app in `web/`: its packages from npm, its build in `web/dist`, made anew when their sources have changed.

npm takes its registry from its own configuration (`.npmrc`, `npm_config_…`), as when it is called by hand.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from hygge_local.files import PROJECT
from hygge_local.node import RANGE, Node, find_node
from hygge_local.problems import CannotStart

WEB = PROJECT / "web"
# Neither these folders nor tests and declarations of types change what the browser gets.
NO_SOURCES = {"node_modules", "dist", "build", "e2e", "test-results", "playwright-report", "coverage", "__pycache__"}
NO_SOURCE_ENDINGS = (".test.ts", ".test.tsx", ".d.ts")
# Folders beside ours that the build takes files from: it publishes the example communities.
NEIGHBOURS = ("examples",)
TAIL_LINES = 20
STACK_LINE = re.compile(r"\s+at ")

Report = Callable[[str], None]


class WebApp:
    """The app in `folder`. What we note about its build is beside `dist`, so that all state folders share it."""

    def __init__(self, folder: Path = WEB, report: Report = lambda line: None) -> None:
        self.folder = folder
        self.report = report
        self.notes = folder / "build"
        self.log = self.notes / "npm.log"

    @property
    def dist(self) -> Path:
        return self.folder / "dist"

    @property
    def built_from(self) -> Path:
        """Holds the hash of the sources that `dist` was built from."""
        return self.notes / "built-from"

    def is_built(self) -> bool:
        """True if `dist` is there and no source has changed since."""
        if not (self.dist / "index.html").exists() or not self.built_from.exists():
            return False
        return self.built_from.read_text() == sources_hash(self.folder)

    def build(self) -> None:
        """Build if needed; of several that are asked to at once one does and the others wait."""
        with self._alone():
            if self.is_built():
                return
            node = required_node()
            self._install(node)
            sources = sources_hash(self.folder)
            self.built_from.unlink(missing_ok=True)
            self._npm(node, "building", ["run", "build"])
            self.built_from.write_text(sources)

    def install(self) -> None:
        """Only fetch the packages, if they are not there."""
        node = required_node()
        with self._alone():
            self._install(node)

    def become(self, script: str, arguments: Sequence[str]) -> NoReturn:
        """Turn this process into a script of package.json, so that signals reach the script itself."""
        node = required_node()
        with self._alone():
            self._install(node)
        command = [str(node.npm), "run", "--silent", script, *(["--", *arguments] if arguments else [])]
        os.chdir(self.folder)
        os.execve(node.npm, command, node.environment())

    def _install(self, node: Node) -> None:
        if not has_packages(self.folder):
            self._npm(node, "fetching its packages", ["ci"])

    def _npm(self, node: Node, doing: str, arguments: Sequence[str]) -> None:
        """One call of npm, its output in the log. Raises CannotStart with the log's end if it fails."""
        started = time.perf_counter()
        self.report(f"{doing} (npm {' '.join(arguments)}) …")
        with self.log.open("w") as output:
            outcome = subprocess.run(
                [str(node.npm), *arguments], cwd=self.folder, env=node.environment(), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
        if outcome.returncode != 0:
            raise CannotStart(self._failure(f"npm {' '.join(arguments)}", outcome.returncode))
        self.report(f"{doing} took {time.perf_counter() - started:.1f} s")

    def _failure(self, command: str, code: int) -> str:
        lines = self.log.read_text(errors="replace").rstrip().splitlines()
        tail = [line for line in lines if line and not STACK_LINE.match(line)][-TAIL_LINES:]
        return "\n".join(
            (
                f"`{command}` for the web app failed (exit code {code}). The end of {self.log}:",
                *tail,
                "When the cause is mended, the next start tries again (`make web` does only that). "
                "To start without the web app: `make demo ARGS=--no-web`.",
            )
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock that the operating system frees when we die; wait for it if another process has it."""
        self.notes.mkdir(exist_ok=True)
        with (self.notes / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.report("waiting for another process that builds it …")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def sources_hash(folder: Path) -> str:
    """One hash over the names and contents of all that the build comes from."""
    found = hashlib.sha256()
    folders = [folder, *(folder.parent / name for name in NEIGHBOURS)]
    for path in sorted(path for each in folders for path in _sources(each)):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder.parent).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NO_SOURCES and not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and not name.endswith(NO_SOURCE_ENDINGS):
                yield Path(parent) / name


def has_packages(folder: Path) -> bool:
    """True if node_modules holds what package-lock.json asks for, as npm itself noted when it had put it there."""
    try:
        wanted = json.loads((folder / "package-lock.json").read_text())["packages"]
        present = json.loads((folder / "node_modules" / ".package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    strangers = any(_identity(entry) != _identity(wanted.get(name, {})) for name, entry in present.items())
    # Packages for other systems are optional in the lock and never there.
    missing = any(name and name not in present and not entry.get("optional") for name, entry in wanted.items())
    return not strangers and not missing


def _identity(package: dict[str, object]) -> tuple[object, object]:
    return package.get("version"), package.get("integrity")


def required_node() -> Node:
    """Node.js, or CannotStart with the ways to get one."""
    node = find_node()
    if node is None:
        raise CannotStart(
            f"the web app needs Node.js ({RANGE}) with npm, and there is none. Install it, or remove .venv "
            "(`make clean`) so that the next start fetches one from the package index. "
            "To start without the web app: `make demo ARGS=--no-web`."
        )
    return node
