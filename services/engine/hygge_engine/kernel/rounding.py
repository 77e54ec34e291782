"""Rounding a house's flows to float32 so that they still balance.

Each flow is rounded in turn and its rounding error is carried into the next flow that is not zero (error diffusion,
as in cascade rounding of tables). What remains in the end is half a unit in the last place of one flow instead of the
sum of all. Zeros stay zeros and no flow changes its sign.
"""

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.types import Float32, Float64


@compiled
def round_storage(position: Float64, load: Float32, generation: Float32, rounded: Float32, carry: Float64) -> None:
    """Storage power, `position − (load − generation)`, rounded; starts the carry. All in kW."""
    for t in range(position.size):
        storage = position[t] - (np.float64(load[t]) - np.float64(generation[t]))
        rounded[t] = storage
        carry[t] = np.float64(rounded[t]) - storage


@compiled
def round_flow(flow: Float64, carry: Float64, rounded: Float32) -> None:
    """Round `flow + carry` and keep what is lost by it in `carry`."""
    for t in range(flow.size):
        exact = flow[t]
        wanted = exact + carry[t]
        wanted = max(wanted, 0.0) if exact > 0.0 else min(wanted, 0.0)
        rounded[t] = wanted if exact != 0.0 else 0.0
        carry[t] += exact - np.float64(rounded[t])
