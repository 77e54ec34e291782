"""deploy/k8s as a whole: it builds, fits Kubernetes' schemas, refers to what is there; overlays differ in little."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location
from itertools import combinations

import kubernetes_validate
import pytest

from tests.deploy.crds import faults
from tests.deploy.manifests import (
    DEPLOY,
    FAKE_SECRET,
    OVERLAYS,
    VARIANTS,
    Document,
    Variant,
    all_pods,
    named,
    of_kind,
    render,
    secret_names,
    walk,
)

# The oldest that the guide promises, and the newest that the validator knows.
KUBERNETES_VERSIONS = ("1.30", kubernetes_validate.latest_version())
# Made by an operator outside of the manifests, as the guide says.
MADE_BY_HAND = {("ConfigMap", "database-ca")}

# What an overlay may say: kind, path. Everything else is the same in DEV and in PROD.
MAY_DIFFER = (
    ("ConfigMap", r"data\.HYGGE_\w+_ENVIRONMENT"),
    ("ConfigMap", r"data\.HYGGE_GATEWAY_PUBLIC_URL"),
    ("ConfigMap", r"data\.HYGGE_\w+_DATABASE_POOL_SIZE"),
    ("ConfigMap", r"data\.(WORKER_PROCESSES|SHARED_BUFFERS|EFFECTIVE_CACHE_SIZE|MAX_CONNECTIONS)"),
    ("HorizontalPodAutoscaler", r"spec\.(min|max)Replicas"),
    ("ScaledObject", r"spec\.(min|max)ReplicaCount"),
    ("ScaledObject", r"spec\.fallback\.replicas"),
    ("ScaledObject", r"spec\.advanced\.scalingModifiers\.target"),
    ("Deployment", r"spec\.template\.spec\.containers\.\[main\]\.resources\..*"),
    ("StatefulSet", r"spec\.template\.spec\.containers\.\[main\]\.resources\..*"),
    ("StatefulSet", r"spec\.volumeClaimTemplates\.\[0\]\.spec\.resources\.requests\.storage"),
    ("PersistentVolumeClaim", r"spec\.resources\.requests\.storage"),
    ("Ingress", r"spec\.(rules|tls)\..*host.*"),
)

_checked: set[str] = set()


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_objects_fit_their_schemas(variant: Variant) -> None:
    for document in render(variant):
        content = json.dumps(document, sort_keys=True)
        if content in _checked:
            continue
        for version in KUBERNETES_VERSIONS:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.SchemaNotFoundError:
                assert faults(document) == []
                break
        _checked.add(content)


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_names_are_unique_and_all_is_in_the_namespace(variant: Variant) -> None:
    documents = render(variant)
    names = [(document["kind"], document["metadata"]["name"]) for document in documents]
    assert len(names) == len(set(names))
    for document in documents:
        if document["kind"] not in ("Namespace", "PriorityClass"):
            assert document["metadata"]["namespace"] == "hygge", document["metadata"]
        assert document["metadata"]["labels"]["app.kubernetes.io/part-of"] == "hygge", document["metadata"]


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_what_pods_refer_to_is_there(variant: Variant) -> None:
    documents = render(variant)
    there = {(document["kind"], document["metadata"]["name"]) for document in documents} | MADE_BY_HAND
    secrets = secret_names(documents) | _certificates(documents)
    for pods in all_pods(documents):
        assert ("ServiceAccount", pods.spec["serviceAccountName"]) in there, pods
        assert ("PriorityClass", pods.spec.get("priorityClassName", "hygge-serving")) in there, pods
        for container in pods.containers:
            for source in container.get("envFrom", []):
                assert ("ConfigMap", source["configMapRef"]["name"]) in there, (pods, source)
            assert {m["name"] for m in container["volumeMounts"]} <= _volumes(documents, pods.kind, pods.name), pods
        for volume in pods.spec["volumes"]:
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in there, (pods, volume)
            if "persistentVolumeClaim" in volume:
                claim = volume["persistentVolumeClaim"]["claimName"]
                assert ("PersistentVolumeClaim", claim) in there, (pods, volume)
            if "secret" in volume:
                keys = secrets[volume["secret"]["secretName"]]
                assert {item["key"] for item in volume["secret"].get("items", [])} <= keys, (pods, volume)


def _certificates(documents: tuple[Document, ...]) -> dict[str, set[str]]:
    found = of_kind(documents, "Certificate")
    return {document["spec"]["secretName"]: {"tls.crt", "tls.key", "ca.crt"} for document in found}


def _volumes(documents: tuple[Document, ...], kind: str, name: str) -> set[str]:
    spec = named(documents, kind, name)["spec"]
    claims = {claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])}
    template = spec["jobTemplate"]["spec"]["template"] if kind == "CronJob" else spec["template"]
    return claims | {volume["name"] for volume in template["spec"]["volumes"]}


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_services_and_the_ingress_lead_to_ports_that_are_open(variant: Variant) -> None:
    documents = render(variant)
    pods = all_pods(documents)
    for service in of_kind(documents, "Service"):
        spec = service["spec"]
        (target,) = [p for p in pods if spec["selector"].items() <= p.labels.items()]
        open_ports = {port["name"]: port["containerPort"] for port in target.main["ports"]}
        for port in spec["ports"]:
            assert open_ports[port["targetPort"]] == port["port"], service["metadata"]["name"]
    (ingress,) = of_kind(documents, "Ingress")
    (rule,) = ingress["spec"]["rules"]
    assert ingress["spec"]["tls"] == [{"hosts": [rule["host"]], "secretName": "web-certificate"}]
    (path,) = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": "web", "port": {"name": "http"}}
    assert int(ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"].rstrip("m")) >= 300


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_images_are_pinned(variant: Variant) -> None:
    for pods in all_pods(render(variant)):
        for container in pods.containers:
            _, _, tag = container["image"].rpartition("/")[2].partition(":")
            assert re.search(r"\d", tag) and "latest" not in tag, (pods, container["image"])


def test_no_secret_leaves_the_developers_cluster() -> None:
    """Only DEV has secrets in its manifests, from files that git ignores; all other overlays name a store."""
    assert of_kind(render(Variant("dev")), "Secret")
    for variant in VARIANTS:
        if variant.overlay != "dev":
            documents = render(variant)
            assert not of_kind(documents, "Secret"), variant
            assert FAKE_SECRET not in json.dumps(documents)
            assert of_kind(documents, "ExternalSecret"), variant


def test_both_sources_of_secrets_give_the_same_keys() -> None:
    files, store = (secret_names(render(Variant(overlay))) for overlay in ("dev", "prod"))
    assert files.keys() == store.keys()
    for name, keys in files.items():
        # One value of the store makes a setting of two services; it is there beside what is made of it.
        assert "*" in store[name] or keys == store[name] - {"engine_client_secret"}, name


def test_overlays_differ_in_environment_replicas_and_resources_only() -> None:
    flat = {overlay: _flat(render(Variant(overlay))) for overlay in OVERLAYS}
    seen = set()
    for one, other in combinations(OVERLAYS, 2):
        for key in flat[one].keys() | flat[other].keys():
            if flat[one].get(key) != flat[other].get(key):
                rule = _rule(*key)
                assert rule is not None, (
                    f"{one} and {other} differ in {key}: {flat[one].get(key)} {flat[other].get(key)}"
                )
                seen.add(rule)
    # A rule that nothing uses would hide the next difference.
    assert seen == set(range(len(MAY_DIFFER)))


def _flat(documents: tuple[Document, ...]) -> dict[tuple[str, str, str], object]:
    """Every value by kind, name and path, without what follows from contents: hashes, and where secrets come from."""
    values: dict[tuple[str, str, str], object] = {}
    hashed = {document["metadata"]["name"] for document in of_kind(documents, "ConfigMap")}
    for document in documents:
        if document["kind"] in ("Secret", "ExternalSecret"):
            continue
        name = document["metadata"]["name"]
        for path, value in walk(document):
            plain = value.rpartition("-")[0] if value in hashed else value
            values[document["kind"], name.rpartition("-")[0] if name in hashed else name, ".".join(path)] = plain
    return values


def _rule(kind: str, _name: str, path: str) -> int | None:
    for number, (of, pattern) in enumerate(MAY_DIFFER):
        if kind == of and re.fullmatch(pattern, path):
            return number
    return None


def test_every_setting_of_an_environment_is_told_to_every_service() -> None:
    for overlay in OVERLAYS:
        told = [
            value
            for document in of_kind(render(Variant(overlay)), "ConfigMap")
            for name, value in document["data"].items()
            if name.endswith("_ENVIRONMENT")
        ]
        assert told == [overlay.upper()] * 5


def test_jobs_have_the_version_in_their_names() -> None:
    """A job can't be changed: that of the next version must be another one."""
    for variant in VARIANTS:
        for job in of_kind(render(variant), "Job"):
            (container,) = job["spec"]["template"]["spec"]["containers"]
            assert job["metadata"]["name"].endswith(f"-{container['image'].rpartition(':')[2]}")


def test_rules_and_dashboards_are_the_ones_of_the_other_installations() -> None:
    """Written once, in deploy/prometheus and deploy/grafana."""
    spec = spec_from_file_location("rules", DEPLOY / "k8s" / "components" / "monitoring" / "rules.py")
    assert spec and spec.loader
    rules = module_from_spec(spec)
    spec.loader.exec_module(rules)
    assert rules.TARGET.read_text() == rules.render(), f"run `python {rules.TARGET.with_name('rules.py')}`"
    documents = render(Variant("prod"))
    assert len(of_kind(documents, "PrometheusRule")) == len(list(rules.SOURCES.glob("*.rules.yml"))) > 0
    shown = {
        name: json.loads(text)
        for document in of_kind(documents, "ConfigMap")
        if document["metadata"]["labels"].get("grafana_dashboard") == "1"
        for name, text in document["data"].items()
    }
    assert shown == {
        path.name: json.loads(path.read_text()) for path in (DEPLOY / "grafana" / "dashboards").glob("*.json")
    }
