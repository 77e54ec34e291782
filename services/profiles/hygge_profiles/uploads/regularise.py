"""Regularise: rows at any moments → a gap-free grid of steps, as the mapping's rules say."""

from dataclasses import dataclass, replace
from math import gcd

import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import TooLarge
from hygge_profiles.fields import MINUTES_A_DAY
from hygge_profiles.uploads.gaps import GapRules, Runs, runs
from hygge_profiles.uploads.ledger import Ledger
from hygge_profiles.uploads.schemas import Mapping

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of series that share their stamps: UTC seconds [n], lines [n], values [n, series]; `names` of the series.

    `label` is named in findings about whole rows: the series of a long file.
    """

    names: list[str]
    utc: Ints
    lines: Ints
    values: Floats
    label: str | None = None

    def rows(self, kept: Ints | Bools) -> "Block":
        """The block with only some of its rows, or in another order."""
        return replace(self, utc=self.utc[kept], lines=self.lines[kept], values=self.values[kept])


@dataclass(frozen=True, slots=True)
class Grid:
    """One series without gaps: values [n], the first one starting at `start_minute` (minutes since 1970 UTC).

    `missing` steps of the file had no value. Where the rules refused to fill them they are NaN.
    """

    name: str
    start_minute: int
    step_minutes: int
    values: Floats
    missing: int


def step_of(block: Block, mapping: Mapping) -> int | None:
    """The step in seconds: what the mapping says, else the most frequent distance; None for a single stamp."""
    if mapping.step_minutes is not None:
        return mapping.step_minutes * 60
    distances = np.diff(np.unique(block.utc))
    if len(distances) == 0:
        return None
    lengths, counts = np.unique(distances, return_counts=True)
    return int(lengths[np.argmax(counts)])


def step_problem(step: int) -> str | None:
    """What is wrong with a step in seconds, if anything."""
    if step % 60 or MINUTES_A_DAY * 60 % step:
        return f"a step of {step / 60:g} minutes does not divide the day; the step can be set by mapping.step_minutes"
    return None


def regularise(block: Block, step: int, mapping: Mapping, ledger: Ledger, max_points: int) -> list[Grid]:
    """The series of a block on their grid; what the rules refuse is in the ledger, and then the grids are not whole."""
    if mapping.interval_label == "end":
        block = replace(block, utc=block.utc - step)
    block = _merged(_on_grid(_sorted(block), step, mapping, ledger), mapping, ledger)
    if len(block.utc) == 0:
        return []
    start, steps = int(block.utc[0]), int((block.utc[-1] - block.utc[0]) // step) + 1
    if steps * len(block.names) > max_points:
        raise TooLarge(f"{steps} steps of {len(block.names)} series are more than {max_points} values; split the file.")
    position = (block.utc - start) // step
    # The line to name for a step without a row is that of the row after it.
    line_at = block.lines[np.searchsorted(position, np.arange(steps))]
    present = np.zeros(steps, bool)
    present[position] = True
    rules, row_gaps = GapRules(mapping, ledger, line_at, start, step), runs(~present)
    rules.report(row_gaps, lambda i: _rows_missing(row_gaps, i, start, step), block.label)
    grids = []
    for index, name in enumerate(block.names):
        values = np.full(steps, np.nan)
        values[position] = block.values[:, index]
        first, last = _extent(values, mapping)
        filled = rules.fill(values[first:last], first, row_gaps, name)
        missing = int(np.count_nonzero(np.isnan(values[first:last])))
        grids.append(_aligned(name, start + first * step, step, filled, missing))
    return grids


def _rows_missing(gaps: Runs, index: int, start: int, step: int) -> str:
    count, first = int(gaps.lengths[index]), start + int(gaps.starts[index]) * step
    return f"{count} {'step' if count == 1 else 'steps'} missing before this line, from {_text(first)}"


def _sorted(block: Block) -> Block:
    if np.all(np.diff(block.utc) > 0):
        return block
    return block.rows(np.argsort(block.utc, kind="stable"))


def _on_grid(block: Block, step: int, mapping: Mapping, ledger: Ledger) -> Block:
    """Only rows a whole number of steps apart; the phase is that of most rows."""
    phases, counts = np.unique(block.utc % step, return_counts=True)
    if len(phases) <= 1:
        return block
    off = block.utc % step != phases[np.argmax(counts)]
    moments = block.utc[off]
    ledger.rows_refused += int(off.sum())
    ledger.each(
        block.lines[off],
        lambda i: f"{_text(int(moments[i]))} is between the steps of {step // 60} minutes",
        refuse=mapping.invalid == "refuse",
    )
    return block.rows(~off)


def _merged(block: Block, mapping: Mapping, ledger: Ledger) -> Block:
    """One row a stamp."""
    repeated = np.append(False, np.diff(block.utc) == 0)
    if not repeated.any():
        return block
    starts = np.flatnonzero(~repeated)
    ledger.duplicates += int(repeated.sum())
    rows = np.flatnonzero(repeated)
    first_lines = block.lines[starts[np.searchsorted(starts, rows) - 1]]
    if mapping.duplicates == "refuse" and len(rows) * 2 > len(block.utc):
        ledger.refuse("most stamps repeat: name the series_column of a long file, or all columns of the stamp")
    ledger.each(
        block.lines[rows],
        lambda i: (
            f"{_text(int(block.utc[rows[i]]))} is in line {first_lines[i]} already"
            + ("" if mapping.duplicates == "refuse" else f"; taken: {mapping.duplicates}")
        ),
        refuse=mapping.duplicates == "refuse",
        column=block.label,
    )
    if mapping.duplicates == "mean":
        valid = ~np.isnan(block.values)
        counts = np.add.reduceat(valid, starts, axis=0, dtype=np.int64)
        sums = np.add.reduceat(np.where(valid, block.values, 0.0), starts, axis=0)
        values = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    else:
        chosen = np.append(starts[1:], len(repeated)) - 1 if mapping.duplicates == "last" else starts
        values = block.values[chosen]
    return replace(block.rows(starts), values=values)


def _extent(values: Floats, mapping: Mapping) -> tuple[int, int]:
    """The part of a series that is kept: all, or from its first value to its last."""
    filled = np.flatnonzero(~np.isnan(values))
    if mapping.edges == "gap" or len(filled) == 0:
        return 0, len(values)
    return int(filled[0]), int(filled[-1]) + 1


def _aligned(name: str, start: int, step: int, values: Floats, missing: int) -> Grid:
    """Values on steps that start at UTC midnight plus whole steps; a shifted grid (hours at +05:30) is cut finer."""
    piece = gcd(start, step)
    pieces = np.repeat(values, step // piece) if piece < step else values
    return Grid(name, start // 60, piece // 60, pieces, missing)


def _text(seconds: int) -> str:
    return str(np.datetime_as_string(np.datetime64(seconds, "s"), unit="m")) + "Z"
