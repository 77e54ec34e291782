"""How a run is cut into shards. Pure: the same community gives the same shards everywhere."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def cut(houses: Sequence[int], shards: int) -> list[tuple[int, int]]:
    """Contiguous ranges [first, last) of transformers with about the same number of houses each, none of them empty.

    `houses`: of each transformer. No more shards than transformers come out. Each cut is where the running sum of
    houses is nearest to its share, so a shard is at most one transformer away from its share.
    """
    count = min(max(shards, 1), len(houses))
    ends = np.cumsum(houses, dtype=np.float64)
    cuts = [0]
    for number in range(1, count):
        wanted = float(np.argmin(np.abs(ends - ends[-1] * number / count))) + 1
        # Each shard gets a transformer, and leaves one to each that follows.
        cuts.append(int(min(max(wanted, cuts[-1] + 1), len(houses) - (count - number))))
    cuts.append(len(houses))
    return list(pairwise(cuts))


def largest(houses: Sequence[int], shards: int) -> int:
    """Houses in the largest of so many shards."""
    return max(sum(houses[first:last]) for first, last in cut(houses, shards))
