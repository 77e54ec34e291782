"""The pure outer loop of a run: window by window, kernel → prices → money, the state of storage carried along.

Only this folder knows both kernel and markets. No I/O: input comes from a function, results go out as an iterator,
and no more than one window's arrays exist at a time. A run that starts at window n with the state stored after window
n − 1 gives the same bits as one that was never interrupted, and so does one that is cut into shards of transformers:
`first_pass` of every shard → `settle` → `second_pass` of every shard → `close_window`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from hygge_engine.kernel import (
    AUCTIONS,
    MEASURES,
    Allocation,
    Community,
    GridPool,
    Left,
    Memory,
    Outcome,
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
from hygge_engine.simulation.digests import digest_of, transformer_digests
from hygge_engine.simulation.types import (
    ENERGIES,
    MONEY,
    PEAKS,
    GridResult,
    NodeResult,
    Parameters,
    Period,
    Proof,
    Settled,
    WindowInput,
    WindowResult,
)

_TRADES = Trades(MEASURES.index("shared_local_kw"), MEASURES.index("shared_grid_kw"), MEASURES.index("grid_kw"))
_PAIRED = (Allocation.GREEDY, *AUCTIONS)


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
        transformer_digests(community, houses, transformers, price, flows, after),
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
    return NodeResult(values, np.concatenate([energies[..., :ENERGIES], money, energies[..., ENERGIES:]], axis=2))


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
    money = transformer_sums[:, :, MONEY]
    energies = np.concatenate([transformer_sums[:, :, :ENERGIES], transformer_sums[:, :, -PEAKS:]], axis=2)
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
        digest_of(grid.values, grid.day_sums, price, flows),
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
