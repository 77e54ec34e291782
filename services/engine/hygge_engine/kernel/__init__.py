"""The numeric core: arrays in, arrays out. It knows no file, clock, setting or market, only NumPy and numba."""

from hygge_engine.kernel.composition import compose
from hygge_engine.kernel.flows import house_flows, transformer_flows
from hygge_engine.kernel.memory import Memory
from hygge_engine.kernel.types import (
    BATTERY_FIELDS,
    ENERGY_SUMS,
    MEASURES,
    Allocation,
    Batteries,
    Community,
    Handdown,
    Nodes,
    Outcome,
    Residuals,
    Rules,
    State,
    StorageStrategy,
    Window,
    resolve_sharing_keys,
)
from hygge_engine.kernel.window import run_window, settle_grid, window_left

__all__ = [
    "BATTERY_FIELDS",
    "ENERGY_SUMS",
    "MEASURES",
    "Allocation",
    "Batteries",
    "Community",
    "Handdown",
    "Memory",
    "Nodes",
    "Outcome",
    "Residuals",
    "Rules",
    "State",
    "StorageStrategy",
    "Window",
    "compose",
    "house_flows",
    "resolve_sharing_keys",
    "run_window",
    "settle_grid",
    "transformer_flows",
    "window_left",
]
