"""The pure outer loop of a run, the only place that knows both kernel and markets."""

from hygge_engine.simulation.digests import result_digest
from hygge_engine.simulation.passes import (
    close_window,
    first_pass,
    merged,
    second_pass,
    settle,
    simulate,
    simulate_window,
)
from hygge_engine.simulation.types import (
    DAY_SUMS,
    GridResult,
    NodeResult,
    Parameters,
    Period,
    Proof,
    Settled,
    WindowInput,
    WindowResult,
)

__all__ = [
    "DAY_SUMS",
    "GridResult",
    "NodeResult",
    "Parameters",
    "Period",
    "Proof",
    "Settled",
    "WindowInput",
    "WindowResult",
    "close_window",
    "first_pass",
    "merged",
    "result_digest",
    "second_pass",
    "settle",
    "simulate",
    "simulate_window",
]
