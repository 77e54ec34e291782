"""Books of orders cleared by other programs, for `bench/markets.py`; runs in each peer's own environment.

`python peer_markets.py assume|pymarket books.npz` prints one line of JSON: for each mechanism and book the CPU seconds
of one clearing, its volume and its welfare. The books `side_i` (+1 bid, -1 ask), `quantity_i` and `price_i` are made
into what the peer takes before the clock starts.
"""

import copy
import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

START = datetime(2026, 1, 1)
HOUR = timedelta(hours=1)
LONG_ENOUGH_S = 1.0

Outcome = dict[str, float]
Book = tuple[Any, Any, Any]  # side, quantity, price


def timed(run: Callable[[Any], Any], fresh: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of a run: the fastest of several, each on fresh input, after a first one that does not count."""
    result, best, spent = run(fresh()), float("inf"), 0.0
    while spent < LONG_ENOUGH_S:
        data = fresh()
        begin = time.process_time()
        result = run(data)
        took = time.process_time() - begin
        best, spent = min(best, took), spent + took
    return best, result


def outcome(book: Book, bought: Any, sold: Any, seconds: float) -> Outcome:
    """Volume and welfare from what each order got, by index."""
    welfare = float(np.sum(bought * book[2]) - np.sum(sold * book[2]))
    return {"cpu_s": seconds, "volume": float(np.sum(bought)), "sold": float(np.sum(sold)), "welfare": welfare}


def assume_market(mechanism: str) -> Any:
    from assume.common.market_objects import MarketConfig, MarketProduct
    from assume.markets.clearing_algorithms.simple import PayAsBidRole, PayAsClearRole
    from dateutil import rrule
    from dateutil.relativedelta import relativedelta

    config = MarketConfig(
        market_id="local",
        opening_hours=rrule.rrule(rrule.HOURLY, dtstart=START, until=START + 24 * HOUR),
        opening_duration=HOUR,
        market_mechanism=mechanism,
        market_products=[MarketProduct(relativedelta(hours=1), 1, relativedelta(hours=1))],
    )
    return PayAsClearRole(config) if mechanism == "pay_as_clear" else PayAsBidRole(config)


def clear_assume(mechanism: str, book: Book) -> Outcome:
    """Supply has a positive volume, demand a negative one. Parts of an order that is split have its id."""
    product = (START + HOUR, START + 2 * HOUR, None)
    orders = [
        {
            "start_time": product[0], "end_time": product[1], "only_hours": None, "bid_id": row, "agent_addr": "a",
            "volume": -float(side) * float(quantity), "price": float(price),
        }
        for row, (side, quantity, price) in enumerate(zip(*book, strict=True))
    ]  # fmt: skip
    market = assume_market(mechanism)
    seconds, found = timed(lambda data: market.clear(data, [product]), lambda: copy.deepcopy(orders))
    bought, sold = np.zeros(len(orders)), np.zeros(len(orders))
    for order in found[0]:
        side = bought if order["volume"] < 0 else sold
        side[order["bid_id"]] += abs(order["accepted_volume"])
    return outcome(book, bought, sold, seconds)


def clear_pymarket(mechanism: str, book: Book) -> Outcome:
    from pymarket import Market

    market = Market()
    for user, (side, quantity, price) in enumerate(zip(*book, strict=True)):
        market.accept_bid(float(quantity), float(price), user, bool(side > 0))
    seconds, found = timed(lambda _: market.run(mechanism), lambda: None)
    bought, sold = np.zeros(book[0].size), np.zeros(book[0].size)
    for row, quantity in found[0].get_df()[["bid", "quantity"]].itertuples(index=False):
        (bought if book[0][int(row)] > 0 else sold)[int(row)] += quantity
    return outcome(book, bought, sold, seconds)


PEERS: dict[str, tuple[str, tuple[str, ...], Callable[[str, Book], Outcome]]] = {
    "assume": ("assume-framework", ("pay_as_clear", "pay_as_bid"), clear_assume),
    "pymarket": ("pymarket", ("huang",), clear_pymarket),
}


def main() -> None:
    package, mechanisms, clear = PEERS[sys.argv[1]]
    with np.load(Path(sys.argv[2])) as data:
        books = [(data[f"side_{i}"], data[f"quantity_{i}"], data[f"price_{i}"]) for i in range(int(data["count"]))]
    results = {mechanism: [clear(mechanism, book) for book in books] for mechanism in mechanisms}
    print(json.dumps({"version": version(package), "results": results}))


if __name__ == "__main__":
    main()
