#!/usr/bin/env python3
"""Make the passwords of a Compose installation: random, a file each, never written over. Standard library only.

The folder is only for its owner (0700); the files in it can be read by whoever they are handed to (0444), because in a
container that is another user than the one who started it.
"""

import json
import os
import secrets
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "secrets"
BYTES = 32
PASSWORDS = (
    "postgres_password",
    "redis_password",
    "gateway_database_password",
    "topology_database_password",
    "profiles_database_password",
    "engine_database_password",
    "results_database_password",
    "grafana_database_password",
    "backup_password",
    "engine_client_secret",
    "admin_password",
    "grafana_admin_password",
)
# What the gateway is told about the engine's secret is made from it.
SERVICE_CLIENTS = "service_clients"


def make(folder: Path) -> list[str]:
    """Make what is missing; the names of the new files."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    made = [name for name in PASSWORDS if _write_new(folder / name, secrets.token_hex(BYTES))]
    clients = json.dumps({"engine": (folder / "engine_client_secret").read_text(encoding="utf-8")})
    if _write_new(folder / SERVICE_CLIENTS, clients):
        made.append(SERVICE_CLIENTS)
    return made


def _write_new(path: Path, text: str) -> bool:
    """Write a file unless there is one. No line break at the end: some readers would take it for a part."""
    if path.exists():
        return False
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            draft.chmod(0o444)
            file.write(text)
        # Never over what another process has made meanwhile: something else may have been made from it.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    made = make(folder)
    print(f"{folder}: {len(made)} new" + (f" ({', '.join(made)})" if made else ", all there"))
    if "admin_password" in made:
        print(f"Sign in as admin; the password is in {folder / 'admin_password'}.")


if __name__ == "__main__":
    main()
