"""Runs without end while workers are killed: every accepted run succeeds, with the digest of an undisturbed one.

    python -m bench.soak [--minutes 10] [--kill-seconds 20] [--json FILE]

Starts the embedded suite with two workers by itself. A few runs are always queued or running; every so often one of
the workers is killed with SIGKILL, its processes too, as a power cut would. At the end nothing may be left over: no run
that is not finished, no lease, no lock in the database; and the services may not have grown.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from hygge_local.files import load_secrets
from hygge_local.postgres import Postgres
from hygge_local.runtime import Runtime, RuntimeSettings
from tests.e2e.client import FINAL, Api, sign_in
from tests.e2e.communities import period, set_up, sunny_village

WORKERS = 2
# Houses and days: from less than a second of work to several, so that kills meet runs in all of their phases.
COMMUNITIES = ((10, 30), (25, 90), (40, 182))
ALWAYS_UNDERWAY = 4
POLL_SECONDS = 0.5
SAMPLE_SECONDS = 5.0
# Enough for a run that waits for its lease to end, and its turn, some times over.
DRAIN_SECONDS = 300.0
MOST_GROWTH_MB = 64.0
SERVICES = ("gateway", "topology", "profiles", "engine", "results")
# A short lease: a killed worker's run is taken up soon, so a soak of minutes sees many of them.
ENVIRONMENT = {"HYGGE_ENGINE_LEASE_SECONDS": "8", "HYGGE_GATEWAY_ACCESS_TOKEN_SECONDS": "3600"}
LEFT_OVER = {
    "runs that have not ended": "SELECT count(*) FROM engine.run WHERE status IN ('queued', 'running')",
    "leases that still hold": "SELECT count(*) FROM engine.run WHERE lease_until > now()",
    "locks held by idle sessions": (
        "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        " WHERE l.locktype = 'advisory' AND a.state LIKE 'idle%'"
    ),
    "transactions left open": (
        "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
        " AND now() - state_change > interval '10 seconds'"
    ),
}


@dataclass
class Soaked:
    """What came of it."""

    accepted: int = 0
    kills: int = 0
    resumed: int = 0
    not_succeeded: list[str] = field(default_factory=list)
    other_digests: list[int] = field(default_factory=list)
    left_over: dict[str, int] = field(default_factory=dict)
    memory_mb: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in SERVICES})

    def growth_mb(self) -> dict[str, float]:
        """Of each service: the last quarter of the samples against the second, when everything had been used once."""
        grown = {}
        for name, samples in self.memory_mb.items():
            quarter = len(samples) // 4
            if quarter:
                early, late = samples[quarter : 2 * quarter], samples[-quarter:]
                grown[name] = statistics.median(late) - statistics.median(early)
        return grown

    def faults(self) -> list[str]:
        """What must not be; empty if all is well."""
        found = [f"not succeeded: {entry}" for entry in self.not_succeeded]
        found += [f"run {run_id} has another digest than an undisturbed one" for run_id in self.other_digests]
        found += [f"{count} {what}" for what, count in self.left_over.items() if count]
        found += [f"{name} grew by {mb:.0f} MB" for name, mb in self.growth_mb().items() if mb > MOST_GROWTH_MB]
        return found


class Soak:
    """Submits runs, kills workers and watches; `tell` gets a line now and then."""

    def __init__(self, suite: Runtime, api: Api, tell: Callable[[str], None] = print) -> None:
        self._suite = suite
        self._api = api
        self._tell = tell
        self._kinds: list[dict[str, Any]] = []
        self._digests: list[str] = []
        self._underway: dict[int, int] = {}
        self.soaked = Soaked()

    def prepare(self, communities: tuple[tuple[int, int], ...] = COMMUNITIES) -> None:
        """Set the communities up and run each once, undisturbed."""
        for number, (houses, days) in enumerate(communities):
            built = set_up(self._api, *sunny_village(houses, days, seed=number))
            kind = {"grid_id": built.grid_id, **period(days * 96)}
            run = self._api.run(**kind)
            assert run["status"] == "succeeded", run
            self._kinds.append(kind)
            self._digests.append(run["result_digest"])

    def run(self, seconds: float, kill_seconds: float) -> Soaked:
        """Go on for so long, then let what was accepted end."""
        started = time.monotonic()
        next_kill, next_sample = started + kill_seconds, started
        while (now := time.monotonic()) < started + seconds:
            while len(self._underway) < ALWAYS_UNDERWAY:
                self._submit()
            if now >= next_kill:
                self._kill()
                next_kill += kill_seconds
            if now >= next_sample:
                self._sample()
                next_sample += SAMPLE_SECONDS
            self._collect()
            time.sleep(POLL_SECONDS)
        self._drain()
        self._look_for_leftovers()
        return self.soaked

    def _submit(self) -> None:
        kind = self.soaked.accepted % len(self._kinds)
        run = self._api("POST", "/runs", expect=202, json=self._kinds[kind])
        self._underway[run["id"]] = kind
        self.soaked.accepted += 1

    def _kill(self) -> None:
        number = self.soaked.kills % WORKERS + 1
        name = f"worker{number}"
        if name not in self._suite.pids:
            return  # still starting again after the last kill
        self._suite.kill_worker(number)
        self.soaked.kills += 1
        self._tell(f"  killed {name}; {self.soaked.accepted} runs accepted, {len(self._underway)} on their way")

    def _collect(self) -> None:
        for run_id, kind in list(self._underway.items()):
            run = self._api("GET", f"/runs/{run_id}", params={"include": "none"})
            if run["status"] not in FINAL:
                continue
            del self._underway[run_id]
            if run["status"] != "succeeded":
                self.soaked.not_succeeded.append(f"run {run_id} {run['status']}: {run.get('error')}")
            elif run["result_digest"] != self._digests[kind]:
                self.soaked.other_digests.append(run_id)

    def _drain(self) -> None:
        ends = time.monotonic() + DRAIN_SECONDS
        while self._underway and time.monotonic() < ends:
            self._collect()
            time.sleep(POLL_SECONDS)
        self.soaked.not_succeeded += [f"run {run_id} has not ended" for run_id in self._underway]

    def _sample(self) -> None:
        for name, pid in self._suite.pids.items():
            if name in self.soaked.memory_mb:
                processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
                self.soaked.memory_mb[name].append(sum(one.memory_info().rss for one in processes) / 1e6)

    def _look_for_leftovers(self) -> None:
        folder = self._suite.folder
        postgres = Postgres(folder, load_secrets(folder, database_exists=True))
        with psycopg2.connect(postgres.admin_url) as connection, connection.cursor() as cursor:
            for what, sql in LEFT_OVER.items():
                cursor.execute(sql)
                (self.soaked.left_over[what],) = cursor.fetchone() or (0,)
            cursor.execute("SELECT count(*) FROM engine.run WHERE epoch > 1")
            (self.soaked.resumed,) = cursor.fetchone() or (0,)


def report(soaked: Soaked) -> None:
    print(f"{soaked.accepted} runs accepted, {soaked.kills} workers killed, {soaked.resumed} runs taken up again")
    print(f"{'service':10} {'MB at first':>12} {'at the end':>12} {'most':>12} {'growth':>8}")
    growth = soaked.growth_mb()
    for name, samples in soaked.memory_mb.items():
        if samples:
            grown = growth.get(name, float("nan"))
            print(f"{name:10} {samples[0]:12.0f} {samples[-1]:12.0f} {max(samples):12.0f} {grown:8.1f}")
    for fault in soaked.faults():
        print(f"FAULT: {fault}")
    print("NOT within the bars" if soaked.faults() else "every accepted run succeeded, with the digest it should have")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kill-seconds", type=float, default=20.0, help="a worker is killed this often")
    parser.add_argument("--json", type=Path, help="also write what was measured to this file")
    arguments = parser.parse_args()
    settings = RuntimeSettings(port=0, workers=WORKERS, concurrency=1, environment=ENVIRONMENT)
    with (
        tempfile.TemporaryDirectory(prefix="hygge-soak-") as folder,
        Runtime(Path(folder), settings, report=print) as suite,
        sign_in(suite.url, suite.admin.username, suite.admin.password) as api,
    ):
        soak = Soak(suite, api)
        soak.prepare()
        soaked = soak.run(arguments.minutes * 60, arguments.kill_seconds)
    report(soaked)
    if arguments.json:
        figures = asdict(soaked) | {"growth_mb": soaked.growth_mb(), "faults": soaked.faults()}
        arguments.json.write_text(json.dumps(figures, indent=1))
    sys.exit(1 if soaked.faults() else 0)


if __name__ == "__main__":
    main()
