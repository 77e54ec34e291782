"""The scripts of `deploy/backup` in the state folder, where the database's own user can run them."""

import shlex
import shutil
from pathlib import Path

from hygge_local.files import PROJECT

SCRIPTS = PROJECT / "deploy" / "backup"
FOLDER = "scripts"


def install(folder: Path) -> None:
    """Copies, so that it does not matter where the project is and who may read it."""
    for script in (*SCRIPTS.glob("*.sh"), *SCRIPTS.glob("*.sql")):
        draft = folder / f"{script.name}.new"
        shutil.copyfile(script, draft)
        draft.chmod(0o755)
        # Whole or not at all: a server that still runs may be calling the one that is there.
        draft.replace(folder / script.name)


def archiving(backups: Path) -> dict[str, str]:
    """Settings of the server: the finished log goes to the backups. Until the first backup the script keeps none of it.

    `archive_timeout` is set by the first backup too: it costs 16 MB of writing a minute, which nobody needs before.
    """
    script, folder = (
        shlex.quote(str(path)).replace("%", "%%") for path in (backups / FOLDER / "archive-wal.sh", backups)
    )
    return {"wal_level": "replica", "archive_mode": "on", "archive_command": f"{script} %p %f {folder}"}
