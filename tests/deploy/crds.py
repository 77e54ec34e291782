"""Checks of custom resources, which the validator of Kubernetes' own kinds does not know.

The real schemas belong to the operators' projects and are not kept here. This is our own list of the fields that we
use, with what is required and of which form: a misspelt field or one in the wrong place is found, a wrong meaning is
not.
"""

import re
from typing import Any

Spec = Any
NAME = r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?"
SECONDS = r"\d+(s|m|h)"


class Required(dict[str, Spec]):
    """A mapping of which every field must be there."""


class Optional(dict[str, Spec]):
    """A mapping of which fields may be missing."""


class Either:
    """One of several forms."""

    def __init__(self, *forms: Spec) -> None:
        self.forms = forms


BEHAVIOR = Optional(
    stabilizationWindowSeconds=int,
    selectPolicy="Max|Min",
    policies=[Required(type="Percent|Pods", value=int, periodSeconds=int)],
)
LABELS = Required(matchLabels={str: str})
ENDPOINT = Optional(
    port=NAME,
    path="/.*",
    interval=SECONDS,
    scrapeTimeout=SECONDS,
    scheme="https",
    relabelings=[Required(targetLabel=NAME, replacement=str)],
    tlsConfig=Required(serverName=NAME, ca=Required(secret=Required(name=NAME, key=str))),
)
REMOTE = Required(secretKey=str, remoteRef=Required(key=str, property=str))

SPECS: dict[tuple[str, str], Spec] = {
    ("keda.sh/v1alpha1", "ScaledObject"): Required(
        scaleTargetRef=Required(apiVersion="apps/v1", kind="Deployment", name=NAME),
        pollingInterval=int,
        minReplicaCount=int,
        maxReplicaCount=int,
        fallback=Required(failureThreshold=int, replicas=int, behavior="currentReplicasIfHigher"),
        advanced=Required(
            scalingModifiers=Required(formula=str, target=r"\d+", metricType="AverageValue"),
            horizontalPodAutoscalerConfig=Required(behavior=Required(scaleUp=BEHAVIOR, scaleDown=BEHAVIOR)),
        ),
        triggers=[
            Required(
                type="redis",
                name=NAME,
                metadata=Required(address=r"[^:]+:\d+", databaseIndex=r"\d+", listName=str, listLength=r"\d+"),
                authenticationRef=Required(name=NAME),
            )
        ],
    ),
    ("keda.sh/v1alpha1", "TriggerAuthentication"): Required(
        secretTargetRef=[Required(parameter="password", name=NAME, key=str)]
    ),
    ("external-secrets.io/v1", "ExternalSecret"): Either(
        Required(
            refreshInterval=SECONDS,
            secretStoreRef=Required(kind="ClusterSecretStore", name=NAME),
            target=Optional(
                name=NAME,
                creationPolicy="Owner",
                deletionPolicy="Retain",
                template=Required(engineVersion="v2", mergePolicy="Merge", data={str: str}),
            ),
            data=[REMOTE],
        ),
        Required(
            refreshInterval=SECONDS,
            secretStoreRef=Required(kind="ClusterSecretStore", name=NAME),
            target=Required(name=NAME, creationPolicy="Owner", deletionPolicy="Retain"),
            dataFrom=[Required(extract=Required(key=str))],
        ),
    ),
    ("monitoring.coreos.com/v1", "ServiceMonitor"): Required(selector=LABELS, endpoints=[ENDPOINT]),
    ("monitoring.coreos.com/v1", "PodMonitor"): Required(selector=LABELS, podMetricsEndpoints=[ENDPOINT]),
    ("monitoring.coreos.com/v1", "PrometheusRule"): Required(
        groups=[
            Optional(
                name=str,
                interval=SECONDS,
                rules=[
                    Either(
                        Optional(record=str, expr=str, labels={str: str}),
                        Optional(
                            alert=str,
                            expr=str,
                            labels={str: str},
                            annotations={str: str},
                            **{"for": SECONDS, "keep_firing_for": SECONDS},
                        ),
                    )
                ],
            )
        ]
    ),
    ("cert-manager.io/v1", "Issuer"): Either(Required(selfSigned={}), Required(ca=Required(secretName=NAME))),
    ("cert-manager.io/v1", "Certificate"): Optional(
        isCA=bool,
        commonName=str,
        secretName=NAME,
        duration=r"\d+h",
        renewBefore=r"\d+h",
        dnsNames=[NAME],
        usages=["digital signature|server auth"],
        privateKey=Optional(algorithm="ECDSA", size=int, rotationPolicy="Always"),
        issuerRef=Required(kind="Issuer", name=NAME),
    ),
}


def faults(document: dict[str, Any]) -> list[str]:
    """What is wrong with a custom resource; a kind that is not in the list is itself a fault."""
    kind = (document["apiVersion"], document["kind"])
    if kind not in SPECS:
        return [f"no list of fields for {kind}"]
    return _faults(document["spec"], SPECS[kind], f"{document['kind']} {document['metadata']['name']}")


def _faults(value: Any, form: Spec, where: str) -> list[str]:
    if isinstance(form, Either):
        each = [_faults(value, one, where) for one in form.forms]
        return min(each, key=len)
    if isinstance(form, list):
        if not isinstance(value, list) or not value:
            return [f"{where} is no list, or empty"]
        return [fault for number, item in enumerate(value) for fault in _faults(item, form[0], f"{where}[{number}]")]
    if isinstance(form, dict):
        return _mapping_faults(value, form, where)
    if isinstance(form, str):
        good = isinstance(value, str) and re.fullmatch(form, value) is not None
    else:
        good = type(value) is form
    return [] if good else [f"{where}: {value!r} is not {form}"]


def _mapping_faults(value: Any, form: dict[Any, Spec], where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where} is no mapping"]
    if str in form:
        return [fault for key, item in value.items() for fault in _faults(item, form[str], f"{where}.{key}")]
    found = [f"{where}.{key} is not known" for key in value.keys() - form.keys()]
    if isinstance(form, Required):
        found += [f"{where}.{key} is missing" for key in form.keys() - value.keys()]
    known = value.keys() & form.keys()
    return found + [fault for key in known for fault in _faults(value[key], form[key], f"{where}.{key}")]
