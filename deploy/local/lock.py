#!/usr/bin/env python3
"""Print what the whole workspace needs from package registries, one requirement a line: the input of `make lock`.

Our own packages are left out: they are installed from the checkout, never from a registry.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The installer itself, and what builds our packages.
TOOLS = ("uv", "setuptools>=80")


def requirements(root: Path) -> list[str]:
    """The dependencies of every pyproject.toml and the root's extras, without our own packages, sorted."""
    found = set(TOOLS)
    for path in (root / "pyproject.toml", *sorted(root.glob("libs/*/pyproject.toml")),
                 *sorted(root.glob("services/*/pyproject.toml")), root / "deploy/local/pyproject.toml"):  # fmt: skip
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        for group in (project.get("dependencies", []), *project.get("optional-dependencies", {}).values()):
            found |= {requirement for requirement in group if not re.match(r"hygge\b", requirement)}
    return sorted(found)


if __name__ == "__main__":
    print("\n".join(requirements(ROOT)))
