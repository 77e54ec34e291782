"""Processes that run once, and processes that are stopped and started by name."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hygge_local import control
from hygge_local.files import StateFolder
from hygge_local.lock import InstanceLock
from hygge_local.problems import CannotStart
from hygge_local.process import Command
from hygge_local.supervisor import Supervisor


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str]) -> Iterator[Supervisor]:
    folder = StateFolder(tmp_path / "state")
    folder.create()
    running = Supervisor(folder, told.append)
    with InstanceLock(folder.lock):
        running.open()
        yield running
        running.stop()


def python(name: str, code: str, *, once: bool = False) -> Command:
    return Command(name, [sys.executable, "-c", code], once=once)


def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.05)


def test_what_runs_once_tells_what_it_does_and_may_end(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.launch(python("web", "print('  web: at it'); print('noise')", once=True))
    supervisor.wait_for("web", lambda: child.is_done, 20)
    supervisor.check()
    supervisor.forget("web")
    assert told == ["  web: at it"]
    supervisor.watch()
    time.sleep(0.5)
    assert child.restarts == 0


def test_what_runs_once_and_fails_ends_the_start_with_its_own_words(supervisor: Supervisor, told: list[str]) -> None:
    supervisor.launch(python("other", "import time; time.sleep(60)"))
    supervisor.launch(python("web", "print('  web: at it'); print('No: why.\\nDo that.'); exit(1)", once=True))
    with pytest.raises(CannotStart) as problem:
        supervisor.wait_for("other", lambda: False, 20)
    assert str(problem.value) == "No: why.\nDo that."
    assert told == ["  web: at it"]


def test_its_log_holds_only_the_last_time(supervisor: Supervisor) -> None:
    for text in ("one", "two"):
        child = supervisor.launch(python("web", f"print('{text}')", once=True))
        supervisor.wait_for("web", lambda done=child: done.is_done, 20)  # type: ignore[misc]
        supervisor.forget("web")
    assert child.log.read_text() == "two\n"


def test_one_process_is_stopped_and_started_by_name(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.launch(python("results", "import time; time.sleep(60)"))
    supervisor.watch()
    state, said = supervisor.folder.root, told.append
    assert control.stop_one(state, "results", said) == 0
    assert not child.is_running
    time.sleep(1.0)
    assert not child.is_running
    assert control.start_one(state, "results", said) == 0
    assert child.is_running
    assert child.restarts == 0
    assert told == [
        "results was stopped on request", "results is stopped.",
        "results was started on request", "results is started.",
    ]  # fmt: skip


def test_what_cannot_be_written_down_does_not_end_the_watch(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.launch(python("results", "import time; time.sleep(60)"))
    supervisor.watch()
    noted = supervisor.folder.processes
    obstacle = noted.with_name(noted.name + ".new")
    obstacle.mkdir()
    for restarts in (1, 2):
        child.kill()
        eventually(lambda wanted=restarts: child.restarts == wanted and child.is_running)  # type: ignore[misc]
    obstacle.rmdir()
    eventually(lambda: json.loads(noted.read_text())["results"][0] == child.pid)
    assert sum("can't be looked after" in line for line in told) == 1


def test_stopping_by_name_tells_which_names_there_are(supervisor: Supervisor, told: list[str]) -> None:
    supervisor.launch(python("results", "import time; time.sleep(60)"))
    state = supervisor.folder.root
    assert control.stop_one(state, "result", told.append) == 1
    assert control.stop_one(state, "leash", told.append) == 1
    assert control.start_one(state, "../lock", told.append) == 1
    assert told[0].endswith("There are: results.")
    assert list(supervisor.folder.held.iterdir()) == []


def test_nothing_is_held_after_the_next_start(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.create()
    (folder.held / "results").touch()
    supervisor = Supervisor(folder, lambda line: None)
    supervisor.open()
    supervisor.stop()
    assert list(folder.held.iterdir()) == []


def test_stopping_by_name_where_nothing_runs(tmp_path: Path, told: list[str]) -> None:
    assert control.stop_one(tmp_path, "results", told.append) == 1
    assert control.start_one(tmp_path, "results", told.append) == 1
    assert "There are: none." in told[0]
