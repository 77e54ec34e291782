"""Load the compiled core before the first run asks for it: forked worker processes then share it."""

import numpy as np

from hygge_engine.kernel import Allocation, Batteries, Community, Rules, StorageStrategy, compose
from hygge_engine.markets import PriceRule, Pricing, Rates
from hygge_engine.simulation import Parameters, Period, WindowInput, simulate

STEPS = 4


def warm_up() -> None:
    """Simulate an hour of two houses once with every allocation and storage strategy."""
    community = _two_houses()
    period = Period(0, 0, np.asarray([0, STEPS], np.int64))
    for allocation in Allocation:
        for strategy in StorageStrategy:
            parameters = Parameters(0.25, Rules(allocation, strategy), PriceRule(Pricing.MID_MARKET))
            for _ in simulate(community, [period], lambda _period: _inputs(), parameters):
                pass


def _inputs() -> WindowInput:
    profile = np.ones((1, STEPS), np.float32)
    load = compose(profile, np.asarray([0]), np.asarray([0]), np.asarray([1.0]), 2)
    generation = compose(profile, np.asarray([1]), np.asarray([0]), np.asarray([2.0]), 2)
    return WindowInput(load, generation, Rates(*(np.full(STEPS, 0.1) for _ in range(7))))


def _two_houses() -> Community:
    one = np.ones(1)
    batteries = Batteries(np.asarray([0, 0, 1], np.int64), one, one, one, one, one, 0 * one, one, 0 * one, 0 * one)
    return Community(
        transformer_offsets=np.asarray([0, 2], np.int64),
        transformer_capacity_kw=np.asarray([np.inf]),
        inverter_kw=np.full(2, np.inf),
        rank=np.zeros(2, np.int64),
        sharing_key=np.full(2, 0.5),
        batteries=batteries,
    )
