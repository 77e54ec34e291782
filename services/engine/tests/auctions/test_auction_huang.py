"""The trade reduction of Huang, Scheller-Wolf and Sycara: published numbers and what it promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.auctions import Clearing, Market, Mechanism, Orders, clear
from hygge_engine.auctions.huang import reduced
from services.engine.tests.auctions.auction_twin import book_of, check, orders_of

HUANG = Market(Mechanism.HUANG)


def cleared(orders: Orders) -> Clearing:
    outcome = clear(orders, HUANG)
    check(orders, HUANG, outcome)
    return outcome


def test_ds1() -> None:
    buys = [[1, 6.7], [1, 6.6], [1, 6.5], [1, 6.4], [1, 6.3], [1, 6]]
    orders = book_of(buys, [[1, 1], [1, 2], [2, 3], [2, 4], [1, 6.1]])
    outcome = cleared(orders)
    assert set(outcome.price.tolist()) == {6.0}
    assert set(outcome.seller_price.tolist()) == {4.0}
    assert outcome.volume_kwh == pytest.approx(4)
    assert outcome.market_maker == pytest.approx(8)
    buyers = outcome.filled_kwh[:6] * (orders.price[:6] - 6)
    sellers = outcome.filled_kwh[6:] * (4 - orders.price[6:])
    assert buyers == pytest.approx([0.56, 0.48, 0.40, 0.32, 0.24, 0])
    assert sellers == pytest.approx([3, 2, 2, 0, 0])
    best = clear(orders, Market(Mechanism.UNIFORM_PRICE))
    assert outcome.volume_kwh / best.volume_kwh == pytest.approx(2 / 3)
    assert (outcome.welfare - outcome.market_maker) / best.welfare == pytest.approx(0.4186, abs=5e-5)


def test_ds0() -> None:
    outcome = cleared(book_of([[1, 3], [2, 4], [5, 1]], [[4, 2], [1, 1], [5, 6]]))
    assert (outcome.bid.tolist(), outcome.ask.tolist()) == ([1], [4])
    assert (outcome.quantity_kwh.tolist(), outcome.price.tolist(), outcome.seller_price.tolist()) == ([1], [3], [2])


def test_ds3() -> None:
    outcome = cleared(book_of([[1, 6], [0.1, 5], [1.9, 4], [1, 3]], [[1, 1], [1.5, 2], [1, 2.5], [1, 4]]))
    assert outcome.filled_kwh == pytest.approx([0.8, 0, 1.7, 0, 1, 1.5, 0, 0])
    assert set(outcome.price.tolist()) == {3.0}
    assert set(outcome.seller_price.tolist()) == {2.5}


def test_who_sets_the_price_does_not_trade() -> None:
    assert cleared(book_of([[1, 3], [2, 1]], [[2, 2]])).volume_kwh == 0
    small = cleared(book_of([[1, 3], [2, 1], [0.2, 3.3]], [[2, 2], [0.3, 1]]))
    assert small.filled_kwh == pytest.approx([0, 0, 0.2, 0, 0.2])


@pytest.mark.parametrize("book", [([], []), ([[1, 2]], []), ([[1, 2]], [[1, 3]]), ([[1, 2]], [[1, 2]])])
def test_nothing_to_trade(book: tuple[list[list[float]], list[list[float]]]) -> None:
    assert cleared(book_of(*book)).quantity_kwh.size == 0


@pytest.mark.parametrize(
    ("quantity", "gap", "left"),
    [([1, 2, 3], 0.6, [0.8, 1.8, 2.8]), ([1, 0.5, 2], 1.8, [0.35, 0, 1.35]), ([1, 2], 0, [1, 2]), ([1, 2], 3, [0, 0])],
)
def test_published_reductions(quantity: list[float], gap: float, left: list[float]) -> None:
    assert reduced(np.array(quantity, np.float64), gap) == pytest.approx(left)


def reduced_slowly(quantity: list[float], gap: float) -> list[float]:
    """Take the same from all who have something, until the smallest of them is empty; again with the rest."""
    left = list(quantity)
    while gap > 1e-12 and (active := [i for i, value in enumerate(left) if value > 1e-12]):
        step = min(gap / len(active), *(left[i] for i in active))
        for i in active:
            left[i] -= step
        gap -= step * len(active)
    return left


@given(quantity=st.lists(st.integers(1, 50), min_size=1, max_size=12), part=st.floats(0, 1))
@settings(max_examples=200)
def test_reduction_is_its_twin(quantity: list[int], part: float) -> None:
    values = [float(value) for value in quantity]
    gap = part * sum(values)
    np.testing.assert_allclose(reduced(np.array(values), gap), reduced_slowly(values, gap), atol=1e-9)


@given(
    rows=st.lists(
        st.tuples(st.sampled_from([1, -1]), st.integers(1, 20).map(lambda n: n / 4), st.integers(0, 12)), max_size=12
    ),
    row=st.integers(0, 11),
    other=st.integers(0, 12),
)
@settings(max_examples=300)
def test_balanced_and_no_gain_by_a_false_price(rows: list[tuple[int, float, float]], row: int, other: int) -> None:
    """Nobody gains money by naming another price than his true one; the market maker never pays."""
    if not rows:
        return
    row %= len(rows)
    orders = orders_of(rows)
    honest = cleared(orders)
    assert honest.market_maker >= 0
    price = orders.price.copy()
    price[row] = other
    lied = cleared(Orders(orders.side, orders.quantity_kwh, price, orders.participant))
    assert gain(orders, lied, row) <= gain(orders, honest, row) + 1e-9


def gain(orders: Orders, outcome: Clearing, row: int) -> float:
    """What an order brings its owner, at its true price."""
    bought = outcome.quantity_kwh @ ((outcome.bid == row) * (orders.price[row] - outcome.price))
    sold = outcome.quantity_kwh @ ((outcome.ask == row) * (outcome.seller_price - orders.price[row]))
    return float(bought + sold)
