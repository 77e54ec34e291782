"""What an auction takes and gives. Quantities in kWh, prices per kWh, money in the currency of the prices."""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Int8 = NDArray[np.int8]
UInt64 = NDArray[np.uint64]

BID, ASK = 1, -1


class Mechanism(StrEnum):
    """How a book of orders is cleared; the names are the API's."""

    PRICE_TIME = "price_time"
    UNIFORM_PRICE = "uniform_price"
    HUANG = "huang"


class ClearingPrice(StrEnum):
    """Which price a call auction takes, where more than one clears the book; the names are the API's."""

    MID = "mid"
    LOWEST = "lowest"
    HIGHEST = "highest"
    LAST_ACCEPTED_ASK = "last_accepted_ask"
    LAST_ACCEPTED_BID = "last_accepted_bid"


@dataclass(frozen=True, slots=True)
class Orders:
    """A book of limit orders in the order of their arrival, n of them.

    side: int8[n], +1 a bid, −1 an ask. quantity_kwh: float64[n], > 0. price: float64[n], finite, may be negative.
    participant: int64[n], whose order it is. Raises ValueError.
    """

    side: Int8
    quantity_kwh: Float64
    price: Float64
    participant: Int64

    def __post_init__(self) -> None:
        for name, kind in (("side", np.int8), ("quantity_kwh", np.float64), ("price", np.float64)):
            _check(name, getattr(self, name), kind, self.side.shape)
        _check("participant", self.participant, np.int64, self.side.shape)
        if not np.all(np.abs(self.side) == 1):
            raise ValueError("side must be +1 (bid) or -1 (ask)")
        if not np.all(self.quantity_kwh > 0) or not np.all(np.isfinite(self.quantity_kwh)):
            raise ValueError("quantity_kwh must be finite and above 0")
        if not np.all(np.isfinite(self.price)):
            raise ValueError("price must be finite")

    @property
    def count(self) -> int:
        """n, the number of orders."""
        return int(self.side.size)


def _check(name: str, array: NDArray[Any], kind: type, shape: tuple[int, ...]) -> None:
    if array.dtype != kind or array.ndim != 1 or array.shape != shape:
        raise ValueError(f"{name} must be {np.dtype(kind)} with one value per order, like side")


@dataclass(frozen=True, slots=True)
class Market:
    """The rules of an auction.

    price: the rule of `uniform_price`. k in [0, 1]: the weight of the bid; a trade of `price_time` costs
    k·bid + (1 − k)·ask, `mid` is k·hi + (1 − k)·lo. minimum_quantum: kWh, no trade is smaller. price_floor, price_cap:
    a bid above the cap counts as the cap and an ask below the floor as the floor; an ask above the cap and a bid below
    the floor do not trade. self_trade_ban: no trade between two orders of one participant. Raises ValueError.
    """

    mechanism: Mechanism
    price: ClearingPrice = ClearingPrice.MID
    k: float = 0.5
    minimum_quantum: float = 0.0
    price_floor: float | None = None
    price_cap: float | None = None
    self_trade_ban: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.k <= 1:
            raise ValueError("k must be from 0 to 1")
        if not (self.minimum_quantum >= 0 and math.isfinite(self.minimum_quantum)):
            raise ValueError("minimum_quantum must be finite and not negative")
        if math.isnan(self.floor) or math.isnan(self.cap) or self.floor > self.cap:
            raise ValueError("price_floor must not be above price_cap")
        if self.mechanism == Mechanism.HUANG and self.self_trade_ban:
            raise ValueError("huang has no self_trade_ban: who is reduced may not depend on who trades with whom")

    @property
    def floor(self) -> float:
        """The lowest price a trade may have; −inf without one."""
        return -math.inf if self.price_floor is None else self.price_floor

    @property
    def cap(self) -> float:
        """The highest price a trade may have; inf without one."""
        return math.inf if self.price_cap is None else self.price_cap


@dataclass(frozen=True, slots=True)
class Clearing:
    """What came out: m trades between the orders of the book.

    bid, ask: int64[m], rows of the orders. quantity_kwh: float64[m]. price: float64[m], what the buyer pays per kWh;
    seller_price: float64[m], what the seller gets, the same but for `huang`. filled_kwh: float64[n], by order.
    uniform_price: the one price of all trades, nan under the other mechanisms or without a trade. lo, hi: the interval
    of equilibrium prices, nan where no order bounds it. volume_kwh, welfare: sums over trades of quantity and of
    quantity · (bid − ask), at the prices that count within the bounds. market_maker: what buyers pay and no seller
    gets.
    """

    bid: Int64
    ask: Int64
    quantity_kwh: Float64
    price: Float64
    seller_price: Float64
    filled_kwh: Float64
    uniform_price: float
    lo: float
    hi: float
    volume_kwh: float
    welfare: float
    market_maker: float
