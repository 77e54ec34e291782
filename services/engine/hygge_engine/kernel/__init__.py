"""The numeric core: arrays in, arrays out. It knows no file, clock, setting or market, only NumPy and numba."""

from hygge_engine.auctions.types import ClearingPrice
from hygge_engine.kernel.composition import compose
from hygge_engine.kernel.devices import (
    CAR_FIELDS,
    THERMAL_FIELDS,
    Cars,
    Devices,
    Generators,
    Signals,
    ThermalInput,
    Thermals,
)
from hygge_engine.kernel.exchange import GridPool, Handdown, Left
from hygge_engine.kernel.flows import house_flows
from hygge_engine.kernel.memory import Memory
from hygge_engine.kernel.options import (
    AUCTIONS,
    Allocation,
    Bidding,
    BidStrategy,
    ChargeStrategy,
    LeftOver,
    Rules,
    StorageControl,
    StorageStrategy,
)
from hygge_engine.kernel.state import State
from hygge_engine.kernel.types import (
    BATTERY_FIELDS,
    ENERGY_SUMS,
    MEASURES,
    Batteries,
    Community,
    Nodes,
    Outcome,
    Residuals,
    Window,
    resolve_sharing_keys,
)
from hygge_engine.kernel.window import close_grid, run_window, settle_grid, window_left

__all__ = [
    "AUCTIONS",
    "BATTERY_FIELDS",
    "CAR_FIELDS",
    "ENERGY_SUMS",
    "MEASURES",
    "THERMAL_FIELDS",
    "Allocation",
    "Batteries",
    "BidStrategy",
    "Bidding",
    "Cars",
    "ChargeStrategy",
    "ClearingPrice",
    "Community",
    "Devices",
    "Generators",
    "GridPool",
    "Handdown",
    "Left",
    "LeftOver",
    "Memory",
    "Nodes",
    "Outcome",
    "Residuals",
    "Rules",
    "Signals",
    "State",
    "StorageControl",
    "StorageStrategy",
    "ThermalInput",
    "Thermals",
    "Window",
    "close_grid",
    "compose",
    "house_flows",
    "resolve_sharing_keys",
    "run_window",
    "settle_grid",
    "window_left",
]
