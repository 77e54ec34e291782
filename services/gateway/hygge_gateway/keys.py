"""The key ring: RSA keys that sign access tokens, their public halves as JWKS, and their rotation.

A new key is published before it signs, so that every service has had time to see it; an old one stays published until
the last token that it signed has ended. `python -m hygge_gateway.keys FOLDER` rotates.
"""

import os
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from joserfc.jwk import KeyParameters, KeySet, RSAKey

from hygge_core.auth import ALGORITHMS

KEY_BITS = 2048
# Services ask again for an unknown key id at most every 10 s: after this all have seen a new key.
PUBLISH_SECONDS = 60.0
# The longest life of an access token that settings allow, and some skew.
RETIRE_SECONDS = 3600.0 + 60.0
RELOAD_SECONDS = 5.0
# A listing may miss a file while others come and go in the folder (readdir leaves that open).
LISTINGS = 3


class KeyRingError(SystemExit):
    """There is no usable signing key; the process must not start."""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: RSAKey
    made_at: float


class KeyRing:
    """The keys in a PEM file or folder; reads them again when the folder changes, so a rotation needs no restart."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path = path
        if create:
            _create_first(path)
        self._entries: list[_Entry] = []
        self._stamp: tuple[tuple[str, float], ...] = ()
        self._checked_at = float("-inf")
        self._reload()

    def signing_key(self) -> RSAKey:
        """The newest key that has been published long enough; the oldest if none has."""
        self._reload()
        settled = [entry for entry in self._entries if time.time() - entry.made_at >= PUBLISH_SECONDS]
        return (settled[-1] if settled else self._entries[0]).key

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set."""
        self._reload()
        return dict(KeySet([entry.key for entry in self._entries]).as_dict(private=False))

    def _reload(self) -> None:
        if time.monotonic() - self._checked_at < RELOAD_SECONDS:
            return
        self._checked_at = time.monotonic()
        files = _files(self._path)
        stamp = tuple((str(file), file.stat().st_mtime) for file in files)
        if stamp == self._stamp and stamp:
            return
        if not files and self._entries:
            # Whoever empties the folder of a running gateway made a mistake; what is in memory still works.
            return
        if not files:
            raise KeyRingError(f"No signing key at {self._path}; make one with 'python -m hygge_gateway.keys FOLDER'.")
        self._entries = [_Entry(_read(file), file.stat().st_mtime) for file in files]
        self._stamp = stamp


def rotate(folder: Path) -> Path:
    """Add a new key to a folder and remove those whose last token has ended; returns the new file."""
    files = _files(folder)
    for older, newer in pairwise(files):
        if time.time() - newer.stat().st_mtime > RETIRE_SECONDS + PUBLISH_SECONDS:
            older.unlink()
    number = int(files[-1].stem.rpartition("-")[2]) + 1 if files else 1
    target = folder / f"key-{number:04d}.pem"
    _write_new(target)
    return target


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.exists() else []
    for _ in range(LISTINGS):
        if found := sorted(path.glob("key-*.pem")):
            return found
    return []


def _read(file: Path) -> RSAKey:
    parameters: KeyParameters = {"use": "sig", "alg": ALGORITHMS[0]}
    try:
        key = RSAKey.import_key(file.read_bytes(), parameters)
    except ValueError as error:
        raise KeyRingError(f"{file} is not an RSA key in PEM form.") from error
    if not key.is_private:
        raise KeyRingError(f"{file} holds no private key.")
    return RSAKey.import_key(file.read_bytes(), {**parameters, "kid": key.thumbprint()})


def _create_first(path: Path) -> None:
    if path.suffix == ".pem":
        if not path.exists():
            _write_new(path)
    elif not _files(path):
        _write_new(path / "key-0001.pem")


def _write_new(target: Path) -> None:
    """Write a fresh private key; if another process was first, its key stays."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(RSAKey.generate_key(KEY_BITS).as_pem(private=True))
        os.link(name, target)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage: python -m hygge_gateway.keys FOLDER")
    print(rotate(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
