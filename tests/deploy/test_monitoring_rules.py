"""Alert rules and dashboards name what the services really show, parse, are tested, and lead to a runbook."""

import os
import re
import runpy
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from fastapi.testclient import TestClient
from prometheus_client import REGISTRY

import hygge_gateway.main
import hygge_profiles.main
import hygge_results.main
import hygge_topology.main
from hygge_engine.main import build_app
from hygge_engine.settings import Settings
from tests.deploy import promql
from tests.support.postgres import TestDatabase

# Loading them makes their metrics.
LOADED = (hygge_gateway.main, hygge_profiles.main, hygge_results.main, hygge_topology.main)
# What Prometheus itself, and other exporters, show.
OTHERS = {
    "up": {"job", "instance", "service"},
    "ALERTS": {"alertname", "alertstate", "severity"},
    # node_exporter
    "node_filesystem_avail_bytes": {"fstype", "mountpoint"},
    "node_filesystem_size_bytes": {"fstype", "mountpoint"},
    # kubelet
    "kubelet_volume_stats_available_bytes": {"namespace", "persistentvolumeclaim"},
    "kubelet_volume_stats_capacity_bytes": {"namespace", "persistentvolumeclaim"},
    # kube-state-metrics
    "kube_cronjob_status_last_successful_time": {"namespace", "cronjob"},
    # deploy/backup/backup.sh
    "hygge_backup_last_success_timestamp_seconds": set(),
}
TARGET_LABELS = {"service", "job", "instance", "le"}
RUNBOOK_PARTS = ("## Meaning", "## Look at", "## Do", "## Afterwards")


@pytest.fixture(scope="module")
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        text = "needs promtool (it comes with Prometheus)"
        pytest.fail(text) if os.environ.get("HYGGE_REQUIRE_CONTAINERS") == "1" else pytest.skip(text)
    return str(found)


@pytest.fixture(scope="module")
def shown(database: TestDatabase) -> dict[str, set[str]]:
    """Name → labels of what /metrics shows, read from a real engine with a real database; all services are loaded."""
    database.migrate("engine")
    url = "http://127.0.0.1:1"
    settings = Settings(
        port=1, database_url=database.url("engine"), jwks_url=url, redis_url="redis://127.0.0.1:1", topology_url=url,
        profiles_url=url, results_url=url, token_url=url, client_id="engine", client_secret="none",
    )  # fmt: skip
    with TestClient(build_app(settings)) as client:
        text = client.get("/metrics").text
    return dict(_names(text))


def _names(text: str) -> Iterator[tuple[str, set[str]]]:
    for name, kind in re.findall(r"^# TYPE (\S+) (\w+)$", text, re.MULTILINE):
        known = REGISTRY._names_to_collectors.get(name) or REGISTRY._names_to_collectors.get(
            name.removesuffix("_total")
        )
        labels = set(getattr(known, "_labelnames", ()))
        for braces in re.findall(rf"^{re.escape(name)}\{{(.*)\}} ", text, re.MULTILINE):
            labels |= set(re.findall(r"(\w+)=\"", braces))
        for suffix in ("", *(("_bucket", "_count", "_sum") if kind == "histogram" else ())):
            yield name + suffix, labels


def test_what_rules_and_dashboards_name_is_shown_by_somebody(shown: dict[str, set[str]]) -> None:
    recorded = {rule["record"] for rule in promql.rules() if "record" in rule}
    wrong = []
    for place, expression in promql.expressions().items():
        for name, labels in promql.selectors(expression).items():
            known = shown.get(name, OTHERS.get(name))
            if known is None and name not in recorded:
                wrong.append(f"{place}: nobody shows {name}")
            elif known is not None and labels - known - TARGET_LABELS:
                wrong.append(f"{place}: {name} has no label {sorted(labels - known - TARGET_LABELS)}")
    assert not wrong, "\n".join(wrong)


def test_the_names_of_an_expression_are_found() -> None:
    expression = 'sum by (a) (rate(x_total{b=~"1|2", c!="{"}[5m])) / on (d) y > 3 * z:w or absent(v{e="f"}) # comment u'
    assert promql.selectors(expression) == {"x_total": {"b", "c"}, "y": set(), "z:w": set(), "v": {"e"}}


def test_the_rules_are_as_promtool_wants_them(promtool: str) -> None:
    _run(promtool, "check", "rules", "--lint-fatal", *map(str, promql.RULE_FILES))


def test_the_configuration_is_as_promtool_wants_it(promtool: str, tmp_path: Path) -> None:
    """With its rules, which in the container are elsewhere."""
    text = (promql.PROMETHEUS / "prometheus.yml").read_text(encoding="utf-8")
    assert text.count("/etc/prometheus/rules") == 1
    here = tmp_path / "prometheus.yml"
    here.write_text(text.replace("/etc/prometheus", str(promql.PROMETHEUS)))
    _run(promtool, "check", "config", "--lint-fatal", str(here))


def test_queries_of_dashboards_are_promql(promtool: str, tmp_path: Path) -> None:
    queries = [target["expr"].replace("$service", "gateway") for _, _, target in promql.panels("prometheus")]
    wrapped = [{"record": f"q{number}", "expr": query} for number, query in enumerate(queries)]
    file = tmp_path / "queries.rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": wrapped}]}))
    assert len(wrapped) > 30
    _run(promtool, "check", "rules", str(file))


def test_everything_can_be_computed_from_two_containers_of_each_service(
    promtool: str, tmp_path: Path, shown: dict[str, set[str]]
) -> None:
    """promtool names each query that fails, such as one that finds two series where it wants one."""
    queries = [target["expr"].replace("$service", "gateway") for _, _, target in promql.panels("prometheus")]
    group = {"name": "queries", "rules": [{"record": f"q{n}", "expr": query} for n, query in enumerate(queries)]}
    file = tmp_path / "queries.rules.yml"
    file.write_text(yaml.safe_dump({"groups": [group]}))
    answered = {"expr": "count({__name__=~'q[0-9]+'}) > bool 20", "exp_samples": [{"labels": "{}", "value": 1}]}
    series = _series({**OTHERS, **shown}, lambda _name: "1+1x30")
    _check(promtool, tmp_path, series, {**answered, "eval_time": "25m"}, file)


def test_what_has_done_nothing_yet_raises_no_alarm(promtool: str, tmp_path: Path, shown: dict[str, set[str]]) -> None:
    """A gauge that nobody has set is 0, which must not look like a time long ago or like something that is away."""
    good = {"hygge_dependency_up": "1x200", "hygge_postgres_connections_max": "100x200"}
    series = _series({**OTHERS, **shown}, lambda name: good.get(name, "0x200"))
    series = [one for one in series if not one["series"].startswith("up{")]
    services = ("gateway", "topology", "profiles", "engine", "results")
    series += [{"series": f'up{{service="{service}", instance="a"}}', "values": "1x200"} for service in services]
    quiet = {"expr": 'count by (alertname) (ALERTS{alertstate="firing"})', "eval_time": "190m", "exp_samples": []}
    _check(promtool, tmp_path, series, quiet)


def _series(metrics: dict[str, set[str]], values: Callable[[str], str]) -> list[dict[str, str]]:
    """Of two services with two containers each."""
    return [
        {"series": f"{name}{{{_labels(labels, bound, service, instance)}}}", "values": values(name)}
        for name, labels in metrics.items()
        if name != "ALERTS"
        for bound in (("0.5", "+Inf") if name.endswith("_bucket") else ("",))
        for service in ("gateway", "engine")
        for instance in ("a", "b")
    ]


def _check(promtool: str, folder: Path, series: list[dict[str, str]], wanted: dict[str, object], *more: Path) -> None:
    test = {"interval": "1m", "input_series": series, "promql_expr_test": [wanted]}
    files = [*map(str, more), *map(str, promql.RULE_FILES)]
    file = folder / "made.test.yml"
    file.write_text(yaml.safe_dump({"rule_files": files, "evaluation_interval": "1m", "tests": [test]}))
    _run(promtool, "test", "rules", str(file))


def _labels(labels: set[str], bound: str, service: str, instance: str) -> str:
    values = dict.fromkeys(labels, "x") | {"service": service, "instance": instance} | ({"le": bound} if bound else {})
    return ", ".join(f'{name}="{text}"' for name, text in sorted(values.items()))


def test_alerts_fire_when_they_should_and_not_when_they_should_not(promtool: str) -> None:
    _run(promtool, "test", "rules", *map(str, promql.TEST_FILES))


@pytest.mark.parametrize("alert", promql.alerts(), ids=lambda alert: alert["alert"])
def test_each_alert_is_tested_both_ways(alert: dict) -> None:
    outcomes = set()
    for file in promql.TEST_FILES:
        for test in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]:
            for check in test["promql_expr_test"]:
                if f'alertname="{alert["alert"]}"' in check["expr"]:
                    outcomes.add(bool(check["exp_samples"]))
    assert outcomes == {True, False}, "a test in deploy/prometheus/tests where it fires, and one where it does not"


@pytest.mark.parametrize("alert", promql.alerts(), ids=lambda alert: alert["alert"])
def test_each_alert_says_what_it_means_and_leads_to_a_runbook(alert: dict) -> None:
    notes = alert["annotations"]
    assert alert["labels"]["severity"] in ("critical", "warning")
    assert notes["summary"] and notes["description"]
    name = notes["runbook_url"].removeprefix("{{ $externalLabels.runbooks }}/")
    assert (promql.RUNBOOKS / name).is_file(), f"write docs/runbooks/{name}"
    assert f"`{alert['alert']}`" in (promql.RUNBOOKS / name).read_text(encoding="utf-8").split("## Look at")[0]


def test_each_runbook_belongs_to_an_alert_and_says_what_to_do() -> None:
    named = {alert["annotations"]["runbook_url"].rpartition("/")[2] for alert in promql.alerts()}
    files = {file.name for file in promql.RUNBOOKS.glob("*.md")}
    assert files == named
    for file in files:
        text = (promql.RUNBOOKS / file).read_text(encoding="utf-8")
        assert [text.index(part) for part in RUNBOOK_PARTS] == sorted(text.index(part) for part in RUNBOOK_PARTS), file


def test_metrics_that_runbooks_name_are_shown(shown: dict[str, set[str]]) -> None:
    for file in [*promql.RUNBOOKS.glob("*.md"), promql.ROOT / "docs" / "monitoring.md"]:
        for name in re.findall(r"`((?:hygge|http|db_client|process)_\w+)", file.read_text(encoding="utf-8")):
            if "hygge_grafana" not in name and "hygge_provision" not in name and "hygge_backup_" not in name:
                assert name in shown or name in OTHERS or f"{name}_total" in shown, f"{file.name}: nobody shows {name}"


def test_labels_of_the_promise_are_those_of_the_metric() -> None:
    """The half second of the objective is a bucket of the histogram, or the rule would see nothing."""
    from hygge_core.metrics import BUCKETS

    assert 0.5 in BUCKETS


def test_dashboards_are_those_of_the_code() -> None:
    made = runpy.run_path(str(promql.ROOT / "deploy" / "grafana" / "generate.py"))["documents"]()
    assert {file.name: file.read_text(encoding="utf-8") for file in promql.DASHBOARDS} == made, (
        "run `python deploy/grafana/generate.py`"
    )


def test_sources_of_dashboards_are_provisioned() -> None:
    file = promql.ROOT / "deploy" / "grafana" / "provisioning" / "datasources" / "hygge.yaml"
    known = {(source["type"], source["uid"]) for source in yaml.safe_load(file.read_text())["datasources"]}
    used = {(target["datasource"]["type"], target["datasource"]["uid"]) for _, _, target in promql.panels()}
    assert used <= known


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
