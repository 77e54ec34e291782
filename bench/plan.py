"""What a year of many houses takes, from measured rates: workers, hours, storage, memory, money.

`python -m bench.plan RATES.json [--houses N]` takes the rates that `bench/district.py` prints and writes the table of
docs/scale.md. Prices and the database's processors are assumptions and can be given.
"""

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path

from hygge_core.timeaxis import TimeAxis
from hygge_engine.estimates import Size, plan
from hygge_engine.fleet import Fleet
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.settings import Settings

HOUSES_OF_A_TRANSFORMER = 109
PROFILES = 1000
WORKERS = (8, 16, 32, 64, 128)
# Processor seconds per transformer and step: packing what is left (once), unpacking it and settling (each shard).
# Measured with 9,175 transformers and 96 steps, allocation proportional.
PACK, SETTLE = 1.2e-6, 0.46e-6
HANDOVER_BYTES = 21.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rates", type=Path)
    parser.add_argument("--houses", type=int, default=1_000_000)
    parser.add_argument("--database-cores", type=int, default=8)
    parser.add_argument("--core-hour", type=float, default=0.05, help="price of a processor's hour with its memory")
    parser.add_argument("--gb-month", type=float, default=0.12, help="price of a gigabyte of fast storage for a month")
    given = parser.parse_args()
    rates = json.loads(given.rates.read_text())
    year = TimeAxis(datetime(2016, 1, 1, tzinfo=UTC), datetime(2017, 1, 1, tzinfo=UTC), 15, "UTC")
    transformers = -(-given.houses // HOUSES_OF_A_TRANSFORMER)
    share, more = divmod(given.houses, transformers)
    size = Size([share + (number < more) for number in range(transformers)], year, PROFILES)
    rows = (given.houses + transformers + 1) * 366
    stored = rows * rates["bytes_per_row"] / 1e9
    crossing = transformers * year.steps * HANDOVER_BYTES / 1e9
    print(f"{given.houses:,} houses, {transformers:,} transformers, {size.house_steps / 1e9:.1f} G house-steps,")
    print(f"{rows / 1e6:.0f} M day rows of {stored:.0f} GB, {crossing:.1f} GB handed over between the passes.\n")
    print("| processes | shards | memory of each | houses | grid | database | closing | hours | cost |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for workers in WORKERS:
        print(line(given, size, workers, rates, rows))
    print(f"\nStorage: {stored:.0f} GB, {stored * given.gb_month:.0f} a month.")


def line(given: argparse.Namespace, size: Size, workers: int, rates: dict[str, float], rows: int) -> str:
    """One row, in hours. Workers share houses and grid; the database works beside them; closing is one's work."""
    request = RunRequest(grid_id=1, start=size.axis.start, end=size.axis.end)
    found = plan(request, size, Fleet(workers, 10**12), Settings.model_construct())
    crossing = len(size.houses) * size.axis.steps
    houses = size.house_steps * rates["worker_cpu_per_house_step"] / 3600
    grid = crossing * (PACK + SETTLE * found.shards) / 3600
    database = rows * rates["database_cpu_per_row"] / given.database_cores / 3600
    closing = (rows * rates["close_per_row"] + crossing * SETTLE) / 3600
    hours = max((houses + grid) / workers, database) + closing
    cost = hours * (workers + given.database_cores) * given.core_hour
    return (
        f"| {workers} | {found.shards} | {found.peak_memory_bytes / 1e9:.1f} GB | {houses:.1f} h | {grid:.1f} h |"
        f" {database:.1f} h | {closing:.1f} h | {hours:.1f} | {cost:.2f} |"
    )


if __name__ == "__main__":
    main()
