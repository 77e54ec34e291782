"""Clears one book. Nothing is stored."""

from typing import Any

import numpy as np

from hygge_core.errors import Finding, InvalidInput
from hygge_engine.auctions import ASK, BID, Clearing, Market, Mechanism, Orders, clear
from hygge_engine.clearing.schemas import ClearingRequest, OrderRequest


def clear_book(request: ClearingRequest) -> dict[str, Any]:
    """The outcome, ready for JSON as `ClearingBody`. Raises InvalidInput with all findings."""
    names = [index if order.id is None else order.id for index, order in enumerate(request.orders)]
    findings = _findings(request) + _repeated(names)
    if findings:
        raise InvalidInput(findings)
    market = Market(
        request.mechanism,
        request.price_rule,
        request.k,
        request.minimum_quantum_kwh,
        request.price_floor,
        request.price_cap,
        request.self_trade_ban,
    )
    orders = _orders(request.orders)
    return _body(request, names, orders, clear(orders, market))


def warm_up() -> None:
    """Compile the auctions, or load what is compiled, before the first book comes."""
    side, one = np.array([BID, ASK], np.int8), np.ones(2)
    orders = Orders(side, one, one, np.arange(2))
    for mechanism in Mechanism:
        clear(orders, Market(mechanism, minimum_quantum=0.5, self_trade_ban=mechanism != Mechanism.HUANG))


def _findings(request: ClearingRequest) -> list[Finding]:
    found = []
    floor, cap = request.price_floor, request.price_cap
    if floor is not None and cap is not None and floor > cap:
        found.append(Finding("price_floor", "must not be above price_cap"))
    if request.mechanism == Mechanism.HUANG and request.self_trade_ban:
        found.append(Finding("self_trade_ban", "the mechanism huang has none"))
    return found


def _repeated(names: list[int | str]) -> list[Finding]:
    """Ids that were there before; an order without an id has its index."""
    if len(set(names)) == len(names):
        return []
    first: dict[int | str, int] = {}
    return [
        Finding(f"orders.{index}.id", f"{name!r} names order {first[name]} already")
        for index, name in enumerate(names)
        if first.setdefault(name, index) != index
    ]


def _orders(listed: list[OrderRequest]) -> Orders:
    """As arrays; an order without a participant gets one of its own."""
    count = len(listed)
    owners: dict[str, int] = {}
    participants = (
        count + index if order.participant is None else owners.setdefault(str(order.participant), len(owners))
        for index, order in enumerate(listed)
    )
    return Orders(
        np.fromiter((BID if order.side == "buy" else ASK for order in listed), np.int8, count),
        np.fromiter((order.quantity_kwh for order in listed), np.float64, count),
        np.fromiter((order.price for order in listed), np.float64, count),
        np.fromiter(participants, np.int64, count),
    )


def _body(request: ClearingRequest, names: list[int | str], orders: Orders, cleared: Clearing) -> dict[str, Any]:
    columns = (cleared.bid, cleared.ask, cleared.quantity_kwh, cleared.price, cleared.seller_price)
    trades = [
        {"buy": names[bid], "sell": names[ask], "quantity_kwh": kwh, "price": price, "seller_price": seller_price}
        for bid, ask, kwh, price, seller_price in zip(*(column.tolist() for column in columns), strict=True)
    ]
    uniform = request.mechanism == Mechanism.UNIFORM_PRICE
    return {
        "mechanism": request.mechanism.value,
        "price_rule": request.price_rule.value if uniform else None,
        "price": _number(cleared.uniform_price),
        "equilibrium_interval": {"low": _number(cleared.lo), "high": _number(cleared.hi)},
        "volume_kwh": cleared.volume_kwh,
        "welfare": cleared.welfare,
        "market_maker": cleared.market_maker,
        "trades": trades,
        "orders": _order_bodies(request.orders, names, orders, cleared),
    }


def _order_bodies(
    listed: list[OrderRequest], names: list[int | str], orders: Orders, cleared: Clearing
) -> list[dict[str, Any]]:
    money = np.bincount(cleared.bid, cleared.quantity_kwh * cleared.price, orders.count)
    money += np.bincount(cleared.ask, cleared.quantity_kwh * cleared.seller_price, orders.count)
    filled = cleared.filled_kwh.tolist()
    return [
        {
            "id": name,
            "side": order.side,
            "quantity_kwh": order.quantity_kwh,
            "filled_kwh": kwh,
            "average_price": paid / kwh if kwh > 0 else None,
        }
        for order, name, kwh, paid in zip(listed, names, filled, money.tolist(), strict=True)
    ]


def _number(value: float) -> float | None:
    """JSON has no nan."""
    return None if np.isnan(value) else float(value)
