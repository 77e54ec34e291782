"""Every pod starts with settings that its program accepts: the real settings classes read what the manifests give."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from hygge_core.provision import ProvisionSettings
from hygge_core.settings import DatabaseSettings, secrets_folder
from tests.deploy.manifests import (
    FAKE_SECRET,
    SERVICES,
    VARIANTS,
    Document,
    Pods,
    Variant,
    environment,
    named,
    of_kind,
    pods_of,
    render,
    secret_names,
)

SECRETS_FOLDER = "/run/secrets"


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the environment and the secret files of a pod's container, as the kubelet would."""

    def start(documents: tuple[Document, ...], pods: Pods, container: Document | None = None) -> dict[str, str]:
        container = container or pods.main
        for name in os.environ:
            if name.startswith("HYGGE_"):
                monkeypatch.delenv(name)
        variables = environment(documents, container)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        folder = tmp_path / pods.name / container["name"]
        folder.mkdir(parents=True, exist_ok=True)
        for key in _secret_keys(documents, pods, container):
            (folder / key).write_text(_fake(key))
        monkeypatch.setenv("HYGGE_SECRETS_DIR", str(folder))
        return variables

    return start


def _secret_keys(documents: tuple[Document, ...], pods: Pods, container: Document) -> set[str]:
    (mount,) = [m for m in container["volumeMounts"] if m["mountPath"] == SECRETS_FOLDER]
    (volume,) = [v for v in pods.spec["volumes"] if v["name"] == mount["name"]]
    return secret_names(documents)[volume["secret"]["secretName"]]


def _fake(key: str) -> str:
    return json.dumps({"engine": FAKE_SECRET}) if key.endswith("service_clients") else FAKE_SECRET


@pytest.mark.parametrize("service", [*SERVICES, "engine-worker"])
@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_services_accept_their_settings(started: Any, variant: Variant, service: str) -> None:
    documents = render(variant)
    pods = pods_of(documents, service)
    started(documents, pods)
    package = "engine" if service == "engine-worker" else service
    # `load` refuses what is missing, misspelt, another service's, and secrets that are too weak outside DEV.
    settings = import_module(f"hygge_{package}.settings").Settings.load()
    assert settings.environment == variant.overlay.upper()
    assert settings.port == 8000 and settings.host == "0.0.0.0"  # noqa: S104
    assert FAKE_SECRET in settings.database_url.get_secret_value()
    if service == "engine-worker":
        (port,) = [p["containerPort"] for p in pods.main["ports"]]
        assert settings.worker_metrics_port == port


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_every_password_is_in_the_url_that_needs_it(started: Any, variant: Variant) -> None:
    documents = render(variant)
    for service in SERVICES:
        started(documents, pods_of(documents, service))
        settings = import_module(f"hygge_{service}.settings").Settings.load()
        for name in type(settings).model_fields:
            if name in ("database_url", "redis_url"):
                value = getattr(settings, name)
                url = value if isinstance(value, str) else value.get_secret_value()
                assert f":{FAKE_SECRET}@" in url, (service, name)


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_pods_wait_for_the_schema_that_their_job_makes(started: Any, variant: Variant) -> None:
    documents = render(variant)
    for service in [*SERVICES, "engine-worker"]:
        package = "engine" if service == "engine-worker" else service
        pods, job = pods_of(documents, service), pods_of(documents, f"migrate-{package}")
        (waiting,) = pods.spec["initContainers"]
        assert waiting["image"] == pods.main["image"] == job.main["image"]
        assert waiting["args"][:2] == ["migrate", "--wait"] and job.main["args"] == ["migrate"]
        urls = set()
        for of, container in ((pods, waiting), (job, job.main)):
            started(documents, of, container)
            prefix = f"HYGGE_{package.upper()}_"
            found = DatabaseSettings(_env_prefix=prefix, _secrets_dir=secrets_folder())  # type: ignore[call-arg]
            urls.add(found.database_url.get_secret_value())
        assert len(urls) == 1, urls


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_the_provisioning_job_gets_what_it_asks_for(started: Any, variant: Variant) -> None:
    documents = render(variant)
    pods = pods_of(documents, "provision")
    started(documents, pods)
    settings = ProvisionSettings(_secrets_dir=secrets_folder())  # type: ignore[call-arg]
    assert FAKE_SECRET in settings.complete_url
    assert set(settings.passwords().values()) == {FAKE_SECRET}
    # Nobody else has the administrator's password, the server itself apart.
    holders = {name for name, keys in secret_names(documents).items() if {"hygge_provision_admin_password"} & keys}
    assert holders == {"provision-secrets"}
    for name, other in ((d["metadata"]["name"], d) for d in of_kind(documents, "Deployment")):
        volumes = other["spec"]["template"]["spec"]["volumes"]
        assert "provision-secrets" not in {v.get("secret", {}).get("secretName") for v in volumes}, name


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_addresses_are_names_of_services_with_their_ports(started: Any, variant: Variant) -> None:
    documents = render(variant)
    ports = {d["metadata"]["name"]: d["spec"]["ports"][0]["port"] for d in of_kind(documents, "Service")}
    scheme = "https" if "tls" in variant.beside else "http"
    for service in SERVICES:
        variables = environment(documents, pods_of(documents, service).main)
        prefix = f"HYGGE_{service.upper()}_"
        for other in SERVICES:
            if (name := f"{prefix}{other.upper()}_URL") in variables:
                assert variables[name] == f"{scheme}://{other}:{ports[other]}"
        assert variables[f"{prefix}JWKS_URL"] == f"{scheme}://gateway:{ports['gateway']}/api/v1/auth/jwks"


def test_with_tls_every_service_has_its_own_certificate() -> None:
    documents = render(Variant("prod", beside=("tls", "otel", "oidc")))
    for service in SERVICES:
        certificate = named(documents, "Certificate", service)["spec"]
        assert certificate["dnsNames"] == [service], "services call each other by this name"
        pods = pods_of(documents, service)
        variables = environment(documents, pods.main)
        (mount,) = [m for m in pods.main["volumeMounts"] if m["name"] == "tls"]
        for kind, file in (("CERTIFICATE", "tls.crt"), ("KEY", "tls.key"), ("CA", "ca.crt")):
            assert variables[f"HYGGE_{service.upper()}_TLS_{kind}_FILE"] == f"{mount['mountPath']}/{file}"
        (endpoint,) = named(documents, "ServiceMonitor", service)["spec"]["endpoints"]
        assert endpoint["scheme"] == "https" and endpoint["tlsConfig"]["serverName"] == service
    worker = pods_of(documents, "engine-worker")
    (volume,) = [v for v in worker.spec["volumes"] if v["name"] == "tls"]
    assert [item["key"] for item in volume["secret"]["items"]] == ["ca.crt"], "a worker shows no certificate"


def test_the_gateway_reads_its_keys_from_their_own_secret() -> None:
    documents = render(Variant("prod"))
    pods = pods_of(documents, "gateway")
    folder = environment(documents, pods.main)["HYGGE_GATEWAY_SIGNING_KEY_FILE"]
    (mount,) = [m for m in pods.main["volumeMounts"] if m["mountPath"] == folder]
    (volume,) = [v for v in pods.spec["volumes"] if v["name"] == mount["name"]]
    assert mount["readOnly"] and volume["secret"]["secretName"] == "gateway-signing-keys"


def test_a_worker_starts_with_the_pod_s_environment(tmp_path: Path) -> None:
    """The worker's module in a process of its own: the pod's other variables must not be taken for settings."""
    documents = render(Variant("prod"))
    pods = pods_of(documents, "engine-worker")
    for key in _secret_keys(documents, pods, pods.main):
        (tmp_path / key).write_text(_fake(key))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("HYGGE_")}
    variables = inherited | environment(documents, pods.main) | {"HYGGE_SECRETS_DIR": str(tmp_path)}
    code = "from hygge_engine.worker import settings; print(settings.environment)"
    ran = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, check=False)
    assert ran.stdout.strip() == "PROD", ran.stderr
