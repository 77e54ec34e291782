"""`make demo`: an example community, brought in and run for its whole year through the public API."""

import time
from collections.abc import Mapping
from typing import Any, Protocol

from hygge_local.client import Api
from hygge_local.display import Screen
from hygge_local.examples import (
    Community,
    Example,
    finished_run,
    follow_run,
    load_example,
    read_example,
    run_request,
    start_run,
)
from hygge_local.indicators import rows
from hygge_local.runtime import Account


class Installation(Protocol):
    """A Hygge that runs, here or elsewhere. `phases`: what starting it took, in seconds."""

    @property
    def url(self) -> str: ...

    @property
    def admin(self) -> Account: ...

    @property
    def phases(self) -> Mapping[str, float]: ...


def show(runtime: Installation, screen: Screen, example_name: str, *, rerun: bool) -> int:
    """Import the example unless it is there, run its year unless that was done (or `rerun`), print the indicators.

    Returns the id of the run.
    """
    example = read_example(example_name)
    with Api(runtime.url, runtime.admin.username, runtime.admin.password) as api:
        with screen.step(f"Import of {example.name}") as update:
            community = load_example(api, example, lambda line: _tell(screen, update, line))
        earlier = None if rerun else finished_run(api, example, community)
        if earlier is None:
            run = _run_year(api, screen, example, community)
        else:
            run = earlier
            screen.line(
                f"Run {run['id']} of this year is there from an earlier start (`make demo ARGS=--rerun` repeats it)."
            )
        summary = api.get(f"/results/{run['id']}/summary")
    title = f"{example.name}: the year's indicators (run {run['id']})"
    screen.table(title, ["Indicator", "Value", "Unit"], rows(summary))
    times = _times(runtime, screen, run, reused=earlier is not None)
    screen.table("Wall time", ["Phase", "Seconds"], [(name, f"{seconds:.2f}") for name, seconds in times])
    return int(run["id"])


def _tell(screen: Screen, update: Any, line: str) -> None:
    update(None, line)
    screen.line(f"  {line}")


def _run_year(api: Api, screen: Screen, example: Example, community: Community) -> dict[str, Any]:
    run: dict[str, Any] = {}
    with screen.step("Simulation of the year") as update:
        started = start_run(api, run_request(example, community))
        for run in follow_run(api, int(started["id"])):
            update(float(run.get("progress") or 0.0), str(run.get("phase") or run["status"]))
    return run


def _times(runtime: Installation, screen: Screen, run: dict[str, Any], *, reused: bool) -> list[tuple[str, float]]:
    """Every phase with its wall time: start, import, run; the parts of the run as its worker measured them."""
    started = [(f"Start: {name}", seconds) for name, seconds in runtime.phases.items()]
    steps = list(screen.seconds.items())
    timings = {} if reused else run.get("timings") or {}
    worker = [(f"  worker: {name}", float(seconds)) for name, seconds in timings.items()]
    return started + steps + worker


def wait_for_ever() -> None:
    """Until a signal ends it."""
    while True:
        time.sleep(3600)
