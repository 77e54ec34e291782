"""Sorting inside compiled loops: stable, rising, without fresh memory.

Keys of an order book are spread over an interval, so they are first thrown into as many buckets as there are keys,
which leaves little to move; where they cluster, a merge sort finishes the work.
"""

from typing import NamedTuple

import numpy as np

from hygge_engine.compiled import compiled
from hygge_engine.kernel.types import Float64, Int64

_FEW = 24  # so few keys are sorted by insertion at once
_MOVES = 6  # a key; above this, insertion gives way to merging


class Scratch(NamedTuple):
    """Room for n keys: float64[n], int64[n], int64[n + 1]."""

    key: Float64
    row: Int64
    starts: Int64


@compiled
def new_scratch(size: int) -> Scratch:
    """Scratch for at most `size` keys."""
    return Scratch(np.empty(size), np.empty(size, np.int64), np.empty(size + 1, np.int64))


@compiled
def sort_rising(key: Float64, row: Int64, scratch: Scratch) -> None:
    """Sort the keys, and the rows with them; equal keys stay in their order. nan is not a key."""
    size = key.size
    low, high, is_sorted = np.inf, -np.inf, True
    for i in range(size):
        is_sorted = is_sorted and not key[i] < high
        low = key[i] if key[i] < low else low
        high = key[i] if key[i] > high else high
    if is_sorted:
        return
    if size > _FEW:
        scale = np.float64(size - 1) / (high - low)
        if scale < np.inf:
            _throw(key, row, low, scale, scratch)
    if not _insert(key, row):
        _merge(key, row, scratch)


@compiled
def _throw(key: Float64, row: Int64, low: float, scale: float, scratch: Scratch) -> None:
    """Order the keys by bucket."""
    size, starts = key.size, scratch.starts
    starts[: size + 1] = 0
    for i in range(size):
        scratch.key[i], scratch.row[i] = key[i], row[i]
        starts[np.int64((key[i] - low) * scale) + 1] += 1
    for bucket in range(size):
        starts[bucket + 1] += starts[bucket]
    for i in range(size):
        here = np.int64((scratch.key[i] - low) * scale)
        place = starts[here]
        key[place], row[place] = scratch.key[i], scratch.row[i]
        starts[here] = place + 1


@compiled
def _insert(key: Float64, row: Int64) -> bool:
    """Insertion sort; False where it would take too many moves and is left unfinished."""
    size = key.size
    moves = _MOVES * size if size > _FEW else size * size
    for i in range(1, size):
        here, number, j = key[i], row[i], i
        while j > 0 and here < key[j - 1]:
            key[j], row[j] = key[j - 1], row[j - 1]
            j -= 1
        key[j], row[j] = here, number
        moves -= i - j
        if moves < 0:
            return False
    return True


@compiled
def _merge(key: Float64, row: Int64, scratch: Scratch) -> None:
    """Merge sort from the bottom; runs that follow each other in order are left alone."""
    size, width = key.size, 1
    while width < size:
        for start in range(0, size - width, 2 * width):
            middle, stop = start + width, min(start + 2 * width, size)
            if key[middle] < key[middle - 1]:
                _merge_two(key, row, start, middle, stop, scratch)
        width *= 2


@compiled
def _merge_two(key: Float64, row: Int64, start: int, middle: int, stop: int, scratch: Scratch) -> None:
    """Merge two sorted runs; the first is copied away."""
    for i in range(start, middle):
        scratch.key[i - start], scratch.row[i - start] = key[i], row[i]
    left, right, place, count = 0, middle, start, middle - start
    while left < count:
        if right < stop and key[right] < scratch.key[left]:
            key[place], row[place] = key[right], row[right]
            right += 1
        else:
            key[place], row[place] = scratch.key[left], scratch.row[left]
            left += 1
        place += 1
