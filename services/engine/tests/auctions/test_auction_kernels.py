"""The compiled functions as other compiled code uses them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.auctions.books import (
    crossing,
    exact_sum,
    fill,
    match_sorted,
    pair_price,
    share,
    sort_by_price,
    uniform_fills,
    walk,
)


def floats(*values: float) -> Any:
    return np.array(values, np.float64)


@pytest.mark.parametrize("falling", [False, True])
@given(
    prices=st.lists(
        st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-3, 3).map(float)), max_size=300
    )
)
@settings(max_examples=150)
def test_sorting_is_stable_and_complete(falling: bool, prices: list[float]) -> None:
    values = floats(*prices)
    expected = np.argsort(-values if falling else values, kind="stable")
    assert sort_by_price(values, falling).tolist() == expected.tolist()


def test_a_step_of_a_pool() -> None:
    book = (floats(500, 1000), floats(45, 35), floats(500, 1000, 1000, 500), floats(0, 10, 20, 30))
    assert crossing(*book) == (1500, 10, 20)
    assert walk(*book)[3:] == (2, 0, 2, 1000)
    bids, asks = np.full(2, -1.0), np.full(4, -1.0)
    assert uniform_fills(*book, bids, asks) == (1500, 10, 20)
    assert bids.tolist() == [500, 1000]
    assert asks.tolist() == [500, 1000, 0, 0]


def test_an_empty_side() -> None:
    nothing = floats()
    volume, lo, hi = crossing(nothing, nothing, floats(1), floats(2))
    assert (volume, hi) == (0, 2)
    assert np.isnan(lo)


def test_fill_cuts_one_price() -> None:
    filled = np.full(4, -1.0)
    fill(floats(1, 2, 3, 4), floats(5, 6, 6, 7), 2, 1.0, filled)
    assert filled.tolist() == pytest.approx([1, 1.6, 2.4, 0])
    fill(floats(1, 2), floats(5, 6), 1, 2.0, filled[:2])
    assert filled[:2].tolist() == [1, 0]
    fill(floats(1, 2), floats(5, 6), 2, 0.0, filled[:2])
    assert filled[:2].tolist() == [1, 2]


@given(quantity=st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=50), part=st.floats(1e-9, 1))
@settings(max_examples=150)
def test_shares_add_up(quantity: list[float], part: float) -> None:
    values = floats(*quantity)
    amount = part * float(values.sum())
    filled = np.empty_like(values)
    share(values, amount, filled)
    assert exact_sum(filled, -amount) == pytest.approx(0, abs=1e-15 * max(amount, 1e-300) + 5e-324 * 10)
    np.testing.assert_allclose(filled, values * part, rtol=1e-9, atol=1e-12 * amount)


def test_matching_writes_into_what_it_is_given() -> None:
    bid, ask, quantity = np.full(5, -1), np.full(5, -1), np.full(5, -1.0)
    book = (floats(2, 3), floats(10, 8), floats(1, 5), floats(4, 6))
    assert match_sorted(*book, 0.0, bid, ask, quantity) == 3
    assert bid.tolist() == [0, 0, 1, -1, -1]
    assert ask.tolist() == [0, 1, 1, -1, -1]
    assert quantity.tolist() == [1, 1, 3, -1, -1]


def test_a_pair_price_stays_between_both() -> None:
    assert pair_price(10.0, 4.0, 0.5) == 7
    for k in (0.1, 1 / 3, 0.7):
        assert pair_price(0.3, 0.3, k) == 0.3
