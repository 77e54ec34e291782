"""The Compose stack for real: its own project, secrets and port, and always taken down again."""

import json
import os
import runpy
import secrets
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.deploy.compose import ROOT
from tests.support.containers import cannot
from tests.support.ports import free_port

# Grafana and the trace store are left out where a machine can't have their images: they look on, nobody needs them.
ASKED_FOR = ("web", "engine-worker", "prometheus", "backup")
START_SECONDS = 300.0


@dataclass(frozen=True)
class Stack:
    """One running project; `compose` is `docker compose` for it."""

    project: str
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def password(self) -> str:
        return (self.folder / "admin_password").read_text()

    def compose(self, *arguments: str, seconds: float = 300, check: bool = True) -> subprocess.CompletedProcess[str]:
        variables = {"HYGGE_SECRETS": str(self.folder), "HYGGE_PORT": str(self.port)}
        outcome = subprocess.run(
            ["docker", "compose", "--project-name", self.project, *arguments],
            cwd=ROOT, env=os.environ | variables, capture_output=True, text=True, timeout=seconds, check=False,
        )  # fmt: skip
        if check and outcome.returncode != 0:
            raise AssertionError(f"docker compose {' '.join(arguments)}:\n{outcome.stdout}{outcome.stderr}")
        return outcome

    def up(self, *arguments: str) -> None:
        self.compose("up", "--detach", "--no-build", *arguments, *ASKED_FOR)

    def run_in(self, service: str, *command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return self.compose("exec", "-T", service, *command, check=check)

    def wait(self, ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Until it is so; what all containers say and do goes into the failure."""
        until = time.monotonic() + seconds
        while not ready():
            if time.monotonic() > until:
                state = self.compose("ps", "--all", check=False).stdout
                logs = self.compose("logs", "--tail", "15", check=False).stdout
                raise AssertionError(f"not ready after {seconds:.0f} s\n{state}\n{logs}")
            time.sleep(0.5)

    def is_healthy(self) -> bool:
        """True if every container that stays is healthy (or has no check) and no other has failed."""
        lines = self.compose("ps", "--all", "--format", "json").stdout.splitlines()
        states = [json.loads(line) for line in lines if line.strip()]
        running = [state for state in states if state["State"] == "running"]
        ended = [state for state in states if state["State"] == "exited"]
        return (
            len(running) + len(ended) == len(states)
            and all(state["Health"] in ("", "healthy") for state in running)
            and all(state["ExitCode"] == 0 for state in ended)
            and self.answers("/api/v1/auth/jwks")
        )

    def answers(self, path: str) -> bool:
        try:
            return httpx.get(f"{self.url}{path}", timeout=5).is_success
        except httpx.TransportError:
            return False

    def take_down(self, *arguments: str) -> None:
        self.compose("down", "--remove-orphans", *arguments)


def new_stack(folder: Path) -> Stack:
    """A project that nobody else has, with secrets of its own; nothing runs yet."""
    runpy.run_path(str(ROOT / "deploy/docker/make_secrets.py"))["make"](folder)
    return Stack(f"hygge-test-{secrets.token_hex(4)}", folder, free_port())


def require_compose() -> None:
    """Skip the test, with the reason, where there is no Compose; fail it where HYGGE_REQUIRE_CONTAINERS=1."""
    for command in (["docker", "compose", "version"], ["docker", "info"]):
        try:
            done = subprocess.run(command, capture_output=True, timeout=30, check=False).returncode == 0
        except OSError:
            done = False
        if not done:
            cannot(
                "Docker Compose",
                f"`{' '.join(command)}` fails (set DOCKER_HOST when the engine does not listen at the usual place)",
            )
