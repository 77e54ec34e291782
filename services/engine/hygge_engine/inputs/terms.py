"""Sums of scaled series: which rows make up which target."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from hygge_engine.kernel import compose

Float32 = NDArray[np.float32]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Terms:
    """Of A terms: target (a house, a row of demand) and row of a series, int64[A]; scale, float64[A].

    Terms of a target are added up in this order: sums of floats depend on it.
    """

    target: Int64
    row: Int64
    scale: NDArray[np.float64]
    targets: int

    @classmethod
    def of(cls, terms: Iterable[tuple[int, int, float]], targets: int) -> Self:
        """From (target, row, scale)."""
        listed = list(terms)
        return cls(
            np.asarray([target for target, _, _ in listed], np.int64),
            np.asarray([row for _, row, _ in listed], np.int64),
            np.asarray([scale for _, _, scale in listed], np.float64),
            targets,
        )

    @property
    def count(self) -> int:
        """A, the number of terms."""
        return self.row.size

    def compose(self, series: Float32) -> Float32:
        """Σ scale · series of each target, float32[targets, T]; series: float32[rows, T]."""
        return compose(series, self.target, self.row, self.scale, self.targets)

    def select(self, first: int, last: int) -> "Terms":
        """Those of targets `first` to `last - 1`, renumbered from 0."""
        kept = (self.target >= first) & (self.target < last)
        return Terms(self.target[kept] - first, self.row[kept], self.scale[kept], last - first)

    def where(self, chosen: NDArray[np.bool_]) -> "Terms":
        """Only some of the terms, bool[A]."""
        return Terms(self.target[chosen], self.row[chosen], self.scale[chosen], self.targets)
