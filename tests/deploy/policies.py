"""Who may reach whom: network policies of the rendered manifests, worked out as Kubernetes defines them.

A connection is allowed if the caller's side lets it out and the called side lets it in. A side that no policy of that
direction selects is open; one that some select is open to what any of them names.
"""

import ipaddress
from dataclasses import dataclass, field
from typing import Any

from tests.deploy.manifests import Document, all_pods, of_kind

NAMESPACE = "hygge"
NAMESPACE_NAME = "kubernetes.io/metadata.name"


@dataclass(frozen=True)
class Endpoint:
    """A pod of some namespace, or an address outside of the cluster."""

    name: str
    labels: dict[str, str] = field(default_factory=dict, hash=False)
    namespace: str = NAMESPACE
    address: str | None = None


def endpoints(documents: tuple[Document, ...]) -> dict[str, Endpoint]:
    """All of our own pods, by their app.kubernetes.io/name."""
    return {
        name: Endpoint(name, pods.labels)
        for pods in all_pods(documents)
        for name in [pods.labels["app.kubernetes.io/name"]]
    }


def allowed(
    documents: tuple[Document, ...], caller: Endpoint, called: Endpoint, port: int, protocol: str = "TCP"
) -> bool:
    """True if the caller may open a connection to this port."""
    policies = of_kind(documents, "NetworkPolicy")
    return _lets(policies, "Egress", caller, called, port, protocol) and _lets(
        policies, "Ingress", called, caller, port, protocol
    )


def _lets(policies: list[Document], direction: str, own: Endpoint, other: Endpoint, port: int, protocol: str) -> bool:
    if own.namespace != NAMESPACE or own.address:
        return True  # what others do about their own pods is not in our manifests
    selecting = [
        policy["spec"]
        for policy in policies
        if direction in policy["spec"]["policyTypes"] and _selects(policy["spec"]["podSelector"], own.labels)
    ]
    if not selecting:
        return True
    side, peers = ("egress", "to") if direction == "Egress" else ("ingress", "from")
    return any(
        _has_port(rule, port, protocol) and (peers not in rule or any(_is(peer, other) for peer in rule[peers]))
        for spec in selecting
        for rule in spec.get(side, [])
    )


def _has_port(rule: dict[str, Any], port: int, protocol: str) -> bool:
    if "ports" not in rule:
        return True
    return any(
        entry.get("protocol", "TCP") == protocol and entry.get("port") in (None, port) and "endPort" not in entry
        for entry in rule["ports"]
    )


def _is(peer: dict[str, Any], other: Endpoint) -> bool:
    if "ipBlock" in peer:
        return other.address is not None and _is_in(peer["ipBlock"], other.address)
    if other.address:
        return False
    if "namespaceSelector" in peer:
        in_namespace = _selects(peer["namespaceSelector"], {NAMESPACE_NAME: other.namespace})
    else:
        in_namespace = other.namespace == NAMESPACE
    return in_namespace and _selects(peer.get("podSelector", {}), other.labels)


def _is_in(block: dict[str, Any], address: str) -> bool:
    ip = ipaddress.ip_address(address)
    inside = ip in ipaddress.ip_network(block["cidr"])
    return inside and not any(ip in ipaddress.ip_network(hole) for hole in block.get("except", []))


def _selects(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    if not selector.get("matchLabels", {}).items() <= labels.items():
        return False
    return all(_holds(expression, labels) for expression in selector.get("matchExpressions", []))


def _holds(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    value, values = labels.get(expression["key"]), expression.get("values", [])
    match expression["operator"]:
        case "In":
            return value in values
        case "NotIn":
            return value not in values
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
    raise ValueError(expression["operator"])
