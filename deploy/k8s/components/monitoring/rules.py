"""Write prometheus-rules.yaml anew from deploy/prometheus/rules: the same rules as the Prometheus Operator wants them.

Run it after a change of the rules (`python deploy/k8s/components/monitoring/rules.py`); a test notices if not.
"""

from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[2] / "prometheus" / "rules"
TARGET = HERE / "prometheus-rules.yaml"
HEAD = "# Made by rules.py from deploy/prometheus/rules: change those, and run it.\n"


class _Readable(yaml.SafeDumper):
    """Texts of several lines as they were."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Readable.add_representer(str, _text)


def prometheus_rule(source: Path) -> dict[str, Any]:
    """The object for one file of rules."""
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": f"hygge-{source.name.partition('.')[0]}"},
        "spec": yaml.safe_load(source.read_text(encoding="utf-8")),
    }


def render() -> str:
    """What the file must hold."""
    objects = [prometheus_rule(source) for source in sorted(SOURCES.glob("*.rules.yml"))]
    return HEAD + yaml.dump_all(objects, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=1000)


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
