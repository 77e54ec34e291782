"""The suite under load, beside its bars: `make bench-load`, or `python -m bench.load [--seconds 20] [--json FILE]`.

Starts the embedded suite by itself, sets up communities with ended runs and a hundred users, and sends what the web app
would send from a second process on loopback. The generator, PostgreSQL and all services share the machine's cores.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.load import tokens
from bench.load.community import prepare
from bench.load.report import Bar, Outcome, as_json, below, none, print_bars, print_lines, print_processors
from hygge_local.runtime import Runtime, RuntimeSettings

RATE = 1000.0
OVERLOAD = 5.0
# Long enough that what is read of ended runs has mostly been read before, as on any other day.
WARM_UP_SECONDS = 60.0
P95_LIMIT_MS = 200.0
# What readers are promised at all times (docs/monitoring.md), so also beside somebody who asks for far too much.
PROMISED_P95_MS = 500.0
CACHED_LIMIT_MS = 10.0
TOKEN_LIMIT_MS = 0.5
REFUSAL_LIMIT_MS = 1000.0
RECOVERY_LIMIT_SECONDS = 5.0
# A hundred people of one address sign in at once.
ENVIRONMENT = {"HYGGE_GATEWAY_RATE_LIMIT_LOGIN": "10000/minute", "HYGGE_GATEWAY_RATE_LIMIT_ADDRESS": "1000000/minute"}


def phases(rate: float, seconds: float) -> list[dict[str, Any]]:
    """Warm up; the figure; one user who asks for far more than the others; far too much of everybody; and after it."""
    burst = {"seconds": min(seconds, 10.0), "patience_seconds": 5.0}
    return [
        {"name": "warm-up", "rate": rate / 2, "seconds": WARM_UP_SECONDS},
        {"name": "steady", "rate": rate, "seconds": seconds},
        {"name": "one read, again and again", "rate": rate / 4, "seconds": min(seconds, 10.0), "pages": "one"},
        {"name": "one greedy user", "rate": rate / 2, "greedy": rate * 2, **burst},
        {"name": "rest", "rate": rate / 4, "seconds": 6.0},
        {"name": "overload", "rate": rate * OVERLOAD, "connections": 24, **burst},
        {"name": "after the overload", "rate": rate, "seconds": max(min(seconds, 10.0), RECOVERY_LIMIT_SECONDS * 2)},
    ]


def measure(facts: Mapping[str, Any], folder: Path) -> tuple[dict[str, Any], list[Outcome]]:
    """Run the generator in a process of its own; how the users signed in, and what came of each phase."""
    facts_path, answers_path = folder / "facts.json", folder / "answers.jsonl"
    facts_path.write_text(json.dumps(facts))
    subprocess.run([sys.executable, "-m", "bench.load.generator", facts_path, answers_path], check=True)
    first, *rest = (json.loads(line) for line in answers_path.read_text().splitlines())
    return first["sign_in"], [Outcome(answer) for answer in rest]


def judge(
    sign_in: Mapping[str, Any], outcomes: list[Outcome], token_check: tokens.Figures, facts: Mapping[str, Any]
) -> list[Bar]:
    """What was measured beside what is asked for."""
    by_name = {outcome.name: outcome for outcome in outcomes}
    rate, seconds = (by_name["steady"].raw["phase"][name] for name in ("rate", "seconds"))
    steady, again = by_name["steady"].line("all"), by_name["one read, again and again"]
    hits = again.line("hits", again.columns["hit"] == 1)
    answered = steady.answered / seconds
    faults = steady.refused + steady.failed
    return [
        Bar("signed in at once", f"{sign_in['users']} in {sign_in['seconds']:.1f} s", "100", sign_in["users"] >= 100),
        # Arrivals are random: the plan of a phase has not exactly as many as its rate says.
        Bar("mixed reads through the gateway", f"{answered:.0f}/s", f"{rate:.0f}/s", answered >= 0.97 * rate),
        below("  their 95th percentile", steady.p95_ms, P95_LIMIT_MS),
        none("  refused or failed", faults),
        Bar("token check, first / remembered", token_check.told(), "< 0.5 ms", token_check.first_ms < TOKEN_LIMIT_MS),
        below("cached read, 95th percentile", hits.p95_ms, CACHED_LIMIT_MS),
        *_overload_bars(by_name, facts),
    ]


def _overload_bars(by_name: Mapping[str, Outcome], facts: Mapping[str, Any]) -> list[Bar]:
    greedy, overload, after = by_name["one greedy user"], by_name["overload"], by_name["after the overload"]
    others = greedy.line("the others", greedy.columns["user"] != facts["greedy"])
    recovered = after.good_after_seconds(P95_LIMIT_MS)
    limit = RECOVERY_LIMIT_SECONDS
    refused, refused_ms = overload.line("all").refused, overload.refusals_ms()[1]
    return [
        below("one greedy user: the others' 95th percentile", others.p95_ms, PROMISED_P95_MS),
        none("  refused or failed of the others", others.refused + others.failed),
        # Nothing was refused: then it was no overload for this machine, and all was answered.
        below("overload 5×: 95th percentile until 429/503", refused_ms if refused else 0.0, REFUSAL_LIMIT_MS),
        none("  neither answered nor refused", overload.line("all").failed),
        none("  refusals without Retry-After", overload.raw["without_retry_after"]),
        Bar("  good from then on after its end", f"{recovered:.1f} s", f"≤ {limit:.0f} s", recovered <= limit),
    ]


def _prepared(runtime: Runtime, known: Path) -> dict[str, Any]:
    """Communities, runs and users; those of the last time if the state was kept."""
    if not known.exists():
        known.touch(mode=0o600)
        known.write_text(json.dumps(prepare(runtime.url, runtime.admin.username, runtime.admin.password)))
    facts: dict[str, Any] = json.loads(known.read_text())
    return facts | {"url": runtime.url}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=RATE, help="requests/s")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the steady phase")
    parser.add_argument(
        "--gateways",
        type=int,
        default=RuntimeSettings.gateway_processes,
        help="gateway processes (default: as the demo's)",
    )
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    parser.add_argument("--state", type=Path, help="keep everything in this folder, for the next time too")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of a service")
    arguments = parser.parse_args()
    token_check = tokens.measure()
    with tempfile.TemporaryDirectory(prefix="hygge-load-") as name:
        folder = Path(name)
        environment = ENVIRONMENT | dict(entry.split("=", 1) for entry in arguments.set)
        settings = RuntimeSettings(port=0, workers=1, gateway_processes=arguments.gateways, environment=environment)
        state = arguments.state or folder / "state"
        with Runtime(state, settings, report=lambda line: print(line, file=sys.stderr)) as runtime:
            facts = _prepared(runtime, state / "load.json")
            facts |= {"pids": runtime.pids, "phases": phases(arguments.rate, arguments.seconds)}
            facts["greedy"] = next(n for n, user in enumerate(facts["users"]) if user["role"] == "viewer")
            sign_in, outcomes = measure(facts, folder)
    for outcome in outcomes:
        phase = outcome.raw["phase"]
        print(f"\n{outcome.name}: {phase['rate']:.0f} requests/s for {phase['seconds']:.0f} s")
        print_lines([outcome.line("all"), *(outcome.routes() if outcome.name == "steady" else [])])
        print_processors(outcome)
    bars = judge(sign_in, outcomes, token_check, facts)
    good = print_bars(bars)
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(outcomes, bars, sign_in), indent=1))
    print("within the bars" if good else "NOT within the bars")


if __name__ == "__main__":
    main()
