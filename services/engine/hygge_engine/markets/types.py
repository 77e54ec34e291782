"""What markets take and give: prices per step and sums of money. Money is in the grid's currency."""

from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

MONEY_SUMS: tuple[str, ...] = (
    "import_cost_eur",
    "export_revenue_eur",
    "purchase_cost_eur",
    "sale_revenue_eur",
    "fees_eur",
    "fuel_cost_eur",
    "incentive_eur",
    "reference_cost_eur",
    "co2_kg",
)


class Pricing(StrEnum):
    """How local energy is priced under allocations that set no price; the names are the API's."""

    FIXED = "fixed"
    MID_MARKET = "mid_market"
    SUPPLY_DEMAND_RATIO = "supply_demand_ratio"
    BILL_SHARING = "bill_sharing"
    UPSTREAM = "upstream"


# Pricings under which no kWh has a price of its own between houses.
PRICELESS = (Pricing.BILL_SHARING, Pricing.UPSTREAM)


class PlantClass(StrEnum):
    """Power of the plants of an Italian energy community."""

    UP_TO_200_KW = "up_to_200_kw"
    FROM_200_TO_600_KW = "200_to_600_kw"
    ABOVE_600_KW = "above_600_kw"


class Region(StrEnum):
    """Part of Italy in which the plants are."""

    SOUTH = "south"
    CENTRE = "centre"
    NORTH = "north"


@dataclass(frozen=True, slots=True)
class PriceRule:
    """A run's pricing, per kWh.

    fixed_price is used by `fixed` only, compensation by `supply_demand_ratio` only (0: none). Bounds apply to every
    local price.
    """

    pricing: Pricing
    fixed_price: float = 0.0
    price_floor: float | None = None
    price_cap: float | None = None
    compensation: float = 0.0


@dataclass(frozen=True, slots=True)
class Rates:
    """What a kWh costs in each step of a window: float64[T] each, per kWh.

    retail, feed_in: upstream tariffs, of any sign. grid_fee, taxes: on imports, on top of retail. platform_fee,
    local_grid_fee: on purchases inside a transformer, on top of the price; platform_fee, between_grid_fee: on purchases
    between transformers (default: as inside). co2_kg_per_kwh: emissions of an imported kWh. incentive: paid per shared
    kWh (default: none); incentive_to_sellers: the part of it that sellers get, in [0, 1], buyers get the rest.
    """

    retail: Float64
    feed_in: Float64
    grid_fee: Float64
    taxes: Float64
    platform_fee: Float64
    local_grid_fee: Float64
    co2_kg_per_kwh: Float64
    between_grid_fee: Float64 = None  # type: ignore[assignment]  # filled in below
    incentive: Float64 = None  # type: ignore[assignment]
    incentive_to_sellers: float = 0.5

    def __post_init__(self) -> None:
        if self.between_grid_fee is None:
            object.__setattr__(self, "between_grid_fee", self.local_grid_fee)
        if self.incentive is None:
            object.__setattr__(self, "incentive", np.zeros_like(self.retail))
        for name in RATE_FIELDS:
            array = getattr(self, name)
            if array.shape != self.retail.shape or array.ndim != 1 or array.dtype != np.float64:
                raise ValueError(f"{name} must be float64 with one value per step, like retail")
        if not 0.0 <= self.incentive_to_sellers <= 1.0:
            raise ValueError("incentive_to_sellers must be in [0, 1]")

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return self.retail.size

    def window(self, first: int, last: int) -> "Rates":
        """The rates of steps first … last − 1."""
        columns = {name: np.ascontiguousarray(getattr(self, name)[first:last]) for name in RATE_FIELDS}
        return Rates(**columns, incentive_to_sellers=self.incentive_to_sellers)


RATE_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Rates) if field.name != "incentive_to_sellers")


@dataclass(frozen=True, slots=True)
class SharedBill:
    """What every house pays and gets per kWh of a billing period under `bill_sharing`, whoever it came from."""

    buy_price: float
    sell_price: float
