"""Which pod may reach which: the edges of the architecture are open, everything else is shut, in both directions."""

import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.manifests import SERVICES, VARIANTS, Document, Variant, all_pods, named, render
from tests.deploy.policies import Endpoint, allowed, endpoints

GUIDE = Path(__file__).parents[2] / "docs" / "kubernetes.md"
API, POSTGRES, REDIS, WORKER_METRICS, WEB = 8000, 5432, 6379, 9000, 8080
JOBS = tuple(f"migrate-{service}" for service in SERVICES)

# Caller → whom it may call. The whole truth: a pair that is not here must be shut.
CALLS: dict[str, tuple[str, ...]] = {
    "web": ("gateway",),
    "gateway": ("topology", "profiles", "engine", "results", "postgres", "redis"),
    "topology": ("gateway", "postgres"),
    "profiles": ("topology", "gateway", "postgres"),
    "engine": ("topology", "profiles", "results", "gateway", "postgres", "redis"),
    "engine-worker": ("topology", "profiles", "results", "gateway", "postgres", "redis"),
    "results": ("gateway", "postgres"),
    "postgres": (),
    "redis": (),
    "provision": ("postgres",),
    "backup": ("postgres",),
    **dict.fromkeys(JOBS, ("postgres",)),
}
PORTS = {"postgres": POSTGRES, "redis": REDIS, "web": WEB, **dict.fromkeys(SERVICES, API)}
EVERY_PORT = (53, 80, 443, API, WEB, POSTGRES, REDIS, WORKER_METRICS, 4318)

INGRESS = Endpoint("ingress", {"app.kubernetes.io/name": "ingress-nginx"}, "ingress-nginx")
PROMETHEUS = Endpoint("prometheus", {"app.kubernetes.io/name": "prometheus"}, "monitoring")
GRAFANA = Endpoint("grafana", {"app.kubernetes.io/name": "grafana"}, "monitoring")
COLLECTOR = Endpoint("otel-collector", {"app.kubernetes.io/name": "otel-collector"}, "monitoring")
KEDA = Endpoint("keda", {"app": "keda-operator"}, "keda")
DNS = Endpoint("dns", {"k8s-app": "kube-dns"}, "kube-system")
# Same labels, other namespace: a name alone must open nothing.
STRANGER = Endpoint(
    "stranger", {"app.kubernetes.io/name": "gateway", "app.kubernetes.io/component": "service"}, "other"
)
INTERNET = Endpoint("internet", address="203.0.113.7")
METADATA = Endpoint("metadata service", address="169.254.169.254")
DATABASE = Endpoint("managed database", address="192.0.2.10")
OUTSIDE = (INGRESS, PROMETHEUS, GRAFANA, COLLECTOR, KEDA, STRANGER, INTERNET, METADATA, DATABASE)

PROD = Variant("prod")


@pytest.mark.parametrize("variant", [v for v in VARIANTS if "managed-postgres" not in v.beside], ids=str)
def test_our_pods_reach_whom_they_need_and_nobody_else(variant: Variant) -> None:
    documents = render(variant)
    pods = endpoints(documents)
    assert pods.keys() == CALLS.keys()
    for caller, called in product(pods, pods):
        expected = {PORTS[called]} if called in CALLS[caller] else set()
        found = {port for port in EVERY_PORT if allowed(documents, pods[caller], pods[called], port)}
        assert found == expected, f"{caller} → {called}"


@pytest.mark.parametrize("overlay", ["dev", "test", "int", "prod"])
def test_only_these_come_in_from_other_namespaces(overlay: str) -> None:
    documents = render(Variant(overlay))
    expected = {
        ("ingress", "web", WEB),
        ("keda", "redis", REDIS),
        ("grafana", "postgres", POSTGRES),
        ("prometheus", "engine-worker", WORKER_METRICS),
        *(("prometheus", service, API) for service in SERVICES),
    }
    found = {
        (caller.name, called.name, port)
        for caller, called, port in product(OUTSIDE, endpoints(documents).values(), EVERY_PORT)
        if allowed(documents, caller, called, port)
    }
    assert found == expected


@pytest.mark.parametrize("overlay", ["dev", "test", "int", "prod"])
def test_nobody_calls_out_but_for_names(overlay: str) -> None:
    documents = render(Variant(overlay))
    pods = endpoints(documents).values()
    assert not [
        (caller.name, called.name, port)
        for caller, called, port in product(pods, OUTSIDE, EVERY_PORT)
        if allowed(documents, caller, called, port)
    ]
    for caller in pods:
        assert allowed(documents, caller, DNS, 53, "UDP"), caller
        assert allowed(documents, caller, DNS, 53, "TCP"), caller
        assert not allowed(documents, caller, DNS, 443), caller


def test_a_pod_that_nobody_knows_is_shut_in() -> None:
    documents = render(PROD)
    unknown = Endpoint("unknown", {"app.kubernetes.io/name": "something-new"})
    for other in [*endpoints(documents).values(), *OUTSIDE]:
        for port in EVERY_PORT:
            assert not allowed(documents, unknown, other, port), other
            assert not allowed(documents, other, unknown, port), other


def test_the_proof_of_a_certificate_gets_through() -> None:
    """cert-manager's own pod beside ours, while it shows that the host is ours."""
    solver = Endpoint("solver", {"acme.cert-manager.io/http01-solver": "true"})
    assert allowed(render(PROD), INGRESS, solver, 8089)
    assert not allowed(render(PROD), STRANGER, solver, 8089)


def test_a_managed_database_is_the_only_address_outside() -> None:
    documents = render(Variant("prod", without=("postgres",), beside=("managed-postgres",)))
    pods = endpoints(documents)
    users = {name for name, calls in CALLS.items() if "postgres" in calls}
    assert "postgres" not in pods
    for name, pod in pods.items():
        assert allowed(documents, pod, DATABASE, POSTGRES) == (name in users), name
        assert not allowed(documents, pod, DATABASE, 443), name
        assert not allowed(documents, pod, INTERNET, POSTGRES), name


def test_traces_and_sign_in_elsewhere_open_no_more_than_they_need() -> None:
    documents = render(Variant("prod", beside=("tls", "otel", "oidc")))
    for name, pod in endpoints(documents).items():
        assert allowed(documents, pod, COLLECTOR, 4318) == (name in (*SERVICES, "engine-worker")), name
        assert allowed(documents, pod, INTERNET, 443) == (name == "gateway"), name
        assert not allowed(documents, pod, INTERNET, 80), name
        assert not allowed(documents, pod, METADATA, 443), name


def test_without_monitoring_and_keda_nobody_comes_in_but_people() -> None:
    documents = render(Variant("prod", without=("keda", "monitoring")))
    found = {
        (caller.name, called.name)
        for caller, called, port in product(OUTSIDE, endpoints(documents).values(), EVERY_PORT)
        if allowed(documents, caller, called, port)
    }
    assert found == {("ingress", "web")}


def test_the_ports_of_the_table_are_those_of_the_pods() -> None:
    documents = render(PROD)
    for pods in all_pods(documents):
        name = pods.labels["app.kubernetes.io/name"]
        ports = {port["containerPort"] for port in pods.main.get("ports", [])}
        expected = {WORKER_METRICS} if name == "engine-worker" else {PORTS[name]} if name in PORTS else set()
        assert ports == expected, name
    for name in ("postgres", "redis"):
        assert named(documents, "Service", name)["spec"]["ports"][0]["port"] == PORTS[name]


def test_the_guide_draws_the_same_edges() -> None:
    """The picture in docs/kubernetes.md, edge by edge."""
    drawing = re.search(r"```mermaid\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert drawing, "docs/kubernetes.md has no mermaid drawing"
    drawn = {
        (caller.strip(), called.strip())
        for left, right in re.findall(r"^\s*([\w &-]+?) --> ([\w &-]+?)$", drawing[1], re.MULTILINE)
        for caller, called in product(left.split("&"), right.split("&"))
    }
    shown = {"migrate": JOBS}
    edges = {(caller, called) for caller, calls in CALLS.items() for called in calls}
    expected = {(next((n for n, of in shown.items() if caller in of), caller), called) for caller, called in edges}
    outside = {("ingress", "web"), ("keda", "redis"), ("grafana", "postgres")}
    outside |= {("prometheus", name) for name in (*SERVICES, "engine-worker")}
    assert drawn == expected | outside


def _policy(spec: dict[str, Any]) -> Document:
    return {"kind": "NetworkPolicy", "spec": {"podSelector": {}, "policyTypes": ["Ingress"], **spec}}


FRIEND = Endpoint("friend", {"app": "friend"}, "friends")
PEER_IN_BOTH = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "friends"}}}
BLOCK = {"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.0/29"]}}


@pytest.mark.parametrize(
    ("policies", "caller", "expected"),
    [
        ([], STRANGER, True),  # nothing selects the pod: it is open
        ([{}], STRANGER, False),  # selected, and no rule
        ([{"policyTypes": ["Egress"]}], STRANGER, True),  # of the other direction only
        ([{"podSelector": {"matchLabels": {"app": "another"}}}], STRANGER, True),  # of another pod
        ([{"ingress": [{}]}], STRANGER, True),  # a rule without peers and ports: everybody
        ([{"ingress": [{"ports": [{"port": 81}]}]}], STRANGER, False),
        ([{"ingress": [{"ports": [{"port": 80, "protocol": "UDP"}]}]}], STRANGER, False),
        ([{}, {"ingress": [{"from": [PEER_IN_BOTH]}]}], FRIEND, True),  # policies add up
        # In one peer both must hold, in two peers one is enough.
        ([{"ingress": [{"from": [PEER_IN_BOTH | {"podSelector": {"matchLabels": {"app": "foe"}}}]}]}], FRIEND, False),
        ([{"ingress": [{"from": [PEER_IN_BOTH, {"podSelector": {"matchLabels": {"app": "foe"}}}]}]}], FRIEND, True),
        # Without a namespace a peer is of our own.
        ([{"ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "friend"}}}]}]}], FRIEND, False),
        ([{"ingress": [{"from": [BLOCK]}]}], Endpoint("in", address="203.0.113.9"), True),
        ([{"ingress": [{"from": [BLOCK]}]}], Endpoint("hole", address="203.0.113.5"), False),
        ([{"ingress": [{"from": [BLOCK]}]}], STRANGER, False),
    ],
)
def test_policies_are_read_as_kubernetes_reads_them(
    policies: list[dict[str, Any]], caller: Endpoint, expected: bool
) -> None:
    called = Endpoint("called", {"app": "called"})
    assert allowed(tuple(_policy(spec) for spec in policies), caller, called, 80) == expected
