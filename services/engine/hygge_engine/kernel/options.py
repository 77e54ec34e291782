"""What a run may choose, by the names of the API. Nothing here computes."""

from dataclasses import dataclass
from enum import StrEnum

from hygge_engine.auctions.types import ClearingPrice


class Allocation(StrEnum):
    """Who gets how much of a pool's surplus."""

    NONE = "none"
    PROPORTIONAL = "proportional"
    EQUAL = "equal"
    PRIORITY = "priority"
    STATIC_KEY = "static_key"
    HYBRID_KEY = "hybrid_key"
    GREEDY = "greedy"
    PRICE_TIME = "price_time"
    UNIFORM_PRICE = "uniform_price"


# Allocations that make prices themselves: an order book a pool and step.
AUCTIONS = (Allocation.PRICE_TIME, Allocation.UNIFORM_PRICE)


class StorageStrategy(StrEnum):
    """What the houses' batteries are for."""

    NONE = "none"
    SELF_CONSUMPTION = "self_consumption"
    COMMUNITY = "community"
    TIME_OF_USE = "time_of_use"
    PEAK_SHAVING = "peak_shaving"
    SCHEDULED = "scheduled"


class ChargeStrategy(StrEnum):
    """When a car at home is charged."""

    ON_ARRIVAL = "on_arrival"
    SOLAR_SURPLUS = "solar_surplus"
    CHEAPEST_HOURS = "cheapest_hours"
    BY_DEPARTURE = "by_departure"


class BidStrategy(StrEnum):
    """At what price a house offers and bids."""

    TRUTHFUL = "truthful"
    ZERO_INTELLIGENCE = "zero_intelligence"
    FIXED_LIMITS = "fixed_limits"
    BATTERY_AWARE = "battery_aware"


class LeftOver(StrEnum):
    """Whose energy is what a static key's holder cannot use: the seller's, or the holder's (Spain)."""

    SELLER = "seller"
    PARTICIPANT = "participant"


@dataclass(frozen=True, slots=True)
class Bidding:
    """How houses bid and how books are priced.

    k: weight of the bid in the price of a pair, and of the upper end of the equilibrium interval. seed: of arrival
    times and of zero-intelligence prices. price_floor, price_cap: bids above the cap count as the cap, asks below the
    floor as the floor; bids below the floor and asks above the cap do not trade.
    """

    strategy: BidStrategy = BidStrategy.TRUTHFUL
    clearing_price: ClearingPrice = ClearingPrice.MID
    k: float = 0.5
    seed: int = 0
    price_floor: float | None = None
    price_cap: float | None = None


@dataclass(frozen=True, slots=True)
class StorageControl:
    """The numbers of a storage strategy, prices per kWh as the house sees them upstream (retail, fees and taxes).

    time_of_use: charges from the grid below `charge_below`, discharges for its house above `discharge_above`; between
    them surplus charges. peak_shaving: discharges what the house takes above `peak_limit_kw` and charges up to
    `recharge_below_kw` of it, and from surplus.
    """

    charge_below: float = 0.0
    discharge_above: float = float("inf")
    peak_limit_kw: float = float("inf")
    recharge_below_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class Rules:
    """What a run chooses.

    minimum_trade_kwh: the smallest pair that `greedy` and the auctions trade in a step. left_over: of `static_key`.
    rounding_decimals: what a buyer gets of a pool is truncated toward zero to so many decimals of a kWh a step; None
    leaves it as it is.
    """

    allocation: Allocation
    storage_strategy: StorageStrategy
    minimum_trade_kwh: float = 0.0
    left_over: LeftOver = LeftOver.SELLER
    rounding_decimals: int | None = None
    bidding: Bidding = Bidding()
    storage: StorageControl = StorageControl()

    def minimum_kw(self, step_hours: float) -> float:
        """The smallest trade as power; a trade of just that energy is made, whatever its last bits."""
        return self.minimum_trade_kwh / step_hours * (1.0 - 1e-9)

    def unit_kw(self, step_hours: float) -> float:
        """What buyers get is truncated to whole units of so much power; 0: it is not truncated."""
        return 0.0 if self.rounding_decimals is None else 10.0**-self.rounding_decimals / step_hours
