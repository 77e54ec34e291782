"""The routes of the services behind, as labels of metrics and names of spans: few values, whatever a client sends.

`routes.txt` is written by `make openapi` from what the services say of themselves.
"""

from functools import cache
from importlib.resources import files
from typing import Any

UNMATCHED = "unmatched"
# The key of the template that ends at a node; no segment of a path is None.
_END = None


def route_of(path: str) -> str:
    """The template that a path belongs to, such as /api/v1/results/{run_id}/summary."""
    node = _tree()
    for part in path.strip("/").split("/"):
        found = node.get(part) or node.get("{}")
        if found is None:
            return UNMATCHED
        node = found
    return str(node.get(_END, UNMATCHED))


@cache
def _tree() -> dict[str | None, Any]:
    tree: dict[str | None, Any] = {}
    for template in files(__package__).joinpath("routes.txt").read_text(encoding="utf-8").split():
        node = tree
        for part in template.strip("/").split("/"):
            node = node.setdefault("{}" if part.startswith("{") else part, {})
        node[_END] = template
    return tree
