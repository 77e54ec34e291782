"""Read: the first rows of a file that may have been cut anywhere, as texts."""

import csv
import zlib
from collections import Counter
from dataclasses import dataclass
from typing import IO

from hygge_core.errors import InvalidInput
from hygge_profiles.arrow import Table, pa, pq
from hygge_profiles.uploads import dialect as dialects
from hygge_profiles.uploads import source
from hygge_profiles.uploads.dialect import Dialect
from hygge_profiles.uploads.ledger import refuse_file
from hygge_profiles.uploads.schemas import Mapping
from hygge_profiles.uploads.source import GZIP, PARQUET, UTF16_MARKS, Text

MAX_BYTES = 1024 * 1024
MAX_ROWS = 200
SHOWN_ROWS = 20
# A character of UTF-8 has at most four bytes.
LONGEST_CHARACTER = 4


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows as texts; `dialect` is that of a text file, `times` are a Parquet file's columns of stamps."""

    names: list[str]
    rows: list[list[str]]
    first_line: int
    dialect: Dialect | None
    encoding: str | None
    skip_lines: int
    times: frozenset[str]


def read(file: IO[bytes]) -> Head:
    """InvalidInput for what is no table; a Parquet file must be whole, since its description is at its end."""
    start = file.read(4)
    file.seek(0)
    if start == PARQUET:
        return _of_table(_parquet(file))
    content = file.read(MAX_BYTES)
    if start.startswith(GZIP):
        content = _unpacked(content)
    text, tail = _lines_and_tail(source.as_text(_whole_characters(content)))
    skip = preamble(text)
    dialect = dialects.detect(text, Mapping(skip_lines=skip))
    width = len(dialect.names)
    rows = [(row + [""] * width)[:width] for row in dialect.sample[:MAX_ROWS]]
    rows += [
        row for row in csv.reader([tail], delimiter=dialect.delimiter) if len(row) == width and len(rows) < SHOWN_ROWS
    ]
    if not rows:
        raise refuse_file("the file has a header and no rows")
    return Head(dialect.names, rows, dialect.first_line, dialect, text.encoding, skip, frozenset())


def preamble(text: Text) -> int:
    """How many lines come before the table: the first line that has as many cells as most lines begins it."""
    lines = text.content[: dialects.SAMPLE_BYTES].decode("utf-8", "replace").splitlines()[:MAX_ROWS]
    filled = [line for line in lines if line.strip()]
    try:
        delimiter = dialects.delimiter_of(filled[len(filled) // 2 :])
    except InvalidInput:
        return 0
    counts = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines]
    usual, _ = Counter(count for count in counts if count > 1).most_common(1)[0]
    first = counts.index(usual)
    # Lines before it that are cut into nearly as many cells are part of the table.
    return first if all(count < usual - 1 or count < 2 for count in counts[:first]) else 0


def _unpacked(content: bytes) -> bytes:
    """As much of a gzip archive as its first bytes hold."""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(content, MAX_BYTES)
    except zlib.error as error:
        raise refuse_file(f"the gzip archive is damaged ({error})") from error


def _whole_characters(content: bytes) -> bytes:
    """Without the bytes of half a character at the end."""
    if content.startswith(UTF16_MARKS):
        return content[: len(content) // 2 * 2]
    try:
        content.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(content) - error.start < LONGEST_CHARACTER:
            return content[: error.start]
    return content


def _lines_and_tail(text: Text) -> tuple[Text, str]:
    """The lines that have an end, from which the layout is told, and the last one, which may be cut."""
    lines, _, tail = text.content.rpartition(b"\n")
    if not lines.strip() or b"\n" not in lines.strip():
        # A header and one row, or less: there is nothing else to tell it from.
        return text, ""
    return Text(lines + b"\n", text.encoding), tail.decode("utf-8", "replace")


def _parquet(file: IO[bytes]) -> Table:
    try:
        parquet = pq.ParquetFile(file)
        batch = next(parquet.iter_batches(batch_size=MAX_ROWS), None)
        return pa.Table.from_batches([batch] if batch is not None else [], parquet.schema_arrow)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise refuse_file(
            "the Parquet file can't be read; it must be sent whole, its description is at its end"
        ) from error


def _of_table(table: Table) -> Head:
    names = dialects.unique(table.column_names)
    if not table.num_rows:
        raise refuse_file("the file has no rows")
    columns = [_texts(column) for column in table.columns]
    times = [
        name
        for name, kind in zip(names, table.schema.types, strict=True)
        if pa.types.is_timestamp(kind) or pa.types.is_date(kind)
    ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Head(names, rows, 1, None, None, 0, frozenset(times))


def _texts(column: object) -> list[str]:
    cells = column.to_pylist()  # type: ignore[attr-defined]
    return ["" if cell is None else str(cell) for cell in cells]
