"""The pure outer loop: windows, resuming, money, digests."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from hygge_core.node_days import MEASURE_NAMES, SUM_NAMES
from hygge_engine.kernel import (
    MEASURES,
    Allocation,
    Community,
    Left,
    Rules,
    Signals,
    State,
    StorageStrategy,
)
from hygge_engine.kernel.types import Float64
from hygge_engine.markets import PriceRule, Pricing, Rates, blended_mid_market_prices
from hygge_engine.simulation import (
    DAY_SUMS,
    Parameters,
    Period,
    Proof,
    WindowInput,
    WindowResult,
    close_window,
    first_pass,
    merged,
    result_digest,
    second_pass,
    settle,
    simulate,
)
from services.engine.tests.kernel.communities import Case, cases, community_of

COLUMN = {name: column for column, name in enumerate(DAY_SUMS)}
PRICES = PriceRule(Pricing.MID_MARKET)


def rates_of(steps: int, **changes: float) -> Rates:
    values = {
        "retail": 0.30,
        "feed_in": 0.08,
        "grid_fee": 0.06,
        "taxes": 0.03,
        "platform_fee": 0.01,
        "local_grid_fee": 0.02,
        "co2_kg_per_kwh": 0.35,
    }
    return Rates(*(np.full(steps, changes.get(name, value)) for name, value in values.items()))


def signals_of(rates: Rates) -> Signals:
    """What a kWh costs and earns at the meter, for a run with these rates."""
    imported = rates.retail + rates.grid_fee + rates.taxes
    return Signals(
        imported, rates.feed_in, rates.platform_fee + rates.local_grid_fee, rates.platform_fee + rates.between_grid_fee
    )


def periods_of(days: list[list[int]]) -> list[Period]:
    """Periods from the lengths of their days."""
    periods, start = [], 0
    for index, lengths in enumerate(days):
        periods.append(Period(index, start, np.cumsum([0, *lengths], dtype=np.int64)))
        start += sum(lengths)
    return periods


class Provider:
    """Random loads and generation of a whole run, cut into windows."""

    def __init__(self, houses: int, periods: list[Period], seed: int = 0) -> None:
        random = np.random.default_rng(seed)
        steps = periods[-1].start_step + periods[-1].steps
        self.load = random.gamma(1.0, 1.0, (houses, steps)).astype(np.float32)
        self.generation = np.maximum(random.normal(0, 3, (houses, steps)), 0).astype(np.float32)
        self.schedule = random.normal(0, 2, (houses, steps)).astype(np.float32)
        self.signals = signals_of(rates_of(steps))
        self.asked: list[int] = []

    def __call__(self, period: Period) -> WindowInput:
        self.asked.append(period.index)
        steps = slice(period.start_step, period.start_step + period.steps)
        return WindowInput(
            np.ascontiguousarray(self.load[:, steps]),
            np.ascontiguousarray(self.generation[:, steps]),
            rates_of(period.steps),
            self.signals,
            schedule_kw=np.ascontiguousarray(self.schedule[:, steps]),
        )


def two_transformers() -> Community:
    battery = {"capacity_kwh": 6.0, "max_charge_kw": 3.0, "charge_efficiency": 0.95, "initial_soc": 0.5}
    return community_of(
        [4, 3], batteries=[[battery], [], [battery] * 2, [], [], [battery], []], capacity_kw=[6.0, 5.0],
        import_limit_kw=8.0, export_limit_kw=7.0, rank=[0, 1, 1, 0, 2, 1, 0],
    )  # fmt: skip


# Days of 92, 96 and 100 quarter-hours, and partial ones at the ends.
PERIODS = periods_of([[40, 96, 92], [96, 100], [96, 11]])


def parameters_of(
    allocation: Allocation, strategy: StorageStrategy = StorageStrategy.COMMUNITY, hours: float = 0.25
) -> Parameters:
    return Parameters(hours, Rules(allocation, strategy), PRICES)


def run(
    allocation: Allocation, strategy: StorageStrategy = StorageStrategy.COMMUNITY, reuse_memory: bool = False
) -> Iterator[WindowResult]:
    provide = Provider(7, PERIODS)
    return simulate(
        two_transformers(), PERIODS, provide, parameters_of(allocation, strategy), reuse_memory=reuse_memory
    )


def digests_of(results: Iterable[WindowResult]) -> list[bytes]:
    """All digests of a run in their order."""
    digests = []
    for result in results:
        assert result.grid is not None
        digests += [*result.digests, result.grid.digest]
    return digests


def digest_of(results: list[WindowResult]) -> str:
    return result_digest(digests_of(results))


@pytest.mark.parametrize("allocation", list(Allocation))
@pytest.mark.parametrize("strategy", list(StorageStrategy))
def test_resuming_anywhere_gives_the_same_bits(allocation: Allocation, strategy: StorageStrategy) -> None:
    whole = list(run(allocation, strategy))
    for first in range(1, len(PERIODS)):
        state = State.from_bytes(whole[first - 1].state.to_bytes())
        rest = simulate(
            two_transformers(), PERIODS, Provider(7, PERIODS), parameters_of(allocation, strategy), state, first
        )
        resumed = whole[:first] + list(rest)
        assert digests_of(resumed) == digests_of(whole)
    assert [result.period.index for result in whole] == [0, 1, 2]


def test_digests_tell_results_apart() -> None:
    whole = {allocation: digest_of(list(run(allocation))) for allocation in Allocation}
    assert len(set(whole.values())) == len(Allocation)
    assert all(len(digest) == 64 for digest in whole.values())
    assert digest_of(list(run(Allocation.EQUAL))) == whole[Allocation.EQUAL]


def test_one_digest_per_transformer_and_one_for_the_grid() -> None:
    digests = digests_of([next(run(Allocation.PROPORTIONAL))])
    assert len(digests) == len({*digests}) == 3
    assert all(len(digest) == 32 for digest in digests)


def in_shards(
    allocation: Allocation, strategy: StorageStrategy, cuts: list[int]
) -> Iterator[tuple[list[bytes], Proof]]:
    """Digests and proof of each window of the same run, cut into shards of transformers `cuts[n]:cuts[n + 1]`."""
    whole, parameters, provide = two_transformers(), parameters_of(allocation, strategy), Provider(7, PERIODS)
    shards = [whole.select(first, last) for first, last in itertools.pairwise(cuts)]
    places = [
        slice(int(whole.transformer_offsets[a]), int(whole.transformer_offsets[b])) for a, b in itertools.pairwise(cuts)
    ]
    states = [State.initial(shard) for shard in shards]
    for period in PERIODS:
        given = provide(period)
        parts = [replace(given, load_kw=given.load_kw[place], generation_kw=given.generation_kw[place],
                         schedule_kw=given.schedule_kw[place]) for place in places]  # fmt: skip
        lefts = [
            first_pass(shard, period, part, parameters, state)[0]
            for shard, part, state in zip(shards, parts, states, strict=True)
        ]
        left = Left.stack([Left.from_bytes(part.to_bytes()) for part in lefts])
        settled = settle(whole, period, given.rates, provide.signals, parameters, left)
        results = [
            second_pass(shard, period, part, parameters, state, settled.select(slice(first, last), place))
            for shard, part, state, place, (first, last) in zip(
                shards, parts, states, places, itertools.pairwise(cuts), strict=True
            )
        ]
        states = [result.state for result in results]
        sums = np.concatenate([result.transformers.day_sums for result in results])
        grid = close_window(period, parameters, settled, [result.grid_units for result in reversed(results)], sums)
        worst = max((result.proof for result in results), key=lambda proof: proof.energy_residual_kwh)
        yield [*(digest for result in results for digest in result.digests), grid.digest], merged(worst, grid)


@pytest.mark.parametrize("cuts", [[0, 2], [0, 1, 2]])
@pytest.mark.parametrize("strategy", [StorageStrategy.COMMUNITY, StorageStrategy.TIME_OF_USE])
@pytest.mark.parametrize("allocation", list(Allocation))
def test_shards_give_the_same_bits(allocation: Allocation, strategy: StorageStrategy, cuts: list[int]) -> None:
    whole = list(run(allocation, strategy))
    for result, (digests, proof) in zip(whole, in_shards(allocation, strategy, cuts), strict=True):
        assert digests == digests_of([result])
        assert proof.money_residual == result.proof.money_residual
        assert proof.pool_residual_kwh <= result.proof.pool_residual_kwh


def test_memory_used_again_gives_the_same_digests() -> None:
    fresh = digests_of(run(Allocation.PROPORTIONAL))
    assert digests_of(run(Allocation.PROPORTIONAL, reuse_memory=True)) == fresh


def test_a_window_is_computed_when_it_is_asked_for() -> None:
    provide = Provider(7, PERIODS)
    results = simulate(two_transformers(), PERIODS, provide, parameters_of(Allocation.NONE))
    assert provide.asked == []
    next(results)
    assert provide.asked == [0]


def test_shapes() -> None:
    result = next(run(Allocation.PROPORTIONAL))
    steps, days, grid = PERIODS[0].steps, 3, result.grid
    assert grid is not None
    assert result.houses.values.shape == (7, 9, steps)
    assert result.houses.day_sums.shape == (7, days, len(DAY_SUMS)) == (7, days, 31)
    assert result.transformers.values.shape == (2, 9, steps)
    assert grid.nodes.day_sums.shape == (1, days, 31)
    assert result.transformer_price.shape == (2, steps)
    assert grid.price.shape == (1, steps)
    assert result.transformer_price.dtype == result.houses.values.dtype == np.float32
    assert [flows.shape for flows in result.house_flows_kwh if flows is not None] == [(4, 4), (3, 3)]
    assert grid.flows_kwh is not None
    assert grid.flows_kwh.shape == (2, 2)


def test_columns_are_the_writers() -> None:
    """The hypertable has these columns, in this order."""
    assert DAY_SUMS == SUM_NAMES
    assert (*MEASURES, "local_price_eur_per_kwh") == MEASURE_NAMES


def test_house_flows_of_large_pools_are_left_out() -> None:
    parameters = replace(parameters_of(Allocation.PROPORTIONAL), flow_limit=3)
    result = next(simulate(two_transformers(), PERIODS, Provider(7, PERIODS), parameters))
    assert result.house_flows_kwh[0] is None
    assert result.house_flows_kwh[1] is not None


def test_rates_must_fit_the_window() -> None:
    def provide(period: Period) -> WindowInput:
        given = Provider(7, PERIODS)(period)
        return replace(given, rates=rates_of(period.steps - 1))

    with pytest.raises(ValueError, match="rates"):
        next(simulate(two_transformers(), PERIODS, provide, parameters_of(Allocation.NONE)))


@pytest.mark.parametrize("minutes", [5, 15, 30, 60])
def test_flat_days_do_not_depend_on_the_step(minutes: int) -> None:
    """Constant powers: energies and money are the same for every length of step."""
    steps = 24 * 60 // minutes
    community = community_of(
        3, batteries=[[{"capacity_kwh": 10.0, "max_charge_kw": 0.5, "charge_efficiency": 0.9}], [], []]
    )
    power = np.array([[0.5], [2.0], [1.0]], np.float32) * np.ones(steps, np.float32)
    generation = np.array([[2.5], [0.0], [1.5]], np.float32) * np.ones(steps, np.float32)
    period = Period(0, 0, np.array([0, steps]))
    result = next(
        simulate(
            community,
            [period],
            lambda period: WindowInput(power, generation, rates_of(period.steps)),
            parameters_of(Allocation.PROPORTIONAL, StorageStrategy.SELF_CONSUMPTION, minutes / 60),
        )
    )
    sums = dict(zip(DAY_SUMS, result.grid.nodes.day_sums[0, 0], strict=True))
    charged = min(0.5 * 24, 10.0 / 0.9)
    surplus = 2.0 * 24 - charged + 0.5 * 24
    assert sums["charge_kwh"] == pytest.approx(charged, abs=1e-5)
    assert sums["bought_local_kwh"] == pytest.approx(min(48.0, surplus), abs=0.5)  # the battery is full within one step
    assert sums["load_kwh"] == pytest.approx(84.0)
    assert sums["purchase_cost_eur"] == pytest.approx(sums["bought_local_kwh"] * 0.19, rel=1e-6)


@settings(max_examples=200)
@given(cases())
def test_money_paid_is_money_received(case: Case) -> None:
    """Per day and grid: purchases = sales; bills of all = upstream bill + fees (oracles 5.6, item 4)."""
    result = run_case(case, rates_of(case.window.steps))
    houses = result.houses.day_sums
    bought = houses[..., COLUMN["bought_local_kwh"]] + houses[..., COLUMN["bought_grid_kwh"]]
    fees = bought * 0.03 + houses[..., COLUMN["imported_kwh"]] * 0.09
    np.testing.assert_allclose(houses[..., COLUMN["fees_eur"]], fees, atol=1e-9)
    assert result.proof.money_residual < 1e-5
    upstream = 0.30 * houses[..., COLUMN["imported_kwh"]] - 0.08 * houses[..., COLUMN["exported_kwh"]]
    np.testing.assert_allclose(bills(houses).sum(axis=0), (upstream + fees).sum(axis=0), atol=1e-5)
    np.testing.assert_allclose(
        result.grid.nodes.day_sums[0], houses.sum(axis=0) * summed() + result.grid.nodes.day_sums[0] * ~summed()
    )


def summed() -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which day sums add up over nodes: all but the peaks."""
    return np.array([not name.endswith("_peak_kw") for name in DAY_SUMS])


def bills(sums: Float64) -> Float64:
    paid = ("import_cost_eur", "purchase_cost_eur", "fees_eur")
    received = ("export_revenue_eur", "sale_revenue_eur")
    total = np.zeros(sums.shape[:-1])
    for name in paid:
        total += sums[..., COLUMN[name]]
    for name in received:
        total -= sums[..., COLUMN[name]]
    return total


def run_case(case: Case, rates: Rates, scale: float = 1.0) -> WindowResult:
    window, factor = case.window, np.float32(scale)
    given = WindowInput(window.load_kw * factor, window.generation_kw * factor, rates, signals_of(rates))
    parameters = Parameters(window.step_hours, case.rules, PRICES)
    period = Period(0, 0, window.day_offsets)
    return next(simulate(case.community, [period], lambda _: given, parameters, case.start))


@settings(max_examples=100)
@given(cases())
def test_without_sharing_and_limits_the_bill_is_the_references(case: Case) -> None:
    community = replace(
        case.community,
        transformer_capacity_kw=np.full(case.community.transformers, np.inf),
        import_limit_kw=np.inf,
        export_limit_kw=np.inf,
    )
    strategy = case.rules.storage_strategy
    if strategy is StorageStrategy.COMMUNITY:
        strategy = StorageStrategy.SELF_CONSUMPTION
    alone = Case(community, Rules(Allocation.NONE, strategy), case.window)
    houses = run_case(alone, rates_of(case.window.steps)).houses.day_sums
    np.testing.assert_allclose(bills(houses), houses[..., COLUMN["reference_cost_eur"]], atol=1e-5)


@settings(max_examples=100)
@given(cases())
def test_with_equal_tariffs_nobody_gains_or_loses(case: Case) -> None:
    """Oracles 5.6, item 12: with b = s (and no fees) mid-market bills are exactly those without a community."""
    community = community_of(
        [case.community.houses], inverter_kw=list(case.community.inverter_kw), rank=list(case.community.rank)
    )
    free = {"grid_fee": 0.0, "taxes": 0.0, "platform_fee": 0.0, "local_grid_fee": 0.0}
    equal = rates_of(case.window.steps, retail=0.2, feed_in=0.2, **free)
    rules = Rules(case.rules.allocation, StorageStrategy.NONE)
    houses = run_case(Case(community, rules, case.window), equal).houses.day_sums
    np.testing.assert_allclose(bills(houses), houses[..., COLUMN["reference_cost_eur"]], atol=1e-5)


@settings(max_examples=100)
@given(cases())
def test_with_mid_market_prices_nobody_is_worse_off(case: Case) -> None:
    """Without limits and fees, sharing at the middle of retail and feed-in leaves no house worse off than alone."""
    community = community_of([case.community.houses], key=None, rank=list(case.community.rank))
    free = {"grid_fee": 0.0, "taxes": 0.0, "platform_fee": 0.0, "local_grid_fee": 0.0}
    rules = Rules(case.rules.allocation, StorageStrategy.NONE, case.rules.minimum_trade_kwh)
    houses = run_case(Case(community, rules, case.window), rates_of(case.window.steps, **free)).houses.day_sums
    assert np.all(bills(houses) <= houses[..., COLUMN["reference_cost_eur"]] + 1e-5)


@settings(max_examples=100)
@given(cases())
def test_doubling_energies_doubles_money(case: Case) -> None:
    """Oracles 5.6, item 7, without storage and limits, whose sizes stay."""
    community = community_of([case.community.houses], rank=list(case.community.rank))
    rules = Rules(case.rules.allocation, StorageStrategy.NONE)
    single, double = (
        run_case(Case(community, rules, case.window), rates_of(case.window.steps), scale) for scale in (1.0, 2.0)
    )
    np.testing.assert_array_equal(double.transformer_price, single.transformer_price)
    np.testing.assert_allclose(bills(double.houses.day_sums), 2 * bills(single.houses.day_sums), atol=1e-5)


def test_mid_market_with_proportional_sharing_gives_the_blended_prices() -> None:
    """Oracles 1.1: what buyers and sellers pay and get on average over all their energy."""
    load, generation = np.array([[4.0, 1.0], [2.0, 1.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 0.0], [3.0, 6.0]])
    free = {"grid_fee": 0.0, "taxes": 0.0, "platform_fee": 0.0, "local_grid_fee": 0.0}
    rates = rates_of(2, **free)
    given = WindowInput(load.astype(np.float32), generation.astype(np.float32), rates)
    period = Period(0, 0, np.array([0, 1, 2]))
    parameters = parameters_of(Allocation.PROPORTIONAL, StorageStrategy.NONE, 1.0)
    houses = next(simulate(community_of(3), [period], lambda _: given, parameters)).houses.day_sums
    buy, sell = blended_mid_market_prices(generation.sum(axis=0), load.sum(axis=0), rates.retail, rates.feed_in)
    np.testing.assert_allclose(bills(houses)[:2], load[:2] * buy, rtol=1e-6)
    np.testing.assert_allclose(bills(houses)[2], -generation[2] * sell, rtol=1e-6)


def test_the_proof_of_a_run() -> None:
    for result in run(Allocation.PROPORTIONAL):
        proof = result.proof
        assert proof.energy_residual_kwh < 1e-12
        assert proof.rounded_residual_kwh < 1e-6
        assert proof.pool_residual_kwh < 1e-12
        assert proof.money_residual < 1e-6
        assert proof.soc_violation_kwh == 0.0
