"""A service as an operator starts it: secrets from files, TLS, migrations that wait, an orderly end."""

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.ports import free_port
from tests.support.postgres import PASSWORD, TestDatabase

MIGRATIONS = Path(__file__).parents[3] / "services" / "topology" / "migrations"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "topology")])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    shown, secret = folder / "tls.crt", folder / "tls.key"
    shown.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return shown, secret


def environment(database: TestDatabase, folder: Path, **more: str) -> dict[str, str]:
    """The database's password is only in a file."""
    without = database.url("topology").replace(f":{PASSWORD}@", "@")
    assert without != database.url("topology")
    (folder / "hygge_topology_database_password").write_text(PASSWORD)
    own = {"DATABASE_URL": without, "JWKS_URL": "http://unused", "PORT": "1"} | more
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HYGGE_")}
    return kept | {"HYGGE_SECRETS_DIR": str(folder)} | {f"HYGGE_TOPOLOGY_{name}": value for name, value in own.items()}


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], env=env, capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def served(env: dict[str, str], url: str, verify: ssl.SSLContext | bool = True) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "hygge_core.serve", "topology"], env=env)
    try:
        until = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/health/live", verify=verify)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the service ended"
                assert time.monotonic() < until, "the service does not answer"
                time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def test_waits_for_migrations_serves_over_tls_and_ends_in_order(database: TestDatabase, tmp_path: Path) -> None:
    shown, secret = certificate(tmp_path)
    port = free_port()
    files = {"TLS_CERTIFICATE_FILE": str(shown), "TLS_KEY_FILE": str(secret), "TLS_CA_FILE": str(shown)}
    env = environment(database, tmp_path, PORT=str(port), HOST="127.0.0.1", **files)
    command = ("hygge_core.migrate", "topology", str(MIGRATIONS))

    waited = run(*command, "--wait", "0", env=env)
    assert waited.returncode == 1
    assert "0001_topology" in waited.stderr
    assert "0001_topology" in run(*command, env=env).stdout
    assert run(*command, "--wait", "0", env=env).returncode == 0
    assert run(*command, env=env).stdout == ""

    url = f"https://localhost:{port}"
    trusting = ssl.create_default_context(cafile=str(shown))
    with served(env, url, trusting) as process:
        assert httpx.get(f"{url}/health/ready", verify=trusting).json()["status"] == "ready"
        with pytest.raises(httpx.ConnectError, match="certificate"):
            httpx.get(f"{url}/health/live")
        process.send_signal(signal.SIGTERM)
        # uvicorn ends in order and then hands the signal on, as POSIX wants it.
        assert process.wait(timeout=20) in (0, -signal.SIGTERM)


def test_a_missing_database_is_told_by_its_name(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("HYGGE_")}
    ended = run("hygge_core.migrate", "topology", str(tmp_path), env=env)
    assert ended.returncode == 1
    assert "HYGGE_TOPOLOGY_DATABASE_URL" in ended.stderr
