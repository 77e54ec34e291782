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
    "reference_cost_eur",
    "co2_kg",
)


class Pricing(StrEnum):
    """How local energy is priced under allocations that set no price; the names are the API's."""

    FIXED = "fixed"
    MID_MARKET = "mid_market"


@dataclass(frozen=True, slots=True)
class PriceRule:
    """A run's pricing, per kWh. The fixed price is used by `fixed` only; bounds apply to every local price."""

    pricing: Pricing
    fixed_price: float = 0.0
    price_floor: float | None = None
    price_cap: float | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """What a kWh costs in each step of a window: float64[T] each, per kWh.

    retail, feed_in: upstream tariffs. grid_fee, taxes: on imports, on top of retail. platform_fee, local_grid_fee: on
    local purchases, on top of the price. co2_kg_per_kwh: emissions of an imported kWh.
    """

    retail: Float64
    feed_in: Float64
    grid_fee: Float64
    taxes: Float64
    platform_fee: Float64
    local_grid_fee: Float64
    co2_kg_per_kwh: Float64

    def __post_init__(self) -> None:
        for field in fields(self):
            array = getattr(self, field.name)
            if array.shape != self.retail.shape or array.ndim != 1 or array.dtype != np.float64:
                raise ValueError(f"{field.name} must be float64 with one value per step, like retail")

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return self.retail.size
