"""Which Node.js builds the web app."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hygge_local import node
from hygge_local.files import PROJECT
from hygge_local.node import RANGE, find_node, is_new_enough


def binary(path: Path, output: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{output}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without Node.js; the folder is in PATH."""
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}")
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    (tmp_path / "venv").mkdir()
    return tmp_path / "bin"


def own(machine: Path, version: str = "v24.1.0") -> Path:
    folder = machine.parent / "venv" / "node"
    binary(folder / "npm", "11")
    return binary(folder / "node", version)


@pytest.mark.parametrize("version", [(20, 19), (22, 13), (24, 0), (26, 3)])
def test_new_enough(version: tuple[int, int]) -> None:
    assert is_new_enough(version)


@pytest.mark.parametrize("version", [(18, 20), (20, 18), (21, 9), (22, 12), (23, 11)])
def test_too_old(version: tuple[int, int]) -> None:
    assert not is_new_enough(version)


def test_the_web_app_asks_for_the_same_versions() -> None:
    assert json.loads((PROJECT / "web" / "package.json").read_text())["engines"]["node"] == RANGE


def test_the_machines_own_comes_first(machine: Path) -> None:
    own(machine)
    binary(machine / "npm", "10")
    chosen = binary(machine / "node", "v22.14.0")
    found = find_node()
    assert found is not None
    assert (found.node, found.npm, found.version) == (chosen, machine / "npm", (22, 14))


@pytest.mark.parametrize("answer", ["v18.19.1", "not a version"])
def test_one_that_is_too_old_or_broken_gives_way(machine: Path, answer: str) -> None:
    binary(machine / "npm", "10")
    binary(machine / "node", answer)
    assert find_node() is None
    chosen = own(machine)
    found = find_node()
    assert found is not None
    assert found.node == chosen
    assert found.environment()["PATH"] == os.pathsep.join([str(chosen.parent), str(machine)])


def test_one_without_npm_gives_way(machine: Path) -> None:
    binary(machine / "node", "v24.0.0")
    assert find_node() is None


def test_none(machine: Path) -> None:
    assert find_node() is None


def test_the_file_alone_tells_whether_the_machine_has_one(machine: Path) -> None:
    own(machine)
    command = [sys.executable, "-I", "-S", node.__file__]
    assert subprocess.run(command, check=False).returncode == 1
    binary(machine / "npm", "10")
    binary(machine / "node", "v22.14.0")
    assert subprocess.run(command, check=False).returncode == 0
