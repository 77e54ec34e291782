"""The state folder: private files, secrets made once."""

import json
import stat
from pathlib import Path

import pytest

from hygge_local.files import SERVICES, StateFolder, load_secrets, write_private
from hygge_local.problems import CannotStart


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folders_are_closed_to_others(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path / "state")
    folder.create()
    assert mode(folder.root) == 0o711
    assert {mode(path) for path in (folder.logs, folder.redis, folder.signing_keys)} == {0o700}


def test_secrets_are_made_once_and_private(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    first = load_secrets(folder, database_exists=False)
    assert mode(folder.secrets) == 0o600
    assert set(first.roles) == set(SERVICES)
    assert len({first.admin, first.postgres, first.redis, first.engine_client, *first.roles.values()}) == 4 + len(
        SERVICES
    )
    assert load_secrets(folder, database_exists=True) == first


def test_mode_is_repaired(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    load_secrets(folder, database_exists=False)
    folder.secrets.chmod(0o644)
    load_secrets(folder, database_exists=True)
    assert mode(folder.secrets) == 0o600


def test_a_new_service_gets_a_password_and_the_others_keep_theirs(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    before = load_secrets(folder, database_exists=False)
    values = json.loads(folder.secrets.read_text())
    del values["roles"]["results"]
    folder.secrets.write_text(json.dumps(values))
    after = load_secrets(folder, database_exists=True)
    assert after.roles["results"] != before.roles["results"]
    assert after.roles["topology"] == before.roles["topology"]


def test_lost_secrets_of_an_existing_database_are_named(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"secrets\.json is missing"):
        load_secrets(StateFolder(tmp_path), database_exists=True)


def test_broken_secrets_are_named(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(CannotStart, match="can't be read"):
        load_secrets(StateFolder(tmp_path), database_exists=True)


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    (tmp_path / "file.new").write_text("left by an interrupted write")
    write_private(path, "one")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]
