"""The same books of orders through our auctions, a plain NumPy sort-and-sum, and the peers that install.

The peers are installed from the package index into environments of their own under `.hygge` and run as processes of
their own (`bench/peer_markets.py`). Without a package index only our numbers are printed. CPU time of one clearing,
warm, everything in memory; ours includes the checks of the orders.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hygge_engine.auctions import Clearing, Market, Mechanism, Orders, clear

ROOT = Path(__file__).resolve().parents[1]
SIZES = (100, 1_000, 10_000)
SEED = 7
INSTALL_TIMEOUT_S = 900
LONG_ENOUGH_S = 0.5
LIMITS_MS = {("uniform_price", 1_000): 0.2, ("uniform_price", 10_000): 2.0, ("price_time", 10_000): 5.0}
# Packages and environment. ASSUME's is that of `peers.py`; PyMarket writes into arrays that pandas 3 locks.
PEERS = {
    "assume": (["assume-framework==0.6.0"], "bench-venv"),
    "pymarket": (["pymarket==0.7.6", "pandas<3", "numpy<2"], "bench-venv-pymarket"),
}


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    who: str
    orders: int
    cpu_ms: float
    volume: float
    welfare: float


def book_of(count: int) -> Orders:
    """Half bids, half asks; quantities of a household's quarter-hour, prices around those of energy, in cents."""
    rng = np.random.default_rng((SEED, count))
    side = rng.permutation(np.where(np.arange(count) % 2 == 0, 1, -1)).astype(np.int8)
    price = np.where(side > 0, rng.uniform(8, 32, count), rng.uniform(6, 28, count))
    return Orders(side, rng.uniform(0.05, 2.0, count), price, rng.integers(0, max(count // 2, 1), count))


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """CPU milliseconds of a run: the median of many batches, after a first run that compiles."""
    result, samples, begin = run(), [], time.process_time()
    while time.process_time() - begin < LONG_ENOUGH_S:
        start = time.process_time()
        for _ in range(10):
            result = run()
        samples.append((time.process_time() - start) * 100)
    return float(np.median(samples)), result


def our_line(name: str, orders: Orders, market: Market) -> Line:
    """Orders are made anew each time, so that their checks count."""

    def run() -> Clearing:
        return clear(Orders(orders.side, orders.quantity_kwh, orders.price, orders.participant), market)

    spent, cleared = timed(run)
    return Line(name, orders.count, spent, cleared.volume_kwh, cleared.welfare)


def sort_and_sum(orders: Orders) -> tuple[float, float]:
    """Volume and welfare of one price for all in plain NumPy: both sides sorted and summed up, the steps merged."""
    bids, asks = orders.side > 0, orders.side < 0
    by_bid, by_ask = np.argsort(-orders.price[bids], kind="stable"), np.argsort(orders.price[asks], kind="stable")
    bid_price, ask_price = orders.price[bids][by_bid], orders.price[asks][by_ask]
    demand, supply = np.cumsum(orders.quantity_kwh[bids][by_bid]), np.cumsum(orders.quantity_kwh[asks][by_ask])
    steps = np.sort(np.concatenate((demand, supply)))
    steps = steps[steps <= min(demand[-1], supply[-1])]
    value = bid_price[np.searchsorted(demand, steps)] - ask_price[np.searchsorted(supply, steps)]
    trades = value >= 0
    width = np.diff(steps, prepend=0.0)[trades]
    return float(width.sum()), float(width @ value[trades])


def numpy_line(orders: Orders) -> Line:
    spent, (volume, welfare) = timed(lambda: sort_and_sum(orders))
    return Line("NumPy sort-and-sum (no fills, no trades)", orders.count, spent, volume, welfare)


def our_lines(books: list[Orders]) -> list[Line]:
    lines = []
    for orders in books:
        lines.append(numpy_line(orders))
        for mechanism in Mechanism:
            lines.append(our_line(f"hygge {mechanism}", orders, Market(mechanism)))
            if mechanism != Mechanism.HUANG:
                banned = Market(mechanism, self_trade_ban=True)
                lines.append(our_line(f"hygge {mechanism}, self-trade ban", orders, banned))
    return lines


def run_quietly(command: list[Any], **options: Any) -> str:
    """What a command prints; RuntimeError with its complaint if it fails."""
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            command, capture_output=True, text=True, check=False, **options
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RuntimeError(str(error)) from error
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-1500:])
    return done.stdout


def peer_lines(peer: str, books: list[Orders]) -> list[Line]:
    """Install the peer where it is not yet, and let it clear the books in its own process."""
    packages, folder = PEERS[peer]
    uv, home = ROOT / ".venv" / "bin" / "uv", ROOT / ".hygge" / folder
    python = home / "bin" / "python"
    if not python.exists():
        run_quietly([uv, "venv", "--quiet", "--clear", "--python", sys.executable, home], timeout=INSTALL_TIMEOUT_S)
    run_quietly([uv, "pip", "install", "--quiet", "--python", python, *packages], timeout=INSTALL_TIMEOUT_S)
    arrays: dict[str, Any] = {"count": len(books)}
    for index, orders in enumerate(books):
        arrays |= {
            f"side_{index}": orders.side,
            f"quantity_{index}": orders.quantity_kwh,
            f"price_{index}": orders.price,
        }
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "books.npz"
        np.savez(path, **arrays)
        out = run_quietly([python, Path(__file__).with_name("peer_markets.py"), peer, path], cwd=name)
    found = json.loads(out.strip().splitlines()[-1])
    return [
        Line(f"{peer} {found['version']} {mechanism}", book.count, row["cpu_s"] * 1000, row["volume"], row["welfare"])
        for mechanism, rows in found["results"].items()
        for book, row in zip(books, rows, strict=True)
    ]


def print_line(line: Line) -> None:
    limit = next((ms for (name, n), ms in LIMITS_MS.items() if line.who == f"hygge {name}" and line.orders == n), None)
    note = "" if limit is None else f"limit {limit:g}: {'kept' if line.cpu_ms <= limit else 'BROKEN'}"
    numbers = f"{line.orders:>6,} | {line.cpu_ms:>10.3f} | {line.volume:>11.4f} | {line.welfare:>13.4f}"
    print(f"| {line.who:<42} | {numbers} | {note}".rstrip())


def main() -> None:
    books = [book_of(size) for size in SIZES]
    print("| who                                        | orders |     CPU ms |      volume |       welfare |")
    print("| ------------------------------------------ | -----: | ---------: | ----------: | ------------: |")
    lines = our_lines(books)
    missing = []
    for peer in PEERS:
        try:
            lines += peer_lines(peer, books)
        except RuntimeError as error:
            missing.append(f"No comparison with {PEERS[peer][0][0]}: {error}")
    for line in sorted(lines, key=lambda line: line.orders):
        print_line(line)
    print("\nPyMarket's release on the package index has no uniform-price auction; `huang` gives up trade on purpose.")
    print("\n".join(missing))


if __name__ == "__main__":
    main()
