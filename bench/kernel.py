"""How fast is the numeric core? Side by side with a bare loop: `.venv/bin/python -m bench.kernel`.

CPU time of one core, one month of quarter-hours, best of several runs; a house-step is one house in one step. The
bare loop does the least that can be called a simulation: one ideal battery and proportional sharing, eight float32
measures written. The core does the full semantics: batteries with losses, sharing in transformer and grid, limits,
balanced rounding, day sums, and a proof of its own balances. `+ money` adds prices, settlement, flows and digests: a
whole window of a run.
"""

import sys
import time
from collections.abc import Callable

import numba
import numpy as np

from hygge_engine.kernel import (
    AUCTIONS,
    Allocation,
    Batteries,
    Bidding,
    BidStrategy,
    Community,
    Memory,
    Rules,
    Signals,
    State,
    StorageStrategy,
    Window,
    run_window,
)
from hygge_engine.markets import PriceRule, Pricing, Rates
from hygge_engine.simulation import Parameters, Period, WindowInput, simulate_window

STEPS = 31 * 96
HOURS = 0.25


@numba.njit(cache=True)
def bare_loop(load, generation, capacity, power, out, position, bought, sold):  # type: ignore[no-untyped-def]
    """One battery per house and proportional sharing, and eight measures."""
    houses, steps = load.shape
    bought[:] = 0.0
    sold[:] = 0.0
    fill, drain = 0.95 * HOURS, HOURS / 0.95
    per_fill, per_drain = 1 / fill, 1 / drain
    for i in range(houses):
        energy = 0.5 * capacity[i]
        for t in range(steps):
            net = load[i, t] - generation[i, t]
            charge = max(0.0, min(-net, power[i], (capacity[i] - energy) * per_fill))
            discharge = max(0.0, min(net, power[i], energy * per_drain))
            energy += charge * fill - discharge * drain
            left = net + charge - discharge
            out[0, i, t], out[1, i, t], out[2, i, t], out[3, i, t] = (
                load[i, t],
                generation[i, t],
                charge - discharge,
                energy,
            )
            position[i, t] = left
            if left > 0:
                bought[t] += left
            else:
                sold[t] -= left
    for t in range(steps):
        volume = min(bought[t], sold[t])
        bought[t] = volume / bought[t] if bought[t] > 0 else 0.0
        sold[t] = volume / sold[t] if sold[t] > 0 else 0.0
    for i in range(houses):
        for t in range(steps):
            left = position[i, t]
            shared = left * (bought[t] if left > 0 else sold[t])
            out[4, i, t], out[5, i, t] = shared, left - shared
            out[6, i, t], out[7, i, t] = max(left - shared, 0.0), max(shared - left, 0.0)


def best(function: Callable[[], object], rounds: int = 5) -> float:
    """CPU seconds of the fastest run, after one to warm up."""
    function()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return min(times)


def powers(houses: int) -> tuple[np.ndarray, np.ndarray]:
    """Loads of households and suns of their roofs, every second one without a panel."""
    random = np.random.default_rng(houses)
    hour = np.arange(STEPS) * HOURS % 24
    sun = np.maximum(np.sin((hour - 6) / 12 * np.pi), 0) * random.uniform(0.2, 1.0, STEPS)
    load, generation = np.empty((houses, STEPS), np.float32), np.empty((houses, STEPS), np.float32)
    load[:] = random.gamma(1.0, 0.5, (houses, STEPS))
    generation[:] = sun * random.uniform(2, 8, (houses, 1)) * (np.arange(houses) % 2)[:, None]
    return load, generation


def batteries_of(houses: int, capacity: np.ndarray, power: np.ndarray) -> Batteries:
    ones = np.ones(houses)
    return Batteries(
        np.arange(houses + 1), capacity, power, power.copy(), 0.95 * ones, 0.95 * ones, 0.05 * ones, ones.copy(),
        0.5 * ones, 0.001 * ones,
    )  # fmt: skip


def signals() -> Signals:
    """Prices by day and by night, and fees."""
    hour = np.arange(STEPS) * HOURS % 24
    imported = np.where((hour >= 7) & (hour < 22), 0.35, 0.25)
    return Signals(imported, *(np.full(STEPS, price) for price in (0.08, 0.02, 0.04)))


class Setup:
    """A community of one transformer, or more, with a battery in every house and limits that are checked."""

    def __init__(self, houses: int, transformers: int = 1) -> None:
        random = np.random.default_rng(houses)
        self.houses = houses
        self.capacity, self.power = random.uniform(2, 10, houses), random.uniform(1, 5, houses)
        self.load, self.generation = powers(houses)
        offsets = np.linspace(0, houses, transformers + 1).astype(np.int64)
        self.community = Community(
            offsets,
            np.full(transformers, 1e5),
            np.full(houses, 10.0),
            np.arange(houses) % 3,
            np.repeat(1 / np.diff(offsets), np.diff(offsets)),
            batteries_of(houses, self.capacity, self.power),
            1e5,
            1e5,
        )
        self.days = np.arange(0, STEPS + 1, 96)
        self.window = Window(self.load, self.generation, HOURS, self.days, signals=signals())
        self.state = State.initial(self.community)
        self.memory = Memory()

    def bare(self) -> float:
        out, position = np.zeros((8, self.houses, STEPS), np.float32), np.zeros((self.houses, STEPS), np.float32)
        arguments = (
            self.load,
            self.generation,
            self.capacity,
            self.power,
            out,
            position,
            np.zeros(STEPS),
            np.zeros(STEPS),
        )
        return best(lambda: bare_loop(*arguments))

    def core(
        self, allocation: Allocation, strategy: StorageStrategy, bids: BidStrategy = BidStrategy.TRUTHFUL
    ) -> float:
        rules = Rules(allocation, strategy, bidding=Bidding(bids))
        return best(lambda: run_window(self.community, rules, self.window, self.state, memory=self.memory))

    def simulation(self, allocation: Allocation, strategy: StorageStrategy) -> float:
        """Core, prices, settlement, flows and digests."""
        retail, feed_in, grid_fee, taxes, platform_fee, local_grid_fee, co2 = (
            np.full(STEPS, rate) for rate in (0.30, 0.08, 0.06, 0.03, 0.01, 0.02, 0.35)
        )
        rates = Rates(retail, feed_in, grid_fee, taxes, platform_fee, local_grid_fee, co2)
        parameters = Parameters(HOURS, Rules(allocation, strategy), PriceRule(Pricing.MID_MARKET))
        given, period = WindowInput(self.load, self.generation, rates, signals()), Period(0, 0, self.days)
        arguments = (self.community, period, given, parameters, self.state, self.memory)
        return best(lambda: simulate_window(*arguments), 3)


def show(name: str, houses: int, seconds: float, bare: float) -> None:
    count = houses * STEPS
    rate, cost = count / seconds / 1e6, seconds / count * 1e9
    print(
        f"{name:46s}{houses:7d}{seconds * 1e3:10.1f} ms{cost:9.1f} ns{rate:9.1f} M/s{seconds / bare:8.2f} ×", flush=True
    )


def show_allocations(setup: Setup, transformers: int) -> None:
    """Every allocation, and auctions with every kind of bids."""
    bare, own = setup.bare(), StorageStrategy.SELF_CONSUMPTION
    for allocation in Allocation:
        kinds = list(BidStrategy) if allocation in AUCTIONS else [BidStrategy.TRUTHFUL]
        for bids in kinds:
            name = f"{allocation} {bids}" if allocation in AUCTIONS else allocation
            show(f"core, {transformers} tr., {name}", setup.houses, setup.core(allocation, own, bids), bare)
        show("  + money, flows, digests", setup.houses, setup.simulation(allocation, own), bare)


def main() -> None:
    print(__doc__)
    print(f"{'':46s}{'houses':>7s}{'CPU time':>13s}{'a step':>12s}{'steps':>13s}{'bare':>10s}")
    everyday = (Allocation.PROPORTIONAL, StorageStrategy.SELF_CONSUMPTION)
    sizes = (10, 30, 100, 300, 1000) if "--quick" in sys.argv else (10, 30, 100, 300, 1000, 3000)
    for houses in sizes:
        setup = Setup(houses)
        bare = setup.bare()
        show("bare loop", houses, bare, bare)
        show("core, proportional + self_consumption", houses, setup.core(*everyday), bare)
        if houses <= 1000:
            show("  + money, flows, digests", houses, setup.simulation(*everyday), bare)
    for houses in (100, 1000):
        setup = Setup(houses, houses // 50)
        bare = setup.bare()
        show(f"core, {houses // 50} transformers", houses, setup.core(*everyday), bare)
        show("  + money, flows, digests", houses, setup.simulation(*everyday), bare)
    for transformers in (1, 10):
        show_allocations(Setup(1000, transformers), transformers)
    setup = Setup(100)
    bare = setup.bare()
    for strategy in StorageStrategy:
        for allocation in Allocation:
            show(f"core, {allocation} + {strategy}", 100, setup.core(allocation, strategy), bare)


if __name__ == "__main__":
    main()
