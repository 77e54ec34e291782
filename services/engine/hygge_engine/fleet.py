"""The workers that are alive: how many processes they have, and how much memory each may use.

Workers tell it with every sweep, because the API may run on another machine. Estimates are made from it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from peewee import fn

from hygge_engine.runs.repository import NOW, lease
from hygge_engine.runs.tables import LiveWorker
from hygge_engine.settings import Settings

# The rest is for the database, the services and what the machine itself needs.
PART_OF_MEMORY = 0.7
# A worker that has said nothing for so many sweeps is gone.
SILENT_SWEEPS = 5
CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


@dataclass(frozen=True, slots=True)
class Fleet:
    """Living worker processes, and the memory that the smallest of them may use."""

    processes: int
    memory_bytes: int


def memory_bytes() -> int:
    """What all worker processes of this machine or container may use together: 70 % of its memory."""
    limits = [int(psutil.virtual_memory().total)]
    for path in CGROUP_LIMITS:
        text = path.read_text().strip() if path.exists() else "max"
        if text.isdecimal():
            limits.append(int(text))
    return int(min(limits) * PART_OF_MEMORY)


def report(name: str, processes: int, memory: int) -> None:
    """This worker is alive; forget those that have been silent for long."""
    values = {"processes": processes, "memory_bytes": memory, "seen_at": NOW}
    columns = [LiveWorker.processes, LiveWorker.memory_bytes, LiveWorker.seen_at]
    insert = LiveWorker.insert(name=name, **values)
    insert.on_conflict(conflict_target=[LiveWorker.name], preserve=columns).execute()
    LiveWorker.delete().where(LiveWorker.seen_at < lease(-86_400)).execute()


def fleet(settings: Settings) -> Fleet:
    """Who is alive. With nobody there, what this machine would give to one process."""
    fresh = LiveWorker.seen_at > lease(-SILENT_SWEEPS * max(settings.sweep_seconds, 1.0))
    query: Any = LiveWorker.select(fn.sum(LiveWorker.processes), fn.min(LiveWorker.memory_bytes)).where(fresh)
    processes, memory = query.tuples().get()
    if not processes:
        return Fleet(0, settings.max_memory_bytes or memory_bytes())
    return Fleet(int(processes), int(memory))
