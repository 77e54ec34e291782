"""Random books against everything that could be tried, and against the slow twins."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.auctions import ClearingPrice, Market, Mechanism, Orders, clear
from services.engine.tests.auctions.auction_twin import (
    best_by_trying,
    check,
    orders_of,
    price_time_twin,
    uniform_twin,
)

MECHANISMS = [Mechanism.UNIFORM_PRICE, Mechanism.PRICE_TIME]


def books(quantities: Any, prices: Any, most: int, participants: int = 3) -> st.SearchStrategy[Orders]:
    row = st.tuples(st.sampled_from([1, -1]), quantities, prices, st.integers(0, participants - 1))
    return st.lists(row, max_size=most).map(lambda rows: orders_of([r[:3] for r in rows], [r[3] for r in rows]))


SMALL = books(st.integers(1, 3), st.integers(-1, 4), 6)
# Decimals add up to less or more than they should; huge beside tiny leaves dust.
DECIMAL = books(st.integers(1, 30).map(lambda n: n / 10), st.integers(-20, 40).map(lambda n: n / 7), 14)
WILD = books(
    st.sampled_from([1e-9, 1e-3, 0.1, 0.2, 0.30000000000000004, 1 / 3, 1.0, 1e6, 1e9]),
    st.sampled_from([-1e9, -0.0, 0.0, 5e-324, 0.1, 0.30000000000000004, 1.0, 1e9]),
    14,
)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("ban", [False, True])
@given(orders=SMALL)
@settings(max_examples=150)
def test_no_outcome_is_better(orders: Orders, mechanism: Mechanism, ban: bool) -> None:
    market = Market(mechanism, self_trade_ban=ban)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    welfare, volume = best_by_trying(orders, ban, one_price=mechanism == Mechanism.UNIFORM_PRICE)
    assert cleared.welfare == pytest.approx(welfare, abs=1e-9)
    assert cleared.volume_kwh == pytest.approx(volume, abs=1e-9)


@pytest.mark.parametrize("source", [DECIMAL, WILD], ids=["decimal", "wild"])
@given(data=st.data(), minimum=st.sampled_from([0.0, 0.0, 0.15, 1.0]))
@settings(max_examples=200)
def test_price_time_is_its_twin(source: st.SearchStrategy[Orders], data: st.DataObject, minimum: float) -> None:
    orders = data.draw(source)
    market = Market(Mechanism.PRICE_TIME, k=0.3, minimum_quantum=minimum, price_floor=-1.0, price_cap=3.0)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    expected = np.zeros(orders.count)
    for bid, ask, quantity in price_time_twin(orders, market):
        expected[bid] += float(quantity)
        expected[ask] += float(quantity)
    scale = float(orders.quantity_kwh.max(initial=0.0))
    if minimum == 0:
        np.testing.assert_allclose(cleared.filled_kwh, expected, rtol=1e-12, atol=1e-12 * scale)
    price = market.k * np.minimum(orders.price[cleared.bid], 3.0) + 0.7 * np.maximum(orders.price[cleared.ask], -1.0)
    np.testing.assert_allclose(cleared.price, price, rtol=1e-12)


@given(orders=books(st.integers(1, 12).map(lambda n: n / 4), st.integers(0, 6), 12), minimum=st.integers(1, 5))
@settings(max_examples=200)
def test_price_time_with_a_quantum_is_its_twin(orders: Orders, minimum: int) -> None:
    market = Market(Mechanism.PRICE_TIME, minimum_quantum=minimum / 4)
    cleared = clear(orders, market)
    found = [
        (int(bid), int(ask), float(quantity))
        for bid, ask, quantity in zip(cleared.bid, cleared.ask, cleared.quantity_kwh, strict=True)
    ]
    assert found == [(bid, ask, float(quantity)) for bid, ask, quantity in price_time_twin(orders, market)]


@pytest.mark.parametrize("source", [DECIMAL, WILD], ids=["decimal", "wild"])
@given(data=st.data(), rule=st.sampled_from(ClearingPrice), k=st.sampled_from([0.0, 0.5, 1.0, 1 / 3]))
@settings(max_examples=200)
def test_one_price_is_its_twin(
    source: st.SearchStrategy[Orders], data: st.DataObject, rule: ClearingPrice, k: float
) -> None:
    orders = data.draw(source)
    market = Market(Mechanism.UNIFORM_PRICE, rule, k, price_floor=-1.0, price_cap=3.0)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    volume, good, fills = uniform_twin(orders, market)
    scale = float(orders.quantity_kwh.max(initial=0.0))
    assert cleared.volume_kwh == pytest.approx(float(volume), rel=1e-12, abs=1e-12 * scale)
    expected = np.array([float(fills.get(row, 0)) for row in range(orders.count)])
    np.testing.assert_allclose(cleared.filled_kwh, expected, rtol=1e-9, atol=1e-12 * scale)
    exact = all(float(q * 4).is_integer() for q in orders.quantity_kwh)
    if exact and cleared.volume_kwh > 0:
        assert (cleared.lo, cleared.hi) == (good[0], good[-1])


@given(orders=books(st.integers(1, 12).map(lambda n: n / 4), st.integers(-3, 6), 12))
@settings(max_examples=200)
def test_the_interval_holds_all_prices_that_clear(orders: Orders) -> None:
    """Within the range of order prices, lo and hi are the ends of the prices at which nobody who gains is left out."""
    cleared = clear(orders, Market(Mechanism.UNIFORM_PRICE))
    _, good, _ = uniform_twin(orders, Market(Mechanism.UNIFORM_PRICE))
    if not math.isnan(cleared.lo) and not math.isnan(cleared.hi):
        assert (cleared.lo, cleared.hi) == (good[0], good[-1])


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("ban", [False, True])
@given(orders=WILD, minimum=st.sampled_from([0.0, 0.05, 0.2, 1.0]), capped=st.booleans())
@settings(max_examples=150)
def test_all_rules_at_once(orders: Orders, mechanism: Mechanism, ban: bool, minimum: float, capped: bool) -> None:
    cap = 0.5 if capped else None
    market = Market(mechanism, minimum_quantum=minimum, price_cap=cap, self_trade_ban=ban)
    check(orders, market, clear(orders, market))


@given(orders=DECIMAL, row=st.integers(0, 13))
@settings(max_examples=150)
def test_halving_an_order_does_not_change_one_price(orders: Orders, row: int) -> None:
    if orders.count == 0:
        return
    row %= orders.count
    market = Market(Mechanism.UNIFORM_PRICE)
    rows = [*range(row + 1), *range(row, orders.count)]
    quantity = orders.quantity_kwh[rows]
    quantity[row : row + 2] /= 2
    halved = Orders(orders.side[rows], quantity, orders.price[rows], orders.participant[rows])
    before, after = clear(orders, market), clear(halved, market)
    assert after.volume_kwh == pytest.approx(before.volume_kwh)
    assert (after.uniform_price, after.lo, after.hi) == pytest.approx(
        (before.uniform_price, before.lo, before.hi), nan_ok=True
    )
    assert after.filled_kwh[row : row + 2].sum() == pytest.approx(before.filled_kwh[row], abs=1e-12)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@given(orders=DECIMAL, quantity=st.integers(1, 30), price=st.integers(-20, 40))
@settings(max_examples=100)
def test_one_more_bid_never_lowers_the_volume(orders: Orders, mechanism: Mechanism, quantity: int, price: int) -> None:
    more = Orders(
        np.append(orders.side, np.int8(1)),
        np.append(orders.quantity_kwh, quantity / 10),
        np.append(orders.price, price / 7),
        np.append(orders.participant, 99),
    )
    market = Market(mechanism)
    assert clear(more, market).volume_kwh >= clear(orders, market).volume_kwh - 1e-12


@given(orders=DECIMAL, seed=st.integers(0, 1000))
@settings(max_examples=100)
def test_arrival_does_not_matter_under_one_price(orders: Orders, seed: int) -> None:
    rows = np.random.default_rng(seed).permutation(orders.count)
    moved = Orders(orders.side[rows], orders.quantity_kwh[rows], orders.price[rows], orders.participant[rows])
    market = Market(Mechanism.UNIFORM_PRICE)
    before, after = clear(orders, market), clear(moved, market)
    np.testing.assert_allclose(after.filled_kwh, before.filled_kwh[rows], rtol=1e-12, atol=1e-14)
    assert after.uniform_price == pytest.approx(before.uniform_price, nan_ok=True)


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("ban", [False, True])
@given(orders=DECIMAL)
@settings(max_examples=60)
def test_twice_the_energy_at_the_same_prices(orders: Orders, mechanism: Mechanism, ban: bool) -> None:
    market = Market(mechanism, self_trade_ban=ban)
    twice = Orders(orders.side, orders.quantity_kwh * 2, orders.price, orders.participant)
    before, after = clear(orders, market), clear(twice, market)
    assert np.array_equal(after.quantity_kwh, before.quantity_kwh * 2)
    assert np.array_equal(after.price, before.price)
