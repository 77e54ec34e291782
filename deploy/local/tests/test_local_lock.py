"""One instance per folder; a lock whose holder died is taken over."""

import json
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hygge_local.lock import InstanceLock, running_instance
from hygge_local.problems import CannotStart

HOLD = """
import sys
from pathlib import Path
from hygge_local.lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
lock.acquire()
lock.describe("http://127.0.0.1:8099")
print("held", flush=True)
sys.stdin.read()
"""


def test_free_lock(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "lock")
    assert lock.acquire() is None
    assert lock.is_held
    lock.release()
    assert not lock.is_held
    assert running_instance(tmp_path / "lock") is None
    assert InstanceLock(tmp_path / "lock").acquire() is None


def test_running_instance_is_named_with_its_address_and_a_dead_one_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    assert running_instance(path) == {"pid": holder.pid, "url": "http://127.0.0.1:8099"}
    with pytest.raises(CannotStart, match=rf"http://127\.0\.0\.1:8099 \(process {holder.pid}\)"):
        InstanceLock(path).acquire()

    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    assert running_instance(path) is None
    left = InstanceLock(path).acquire()
    assert left == {"pid": holder.pid, "url": "http://127.0.0.1:8099"}


@pytest.mark.parametrize("content", ["not json", json.dumps({"pid": 1, "url": None})])
def test_a_file_without_holder_does_not_lock(tmp_path: Path, content: str) -> None:
    path = tmp_path / "lock"
    path.write_text(content)
    assert running_instance(path) is None
    assert InstanceLock(path).acquire() is not None


def test_starting_instance_has_no_address_yet(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path / "lock")
    lock.acquire()
    with pytest.raises(CannotStart, match="still starting"):
        InstanceLock(tmp_path / "lock").acquire()
    lock.release()


def test_a_start_is_not_refused_because_somebody_looks(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.touch()
    over = threading.Event()

    def look() -> None:
        while not over.is_set():
            running_instance(path)

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        for _ in range(200):
            with InstanceLock(path) as lock:
                lock.describe("http://127.0.0.1:8099")
        over.set()
        looking.result()


def test_no_lock_file_means_nothing_runs(tmp_path: Path) -> None:
    assert running_instance(tmp_path / "lock") is None
