"""Ends the runtime's processes when their supervisor is gone, even by `kill -9`.

The supervisor starts this file with a pipe as standard input and writes a line of JSON for each process it starts:
`[name, process group, signal, seconds, stage]`. The pipe closes when the supervisor ends, however it ends; what then
still runs is asked to stop, the highest stage first, and, after its seconds, ended by force. The file imports nothing
of the package, so that it is small and starts at once.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import psutil

POLL_SECONDS = 0.05


@dataclass(frozen=True)
class Group:
    """A process group by its leader, and how to end it."""

    leader: int
    stop_signal: int
    patience_seconds: float
    stage: int


def read_groups(lines: Iterable[str]) -> list[Group]:
    """The latest group of each name that the supervisor told us, but those that have ended on purpose (number 0)."""
    latest: dict[str, Group] = {}
    for line in lines:
        with suppress(ValueError):  # the last line may be cut off
            name, leader, number, seconds, stage = json.loads(line)
            latest[name] = Group(int(leader), int(number), float(seconds), int(stage))
    return [group for group in latest.values() if group.leader]


def has_ended(group: Group) -> bool:
    """True if the leader is gone (or waits only for somebody to ask how it ended)."""
    try:
        return bool(psutil.Process(group.leader).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def send(group: Group, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group.leader, number)


def end(groups: list[Group]) -> None:
    """Stop them stage by stage, those of a stage together."""
    for stage in sorted({group.stage for group in groups}, reverse=True):
        together = [group for group in groups if group.stage == stage]
        for group in together:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(group.leader, group.stop_signal)
        started = time.monotonic()
        for group in together:
            while not has_ended(group) and time.monotonic() - started < group.patience_seconds:
                time.sleep(POLL_SECONDS)
            send(group, signal.SIGKILL)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(read_groups(sys.stdin))


if __name__ == "__main__":
    main()
