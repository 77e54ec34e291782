"""Resampling of mean values, without loss of energy: a finer step is averaged, a coarser one is held.

Values are constant over their step, so the mean over any interval is exact once both are cut into pieces of the
greatest common divisor of all lengths.
"""

from math import gcd

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


def to_step(values: Values, native_minutes: int, skip_minutes: int, step_minutes: int, steps: int) -> Values:
    """Means over `steps` intervals of `step_minutes`, the first one `skip_minutes` after the first value's start.

    `values`: shape [..., n], each the mean over `native_minutes`; answer: shape [..., steps]. The caller has checked
    that the values cover the intervals.
    """
    piece = gcd(native_minutes, step_minutes, skip_minutes)
    first = skip_minutes // native_minutes
    last = -(-(skip_minutes + steps * step_minutes) // native_minutes)
    pieces = values[..., first:last]
    if piece < native_minutes:
        pieces = np.repeat(pieces, native_minutes // piece, axis=-1)
    start = (skip_minutes - first * native_minutes) // piece
    group = step_minutes // piece
    pieces = pieces[..., start : start + steps * group]
    if group == 1:
        return pieces
    means = pieces.reshape(*pieces.shape[:-1], steps, group).mean(axis=-1, dtype=np.float64)
    return np.asarray(means, np.float32)


def to_buckets(values: Values, native_minutes: int, edges_minutes: NDArray[np.int64]) -> Values:
    """Means over intervals of any length, shape [n]; `edges_minutes` [n + 1] rise from the first value's start.

    The first edge is at or after 0, the last at or before the end of the values.
    """
    piece = int(np.gcd.reduce(np.append(edges_minutes, native_minutes)))
    pieces = np.repeat(values, native_minutes // piece) if piece < native_minutes else values
    edges = edges_minutes // piece
    sums = np.add.reduceat(pieces[: edges[-1]], edges[:-1], dtype=np.float64)
    return (sums / np.diff(edges)).astype(np.float32)
