"""Energy from each participant of a pool to each other, where sharing is pro rata."""

import numpy as np

from hygge_engine.kernel.compiled import compiled, entry_point
from hygge_engine.kernel.types import SHARED_GRID, SHARED_LOCAL, Float32, Float64

_BLOCK = 32


def house_flows(values: Float32, step_hours: float) -> Float64:
    """kWh by (seller, buyer) between the houses of one transformer; values: float32[n, 9, T] of these houses."""
    return _pro_rata_flows(values, SHARED_LOCAL) * step_hours


def transformer_flows(values: Float32, step_hours: float) -> Float64:
    """kWh by (seller, buyer) between transformers; values: float32[K, 9, T]."""
    return _pro_rata_flows(values, SHARED_GRID) * step_hours


@compiled
def _fill_block(values: Float32, measure: int, start: int, sold: Float64, bought: Float64) -> None:
    """Sellers' shares of the volume, float64[n, 32], and what is bought in kW, float64[32, n], for 32 steps."""
    sold[:] = 0.0
    bought[:] = 0.0
    volume = np.zeros(_BLOCK)
    for i in range(values.shape[0]):
        row = values[i, measure, start : start + _BLOCK]
        for b in range(row.size):
            flow = np.float64(row[b])
            bought[b, i] = flow if flow > 0.0 else 0.0
            sold[i, b] = -flow if flow < 0.0 else 0.0
            volume[b] += sold[i, b]
    for i in range(values.shape[0]):
        for b in range(_BLOCK):
            sold[i, b] = sold[i, b] / volume[b] if volume[b] > 0.0 else 0.0


@entry_point
def _pro_rata_flows(values: Float32, measure: int) -> Float64:
    """Σ over steps of seller's share · buyer's power: a matrix product, written out to be the same on every machine.

    Four steps at a time, so that a row of the result is read and written once for four products.
    """
    count = values.shape[0]
    flows, sold, bought = np.zeros((count, count)), np.empty((count, _BLOCK)), np.empty((_BLOCK, count))
    for start in range(0, values.shape[2], _BLOCK):
        _fill_block(values, measure, start, sold, bought)
        for j in range(count):
            row = flows[j]
            for b in range(0, _BLOCK, 4):
                s0, s1, s2, s3 = sold[j, b], sold[j, b + 1], sold[j, b + 2], sold[j, b + 3]
                if s0 + s1 + s2 + s3 == 0.0:
                    continue
                b0, b1, b2, b3 = bought[b], bought[b + 1], bought[b + 2], bought[b + 3]
                for i in range(count):
                    row[i] = row[i] + s0 * b0[i] + s1 * b1[i] + s2 * b2[i] + s3 * b3[i]
    return flows
