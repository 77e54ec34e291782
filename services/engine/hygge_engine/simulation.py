"""The pure outer loop of a run: window by window, kernel → prices → money, the state of charge carried along.

The only file that knows both kernel and markets. No I/O: input comes from a function, results go out as an iterator,
and no more than one window's arrays exist at a time. A run that starts at window n with the state stored after window
n − 1 gives the same bits as one that was never interrupted.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from hygge_engine.kernel import (
    ENERGY_SUMS,
    MEASURES,
    Allocation,
    Community,
    Memory,
    Outcome,
    Rules,
    State,
    Window,
    house_flows,
    run_window,
    transformer_flows,
)
from hygge_engine.kernel.types import Float32, Float64, Int64
from hygge_engine.markets import (
    MONEY_SUMS,
    PriceRule,
    Rates,
    Trades,
    local_prices,
    money_residual,
    settle_houses,
    sum_nodes,
)

_ENERGIES = 14
DAY_SUMS: tuple[str, ...] = (*ENERGY_SUMS[:_ENERGIES], *MONEY_SUMS, *ENERGY_SUMS[_ENERGIES:])
_TRADES = Trades(MEASURES.index("shared_local_kw"), MEASURES.index("shared_grid_kw"), MEASURES.index("grid_kw"))


@dataclass(frozen=True, slots=True)
class Period:
    """One window: its number, its first step in the run, and where its local days begin (int64[D+1], from 0 to T)."""

    index: int
    start_step: int
    day_offsets: Int64

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return int(self.day_offsets[-1])


@dataclass(frozen=True, slots=True)
class WindowInput:
    """What flows in during a window: load and available generation, float32[H, T] in kW, and the rates."""

    load_kw: Float32
    generation_kw: Float32
    rates: Rates


@dataclass(frozen=True, slots=True)
class Parameters:
    """A run's parameters. house_flow_limit: transformers with more houses get no flows between houses."""

    step_hours: float
    rules: Rules
    price_rule: PriceRule
    house_flow_limit: int = 2000


@dataclass(frozen=True, slots=True)
class NodeResult:
    """Results of N nodes: `values` float32[N, 9, T] by MEASURES, `day_sums` float64[N, D, 23] by DAY_SUMS."""

    values: Float32
    day_sums: Float64


@dataclass(frozen=True, slots=True)
class Flows:
    """Energy of the window in kWh by (seller, buyer): float64[n, n] for each transformer's houses (None where there are
    too many), and float64[K, K] between transformers.
    """

    houses: tuple[Float64 | None, ...]
    transformers: Float64


@dataclass(frozen=True, slots=True)
class Proof:
    """The worst violations in the window; all are rounding errors.

    energy_residual_kwh, rounded_residual_kwh: balance of a house's step before and after rounding to float32.
    pool_residual_kwh: bought − sold of a pool's step. money_residual: paid − received for local energy on a day, in the
    grid's currency. soc_violation_kwh: energy outside a storage's bounds.
    """

    energy_residual_kwh: float
    rounded_residual_kwh: float
    pool_residual_kwh: float
    money_residual: float
    soc_violation_kwh: float


@dataclass(frozen=True, slots=True)
class WindowResult:
    """One window's results. Prices per kWh: transformer_price float32[K, T], grid_price float32[1, T].

    state: after the window. digests: SHA-256 of each transformer's results, then of the grid's.
    """

    period: Period
    houses: NodeResult
    transformers: NodeResult
    grid: NodeResult
    transformer_price: Float32
    grid_price: Float32
    flows: Flows
    state: State
    proof: Proof
    digests: tuple[bytes, ...]


def simulate(
    community: Community,
    periods: Sequence[Period],
    provide: Callable[[Period], WindowInput],
    parameters: Parameters,
    state: State | None = None,
    first: int = 0,
    reuse_memory: bool = False,
) -> Iterator[WindowResult]:
    """Compute the windows `periods[first:]`, each after it is asked for.

    provide: input of a window. state: after window `first − 1`; None starts with every battery at its initial state of
    charge. reuse_memory: arrays of a result are overwritten by the next one; saves time where each is stored at once.
    """
    state = State.initial(community.batteries) if state is None else state
    memory = Memory() if reuse_memory else None
    for period in periods[first:]:
        result = simulate_window(community, period, provide(period), parameters, state, memory)
        state = result.state
        yield result


def simulate_window(
    community: Community,
    period: Period,
    given: WindowInput,
    parameters: Parameters,
    state: State,
    memory: Memory | None = None,
) -> WindowResult:
    """Compute one window from the state before it."""
    window = Window(given.load_kw, given.generation_kw, parameters.step_hours, period.day_offsets)
    if given.rates.steps != period.steps:
        raise ValueError(f"the rates have {given.rates.steps} steps, the window {period.steps}")
    outcome, after = run_window(
        community, parameters.rules, window, state, house_flow_limit=parameters.house_flow_limit, memory=memory
    )
    price = local_prices(parameters.price_rule, given.rates)
    nodes = _settle(community, outcome, window, given.rates, price)
    flows = _flows(community, outcome, parameters)
    prices = np.tile(price.astype(np.float32), (community.transformers, 1))
    grid_price = price.astype(np.float32)[np.newaxis]
    worst = outcome.residuals
    return WindowResult(
        period,
        *nodes,
        prices,
        grid_price,
        flows,
        after,
        Proof(
            worst.energy_residual_kwh,
            worst.rounded_residual_kwh,
            worst.pool_residual_kwh,
            money_residual(nodes[0].day_sums[:, :, _ENERGIES : _ENERGIES + len(MONEY_SUMS)]),
            worst.soc_violation_kwh,
        ),
        _digests(community, nodes, prices, grid_price, flows, after),
    )


def result_digest(digests: Iterable[bytes]) -> str:
    """SHA-256 of a run in hex, from all windows' digests in the order of windows."""
    digest = hashlib.sha256()
    for part in digests:
        digest.update(part)
    return digest.hexdigest()


def _settle(
    community: Community, outcome: Outcome, window: Window, rates: Rates, price: Float64
) -> tuple[NodeResult, NodeResult, NodeResult]:
    """Add money to the energies of houses, and sum it up for transformers and the grid."""
    offsets = community.transformer_offsets
    money = settle_houses(
        outcome.houses.values,
        _TRADES,
        outcome.alone_kw,
        np.tile(price, (community.transformers, 1)),
        price,
        np.repeat(np.arange(community.transformers), np.diff(offsets)),
        rates,
        window.day_offsets,
        window.step_hours,
    )
    by_transformer = sum_nodes(money, offsets)
    by_grid = sum_nodes(by_transformer, np.array([0, community.transformers]))
    nodes = (outcome.houses, outcome.transformers, outcome.grid)
    houses, transformers, grid = (
        NodeResult(node.values, np.concatenate([node.sums[..., :_ENERGIES], sums, node.sums[..., _ENERGIES:]], axis=2))
        for node, sums in zip(nodes, (money, by_transformer, by_grid), strict=True)
    )
    return houses, transformers, grid


def _flows(community: Community, outcome: Outcome, parameters: Parameters) -> Flows:
    """Who gave how much to whom: exact pairs where the allocation makes pairs, pro rata where it does not."""
    hours, offsets = parameters.step_hours, community.transformer_offsets
    exact = parameters.rules.allocation is Allocation.GREEDY
    houses: list[Float64 | None] = []
    for k in range(community.transformers):
        first, last = int(offsets[k]), int(offsets[k + 1])
        if last - first > parameters.house_flow_limit:
            houses.append(None)
        elif exact:
            houses.append(outcome.house_flows_kwh[k])
        else:
            houses.append(house_flows(outcome.houses.values[first:last], hours))
    between = outcome.grid_flows_kwh if exact else transformer_flows(outcome.transformers.values, hours)
    return Flows(tuple(houses), between)


def _digest(*arrays: Float32 | Float64 | None) -> bytes:
    """SHA-256 over the little-endian bytes of arrays."""
    digest = hashlib.sha256()
    for array in arrays:
        if array is not None:
            digest.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).data)
    return digest.digest()


def _digests(
    community: Community,
    nodes: tuple[NodeResult, NodeResult, NodeResult],
    transformer_price: Float32,
    grid_price: Float32,
    flows: Flows,
    state: State,
) -> tuple[bytes, ...]:
    """Digests of every transformer, with its houses and their batteries, and of the grid."""
    houses, transformers, grid = nodes
    offsets, batteries = community.transformer_offsets, community.batteries.offsets
    digests = []
    for k in range(community.transformers):
        own = slice(int(offsets[k]), int(offsets[k + 1]))
        stored = slice(int(batteries[own.start]), int(batteries[own.stop]))
        digests.append(
            _digest(
                houses.values[own],
                houses.day_sums[own],
                transformers.values[k],
                transformers.day_sums[k],
                transformer_price[k],
                flows.houses[k],
                state.energy_kwh[stored],
                state.reference_energy_kwh[stored],
            )
        )
    return (*digests, _digest(grid.values, grid.day_sums, grid_price, flows.transformers))
