"""The load itself, a process of its own: `python -m bench.load.generator FACTS ANSWERS`.

Open loop: pages are opened at a given rate whether or not earlier ones were answered, and a request's time counts from
the moment at which it was due, so nothing that waits is left out. Every phase of FACTS is run in turn; ANSWERS gets one
JSON line for each.
"""

import asyncio
import json
import os
import random
import sys
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psutil
import uvloop

from bench.load.connections import MOST_CONNECTIONS, Answer, Browser
from bench.load.mix import API, Ask, page_of

TICK_SECONDS = 0.002
GIVE_UP_SECONDS = 0.1
# Pages are planned up front: making them costs time that belongs to the requests.
PLANNING_SEED = 7
DRAIN_SECONDS = 15.0
GREEDY_CONNECTIONS = 400


@dataclass(slots=True)
class Phase:
    """One stretch of load. `greedy`: requests/s of one user alone, on top of everybody's `rate`.

    `connections` of each user: who asks for more than a browser would has more than a browser has.
    """

    name: str
    rate: float
    seconds: float
    greedy: float = 0.0
    patience_seconds: float = 10.0
    connections: int = MOST_CONNECTIONS
    pages: str = "mixed"


@dataclass(slots=True)
class Planned:
    """A request and when it is due, in seconds after the start of its phase."""

    due: float
    user: int
    ask: Ask


@dataclass(slots=True)
class Record:
    """Everything that came of one phase, column by column."""

    due: "array[Any]" = field(default_factory=lambda: array("d"))
    milliseconds: "array[Any]" = field(default_factory=lambda: array("d"))
    status: "array[Any]" = field(default_factory=lambda: array("i"))
    route: "array[Any]" = field(default_factory=lambda: array("i"))
    user: "array[Any]" = field(default_factory=lambda: array("i"))
    hit: "array[Any]" = field(default_factory=lambda: array("b"))
    size: "array[Any]" = field(default_factory=lambda: array("q"))
    without_retry_after: int = 0

    def columns(self) -> dict[str, Any]:
        names = ("due", "milliseconds", "status", "route", "user", "hit", "size")
        return {name: getattr(self, name).tolist() for name in names}


def plan(phase: Phase, facts: dict[str, Any], draw: random.Random) -> list[Planned]:
    """Pages come at random (Poisson), each user as often as any other; requests of a page are due at once."""
    users = facts["users"]
    sizes = [len(_page(phase, users[draw.randrange(len(users))], facts, draw)) for _ in range(2000)]
    pages_per_second = phase.rate / (sum(sizes) / len(sizes))
    planned = list(_arrivals(phase, facts, draw, pages_per_second, None))
    if phase.greedy:
        planned += _arrivals(phase, facts, draw, phase.greedy / (sum(sizes) / len(sizes)), facts["greedy"])
        planned.sort(key=lambda one: one.due)
    return planned


def _arrivals(
    phase: Phase, facts: dict[str, Any], draw: random.Random, pages_per_second: float, user: int | None
) -> Iterator[Planned]:
    due = 0.0
    while pages_per_second and (due := due + draw.expovariate(pages_per_second)) < phase.seconds:
        who = draw.randrange(len(facts["users"])) if user is None else user
        for ask in _page(phase, facts["users"][who], facts, draw):
            yield Planned(due, who, ask)


def _page(phase: Phase, user: dict[str, Any], facts: dict[str, Any], draw: random.Random) -> list[Ask]:
    if phase.pages == "one":
        grid = facts["grids"][user["grids"][0]]
        return [Ask("/results/{run}", f"{API}/results/{grid['runs'][0]}")]
    return page_of(user, facts, draw)


async def sign_in(facts: dict[str, Any]) -> dict[str, Any]:
    """All users at once, as on a Monday morning; fills in their tokens."""
    milliseconds: list[float] = []

    async def one(http: aiohttp.ClientSession, user: dict[str, Any]) -> None:
        started = time.perf_counter()
        body = {"username": user["username"], "password": user["password"]}
        async with http.post(f"{facts['url']}{API}/auth/login", json=body) as answer:
            answer.raise_for_status()
            user["token"] = (await answer.json())["access_token"]
        milliseconds.append((time.perf_counter() - started) * 1000)

    started = time.perf_counter()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=120)) as http:
        await asyncio.gather(*(one(http, user) for user in facts["users"]))
    return {"users": len(milliseconds), "seconds": time.perf_counter() - started, "slowest_ms": max(milliseconds)}


class Load:
    """Sends one phase after the other."""

    def __init__(self, facts: dict[str, Any]) -> None:
        address = urlsplit(facts["url"])
        self._facts = facts
        self._browsers = [Browser(str(address.hostname), int(address.port or 80)) for _ in facts["users"]]
        self._routes: dict[str, int] = {}
        self._processes = {name: psutil.Process(pid) for name, pid in facts["pids"].items()}
        self._loop = asyncio.get_running_loop()

    async def run(self, phase: Phase) -> dict[str, Any]:
        planned = plan(phase, self._facts, random.Random(f"{PLANNING_SEED} {phase.name}"))
        wires = [self._wire(one) for one in planned]
        for browser in self._browsers:
            browser.most_connections = phase.connections
        if phase.greedy:
            self._browsers[self._facts["greedy"]].most_connections = GREEDY_CONNECTIONS
        record, open_requests = Record(), 0
        before, own_before, load_before = self._cpu(), time.process_time(), os.getloadavg()[0]
        started = self._loop.time()

        def send(one: Planned, wire: bytes) -> None:
            nonlocal open_requests
            open_requests += 1
            route = self._routes.setdefault(one.ask.route, len(self._routes))

            def done(answer: Answer) -> None:
                nonlocal open_requests
                open_requests -= 1
                record.due.append(one.due)
                record.milliseconds.append((self._loop.time() - started - one.due) * 1000)
                record.status.append(answer.status)
                record.route.append(route)
                record.user.append(one.user)
                record.hit.append(answer.hit)
                record.size.append(answer.size)
                record.without_retry_after += answer.status in (429, 503) and not answer.retry_after

            self._browsers[one.user].ask(wire, done, phase.patience_seconds)

        position, looked_at, drained_at = 0, 0.0, phase.seconds + DRAIN_SECONDS
        while position < len(planned) or open_requests:
            now = self._loop.time() - started
            if now > drained_at:
                break
            while position < len(planned) and planned[position].due <= now:
                send(planned[position], wires[position])
                position += 1
            if now >= looked_at + GIVE_UP_SECONDS:
                looked_at = now
                for browser in self._browsers:
                    browser.give_up()
            await asyncio.sleep(TICK_SECONDS)
        elapsed = self._loop.time() - started
        return {
            "phase": {name: getattr(phase, name) for name in Phase.__slots__},
            "seconds": elapsed,
            "unanswered": open_requests,
            "cpu": {name: seconds - before.get(name, 0.0) for name, seconds in self._cpu().items()},
            "generator_cpu": time.process_time() - own_before,
            "load_average": [load_before, os.getloadavg()[0]],
            "without_retry_after": record.without_retry_after,
            "routes": list(self._routes),
            "records": record.columns(),
        }

    def _wire(self, one: Planned) -> bytes:
        token = self._facts["users"][one.user]["token"]
        lines = (
            f"GET {one.ask.path} HTTP/1.1",
            "Host: bench",
            f"Authorization: Bearer {token}",
            "Accept: application/json",
        )
        return "\r\n".join((*lines, "", "")).encode()

    def _cpu(self) -> dict[str, float]:
        """Processor seconds so far of each process of the suite, with its children."""
        found = {}
        for name, process in self._processes.items():
            total = 0.0
            for one in (process, *process.children(recursive=True)):
                try:
                    times = one.cpu_times()
                except psutil.NoSuchProcess:
                    continue
                total += times.user + times.system
            found[name] = total
        return found

    def close(self) -> None:
        for browser in self._browsers:
            browser.close()


async def main(facts_path: Path, answers_path: Path) -> None:
    facts = json.loads(facts_path.read_text())
    with answers_path.open("w") as answers:
        print(json.dumps({"sign_in": await sign_in(facts)}), file=answers, flush=True)
        load = Load(facts)
        for options in facts["phases"]:
            print(json.dumps(await load.run(Phase(**options))), file=answers, flush=True)
        load.close()


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
