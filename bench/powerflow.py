"""How long does a year of power flow take? `.venv/bin/python -m bench.powerflow`

The semi-urban example (111 buses, 109 lines, 1 transformer, 104 houses), its 35,136 quarter-hours, batteries resting,
power factor 0.95, month by month as a run does it. Beside it the bare solver: the same steps in one call of
power-grid-model that is asked for bus voltages alone. Each case runs in a process of its own; wall and CPU seconds of
the fastest of three, the process's peak memory and what it had before the first step.
"""

import gzip
import itertools
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np

from hygge_engine.network import Network, NetworkCheck, Solver
from hygge_engine.network.solver import TOLERANCE_PU
from hygge_local.examples import FOLDER, Example, read_example

EXAMPLE, BAR_SECONDS, FACTOR = "simbench_semiurb", 30.0, 0.95
MONTHS = np.cumsum([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 96


def network_of(example: Example) -> Network:
    """The example's network; its houses' names as numbers."""
    houses = [house for transformer in example.document["transformers"] for house in transformer["houses"]]
    number = {house["name"]: place for place, house in enumerate(houses)}
    for house in houses:
        house["id"] = number[house["name"]]
    for connection in example.document["network"]["connections"]:
        connection["house"] = number[connection["house"]]
    return Network.from_document(example.document)


def positions_kw(example: Example) -> np.ndarray:
    """Load less generation of each house, float32[H, T]."""
    with gzip.open(FOLDER / EXAMPLE / "profiles.csv.gz", "rt") as file:
        names = file.readline().strip().split(",")
        table = np.loadtxt(file, delimiter=",", usecols=range(1, len(names)), dtype=np.float32).T
    series = {row["name"]: row for row in example.mapping["series"]}
    houses = [house["name"] for transformer in example.document["transformers"] for house in transformer["houses"]]
    p = np.zeros((len(houses), table.shape[1]), np.float32)
    for row in example.assignments:
        of = series[row["profile"]]
        sign = -1 if of["profile_type"] in ("solar", "wind") else 1
        p[houses.index(row["house"])] += sign * row["scale"] * table[names.index(of["column"]) - 1]
    return p


def bare(network: Network, p: np.ndarray, threads: int) -> Callable[[], object]:
    """One call for the whole year and nothing but voltages."""
    solver = Solver(network, threads)
    watts = np.ascontiguousarray(p.T, np.float64) * 1e3
    update = {"sym_load": {"p_specified": watts, "q_specified": np.maximum(watts, 0) * np.tan(np.arccos(FACTOR))}}
    return lambda: solver._model.calculate_power_flow(
        symmetric=True, error_tolerance=TOLERANCE_PU, update_data=update, threading=solver._threads,
        output_component_types={"node": {"u_pu"}},
    )  # fmt: skip


def year(network: Network, p: np.ndarray, threads: int) -> Callable[[], object]:
    def work() -> object:
        check = NetworkCheck(network, 0.25, FACTOR, threads)
        for first, last in itertools.pairwise(MONTHS):
            check.add(p[:, first:last], int(first))
        return check.result()

    return work


def case(name: str, threads: int) -> None:
    """Measure one case and print it as JSON."""
    example = read_example(EXAMPLE)
    p = positions_kw(example)
    network = network_of(example)
    work = (bare if name == "bare" else year)(network, p, threads)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    walls, cpus = [], []
    for _ in range(3):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"wall": min(walls), "cpu": min(cpus), "before": before, "peak": peak, "steps": p.shape[1]}))


def main() -> None:
    print(__doc__)
    print(f"{'':16s}{'threads':>8s}{'wall':>10s}{'CPU':>10s}{'a step':>10s}{'peak':>10s}{'before':>10s}{'bar':>10s}")
    for name in ("year", "bare"):
        for threads in (1, 2):
            command = [sys.executable, __file__, name, str(threads)]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            bar = f"≤ {BAR_SECONDS:.0f} s" if name == "year" else ""
            wall, cpu, step = found["wall"], found["cpu"], found["wall"] / found["steps"] * 1e6
            memory = f"{found['peak']:7.0f} MB{found['before']:7.0f} MB"
            print(f"{name:16s}{threads:8d}{wall:8.2f} s{cpu:8.2f} s{step:7.0f} µs{memory}{bar:>10s}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        case(sys.argv[1], int(sys.argv[2]))
    else:
        main()
