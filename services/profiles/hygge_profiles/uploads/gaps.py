"""Regularise: gaps in a series are found, reported by line and filled, as the mapping's rules say."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_profiles.uploads.ledger import Gap, Ledger
from hygge_profiles.uploads.schemas import Mapping

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Runs:
    """Stretches [starts, stops) of a mask, [n]."""

    starts: Ints
    stops: Ints

    @property
    def lengths(self) -> Ints:
        return self.stops - self.starts

    def but(self, other: "Runs") -> "Runs":
        """Those that are not exactly one of the other's."""
        last = dict(zip(other.starts.tolist(), other.stops.tolist(), strict=True)) if len(self.starts) else {}
        same = np.asarray(
            [last.get(a) == b for a, b in zip(self.starts.tolist(), self.stops.tolist(), strict=True)], bool
        )
        return Runs(self.starts[~same], self.stops[~same]) if len(same) else self


def runs(mask: Bools) -> Runs:
    """The stretches where the mask is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    return Runs(edges[::2], edges[1::2])


@dataclass(frozen=True, slots=True)
class GapRules:
    """Reports and fills gaps of a block that begins at `start` (UTC seconds) and has a value every `step` seconds.

    `line_at` [steps] is the line of each step, or of the next one with a row.
    """

    mapping: Mapping
    ledger: Ledger
    line_at: Ints
    start: int
    step: int

    def report(self, gaps: Runs, text: Callable[[int], str], column: str | None) -> None:
        """One finding a gap; `text(i)` describes gap i."""
        mapping, lines = self.mapping, self.line_at[gaps.starts]
        limit = mapping.max_gap_steps
        self._list(gaps, column)
        if mapping.gaps == "refuse":
            self.ledger.each(lines, text, refuse=True, column=column)
            return
        too_long = gaps.lengths > limit if limit is not None else np.zeros(len(lines), bool)
        long, short = np.flatnonzero(too_long), np.flatnonzero(~too_long)
        self.ledger.each(
            lines[long], lambda i: f"{text(int(long[i]))}; max_gap_steps is {limit}", refuse=True, column=column
        )
        self.ledger.each(
            lines[short], lambda i: f"{text(int(short[i]))}; filled: {mapping.gaps}", refuse=False, column=column
        )

    def _list(self, gaps: Runs, column: str | None) -> None:
        """Keep the gaps themselves beside the findings about them."""
        mapping, limit = self.mapping, self.mapping.max_gap_steps
        for first, last in zip(gaps.starts.tolist(), gaps.stops.tolist(), strict=True):
            refused = mapping.gaps == "refuse" or (limit is not None and last - first > limit)
            begin, end = self.start + first * self.step, self.start + last * self.step
            self.ledger.gap(Gap(column, begin, end, last - first, None if refused else mapping.gaps))

    def fill(self, values: Floats, first: int, row_gaps: Runs, name: str) -> Floats:
        """A series [n] without gaps, as far as the rules allow; it begins at step `first` of the block.

        Gaps that are just rows missing were reported for the block; the others are reported under the series' name.
        """
        missing = np.isnan(values)
        if not missing.any():
            return values
        found = runs(missing)
        in_block = Runs(found.starts + first, found.stops + first).but(row_gaps)
        self.report(in_block, lambda i: _cells(int(in_block.lengths[i])), name)
        if self.mapping.gaps == "refuse":
            return values
        self.ledger.gaps_filled += int(missing.sum())
        if self.mapping.gaps == "zero":
            return np.where(missing, 0.0, values)
        if missing[0] or (missing[-1] and self.mapping.gaps == "interpolate"):
            place = "start" if missing[0] else "end"
            message = f"a gap at the {place} can't be filled by {self.mapping.gaps}; use zero, or edges trim"
            self.ledger.refuse(message, int(self.line_at[first if missing[0] else first + len(values) - 1]), name)
            return values
        steps = np.arange(len(values))
        if self.mapping.gaps == "previous":
            return values[np.maximum.accumulate(np.where(missing, 0, steps))]
        return np.interp(steps, steps[~missing], values[~missing])


def _cells(count: int) -> str:
    return "no value" if count == 1 else f"no value for {count} steps"
