"""The command `hygge`: simulate a community from a shell, without any service.

Exit codes: 0 done, 1 the output can't be written, 2 the input or the command line is wrong.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hygge_core.errors import Finding
from hygge_engine.kernel import Allocation, BidStrategy, ChargeStrategy, StorageStrategy
from hygge_engine.library.api import simulate_source
from hygge_engine.library.collected import Progress
from hygge_engine.library.estimate import estimate_of
from hygge_engine.library.findings import InputError
from hygge_engine.library.result import KINDS, Result
from hygge_engine.library.sources import Source, read_source
from hygge_engine.markets import Pricing
from hygge_engine.runs.schemas import Detail

DONE, NOT_WRITTEN, WRONG = 0, 1, 2
WRITERS = {".parquet": Result.to_parquet, ".csv": Result.to_csv}
# Option → where its value goes among the parameters.
CHOICES: dict[str, Any] = {
    "allocation": Allocation,
    "pricing": Pricing,
    "storage_strategy": StorageStrategy,
    "charge_strategy": ChargeStrategy,
    "detail": Detail,
}
NUMBERS: dict[str, type] = {
    "step_minutes": int,
    "seed": int,
    "minimum_trade_kwh": float,
    "fixed_price_eur_per_kwh": float,
    "price_floor_eur_per_kwh": float,
    "price_cap_eur_per_kwh": float,
}
TEXTS = ("preset", "priority_list", "temperature_profile")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        source = read_source(options.community)
        return int(options.work(options, source))
    except InputError as error:
        _say(str(error))
        return WRONG
    except OSError as error:
        _say(f"{error.filename or options.out}: {error.strerror or error}")
        return NOT_WRITTEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hygge", description="Simulate a local energy community.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("simulate", help="simulate a community and write its results")
    _add_parameters(run)
    run.add_argument("--out", type=Path, help="where results go: a .parquet or .csv file; default: only a summary")
    run.add_argument("--days", type=Path, help="where the sums of each day go: a .parquet or .csv file")
    run.add_argument("--nodes", nargs="+", choices=KINDS, default=KINDS, help="whose results are written; default: all")
    run.add_argument("--summary", choices=("text", "json", "none"), default="text", help="what is printed at the end")
    run.add_argument("--quiet", action="store_true", help="no progress bar")
    run.set_defaults(work=_simulate)
    asked = commands.add_parser("estimate", help="say how large a simulation is, without running it")
    _add_parameters(asked)
    asked.set_defaults(work=_estimate, out=None)
    return parser


def _add_parameters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("community", type=Path, help="a community.json, or a folder with one; see docs/library.md")
    parser.add_argument("--year", type=int, help="a calendar year by the community's clock")
    parser.add_argument("--start", help="ISO 8601; without an offset by the community's clock")
    parser.add_argument("--end", help="ISO 8601, the first moment that is not simulated")
    for name, values in CHOICES.items():
        parser.add_argument(_option(name), dest=name, choices=[value.value for value in values])
    for name, kind in NUMBERS.items():
        parser.add_argument(_option(name), dest=name, type=kind, metavar="N")
    for name in TEXTS:
        parser.add_argument(_option(name), dest=name, metavar="NAME")
    parser.add_argument("--bid-strategy", choices=[value.value for value in BidStrategy])
    parser.add_argument("--retail", type=float, metavar="PRICE", help="flat price of an imported kWh, without fees")
    parser.add_argument("--feed-in", type=float, metavar="PRICE", help="flat price of an exported kWh")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KEY=VALUE", dest="settings",
        help="any other parameter of a run, with dots for nested ones: fees.taxes_eur_per_kwh=0.1; values as in JSON",
    )  # fmt: skip


def _option(name: str) -> str:
    return "--" + name.removesuffix("_eur_per_kwh").replace("_", "-")


def _parameters(options: argparse.Namespace, source: Source) -> dict[str, Any]:
    """What the options say, on top of what stands beside the community."""
    given = {name: getattr(options, name) for name in (*CHOICES, *NUMBERS, *TEXTS)}
    found: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if options.bid_strategy is not None:
        found["bidding"] = {**source.run.get("bidding", {}), "strategy": options.bid_strategy}
    tariff = {"retail_eur_per_kwh": options.retail, "feed_in_eur_per_kwh": options.feed_in}
    priced = {name: value for name, value in tariff.items() if value is not None}
    if priced:
        # A flat price takes the place of another tariff, but keeps the other half of a flat one.
        before = source.run.get("tariff", {})
        flat = before.get("kind", "flat") == "flat" and "periods" not in before and "profile_id" not in before
        found["tariff"] = {**(before if flat else {}), **priced, "kind": "flat"}
    for setting in options.settings:
        _put(found, source.run, setting)
    return found


def _put(found: dict[str, Any], before: dict[str, Any], setting: str) -> None:
    """`a.b=value` changes one member of a parameter and leaves its others as they are."""
    path, separator, text = setting.partition("=")
    first, *inner = path.strip().split(".")
    if not separator or not all((first, *inner)):
        raise InputError([Finding("--set", f"{setting!r} is not KEY=VALUE")])
    try:
        value: Any = json.loads(text)
    except json.JSONDecodeError:
        value = text
    if not inner:
        found[first] = value
        return
    start = found.get(first, before.get(first))
    place = found[first] = json.loads(json.dumps(start)) if isinstance(start, dict) else {}
    for name in inner[:-1]:
        if not isinstance(place.get(name), dict):
            place[name] = {}
        place = place[name]
    # `platform_fee` is short for `platform_fee_eur_per_kwh`: one of them stands, not both.
    place.pop(f"{inner[-1]}_eur_per_kwh", None)
    place[inner[-1]] = value


def _simulate(options: argparse.Namespace, source: Source) -> int:
    for path in (options.out, options.days):
        if path is not None and path.suffix not in WRITERS:
            raise InputError([Finding(str(path), f"must end in {' or '.join(WRITERS)}")])
    parameters = _parameters(options, source)
    if options.out is None:
        # Vectors of steps that nobody asked for would only take memory.
        parameters["detail"] = Detail.DAY
    elif "detail" not in parameters:
        parameters["detail"] = Detail.STEP
    with _bar(shown=not options.quiet and sys.stderr.isatty()) as progress:
        result = simulate_source(source, _time(options), parameters, progress)
    if options.out is not None:
        WRITERS[options.out.suffix](result, options.out, options.nodes)
    if options.days is not None:
        table = Result.to_parquet if options.days.suffix == ".parquet" else Result.to_csv
        table(result.without_steps(), options.days, options.nodes)
    _print(result, options.summary)
    return DONE


def _estimate(options: argparse.Namespace, source: Source) -> int:
    found = estimate_of(source, _time(options), _parameters(options, source))
    sys.stdout.write(json.dumps(found, indent=2) + "\n")
    return DONE


def _time(options: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(options, name) for name in ("year", "start", "end")}


@contextmanager
def _bar(*, shown: bool) -> Iterator[Progress | None]:
    """A progress bar on the terminal's error stream."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("simulating"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=None)
        yield lambda done, steps: bar.update(task, completed=done, total=steps)


def _print(result: Result, form: str) -> None:
    if form == "json":
        whole = {"summary": result.summary, "digest": result.digest, "proof": result.proof}
        sys.stdout.write(json.dumps(whole, indent=2) + "\n")
    elif form == "text":
        lines = [f"{name:24} {_number(value):>16}" for name, value in result.summary.items()]
        sys.stdout.write("\n".join([*lines, f"digest {result.digest}"]) + "\n")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.3f}"


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
