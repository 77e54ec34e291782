#!/usr/bin/env python3
"""What one image installs, as a part of requirements.lock. Standard library only: it runs before anything is installed.

requirements.py wanted PYPROJECT…    what these projects ask for, a requirement a line, without our own packages
requirements.py pick LOCK NAMES      the lock's entries, hashes and all, of the pinned names in a file (or of one name)
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

# Ours come from the checkout, never from a registry.
_OURS = re.compile(r"hygge\b")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def wanted(projects: list[Path]) -> list[str]:
    """Dependencies of the projects with all of their extras, sorted."""
    found: set[str] = set()
    for path in projects:
        project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
        for group in (project.get("dependencies", []), *project.get("optional-dependencies", {}).values()):
            found |= {requirement for requirement in group if not _OURS.match(requirement)}
    return sorted(found)


def pick(lock: str, pins: dict[str, str]) -> str:
    """The entries of these names in these versions ("": in any). Raises ValueError if one is missing."""
    found = {_name(entry): entry for entry in _entries(lock) if pins.get(_name(entry)) in ("", _version(entry))}
    if missing := sorted(set(pins) - set(found)):
        raise ValueError(f"not in the lock, or in another version: {', '.join(missing)}; run `make lock`")
    return "".join(found[name] for name in sorted(found))


def _entries(lock: str) -> Iterator[str]:
    """Each requirement with its hashes: it goes on as long as lines end with a backslash."""
    entry = ""
    for line in lock.splitlines(keepends=True):
        if entry or (line.strip() and not line.startswith(("#", " "))):
            entry += line
            if not line.rstrip().endswith("\\"):
                yield entry
                entry = ""


def _name(entry: str) -> str:
    found = _NAME.match(entry)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def _version(entry: str) -> str:
    return re.split(r"[\s;\\]", entry.partition("==")[2], maxsplit=1)[0]


def read_pins(text: str) -> dict[str, str]:
    """Name → version of lines like `name==1.2`."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    return {_name(line): _version(line) for line in lines if line}


def main(arguments: list[str]) -> None:
    if len(arguments) >= 2 and arguments[0] == "wanted":
        print("\n".join(wanted([Path(name) for name in arguments[1:]])))
    elif len(arguments) == 3 and arguments[0] == "pick":
        names = Path(arguments[2])
        pins = read_pins(names.read_text(encoding="utf-8")) if names.is_file() else {arguments[2]: ""}
        print(pick(Path(arguments[1]).read_text(encoding="utf-8"), pins), end="")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
