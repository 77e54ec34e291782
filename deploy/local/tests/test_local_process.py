"""Child processes: logs, crashes, groups, and the leash that ends them when the supervisor is gone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from hygge_local import leash as leash_module
from hygge_local import process
from hygge_local.leash import Group, read_groups
from hygge_local.process import Child, Command, created_at

# Starts a child of its own, writes that child's number, then sleeps.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def eventually(condition: Callable[[], bool], seconds: float = 15) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.02)


def python(code: str, name: str = "child", **options: object) -> Command:
    return Command(name, [sys.executable, "-c", code], environment=dict(os.environ), **options)  # type: ignore[arg-type]


def test_output_goes_to_the_log(tmp_path: Path) -> None:
    child = Child(python("print('hello'); import sys; print('oops', file=sys.stderr)"), tmp_path / "child.log")
    child.start()
    eventually(lambda: not child.is_running)
    assert child.ending() == "exit code 0"
    assert sorted(child.tail().split()) == ["hello", "oops"]


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LARGEST_LOG_BYTES", 10)
    log = tmp_path / "child.log"
    log.write_text("much too much")
    child = Child(python("print('new')"), log)
    child.start()
    eventually(lambda: not child.is_running)
    assert log.read_text() == "new\n"
    assert (tmp_path / "child.log.1").read_text() == "much too much"


def test_a_crashed_process_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    child = Child(python("raise SystemExit(3)"), tmp_path / "child.log")
    child.start()
    pauses = []
    while child.restarts < 2:
        news = child.watch()
        if news and "ended by itself" in news:
            assert "exit code 3" in news
            pauses.append(news)
        time.sleep(0.02)
    assert ["0.5 s" in pauses[0], "1 s" in pauses[1]] == [True, True]
    child.kill()


def test_one_that_ran_for_a_while_is_started_again_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "HEALTHY_AFTER_SECONDS", 0.0)
    child = Child(python("raise SystemExit(3)"), tmp_path / "child.log")
    child.start()
    pauses = []
    while len(pauses) < 3:
        news = child.watch()
        if news and "ended by itself" in news:
            pauses.append("in 0.5 s" in news)
        time.sleep(0.02)
    assert all(pauses)
    child.kill()


def test_a_stopped_process_is_gone_with_its_children(tmp_path: Path) -> None:
    child = Child(python(PARENT), tmp_path / "child.log")
    child.start()
    eventually(lambda: child.tail().strip().isdigit())
    grandchild = int(child.tail())
    child.ask_to_stop()
    child.wait_or_kill()
    assert child.ending() == "signal SIGTERM"
    eventually(lambda: created_at(grandchild) is None)


def test_one_that_ignores_the_signal_is_ended_by_force(tmp_path: Path) -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    child = Child(python(code), tmp_path / "child.log")
    child.start()
    eventually(lambda: "deaf" in child.tail())
    child.ask_to_stop()
    child.wait_or_kill(seconds=0.3)
    assert child.ending() == "signal SIGKILL"


def test_creation_time_of_a_process_that_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert created_at(ended.pid) is None
    assert created_at(os.getpid()) is not None


def ignores_sigterm(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    mask = next(int(line.split()[1], 16) for line in status if line.startswith("SigIgn"))
    return bool(mask & 1 << (signal.SIGTERM - 1))


def test_leash_reads_the_latest_process_of_each_name() -> None:
    lines = ['["redis", 10, 15, 5, 1]\n', '["gateway", 11, 15, 5, 2]\n', '["redis", 12, 15, 5, 1]\n', '["work']
    assert read_groups(lines) == [Group(12, 15, 5.0, 1), Group(11, 15, 5.0, 2)]


def test_leash_forgets_what_has_ended_on_purpose() -> None:
    assert read_groups(['["web", 10, 15, 5, 3]\n', '["redis", 12, 15, 5, 1]\n', '["web", 0, 15, 5, 3]\n']) == [
        Group(12, 15, 5.0, 1)
    ]


def test_leash_ends_everything_when_the_pipe_closes(tmp_path: Path) -> None:
    children = [Child(python(PARENT, name), tmp_path / f"{name}.log") for name in ("first", "second")]
    for child in children:
        child.start()
    eventually(lambda: all(child.tail().strip().isdigit() for child in children))
    everyone = [pid for child in children for pid in (child.pid or 0, int(child.tail()))]
    leash_file = leash_module.__file__
    leash = subprocess.Popen([sys.executable, "-P", leash_file], stdin=subprocess.PIPE, start_new_session=True)
    assert leash.stdin is not None
    for stage, child in enumerate(children):
        leash.stdin.write(json.dumps([child.name, child.pid, int(signal.SIGTERM), 5, stage]).encode() + b"\n")
    leash.stdin.flush()
    eventually(lambda: ignores_sigterm(leash.pid))
    leash.send_signal(signal.SIGTERM)  # must not end it before its work is done
    assert all(psutil.pid_exists(pid) for pid in everyone)
    leash.stdin.close()
    eventually(lambda: not any(child.is_running for child in children))
    assert leash.wait(15) == 0
    eventually(lambda: all(created_at(pid) is None for pid in everyone))
