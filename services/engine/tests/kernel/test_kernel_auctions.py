"""Auctions as allocations: published books, what bidders may expect, what reaches over transformers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.kernel import (
    AUCTIONS,
    Allocation,
    Bidding,
    BidStrategy,
    ClearingPrice,
    Outcome,
    Rules,
    Signals,
    State,
    StorageStrategy,
    Window,
    run_window,
)
from hygge_engine.kernel.types import Float64
from services.engine.tests.kernel.communities import Case, cases, community_of, measure, window_of
from services.engine.tests.kernel.naive_auctions import draw

BOOKS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "books.json").read_text())
FIXED = Bidding(BidStrategy.FIXED_LIMITS)


def with_prices(
    window: Window, imported: float = 0.30, exported: float = 0.10, local: float = 0.0, between: float = 0.0
) -> Window:
    """The same prices in all steps."""
    steps = window.first_step + window.steps
    return replace(window, signals=Signals(*(np.full(steps, price) for price in (imported, exported, local, between))))


def run_book(
    buys: list[list[float]], sells: list[list[float]], rules: Rules, transformers: list[int] | None = None
) -> Outcome:
    """Every order is a house with its limit, for an hour."""
    quantity = [*(order[0] for order in buys), *(order[0] for order in sells)]
    count, buyers = len(quantity), len(buys)
    nobody = float("nan")
    community = community_of(
        transformers or count,
        max_buy_price=[*(order[1] for order in buys), *([nobody] * len(sells))],
        min_sell_price=[*([nobody] * buyers), *(order[1] for order in sells)],
    )
    load = [[quantity[i] if i < buyers else 0.0] for i in range(count)]
    made = [[0.0 if i < buyers else quantity[i]] for i in range(count)]
    return run_window(community, rules, with_prices(window_of(load, made)), State.initial(community))[0]


def volume(outcome: Outcome) -> float:
    return float(np.maximum(measure(outcome.houses.values, "shared_local_kw"), 0).sum())


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: str(book["name"]))
@pytest.mark.parametrize("price", list(ClearingPrice))
def test_published_books_at_one_price(book: dict[str, Any], price: ClearingPrice) -> None:
    """Oracles 1.4 and 1.6: volume, welfare and the interval of prices."""
    rules = Rules(Allocation.UNIFORM_PRICE, StorageStrategy.NONE, bidding=replace(FIXED, clearing_price=price))
    outcome = run_book(book["buys"], book["sells"], rules)
    assert volume(outcome) == pytest.approx(book["volume"], rel=1e-6)
    limits = np.array([order[1] for order in [*book["buys"], *book["sells"]]])
    traded = measure(outcome.houses.values, "shared_local_kw")[:, 0]
    assert float((traded * limits).sum()) == pytest.approx(book["welfare"], rel=1e-6, abs=1e-6)
    low, high = book["interval"]
    found = float(outcome.pool_price[0, 0])
    if price is ClearingPrice.MID:
        assert found == pytest.approx((low + high) / 2, abs=1e-12)
    elif price in (ClearingPrice.LOWEST, ClearingPrice.HIGHEST):
        assert found == pytest.approx(low if price is ClearingPrice.LOWEST else high, abs=1e-12)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: str(book["name"]))
def test_published_books_pair_by_pair(book: dict[str, Any]) -> None:
    """Best with best: the same volume and welfare, every pair between its bid and its ask, paid = received."""
    outcome = run_book(book["buys"], book["sells"], Rules(Allocation.PRICE_TIME, StorageStrategy.NONE, bidding=FIXED))
    assert volume(outcome) == pytest.approx(book["volume"], rel=1e-6)
    limits = np.array([order[1] for order in [*book["buys"], *book["sells"]]])
    traded, paid = measure(outcome.houses.values, "shared_local_kw")[:, 0], outcome.payments[:, 0, 0]
    received = outcome.payments[:, 0, 1]
    assert float((traded * limits).sum()) == pytest.approx(book["welfare"], rel=1e-6, abs=1e-6)
    assert paid.sum() == pytest.approx(received.sum(), rel=1e-12)
    assert np.all(paid <= np.maximum(traded, 0) * limits * (1 + 1e-6) + 1e-9)
    assert np.all(received >= np.maximum(-traded, 0) * limits * (1 - 1e-6) - 1e-9)
    assert outcome.house_flows_kwh[0].sum() == pytest.approx(book["volume"], rel=1e-9)


def test_orders_of_one_price_go_by_arrival() -> None:
    """The earliest buyer is served in full; who is early depends on the seed."""
    first = set()
    for seed in range(8):
        bidding = Bidding(seed=seed)
        rules = Rules(Allocation.PRICE_TIME, StorageStrategy.NONE, bidding=bidding)
        community = community_of(4)
        window = with_prices(window_of([[1.0], [1.0], [1.0], [0.0]], [[0.0], [0.0], [0.0], [1.0]]))
        outcome, _ = run_window(community, rules, window, State.initial(community))
        bought = measure(outcome.houses.values, "shared_local_kw")[:3, 0]
        assert sorted(bought) == [0.0, 0.0, 1.0]
        earliest = min(range(3), key=lambda house: draw(seed, 0, 0, house))
        assert bought[earliest] == 1.0
        first.add(earliest)
    assert len(first) > 1


def test_the_pair_price_weighs_bid_and_ask() -> None:
    for k, expected in ((0.0, 2.0), (0.25, 3.0), (1.0, 6.0)):
        rules = Rules(Allocation.PRICE_TIME, StorageStrategy.NONE, bidding=replace(FIXED, k=k))
        outcome = run_book([[1.0, 6.0]], [[1.0, 2.0]], rules)
        assert outcome.pool_price[0, 0] == pytest.approx(expected)
        np.testing.assert_allclose(outcome.payments[:, 0], [[expected, 0, 0, 0], [0, expected, 0, 0]])


def test_without_a_trade_there_is_no_price() -> None:
    for allocation in AUCTIONS:
        rules = Rules(allocation, StorageStrategy.NONE, bidding=FIXED)
        outcome = run_book([[1.0, 2.0]], [[1.0, 3.0]], rules)
        assert np.isnan(outcome.pool_price[0, 0])
        assert not outcome.payments.any()
        np.testing.assert_array_equal(measure(outcome.houses.values, "grid_kw")[:, 0], [1.0, -1.0])


def test_nobody_trades_where_an_export_earns_more_than_an_import_costs() -> None:
    community = community_of(2)
    window = with_prices(window_of([[1.0], [0.0]], [[0.0], [1.0]]), imported=0.1, exported=0.2)
    for allocation in AUCTIONS:
        for strategy in (BidStrategy.TRUTHFUL, BidStrategy.ZERO_INTELLIGENCE, BidStrategy.BATTERY_AWARE):
            rules = Rules(allocation, StorageStrategy.NONE, bidding=Bidding(strategy))
            outcome, _ = run_window(community, rules, window, State.initial(community))
            assert not measure(outcome.houses.values, "shared_local_kw").any()


def test_bounds_move_prices_or_keep_orders_out() -> None:
    cases = [  # floor, cap, price of a bid of 6 and an ask of 2
        (None, None, 4.0), (3.0, None, 4.5), (None, 5.0, 3.5), (None, 1.0, None), (7.0, None, None),
    ]  # fmt: skip
    for floor, cap, expected in cases:
        bidding = replace(FIXED, price_floor=floor, price_cap=cap)
        outcome = run_book(
            [[1.0, 6.0]], [[1.0, 2.0]], Rules(Allocation.PRICE_TIME, StorageStrategy.NONE, bidding=bidding)
        )
        if expected is None:
            assert np.isnan(outcome.pool_price[0, 0])
        else:
            assert outcome.pool_price[0, 0] == pytest.approx(expected)


def test_a_full_battery_asks_less_and_bids_less() -> None:
    """battery_aware: two sellers, of whom the one with the fuller battery is the cheaper one."""
    battery = {"capacity_kwh": 10.0, "max_charge_kw": 0.0, "max_discharge_kw": 0.0}
    batteries = [[{**battery, "initial_soc": 0.9}], [{**battery, "initial_soc": 0.2}], []]
    community = community_of(3, batteries=batteries)
    window = with_prices(window_of([[0.0], [0.0], [1.0]], [[1.0], [1.0], [0.0]]))
    bidding = Bidding(BidStrategy.BATTERY_AWARE)
    rules = Rules(Allocation.PRICE_TIME, StorageStrategy.SELF_CONSUMPTION, bidding=bidding)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    np.testing.assert_allclose(measure(outcome.houses.values, "shared_local_kw")[:, 0], [-1.0, 0.0, 1.0])
    ask = 0.30 - 0.20 * 0.9
    assert outcome.pool_price[0, 0] == pytest.approx((0.30 + ask) / 2)


def test_splitting_an_order_leaves_the_uniform_price() -> None:
    """Oracles 5.6, item 8."""
    rules = Rules(Allocation.UNIFORM_PRICE, StorageStrategy.NONE, bidding=FIXED)
    sells = [[2.0, 1.0], [1.0, 3.0]]
    whole = run_book([[1.0, 5.0], [2.0, 4.0]], sells, rules)
    halves = run_book([[1.0, 5.0], [1.0, 4.0], [1.0, 4.0]], sells, rules)
    assert whole.pool_price[0, 0] == halves.pool_price[0, 0]
    assert volume(whole) == pytest.approx(volume(halves))


def test_the_quantum_keeps_small_trades_out() -> None:
    for allocation, expected in ((Allocation.PRICE_TIME, 1.0), (Allocation.UNIFORM_PRICE, 1.0)):
        rules = Rules(allocation, StorageStrategy.NONE, 0.5, bidding=FIXED)
        outcome = run_book([[1.0, 5.0], [0.25, 4.0]], [[2.0, 1.0]], rules)
        assert volume(outcome) == pytest.approx(expected)


# --- between transformers ---


def two_transformers(capacity_kw: float = np.inf, **limits: float) -> Any:
    """A buyer in one transformer, two sellers in the other, of whom the second asks less."""
    return community_of(
        [1, 2],
        capacity_kw=capacity_kw,
        min_sell_price=[float("nan"), 0.2, 0.15],
        max_buy_price=[0.25] + [float("nan")] * 2,
        **limits,
    )


def test_between_transformers_houses_go_on() -> None:
    window = with_prices(window_of([[1.5], [0.0], [0.0]], [[0.0], [1.0], [1.0]]))
    community = two_transformers()
    rules = Rules(Allocation.PRICE_TIME, StorageStrategy.NONE, bidding=FIXED)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    np.testing.assert_allclose(measure(outcome.houses.values, "shared_grid_kw")[:, 0], [1.5, -0.5, -1.0])
    np.testing.assert_allclose(outcome.payments[:, 0, 2:], [[0.3125, 0], [0, 0.1125], [0, 0.2]])
    np.testing.assert_allclose(outcome.pool.flows_kwh, [[0, 0], [1.5, 0]])
    assert outcome.pool.price[0] == pytest.approx(0.3125 / 1.5)
    np.testing.assert_allclose(outcome.pool.import_kw, [0.0])
    np.testing.assert_allclose(outcome.pool.export_kw, [0.5])
    np.testing.assert_allclose([outcome.pool.demand_kw, outcome.pool.supply_kw], [[1.5], [2.0]])


def test_the_fee_between_transformers_stands_between_bid_and_ask() -> None:
    window = with_prices(window_of([[1.0], [0.0]], [[0.0], [1.0]]), between=0.21)
    community = community_of([1, 1])
    for allocation in AUCTIONS:
        outcome, _ = run_window(community, Rules(allocation, StorageStrategy.NONE), window, State.initial(community))
        assert not measure(outcome.houses.values, "shared_grid_kw").any()
        assert np.isnan(outcome.pool.price).all()


def test_capacity_comes_before_the_book() -> None:
    """The buyer's transformer lets 1 kW in: the rest is unserved, and only 1 kW is wanted in the book."""
    window = with_prices(window_of([[1.5], [0.0], [0.0]], [[0.0], [1.0], [1.0]]))
    community = two_transformers([1.0, np.inf])  # type: ignore[arg-type]
    rules = Rules(Allocation.UNIFORM_PRICE, StorageStrategy.NONE, bidding=FIXED)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    np.testing.assert_allclose(measure(outcome.houses.values, "unserved_kw")[:, 0], [0.5, 0.0, 0.0])
    np.testing.assert_allclose(measure(outcome.houses.values, "shared_grid_kw")[:, 0], [1.0, 0.0, -1.0])


def test_contracts_do_not_use_capacity_of_neighbours() -> None:
    """Neighbours who do not agree with each other both trade across: what flows is still nothing."""
    nan = float("nan")
    community = community_of(
        [2, 2], capacity_kw=[0.0, 0.0], max_buy_price=[0.12, nan, 0.3, nan], min_sell_price=[nan, 0.2, nan, 0.1]
    )
    window = with_prices(window_of([[1.0], [0.0], [2.0], [0.0]], [[0.0], [1.0], [0.0], [2.0]]))
    rules = Rules(Allocation.PRICE_TIME, StorageStrategy.NONE, bidding=FIXED)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    values = outcome.houses.values
    np.testing.assert_allclose(measure(values, "shared_local_kw")[:, 0], [0.0, 0.0, 2.0, -2.0])
    np.testing.assert_allclose(measure(values, "grid_kw")[:, 0], [1.0, -1.0, 0.0, 0.0])
    assert not measure(values, "unserved_kw").any()


def test_on_an_island_what_meets_without_a_contract_is_lost() -> None:
    nan = float("nan")
    community = community_of(
        [1, 1], import_limit_kw=0.0, export_limit_kw=0.0, max_buy_price=[0.12, nan], min_sell_price=[nan, 0.2]
    )
    window = with_prices(window_of([[1.0], [0.0]], [[0.0], [1.0]]))
    rules = Rules(Allocation.PRICE_TIME, StorageStrategy.NONE, bidding=FIXED)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    np.testing.assert_allclose(measure(outcome.houses.values, "unserved_kw")[:, 0], [1.0, 0.0])
    np.testing.assert_allclose(measure(outcome.houses.values, "curtailed_kw")[:, 0], [0.0, 1.0])


# --- what must hold ---


@settings(max_examples=200)
@given(cases(allocations=AUCTIONS))
def test_what_is_paid_is_received(case: Case) -> None:
    outcome, _ = run_window(case.community, case.rules, case.window, case.start)
    if case.rules.allocation is not Allocation.PRICE_TIME:
        assert outcome.payments.size == 0
        return
    for first, last in zip(
        case.community.transformer_offsets[:-1], case.community.transformer_offsets[1:], strict=True
    ):
        inside = outcome.payments[first:last].sum(axis=0)
        np.testing.assert_allclose(inside[:, 0], inside[:, 1], atol=1e-9)
    between = outcome.payments.sum(axis=0)
    np.testing.assert_allclose(between[:, 2], between[:, 3], atol=1e-9)


def day_worth(case: Case, outcome: Outcome, price: Float64, name: str, sign: float) -> Float64:
    """Σ over a day of what each house buys (sign +1) or sells (−1), at a price by step, float64[H, D]."""
    energy = np.maximum(sign * measure(outcome.houses.values, name), 0) * case.window.step_hours
    return np.add.reduceat(energy * price, case.window.day_offsets[:-1], axis=1)


@settings(max_examples=200)
@given(cases(allocations=AUCTIONS))
def test_nobody_is_worse_off_than_upstream(case: Case) -> None:
    """Buyers pay at most what an import costs, sellers get at least what an export earns."""
    if (
        case.rules.bidding.strategy is BidStrategy.FIXED_LIMITS
        or case.rules.storage_strategy is StorageStrategy.COMMUNITY
    ):
        return
    outcome, _ = run_window(case.community, case.rules, case.window, case.start)
    steps = slice(case.window.first_step, case.window.first_step + case.window.steps)
    signals = case.window.signals
    values = [signals.import_price[steps] - fee[steps] for fee in (signals.local_fee, signals.between_fee)]
    cost, prices = signals.export_price[steps], [*outcome.pool_price]
    for price, value in [*((price, values[0]) for price in prices), (outcome.pool.price, values[1])]:
        if price.size:
            traded = ~np.isnan(price)
            assert np.all(price[traded] <= value[traded] + 1e-9)
            assert np.all(price[traded] >= cost[traded] - 1e-9)
    if case.rules.allocation is Allocation.PRICE_TIME:
        for column, name in ((0, "shared_local_kw"), (2, "shared_grid_kw")):
            value = values[column // 2]
            paid, received = outcome.payments[:, :, column], outcome.payments[:, :, column + 1]
            assert np.all(paid <= day_worth(case, outcome, value, name, 1.0) + 1e-5)
            assert np.all(received >= day_worth(case, outcome, cost, name, -1.0) - 1e-5)


@settings(max_examples=100)
@given(cases(allocations=AUCTIONS), st.integers(1, 50))
def test_houses_keep_their_luck_wherever_they_are_computed(case: Case, first_house: int) -> None:
    """Random numbers depend on the place in the grid, so another place gives another but equally valid run."""
    community = replace(case.community, first_house=first_house)
    one, _ = run_window(community, case.rules, case.window, case.start)
    two, _ = run_window(community, case.rules, case.window, case.start)
    assert one.houses.values.tobytes() == two.houses.values.tobytes()
    assert one.residuals.rounded_residual_kwh * 1e6 < 1.0
