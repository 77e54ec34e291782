"""`make backup` and `make restore`: the scripts in `deploy/backup` on the embedded database; copies of its secrets."""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from hygge_core.database import connect, unknown
from hygge_local import control
from hygge_local.files import PROJECT, SERVICES, StateFolder, load_secrets, write_private
from hygge_local.lock import InstanceLock, running_instance
from hygge_local.postgres import Postgres

Report = Callable[[str], None]
POSTGRES = "postgres"
READY_SECONDS = 120.0
POLL_SECONDS = 0.2


def take(state: Path, report: Report, *, keep: int) -> int:
    """Back up the database of a running instance, and its secrets. Returns the exit code for the command."""
    folder = StateFolder(state.expanduser().resolve())
    if running_instance(folder.lock) is None:
        report(f"Nothing runs from {state}; a backup is taken of a running database (`make up`).")
        return 1
    _copy_secrets(folder.root, folder.backups)
    postgres = Postgres(folder, load_secrets(folder, database_exists=True))
    postgres.prepare_folders()
    done = postgres.run_script("backup.sh", HYGGE_BACKUP_KEEP=str(keep))
    _tell(report, done.stdout, done.stderr)
    return done.returncode


def restore(state: Path, report: Report, *, to: datetime | None = None) -> int:
    """Bring the database back; of a running instance too, whose other processes stay up. Returns the exit code."""
    folder = StateFolder(state.expanduser().resolve())
    if not any((folder.backups / "base").glob("*")):
        report(f"There is no backup in {folder.backups}.")
        return 1
    if not folder.secrets.exists():
        _copy_secrets(folder.backups, folder.root)
    if running_instance(folder.lock) is None:
        folder.create()
        with InstanceLock(folder.lock):
            return _make_anew(folder, report, to)
    if control.stop_one(folder.root, POSTGRES, report):
        return 1
    outcome = _make_anew(folder, report, to)
    # Also after a failure: the database that was there is as it was.
    started = control.start_one(folder.root, POSTGRES, report)
    return outcome or started or _check(folder, report)


def _make_anew(folder: StateFolder, report: Report, to: datetime | None) -> int:
    postgres = Postgres(folder, load_secrets(folder, database_exists=True))
    postgres.prepare_folders()
    postgres.end_leftover()
    done = postgres.run_script("restore.sh", *(("--to", as_utc(to)) if to else ()))
    _tell(report, done.stdout, done.stderr)
    return done.returncode


def as_utc(moment: datetime) -> str:
    """A moment as the script takes it."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _check(folder: StateFolder, report: Report) -> int:
    """The server answers, and its schemas are not of a later version than this code."""
    secrets = load_secrets(folder, database_exists=True)
    postgres = Postgres(folder, secrets)
    until = time.monotonic() + READY_SECONDS
    while not postgres.answers():
        if time.monotonic() > until:
            report(f"The restored database does not answer; see {folder.logs / 'postgres.log'}.")
            return 1
        time.sleep(POLL_SECONDS)
    later = [f"{service} {name}" for service in SERVICES for name in _unknown(postgres.admin_url, service)]
    if later:
        report(f"The backup is of a later version of Hygge than this one, which does not know: {', '.join(later)}.")
    return 1 if later else 0


def _unknown(admin_url: str, service: str) -> list[str]:
    database = connect(admin_url, schema=service, pool_size=1)
    try:
        return unknown(database, PROJECT / "services" / service / "migrations", service)
    finally:
        database.close_all()


def _copy_secrets(source: Path, target: Path) -> None:
    """Passwords and signing keys, for us alone. They belong to this database: without them nobody gets in."""
    origin, copy = StateFolder(source), StateFolder(target)
    with suppress(FileNotFoundError):
        write_private(copy.secrets, origin.secrets.read_text())
    copy.signing_keys.mkdir(mode=0o700, exist_ok=True)
    for key in origin.signing_keys.glob("*.pem"):
        # The age of a key says when it signs and when it goes.
        shutil.copy2(key, copy.signing_keys / key.name)


def _tell(report: Report, *texts: str) -> None:
    for text in texts:
        for line in text.splitlines():
            report(line)
