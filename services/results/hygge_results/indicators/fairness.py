"""How evenly a gain is spread over the houses."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def lifted(values: Array) -> Array:
    """Values raised by the size of the smallest one if that is negative, so that none is (Zhou, Wu, Long 2018, Applied
    Energy 222:993-1022, eq. 21: incomes are levelled up before their Gini index is taken)."""
    return values - min(float(values.min()), 0.0) if len(values) else values


def gini(values: Array) -> float:
    """Gini index Σᵢ Σⱼ |xᵢ − xⱼ| / (2 n Σ x) in [0, 1) of non-negative values; NaN when there are none or all are zero.

    Source: Zhou 2018, eq. 19-20. Computed from sorted values: 2 Σ i·x₍ᵢ₎ / (n Σ x) − (n + 1)/n, i = 1…n.
    Raises ValueError for negative values, where the index has no bounds.
    """
    total, count = float(values.sum()), len(values)
    if count and float(values.min()) < 0:
        raise ValueError("the Gini index needs non-negative values; lift them first")
    if not count or total == 0:
        return float("nan")
    ranks = np.arange(1, count + 1)
    index = 2 * float(ranks @ np.sort(values)) / (count * total) - (count + 1) / count
    return max(index, 0.0)


def jain(values: Array) -> float:
    """Jain's index (Σ x)² / (n Σ x²) in [1/n, 1] of non-negative values; NaN when there are none or all are zero.

    Source: Jain, Chiu, Hawe 1984, DEC TR-301: k of n equal shares give k/n.
    """
    largest = float(np.abs(values).max()) if len(values) else 0.0
    if largest == 0:
        return float("nan")
    scaled = values / largest  # squares of very small or large values stay representable
    return float(scaled.sum() ** 2 / (len(values) * (scaled @ scaled)))
