"""Command lines and settings of the services."""

import dataclasses
import json
from pathlib import Path

import pytest

from hygge_local import services
from hygge_local.files import SERVICES, Secrets, StateFolder

SECRETS = Secrets("a", "p", "r", "client secret", {service: f"pw/{service}@" for service in SERVICES})
PORTS = {service: 9000 + index for index, service in enumerate(SERVICES)}


@pytest.fixture
def wiring() -> services.Wiring:
    folder = StateFolder(Path("/state"))
    return services.Wiring(
        folder, SECRETS, "postgresql://boss:x@/postgres?host=/run", "redis://:r@127.0.0.1:6/0", PORTS
    )


def test_each_service_has_its_own_role(wiring: services.Wiring) -> None:
    assert wiring.database_url("engine") == "postgresql://hygge_engine:pw%2Fengine%40@/postgres?host=/run"


def test_an_external_database_is_reached_the_same_way(wiring: services.Wiring) -> None:
    outside = services.Wiring(
        wiring.folder, SECRETS, "postgresql://boss:x@db.example:5433/hygge", wiring.redis_url, PORTS
    )
    assert outside.database_url("results") == "postgresql://hygge_results:pw%2Fresults%40@db.example:5433/hygge"


def test_a_service_sees_only_its_own_settings(wiring: services.Wiring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYGGE_TOPOLOGY_LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("PGHOST", "elsewhere")
    extra = {"HYGGE_PROFILES_MAX_UPLOAD_MB": "1", "HYGGE_RESULTS_LOG_LEVEL": "ERROR"}
    environment = services.environment(wiring, "profiles", extra)
    assert {name for name in environment if name.startswith(("HYGGE_", "PG"))} == {
        "HYGGE_PROFILES_PORT",
        "HYGGE_PROFILES_DATABASE_URL",
        "HYGGE_PROFILES_JWKS_URL",
        "HYGGE_PROFILES_TOPOLOGY_URL",
        "HYGGE_PROFILES_MAX_UPLOAD_MB",
    }


def test_the_engine_and_the_gateway_share_a_client_secret(wiring: services.Wiring) -> None:
    gateway, engine = services.settings(wiring, "gateway"), services.settings(wiring, "engine")
    assert json.loads(gateway["SERVICE_CLIENTS"]) == {engine["CLIENT_ID"]: engine["CLIENT_SECRET"]}
    assert engine["TOKEN_URL"].startswith(wiring.url("gateway"))


def test_no_secret_is_on_a_command_line(wiring: services.Wiring) -> None:
    commands = [services.service_command(wiring, service, {}, 2) for service in SERVICES]
    commands.append(services.worker_command(wiring, 1, 2, {}))
    words = " ".join(word for command in commands for word in command.arguments)
    assert not any(secret in words for secret in ("client secret", "pw/", "pw%2F", ":r@"))


@pytest.mark.parametrize("service", SERVICES)
def test_every_setting_is_known_to_its_service(
    service: str, wiring: services.Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service refuses to start with a setting that it does not know, so none may be left over here."""
    import importlib

    for name, value in services.environment(wiring, service, {}).items():
        if name.startswith("HYGGE_"):
            monkeypatch.setenv(name, value)
    loaded = importlib.import_module(f"hygge_{service}.settings").Settings.load()
    assert loaded.port == PORTS[service]


def test_the_gateway_is_told_of_the_web_app_only_if_there_is_one(wiring: services.Wiring) -> None:
    assert "WEB_DIRECTORY" not in services.settings(wiring, "gateway")
    with_app = dataclasses.replace(wiring, web_directory=Path("/srv/web/dist"))
    assert services.settings(with_app, "gateway")["WEB_DIRECTORY"] == "/srv/web/dist"
    assert "WEB_DIRECTORY" not in services.settings(with_app, "topology")
