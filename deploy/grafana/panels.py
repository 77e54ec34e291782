"""What dashboards are built from: panels in rows of 24 columns, each a few words of Python."""

from dataclasses import dataclass, field
from typing import Any

PROMETHEUS = {"type": "prometheus", "uid": "hygge-prometheus"}
RESULTS = {"type": "grafana-postgresql-datasource", "uid": "hygge-results"}
COLUMNS = 24

Panel = dict[str, Any]


def metrics(
    title: str, *queries: tuple[str, str], unit: str = "short", kind: str = "timeseries", **options: Any
) -> Panel:
    """A panel of PromQL queries, each with its legend."""
    targets = [
        {"refId": _letter(index), "datasource": PROMETHEUS, "expr": query, "legendFormat": legend, "range": True}
        for index, (query, legend) in enumerate(queries)
    ]
    return _panel(title, kind, PROMETHEUS, targets, unit, options)


def results(title: str, query: str, *, unit: str = "short", kind: str = "timeseries", **options: Any) -> Panel:
    """A panel of one SQL query on the views of the schema results."""
    shape = "time_series" if kind in ("timeseries", "barchart") else "table"
    sql = "\n".join(line.strip() for line in query.strip().splitlines())
    target = {
        "refId": "A",
        "datasource": RESULTS,
        "rawQuery": True,
        "rawSql": sql,
        "format": shape,
        "editorMode": "code",
    }
    return _panel(title, kind, RESULTS, [target], unit, options)


def variable(name: str, label: str, query: str, datasource: dict[str, str] = RESULTS) -> dict[str, Any]:
    """A choice above the dashboard; its values come from a query."""
    return {
        "name": name, "label": label, "type": "query", "datasource": datasource, "query": query, "refresh": 2,
        "sort": 0, "multi": False, "includeAll": False,
    }  # fmt: skip


@dataclass
class Dashboard:
    """Rows of panels under headings."""

    uid: str
    title: str
    description: str
    since: str = "now-6h"
    until: str = "now"
    refresh: str = "30s"
    variables: list[dict[str, Any]] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    _y: int = 0

    def row(self, title: str, *panels: Panel, height: int = 8) -> None:
        """A heading and the panels under it, side by side."""
        self._place({"type": "row", "title": title, "collapsed": False, "panels": []}, 0, COLUMNS, 1)
        self._y += 1
        width = COLUMNS // len(panels)
        for index, panel in enumerate(panels):
            self._place(panel, index * width, width, height)
        self._y += height

    def _place(self, panel: Panel, x: int, width: int, height: int) -> None:
        grid = {"x": x, "y": self._y, "w": width, "h": height}
        self.panels.append({"id": len(self.panels) + 1, "gridPos": grid, **panel})

    def as_json(self) -> dict[str, Any]:
        """In the form that Grafana reads."""
        return {
            "uid": self.uid, "title": self.title, "description": self.description, "tags": ["hygge"],
            "schemaVersion": 39, "version": 1, "editable": False, "timezone": "browser", "graphTooltip": 1,
            "refresh": self.refresh, "time": {"from": self.since, "to": self.until},
            "templating": {"list": self.variables}, "panels": self.panels, "annotations": {"list": []},
            "links": [{"type": "dashboards", "tags": ["hygge"], "title": "Hygge", "asDropdown": True}],
        }  # fmt: skip


def _panel(
    title: str, kind: str, source: dict[str, str], targets: list[dict[str, Any]], unit: str, options: dict[str, Any]
) -> Panel:
    fields: dict[str, Any] = {"unit": unit, **options.pop("fields", {})}
    overrides = options.pop("overrides", [])
    shown: dict[str, Any] = {"legend": {"displayMode": "list", "placement": "bottom"}} if kind == "timeseries" else {}
    return {
        "type": kind, "title": title, "datasource": source, "targets": targets,
        "fieldConfig": {"defaults": fields, "overrides": overrides}, "options": shown, **options,
    }  # fmt: skip


def _letter(index: int) -> str:
    return chr(ord("A") + index)
