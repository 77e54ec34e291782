"""Read: how a text file is laid out (delimiter, header, decimal sign), from its first lines."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from hygge_profiles.uploads.ledger import refuse_file
from hygge_profiles.uploads.schemas import Mapping
from hygge_profiles.uploads.source import Text

SAMPLE_BYTES = 256 * 1024
SAMPLE_ROWS = 200
DELIMITERS = (";", "\t", "|", ",")
MISSING = ("", "-", "--", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "#N/A", "#NV")
_STAMP_LIKE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|(?:19|20)\d{6}")
_NUMBER = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How to cut the text: the table's rows start at byte `body` and at line `first_line` of the file."""

    delimiter: str
    decimal: str
    has_header: bool
    names: list[str]
    body: int
    first_line: int
    sample: list[list[str]]


def detect(text: Text, mapping: Mapping) -> Dialect:
    """What the mapping says, and for the rest what the first lines look like; InvalidInput if it is no table."""
    start, line = _after_lines(text.content, 0, 1, mapping.skip_lines)
    start, line = _after_blank(text.content, start, line)
    head = text.content[start : start + SAMPLE_BYTES]
    if len(head) == SAMPLE_BYTES:
        head = head[: head.rfind(b"\n") + 1]
    lines = head.decode("utf-8", "replace").splitlines(keepends=True)
    delimiter = mapping.delimiter or delimiter_of([one for one in lines if one.strip()][:50])
    rows = _rows(lines, delimiter)
    if not rows:
        raise refuse_file("the file has no table")
    has_header = mapping.header if mapping.header is not None else not _STAMP_LIKE.match(rows[0][0].strip())
    names = _names(rows[0] if has_header else [], len(rows[0]))
    if has_header:
        start, line = _after_record(text.content, start, line)
        rows = rows[1:]
    decimal = mapping.decimal or _decimal(rows, delimiter)
    return Dialect(delimiter, decimal, has_header, names, start, line, rows)


def is_number(cell: str, decimal: str) -> bool:
    """A number, or infinity, which is refused later with its line."""
    text = cell.strip()
    return _NUMBER[decimal].fullmatch(text) is not None or text.lower().lstrip("+-") in ("inf", "infinity")


def is_missing(cell: str) -> bool:
    return cell.strip() in MISSING


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > SAMPLE_ROWS:
                break
    except csv.Error as error:
        raise refuse_file(f"the text is no table: {error}") from error
    return rows


def delimiter_of(lines: list[str]) -> str:
    """The sign that cuts most lines into as many cells as the first line."""
    best, share = "", 0.0
    for sign in DELIMITERS:
        counts = [len(row) for row in _rows(lines, sign)]
        if not counts or counts[0] < 2:
            continue
        alike = counts.count(counts[0]) / len(counts)
        if alike > share:
            best, share = sign, alike
    if not best:
        raise refuse_file(
            "no delimiter separates columns; name it in mapping.delimiter (a table needs stamps and values)"
        )
    return best


def _decimal(rows: list[list[str]], delimiter: str) -> str:
    """A comma where cells look like 1,5 and none like 1.5."""
    cells = [cell.strip() for row in rows[:100] for cell in row]
    commas = sum(_DECIMAL_COMMA.fullmatch(cell) is not None for cell in cells)
    points = sum("." in cell and is_number(cell, ".") for cell in cells)
    return "," if commas > points else "."


def _names(header: list[str], count: int) -> list[str]:
    return unique([header[index] if header else "" for index in range(count)])


def unique(header: Sequence[str]) -> list[str]:
    """Column names, trimmed; an empty one is column_3, a repeated one gets its number."""
    names: list[str] = []
    taken: set[str] = set()
    for index, cell in enumerate(header, 1):
        name = cell.strip() or f"column_{index}"
        names.append(f"{name} ({index})" if name in taken else name)
        taken.add(names[-1])
    return names


def _after_lines(content: bytes, start: int, line: int, count: int) -> tuple[int, int]:
    for _ in range(count):
        end = content.find(b"\n", start)
        if end < 0:
            raise refuse_file(f"the file has fewer than {count} lines", "mapping.skip_lines")
        start, line = end + 1, line + 1
    return start, line


def _after_blank(content: bytes, start: int, line: int) -> tuple[int, int]:
    while True:
        end = content.find(b"\n", start)
        if end < 0 or content[start:end].strip():
            return start, line
        start, line = end + 1, line + 1


def _after_record(content: bytes, start: int, line: int) -> tuple[int, int]:
    """Past the header, which may have line breaks inside quotes."""
    quotes, position = 0, start
    while True:
        end = content.find(b"\n", position)
        if end < 0:
            return len(content), line + 1
        quotes += content.count(b'"', position, end)
        position, line = end + 1, line + 1
        if quotes % 2 == 0:
            return position, line
