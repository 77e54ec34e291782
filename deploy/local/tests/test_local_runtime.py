"""The whole runtime with real processes: start, crash, kill, restart, and nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from hygge_local import Runtime, RuntimeSettings, control, examples
from hygge_local.client import Api, ApiError
from hygge_local.files import SERVICES, StateFolder
from hygge_local.lock import running_instance
from hygge_local.node import find_node
from hygge_local.problems import CannotStart
from hygge_local.process import created_at
from hygge_local.runtime import WEB_PHASE

pytestmark = pytest.mark.timeout(600)


def eventually(condition: Callable[[], bool], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "not in time"
        time.sleep(0.1)


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every process whose command line, environment or working folder has to do with the state folder."""
    found = []
    for process in psutil.process_iter():
        try:
            text = " ".join([*process.cmdline(), *process.environ().values(), process.cwd()])
        except psutil.Error:
            continue
        if str(folder) in text and process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runtime") / "state"


def write_web_app(folder: Path, build: str) -> Path:
    """The sources of a web app that needs no packages."""
    folder.mkdir()
    app = {"name": "app", "version": "1.0.0", "scripts": {"build": build}}
    (folder / "package.json").write_text(json.dumps(app))
    lock = {
        "name": "app",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {"": {"name": "app", "version": "1.0.0"}},
    }
    (folder / "package-lock.json").write_text(json.dumps(lock))
    return folder


@pytest.fixture(scope="module")
def runtime(state: Path) -> Iterator[Runtime]:
    web_folder = write_web_app(state.with_name("web"), "mkdir dist && echo '<p>the app</p>' > dist/index.html")
    settings = RuntimeSettings(port=0, concurrency=1, web_folder=web_folder if find_node() else None)
    with Runtime(state, settings) as running:
        yield running
    assert processes_of(state) == []


def test_everything_runs(runtime: Runtime) -> None:
    assert set(runtime.pids) == {"postgres", "redis", *SERVICES, "worker1"}
    for service in SERVICES:
        assert httpx.get(f"{runtime.service_url(service)}/health/ready").status_code == 200
    assert set(runtime.phases) - {WEB_PHASE} == {"database and Redis", "schemas", "services and workers"}


@pytest.mark.skipif(find_node() is None, reason="no Node.js")
def test_the_web_app_was_built_and_is_served(runtime: Runtime) -> None:
    for path in ("/", "/runs/1"):
        assert httpx.get(runtime.url + path, headers={"Accept": "text/html"}).text == "<p>the app</p>\n"
    assert runtime.phases[WEB_PHASE] > 0
    assert runtime.restarts.keys() == runtime.pids.keys()


@pytest.mark.skipif(find_node() is None, reason="no Node.js")
def test_a_start_ends_with_the_build_that_fails(tmp_path: Path) -> None:
    folder = write_web_app(tmp_path / "web", "echo 'src/main.tsx: not found' && exit 3")
    told: list[str] = []
    runtime = Runtime(tmp_path / "state", RuntimeSettings(port=0, web_folder=folder), told.append)
    with pytest.raises(CannotStart, match=r"(?s)^`npm run build` .* not found\n.*--no-web"):
        runtime.start()
    assert "  web: building (npm run build) …" in told
    assert processes_of(tmp_path / "state") == []


def test_others_can_read_how_to_reach_everything(runtime: Runtime, tmp_path: Path) -> None:
    runtime.announce(tmp_path / "hygge.json")
    facts = json.loads((tmp_path / "hygge.json").read_text())
    assert (facts["url"], facts["username"], facts["password"]) == (runtime.url, "admin", runtime.admin.password)
    assert facts["services"] == {service: runtime.service_url(service) for service in SERVICES}
    assert facts["pids"] == runtime.pids
    assert (tmp_path / "hygge.json").stat().st_mode & 0o077 == 0


def test_a_stopped_service_stays_away_until_it_is_started(runtime: Runtime, state: Path) -> None:
    told: list[str] = []
    assert control.stop_one(state, "results", told.append) == 0
    assert not is_ready(runtime.service_url("results"))
    assert "results" not in runtime.pids
    assert control.start_one(state, "results", told.append) == 0
    eventually(lambda: is_ready(runtime.service_url("results")))


def test_the_admin_can_sign_in_and_others_cannot(runtime: Runtime) -> None:
    with Api(runtime.url, runtime.admin.username, runtime.admin.password) as api:
        assert api.get("/auth/me")["role"] == "admin"
    with Api(runtime.url, runtime.admin.username, "wrong") as api, pytest.raises(ApiError, match="401"):
        api.get("/auth/me")


def test_a_second_instance_is_told_where_the_first_one_is(runtime: Runtime, state: Path) -> None:
    with pytest.raises(CannotStart, match=runtime.url):
        Runtime(state, RuntimeSettings(port=0)).start()
    assert running_instance(StateFolder(state).lock) == {"pid": os.getpid(), "url": runtime.url}
    assert httpx.get(f"{runtime.url}/health/ready").status_code == 200


def test_nothing_private_is_open_to_others(runtime: Runtime) -> None:
    folder = runtime.folder
    open_to_others = [
        path for path in (folder.secrets, folder.logs, folder.redis, folder.signing_keys, folder.postgres)
        if path.stat().st_mode & 0o077
    ]  # fmt: skip
    assert open_to_others == []


def test_a_crashed_process_comes_back(runtime: Runtime) -> None:
    old = runtime.pids["topology"]
    os.kill(old, signal.SIGKILL)
    eventually(lambda: runtime.restarts["topology"] == 1)
    eventually(lambda: is_ready(runtime.service_url("topology")))
    assert runtime.pids["topology"] != old


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def test_a_killed_worker_comes_back_whole(runtime: Runtime) -> None:
    pool = psutil.Process(runtime.pids["worker1"]).children(recursive=True)
    assert pool
    old = runtime.kill_worker()
    eventually(lambda: all(created_at(process.pid) is None for process in pool))
    eventually(lambda: runtime.restarts["worker1"] == 1)
    assert runtime.pids["worker1"] != old


def test_an_example_is_imported_once_and_run(runtime: Runtime) -> None:
    example = examples.read_example("fontana_homes")
    told: list[str] = []
    with Api(runtime.url, runtime.admin.username, runtime.admin.password) as api:
        community = examples.load_example(api, example, told.append)
        assert len(told) == 3
        assert "gaps filled" in told[0]
        again = examples.load_example(api, example, told.append)
        assert again == community
        assert len(told) == 3
        run = examples.start_run(api, examples.run_request(example, community))
        states = list(examples.follow_run(api, run["id"]))
        assert states[-1]["status"] == "succeeded"
        assert examples.finished_run(api, example, community) == states[-1]
        summary = api.get(f"/results/{run['id']}/summary")["indicators"]
    assert summary["load_kwh"] == pytest.approx(94_209, rel=1e-3)
    assert summary["generation_kwh"] == pytest.approx(63_979, rel=1e-3)


def start_command(state: Path, *options: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "hygge_local", "up", "--state", str(state), "--no-web", *options]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def wait_until_up(process: subprocess.Popen[str], state: Path) -> None:
    lock = StateFolder(state).lock
    eventually(lambda: process.poll() is not None or bool((running_instance(lock) or {}).get("url")), 180)
    assert process.poll() is None, process.communicate()[0]


def test_after_kill_9_nothing_is_left_and_the_next_start_takes_over(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = start_command(state, "--port", "0", "--concurrency", "1")
    wait_until_up(first, state)
    noted = json.loads((state / "processes.json").read_text())
    assert {"postgres", "redis", "gateway", "worker1", "leash"} <= set(noted)
    first.kill()
    first.communicate()

    second = start_command(state, "--port", "0", "--concurrency", "1")
    wait_until_up(second, state)
    assert all(created_at(pid) != born for pid, born in noted.values())
    second.send_signal(signal.SIGINT)
    output = second.communicate(timeout=90)[0]
    assert f"(process {first.pid}) did not end in order" in output
    assert second.returncode == 0
    assert processes_of(state) == []
    assert not (state / "processes.json").exists()


def test_an_interrupted_first_start_leaves_nothing_and_can_be_repeated(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = start_command(state, "--port", "0")
    eventually((state / "postgres").exists)
    first.send_signal(signal.SIGINT)
    output = first.communicate(timeout=90)[0]
    assert first.returncode == 130, output
    assert processes_of(state) == []
    with Runtime(state, RuntimeSettings(port=0, concurrency=1)) as runtime:
        assert is_ready(runtime.url)


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        process = start_command(tmp_path / "state", "--port", str(port))
        output = process.communicate(timeout=60)[0]
    assert process.returncode == 1
    assert f"Port {port} on 127.0.0.1 is in use" in output
    assert "PORT=9090" in output
    assert "Traceback" not in output
    assert processes_of(tmp_path / "state") == []


def test_stop_without_an_instance(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hygge_local", "stop", "--state", str(tmp_path)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (outcome.returncode, "Nothing runs" in outcome.stdout) == (0, True)
