"""What PromQL expressions name, found with a few rules of its grammar; whether they parse is promtool's business."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULE_FILES = sorted((PROMETHEUS / "rules").glob("*.rules.yml"))
TEST_FILES = sorted((PROMETHEUS / "tests").glob("*.test.yml"))
DASHBOARDS = sorted((ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
RUNBOOKS = ROOT / "docs" / "runbooks"

# Words of the language that look like names.
_WORDS = frozenset(
    (
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
        "and",
        "or",
        "unless",
        "bool",
        "offset",
        "inf",
        "nan",
    )
)
_GROUPING = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_RANGE = re.compile(r"\[[^\]]*\]")
_SELECTOR = re.compile(r"(?<![\w:.$])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\s*\()(?![\w:])")
_LABEL = re.compile(r"([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*\"")
_COMMENT = re.compile(r"#.*")


def rules() -> Iterator[dict[str, Any]]:
    """All rules of all files."""
    for file in RULE_FILES:
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def panels(name: str | None = None) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Dashboard, title and target of each panel's queries; of the panels with this kind of datasource if asked."""
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]:
            for target in panel.get("targets", ()):
                if name is None or target["datasource"]["type"] == name:
                    yield file.stem, panel["title"], target


def expressions() -> dict[str, str]:
    """Where it stands → the expression, of rules and dashboards."""
    found = {str(rule.get("alert") or rule["record"]): str(rule["expr"]) for rule in rules()}
    found |= {
        f"{board}: {title} {target['refId']}": target["expr"].replace("$service", "gateway")
        for board, title, target in panels("prometheus")
    }
    return found


def selectors(expression: str) -> dict[str, set[str]]:
    """Metric name → labels that it is selected or grouped by (of a whole expression, for all of its metrics)."""
    found: dict[str, set[str]] = {}
    plain = _RANGE.sub("", _GROUPING.sub("", _COMMENT.sub("", expression)))
    for name, braces in _SELECTOR.findall(plain):
        if name.lower() not in _WORDS:
            found.setdefault(name, set()).update(_LABEL.findall(braces))
    return found
