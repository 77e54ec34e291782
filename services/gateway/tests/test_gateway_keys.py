"""Signing keys and their rotation."""

import asyncio
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hygge_core.auth import Role, TokenVerifier
from hygge_gateway.keys import PUBLISH_SECONDS, RELOAD_SECONDS, RETIRE_SECONDS, KeyRing, KeyRingError, rotate
from hygge_gateway.sessions.tokens import TokenIssuer


def age(file: Path, seconds: float) -> None:
    moment = time.time() - seconds
    os.utime(file, (moment, moment))


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
    second = rotate(tmp_path)
    later = time.monotonic() + RELOAD_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    old, new = key_ids(ring)
    assert ring.signing_key().kid == old
    age(second, PUBLISH_SECONDS + 1)
    monkeypatch.setattr(time, "monotonic", lambda: later + RELOAD_SECONDS)
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
    later = time.monotonic() + 2 * RELOAD_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    after = issuer.issue(1, "anna", Role.VIEWER, views=[4])
    for token in (before, after):
        principal = asyncio.run(verifier.verify(token))
        assert (principal.username, principal.views) == ("anna", frozenset({4}))


def test_rotation_removes_keys_whose_last_token_has_ended(tmp_path: Path) -> None:
    KeyRing(tmp_path, create=True)
    second = rotate(tmp_path)
    rotate(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3
    age(second, RETIRE_SECONDS + PUBLISH_SECONDS + 1)
    rotate(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["key-0002.pem", "key-0003.pem", "key-0004.pem"]
