#!/usr/bin/env python3
"""Ask for known faults in what Hygge is made of: requirements.lock and the web app's packages (`make scan`).

Ends with 0 (all were asked about, none is known), 1 (some are known; each is named), 2 (not all could be asked about,
for instance because the advisory services can't be reached). pip-audit itself ends with 0 in that last case.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hygge_local.node import find_node

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 600
FINE, KNOWN, UNKNOWN = 0, 1, 2


class CannotAsk(Exception):
    """No answer, or one that can't be read."""


def python_packages() -> tuple[list[str], list[str]]:
    """Known faults, and packages that could not be asked about."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", "requirements.lock", "--disable-pip",
               "--require-hashes", "--progress-spinner", "off", "--format", "json"]  # fmt: skip
    return read_pip_audit(_answer(command, ROOT))


def read_pip_audit(answer: dict[str, Any]) -> tuple[list[str], list[str]]:
    faults, skipped = [], []
    for package in answer["dependencies"]:
        if "skip_reason" in package:
            skipped.append(str(package["name"]))
        for fault in package.get("vulns", []):
            fixed = ", ".join(fault["fix_versions"]) or "none"
            faults.append(f"{package['name']} {package['version']}: {fault['id']}, fixed in {fixed}")
    if not answer["dependencies"]:
        raise CannotAsk("there is no package in requirements.lock")
    return faults, skipped


def web_packages() -> list[str]:
    """Known faults of what browsers get; what only builds the web app is left out."""
    node = find_node()
    if node is None:
        raise CannotAsk("there is no Node.js; `make web` brings one")
    return read_npm_audit(_answer([str(node.npm), "audit", "--omit=dev", "--json"], ROOT / "web", node.environment()))


def read_npm_audit(answer: dict[str, Any]) -> list[str]:
    if "vulnerabilities" not in answer:
        raise CannotAsk(str(answer.get("message") or answer.get("error") or answer)[:300])
    return [f"{name}: {fault['severity']}" for name, fault in answer["vulnerabilities"].items()]


def _answer(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """The JSON that a program prints; its status says the same less exactly."""
    try:
        ended = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
        )
        found: dict[str, Any] = json.loads(ended.stdout)
    except subprocess.TimeoutExpired as error:
        raise CannotAsk(f"no answer within {PATIENCE_SECONDS} s") from error
    except json.JSONDecodeError as error:
        raise CannotAsk((ended.stderr.strip() or ended.stdout.strip() or "no answer")[-300:]) from error
    return found


def main() -> int:
    status = FINE
    for name, ask in (("Python", python_packages), ("web", lambda: (web_packages(), []))):
        try:
            faults, skipped = ask()
        except CannotAsk as error:
            print(f"{name} packages: NOT CHECKED: {error}")
            status = status or UNKNOWN
            continue
        for fault in faults:
            print(f"{name} package {fault}")
        if skipped:
            print(f"{name} packages: NOT CHECKED: no advisories to be had for {len(skipped)}, such as {skipped[0]}")
            status = status or UNKNOWN
        if faults:
            status = KNOWN
        elif not skipped:
            print(f"{name} packages: no known fault")
    return status


if __name__ == "__main__":
    sys.exit(main())
