"""The pure outer loop of a run: window by window, kernel → prices → money, the state of storage carried along.

The only file that knows both kernel and markets. No I/O: input comes from a function, results go out as an iterator,
and no more than one window's arrays exist at a time. A run that starts at window n with the state stored after window
n − 1 gives the same bits as one that was never interrupted, and so does one that is cut into shards of transformers:
`first_pass` of every shard → `settle` → `second_pass` of every shard → `close_window`.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from blake3 import blake3

from hygge_engine.kernel import (
    AUCTIONS,
    ENERGY_SUMS,
    MEASURES,
    Allocation,
    Community,
    GridPool,
    Handdown,
    Left,
    Memory,
    Outcome,
    Rules,
    Signals,
    State,
    ThermalInput,
    Window,
    close_grid,
    house_flows,
    run_window,
    settle_grid,
    window_left,
)
from hygge_engine.kernel.types import Float32, Float64, Int64
from hygge_engine.markets import (
    MONEY_SUMS,
    PriceRule,
    Pricing,
    Rates,
    SharedBill,
    Trades,
    local_prices,
    money_residual,
    settle_houses,
    shared_bill,
    sum_nodes,
)

_PEAKS = 2
_ENERGIES = len(ENERGY_SUMS) - _PEAKS
DAY_SUMS: tuple[str, ...] = (*ENERGY_SUMS[:_ENERGIES], *MONEY_SUMS, *ENERGY_SUMS[_ENERGIES:])
_MONEY = slice(_ENERGIES, _ENERGIES + len(MONEY_SUMS))
_TRADES = Trades(MEASURES.index("shared_local_kw"), MEASURES.index("shared_grid_kw"), MEASURES.index("grid_kw"))
_PAIRED = (Allocation.GREEDY, *AUCTIONS)


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
    """What flows in during a window.

    load_kw, generation_kw: float32[H, T], what houses want, and what sun and wind offer before the inverter's limit.
    rates: of the window. signals: prices of the whole run, as devices and bidders know them; None where neither looks
    at them. thermal: heat and cold wanted, None where nobody has a device for it. schedule_kw: float32[H, T] for the
    strategy `scheduled`.
    """

    load_kw: Float32
    generation_kw: Float32
    rates: Rates
    signals: Signals | None = None
    thermal: ThermalInput | None = None
    schedule_kw: Float32 | None = None


@dataclass(frozen=True, slots=True)
class Parameters:
    """A run's parameters. flow_limit: pools with more participants get no flows between them."""

    step_hours: float
    rules: Rules
    price_rule: PriceRule
    flow_limit: int = 2000


@dataclass(frozen=True, slots=True)
class NodeResult:
    """Results of N nodes: `values` float32[N, 9, T] by MEASURES, `day_sums` float64[N, D, 31] by DAY_SUMS."""

    values: Float32
    day_sums: Float64


@dataclass(frozen=True, slots=True)
class Proof:
    """The worst violations in the window; all are rounding errors.

    energy_residual_kwh, rounded_residual_kwh: balance of a house's step before and after rounding to float32.
    pool_residual_kwh: bought − sold of a pool's step. money_residual: paid − received, in the grid's currency, see
    `markets.money_residual`. soc_violation_kwh: energy outside a storage's bounds. need_violation_kwh: bought beyond a
    house's deficit, or sold beyond its surplus.
    """

    energy_residual_kwh: float
    rounded_residual_kwh: float
    pool_residual_kwh: float
    money_residual: float
    soc_violation_kwh: float
    need_violation_kwh: float


@dataclass(frozen=True, slots=True)
class GridResult:
    """The grid as a whole in one window.

    price: float32[1, T] per kWh, of trades between transformers (nan where an auction had none). flows_kwh: float64[K,
    K] between transformers by (seller, buyer), or None where there are too many.
    """

    nodes: NodeResult
    price: Float32
    flows_kwh: Float64 | None
    pool_residual_kwh: float
    money_residual: float
    digest: bytes


@dataclass(frozen=True, slots=True)
class WindowResult:
    """One window's results, of a whole grid or (grid = None) of a shard.

    transformer_price: float32[K, T] per kWh, nan where an auction traded nothing. house_flows_kwh: energy of the window
    by (seller, buyer), float64[n, n] for each transformer's houses, None where there are too many. grid_units:
    int64[9, T], see `kernel.Outcome`. state: after the window. digests: BLAKE3 of each transformer's results.
    """

    period: Period
    houses: NodeResult
    transformers: NodeResult
    transformer_price: Float32
    house_flows_kwh: tuple[Float64 | None, ...]
    grid_units: Int64
    state: State
    proof: Proof
    digests: tuple[bytes, ...]
    grid: GridResult | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What the grid's stage decided for a window, the same for all shards.

    grid_price: float64[T], of trades between transformers. bill: prices of `bill_sharing`, else None. rates: of the
    window.
    """

    handdown: Handdown
    grid_price: Float64
    bill: SharedBill | None
    rates: Rates

    def select(self, transformers: slice, houses: slice) -> "Settled":
        """The part of a shard with these transformers and houses of the grid."""
        return replace(self, handdown=self.handdown.select(transformers, houses))


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

    provide: input of a window. state: after window `first − 1`; None starts with everything at its initial state of
    charge. reuse_memory: arrays of a result are overwritten by the next one; saves time where each is stored at once.
    """
    state = State.initial(community) if state is None else state
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
    """Compute one window of a whole grid from the state before it."""
    window = _window(period, given, parameters)
    outcome, after = run_window(
        community, parameters.rules, window, state, house_flow_limit=parameters.flow_limit, memory=memory
    )
    price, bill = _grid_terms(outcome.pool, given.rates, parameters)
    result = _result(community, period, given, parameters, outcome, after, price, bill)
    grid = _close(
        period, parameters, outcome.pool, price, bill, given.rates, [result.grid_units], result.transformers.day_sums
    )
    return replace(result, grid=grid, proof=merged(result.proof, grid))


def first_pass(
    shard: Community, period: Period, given: WindowInput, parameters: Parameters, state: State
) -> tuple[Left, State]:
    """What the houses of a shard have left for the grid, and the state after the window."""
    return window_left(shard, parameters.rules, _window(period, given, parameters), state)


def settle(
    community: Community, period: Period, rates: Rates, signals: Signals, parameters: Parameters, left: Left
) -> Settled:
    """The grid's stage of a window; community: the whole grid. left: of all shards, stacked."""
    handdown = settle_grid(
        community,
        parameters.rules,
        left,
        step_hours=parameters.step_hours,
        first_step=period.start_step,
        signals=signals,
        day_offsets=period.day_offsets,
        flow_limit=parameters.flow_limit,
    )
    price, bill = _grid_terms(handdown.pool, rates, parameters)
    return Settled(handdown, price, bill, rates)


def second_pass(
    shard: Community,
    period: Period,
    given: WindowInput,
    parameters: Parameters,
    state: State,
    settled: Settled,
    memory: Memory | None = None,
) -> WindowResult:
    """Compute one window of a shard; settled: the shard's part."""
    outcome, after = run_window(
        shard,
        parameters.rules,
        _window(period, given, parameters),
        state,
        handdown=settled.handdown,
        house_flow_limit=parameters.flow_limit,
        memory=memory,
    )
    return _result(shard, period, given, parameters, outcome, after, settled.grid_price, settled.bill)


def close_window(
    period: Period, parameters: Parameters, settled: Settled, units: Sequence[Int64], transformer_sums: Float64
) -> GridResult:
    """The grid's results of a window whose shards are all done.

    units: `grid_units` of all shards, in any order. transformer_sums: float64[K, D, 31], day sums of all transformers.
    """
    return _close(
        period,
        parameters,
        settled.handdown.pool,
        settled.grid_price,
        settled.bill,
        settled.rates,
        units,
        transformer_sums,
    )


def merged(proof: Proof, grid: GridResult) -> Proof:
    """A proof with what the grid as a whole adds to it."""
    return replace(
        proof,
        pool_residual_kwh=max(proof.pool_residual_kwh, grid.pool_residual_kwh),
        money_residual=max(proof.money_residual, grid.money_residual),
    )


def result_digest(digests: Iterable[bytes]) -> str:
    """SHA-256 of a run in hex, from all digests in the order of windows, in each transformers first, then the grid."""
    digest = hashlib.sha256()
    for part in digests:
        digest.update(part)
    return digest.hexdigest()


def _window(period: Period, given: WindowInput, parameters: Parameters) -> Window:
    if given.rates.steps != period.steps:
        raise ValueError(f"the rates have {given.rates.steps} steps, the window {period.steps}")
    return Window(
        given.load_kw,
        given.generation_kw,
        parameters.step_hours,
        period.day_offsets,
        period.start_step,
        given.signals or Signals.none(period.start_step + period.steps),
        given.thermal or ThermalInput.none(period.steps),
        given.schedule_kw,
    )


def _grid_terms(pool: GridPool, rates: Rates, parameters: Parameters) -> tuple[Float64, SharedBill | None]:
    """The price between transformers, float64[T], and what a kWh costs in all under `bill_sharing`."""
    bill = None
    if parameters.price_rule.pricing is Pricing.BILL_SHARING and parameters.rules.allocation not in AUCTIONS:
        bill = shared_bill(
            rates, pool.import_kw, pool.export_kw, pool.bought_kw, pool.sold_kw, step_hours=parameters.step_hours
        )
    if parameters.rules.allocation in AUCTIONS:
        # A grid with one transformer has no book of its own.
        return (pool.price if pool.price.size else np.full(rates.steps, np.nan)), bill
    demand, supply = pool.demand_kw[np.newaxis], pool.supply_kw[np.newaxis]
    return local_prices(parameters.price_rule, rates, demand, supply)[0], bill


def _result(
    community: Community,
    period: Period,
    given: WindowInput,
    parameters: Parameters,
    outcome: Outcome,
    after: State,
    grid_price: Float64,
    bill: SharedBill | None,
) -> WindowResult:
    """Prices, money, flows and digests on top of what the core says."""
    if parameters.rules.allocation in AUCTIONS:
        prices = outcome.pool_price
    else:
        prices = local_prices(parameters.price_rule, given.rates, outcome.pool_demand_kw, outcome.pool_supply_kw)
    houses, transformers = _settle(community, period, given.rates, parameters, outcome, prices, grid_price, bill)
    flows = _flows(community, outcome, parameters)
    price = prices.astype(np.float32)
    worst = outcome.residuals
    return WindowResult(
        period,
        houses,
        transformers,
        price,
        flows,
        outcome.grid_units,
        after,
        Proof(
            worst.energy_residual_kwh,
            worst.rounded_residual_kwh,
            worst.pool_residual_kwh,
            0.0,
            worst.soc_violation_kwh,
            worst.need_violation_kwh,
        ),
        _digests(community, houses, transformers, price, flows, after),
    )


def _settle(
    community: Community,
    period: Period,
    rates: Rates,
    parameters: Parameters,
    outcome: Outcome,
    prices: Float64,
    grid_price: Float64,
    bill: SharedBill | None,
) -> tuple[NodeResult, NodeResult]:
    """Add money to the energies of houses, and sum it up for transformers."""
    offsets = community.transformer_offsets
    money = settle_houses(
        outcome.houses.values,
        _TRADES,
        outcome.alone_kw,
        prices,
        grid_price,
        np.repeat(np.arange(community.transformers), np.diff(offsets)),
        rates,
        period.day_offsets,
        parameters.step_hours,
        payments=outcome.payments if outcome.payments.size else None,
        fuel_cost=outcome.fuel_cost,
        bill=bill,
        pricing=parameters.price_rule.pricing,
    )
    houses = _with_money(outcome.houses.values, outcome.houses.sums, money)
    return houses, _with_money(outcome.transformers.values, outcome.transformers.sums, sum_nodes(money, offsets))


def _with_money(values: Float32, energies: Float64, money: Float64) -> NodeResult:
    """Day sums in the order of DAY_SUMS."""
    return NodeResult(values, np.concatenate([energies[..., :_ENERGIES], money, energies[..., _ENERGIES:]], axis=2))


def _close(
    period: Period,
    parameters: Parameters,
    pool: GridPool,
    grid_price: Float64,
    bill: SharedBill | None,
    rates: Rates,
    units: Sequence[Int64],
    transformer_sums: Float64,
) -> GridResult:
    money = transformer_sums[:, :, _MONEY]
    energies = np.concatenate([transformer_sums[:, :, :_ENERGIES], transformer_sums[:, :, -_PEAKS:]], axis=2)
    nodes = close_grid(units, energies, period.day_offsets)
    by_grid = sum_nodes(np.ascontiguousarray(money), np.array([0, len(money)]))
    grid = _with_money(nodes.values, nodes.sums, by_grid)
    price = grid_price.astype(np.float32)[np.newaxis]
    flows = pool.flows_kwh if pool.flows_kwh.size else None
    upstream_bill = float((rates.retail @ pool.import_kw - rates.feed_in @ pool.export_kw) * parameters.step_hours)
    return GridResult(
        grid,
        price,
        flows,
        pool.residual_kwh,
        money_residual(by_grid, bill=bill, upstream_bill=upstream_bill, pricing=parameters.price_rule.pricing),
        _digest(grid.values, grid.day_sums, price, flows),
    )


def _flows(community: Community, outcome: Outcome, parameters: Parameters) -> tuple[Float64 | None, ...]:
    """Who gave how much to whom: exact pairs where the allocation makes pairs, pro rata where it does not."""
    hours, offsets = parameters.step_hours, community.transformer_offsets
    houses: list[Float64 | None] = []
    for k in range(community.transformers):
        first, last = int(offsets[k]), int(offsets[k + 1])
        if last - first > parameters.flow_limit:
            houses.append(None)
        elif parameters.rules.allocation in _PAIRED:
            houses.append(outcome.house_flows_kwh[k])
        else:
            houses.append(house_flows(outcome.houses.values[first:last], hours))
    return tuple(houses)


def _digest(*arrays: Float32 | Float64 | None) -> bytes:
    """BLAKE3 over the little-endian bytes of arrays: 32 bytes, in a third of the time that SHA-256 takes."""
    digest = blake3()
    for array in arrays:
        if array is not None:
            digest.update(np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(-1).view(np.uint8).data)
    return digest.digest()


def _digests(
    community: Community,
    houses: NodeResult,
    transformers: NodeResult,
    price: Float32,
    flows: tuple[Float64 | None, ...],
    state: State,
) -> tuple[bytes, ...]:
    """The digest of every transformer with its houses and what they store."""
    offsets, devices = community.transformer_offsets, community.devices
    stores = (
        (community.batteries.offsets, state.battery_kwh),
        (community.batteries.offsets, state.reference_kwh),
        (devices.cars.offsets, state.car_kwh),
        (devices.thermals.offsets, state.heat_kwh),
    )
    digests = []
    for k in range(community.transformers):
        first, last = int(offsets[k]), int(offsets[k + 1])
        digests.append(
            _digest(
                houses.values[first:last],
                houses.day_sums[first:last],
                transformers.values[k],
                transformers.day_sums[k],
                price[k],
                flows[k],
                *(energy[int(of[first]) : int(of[last])] for of, energy in stores),
            )
        )
    return tuple(digests)
