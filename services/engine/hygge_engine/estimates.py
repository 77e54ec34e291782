"""What a run will take, before it runs: windows, shards, time, storage, memory.

Times come from what finished runs of this installation took, or from measured defaults. Memory is counted from the
arrays that a process has at once; the factors below are measured with `bench/district.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hygge_core.node_days import MEASURES, SUMS
from hygge_core.timeaxis import TimeAxis
from hygge_engine.fleet import Fleet
from hygge_engine.inputs.windows import windows
from hygge_engine.kernel import AUCTIONS
from hygge_engine.markets import Pricing
from hygge_engine.runs.repository import Rates
from hygge_engine.runs.schemas import Detail, Estimate, RunRequest
from hygge_engine.settings import Settings
from hygge_engine.shards.planning import largest

# A process with the numeric core and its libraries, before any input.
PROCESS_BYTES = 280_000_000
# The community's document as Python objects, and what becomes of it, per house.
HOUSE_BYTES = 12_000
# Of the window that is computed: inputs, results (nine vectors), the house without a community, scratch.
COMPUTED_BYTES = 4 * (2 + len(MEASURES) + 1) + 24
# Of each window that waits to be written: its results.
WAITING_BYTES = 4 * len(MEASURES)
# Per transformer and step of a window in the grid's stage: left, its parts by direction and rank.
GRID_BYTES = 8 * 2 * (2 + 3)
# A stored row: header, key, sums, index; vectors of the measures that are not 0 all day, about half of them.
ROW_BYTES = 24 + 40 + 8 * (len(SUMS) + 1) + 40
VECTOR_BYTES = 4 * len(MEASURES) / 2
# Per house and step of a window where houses go on with others between transformers: position, content, trade, book.
AUCTION_BYTES = 8 * 4
HOURS = 24
USUAL_SHARDS, MOST_SHARDS = 64, 256
# Reading inputs, registering and closing of the smallest run.
START_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Size:
    """What a run is made of. profiles: distinct series, None where that is not known yet."""

    houses: Sequence[int]
    axis: TimeAxis
    profiles: int | None = None

    @property
    def all_houses(self) -> int:
        return sum(self.houses)

    @property
    def house_steps(self) -> int:
        return self.all_houses * self.axis.steps


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is carried out: the size of its windows, its shards, and what a process then needs at the most."""

    window_house_steps: int
    windows: int
    longest_steps: int
    shards: int
    peak_memory_bytes: int
    fits: bool


def plan(request: RunRequest, size: Size, fleet: Fleet, settings: Settings) -> Plan:
    """Windows and shards, so that a process's memory is kept; `fits` is False where nothing helps.

    Windows do not depend on shards or workers, because they are part of the digest; only where a process would not
    have the memory for them even in the smallest shards they become shorter.
    """
    limit = settings.max_window_house_steps
    wanted = 1 if request.network_check else request.shards or _shards_by_size(size, fleet, settings)
    while True:
        found = _with_windows(request, size, limit, wanted, fleet, settings)
        one_day = limit // max(1, size.all_houses) <= HOURS * 60 // request.step_minutes
        if found.fits or one_day or request.pricing is Pricing.BILL_SHARING:
            return found
        limit //= 2


def _shards_by_size(size: Size, fleet: Fleet, settings: Settings) -> int:
    """Shards cost a second pass over the houses: with one process there is nothing to win.

    Every shard settles the whole grid, so there are no more of them than keep the processes busy.
    """
    if fleet.processes < 2:
        return 1
    most = min(max(USUAL_SHARDS, 2 * fleet.processes), MOST_SHARDS)
    return max(1, min(size.house_steps // settings.shard_house_steps, most))


def _with_windows(request: RunRequest, size: Size, limit: int, wanted: int, fleet: Fleet, settings: Settings) -> Plan:
    """With windows of so many house-steps: as many shards as wanted, or more where memory asks for it."""
    most = size.axis.steps if request.pricing is Pricing.BILL_SHARING else max(1, limit // max(1, size.all_houses))
    steps = [window.period.steps for window in windows(size.axis, most)]
    transformers = max(1, len(size.houses))
    shards = min(wanted, transformers)
    peak = _peak_bytes(request, size, max(steps), shards, settings)
    while peak > fleet.memory_bytes and shards < min(transformers, MOST_SHARDS) and _may_cut(request):
        shards = min(2 * shards, transformers, MOST_SHARDS)
        peak = _peak_bytes(request, size, max(steps), shards, settings)
    return Plan(limit, len(steps), max(steps), shards, peak, peak <= fleet.memory_bytes)


def _may_cut(request: RunRequest) -> bool:
    """Whether more shards may be made for want of memory; a network check sees all houses at once."""
    return request.shards is None and not request.network_check


def _peak_bytes(request: RunRequest, size: Size, steps: int, shards: int, settings: Settings) -> int:
    """The largest memory of a process that works on one of so many shards, window by window."""
    houses = largest(size.houses, shards) if size.houses else 0
    profiles = size.profiles if size.profiles is not None else 2 * size.all_houses
    waiting = settings.shard_writers if shards > 1 else settings.writers
    window = houses * steps * (COMPUTED_BYTES + waiting * WAITING_BYTES)
    grid = len(size.houses) * steps * GRID_BYTES
    if request.allocation in AUCTIONS:
        grid += size.all_houses * steps * AUCTION_BYTES
    return PROCESS_BYTES + size.all_houses * HOUSE_BYTES + profiles * size.axis.steps * 4 + window + grid


def estimate(request: RunRequest, size: Size, fleet: Fleet, rates: Rates | None, settings: Settings) -> Estimate:
    """All figures of a run before it is confirmed; `rates` of finished runs, None without such."""
    found = plan(request, size, fleet, settings)
    days = len(size.axis.days()[0])
    rows = (size.all_houses + len(size.houses) + 1) * days
    row_bytes = ROW_BYTES + _stored_steps(request) * VECTOR_BYTES
    compute, write = _seconds(request, size, rows, rates, settings)
    close = rows * (rates.close_per_row if rates else 1 / settings.closed_rows_per_second)
    at_once = max(1, min(found.shards, fleet.processes))
    spent = max(compute, write / settings.writers)
    if found.shards > 1:
        compute *= 2  # both passes
        spent = compute + write
    return Estimate(
        houses=size.all_houses, steps=size.axis.steps, house_steps=size.house_steps, windows=found.windows,
        shards=found.shards, workers=fleet.processes,
        seconds=round(START_SECONDS + spent / at_once + close, 1),
        seconds_compute=round(compute, 1), seconds_write=round(write, 1), storage_bytes=int(rows * row_bytes),
        storage_rows=rows, peak_memory_bytes=found.peak_memory_bytes, memory_bytes=fleet.memory_bytes, fits=found.fits,
        basis=f"measured on {rates.runs} runs" if rates else "defaults",
    )  # fmt: skip


def _seconds(
    request: RunRequest, size: Size, rows: int, rates: Rates | None, settings: Settings
) -> tuple[float, float]:
    """Seconds of one process for computing once, and of one connection for writing."""
    if rates is not None:
        return size.house_steps * rates.compute_per_house_step, rows * rates.write_per_row
    write = rows * (1 / settings.rows_per_second + _stored_steps(request) * VECTOR_BYTES / settings.bytes_per_second)
    return size.house_steps / settings.house_steps_per_second, write


def _stored_steps(request: RunRequest) -> int:
    """Elements of a day's vectors."""
    per_day = {Detail.STEP: HOURS * 60 // max(1, request.step_minutes), Detail.HOUR: HOURS, Detail.DAY: 0}
    return per_day[request.detail]


def size_of(document: dict[str, Any], axis: TimeAxis, profiles: int | None = None) -> Size:
    """The size of a community over some time."""
    return Size([len(transformer["houses"]) for transformer in document["transformers"]], axis, profiles)
