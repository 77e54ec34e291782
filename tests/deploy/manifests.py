"""What kustomize makes of deploy/k8s, and how to look around in it.

Without kustomize the tests are skipped with the reason, or fail when HYGGE_REQUIRE_CONTAINERS=1 (as in CI, where
nothing may be skipped).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
# What kustomizations under deploy/k8s read.
FOLDERS = ("k8s", "backup", "grafana", "prometheus")
OVERLAYS = ("dev", "test", "int", "prod")
SERVICES = ("gateway", "topology", "profiles", "engine", "results")
# A value for every secret; tests look for it where no secret may be.
FAKE_SECRET = "4Zk9-only-in-tests-Qw7x"
WORKLOADS = ("Deployment", "StatefulSet", "Job", "CronJob")

Document = dict[str, Any]


@dataclass(frozen=True)
class Variant:
    """An overlay, perhaps with other components."""

    overlay: str
    without: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.overlay + "".join(f"-{name}" for name in self.without) + "".join(f"+{n}" for n in self.beside)


VARIANTS = (
    *(Variant(overlay) for overlay in OVERLAYS),
    Variant("prod", without=("postgres",), beside=("managed-postgres",)),
    Variant("prod", beside=("tls", "otel", "oidc")),
    Variant("prod", without=("keda", "monitoring")),
)


@dataclass(frozen=True)
class Pods:
    """The pods of one workload."""

    kind: str
    name: str
    labels: dict[str, str]
    spec: Document = field(repr=False)

    @property
    def component(self) -> str:
        return self.labels["app.kubernetes.io/component"]

    @property
    def containers(self) -> list[Document]:
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    @property
    def main(self) -> Document:
        """The container that the pod is for."""
        return self.spec["containers"][0]


def kustomize() -> str:
    """The program, or the end of the test."""
    program = shutil.which("kustomize")
    if program:
        return program
    text = "needs kustomize on the PATH"
    if os.environ.get("HYGGE_REQUIRE_CONTAINERS") == "1":
        pytest.fail(text)
    pytest.skip(text)


@cache
def render(variant: Variant) -> tuple[Document, ...]:
    """All objects of an overlay; never the same ones to be changed."""
    program = kustomize()
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in FOLDERS:
            if (DEPLOY / name).is_dir():
                shutil.copytree(DEPLOY / name, copy / name, ignore=shutil.ignore_patterns("values", "__pycache__"))
        _write_fake_secrets(copy)
        overlay = copy / "k8s" / "overlays" / variant.overlay
        _exchange_components(overlay / "kustomization.yaml", variant)
        command = [program, "build", str(overlay)]
        built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, f"{variant}: {built.stderr}"
    # Warnings are about what the next version of kustomize will refuse.
    assert not built.stderr.strip(), f"{variant}: {built.stderr}"
    return tuple(document for document in yaml.safe_load_all(built.stdout) if document)


@cache
def render_restore() -> tuple[Document, ...]:
    """The job that puts the database back, which is applied by hand."""
    command = [kustomize(), "build", str(DEPLOY / "k8s" / "restore")]
    built = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stderr
    return tuple(yaml.safe_load_all(built.stdout))


def _write_fake_secrets(copy: Path) -> None:
    """What the component dev-secrets reads, from its own list of files."""
    component = copy / "k8s" / "components" / "dev-secrets"
    for generator in yaml.safe_load((component / "kustomization.yaml").read_text())["secretGenerator"]:
        for entry in generator["files"]:
            path = component / entry.rpartition("=")[2]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(FAKE_SECRET)


def _exchange_components(file: Path, variant: Variant) -> None:
    document = yaml.safe_load(file.read_text())
    names = [Path(path).name for path in document["components"]]
    assert set(variant.without) <= set(names), f"{variant}: {names}"
    kept = [path for path in document["components"] if Path(path).name not in variant.without]
    # The cluster's facts are told last, to whatever is there by then.
    document["components"] = [*kept[:-1], *(f"../../components/{name}" for name in variant.beside), kept[-1]]
    if variant.without:
        document["patches"] = _existing(document["patches"], file.parent, variant.without)
    file.write_text(yaml.safe_dump(document, sort_keys=False))


def _existing(patches: list[Document], folder: Path, without: tuple[str, ...]) -> list[Document]:
    """The overlay's patches without those of what an exchanged component had; the guide says the same to people."""
    gone = {
        "postgres": {("StatefulSet", "postgres"), ("ConfigMap", "postgres-settings")},
        "keda": {("ScaledObject", "engine-worker")},
        "monitoring": set(),
    }
    names = set[tuple[str, str]]().union(*(gone[name] for name in without))
    kept = []
    for patch in patches:
        if "path" in patch:
            file = folder / patch["path"]
            documents = [
                d for d in yaml.safe_load_all(file.read_text()) if (d["kind"], d["metadata"]["name"]) not in names
            ]
            file.write_text(yaml.safe_dump_all(documents))
            kept.append(patch)
        elif (patch["target"]["kind"], patch["target"]["name"]) not in names:
            kept.append(patch)
    return kept


def of_kind(documents: tuple[Document, ...], *kinds: str) -> list[Document]:
    return [document for document in documents if document["kind"] in kinds]


def named(documents: tuple[Document, ...], kind: str, name: str) -> Document:
    """The one object of this kind whose name is, or begins with (a hash follows), the given one."""
    found = [d for d in of_kind(documents, kind) if d["metadata"]["name"] == name]
    found = found or [d for d in of_kind(documents, kind) if d["metadata"]["name"].rpartition("-")[0] == name]
    assert len(found) == 1, f"{kind} {name}: {[d['metadata']['name'] for d in found]}"
    return found[0]


def all_pods(documents: tuple[Document, ...]) -> list[Pods]:
    """The pods of every workload."""
    return [_pods(document) for document in of_kind(documents, *WORKLOADS)]


def pods_of(documents: tuple[Document, ...], name: str) -> Pods:
    """The pods with this app.kubernetes.io/name."""
    (found,) = [pods for pods in all_pods(documents) if pods.labels["app.kubernetes.io/name"] == name]
    return found


def _pods(document: Document) -> Pods:
    spec = document["spec"]
    if document["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = spec["template"]
    return Pods(document["kind"], document["metadata"]["name"], template["metadata"]["labels"], template["spec"])


def environment(documents: tuple[Document, ...], container: Document) -> dict[str, str]:
    """The variables that a container is started with."""
    variables: dict[str, str] = {}
    for source in container.get("envFrom", []):
        variables |= named(documents, "ConfigMap", source["configMapRef"]["name"])["data"]
    return variables | {entry["name"]: entry["value"] for entry in container.get("env", [])}


def secret_names(documents: tuple[Document, ...]) -> dict[str, set[str]]:
    """Secret → its keys, of those in the manifests and those that come from a store (`*`: whatever the entry has)."""
    found = {d["metadata"]["name"]: set(d["data"]) for d in of_kind(documents, "Secret")}
    for external in of_kind(documents, "ExternalSecret"):
        spec = external["spec"]
        keys = {entry["secretKey"] for entry in spec.get("data", [])}
        keys |= set(spec["target"].get("template", {}).get("data", {}))
        found[spec["target"]["name"]] = keys | ({"*"} if "dataFrom" in spec else set())
    return found


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf of a document with its path; items of lists go by their name where they have one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, str(key)))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            name = inner.get("name") if isinstance(inner, dict) else None
            yield from walk(inner, (*path, f"[{name or number}]"))
    else:
        yield path, value
