"""Communities for tests: hypothesis strategies, and a builder with defaults."""

from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from hygge_engine.kernel import (
    AUCTIONS,
    MEASURES,
    Allocation,
    Batteries,
    Bidding,
    BidStrategy,
    ClearingPrice,
    Community,
    LeftOver,
    Rules,
    Signals,
    State,
    StorageStrategy,
    Window,
    resolve_sharing_keys,
)
from hygge_engine.kernel.types import Float32, Float64


def window_of(
    load: list[list[float]], generation: list[list[float]], minutes: int = 60, days: list[int] | None = None
) -> Window:
    """A window from plain numbers, houses × steps in kW."""
    steps = len(load[0]) if load else 0
    return Window(
        np.array(load, np.float32).reshape(len(load), steps),
        np.array(generation, np.float32).reshape(len(load), steps),
        minutes / 60,
        np.array([0, steps] if days is None else days, np.int64),
    )


def batteries_of_houses(houses: list[list[dict[str, float]]]) -> Batteries:
    """Batteries from dictionaries; what is not said is ideal and unlimited."""
    ideal = {
        "capacity_kwh": 1.0,
        "max_charge_kw": np.inf,
        "max_discharge_kw": np.inf,
        "charge_efficiency": 1.0,
        "discharge_efficiency": 1.0,
        "min_soc": 0.0,
        "max_soc": 1.0,
        "initial_soc": 0.0,
        "self_discharge_per_day": 0.0,
    }
    flat = [{**ideal, **battery} for batteries in houses for battery in batteries]
    offsets = np.concatenate([[0], np.cumsum([len(batteries) for batteries in houses])]).astype(np.int64)
    return Batteries(offsets, *(np.array([battery[name] for battery in flat], np.float64) for name in ideal))


def community_of(
    houses: int | list[int],
    *,
    batteries: list[list[dict[str, float]]] | None = None,
    capacity_kw: float | list[float] = np.inf,
    inverter_kw: float | list[float] = np.inf,
    rank: list[int] | None = None,
    key: list[float] | None = None,
    import_limit_kw: float = np.inf,
    export_limit_kw: float = np.inf,
    min_sell_price: list[float] | None = None,
    max_buy_price: list[float] | None = None,
) -> Community:
    """A community from plain numbers; `houses` counts them by transformer."""
    sizes = [houses] if isinstance(houses, int) else houses
    count, offsets = sum(sizes), np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    keys = np.full(count, np.nan) if key is None else np.array(key, np.float64)
    return Community(
        offsets,
        np.broadcast_to(np.array(capacity_kw, np.float64), (len(sizes),)).copy(),
        np.broadcast_to(np.array(inverter_kw, np.float64), (count,)).copy(),
        np.zeros(count, np.int64) if rank is None else np.array(rank, np.int64),
        resolve_sharing_keys(keys, offsets),
        batteries_of_houses(batteries or [[] for _ in range(count)]),
        import_limit_kw,
        export_limit_kw,
        min_sell_price=None if min_sell_price is None else np.array(min_sell_price, np.float64),  # type: ignore[arg-type]
        max_buy_price=None if max_buy_price is None else np.array(max_buy_price, np.float64),  # type: ignore[arg-type]
    )


@dataclass(frozen=True)
class Case:
    community: Community
    rules: Rules
    window: Window

    @property
    def start(self) -> State:
        return State.initial(self.community)


STRATEGIES = (StorageStrategy.NONE, StorageStrategy.SELF_CONSUMPTION, StorageStrategy.COMMUNITY)
VOLUMES = tuple(allocation for allocation in Allocation if allocation not in AUCTIONS)
POWERS = st.one_of(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]), st.floats(0.0, 15.0, width=32))
LIMITS = st.one_of(st.just(np.inf), st.sampled_from([0.0, 1.0, 5.0]), st.floats(0.0, 20.0))


@st.composite
def battery(draw: st.DrawFn) -> dict[str, float]:
    low = draw(st.sampled_from([0.0, 0.1, 0.3]))
    high = draw(st.sampled_from([0.5, 0.95, 1.0]))
    return {
        "capacity_kwh": draw(st.sampled_from([0.0, 0.5, 2.0, 7.3, 13.5])),
        "max_charge_kw": draw(st.sampled_from([0.0, 0.7, 2.0, 5.0, np.inf])),
        "max_discharge_kw": draw(st.sampled_from([0.0, 0.7, 2.0, 5.0, np.inf])),
        "charge_efficiency": draw(st.sampled_from([1.0, 0.95, 0.8])),
        "discharge_efficiency": draw(st.sampled_from([1.0, 0.95, 0.8])),
        "min_soc": low,
        "max_soc": high,
        "initial_soc": low + (high - low) * draw(st.sampled_from([0.0, 0.5, 1.0])),
        "self_discharge_per_day": draw(st.sampled_from([0.0, 0.01, 0.5])),
    }


@st.composite
def keys(draw: st.DrawFn, sizes: list[int]) -> list[float] | None:
    """Keys with a sum of at most 1 per transformer, or none at all."""
    if draw(st.booleans()):
        return None
    result: list[float] = []
    for size in sizes:
        weights = [draw(st.integers(0, 5)) for _ in range(size)]
        total = draw(st.sampled_from([1.0, 0.7])) / max(sum(weights), 1)
        result += [weight * total for weight in weights]
    return result


def matrix(draw: st.DrawFn, houses: int, steps: int, producers: bool) -> list[list[float]]:
    """Powers by house and step; of generation, some houses have none."""
    rows = []
    for _ in range(houses):
        silent = producers and draw(st.booleans())
        rows.append([0.0 if silent else draw(POWERS) for _ in range(steps)])
    return rows


PRICES = st.sampled_from([0.0, 0.1, 0.15, 0.2, 0.3, -0.05])
HOUSE_LIMITS = st.sampled_from([np.nan, np.nan, np.nan, 0.12, 0.22])
FEES = st.sampled_from([0.0, 0.02, 0.1])


@st.composite
def signals(draw: st.DrawFn, steps: int) -> Signals:
    """Prices in which an import mostly costs more than an export earns."""
    rows = [[draw(kind) for _ in range(steps)] for kind in (PRICES, PRICES, FEES, FEES)]
    rows[0] = [price + draw(st.sampled_from([0.0, 0.2])) for price in rows[0]]
    return Signals(*(np.array(row) for row in rows))


@st.composite
def bidding(draw: st.DrawFn) -> Bidding:
    """How houses bid, sometimes within bounds."""
    return Bidding(
        draw(st.sampled_from(BidStrategy)),
        draw(st.sampled_from(ClearingPrice)),
        draw(st.sampled_from([0.0, 0.5, 0.5, 1.0])),
        draw(st.integers(0, 3)),
        draw(st.sampled_from([None, None, 0.12])),
        draw(st.sampled_from([None, None, 0.25])),
    )


@st.composite
def cases(
    draw: st.DrawFn, max_houses: int = 4, max_steps: int = 8, allocations: tuple[Allocation, ...] = tuple(Allocation)
) -> Case:
    """A small community with everything in it, its rules and a window."""
    sizes = draw(st.lists(st.integers(0, max_houses), min_size=1, max_size=3).filter(any))
    count, steps = sum(sizes), draw(st.integers(1, max_steps))
    island = draw(st.sampled_from([False, False, True]))
    community = community_of(
        sizes,
        batteries=[draw(st.lists(battery(), max_size=2)) for _ in range(count)],
        capacity_kw=[draw(LIMITS) for _ in sizes],
        inverter_kw=[draw(st.one_of(st.just(np.inf), st.sampled_from([0.0, 2.5, 10.1]))) for _ in range(count)],
        rank=[draw(st.integers(0, 2)) for _ in range(count)],
        key=draw(keys(sizes)),
        min_sell_price=[draw(HOUSE_LIMITS) for _ in range(count)],
        max_buy_price=[draw(HOUSE_LIMITS) for _ in range(count)],
        import_limit_kw=0.0 if island else draw(LIMITS),
        export_limit_kw=0.0 if island else draw(LIMITS),
    )
    rules = Rules(
        draw(st.sampled_from(allocations)),
        draw(st.sampled_from(STRATEGIES)),
        draw(st.sampled_from([0.0, 0.05, 0.5])),
        draw(st.sampled_from(LeftOver)),
        draw(st.sampled_from([None, None, 1, 6])),
        draw(bidding()),
    )
    first_step = draw(st.sampled_from([0, 0, 7]))
    cut = sorted(draw(st.sets(st.integers(1, steps), max_size=2)) | {steps})
    window = window_of(
        matrix(draw, count, steps, False),
        matrix(draw, count, steps, True),
        draw(st.sampled_from([5, 15, 30, 60])),
        [0, *cut],
    )
    window = replace(window, first_step=first_step, signals=draw(signals(first_step + steps)))
    return Case(community, rules, window)


def measure(values: Float32, name: str) -> Float64:
    """One measure of nodes, float64[N, T]."""
    return values[:, MEASURES.index(name)].astype(np.float64)
