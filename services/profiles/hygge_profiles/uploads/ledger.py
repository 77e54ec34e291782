"""What is found in a file: what was handled (notes) and what makes the whole file refused (errors)."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from hygge_core.errors import Finding, InvalidInput

# A broken file can be wrong in every line; the first ones tell what to do.
MAX_LISTED = 100


@dataclass(frozen=True, slots=True)
class Remark:
    """`line` 0 is the file as a whole."""

    line: int
    column: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Steps without a value: [first, last) in UTC seconds; of all series where `column` is None; None: not filled."""

    column: str | None
    first: int
    last: int
    steps: int
    filled: str | None


@dataclass(slots=True)
class Ledger:
    """Counts and remarks of one upload; `place` is 'line' or, in Parquet, 'row'."""

    place: str = "line"
    rows_read: int = 0
    rows_refused: int = 0
    gaps_filled: int = 0
    duplicates: int = 0
    clipped: int = 0
    notes: list[Remark] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    notes_omitted: int = 0
    errors_omitted: int = 0
    gaps: list[Gap] = field(default_factory=list)
    gaps_omitted: int = 0

    def gap(self, gap: Gap) -> None:
        if len(self.gaps) < MAX_LISTED:
            self.gaps.append(gap)
        else:
            self.gaps_omitted += 1

    def note(self, message: str, line: int = 0, column: str | None = None) -> None:
        if len(self.notes) < MAX_LISTED:
            self.notes.append(Remark(line, column, message))
        else:
            self.notes_omitted += 1

    def refuse(self, message: str, line: int = 0, column: str | None = None) -> None:
        if len(self.errors) < MAX_LISTED:
            self.errors.append(Remark(line, column, message))
        else:
            self.errors_omitted += 1

    def each(
        self, lines: NDArray[np.int64], message: Callable[[int], str], *, refuse: bool, column: str | None = None
    ) -> None:
        """One remark for each of `lines`; `message(i)` is asked only for those that are listed."""
        kept = self.errors if refuse else self.notes
        room = min(MAX_LISTED - len(kept), len(lines))
        for index in range(room):
            kept.append(Remark(int(lines[index]), column, message(index)))
        if refuse:
            self.errors_omitted += len(lines) - room
        else:
            self.notes_omitted += len(lines) - room

    def stop_if_refused(self) -> None:
        """InvalidInput with all errors by line, if there are any."""
        if not self.errors:
            return
        ordered = sorted(self.errors, key=lambda remark: remark.line)
        findings = [Finding(self._place(remark), _text(remark)) for remark in ordered]
        if self.errors_omitted:
            findings.append(Finding("file", f"and {self.errors_omitted} more findings"))
        raise InvalidInput(findings)

    def _place(self, remark: Remark) -> str:
        return f"{self.place} {remark.line}" if remark.line else "file"


def _text(remark: Remark) -> str:
    return f"{remark.column}: {remark.message}" if remark.column else remark.message


def refuse_file(message: str, field_name: str = "file") -> InvalidInput:
    """The error for a file that can't be read at all."""
    return InvalidInput([Finding(field_name, message)])
