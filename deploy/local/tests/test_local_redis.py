"""Which Redis is taken, and that it is a real one that keeps what it got."""

import os
from pathlib import Path

import pytest
import redis

from hygge_local import redis_server
from hygge_local.files import Secrets, StateFolder, load_secrets
from hygge_local.ports import any_ports
from hygge_local.problems import CannotStart
from hygge_local.process import Child
from hygge_local.runtime import POLL_SECONDS


def script(path: Path, output: str, code: int = 0) -> Path:
    path.write_text(f"#!/bin/sh\necho '{output}'\nexit {code}\n")
    path.chmod(0o755)
    return path


def test_the_machines_server_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = script(tmp_path / "valkey-server", "Valkey server v=8.1.0 sha=00000000:0 malloc=jemalloc bits=64")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/nonexistent")
    assert redis_server.find_server() == own


@pytest.mark.parametrize(("answer", "code"), [("Redis server v=5.0.7 sha=0", 0), ("no idea", 0), ("v=8.0.0", 1)])
def test_a_server_too_old_or_broken_gives_way_to_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    script(tmp_path / "redis-server", answer, code)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    chosen = redis_server.find_server()
    assert chosen.parent != tmp_path
    assert (redis_server.version_of(chosen) or (0, 0)) >= redis_server.OLDEST


def test_the_wheels_server_in_a_virtual_environment_is_not_the_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path / "redis-server", "Redis server v=9.0.0")
    (tmp_path / "activate").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis_server.find_server().parent != tmp_path


def test_none_at_all_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_server, "_candidates", list)
    with pytest.raises(CannotStart, match="redis-server or valkey-server"):
        redis_server.find_server()


def test_it_keeps_its_data_over_a_restart_and_asks_for_the_password(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.create()
    secrets = load_secrets(folder, database_exists=False)
    [port] = any_ports(1)
    for expected, new in ((None, "one"), ("one", "two")):
        child = started(folder, secrets, port)
        try:
            with redis.Redis.from_url(redis_server.url(secrets, port), decode_responses=True) as client:
                assert client.get("key") == expected
                client.set("key", new)
            with pytest.raises(redis.AuthenticationError), redis.Redis(port=port) as stranger:
                stranger.ping()
        finally:
            child.ask_to_stop()
            child.wait_or_kill()
    assert (folder.redis / "redis.conf").stat().st_mode & 0o077 == 0


def started(folder: StateFolder, secrets: Secrets, port: int) -> Child:
    import time

    child = Child(redis_server.command(folder, secrets, port, redis_server.find_server()), folder.logs / "redis.log")
    child.start()
    until = time.monotonic() + 20
    while not redis_server.answers(secrets, port):
        assert child.is_running, child.tail()
        assert time.monotonic() < until
        time.sleep(POLL_SECONDS)
    return child
