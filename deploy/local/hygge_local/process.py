"""A child process: started in a process group of its own, its output in a log file, started again when it crashes."""

import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

# A crashed process is started again after 0.5, 1, 2, … s, at most this. One that ran for a while did start, so the next
# pause is the shortest again: it was killed, or met with something that may be over.
LONGEST_PAUSE_SECONDS = 30.0
HEALTHY_AFTER_SECONDS = 10.0
LARGEST_LOG_BYTES = 20_000_000


@dataclass(frozen=True)
class Command:
    """How to start a process. `stop_signal` asks it to end; `user` is the system user it runs as (root may choose).

    Processes are stopped by falling `stage`, those of one stage together. `once` marks one that ends when its work is
    done: its log starts anew, and lines of it that begin with `  <name>: ` are told to the user. Where processors are
    short, a process of higher `niceness` waits for the others.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    patience_seconds: float = 15.0
    stage: int = 0
    user: str | None = None
    once: bool = False
    niceness: int = 0


class Child:
    """A running (or crashed, or stopped) process made from a Command."""

    def __init__(self, command: Command, log: Path) -> None:
        self.command = command
        self.log = log
        self.restarts = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._crashes = 0
        self._restart_at: float | None = None
        self._told_bytes = 0  # how much of the log was passed on

    @property
    def name(self) -> str:
        return self.command.name

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def is_done(self) -> bool:
        """True if its work is done: a process that runs once has ended well."""
        return self.command.once and self._process is not None and self._process.poll() == 0

    def start(self) -> None:
        _rotate(self.log)
        self._told_bytes = 0
        with self.log.open("wb" if self.command.once else "ab") as output:
            self._process = subprocess.Popen(
                list(self.command.arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(self.command.environment) or None,
                user=self.command.user,
                group=_group_of(self.command.user),
                extra_groups=[] if self.command.user else None,
                # Ctrl-C in the terminal must reach the supervisor only: it knows the order.
                start_new_session=True,
            )
        if self.command.niceness:
            with suppress(psutil.NoSuchProcess):
                psutil.Process(self._process.pid).nice(self.command.niceness)
        self._started_at = time.monotonic()
        self._restart_at = None

    def watch(self) -> str | None:
        """Notice a crash and start again when its pause is over; returns what there is to tell, if anything."""
        if self.is_running:
            return None
        if self._restart_at is None:
            if time.monotonic() - self._started_at > HEALTHY_AFTER_SECONDS:
                self._crashes = 0
            pause = min(0.5 * 2**self._crashes, LONGEST_PAUSE_SECONDS)
            self._crashes += 1
            self._restart_at = time.monotonic() + pause
            return f"{self.name} ended by itself ({self.ending()}); starts again in {pause:g} s, see {self.log}"
        if time.monotonic() < self._restart_at:
            return None
        kill_group(self.pid, signal.SIGKILL)
        self.restarts += 1
        self.start()
        return f"{self.name} was started again"

    def ending(self) -> str:
        """How it ended, in words."""
        code = self._process.poll() if self._process else None
        if code is None:
            return "running"
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def ask_to_stop(self) -> None:
        if self.is_running and self._process:
            self._process.send_signal(self.command.stop_signal)

    def wait_or_kill(self, seconds: float | None = None) -> None:
        """Wait for the end that was asked for, then end by force whatever is left of the process group."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(self.command.patience_seconds if seconds is None else seconds)
        kill_group(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def kill(self) -> None:
        """End the whole group at once, as a power cut would."""
        if self._process:
            kill_group(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def news(self) -> list[str]:
        """What it has told the user since this was last asked."""
        with self.log.open("rb") as file:
            file.seek(self._told_bytes)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._told_bytes += len(whole)
        return [line for line in whole.decode(errors="replace").splitlines() if self._is_told(line)]

    def complaint(self) -> str:
        """Why it failed: its log without what was told already."""
        return "\n".join(line for line in self.tail(100).splitlines() if not self._is_told(line))

    def _is_told(self, line: str) -> bool:
        return line.startswith(f"  {self.name}: ")

    def tail(self, lines: int = 15) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


def kill_group(pid: int | None, number: signal.Signals) -> None:
    """Send a signal to a process group that one of our children leads; fine if it is gone."""
    if pid:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)


def created_at(pid: int) -> float | None:
    """When a process was created (tells it from another that got its number later); None if it is gone."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.NoSuchProcess:
        return None


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    return pwd.getpwnam(user).pw_gid


def _rotate(log: Path) -> None:
    """Keep one older log when the file has grown large."""
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
