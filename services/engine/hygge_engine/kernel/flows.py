"""Energy from each participant of a pool to each other, where sharing is pro rata."""

import numpy as np

from hygge_engine.compiled import compiled, entry_point
from hygge_engine.kernel.types import SHARED_LOCAL, Float32, Float64, Int64

BLOCK = 32


def house_flows(values: Float32, step_hours: float) -> Float64:
    """kWh by (seller, buyer) between the houses of one transformer; values: float32[n, 9, T] of these houses."""
    flows = np.zeros((values.shape[0], values.shape[0]))
    _add_house_flows(values, flows)
    return flows * step_hours


@entry_point
def _add_house_flows(values: Float32, flows: Float64) -> None:
    _add_pro_rata(values[:, SHARED_LOCAL], flows)


@entry_point
def add_net_flows(net: Float64, flows: Float64) -> None:
    """Add to flows, float64[n, n] by (seller, buyer), Σ over steps of what n participants trade on balance, in kW.

    net: float64[n, W], + bought. Steps are added one after the other, so cutting them into tiles changes no bit.
    """
    _add_pro_rata(net, flows)


@compiled
def _fill_block(net: Float32 | Float64, start: int, sold: Float64, bought: Float64) -> None:
    """Sellers' shares of the volume, float64[n, 32], and what is bought in kW, float64[32, n], for 32 steps."""
    sold[:] = 0.0
    bought[:] = 0.0
    volume = np.zeros(BLOCK)
    for i in range(net.shape[0]):
        row = net[i, start : start + BLOCK]
        for b in range(row.size):
            flow = np.float64(row[b])
            bought[b, i] = flow if flow > 0.0 else 0.0
            sold[i, b] = -flow if flow < 0.0 else 0.0
            volume[b] += sold[i, b]
    for i in range(net.shape[0]):
        for b in range(BLOCK):
            sold[i, b] = sold[i, b] / volume[b] if volume[b] > 0.0 else 0.0


@compiled
def add_products(sold: Float64, bought: Float64, flows: Float64) -> None:
    """flows[j, i] += Σ_b sold[j, b] · bought[b, i]: a matrix product, written out to be the same on every machine.

    Only buyers who bought in the block; and four steps at a time, so that a row is read and written once for four
    products.
    """
    buyers = _buyers(bought)
    count = buyers.size
    packed, row = np.empty((BLOCK, count)), np.empty(count)
    for b in range(BLOCK if count > 0 else 0):
        for i in range(count):
            packed[b, i] = bought[b, buyers[i]]
    for j in range(flows.shape[0] if count > 0 else 0):
        if not sold[j].any():
            continue
        for i in range(count):
            row[i] = flows[j, buyers[i]]
        for b in range(0, BLOCK, 4):
            s0, s1, s2, s3 = sold[j, b], sold[j, b + 1], sold[j, b + 2], sold[j, b + 3]
            if s0 + s1 + s2 + s3 == 0.0:
                continue
            b0, b1, b2, b3 = packed[b], packed[b + 1], packed[b + 2], packed[b + 3]
            for i in range(count):
                row[i] = row[i] + s0 * b0[i] + s1 * b1[i] + s2 * b2[i] + s3 * b3[i]
        for i in range(count):
            flows[j, buyers[i]] = row[i]


@compiled
def _buyers(bought: Float64) -> Int64:
    """Who buys anything in a block."""
    bought_any = np.zeros(bought.shape[1], np.bool_)
    for b in range(bought.shape[0]):
        for i in range(bought.shape[1]):
            bought_any[i] |= bought[b, i] > 0.0
    return np.flatnonzero(bought_any)


@compiled
def _add_pro_rata(net: Float32 | Float64, flows: Float64) -> None:
    """Σ over steps of seller's share · buyer's power."""
    count = net.shape[0]
    sold, bought = np.empty((count, BLOCK)), np.empty((BLOCK, count))
    for start in range(0, net.shape[1], BLOCK):
        _fill_block(net, start, sold, bought)
        add_products(sold, bought, flows)
