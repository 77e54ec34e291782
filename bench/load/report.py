"""What was measured beside what is asked for: tables to read, and the same as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

OK = 200
REFUSED = (429, 503)


@dataclass(frozen=True, slots=True)
class Line:
    """Figures of one group of requests."""

    what: str
    requests: int
    answered: int
    refused: int
    failed: int
    hits: int
    kilobytes: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure beside its limit."""

    what: str
    measured: str
    limit: str
    holds: bool


def below(what: str, milliseconds: float, limit_ms: float) -> Bar:
    """A time that has to stay under a limit."""
    return Bar(what, f"{milliseconds:.1f} ms", f"< {limit_ms:.0f} ms", milliseconds < limit_ms)


def none(what: str, count: int) -> Bar:
    """Something that must not happen."""
    return Bar(what, str(count), "0", count == 0)


class Outcome:
    """The records of one phase as arrays."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.raw = answer
        self.name: str = answer["phase"]["name"]
        self.columns: dict[str, NDArray[Any]] = {name: np.asarray(values) for name, values in answer["records"].items()}

    def line(self, what: str, chosen: NDArray[np.bool_] | None = None) -> Line:
        """Percentiles are of what was answered with 200; refusals and failures are counted."""
        status = self.columns["status"]
        among = np.ones(len(status), bool) if chosen is None else chosen
        good = among & (status == OK)
        refused = among & np.isin(status, REFUSED)
        cuts = percentiles(self.columns["milliseconds"][good])
        size = float(self.columns["size"][good].mean()) / 1000 if good.any() else 0.0
        total, answered, no = int(among.sum()), int(good.sum()), int(refused.sum())
        hits = int((self.columns["hit"] * good).sum())
        return Line(what, total, answered, no, total - answered - no, hits, size, *cuts)

    def routes(self) -> list[Line]:
        """One line for each route, the most asked for first."""
        lines = [self.line(route, self.columns["route"] == n) for n, route in enumerate(self.raw["routes"])]
        return sorted((line for line in lines if line.requests), key=lambda line: -line.requests)

    def refusals_ms(self) -> tuple[float, float, float, float]:
        """p50, p95, p99 and maximum of the time until a refusal."""
        return percentiles(self.columns["milliseconds"][np.isin(self.columns["status"], REFUSED)])

    def good_after_seconds(self, limit_ms: float, slice_seconds: float = 0.5) -> float:
        """From when on all that was asked is answered, with its 95th percentile under the limit; infinite if never."""
        due = self.columns["due"]
        for begin in np.arange(0, due.max(initial=0.0), slice_seconds):
            line = self.line("", due >= begin)
            if line.answered == line.requests and line.p95_ms <= limit_ms:
                return float(begin)
        return float("inf")


def percentiles(values: NDArray[np.float64]) -> tuple[float, float, float, float]:
    if not len(values):
        return (float("nan"),) * 4
    cuts = np.percentile(values, (50, 95, 99))
    return float(cuts[0]), float(cuts[1]), float(cuts[2]), float(values.max())


def print_lines(lines: Sequence[Line]) -> None:
    head = f"{'requests':>9} {'200':>7} {'429/503':>8} {'failed':>7} {'hits %':>7} {'kB':>7}"
    print(f"{'':44} {head} {'p50 ms':>8} {'p95':>8} {'p99':>8} {'max':>8}")
    for line in lines:
        hits = 100 * line.hits / line.answered if line.answered else 0.0
        print(
            f"{line.what[:44]:44} {line.requests:9d} {line.answered:7d} {line.refused:8d} {line.failed:7d} {hits:7.1f} "
            f"{line.kilobytes:7.1f} {line.p50_ms:8.1f} {line.p95_ms:8.1f} {line.p99_ms:8.1f} {line.max_ms:8.1f}"
        )


def print_processors(outcome: Outcome) -> None:
    """Who used the processor, in cores (1.0 is one core all the time)."""
    seconds = outcome.raw["seconds"]
    used = {**outcome.raw["cpu"], "load generator": outcome.raw["generator_cpu"]}
    told = ", ".join(f"{name} {value / seconds:.2f}" for name, value in used.items() if value / seconds >= 0.005)
    first, last = outcome.raw["load_average"]
    print(f"  cores used: {told}; load average {first:.1f} → {last:.1f}")


def print_bars(bars: Sequence[Bar]) -> bool:
    print(f"\n{'figure':64} {'measured':>22} {'bar':>18}")
    for bar in bars:
        print(f"{bar.what:64} {bar.measured:>22} {bar.limit:>18}  {'' if bar.holds else 'NOT within'}")
    return all(bar.holds for bar in bars)


def as_json(outcomes: Sequence[Outcome], bars: Sequence[Bar], sign_in: dict[str, Any]) -> dict[str, Any]:
    phases = []
    for outcome in outcomes:
        facts = {name: value for name, value in outcome.raw.items() if name not in ("records", "routes")}
        phases.append({**facts, "all": asdict(outcome.line("all")), "by_route": list(map(asdict, outcome.routes()))})
    return {"sign_in": sign_in, "phases": phases, "bars": list(map(asdict, bars))}
