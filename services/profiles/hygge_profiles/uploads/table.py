"""Read: the body of a CSV as columns, every row with its line in the file.

The fast way parses numbers while it reads. When a cell is no number Arrow gives up on the whole file, so the columns
are read once more as text and every such cell is found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_profiles.arrow import Array, ChunkedArray, DataType, Table, csv, pa, pc
from hygge_profiles.uploads.dialect import MISSING, Dialect
from hygge_profiles.uploads.ledger import Ledger, refuse_file
from hygge_profiles.uploads.source import Text

NEWLINE, RETURN, QUOTE = 10, 13, 34
# More rows of a wrong width than this and the file is something else.
MAX_RAGGED = 10_000
_FORMS = {
    ".": r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$",
    ",": r"^[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?$",
}
_INFINITE = r"^(?i)[+-]?inf(inity)?$"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column: float64 [n] with NaN where nothing is, and the rows whose cell is no number."""

    values: NDArray[np.float64]
    bad: NDArray[np.int64]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns by name: texts, and numbers; `lines` are the rows' lines in the file, [n]."""

    texts: dict[str, Array]
    numbers: dict[str, Numbers]
    lines: NDArray[np.int64]


class Ragged:
    """Collects rows of a wrong width while Arrow reads; `number` counts records that are not blank, from 1."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, int]] = []

    def __call__(self, row: Any) -> str:
        self.rows.append((row.number, row.expected_columns, row.actual_columns))
        return "skip" if len(self.rows) <= MAX_RAGGED else "error"


def columns(
    text: Text, dialect: Dialect, texts: Sequence[str], numbers: Sequence[str], ledger: Ledger, *, skip: bool
) -> Columns:
    """The wanted columns; rows of a wrong width are left out and reported (`skip`: as notes, else as errors)."""
    ragged = Ragged()
    types = {**dict.fromkeys(texts, pa.string()), **dict.fromkeys(numbers, pa.float64())}
    try:
        table = _parse(text, dialect, types, ragged)
        values = {name: Numbers(_floats(table[name]), np.zeros(0, np.int64), []) for name in numbers}
    except pa.ArrowInvalid as error:
        if "conversion error" not in str(error):
            raise refuse_file(str(error).splitlines()[0][:200]) from error
        ragged.rows.clear()
        table = _parse(text, dialect, dict.fromkeys(types, pa.string()), ragged)
        values = {name: to_numbers(table[name].combine_chunks(), dialect.decimal) for name in numbers}
    lines = _lines(text.content, dialect, table.num_rows + len(ragged.rows))
    wrong = np.asarray([number - 1 for number, _, _ in ragged.rows], np.int64)
    ledger.rows_read += len(lines)
    ledger.rows_refused += len(wrong)
    ledger.each(
        lines[wrong],
        lambda i: f"{ragged.rows[i][2]} cells where the header has {ragged.rows[i][1]}",
        refuse=not skip,
    )
    found = {name: table[name].combine_chunks() for name in texts}
    return Columns(found, values, np.delete(lines, wrong))


def _parse(text: Text, dialect: Dialect, types: dict[str, DataType], ragged: Ragged) -> Table:
    """One thread: only then are rows of a wrong width counted."""
    body = pa.py_buffer(text.content).slice(dialect.body)
    quotes = b'"' in text.content
    return csv.read_csv(
        pa.BufferReader(body),
        read_options=csv.ReadOptions(column_names=dialect.names, use_threads=False, block_size=8 << 20),
        parse_options=csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char='"' if quotes else False,
            newlines_in_values=quotes,
            invalid_row_handler=ragged,
        ),
        convert_options=csv.ConvertOptions(
            column_types=types,
            include_columns=list(types),
            null_values=list(MISSING),
            strings_can_be_null=True,
            decimal_point=dialect.decimal,
        ),
    )


def _floats(column: ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(zero_copy_only=False), np.float64)


def to_numbers(texts: Array, decimal: str) -> Numbers:
    """Texts as numbers; `bad` are the rows of cells that are neither numbers nor missing."""
    trimmed = pc.utf8_trim_whitespace(texts)
    missing = pc.or_kleene(pc.is_null(trimmed), pc.is_in(trimmed, pa.array(MISSING)))
    infinite = pc.match_substring_regex(trimmed, _INFINITE)
    number = pc.or_kleene(pc.match_substring_regex(trimmed, _FORMS[decimal]), infinite)
    readable = pc.and_kleene(number, pc.invert(missing)).fill_null(False)
    plain = pc.replace_substring(trimmed, ",", ".") if decimal == "," else trimmed
    values = pc.if_else(readable, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    bad = np.flatnonzero(pc.invert(pc.or_(readable, missing)).to_numpy(zero_copy_only=False))
    return Numbers(
        np.asarray(values.to_numpy(zero_copy_only=False), np.float64),
        bad,
        [str(texts[int(index)].as_py()) for index in bad[:200]],
    )


def _lines(content: bytes, dialect: Dialect, records: int) -> NDArray[np.int64]:
    """The line of each record that is not blank, [records]; quoted line breaks belong to their record."""
    body = np.frombuffer(content, np.uint8)[dialect.body :]
    ends = np.flatnonzero(body == NEWLINE)
    quotes = np.flatnonzero(body == QUOTE)
    for inner in (np.searchsorted(quotes, ends) % 2 == 1, np.zeros(len(ends), bool)):
        starts = np.append(0, ends[~inner] + 1)
        stops = np.append(ends[~inner], len(body))
        lengths = stops - starts
        only_return = (lengths == 1) & (body[np.minimum(starts, len(body) - 1)] == RETURN)
        starts = starts[(lengths > 0) & ~only_return]
        if len(starts) == records:
            return np.asarray(dialect.first_line + np.searchsorted(ends, starts), np.int64)
    return dialect.first_line + np.arange(records, dtype=np.int64)
