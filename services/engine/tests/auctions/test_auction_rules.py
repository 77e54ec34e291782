"""Minimum quantum, price bounds, self-trade ban, what is refused, and large or awkward books."""

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.auctions import ClearingPrice, Market, Mechanism, Orders, clear
from services.engine.tests.auctions.auction_twin import book_of, check, orders_of

BOTH = [Mechanism.UNIFORM_PRICE, Mechanism.PRICE_TIME]


def test_quantum_under_price_time_is_that_of_greedy() -> None:
    """0.25 is left of the bid: no trade, the bid is done; the second ask goes on to the second bid."""
    orders = book_of([[1.25, 9], [2, 8]], [[1, 1], [2, 2]])
    cleared = clear(orders, Market(Mechanism.PRICE_TIME, minimum_quantum=0.5))
    assert list(zip(cleared.bid.tolist(), cleared.ask.tolist(), strict=True)) == [(0, 2), (1, 3)]
    assert cleared.filled_kwh.tolist() == [1, 2, 1, 2]


def test_orders_below_the_quantum_set_no_price() -> None:
    orders = book_of([[1, 9], [0.1, 8]], [[1, 2], [0.1, 3]])
    cleared = clear(orders, Market(Mechanism.UNIFORM_PRICE, minimum_quantum=0.5))
    assert (cleared.lo, cleared.hi, cleared.volume_kwh) == (2, 9, 1)


def test_shares_below_the_quantum_go_to_fewer() -> None:
    """Five asks of 1 at one price and demand for 2: a share of 0.4 is too little, four shares of 0.5 are not."""
    orders = book_of([[2, 9]], [[1, 5]] * 5)
    market = Market(Mechanism.UNIFORM_PRICE, minimum_quantum=0.5)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    assert cleared.filled_kwh.tolist() == [2, 0.5, 0.5, 0.5, 0.5, 0]
    larger = clear(orders, Market(Mechanism.UNIFORM_PRICE, minimum_quantum=0.75))
    assert larger.filled_kwh.tolist() == [2, 1, 1, 0, 0, 0]


def test_the_largest_keep_their_share() -> None:
    orders = book_of([[2, 9]], [[0.6, 5], [3, 5], [0.6, 5], [1, 5]])
    cleared = clear(orders, Market(Mechanism.UNIFORM_PRICE, minimum_quantum=0.5))
    assert cleared.filled_kwh.tolist() == [2, 0, 1.5, 0, 0.5]


@pytest.mark.parametrize("mechanism", BOTH)
@given(
    rows=st.lists(
        st.tuples(st.sampled_from([1, -1]), st.integers(1, 12).map(lambda n: n / 4), st.integers(0, 4)), max_size=12
    )
)
@settings(max_examples=150)
def test_a_quantum_no_larger_than_the_steps_loses_nothing(
    mechanism: Mechanism, rows: list[tuple[int, float, float]]
) -> None:
    """All quantities are multiples of the quantum and go by arrival: nothing can be too small."""
    orders = orders_of(rows)
    small, none = Market(mechanism, minimum_quantum=0.25), Market(mechanism)
    cleared = clear(orders, small)
    check(orders, small, cleared)
    if mechanism == Mechanism.PRICE_TIME:
        assert cleared.volume_kwh == clear(orders, none).volume_kwh
    else:
        assert cleared.volume_kwh >= clear(orders, none).volume_kwh - 0.25 * len(rows)


@pytest.mark.parametrize("ban", [False, True])
def test_a_quantum_leaves_little_untraded(ban: bool) -> None:
    """Rests below the quantum are avoided where anybody may trade with anybody."""
    rng = np.random.default_rng(5)
    count = 20_000
    side, owner = rng.choice(np.array([1, -1], np.int8), count), rng.integers(0, 300, count)
    orders = Orders(side, rng.uniform(0.5, 3, count), rng.integers(8, 30, count).astype(np.float64), owner)
    market = Market(Mechanism.UNIFORM_PRICE, minimum_quantum=0.5, self_trade_ban=ban)
    clear(orders, market)
    begin = time.process_time()
    cleared = clear(orders, market)
    assert time.process_time() - begin < 0.5
    check(orders, market, cleared)
    assert cleared.volume_kwh > 0.995 * clear(orders, Market(Mechanism.UNIFORM_PRICE)).volume_kwh


def test_bounds_cap_bids_and_lift_asks() -> None:
    orders = book_of([[1, 50], [1, 8]], [[1, -20], [1, 30]])
    capped = clear(orders, Market(Mechanism.UNIFORM_PRICE, ClearingPrice.HIGHEST, price_cap=20))
    assert (capped.uniform_price, capped.volume_kwh, capped.welfare) == (20, 1, 40)
    lifted = clear(orders, Market(Mechanism.PRICE_TIME, price_floor=10, price_cap=40))
    assert lifted.quantity_kwh.tolist() == [1]
    assert lifted.price.tolist() == [25]
    one_price = clear(orders, Market(Mechanism.UNIFORM_PRICE, price_floor=5, price_cap=5))
    assert (one_price.uniform_price, one_price.volume_kwh) == (5, 1)


def test_marginal_bids_at_the_cap_share_whatever_they_bid() -> None:
    orders = book_of([[1, 100], [3, 30]], [[2, 1]])
    cleared = clear(orders, Market(Mechanism.UNIFORM_PRICE, price_cap=20))
    assert cleared.filled_kwh.tolist() == [0.5, 1.5, 2]


@pytest.mark.parametrize("mechanism", BOTH)
def test_alone_nobody_trades(mechanism: Mechanism) -> None:
    orders = book_of([[1, 9], [2, 8]], [[1, 1], [2, 2]], [4, 4, 4, 4])
    cleared = clear(orders, Market(mechanism, self_trade_ban=True))
    assert cleared.volume_kwh == 0
    assert not cleared.filled_kwh.any()


def test_two_books_that_no_price_clears() -> None:
    """0's bid could trade at 8 to 10, its ask at 1 to 5: one price serves the better of both, pairs serve both."""
    orders = book_of([[1, 10], [1, 5]], [[1, 1], [1, 8]], [0, 1, 0, 2])
    one = clear(orders, Market(Mechanism.UNIFORM_PRICE, self_trade_ban=True))
    assert (one.bid.tolist(), one.ask.tolist(), one.welfare) == ([1], [2], 4)
    assert (one.lo, one.hi, one.uniform_price) == (1, 5, 3)
    pairs = clear(orders, Market(Mechanism.PRICE_TIME, self_trade_ban=True))
    assert pairs.welfare == 6
    assert sorted(zip(pairs.bid.tolist(), pairs.ask.tolist(), pairs.price.tolist(), strict=True)) == [
        (0, 3, 9),
        (1, 2, 3),
    ]


@pytest.mark.parametrize("mechanism", BOTH)
@pytest.mark.parametrize("owners", [1, 2, 3, 1000])
def test_a_large_book_with_few_participants_stays_fast(mechanism: Mechanism, owners: int) -> None:
    rng = np.random.default_rng(11)
    count = 40_000
    orders = Orders(
        rng.choice(np.array([1, -1], np.int8), count),
        rng.uniform(0.1, 4, count),
        rng.integers(0, 30, count) / 4,
        (rng.integers(0, owners, count) * rng.integers(0, 2, count)).astype(np.int64),
    )
    market = Market(mechanism, self_trade_ban=True)
    clear(orders, market)
    begin = time.process_time()
    cleared = clear(orders, market)
    assert time.process_time() - begin < 0.5  # about 10 ms; a scan for each order would take many seconds
    check(orders, market, cleared)
    free = clear(orders, Market(mechanism))
    assert cleared.welfare <= free.welfare * (1 + 1e-12)
    if owners == 1000:
        assert cleared.volume_kwh == pytest.approx(free.volume_kwh, rel=0.05)


@pytest.mark.parametrize("mechanism", BOTH)
def test_rounding_is_no_wish_to_trade(mechanism: Mechanism) -> None:
    """0.1 + 0.2 is a little more than 0.3: the third ask must neither trade nor bound the price."""
    orders = book_of([[0.3, 5], [1, 1]], [[0.1, 2], [0.2, 2], [7, 4]])
    cleared = clear(orders, Market(mechanism))
    assert cleared.volume_kwh == pytest.approx(0.3, rel=1e-15)
    assert (cleared.lo, cleared.hi, cleared.quantity_kwh.size) == (2, 4, 2)


@pytest.mark.parametrize("mechanism", BOTH)
def test_many_small_against_one_large(mechanism: Mechanism) -> None:
    count = 30_000
    orders = book_of([[count / 10, 9]], [[0.1, 1]] * count + [[5, 8]])
    cleared = clear(orders, Market(mechanism))
    assert cleared.volume_kwh == pytest.approx(count / 10, rel=1e-12)
    assert cleared.filled_kwh[-1] == 0
    assert (cleared.lo, cleared.hi) == (1, 8)


@pytest.mark.parametrize("mechanism", BOTH)
def test_huge_beside_tiny(mechanism: Mechanism) -> None:
    """A tiny order is traded in full beside a huge one."""
    orders = book_of([[1e9, 9], [1e-4, 8]], [[1e-4, 1], [1e9, 2]])
    market = Market(mechanism)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    np.testing.assert_allclose(cleared.filled_kwh, orders.quantity_kwh, rtol=1e-9)


def test_equal_prices_everywhere() -> None:
    orders = book_of([[1, 5]] * 400, [[1, 5]] * 100)
    cleared = clear(orders, Market(Mechanism.UNIFORM_PRICE))
    assert (cleared.uniform_price, cleared.welfare) == (5, 0)
    assert cleared.volume_kwh == pytest.approx(100, rel=1e-14)
    np.testing.assert_allclose(cleared.filled_kwh[:400], 0.25, rtol=1e-12)


def test_zero_has_one_sign() -> None:
    orders = book_of([[1, -0.0], [1, 0.0]], [[1, 0.0], [1, -0.0]])
    cleared = clear(orders, Market(Mechanism.PRICE_TIME))
    assert cleared.bid.tolist() == [0, 1]
    assert cleared.ask.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"side": np.array([1, 0], np.int8)}, "side must be"),
        ({"side": np.array([1, -1], np.int64)}, "side must be int8"),
        ({"quantity_kwh": np.array([1.0, 0.0])}, "above 0"),
        ({"quantity_kwh": np.array([1.0, math.inf])}, "finite"),
        ({"quantity_kwh": np.array([1.0, math.nan])}, "above 0"),
        ({"price": np.array([1.0, math.nan])}, "price must be finite"),
        ({"price": np.array([1.0])}, "one value per order"),
        ({"participant": np.array([1.0, 2.0])}, "participant must be int64"),
    ],
)
def test_orders_that_are_refused(change: dict[str, np.ndarray], message: str) -> None:
    fields = {
        "side": np.array([1, -1], np.int8), "quantity_kwh": np.ones(2), "price": np.ones(2),
        "participant": np.arange(2),
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        Orders(**{**fields, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"k": 1.1}, "k must be"),
        ({"k": math.nan}, "k must be"),
        ({"minimum_quantum": -1.0}, "minimum_quantum"),
        ({"minimum_quantum": math.inf}, "minimum_quantum"),
        ({"price_floor": 2.0, "price_cap": 1.0}, "price_floor"),
        ({"price_cap": math.nan}, "price_floor"),
        ({"mechanism": Mechanism.HUANG, "self_trade_ban": True}, "huang"),
    ],
)
def test_markets_that_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Market(**{"mechanism": Mechanism.PRICE_TIME, **change})  # type: ignore[arg-type]
