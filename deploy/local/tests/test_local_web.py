"""The web app is built when it has to be, once, and a failure says what to do."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from hygge_local import web, web_app
from hygge_local.node import Node
from hygge_local.problems import CannotStart
from hygge_local.web_app import WebApp, has_packages

# Stands in for npm: notes each call, does what `npm ci` and `npm run build` leave behind, fails if a file says so.
NPM = """#!/bin/sh
echo "$*" >> ../calls
if [ -f ../fail ]; then echo "first"; echo "    at a stack"; echo "broken: $1"; exit 3; fi
sleep "${NPM_SECONDS:-0}"
case "$1" in
    ci) mkdir -p node_modules && cp package-lock.json node_modules/.package-lock.json ;;
    run) mkdir -p dist && echo built > dist/index.html ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sources of an app, and an npm that is quick."""
    npm = tmp_path / "npm"
    npm.write_text(NPM)
    npm.chmod(0o755)
    monkeypatch.setattr(web_app, "find_node", lambda: Node(tmp_path / "node", npm, (24, 0)))
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    (folder / "index.html").write_text("<html>")
    (folder / "src" / "main.ts").write_text("1")
    write_lock(folder, {"": {"name": "app"}, "node_modules/a": {"version": "1.0.0", "integrity": "sha512-a"}})
    return folder


def write_lock(folder: Path, packages: dict[str, dict[str, object]], path: str = "package-lock.json") -> None:
    (folder / path).parent.mkdir(exist_ok=True)
    (folder / path).write_text(json.dumps({"packages": packages}))


def calls(folder: Path) -> list[str]:
    """What npm was asked for since the last time."""
    path = folder.parent / "calls"
    found = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return found


def test_it_is_built_once(folder: Path) -> None:
    told: list[str] = []
    app = WebApp(folder, told.append)
    assert not app.is_built()
    app.build()
    assert app.is_built()
    assert calls(folder) == ["ci", "run build"]
    assert [line.split(" took")[0] for line in told] == [
        "fetching its packages (npm ci) …", "fetching its packages", "building (npm run build) …", "building",
    ]  # fmt: skip
    app.build()
    assert calls(folder) == []


def test_only_what_the_browser_gets_makes_a_new_build(folder: Path) -> None:
    app = WebApp(folder)
    app.build()
    for same in ("src/main.test.tsx", "src/api/schema.d.ts", "e2e/journey.ts", ".cache/x", "dist/x"):
        (folder / same).parent.mkdir(parents=True, exist_ok=True)
        (folder / same).write_text("changed")
        assert app.is_built(), same
    calls(folder)
    (folder / "src" / "main.ts").write_text("2")
    assert not app.is_built()
    app.build()
    assert calls(folder) == ["run build"]
    (folder / "src" / "main.ts").rename(folder / "src" / "other.ts")
    assert not app.is_built()
    app.build()
    (folder.parent / "examples").mkdir()
    (folder.parent / "examples" / "README.md").write_text("published with the app")
    assert not app.is_built()


def test_packages_are_fetched_again_only_when_the_lock_has_changed(folder: Path) -> None:
    WebApp(folder).build()
    calls(folder)
    write_lock(folder, {"": {"name": "app"}, "node_modules/a": {"version": "1.0.1", "integrity": "sha512-b"}})
    WebApp(folder).build()
    assert calls(folder) == ["ci", "run build"]


def test_packages_for_other_systems_are_not_missed(folder: Path) -> None:
    package: dict[str, object] = {"version": "1.0.0", "integrity": "sha512-a"}
    other: dict[str, object] = {**package, "optional": True, "os": ["aix"]}
    write_lock(folder, {"": {}, "node_modules/a": package, "node_modules/b": other})
    assert not has_packages(folder)
    write_lock(folder, {"node_modules/a": package}, "node_modules/.package-lock.json")
    assert has_packages(folder)
    write_lock(folder, {"node_modules/a": package, "node_modules/c": package}, "node_modules/.package-lock.json")
    assert not has_packages(folder)
    write_lock(folder, {}, "node_modules/.package-lock.json")
    assert not has_packages(folder)


def test_a_failure_says_why_and_what_to_do_and_is_tried_again(folder: Path) -> None:
    app = WebApp(folder)
    app.build()
    (folder / "src" / "main.ts").write_text("2")
    (folder.parent / "fail").touch()
    with pytest.raises(CannotStart) as problem:
        app.build()
    text = str(problem.value)
    assert "`npm run build` for the web app failed (exit code 3)" in text
    assert str(app.log) in text
    assert "first\nbroken: run\n" in text
    assert "--no-web" in text
    assert not app.is_built()
    (folder.parent / "fail").unlink()
    app.build()
    assert app.is_built()


def test_without_node_it_says_where_to_get_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_app, "find_node", lambda: None)
    with pytest.raises(CannotStart, match=r"needs Node\.js .*make clean.*--no-web"):
        WebApp(folder).build()


def test_a_build_that_was_cut_off_counts_as_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = WebApp(folder)
    app.build()
    (folder / "src" / "main.ts").write_text("2")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(WebApp, "_npm", interrupted)
        app.build()
    (folder / "src" / "main.ts").write_text("1")
    assert not app.is_built()


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_of_two_at_once_one_builds_and_the_other_waits(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NPM_SECONDS", "0.5")
    told: list[str] = []
    first = threading.Thread(target=WebApp(folder).build)
    first.start()
    until = time.monotonic() + 20
    while not (folder.parent / "calls").exists():
        assert time.monotonic() < until
        time.sleep(0.01)
    second = WebApp(folder, told.append)
    second.build()
    assert second.is_built()
    first.join()
    assert told == ["waiting for another process that builds it …"]
    assert calls(folder) == ["ci", "run build"]


def test_the_lock_of_a_killed_build_is_free(folder: Path) -> None:
    holder = "import sys, time; from pathlib import Path; from hygge_local.web_app import WebApp\n"
    holder += "with WebApp(Path(sys.argv[1]))._alone(): print('held', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", holder, str(folder)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    process.kill()
    process.communicate()
    told: list[str] = []
    WebApp(folder, told.append).build()
    assert "waiting" not in "".join(told)


def test_a_script_takes_the_place_of_the_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[object] = []
    monkeypatch.chdir(folder)
    monkeypatch.setattr(os, "execve", lambda path, arguments, environment: became.extend([path, arguments]))
    monkeypatch.setattr(sys, "argv", ["web", "--folder", str(folder), "run", "e2e", "--headed", "a.ts"])
    web.main()
    npm = folder.parent / "npm"
    assert became == [npm, [str(npm), "run", "--silent", "e2e", "--", "--headed", "a.ts"]]
    assert "ci" in calls(folder)
