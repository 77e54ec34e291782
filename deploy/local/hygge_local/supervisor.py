"""Keeps processes running: starts them, watches them, stops them in order, and tells the leash of each."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from hygge_local import leash
from hygge_local.files import StateFolder, write_private
from hygge_local.problems import CannotStart
from hygge_local.process import Child, Command, created_at, kill_group

POLL_SECONDS = 0.1
# Longer than the leash needs to end all stages.
LEASH_SECONDS = 90.0

Report = Callable[[str], None]


class Supervisor:
    """The processes of one state folder, by name. `report` gets a line for each thing worth telling."""

    def __init__(self, folder: StateFolder, report: Report) -> None:
        self.folder = folder
        self.report = report
        self.guard = threading.RLock()
        self.children: dict[str, Child] = {}
        self._held: set[str] = set()
        # What the leash and the file of processes were told last.
        self._noted: dict[str, tuple[int | None, bool]] = {}
        self._troubled: set[str] = set()
        self._leash: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    def open(self) -> None:
        """Start the leash. Needed before anything is launched."""
        for mark in self.folder.held.iterdir():
            mark.unlink()
        with (self.folder.logs / "leash.log").open("ab") as output:
            self._leash = subprocess.Popen(
                [sys.executable, "-P", leash.__file__],
                stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def launch(self, command: Command) -> Child:
        child = Child(command, self.folder.logs / f"{command.name}.log")
        with self.guard:
            self.children[command.name] = child
            child.start()
            self._note(child)
        return child

    def wait_for(self, name: str, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until a process is ready. Any process that ends meanwhile is shown with the end of its log."""
        until = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > until:
                child = self.children[name]
                late = f"{name} was not ready after {seconds:g} s"
                raise CannotStart(f"{late}. The end of {child.log}:\n{child.tail()}")
            time.sleep(POLL_SECONDS)

    def check(self) -> None:
        """Pass on what one-off processes have to tell; raise CannotStart if a process has ended that should not."""
        for child in self.children.values():
            for line in child.news() if child.command.once else ():
                self.report(line)
            if not child.is_running and not child.is_done:
                raise CannotStart(child.complaint() if child.command.once else _ended(child))

    def forget(self, name: str) -> None:
        """A one-off process is done: it is neither watched nor stopped any more."""
        with self.guard:
            self._note(self.children.pop(name))

    # Keeping it running -----------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """From now on start again what crashes."""
        self._watcher = threading.Thread(target=self._watch, name="hygge-watch", daemon=True)
        self._watcher.start()

    def _watch(self) -> None:
        while not self._stopping.wait(POLL_SECONDS * 2):
            with self.guard:
                for child in self.children.values():
                    self._keep(child)

    def _keep(self, child: Child) -> None:
        """One look at a process. What can't be done now (a full disk) is told once, and tried at each next look."""
        try:
            if (news := self._look_after(child)) is not None:
                self.report(news)
            if self._noted.get(child.name) != self._state(child):
                self._note(child)
            self._troubled.discard(child.name)
        except OSError as error:
            if child.name not in self._troubled:
                self._troubled.add(child.name)
                with suppress(OSError):
                    self.report(f"{child.name} can't be looked after now: {error}")

    def _state(self, child: Child) -> tuple[int | None, bool]:
        return child.pid, child.name in self._held

    def _look_after(self, child: Child) -> str | None:
        """Stop or start what was asked for by name; start again what crashed."""
        hold = (self.folder.held / child.name).exists()
        if hold and child.name not in self._held:
            self._held.add(child.name)
            child.ask_to_stop()
            child.wait_or_kill()
            return f"{child.name} was stopped on request"
        if not hold and child.name in self._held:
            self._held.remove(child.name)
            child.start()
            return f"{child.name} was started on request"
        return None if hold else child.watch()

    def _note(self, child: Child) -> None:
        """Tell the leash, and the next start, what runs. 0 stands for a process that has ended on purpose."""
        command = child.command
        running = {name: other.pid for name, other in self.children.items() if other.pid and name not in self._held}
        if self._leash and self._leash.stdin:
            pid = running.get(child.name, 0)
            line = json.dumps([child.name, pid, int(command.stop_signal), command.patience_seconds, command.stage])
            self._leash.stdin.write(line.encode() + b"\n")
            self._leash.stdin.flush()
        if self._leash:
            running["leash"] = self._leash.pid
        write_private(
            self.folder.processes, json.dumps({name: [pid, created_at(pid)] for name, pid in running.items()})
        )
        self._noted[child.name] = self._state(child)

    # Stopping ---------------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop everything in order. Fine to call twice, or when nothing was started."""
        self._stopping.set()
        if self._watcher:
            self._watcher.join()
        with self.guard:
            self._stop_children()
        if self._leash and self._leash.stdin:
            with suppress(OSError):
                self._leash.stdin.close()
            self._leash.wait()
            self._leash = None
        self.folder.processes.unlink(missing_ok=True)

    def _stop_children(self) -> None:
        """By stage: the workers (they use everything else), the services, Redis, the database."""
        for stage in sorted({child.command.stage for child in self.children.values()}, reverse=True):
            together = [child for child in self.children.values() if child.command.stage == stage]
            for child in together:
                child.ask_to_stop()
            for child in together:
                child.wait_or_kill()
                del self.children[child.name]

    def end_leftovers(self) -> None:
        """Processes of a run that was killed: its leash is ending them; what it could not end is ended here."""
        try:
            noted: dict[str, list[float]] = json.loads(self.folder.processes.read_text())
        except (OSError, ValueError):
            return
        left = {name: int(pid) for name, (pid, born) in noted.items() if born and created_at(int(pid)) == born}
        if left:
            self.report(f"Waiting for {len(left)} processes of the last run to end …")
        until = time.monotonic() + (LEASH_SECONDS if "leash" in left else 0)
        while time.monotonic() < until and any(created_at(pid) == noted[name][1] for name, pid in left.items()):
            time.sleep(POLL_SECONDS)
        for name, pid in left.items():
            if created_at(pid) == noted[name][1] and name != "postgres":  # Postgres.prepare() stops a database in order
                kill_group(pid, signal.SIGKILL)
        self.folder.processes.unlink(missing_ok=True)


def _ended(child: Child) -> str:
    return f"{child.name} ended while it started ({child.ending()}). The end of {child.log}:\n{child.tail()}"
