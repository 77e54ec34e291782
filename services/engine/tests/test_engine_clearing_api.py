"""Books through the API: cleared for everybody who is signed in, refused with all findings."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from hygge_core.app import create_app
from hygge_core.settings import CoreSettings
from hygge_engine.clearing.api import router
from tests.support.tokens import TokenMaker

BOOK = [
    {"side": "buy", "quantity_kwh": 500, "price": 45, "id": "b1"},
    {"side": "buy", "quantity_kwh": 1000, "price": 35, "id": "b2"},
    {"side": "sell", "quantity_kwh": 500, "price": 0, "id": "s1"},
    {"side": "sell", "quantity_kwh": 1000, "price": 10, "id": "s2"},
    {"side": "sell", "quantity_kwh": 1000, "price": 20, "id": "s3"},
    {"side": "sell", "quantity_kwh": 500, "price": 30, "id": "s4"},
]


@pytest.fixture(scope="module")
def client(tokens: TokenMaker) -> Iterator[TestClient]:
    """The route needs no database, so the application here has none."""
    settings = CoreSettings(port=0, database_url="postgresql://unused.test/x", jwks_url="http://unused.test")
    app = create_app(settings, name="engine", summary="", routers=[router], checks={}, verifier=tokens.verifier())
    with TestClient(app) as client:
        yield client


@pytest.fixture
def post(client: TestClient, tokens: TokenMaker) -> Any:
    def send(role: str = "operator", **body: Any) -> Any:
        body = {"mechanism": "uniform_price", "orders": BOOK, **body}
        return client.post("/api/v1/markets/clear", json=body, headers=tokens.headers(5, role))

    return send


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [error["field"] for error in answer.json()["errors"]]


def test_one_price_for_all(post: Any) -> None:
    answer = post()
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["mechanism"] == "uniform_price"
    assert body["price_rule"] == "mid"
    assert body["price"] == 15
    assert body["equilibrium_interval"] == {"low": 10, "high": 20}
    assert (body["volume_kwh"], body["welfare"], body["market_maker"]) == (1500, 47500, 0)
    assert body["trades"] == [
        {"buy": "b1", "sell": "s1", "quantity_kwh": 500, "price": 15, "seller_price": 15},
        {"buy": "b2", "sell": "s2", "quantity_kwh": 1000, "price": 15, "seller_price": 15},
    ]
    assert [order["id"] for order in body["orders"]] == ["b1", "b2", "s1", "s2", "s3", "s4"]
    assert [order["filled_kwh"] for order in body["orders"]] == [500, 1000, 500, 1000, 0, 0]
    assert [order["average_price"] for order in body["orders"]] == [15, 15, 15, 15, None, None]


def test_a_price_for_each_pair(post: Any) -> None:
    body = post(mechanism="price_time", k=1).json()
    assert [trade["price"] for trade in body["trades"]] == [45, 35]
    assert body["price"] is None
    assert body["price_rule"] is None


def test_two_prices_and_a_market_maker(post: Any) -> None:
    orders = [{"side": "buy", "quantity": 1, "price": price} for price in (6.7, 6.6, 6.5, 6.4, 6.3, 6)]
    orders += [{"side": "sell", "quantity": q, "price": p} for q, p in ((1, 1), (1, 2), (2, 3), (2, 4), (1, 6.1))]
    body = post(mechanism="huang", orders=orders).json()
    assert {(trade["price"], trade["seller_price"]) for trade in body["trades"]} == {(6, 4)}
    assert body["volume_kwh"] == pytest.approx(4)
    assert body["market_maker"] == pytest.approx(8)


def test_other_words_and_no_ids(post: Any) -> None:
    orders = [{"side": "BID", "quantity": 2, "price": 5}, {"side": "ask", "energy_kwh": 1, "price_eur_per_kwh": 3}]
    body = post(orders=orders).json()
    assert body["trades"] == [{"buy": 0, "sell": 1, "quantity_kwh": 1, "price": 5, "seller_price": 5}]
    assert [order["side"] for order in body["orders"]] == ["buy", "sell"]


@pytest.mark.parametrize("mechanism", ["uniform_price", "price_time"])
def test_nobody_trades_with_himself_but_strangers_do(post: Any, mechanism: str) -> None:
    orders = [
        {"side": "buy", "quantity_kwh": 1, "price": 5, "participant": "7"},
        {"side": "sell", "quantity_kwh": 1, "price": 3, "participant": 7},
        {"side": "buy", "quantity_kwh": 1, "price": 4},
    ]
    answer = post(mechanism=mechanism, orders=orders, self_trade_ban=True)
    assert [(trade["buy"], trade["sell"]) for trade in answer.json()["trades"]] == [(2, 1)]
    without = post(mechanism=mechanism, orders=orders).json()
    assert [(trade["buy"], trade["sell"]) for trade in without["trades"]] == [(0, 1)]


def test_no_orders_and_no_crossing(post: Any) -> None:
    body = post(orders=[]).json()
    assert (body["price"], body["volume_kwh"], body["trades"], body["orders"]) == (None, 0, [], [])
    assert body["equilibrium_interval"] == {"low": None, "high": None}
    body = post(orders=[BOOK[0], {"side": "sell", "quantity_kwh": 1, "price": 50}]).json()
    assert body["price"] is None
    assert body["equilibrium_interval"] == {"low": 45, "high": 50}


def test_rules_reach_the_market(post: Any) -> None:
    assert post(price_rule="lowest").json()["price"] == 10
    assert post(k=0.2).json()["price"] == 12
    assert post(price_cap=12).json()["equilibrium_interval"] == {"low": 10, "high": 12}
    assert post(price_floor=40).json()["volume_kwh"] == 500
    assert post(minimum_quantum_kwh=600).json()["volume_kwh"] == 1000
    assert post(minimum_quantum=600).json()["volume_kwh"] == 1000


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mechanism": "lottery"}, ["mechanism"]),
        ({"k": 1.5, "price_rule": "best"}, ["price_rule", "k"]),
        ({"minimum_quantum_kwh": -1, "colour": "red"}, ["minimum_quantum_kwh", "colour"]),
        ({"price_floor": 3, "price_cap": 2}, ["price_floor"]),
        ({"mechanism": "huang", "self_trade_ban": True}, ["self_trade_ban"]),
        ({"self_trade_ban": 0}, ["self_trade_ban"]),
        (
            {"orders": [BOOK[0], {"side": "hold", "quantity_kwh": 0, "price": "cheap"}, {"side": "buy"}]},
            ["orders.1.side", "orders.1.quantity_kwh", "orders.1.price", "orders.2.quantity_kwh", "orders.2.price"],
        ),
        ({"orders": [BOOK[0], {**BOOK[0], "price": 1e300}]}, ["orders.1.price"]),
        ({"orders": [BOOK[0], BOOK[1], BOOK[0], BOOK[0]]}, ["orders.2.id", "orders.3.id"]),
        ({"orders": [{"side": "buy", "quantity_kwh": 1, "price": 1}, {**BOOK[0], "id": 0}]}, ["orders.1.id"]),
        ({"orders": None}, ["orders"]),
    ],
)
def test_all_findings_at_once(post: Any, changes: dict[str, Any], expected: list[str]) -> None:
    assert fields(post(**changes)) == expected


def test_not_a_number_is_refused(client: TestClient, tokens: TokenMaker) -> None:
    content = '{"mechanism": "uniform_price", "orders": [{"side": "buy", "quantity_kwh": NaN, "price": Infinity}]}'
    headers = {**tokens.headers(), "content-type": "application/json"}
    answer = client.post("/api/v1/markets/clear", content=content, headers=headers)
    assert fields(answer) == ["orders.0.quantity_kwh", "orders.0.price"]


def test_too_many_orders(post: Any) -> None:
    assert fields(post(orders=[{"side": "buy", "quantity_kwh": 1, "price": 1}] * 200_001)) == ["orders"]


@pytest.mark.parametrize("role", ["admin", "operator", "viewer", "participant", "service"])
def test_everybody_signed_in_may_ask(post: Any, role: str) -> None:
    assert post(role).status_code == 200


def test_strangers_may_not(client: TestClient) -> None:
    assert client.post("/api/v1/markets/clear", json={}).status_code == 401


@pytest.mark.parametrize("mechanism", ["uniform_price", "price_time"])
def test_ten_thousand_orders_take_a_moment(post: Any, mechanism: str) -> None:
    rng = np.random.default_rng(3)
    orders = [
        {"side": side, "quantity_kwh": quantity, "price": price}
        for side, quantity, price in zip(
            rng.choice(["buy", "sell"], 10_000).tolist(),
            rng.uniform(0.1, 5, 10_000).tolist(),
            rng.uniform(8, 30, 10_000).tolist(),
            strict=True,
        )
    ]
    post(mechanism=mechanism, orders=orders)
    begin = time.process_time()
    body = post(mechanism=mechanism, orders=orders).json()
    assert time.process_time() - begin < 2  # about 0.1 s; far above it, something is wrong
    assert sum(trade["quantity_kwh"] for trade in body["trades"]) == pytest.approx(body["volume_kwh"])
