"""House input from profiles: many houses share a profile, each with its own scale."""

import numpy as np

from hygge_engine.compiled import entry_point
from hygge_engine.kernel.types import Float32, Float64, Int64


def compose(profiles: Float32, house: Int64, row: Int64, scale: Float64, houses: int) -> Float32:
    """Σ scale · profile of each house, float32[H, T] in kW.

    profiles: float32[P, T], distinct profiles; house, row: int64[A] and scale: float64[A], the assignments. Sums are
    made in float64, in the order of assignments, and rounded once. ValueError where an index is out of range.
    """
    if not house.size == row.size == scale.size:
        raise ValueError("house, row and scale must have one entry per assignment")
    if house.size and (house.min() < 0 or house.max() >= houses or row.min() < 0 or row.max() >= profiles.shape[0]):
        raise ValueError("an assignment names a house or a profile that does not exist")
    order = np.argsort(house, kind="stable")
    bounds = np.searchsorted(house[order], np.arange(houses + 1))
    composed = np.empty((houses, profiles.shape[1]), np.float32)
    _compose(np.ascontiguousarray(profiles), row[order], scale[order], bounds, composed)
    return composed


@entry_point
def _compose(profiles: Float32, row: Int64, scale: Float64, bounds: Int64, composed: Float32) -> None:
    total = np.empty(profiles.shape[1])
    for house in range(bounds.size - 1):
        total[:] = 0.0
        for assignment in range(bounds[house], bounds[house + 1]):
            values, factor = profiles[row[assignment]], scale[assignment]
            for t in range(total.size):
                total[t] += factor * np.float64(values[t])
        composed[house] = total
