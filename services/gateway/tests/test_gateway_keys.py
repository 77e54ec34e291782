"""Signing keys and their rotation."""

import asyncio
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from hygge_core.auth import Role, TokenVerifier
from hygge_gateway.keys import PUBLISH_SECONDS, RELOAD_SECONDS, RETIRE_SECONDS, KeyRing, KeyRingError, rotate
from hygge_gateway.sessions.tokens import TokenIssuer


def age(file: Path, seconds: float) -> Path:
    """The file as if it had been made earlier, by its name if that has a date, else by its time."""
    moment = time.time() - seconds
    named = file.stem.split("-")
    if len(named) < 3:
        os.utime(file, (moment, moment))
        return file
    return file.rename(file.with_name(f"key-{named[1]}-{datetime.fromtimestamp(moment, UTC):%Y%m%dT%H%M%SZ}.pem"))


def numbers(folder: Path) -> list[str]:
    return sorted(file.name[:8] for file in folder.iterdir())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every look at the ring reads the folder."""
    monkeypatch.setattr("hygge_gateway.keys.RELOAD_SECONDS", 0.0)


def key_ids(ring: KeyRing) -> list[str]:
    return [key["kid"] for key in ring.jwks()["keys"]]


def test_first_key_is_made_and_kept(tmp_path: Path) -> None:
    first = key_ids(KeyRing(tmp_path / "keys", create=True))
    assert first == key_ids(KeyRing(tmp_path / "keys", create=True))
    file = next((tmp_path / "keys").glob("key-*.pem"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        rings = list(pool.map(lambda _: key_ids(KeyRing(tmp_path / "keys", create=True)), range(4)))
    assert len({tuple(ring) for ring in rings}) == 1
    assert len(rings[0]) == 1


def test_a_folder_that_appears_while_it_is_looked_for_holds_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process made the folder and is still at work on its key."""
    folder = tmp_path / "keys"
    stat_of = Path.stat

    def appearing(path: Path, **options: bool) -> os.stat_result:
        try:
            return stat_of(path, **options)
        finally:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103, Path.mkdir looks by this very function

    with monkeypatch.context() as patched:
        patched.setattr(Path, "stat", appearing)
        ring = KeyRing(folder, create=True)
    assert len(key_ids(ring)) == 1


def test_a_single_file_works(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "signing.pem", create=True)
    assert ring.signing_key().kid == key_ids(ring)[0]


def test_missing_key_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(KeyRingError, match="No signing key"):
        KeyRing(tmp_path / "none", create=False)


def test_what_is_no_private_rsa_key_stops_the_start(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("not a key")
    with pytest.raises(KeyRingError, match="not an RSA key"):
        KeyRing(broken, create=False)
    public = tmp_path / "public.pem"
    public.write_bytes(KeyRing(tmp_path / "a.pem", create=True).signing_key().as_pem(private=False))
    with pytest.raises(KeyRingError, match="no private key"):
        KeyRing(public, create=False)


def test_new_key_is_published_first_and_signs_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyRing(tmp_path, create=True)
    age(tmp_path / "key-0001.pem", 1000)
    rotate(tmp_path)
    later = time.monotonic() + RELOAD_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    old, new = key_ids(ring)
    assert ring.signing_key().kid == old
    afterwards = time.time() + PUBLISH_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: afterwards)
    assert ring.signing_key().kid == new
    # The old one is still published: its last tokens are out.
    assert key_ids(ring) == [old, new]


def test_tokens_of_both_keys_are_good_after_a_rotation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = KeyRing(tmp_path, create=True)
    issuer = TokenIssuer(ring, "hygge", "hygge", 600)

    async def fetch() -> dict[str, Any]:
        return ring.jwks()

    verifier = TokenVerifier(fetch, issuer="hygge", audience="hygge")
    before = issuer.issue(1, "anna", Role.VIEWER, views=[4])
    age(tmp_path / "key-0001.pem", 1000)
    age(rotate(tmp_path), PUBLISH_SECONDS + 1)
    ring = KeyRing(tmp_path, create=False)
    issuer = TokenIssuer(ring, "hygge", "hygge", 600)
    after = issuer.issue(1, "anna", Role.VIEWER, views=[4])
    for token in (before, after):
        principal = asyncio.run(verifier.verify(token))
        assert (principal.username, principal.views) == ("anna", frozenset({4}))


def test_rotation_removes_keys_whose_last_token_has_ended(tmp_path: Path) -> None:
    KeyRing(tmp_path, create=True)
    second = rotate(tmp_path)
    rotate(tmp_path)
    assert numbers(tmp_path) == ["key-0001", "key-0002", "key-0003"]
    age(second, RETIRE_SECONDS + PUBLISH_SECONDS + 1)
    rotate(tmp_path)
    assert numbers(tmp_path) == ["key-0002", "key-0003", "key-0004"]


class Secret:
    """A folder as Kubernetes mounts a Secret: files are links into `..data`, itself a link that is swapped."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.content: dict[str, bytes] = {}
        self._version = 0

    def put(self, **files: bytes | None) -> None:
        self.content |= {name.replace("_", "-") + ".pem": data for name, data in files.items() if data is not None}
        self.write()

    def write(self) -> None:
        """Write all files anew, swap the link, and take the old folder away."""
        self._version += 1
        target = self.folder / f"..{self._version}"
        target.mkdir(parents=True)
        for name, data in self.content.items():
            (target / name).write_bytes(data)
        (self.folder / "..new").symlink_to(target.name)
        (self.folder / "..new").rename(self.folder / "..data")
        for link in self.folder.glob("key-*"):
            if link.name not in self.content:
                link.unlink()
        for name in self.content:
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
        for old in self.folder.glob("..[0-9]*"):
            if old != target:
                shutil.rmtree(old)


def pem() -> bytes:
    return bytes(RSAKey.generate_key(2048).as_pem(private=True))


def dated(number: int, seconds_ago: float) -> str:
    return f"key_{number:04d}_{datetime.fromtimestamp(time.time() - seconds_ago, UTC):%Y%m%dT%H%M%SZ}"


def test_a_secret_that_is_mounted_anew_does_not_make_its_keys_younger(tmp_path: Path, quick: None) -> None:
    """All files have the time of the mount: by it even the key of last year would be one nobody has seen."""
    secret = Secret(tmp_path)
    secret.put(**{dated(1, 400 * 86400): pem(), dated(2, 86400): pem()})
    ring = KeyRing(tmp_path, create=False)
    old, current = key_ids(ring)
    assert ring.signing_key().kid == current
    secret.write()
    assert ring.signing_key().kid == current
    assert key_ids(ring) == [old, current]


def test_a_key_that_reaches_a_process_late_waits_there_too(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made long before, but mounted just now: the other processes may not publish it yet."""
    secret = Secret(tmp_path)
    secret.put(**{dated(1, 86400): pem()})
    ring = KeyRing(tmp_path, create=False, publish_seconds=300)
    old = ring.signing_key().kid
    secret.put(**{dated(2, 3600): pem()})
    assert (ring.signing_key().kid, len(key_ids(ring))) == (old, 2)
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert ring.signing_key().kid != old


def test_keys_without_a_date_keep_their_age_through_a_mount(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = Secret(tmp_path)
    secret.put(key_0001=pem(), key_0002=pem())
    ring = KeyRing(tmp_path, create=False)
    assert ring.signing_key().kid == key_ids(ring)[0]
    later = time.time() + PUBLISH_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    current = ring.signing_key().kid
    assert current == key_ids(ring)[1]
    secret.write()
    assert ring.signing_key().kid == current


def test_swapping_a_secret_all_the_time_disturbs_nobody(tmp_path: Path, quick: None) -> None:
    secret = Secret(tmp_path)
    secret.put(**{dated(1, 86400): pem()})
    ring = KeyRing(tmp_path, create=False)
    kid = ring.signing_key().kid
    ends = time.monotonic() + 1.0
    done = threading.Event()

    def swap() -> None:
        while time.monotonic() < ends:
            secret.write()
        done.set()

    thread = threading.Thread(target=swap)
    thread.start()
    while not done.is_set():
        assert (ring.signing_key().kid, key_ids(ring)) == (kid, [kid])
    thread.join()


@pytest.mark.parametrize("mistake", ["empty", "not a key", "a strange name"])
def test_a_spoilt_folder_does_not_stop_a_running_gateway(tmp_path: Path, quick: None, mistake: str) -> None:
    ring = KeyRing(tmp_path, create=True)
    kid = ring.signing_key().kid
    if mistake == "empty":
        (tmp_path / "key-0001.pem").unlink()
    elif mistake == "not a key":
        (tmp_path / "key-0002.pem").write_text("half a fi")
    else:
        (tmp_path / "key-new.pem").write_bytes(pem())
    assert ring.signing_key().kid == kid
    assert key_ids(ring) == [kid]


def test_the_command_line_rotates_and_lists(tmp_path: Path) -> None:
    def command(*arguments: str) -> str:
        run = [sys.executable, "-m", "hygge_gateway.keys", str(tmp_path), *arguments]
        return subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout

    assert command().strip() == str(next(tmp_path.iterdir()))
    command()
    ring = KeyRing(tmp_path, create=False)
    lines = command("--list").splitlines()
    assert [line.split()[1] for line in lines] == key_ids(ring)
    assert all(line.split()[2].endswith("+00:00") for line in lines)
