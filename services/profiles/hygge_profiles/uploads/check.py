"""Check: values that are infinite or negative; and the rows that are good, as blocks of series that share stamps."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hygge_profiles.units import SIGNED_TYPES
from hygge_profiles.uploads.frame import Frame
from hygge_profiles.uploads.ledger import Ledger
from hygge_profiles.uploads.plan import Spec
from hygge_profiles.uploads.regularise import Block
from hygge_profiles.uploads.schemas import Mapping

LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class Rows:
    """A frame whose stamps are read: UTC seconds [n], which rows are good [n], and each row's series in `keys` [n]."""

    frame: Frame
    utc: NDArray[np.int64]
    known: NDArray[np.bool_]
    groups: NDArray[np.int64]
    keys: list[str]

    def blocks(self, wanted: set[str]) -> Iterator[Block]:
        """A wide file is one block, a long file one block a series."""
        frame = self.frame
        if frame.keys is None:
            whole = Block(frame.columns, self.utc, frame.lines, frame.values)
            yield whole if self.known.all() else whole.rows(self.known)
            return
        rows = np.flatnonzero(self.known)
        rows = rows[np.argsort(self.groups[rows], kind="stable")]
        edges = np.searchsorted(self.groups[rows], np.arange(len(self.keys) + 1))
        for index, key in enumerate(self.keys):
            own = rows[edges[index] : edges[index + 1]]
            if key in wanted and len(own):
                yield Block([key], self.utc[own], frame.lines[own], frame.values[own], label=key)


def check_values(rows: Rows, specs: list[Spec], mapping: Mapping, ledger: Ledger) -> None:
    """Report infinite and negative values by line; the frame's values change in place where the rules say so."""
    frame = rows.frame
    unsigned = {spec.column for spec in specs if spec.profile_type not in SIGNED_TYPES}
    in_unsigned = rows.known
    if frame.keys is not None:
        of_key = np.asarray([key in unsigned for key in rows.keys] + [False], bool)
        in_unsigned = rows.known & of_key[rows.groups]
    for index, name in enumerate(frame.columns):
        values = frame.values[:, index]
        infinite = np.flatnonzero(rows.known & (np.abs(values) > LARGEST))
        refuse = mapping.invalid == "refuse"
        ledger.each(frame.lines[infinite], lambda _: "not a finite number", refuse=refuse, column=name)
        values[infinite] = np.nan
        if frame.keys is not None or name in unsigned:
            negative = np.flatnonzero(in_unsigned & (values < 0))
            _handle_negative(frame, index, negative, mapping, ledger)


def _handle_negative(frame: Frame, index: int, negative: NDArray[np.int64], mapping: Mapping, ledger: Ledger) -> None:
    if len(negative) == 0:
        return
    lines, name, values = frame.lines[negative], frame.columns[index], frame.values[:, index]
    found = values[negative].copy()
    if mapping.negative == "allow":
        ledger.note(f"{len(negative)} negative values kept, the first here", int(lines[0]), name)
    elif mapping.negative == "refuse":
        ledger.each(lines, lambda i: f"{found[i]:g} is negative", refuse=True, column=name)
    else:
        ledger.each(lines, lambda i: f"{found[i]:g} set to zero", refuse=False, column=name)
        values[negative] = 0.0
        ledger.clipped += len(negative)
