"""Node.js with npm, for the web app: the machine's own, else the one that bootstrap.sh put beside the packages.

The file imports nothing of the package: bootstrap.sh runs it before the packages are there, to learn whether the
machine has a Node.js (`python node.py` then ends with 0).
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# What the web app's packages run on, the same as `engines` in web/package.json.
RANGE = "^20.19.0 || ^22.13.0 || >=24.0.0"


@dataclass(frozen=True)
class Node:
    """A Node.js and its npm."""

    node: Path
    npm: Path
    version: tuple[int, int]

    def environment(self) -> dict[str, str]:
        """Our environment, in which `node` and `npm` are these: npm's scripts look for them in PATH."""
        path = os.environ.get("PATH", os.defpath)
        return {**os.environ, "PATH": f"{self.node.parent}{os.pathsep}{path}"}


def find_node() -> Node | None:
    """The machine's Node.js if it is new enough and has npm, else that of the virtual environment, else None."""
    return of_the_machine() or _at(own_folder() / "node", own_folder() / "npm")


def of_the_machine() -> Node | None:
    """The first `node` and `npm` in PATH."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return _at(Path(node), Path(npm)) if node and npm else None


def own_folder() -> Path:
    """Where bootstrap.sh makes links to the Node.js from the package index."""
    return Path(sys.prefix) / "node"


def is_new_enough(version: tuple[int, int]) -> bool:
    """Odd versions below 24 are dead, and packages refuse them."""
    major, minor = version
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 13) or major >= 24


def version_of(node: Path) -> tuple[int, int] | None:
    """(major, minor) of a binary, None if it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"v(\d+)\.(\d+)\.", answer)
    return (int(found[1]), int(found[2])) if found else None


def _at(node: Path, npm: Path) -> Node | None:
    version = version_of(node)
    return Node(node, npm, version) if version and is_new_enough(version) and npm.exists() else None


if __name__ == "__main__":
    sys.exit(0 if of_the_machine() else 1)
