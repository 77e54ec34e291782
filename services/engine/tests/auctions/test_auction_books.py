"""Published books: volume, welfare, interval and the prices of the named rules."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hygge_engine.auctions import ClearingPrice, Market, Mechanism, clear
from services.engine.tests.auctions.auction_twin import book_of, check

BOOKS = json.loads((Path(__file__).parent / "data" / "books.json").read_text(encoding="utf-8"))["books"]


def number(value: float | None) -> float:
    return math.nan if value is None else float(value)


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book["name"])
@pytest.mark.parametrize("mechanism", [Mechanism.UNIFORM_PRICE, Mechanism.PRICE_TIME])
@pytest.mark.parametrize("ban", [False, True])
def test_volume_welfare_and_interval(book: dict[str, Any], mechanism: Mechanism, ban: bool) -> None:
    orders, market = book_of(book["buys"], book["sells"]), Market(mechanism, self_trade_ban=ban)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    assert cleared.volume_kwh == pytest.approx(book["volume"], rel=1e-12)
    assert cleared.welfare == pytest.approx(book["welfare"], rel=1e-12)
    assert [cleared.lo, cleared.hi] == pytest.approx(list(map(number, book["interval"])), nan_ok=True, rel=1e-15)


@pytest.mark.parametrize(
    ("book", "rule"), [(book, rule) for book in BOOKS for rule in book["prices"]], ids=lambda value: str(value)[:40]
)
def test_named_price(book: dict[str, Any], rule: str) -> None:
    orders, market = book_of(book["buys"], book["sells"]), Market(Mechanism.UNIFORM_PRICE, ClearingPrice(rule))
    cleared = clear(orders, market)
    check(orders, market, cleared)
    assert cleared.uniform_price == pytest.approx(number(book["prices"][rule]), nan_ok=True, rel=1e-15)


def test_k_moves_the_price_through_the_interval() -> None:
    orders = book_of([[500, 45], [1000, 35]], [[500, 0], [1000, 10], [1000, 20], [500, 30]])
    prices = [clear(orders, Market(Mechanism.UNIFORM_PRICE, k=k)).uniform_price for k in (0, 0.25, 1)]
    assert prices == [10, 12.5, 20]


def test_orders_at_the_cut_price_share_pro_rata() -> None:
    """CPES 01: of the last ask half is sold; split in three, each part sells half."""
    orders = book_of([[500, 45], [1000, 35], [1000, 25]], [[1000, 0], [1000, 10], [500, 20], [300, 20], [200, 20]])
    cleared = clear(orders, Market(Mechanism.UNIFORM_PRICE))
    assert cleared.filled_kwh.tolist() == [500, 1000, 1000, 1000, 1000, 250, 150, 100]


def test_one_ratio_for_all_at_a_price_limit() -> None:
    """Far too much demand at the cap: executed ratio = short side / long side (as published for 27.04.2024, 0.1908)."""
    orders = book_of([[400, 9000], [600, 4000]], [[100, 10], [90.8, 50]])
    cleared = clear(orders, Market(Mechanism.UNIFORM_PRICE, price_cap=4000))
    assert cleared.uniform_price == 4000
    assert cleared.filled_kwh == pytest.approx([400 * 0.1908, 600 * 0.1908, 100, 90.8])


def test_double_auction_prices_each_pair() -> None:
    orders = book_of([[2, 10], [3, 8]], [[1, 4], [5, 6]])
    cleared = clear(orders, Market(Mechanism.PRICE_TIME))
    assert cleared.bid.tolist() == [0, 0, 1]
    assert cleared.ask.tolist() == [2, 3, 3]
    assert cleared.quantity_kwh.tolist() == [1, 1, 3]
    assert cleared.price.tolist() == [7, 8, 7]
    assert math.isnan(cleared.uniform_price)
    by_bid = clear(orders, Market(Mechanism.PRICE_TIME, k=1)).price
    assert by_bid.tolist() == [10, 10, 8]


def test_equal_prices_go_by_arrival() -> None:
    orders = book_of([[1, 5], [1, 5]], [[1.5, 3], [1, 3]])
    cleared = clear(orders, Market(Mechanism.PRICE_TIME))
    assert list(zip(cleared.bid.tolist(), cleared.ask.tolist(), strict=True)) == [(0, 2), (1, 2), (1, 3)]
    assert cleared.filled_kwh.tolist() == [1, 1, 1.5, 0.5]


@pytest.mark.parametrize("mechanism", [Mechanism.UNIFORM_PRICE, Mechanism.PRICE_TIME])
def test_gsy_market_2_with_a_ban_loses_nothing(mechanism: Mechanism) -> None:
    """gsy trades 125 here because it matches newest first; every kWh can be sold to somebody else."""
    orders = book_of([[40, 1.5], [45, 2], [50, 6]], [[55, 1], [60, 1], [65, 1]], [0, 1, 2, 0, 1, 2])
    market = Market(mechanism, self_trade_ban=True)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    assert (cleared.volume_kwh, cleared.welfare) == (135, 315)


def test_newest_first_loses_volume_that_routing_gets_back() -> None:
    """The same book with the offers in gsy's order: passing over own offers gives 125, the rest is swapped in."""
    orders = book_of([[40, 1.5], [45, 2], [50, 6]], [[65, 1], [60, 1], [55, 1]], [0, 1, 2, 2, 1, 0])
    market = Market(Mechanism.PRICE_TIME, self_trade_ban=True)
    cleared = clear(orders, market)
    check(orders, market, cleared)
    assert (cleared.volume_kwh, cleared.welfare) == (135, 315)


def test_nothing_is_shared_with_the_input() -> None:
    orders = book_of([[2, 10]], [[1, 4]])
    before = orders.quantity_kwh.copy()
    clear(orders, Market(Mechanism.UNIFORM_PRICE, minimum_quantum=0.5))
    assert np.array_equal(orders.quantity_kwh, before)
