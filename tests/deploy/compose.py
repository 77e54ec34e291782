"""docker-compose.yml as tests see it: anchors resolved, variables at their defaults."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
SERVICES = ("gateway", "topology", "profiles", "engine", "results")
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


@cache
def compose() -> dict[str, Any]:
    """The whole file."""
    found: dict[str, Any] = _with_defaults(yaml.safe_load(FILE.read_text(encoding="utf-8")))
    return found


def service(name: str) -> dict[str, Any]:
    found: dict[str, Any] = compose()["services"][name]
    return found


def secrets_of(name: str) -> dict[str, str]:
    """Name in the container's /run/secrets → name of the secret."""
    found: dict[str, str] = {}
    for entry in service(name).get("secrets", []):
        source = entry["source"] if isinstance(entry, dict) else entry
        found[entry["target"] if isinstance(entry, dict) else entry] = source
    return found


def is_once(name: str) -> bool:
    """True for what ends by itself."""
    return str(service(name).get("restart", "")).startswith("on-failure")


def _with_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_defaults(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_defaults(item) for item in value]
    return _VARIABLE.sub(lambda found: found[2] or "", value) if isinstance(value, str) else value
