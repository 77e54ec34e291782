"""Makes `previous/`: the database of a suite of an older release, and what its users saw in it.

    python tests/upgrade/dump.py COMMIT

Takes that commit's code out of the repository, runs its whole suite for real, fills it through the public API, and
dumps the database as SQL. To be run when a release is made, with the commit of the release before.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PREVIOUS = Path(__file__).parent / "previous"
DAYS = 40
PASSWORD = "of-the-release-before"
NOT_DUMPED = ("--no-comments", "--no-publications", "--no-subscriptions")


def main() -> None:
    if len(sys.argv) == 2:
        _with_code_of(sys.argv[1])
    elif len(sys.argv) == 3:
        _fill_and_dump(sys.argv[1], Path(sys.argv[2]))
    else:
        sys.exit("Usage: python tests/upgrade/dump.py COMMIT")


def python_of(code: Path) -> Path:
    """The interpreter of a virtual environment with that release's own packages, in the versions of its own lock."""
    environment = code / ".venv"
    if not (environment / ".ready").exists():
        ours = Path(sys.base_prefix) / "bin" / "python3"
        subprocess.run(
            [code / "deploy/local/bootstrap.sh"],
            check=True, env={"UV_LINK_MODE": "hardlink"} | os.environ | {"PYTHON": str(ours)},
        )  # fmt: skip
    return environment / "bin" / "python"


def environment_of(code: Path) -> dict[str, str]:
    """In which that release finds its own tests' helpers."""
    return os.environ | {"PYTHONPATH": str(code)}


def code_of(commit: str) -> Path:
    """The files of a commit, beside the virtual environment: what is installed and compiled there is kept."""
    folder = ROOT / ".venv" / "previous" / commit
    if not folder.exists():
        draft = folder.with_name(f"{commit}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        archive = subprocess.run(["git", "-C", ROOT, "archive", commit], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", draft], input=archive, check=True)
        draft.rename(folder)
    return folder


def _with_code_of(commit: str) -> None:
    code = code_of(commit)
    subprocess.run([python_of(code), __file__, commit, code], check=True, env=environment_of(code), cwd=code)


def _fill_and_dump(commit: str, code: Path) -> None:
    """Runs with the older release's packages."""
    import hygge_local
    from hygge_local.runtime import Runtime, RuntimeSettings

    assert Path(hygge_local.__file__).is_relative_to(code), "this is not the older release's code"
    settings = RuntimeSettings(port=0, workers=1, concurrency=1)
    with tempfile.TemporaryDirectory(prefix="hygge-previous-") as state:
        (Path(state) / "secrets.json").write_text(json.dumps({"admin": PASSWORD}))
        with Runtime(Path(state), settings) as suite:
            seen = {"commit": commit, **_fill(suite)}
            dump = _dump(suite)
    PREVIOUS.mkdir(exist_ok=True)
    # Without a time in it: the same content gives the same file.
    (PREVIOUS / "database.sql.gz").write_bytes(gzip.compress(dump, mtime=0))
    (PREVIOUS / "seen.json").write_text(json.dumps(seen, indent=2, sort_keys=True) + "\n")
    print(f"{len(dump)} bytes of SQL from {commit}")


def _fill(suite: Any) -> dict[str, Any]:
    from tests.e2e.client import sign_in
    from tests.e2e.communities import period, set_up, sunny_village

    with sign_in(suite.url, suite.admin.username, PASSWORD) as api:
        village = set_up(api, *sunny_village(6, DAYS, seed=11))
        users = {}
        for username, role in (("olga", "operator"), ("vera", "viewer")):
            user = api("POST", "/users", json={"username": username, "password": PASSWORD, "role": role})
            users[username] = user["id"]
        for username, access in (("olga", "operate"), ("vera", "view")):
            grant = {"grid_id": village.grid_id, "access": access}
            api("POST", f"/users/{users[username]}/grants", json=grant)
    with sign_in(suite.url, "olga", PASSWORD) as api:
        run = api.run(grid_id=village.grid_id, name="of the release before", tags=["kept"], **period(DAYS * 96))
        assert run["status"] == "succeeded", run
        house_id = village.houses["house 0"]
        return {
            "password": PASSWORD,
            "grid_id": village.grid_id,
            "run": run,
            "indicators": api("GET", f"/results/{run['id']}/summary")["indicators"],
            "series": api.series(run["id"], house_id, resolution="1d"),
            "house_id": house_id,
            "bills": api("GET", f"/results/{run['id']}/bills"),
            "grid": api("GET", f"/grids/{village.grid_id}/topology"),
        }


def _dump(suite: Any) -> bytes:
    from hygge_local.files import load_secrets
    from hygge_local.postgres import Postgres, _binaries

    url = Postgres(suite.folder, load_secrets(suite.folder, database_exists=True)).admin_url
    return subprocess.run(
        [_binaries() / "pg_dump", "--format", "plain", *NOT_DUMPED, url], check=True, capture_output=True
    ).stdout


if __name__ == "__main__":
    main()
