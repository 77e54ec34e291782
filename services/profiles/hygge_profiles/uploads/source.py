"""Read: the bytes of an upload → a table of text (CSV) or of typed columns (Parquet), with the line of every row."""

import gzip
import zlib
from dataclasses import dataclass
from typing import IO, Any, Protocol

from hygge_core.errors import InvalidInput, TooLarge
from hygge_profiles.arrow import Table, pa, pq
from hygge_profiles.uploads.ledger import refuse_file

GZIP, PARQUET, UTF8_MARK = b"\x1f\x8b", b"PAR1", b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
FOREIGN = {
    b"PK\x03\x04": "this is an Excel or ZIP file; save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "this is an old Excel file; save the sheet as CSV",
    b"<": "this is XML; only CSV and Parquet can be read",
    b"UNA": "this is EDIFACT; only CSV and Parquet can be read",
    b"100,NEM1": "this is NEM12 or NEM13; only tables with a row for each stamp can be read",
    b"%PDF": "this is a PDF; only CSV and Parquet can be read",
}


class Binary(Protocol):
    """What is needed of an open file."""

    def read(self, size: int = -1, /) -> bytes: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What an upload may unpack to."""

    unpacked_bytes: int
    points: int


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as UTF-8 without a byte order mark."""

    content: bytes
    encoding: str


def read(file: IO[bytes] | Binary, limits: Limits) -> Text | Table:
    """The file's text, or its table if it is Parquet; InvalidInput for what is neither, TooLarge beyond the limits."""
    head = file.read(4)
    file.seek(0)
    if head == PARQUET:
        return _parquet(file, limits)
    packed = head.startswith(GZIP)
    content = _unpacked(file, limits.unpacked_bytes) if packed else file.read(limits.unpacked_bytes + 1)
    if len(content) > limits.unpacked_bytes:
        raise TooLarge(f"The file holds more than {limits.unpacked_bytes // 2**20} MB; split it or send it as Parquet.")
    return as_text(content)


def _unpacked(file: Any, limit: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as archive:
            return archive.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise refuse_file(f"the gzip archive is damaged ({error})") from error


def as_text(content: bytes) -> Text:
    """The bytes of a text file as UTF-8, whatever they were; InvalidInput for what is no text."""
    if not content.strip():
        raise refuse_file("the file is empty")
    for mark, message in FOREIGN.items():
        if content.startswith(mark):
            raise refuse_file(message)
    encoding = "UTF-8"
    if content.startswith(UTF16_MARKS):
        content, encoding = _decoded(content, "utf-16").encode(), "UTF-16"
    elif content.startswith(UTF8_MARK):
        content, encoding = content[len(UTF8_MARK) :], "UTF-8 with BOM"
    if b"\0" in content:
        raise refuse_file("this is a binary file; only CSV and Parquet can be read")
    if not content.isascii() and not _is_utf8(content):
        content, encoding = content.decode("cp1252", "replace").encode(), "Windows-1252"
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    return Text(content, encoding)


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refuse_file(f"the text is not {encoding.upper()}: {error.reason}") from error


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parquet(file: Any, limits: Limits) -> Table:
    """The whole table, after a look at how large it says it is."""
    try:
        parquet = pq.ParquetFile(file)
        meta = parquet.metadata
        size = sum(meta.row_group(index).total_byte_size for index in range(meta.num_row_groups))
        if size > limits.unpacked_bytes or meta.num_rows * meta.num_columns > 2 * limits.points:
            raise TooLarge(f"The Parquet file unpacks to {size // 2**20} MB, {meta.num_rows} rows; split it.")
        return parquet.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> InvalidInput:
    return refuse_file(f"the Parquet file can't be read: {str(error).splitlines()[0][:200]}")
