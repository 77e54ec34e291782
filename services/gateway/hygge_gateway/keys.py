"""The key ring: RSA keys that sign access tokens, their public halves as JWKS, and their rotation.

A new key is published before it signs, so that every service has had time to see it; an old one stays published until
the last token that it signed has ended. `python -m hygge_gateway.keys FOLDER` rotates, with `--list` it tells what is
there.

When a key was made is in its file's name. A file's own time is only believed without one: Kubernetes writes all files
of a Secret anew whenever it mounts or changes it.
"""

import argparse
import os
import re
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import structlog
from joserfc.jwk import KeyParameters, KeySet, RSAKey

from hygge_core.auth import ALGORITHMS
from hygge_gateway.metrics import SIGNING_KEY_MADE

KEY_BITS = 2048
# Services ask again for an unknown key id at most every 10 s: after this all have seen a new key. Where the folder
# reaches the gateway's processes at different times (a mounted Secret), the setting makes it longer.
PUBLISH_SECONDS = 60.0
# The longest life of an access token that settings allow, and some skew.
RETIRE_SECONDS = 3600.0 + 60.0
RELOAD_SECONDS = 5.0
LISTINGS = 4
_MOMENT = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"key-(\d+)(?:-(\d{8}T\d{6}Z))?\.pem")

logger = structlog.get_logger("hygge.keys")


class KeyRingError(SystemExit):
    """There is no usable signing key; the process must not start."""


@dataclass(frozen=True, slots=True)
class _Entry:
    key: RSAKey
    made_at: float
    # When this process first saw it; before all times for those that were there at its start.
    seen_at: float

    def is_settled(self, publish_seconds: float) -> bool:
        return time.time() - max(self.made_at, self.seen_at) >= publish_seconds


class KeyRing:
    """The keys in a PEM file or folder; reads them again when the folder changes, so a rotation needs no restart."""

    def __init__(self, path: Path, *, create: bool, publish_seconds: float = PUBLISH_SECONDS) -> None:
        self._path = path
        self._publish_seconds = publish_seconds
        if create:
            _create_first(path)
        self._entries: list[_Entry] = []
        self._stamp: tuple[tuple[str, int, int], ...] = ()
        self._checked_at = float("-inf")
        self._reload()

    def signing_key(self) -> RSAKey:
        """The newest key that has been published long enough; the oldest if none has."""
        self._reload()
        settled = [entry for entry in self._entries if entry.is_settled(self._publish_seconds)]
        entry = settled[-1] if settled else self._entries[0]
        SIGNING_KEY_MADE.set(entry.made_at)
        return entry.key

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWK set."""
        self._reload()
        return dict(KeySet([entry.key for entry in self._entries]).as_dict(private=False))

    def _reload(self) -> None:
        """What goes wrong at the start ends the process; later on, what is in memory still works."""
        if time.monotonic() - self._checked_at < RELOAD_SECONDS:
            return
        self._checked_at = time.monotonic()
        try:
            files, stamp = _stamped(self._path)
            if stamp != self._stamp or not stamp:
                self._entries, self._stamp = self._read_all(files), stamp
        except (KeyRingError, OSError) as error:
            if not self._entries:
                raise
            # Whoever empties or spoils the folder of a running gateway made a mistake.
            logger.error("signing keys not read again", error=str(error))

    def _read_all(self, files: list[Path]) -> list[_Entry]:
        if not files:
            raise KeyRingError(f"No signing key at {self._path}; make one with 'python -m hygge_gateway.keys FOLDER'.")
        known = {entry.key.kid: entry for entry in self._entries}
        seen_at = time.time() if known else float("-inf")
        keys = [(file, _read(file)) for file in files]
        return [known.get(key.kid) or _Entry(key, _made_at(file), seen_at) for file, key in keys]


def rotate(folder: Path) -> Path:
    """Add a new key to a folder and remove those whose last token has ended; returns the new file."""
    files = _files(folder)
    for older, newer in pairwise(files):
        if time.time() - _made_at(newer) > RETIRE_SECONDS + PUBLISH_SECONDS:
            older.unlink()
    moment = datetime.fromtimestamp(time.time(), UTC).strftime(_MOMENT)
    target = folder / f"key-{_number(files[-1]) + 1 if files else 1:04d}-{moment}.pem"
    _write_new(target)
    return target


def listing(folder: Path) -> list[str]:
    """A line a key: its file, its id, and when it was made."""
    lines = []
    for file in _files(folder):
        made = datetime.fromtimestamp(_made_at(file), UTC).isoformat(timespec="seconds")
        lines.append(f"{file.name}  {_read(file).kid}  {made}")
    return lines


def _number(file: Path) -> int:
    match = _NAME.fullmatch(file.name)
    if match is None:
        raise KeyRingError(f"{file} is not named as a key: key-NUMBER.pem or key-NUMBER-YYYYMMDDTHHMMSSZ.pem.")
    return int(match[1])


def _made_at(file: Path) -> float:
    match = _NAME.fullmatch(file.name)
    if match is None or match[2] is None:
        return file.stat().st_mtime
    return datetime.strptime(match[2], _MOMENT).replace(tzinfo=UTC).timestamp()


def _stamped(path: Path) -> tuple[list[Path], tuple[tuple[str, int, int], ...]]:
    """The files and what changes with them; listed again when one goes away meanwhile (a Secret is swapped)."""
    for _ in range(LISTINGS):
        files = _files(path)
        try:
            status = [file.stat() for file in files]
        except OSError:
            continue
        return files, tuple((str(f), s.st_mtime_ns, s.st_ino) for f, s in zip(files, status, strict=True))
    return [], ()


def _files(path: Path) -> list[Path]:
    """One look at the path: asked twice, a folder that another process makes meanwhile would pass for a file."""
    return [path] if path.is_file() else sorted(path.glob("key-*.pem"), key=_order)


def _order(file: Path) -> tuple[int, str]:
    return _number(file), file.name


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
    parser = argparse.ArgumentParser(prog="python -m hygge_gateway.keys", description=rotate.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", action="store_true", help="only tell which keys are there")
    options = parser.parse_args()
    print("\n".join(listing(options.folder)) if options.list else rotate(options.folder))


if __name__ == "__main__":
    main()
