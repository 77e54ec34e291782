"""The web app in a real browser: what is transferred before the first page shows, and how soon it answers.

`python -m bench.web [--suite FILE] [--json FILE]` starts the embedded runtime in a folder of its own with the built
web app, runs the example's year, imports a community of 2,000 houses, and drives Chromium over both (`bench/web/*.mjs`;
Playwright is the web app's own). `--suite` takes what a running suite announced instead (`up --announce FILE`),
CHROMIUM names the browser. Whatever else the machine does slows the pages down, so its load is printed too.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hygge_local.client import Api
from hygge_local.examples import finished_run, follow_run, load_example, read_example, run_request, start_run
from hygge_local.runtime import Runtime, RuntimeSettings

ROOT = Path(__file__).parents[1]
EXAMPLE = "simbench_semiurb"
BIG = "Bench: 2,000 houses"
TRANSFORMERS, HOUSES_EACH = 10, 200
SCRIPT_BAR_KB, PAINT_BAR_MS, FRAMES_BAR = 250, 200, 30
WIDTH = 62


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--suite", type=Path, help="what a running suite announced")
    parser.add_argument("--json", type=Path, help="also write all figures to this file")
    chosen = parser.parse_args()
    with suite(chosen.suite) as place:
        with Api(place["url"], place["username"], place["password"]) as api:
            task = place | {"runId": example_run(api), "bigGridId": big_community(api)}
        before = os.getloadavg()[0]
        figures = browser(task)
    figures["load"] = [before, os.getloadavg()[0]]
    report(figures)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1))


@contextmanager
def suite(announced: Path | None) -> Iterator[dict[str, Any]]:
    """Where the suite is and who may sign in."""
    if announced is not None:
        place = json.loads(announced.read_text())
        yield {name: place[name] for name in ("url", "username", "password")}
        return
    folder = Path(tempfile.mkdtemp(prefix="hygge-bench-web-"))
    try:
        settings = RuntimeSettings(port=0, web_folder=ROOT / "web")
        with Runtime(folder, settings, report=print) as runtime:
            account = runtime.admin
            yield {"url": runtime.url, "username": account.username, "password": account.password}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def example_run(api: Api) -> int:
    """The example's year, computed unless it is there."""
    example = read_example(EXAMPLE)
    community = load_example(api, example)
    run = finished_run(api, example, community)
    if run is None:
        started = start_run(api, run_request(example, community))
        *_, run = follow_run(api, int(started["id"]))
    if run["status"] != "succeeded":
        sys.exit("The example's run did not succeed.")
    return int(run["id"])


def big_community(api: Api) -> int:
    """Ten transformers with 200 houses each; every house has something on its roof or in its cellar."""
    for grid in api.items("/grids"):
        if grid["name"] == BIG:
            return int(grid["id"])
    document = {
        "format": "hygge-community/1",
        "name": BIG,
        "timezone": "Europe/Berlin",
        "currency": "EUR",
        "transformers": [
            {
                "id": f"t{number}",
                "name": f"Transformer {number + 1}",
                "capacity_kw": 800,
                "houses": [house(number, place) for place in range(HOUSES_EACH)],
            }
            for number in range(TRANSFORMERS)
        ],
    }
    return int(api.post("/grids/import", json=document)["id"])


def house(transformer: int, place: int) -> dict[str, Any]:
    devices: list[dict[str, Any]] = [{"kind": "solar_panel", "name": "Roof", "capacity_kwp": 4 + place % 9}]
    if place % 2:
        power = {"max_charge_kw": 5, "max_discharge_kw": 5}
        devices.append({"kind": "battery", "name": "Cellar", "capacity_kwh": 5 + place % 8, **power})
    if place % 3 == 0:
        devices.append({"kind": "heat_pump", "name": "Heat pump", "max_power_kw": 4})
    name = f"House {transformer + 1}.{place + 1}"
    return {"id": f"h{transformer}-{place}", "name": name, "house_type": "residential", "devices": devices}


def browser(task: dict[str, Any]) -> dict[str, Any]:
    """Runs the browser's part; the task goes in by standard input, so that no password stands in a command line."""
    node = shutil.which("node") or sys.exit("There is no Node.js on this machine.")
    command = [node, str(ROOT / "bench/web/measure.mjs")]
    done = subprocess.run(command, input=json.dumps(task), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit("The browser's part failed.")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def report(figures: dict[str, Any]) -> None:
    before, after = figures["load"]
    print(f"\n{figures['browser']}, {os.cpu_count()} cores, load {before:.1f} before and {after:.1f} after")
    first = figures["first"]
    heading("first view (sign-in → communities), nothing cached", "kB", "limit")
    line("script, compressed", first["script_kb"], SCRIPT_BAR_KB, most=True)
    for name in ("style", "font", "document", "other", "headers"):
        line(name, first[f"{name}_kb"])
    heading("", "ms", "limit")
    line("first paint of the sign-in", first["first_paint_ms"])
    line("Sign in pressed → communities shown", first["signed_in_ms"])
    line("reload of a page with a session → communities shown", first["reload_ms"])
    heading("interaction to next paint, example's year", "ms", "limit")
    for name, milliseconds in figures["interactions"]:
        line(name, milliseconds, PAINT_BAR_MS, most=True)
    topology = figures["topology"]
    heading(f"topology of {TRANSFORMERS * HOUSES_EACH:,} houses", "ms", "limit")
    line("opened → graph shown", topology["shown_ms"])
    line("opened → no long task any more", topology["interactive_ms"])
    for name, milliseconds in topology["interactions"]:
        line(name, milliseconds, PAINT_BAR_MS, most=True)
    heading("moving over it", "frames/s", "limit")
    for move in topology["moves"]:
        line(f"{move['name']} (worst frame {move['worst_ms']:.0f} ms, long tasks {move['long_tasks']})",
             move["frames_per_second"], FRAMES_BAR, most=False)  # fmt: skip


def heading(title: str, unit: str, limit: str) -> None:
    print(f"\n{title:{WIDTH}} {unit:>9} {limit:>7}")


def line(name: str, value: float, bar: float | None = None, *, most: bool = True) -> None:
    """One figure; `most`: the limit is the most that is allowed, else the least."""
    if bar is None:
        print(f"{name:{WIDTH}} {value:9.0f}")
        return
    kept = value <= bar if most else value >= bar
    print(f"{name:{WIDTH}} {value:9.0f} {bar:7.0f}   {'ok' if kept else 'over' if most else 'below'}")


if __name__ == "__main__":
    main()
