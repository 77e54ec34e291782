"""What docker-compose.yml and the image recipes promise, read from the files: no container engine is needed."""

import importlib
import json
import os
import re
import runpy
import stat
from pathlib import Path
from typing import Any

import pytest

from hygge_core.errors import HyggeError
from hygge_core.provision import ProvisionSettings
from hygge_core.settings import SettingsError
from tests.deploy.compose import ROOT, SERVICES, compose, is_once, secrets_of, service

ALL = sorted(compose()["services"])
OURS = [*SERVICES, "engine-worker", "web"]
# Each with its reason in the file.
PREPARES_AS_ROOT = {"postgres", "volumes"}
WITHOUT_CLIENT = {"otel-collector", "tempo"}
PUBLISHED = {"web", "grafana"}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """What `make secrets` makes."""
    folder = tmp_path / "secrets"
    runpy.run_path(str(ROOT / "deploy/docker/make_secrets.py"))["make"](folder)
    return folder


# Rights ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_nothing_can_be_written_and_no_right_is_left(name: str) -> None:
    assert service(name)["read_only"] is True
    assert service(name)["cap_drop"] == ["ALL"]
    assert service(name)["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service(name)
    assert ("cap_add" in service(name)) == (name in PREPARES_AS_ROOT)


@pytest.mark.parametrize("name", sorted(set(ALL) - PREPARES_AS_ROOT))
def test_nobody_is_root(name: str) -> None:
    assert str(service(name)["user"]).split(":")[0] not in ("", "0", "root")


@pytest.mark.parametrize("name", ALL)
def test_every_image_is_pinned(name: str) -> None:
    _, separator, tag = service(name)["image"].rpartition(":")
    assert separator
    assert re.search(r"\d", tag), tag


@pytest.mark.parametrize("name", ALL)
def test_what_is_published_is_on_loopback(name: str) -> None:
    ports = service(name).get("ports", [])
    assert bool(ports) == (name in PUBLISHED)
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_only_the_way_in_and_the_dashboards_are_in_front() -> None:
    networks = {name: set(service(name).get("networks", [])) for name in ALL}
    assert {name for name, found in networks.items() if "front" in found} == PUBLISHED
    assert {name for name, found in networks.items() if "out" in found} == {"gateway"}
    assert compose()["networks"]["back"] == {"internal": True}
    assert {name for name, found in networks.items() if not found} == {"volumes"}
    assert service("volumes")["network_mode"] == "none"


@pytest.mark.parametrize("name", [name for name in ALL if not is_once(name)])
def test_what_stays_has_limits_a_health_check_and_comes_back(name: str) -> None:
    limits = service(name)["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory"}
    check = service(name)["healthcheck"]
    assert "test" in check or (check == {"disable": True} and name in WITHOUT_CLIENT)
    assert service(name)["restart"] == "unless-stopped"
    assert "container_name" not in service(name)


# Settings and secrets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_no_secret_is_in_an_environment_or_command(name: str) -> None:
    environment = service(name).get("environment", {})
    for key, value in environment.items():
        assert not re.search(r"(PASSWORD|SECRET|TOKEN|CLIENTS)$", key), key
        assert not re.search(r"://[^/@]*:[^/@]*@", str(value)), value
    assert not re.search(r"://[^/@ ]*:[^/@ ]*@", json.dumps(service(name).get("command", "")))


def test_every_secret_is_declared_made_and_used(secrets: Path) -> None:
    declared = set(compose()["secrets"])
    builds = {secret for name in ALL for secret in service(name).get("build", {}).get("secrets", [])}
    used = {secret for name in ALL for secret in secrets_of(name).values()}
    assert used | builds == declared
    assert used == {path.name for path in secrets.iterdir()}


@pytest.mark.parametrize("name", [*SERVICES, "engine-worker"])
def test_settings_are_understood_and_the_secrets_are_good_enough(
    name: str, secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put(monkeypatch, service(name)["environment"], secrets_of(name), secrets, tmp_path)
    settings = importlib.import_module(f"hygge_{name.partition('-')[0]}.settings").Settings.load()
    assert settings.environment == "PROD"
    assert settings.host == "0.0.0.0"  # noqa: S104
    assert settings.port == 8000
    assert not settings.otlp_endpoint


def test_a_well_known_secret_does_not_start(secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (secrets / "topology_database_password").unlink()
    (secrets / "topology_database_password").write_text("postgres-postgres-postgres")
    _put(monkeypatch, service("topology")["environment"], secrets_of("topology"), secrets, tmp_path)
    with pytest.raises(SettingsError, match="HYGGE_TOPOLOGY_DATABASE_"):
        importlib.import_module("hygge_topology.settings").Settings.load()


def test_provisioning_and_services_have_the_same_passwords(
    secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = secrets_of("provision")
    folder = _put(monkeypatch, service("provision")["environment"], given, secrets, tmp_path)
    settings = ProvisionSettings(_secrets_dir=folder)
    passwords = settings.passwords()
    assert set(passwords) == {*SERVICES, "grafana"}
    for name, password in passwords.items():
        assert (secrets / f"{name}_database_password").read_text() == password
    assert secrets_of("grafana")["hygge_grafana_password"] == given["hygge_provision_grafana_password"]
    for name in SERVICES:
        assert secrets_of(name)[f"hygge_{name}_database_password"] == given[f"hygge_provision_{name}_password"]
        assert secrets_of(f"{name}-migrate") == {f"hygge_{name}_database_password": f"{name}_database_password"}


def test_the_gateway_knows_the_engines_secret(secrets: Path) -> None:
    assert json.loads((secrets / "service_clients").read_text()) == {
        service("engine")["environment"]["HYGGE_ENGINE_CLIENT_ID"]: (secrets / "engine_client_secret").read_text()
    }


def test_secrets_are_made_once_and_only_their_owner_gets_to_them(secrets: Path) -> None:
    before = {path.name: path.read_text() for path in secrets.iterdir()}
    assert runpy.run_path(str(ROOT / "deploy/docker/make_secrets.py"))["make"](secrets) == []
    assert before == {path.name: path.read_text() for path in secrets.iterdir()}
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o444}
    values = [text for name, text in before.items() if name != "service_clients"]
    assert len(set(values)) == len(values)
    assert all(re.fullmatch("[0-9a-f]{64}", text) for text in values)


def test_secrets_are_neither_in_the_repository_nor_sent_to_a_build() -> None:
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert not any(line.startswith("!deploy/secrets") or line == "!deploy" for line in ignored)


# Order and files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SERVICES)
def test_a_schema_is_up_to_date_before_its_service_starts(name: str) -> None:
    done = {"condition": "service_completed_successfully"}
    assert service(name)["depends_on"][f"{name}-migrate"] == done
    assert service(f"{name}-migrate")["depends_on"] == {"provision": done}
    assert service(f"{name}-migrate")["image"] == service(name)["image"]


def test_all_that_is_mounted_is_there() -> None:
    mounts = [mount.split(":")[0] for name in ALL for mount in service(name).get("volumes", [])]
    paths = [ROOT / mount for mount in mounts if mount.startswith("./")]
    assert paths
    assert not [path for path in paths if not path.exists()]
    assert {mount for mount in mounts if not mount.startswith("./")} == set(compose()["volumes"])


@pytest.mark.parametrize("recipe", ["service", "web"])
def test_a_recipe_ends_as_nobody_with_a_health_check_and_a_bill_of_materials(recipe: str) -> None:
    text = (ROOT / f"deploy/docker/{recipe}.Dockerfile").read_text()
    last = text[text.rindex("\nFROM ") :]
    assert "\nUSER 10001:10001\n" in last
    assert "\nHEALTHCHECK " in last
    assert 'io.hygge.sbom="/usr/share/sbom/hygge.cdx.json"' in last
    images = re.findall(r"^ARG \w+_IMAGE=(\S+)$", text, re.MULTILINE)
    assert images
    assert all(re.fullmatch(r"[a-z]+:[\d.]+-[a-z]+", image) for image in images)
    assert all(source.startswith("${") or source == "tools" or source == "dependencies"
               for source in re.findall(r"^FROM (\S+)", text, re.MULTILINE))  # fmt: skip


@pytest.mark.parametrize("name", OURS)
def test_all_images_of_ours_come_from_these_recipes(name: str) -> None:
    if name == "engine-worker":
        assert service(name)["image"] == service("engine")["image"]
        return
    recipe = "web" if name == "web" else "service"
    assert service(name)["build"]["dockerfile"] == f"deploy/docker/{recipe}.Dockerfile"
    assert service(name)["build"]["args"].get("SERVICE", "web") == name


def _put(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, Any], names: dict[str, str], secrets: Path, folder: Path
) -> Path:
    """This environment and these secret files for settings to read."""
    for name in [name for name in os.environ if name.startswith("HYGGE_")]:
        monkeypatch.delenv(name)
    mounted = folder / "run"
    mounted.mkdir()
    for target, source in names.items():
        (mounted / target).write_text((secrets / source).read_text())
    monkeypatch.setenv("HYGGE_SECRETS_DIR", str(mounted))
    for name, value in environment.items():
        monkeypatch.setenv(name, str(value))
    return mounted


def test_nginx_speaks_of_problems_as_the_api_does() -> None:
    """405 and 414 never come from the API itself with a code of its own."""
    known = {error.status: (error.code, error.title) for error in HyggeError.__subclasses__()}
    told = re.findall(
        r'"type":"urn:hygge:problem:([^"]*)","title":"([^"]*)","status":(\d+)',
        (ROOT / "deploy/nginx/problems.conf").read_text(),
    )
    assert {int(status): (code, title) for code, title, status in told if int(status) in known} == {
        int(status): known[int(status)] for _, _, status in told if int(status) in known
    }
    assert {int(status) for _, _, status in told} - known.keys() == {405, 414}
