"""Every pod: what it may do (the Pod Security Standard `restricted`), how it lives, ends, moves and grows."""

import shlex
from typing import Any

import kubernetes_validate
import pytest

from tests.deploy.manifests import (
    OVERLAYS,
    SERVICES,
    VARIANTS,
    Document,
    Pods,
    Variant,
    all_pods,
    environment,
    named,
    of_kind,
    pods_of,
    render,
    render_restore,
)

UNITS = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "m": 1e-3, "": 1.0, "MB": 2**20, "GB": 2**30}
# https://kubernetes.io/docs/concepts/security/pod-security-standards/: the kinds of volumes that `restricted` allows.
VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
HOST = ("hostNetwork", "hostPID", "hostIPC")


def quantity(text: str) -> float:
    number = text.rstrip("KMGTiBm")
    return float(number) * UNITS[text[len(number) :]]


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_pods_meet_the_restricted_standard(variant: Variant) -> None:
    for pods in all_pods(render(variant)):
        assert _restricted_faults(pods.spec) == [], pods


def _restricted_faults(spec: Document) -> list[str]:
    """What the standard would refuse, and beyond it: a root that can be written, a token, a root group."""
    context = spec.get("securityContext", {})
    found = [f"{name} is set" for name in HOST if spec.get(name)]
    found += [f"volume {v['name']}" for v in spec["volumes"] if not (v.keys() - {"name"}) <= VOLUMES]
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser") or not context.get("runAsGroup"):
        found.append("may be root")
    if context.get("seccompProfile") != {"type": "RuntimeDefault"}:
        found.append("no seccomp profile")
    if spec.get("automountServiceAccountToken") is not False:
        found.append("has a token of the cluster")
    if spec.get("enableServiceLinks") is not False:
        found.append("gets variables of other services, which settings could take for their own")
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        expected = {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        if container.get("securityContext") != expected:
            found.append(f"{container['name']}: {container.get('securityContext')}")
        if any("hostPort" in port for port in container.get("ports", [])):
            found.append(f"{container['name']} has a port of the host")
    return found


def test_the_check_of_the_standard_finds_what_it_should() -> None:
    good: dict[str, Any] = pods_of(render(Variant("prod")), "gateway").spec
    assert _restricted_faults(good) == []
    (container,) = good["containers"]
    for bad in (
        good | {"hostNetwork": True},
        good | {"securityContext": {"runAsNonRoot": True}},
        good | {"volumes": [{"name": "host", "hostPath": {"path": "/"}}]},
        good | {"automountServiceAccountToken": True},
        good | {"containers": [container | {"securityContext": {"privileged": True}}]},
        good | {"initContainers": [container | {"ports": [{"containerPort": 1, "hostPort": 1}]}]},
    ):
        assert _restricted_faults(bad)


def test_the_namespace_enforces_it() -> None:
    for variant in VARIANTS:
        labels = named(render(variant), "Namespace", "hygge")["metadata"]["labels"]
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_every_container_says_what_it_needs(variant: Variant) -> None:
    for pods in all_pods(render(variant)):
        for container in pods.containers:
            resources = container["resources"]
            for name in ("cpu", "memory"):
                least, most = quantity(resources["requests"][name]), quantity(resources["limits"][name])
                assert 0 < least <= most, (pods, container["name"], name)
        for volume in pods.spec["volumes"]:
            if "emptyDir" in volume:
                assert volume["emptyDir"]["sizeLimit"], (pods, volume["name"])


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_deployments_roll_without_a_gap(variant: Variant) -> None:
    documents = render(variant)
    for deployment in of_kind(documents, "Deployment"):
        spec = deployment["spec"]
        assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
        assert spec["revisionHistoryLimit"] > 0
        assert "replicas" not in spec, "an apply would take the autoscaler's number back"
        pods = pods_of(documents, deployment["metadata"]["name"])
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= pods.main.keys()
        zones = [c["topologyKey"] for c in pods.spec["topologySpreadConstraints"]]
        assert zones == ["topology.kubernetes.io/zone", "kubernetes.io/hostname"]
        for constraint in pods.spec["topologySpreadConstraints"]:
            assert constraint["labelSelector"]["matchLabels"].items() <= pods.labels.items()


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_pods_get_the_time_they_need_to_end(variant: Variant) -> None:
    documents = render(variant)
    for service in SERVICES:
        pods = pods_of(documents, service)
        prefix = f"HYGGE_{service.upper()}_"
        in_flight = int(environment(documents, pods.main).get(f"{prefix}SHUTDOWN_SECONDS", "20"))
        before = pods.main["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert pods.spec["terminationGracePeriodSeconds"] >= before + in_flight + 10, service
    assert pods_of(documents, "engine-worker").spec["terminationGracePeriodSeconds"] >= 60


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_probes_mean_something(variant: Variant) -> None:
    """Live asks the process alone, ready what it needs: otherwise an outage of the database restarts everything."""
    documents = render(variant)
    scheme = "HTTPS" if "tls" in variant.beside else None
    for service in SERVICES:
        probes = pods_of(documents, service).main
        assert _path(probes, "startupProbe") == _path(probes, "livenessProbe") == ("/health/live", "http", scheme)
        assert _path(probes, "readinessProbe") == ("/health/ready", "http", scheme)
    worker = pods_of(documents, "engine-worker").main
    assert _path(worker, "startupProbe") == _path(worker, "readinessProbe") == ("/health/ready", "metrics", None)
    assert _path(worker, "livenessProbe") == ("/health/live", "metrics", None)
    # The first start of a worker without a compiled core takes about a minute on one processor.
    assert worker["startupProbe"]["periodSeconds"] * worker["startupProbe"]["failureThreshold"] >= 300


def _path(container: Document, probe: str) -> tuple[str, str, str | None]:
    asked = container[probe]["httpGet"]
    return asked["path"], asked["port"], asked.get("scheme")


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_autoscalers_and_disruption_budgets_fit(variant: Variant) -> None:
    documents = render(variant)
    budgets = {document["metadata"]["name"]: document["spec"] for document in of_kind(documents, "PodDisruptionBudget")}
    scalers = {
        document["metadata"]["name"]: document["spec"] for document in of_kind(documents, "HorizontalPodAutoscaler")
    }
    deployments = {document["metadata"]["name"] for document in of_kind(documents, "Deployment")}
    assert budgets.keys() == deployments
    assert scalers.keys() == deployments - {"engine-worker"}
    for name, budget in budgets.items():
        # A floor in numbers would, with one replica, keep its node from ever being emptied.
        assert budget["maxUnavailable"] == 1 and "minAvailable" not in budget
        assert budget["selector"]["matchLabels"].items() <= pods_of(documents, name).labels.items()
    for name, scaler in scalers.items():
        assert scaler["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        assert 1 <= scaler["minReplicas"] < scaler["maxReplicas"]
        # What people use stays up while a node is emptied.
        assert variant.overlay in ("dev", "test") or scaler["minReplicas"] > budgets[name]["maxUnavailable"], name
        assert scaler["metrics"][0]["resource"]["name"] == "cpu"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_workers_are_scaled_by_the_queue_that_celery_uses(overlay: str) -> None:
    from kombu.transport.redis import Channel

    from hygge_engine.jobs import QUEUE

    documents = render(Variant(overlay))
    spec = named(documents, "ScaledObject", "engine-worker")["spec"]
    assert spec["scaleTargetRef"]["name"] == "engine-worker"
    # One worker always: it is who finds runs whose hint was lost.
    assert 1 <= spec["minReplicaCount"] < spec["maxReplicaCount"]
    assert spec["fallback"]["replicas"] == spec["minReplicaCount"]
    names = {trigger["name"]: trigger["metadata"]["listName"] for trigger in spec["triggers"]}
    assert names == {"waiting": QUEUE, "working": Channel.unacked_key}
    assert spec["advanced"]["scalingModifiers"]["formula"] == "waiting + working"
    # As many hints to a pod as it has processes.
    worker = pods_of(documents, "engine-worker").main
    processes = environment(documents, worker)["WORKER_PROCESSES"]
    assert spec["advanced"]["scalingModifiers"]["target"] == processes
    assert shlex.join(worker["args"]) == "worker --concurrency '$(WORKER_PROCESSES)'"
    url = environment(documents, worker)["HYGGE_ENGINE_REDIS_URL"]
    for trigger in spec["triggers"]:
        host, index = trigger["metadata"]["address"], trigger["metadata"]["databaseIndex"]
        assert url == f"redis://{host.replace('.hygge.svc', '')}/{index}"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_workers_have_a_processor_and_memory_for_each_process(overlay: str) -> None:
    documents = render(Variant(overlay))
    worker = pods_of(documents, "engine-worker").main
    processes = int(environment(documents, worker)["WORKER_PROCESSES"])
    limits = worker["resources"]["limits"]
    assert quantity(limits["cpu"]) >= processes
    # 70 % of the limit is theirs, and a district's run in one piece took 0.8 GB (docs/scale.md).
    assert 0.7 * quantity(limits["memory"]) / processes >= 0.8e9


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_database_has_a_connection_for_everybody(overlay: str) -> None:
    """With every autoscaler at its top, and one pod more of each while a release rolls out."""
    from hygge_engine.settings import Settings as EngineSettings

    documents = render(Variant(overlay))
    tops = {d["metadata"]["name"]: d["spec"]["maxReplicas"] for d in of_kind(documents, "HorizontalPodAutoscaler")}
    total = 0
    for service in SERVICES:
        settings = environment(documents, pods_of(documents, service).main)
        pool = int(settings[f"HYGGE_{service.upper()}_DATABASE_POOL_SIZE"])
        total += (tops[service] + 1) * pool * int(settings.get(f"HYGGE_{service.upper()}_PROCESSES", "1"))
    writers = EngineSettings.model_fields["writers"].default
    processes = int(environment(documents, pods_of(documents, "engine-worker").main)["WORKER_PROCESSES"])
    workers = named(documents, "ScaledObject", "engine-worker")["spec"]["maxReplicaCount"] + 1
    # Of each process: its writers, the lease, the run; and the loop beside them.
    total += workers * (processes * (writers + 2) + 1)
    offered = int(environment(documents, pods_of(documents, "postgres").main)["MAX_CONNECTIONS"])
    # Migrations, the backup, Grafana, and people with a psql.
    assert total + 20 <= offered, f"{total} of {offered}"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_database_plans_with_the_memory_it_has(overlay: str) -> None:
    documents = render(Variant(overlay))
    postgres = pods_of(documents, "postgres").main
    limit = quantity(postgres["resources"]["limits"]["memory"])
    planned = environment(documents, postgres)
    assert postgres["resources"]["requests"]["memory"] == postgres["resources"]["limits"]["memory"]
    assert 0.2 * limit <= quantity(planned["SHARED_BUFFERS"]) <= 0.4 * limit
    assert quantity(planned["EFFECTIVE_CACHE_SIZE"]) <= 0.8 * limit


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_backup_runs_beside_the_server_with_its_volume(overlay: str) -> None:
    documents = render(Variant(overlay))
    server, backup = (pods_of(documents, name) for name in ("postgres", "backup"))
    spec = named(documents, "CronJob", "hygge-backup")["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["timeZone"] == "Etc/UTC"
    (term,) = backup.spec["affinity"]["podAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    assert term["labelSelector"]["matchLabels"].items() <= server.labels.items()
    assert backup.main["image"] == server.main["image"]
    assert backup.spec["securityContext"] == server.spec["securityContext"]
    for pods in (server, backup):
        assert ("backups", "/backups") in _mounts(pods) and ("scripts", "/hygge/backup") in _mounts(pods)
    scripts = named(documents, "ConfigMap", "backup-scripts")["data"]
    assert backup.main["command"] == ["/hygge/backup/backup.sh"]
    (archive,) = [arg for arg in server.main["args"] if arg.startswith("archive_command=")]
    assert {"backup.sh", archive.partition("=")[2].split()[0].rpartition("/")[2]} <= scripts.keys()
    assert environment(documents, server.main)["PGDATA"].startswith(dict(_mounts(server))["data"] + "/")


def _mounts(pods: Pods) -> list[tuple[str, str]]:
    return [(mount["name"], mount["mountPath"]) for mount in pods.main["volumeMounts"]]


def test_the_restore_is_the_server_s_twin() -> None:
    """The same programs, user and files; scripts and claims are those that the overlays have."""
    documents = render_restore()
    for document in documents:
        kubernetes_validate.validate(document, "1.30", strict=True)
    (restore,) = all_pods(documents)
    assert _restricted_faults(restore.spec) == []
    overlay = render(Variant("prod"))
    server = pods_of(overlay, "postgres")
    assert restore.main["image"] == server.main["image"]
    assert restore.spec["securityContext"] == server.spec["securityContext"]
    assert set(_mounts(restore)) <= set(_mounts(server))
    assert environment(documents, restore.main)["PGDATA"] == environment(overlay, server.main)["PGDATA"]
    claims = {
        v["name"]: v["persistentVolumeClaim"]["claimName"]
        for v in restore.spec["volumes"]
        if "persistentVolumeClaim" in v
    }
    (template,) = named(overlay, "StatefulSet", "postgres")["spec"]["volumeClaimTemplates"]
    assert claims == {"data": f"{template['metadata']['name']}-postgres-0", "backups": "backups"}
    assert named(documents, "ConfigMap", "backup-scripts") == named(overlay, "ConfigMap", "backup-scripts")
