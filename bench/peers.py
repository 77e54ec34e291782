"""The same houses for one day in `assume-framework` and in our kernel, side by side in one run.

ASSUME is installed from the package index into its own environment under `.hygge/bench-venv` and runs as a process
of its own (`bench/peer_assume.py`). Without a package index only our numbers are printed. Both get the same arrays
in memory and store nothing.
"""

import csv
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from hygge_engine.kernel import (
    Allocation,
    Batteries,
    Community,
    Rules,
    StorageStrategy,
    compose,
    resolve_sharing_keys,
)
from hygge_engine.markets import PriceRule, Pricing, Rates
from hygge_engine.simulation import DAY_SUMS, Parameters, Period, WindowInput, WindowResult, simulate

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "simbench_semiurb"
LOCAL_DAY = date(2016, 6, 15)
PEER = "assume-framework==0.6.0"
PEER_VENV = ROOT / ".hygge" / "bench-venv"
INSTALL_TIMEOUT_S = 900
RETAIL, FEED_IN = 0.32, 0.08  # EUR/kWh
OWN_CPU_S = 1.0  # our day is repeated for at least this long


@dataclass(frozen=True)
class Day:
    """One local day of the example: load and generation in kW, float32[houses, steps], and the community."""

    load_kw: Any
    generation_kw: Any
    step_minutes: int
    community: Community

    @property
    def step_hours(self) -> float:
        return self.step_minutes / 60

    @property
    def house_steps(self) -> int:
        return int(self.load_kw.size)


class PeerUnavailableError(Exception):
    """The peer could not be installed or did not run; the message says why."""


def install_peer() -> Path:
    """Make the peer's environment if it is not there; answers its interpreter."""
    uv = ROOT / ".venv" / "bin" / "uv"
    python = PEER_VENV / "bin" / "python"
    commands: list[list[str | Path]] = [[uv, "pip", "install", "--quiet", "--python", python, PEER]]
    if not python.exists():
        commands.insert(0, [uv, "venv", "--quiet", "--clear", "--python", sys.executable, PEER_VENV])
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PeerUnavailableError(f"{PEER} could not be installed: {error}") from error
        if done.returncode:
            raise PeerUnavailableError(
                f"{PEER} could not be installed (is the package index reachable?):\n{done.stderr.strip()}"
            )
    return python


def run_peer(python: Path, arrays: dict[str, Any]) -> dict[str, Any]:
    """Simulate the day in the peer's own process; it measures itself after its imports."""
    with tempfile.TemporaryDirectory() as folder:  # ASSUME writes a log file where it is started
        path = Path(folder) / "input.npz"
        np.savez(path, **arrays)
        command = [python, Path(__file__).with_name("peer_assume.py"), path]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    if done.returncode:
        raise PeerUnavailableError(f"{PEER} failed:\n{done.stderr.strip()[-2000:]}")
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def read_json(name: str) -> Any:
    return json.loads((EXAMPLE / name).read_text(encoding="utf-8"))


def day_profiles(mapping: dict[str, Any], zone: ZoneInfo) -> Any:
    """The day's profiles, float32[profiles, steps], in the mapping's order; negative values become 0, as at import."""
    first = datetime.combine(LOCAL_DAY, datetime.min.time(), zone)
    last = datetime.combine(LOCAL_DAY + timedelta(days=1), datetime.min.time(), zone)
    names = [series["column"] for series in mapping["series"]]
    with gzip.open(EXAMPLE / "profiles.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = [
            [row[name] for name in names]
            for row in csv.DictReader(file)
            if first <= datetime.fromisoformat(row[mapping["timestamp_column"]]) < last
        ]
    return np.ascontiguousarray(np.maximum(np.array(rows, np.float32).T, 0))


def batteries_of(houses: list[dict[str, Any]]) -> Batteries:
    """The houses' batteries with the defaults that the API has for what a document leaves out."""
    groups = [[device for device in house["devices"] if device["kind"] == "battery"] for house in houses]
    defaults = {"min_soc": 0.0, "max_soc": 1.0, "initial_soc": 0.0, "self_discharge_per_day": 0.0}
    devices = [defaults | device for group in groups for device in group]
    names = [field.name for field in fields(Batteries) if field.name != "offsets"]
    columns = {name: np.array([device[name] for device in devices], np.float64) for name in names}
    return Batteries(offsets=np.cumsum([0, *map(len, groups)], dtype=np.int64), **columns)


def community_of(document: dict[str, Any]) -> Community:
    """Transformers and houses in the document's order, no priority list."""
    transformers = document["transformers"]
    houses = [house for transformer in transformers for house in transformer["houses"]]
    offsets = np.cumsum([0, *(len(transformer["houses"]) for transformer in transformers)], dtype=np.int64)
    inverters = [[d.get("inverter_kw", np.inf) for d in h["devices"] if d["kind"] == "solar_panel"] for h in houses]
    return Community(
        transformer_offsets=offsets,
        transformer_capacity_kw=np.array([t.get("capacity_kw", np.inf) for t in transformers], np.float64),
        inverter_kw=np.array([sum(limits) if limits else np.inf for limits in inverters], np.float64),
        rank=np.zeros(len(houses), np.int64),
        sharing_key=resolve_sharing_keys(np.full(len(houses), np.nan), offsets),
        batteries=batteries_of(houses),
    )


def load_day() -> Day:
    """Read the example as it is imported: document, assignments, profiles and their mapping."""
    document, mapping = read_json("community.json"), read_json("mapping.json")
    community = community_of(document)
    names = [house["id"] for transformer in document["transformers"] for house in transformer["houses"]]
    place = {name: index for index, name in enumerate(names)}
    row = {series["name"]: index for index, series in enumerate(mapping["series"])}
    solar = {series["name"] for series in mapping["series"] if series["profile_type"] == "solar"}
    assignments = read_json("assignments.json")
    profiles = day_profiles(mapping, ZoneInfo(document["timezone"]))

    def total(generating: bool) -> Any:
        chosen = [a for a in assignments if (a["profile"] in solar) == generating]
        house = np.array([place[a["house"]] for a in chosen], np.int64)
        profile = np.array([row[a["profile"]] for a in chosen], np.int64)
        return compose(profiles, house, profile, np.array([a["scale"] for a in chosen], np.float64), len(names))

    generation = np.minimum(total(generating=True), community.inverter_kw.astype(np.float32)[:, None])
    return Day(total(generating=False), generation, int(mapping["step_minutes"]), community)


def cpu_seconds() -> float:
    """CPU time of this process (all threads) and the children it has waited for."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def rates(steps: int) -> Rates:
    """Retail and feed-in as ASSUME gets them, no fees."""
    nothing = np.zeros(steps)
    return Rates(
        retail=np.full(steps, RETAIL),
        feed_in=np.full(steps, FEED_IN),
        grid_fee=nothing,
        taxes=nothing,
        platform_fee=nothing,
        local_grid_fee=nothing,
        co2_kg_per_kwh=nothing,
    )


def our_day(day: Day, storage: StorageStrategy) -> Callable[[], WindowResult]:
    """The day as a call without arguments; all of its input is in memory."""
    steps = day.load_kw.shape[1]
    period = Period(0, 0, np.array([0, steps], np.int64))
    data = WindowInput(day.load_kw, day.generation_kw, rates(steps))
    parameters = Parameters(day.step_hours, Rules(Allocation.PROPORTIONAL, storage), PriceRule(Pricing.MID_MARKET))
    return lambda: next(iter(simulate(day.community, [period], lambda _: data, parameters)))


def measure(run: Callable[[], WindowResult]) -> tuple[float, WindowResult]:
    """CPU seconds of one run: the mean over at least `OWN_CPU_S`, because a single one is too short for the clock."""
    result = run()  # compiles, or loads what is compiled
    begin, count = cpu_seconds(), 0
    while (spent := cpu_seconds() - begin) < OWN_CPU_S:
        result = run()
        count += 1
    return spent / count, result


def print_ours(day: Day) -> tuple[float, WindowResult]:
    """Our two lines; answers house-steps per CPU-second with batteries, and the day without (to compare energies)."""
    spent, _ = measure(our_day(day, StorageStrategy.SELF_CONSUMPTION))
    print_line(f"hygge, {day.community.batteries.count} batteries", day.house_steps, spent)
    bare = replace(day, community=replace(day.community, batteries=Batteries.none(day.community.houses)))
    spent_bare, result = measure(our_day(bare, StorageStrategy.NONE))
    print_line("hygge, without batteries", day.house_steps, spent_bare)
    return day.house_steps / spent, result


def print_line(name: str, house_steps: int, spent: float, note: str = "") -> None:
    print(f"  {name:<40} {spent:>11.6f} {house_steps / spent:>22,.0f}  {note}".rstrip(), flush=True)


def print_peer(day: Day) -> tuple[float, dict[str, Any]]:
    """The peer's two lines; answers the house-steps per CPU-second of the faster, and its energies."""
    python = install_peer()
    arrays = {
        "load_kw": day.load_kw,
        "generation_kw": day.generation_kw,
        "step_minutes": day.step_minutes,
        "retail": RETAIL,
        "feed_in": FEED_IN,
    }
    best, result = 0.0, {}
    for name, one_agent in (("an agent for each house", False), ("one agent for all", True)):
        result = run_peer(python, arrays | {"one_agent": one_agent})
        spent = result["run_cpu_s"]
        note = f"({result['agents']} agents, {result['units']} units; set-up {result['setup_cpu_s']:.3f} s more)"
        print_line(f"ASSUME {result['version']}, {name}", day.house_steps, spent, note)
        best = max(best, day.house_steps / spent)
    return best, result


def print_energies(day: Day, ours: WindowResult, peer: dict[str, Any]) -> None:
    """What must be equal without batteries: who shares how cannot change what the community takes and gives."""
    print("\nThe same day? Energy of the community without batteries, kWh:")
    assert ours.grid is not None
    sums = ours.grid.nodes.day_sums[0].sum(axis=0)
    for name in ("load_kwh", "imported_kwh", "exported_kwh"):
        own = float(sums[DAY_SUMS.index(name)])
        print(f"  {name:<14} ours {own:>12.4f}   ASSUME {peer[name]:>12.4f}   difference {own - peer[name]:+.1e}")


DIFFERENCES = """
What differs: ASSUME has no batteries and no own use behind the meter here. A house's load and PV both go through
the market, a merit-order auction with one clearing price a step, and its agents could bid freely, which nobody uses
here. Ours is proportional sharing at the mid-market price; it also gives measures and sums for transformer and
grid, bills, CO2, flows between houses and the digest. Both keep their results in memory. A day is so short for our
kernel that most of it is the fixed cost of a call: `bench/kernel.py` shows what a year costs."""


def main() -> None:
    if not EXAMPLE.is_dir():
        sys.exit(f"{EXAMPLE.relative_to(ROOT)} is missing: this benchmark needs the semi-urban example")
    day = load_day()
    houses, steps = day.load_kw.shape
    print(f"One day ({LOCAL_DAY}) of {houses} houses, {steps} steps, {day.house_steps:,} house-steps; warm\n")
    print(f"  {'':<40} {'CPU-seconds':>11} {'house-steps/CPU-second':>22}")
    our_rate, our_result = print_ours(day)
    try:
        peer_rate, peer_result = print_peer(day)
    except PeerUnavailableError as error:
        print(f"\nNo comparison: {error}")
        return
    print(f"\nRatio, ours with batteries to the faster of ASSUME's: {our_rate / peer_rate:,.0f}")
    print_energies(day, our_result, peer_result)
    print(DIFFERENCES)


if __name__ == "__main__":
    main()
