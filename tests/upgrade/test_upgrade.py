"""From the release before to this one: its database, its users, its runs; and its code on this one's schema.

`previous/` is made by `dump.py`.
"""

import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hygge_core.provision import SERVICES, provision
from hygge_local.files import StateFolder, load_secrets, write_private
from hygge_local.postgres import Postgres, _binaries
from hygge_local.process import Child
from hygge_local.runtime import Runtime, RuntimeSettings
from tests.e2e.client import sign_in
from tests.e2e.communities import period
from tests.upgrade.dump import DAYS, PREVIOUS, ROOT, code_of, environment_of, python_of

SETTINGS = RuntimeSettings(port=0, workers=1, concurrency=1)
OLD_CODE = """
import json, sys
from pathlib import Path
from hygge_local.runtime import Runtime, RuntimeSettings
from tests.e2e.client import sign_in
from tests.e2e.communities import period

seen, days = json.loads(Path(sys.argv[2]).read_text()), int(sys.argv[3])
with Runtime(Path(sys.argv[1]), RuntimeSettings(port=0, workers=1, concurrency=1)) as suite:
    with sign_in(suite.url, "olga", seen["password"]) as api:
        assert api("GET", f"/results/{seen['run']['id']}/summary")["indicators"] == seen["indicators"]
        run = api.run(grid_id=seen["grid_id"], **period(days * 96))
        assert run["result_digest"] == seen["run"]["result_digest"], run
    with sign_in(suite.url, suite.admin.username, suite.admin.password) as api:
        api("POST", "/users", json={"username": "old-and-new", "password": seen["password"], "role": "viewer"})
        assert api("GET", "/audit", params={"limit": 5})["items"]
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the users of the release before saw."""
    found: dict[str, Any] = json.loads((PREVIOUS / "seen.json").read_text())
    return found


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory, seen: dict[str, Any]) -> Iterator[Runtime]:
    """This release, started on the database of the release before."""
    root = tmp_path_factory.mktemp("upgraded")
    root.chmod(0o755)
    put_database(StateFolder(root / "state"), seen["password"])
    lines: list[str] = []
    with Runtime(root / "state", SETTINGS, report=lines.append) as runtime:
        print("\n".join(line for line in lines if ": 0" in line))
        yield runtime


def put_database(folder: StateFolder, admin_password: str) -> None:
    """A state folder that holds the dumped database, as the release before has left it."""
    folder.create()
    secrets = load_secrets(folder, database_exists=False)
    kept = json.loads(folder.secrets.read_text()) | {"admin": admin_password}
    write_private(folder.secrets, json.dumps(kept))
    server = Postgres(folder, secrets)
    server.prepare()
    child = Child(server.command(), folder.logs / "postgres.log")
    child.start()
    try:
        while not server.answers():
            assert child.is_running, child.tail()
        provision(server.admin_url, secrets.roles)
        sql = "".join(f"DROP SCHEMA {service} CASCADE;\n" for service in SERVICES).encode()
        sql += gzip.decompress((PREVIOUS / "database.sql.gz").read_bytes())
        psql = [_binaries() / "psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", server.admin_url]
        subprocess.run(psql, input=sql, check=True, stdout=subprocess.DEVNULL)
    finally:
        child.ask_to_stop()
        child.wait_or_kill()


def test_the_users_of_the_release_before_find_what_was_theirs(upgraded: Runtime, seen: dict[str, Any]) -> None:
    run_id, grid_id = seen["run"]["id"], seen["grid_id"]
    with sign_in(upgraded.url, "olga", seen["password"]) as api:
        run = api("GET", f"/runs/{run_id}", params={"include": "none"})
        assert {name: run[name] for name in seen["run"].keys() & run.keys()} == {
            name: value for name, value in seen["run"].items() if name in run
        }
        assert api("GET", f"/results/{run_id}/summary")["indicators"] == seen["indicators"]
        assert api("GET", f"/results/{run_id}/bills") == seen["bills"]
        assert api.series(run_id, seen["house_id"], resolution="1d") == seen["series"]
        assert api("GET", f"/grids/{grid_id}/topology") == seen["grid"]
    with sign_in(upgraded.url, "vera", seen["password"]) as api:
        assert api("GET", f"/grids/{grid_id}")["id"] == grid_id
        api("DELETE", f"/grids/{grid_id}", expect=403)


def test_work_goes_on_where_it_was(upgraded: Runtime, seen: dict[str, Any]) -> None:
    with sign_in(upgraded.url, "olga", seen["password"]) as api:
        run = api.run(grid_id=seen["grid_id"], **period(DAYS * 96))
        assert run["status"] == "succeeded", run
        if run["engine_version"] == seen["run"]["engine_version"]:
            assert run["result_digest"] == seen["run"]["result_digest"]
    with sign_in(upgraded.url, upgraded.admin.username, seen["password"]) as api:
        entries = api("GET", "/audit", params={"limit": 100})["items"]
        assert {("user_created", "bootstrap"), ("grant_given", "admin"), ("login_succeeded", "olga")} <= {
            (entry["event"], entry["actor_name"]) for entry in entries
        }
        found = api("GET", "/audit/verification", params={"from_position": 1})
        assert found["intact"], found
        assert found["checked"] >= len(entries)


@pytest.mark.timeout(900)
def test_the_release_before_works_on_this_schema(
    tmp_path_factory: pytest.TempPathFactory, seen: dict[str, Any]
) -> None:
    """While an upgrade rolls, services of both releases run on the new schema; after a step back only the old ones."""
    commit = seen["commit"]
    known = subprocess.run(
        ["git", "-C", ROOT, "cat-file", "-e", f"{commit}^{{commit}}"], check=False, capture_output=True
    )
    if known.returncode:
        pytest.skip(f"the release before ({commit}) is not in this copy of the repository")
    root = tmp_path_factory.mktemp("both")
    root.chmod(0o755)
    code = code_of(commit)
    put_database(StateFolder(root / "state"), seen["password"])
    with Runtime(root / "state", SETTINGS) as runtime:
        assert sign_in(runtime.url, "olga", seen["password"])
    done = subprocess.run(
        [python_of(code), "-c", OLD_CODE, root / "state", PREVIOUS / "seen.json", str(DAYS)],
        env=environment_of(code), cwd=code, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]


def test_what_the_dump_needs_is_there() -> None:
    assert (PREVIOUS / "database.sql.gz").stat().st_size < 1_000_000
    assert Path(PREVIOUS / "seen.json").exists()
