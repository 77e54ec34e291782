"""Binary COPY between NumPy and PostgreSQL, without a Python loop over rows.

The format is that of PostgreSQL's documentation, COPY, "Binary Format". Rows of one layout have one width, so a whole
block of rows is one structured array: fill its fields and send its bytes. NULL is part of the layout (a field without a
value), so rows are grouped by their pattern of NULLs and vector lengths before they are encoded.
"""

import io
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)
FLOAT4_OID = 700
# PostgreSQL counts dates and timestamps from 2000-01-01.
EPOCH_DAYS = date(2000, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
EPOCH_SECONDS = EPOCH_DAYS * 86_400
ARRAY_HEAD = [("ndim", ">i4"), ("has_null", ">i4"), ("oid", ">i4"), ("dim", ">i4"), ("lower", ">i4")]
SCALARS = {
    "smallint": ">i2",
    "integer": ">i4",
    "bigint": ">i8",
    "double precision": ">f8",
    "real": ">f4",
    "date": ">i4",
    "timestamptz": ">i8",
    # Four doubles as one value. PostgreSQL calls a type's send function once a value, which is most of what reading
    # doubles costs it: `lseg(point(a, b), point(c, d))` is read faster than `a, b, c, d`, and never reorders them.
    "lseg": "(4,)>f8",
}
# What psycopg2 asks the reader of blocks for at once; its own 8 kB mean a call to Python for each.
READ_BYTES = 1 << 18
# Rows are checked in pieces that stay in the processor's cache.
ROWS_AT_ONCE = 2048


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and PostgreSQL type, `real[]` for a day vector."""

    name: str
    type: str


class CopyCursor(Protocol):
    def copy_expert(self, sql: str, file: Any, size: int = READ_BYTES) -> None: ...


def encode(columns: Sequence[Column], values: Mapping[str, NDArray[Any]], *, rows: int) -> NDArray[np.void]:
    """A block of rows as one structured array; columns that `values` lacks are NULL in all of them.

    Scalars: shape [rows] (date and timestamptz as datetime64, text as bytes, `S` and as many as each of them has);
    `lseg`: shape [rows, 4]; `real[]`: shape [rows, n].
    """
    block = np.zeros(rows, _row_dtype(columns, values))
    block["_fields"] = len(columns)
    for column in columns:
        value = values.get(column.name)
        if value is None:
            block[f"{column.name}._size"] = -1
        elif column.type == "real[]":
            _fill_vector(block, column.name, value)
        else:
            block[f"{column.name}._size"] = _scalar_dtype(column, value).itemsize
            block[column.name] = _wire(column, value)
    return block


def _row_dtype(columns: Sequence[Column], values: Mapping[str, NDArray[Any]]) -> np.dtype[np.void]:
    fields: list[Any] = [("_fields", ">i2")]
    for column in columns:
        fields.append((f"{column.name}._size", ">i4"))
        value = values.get(column.name)
        if value is None:
            continue
        if column.type == "real[]":
            element = np.dtype([("size", ">i4"), ("value", ">f4")])
            fields += [(f"{column.name}._head", ARRAY_HEAD), (column.name, element, (value.shape[1],))]
        else:
            fields.append((column.name, _scalar_dtype(column, value)))
    return np.dtype(fields)


def _scalar_dtype(column: Column, value: NDArray[Any]) -> np.dtype[Any]:
    return value.dtype if column.type == "text" else np.dtype(SCALARS[column.type])


def _fill_vector(block: NDArray[np.void], name: str, value: NDArray[Any]) -> None:
    length = value.shape[1]
    block[f"{name}._size"] = 20 + 8 * length
    head = block[f"{name}._head"]
    head["ndim"], head["oid"], head["dim"], head["lower"] = 1, FLOAT4_OID, length, 1
    block[name]["size"] = 4
    block[name]["value"] = value


def _wire(column: Column, value: NDArray[Any]) -> NDArray[Any]:
    if column.type == "date":
        return value.astype("datetime64[D]").astype(np.int64) - EPOCH_DAYS
    if column.type == "timestamptz":
        return value.astype("datetime64[us]").astype(np.int64) - EPOCH_SECONDS * 1_000_000
    return value


def _bytes_of(block: NDArray[np.void]) -> memoryview:
    return block.view(np.uint8).reshape(-1).data


class BlockReader(io.RawIOBase):
    """A file-like view of header, blocks and trailer for `copy_expert`; nothing is joined in memory."""

    def __init__(self, blocks: Iterable[NDArray[np.void]]) -> None:
        self._parts = chain([memoryview(HEADER)], map(_bytes_of, blocks), [memoryview(TRAILER)])
        self._current = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not len(self._current):
            following = next(self._parts, None)
            if following is None:
                return b""
            self._current = following
        taken = self._current if size < 0 else self._current[:size]
        self._current = self._current[len(taken) :]
        return bytes(taken)


def copy_in(cursor: CopyCursor, table: str, columns: Sequence[Column], blocks: Iterable[NDArray[np.void]]) -> None:
    """COPY blocks of rows into `table` inside the cursor's transaction."""
    names = ", ".join(column.name for column in columns)
    send_blocks(cursor, table, names, blocks)


def send_blocks(cursor: CopyCursor, table: str, names: str, blocks: Iterable[NDArray[Any]]) -> None:
    """COPY rows that are encoded already into the columns `names` of `table`."""
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", BlockReader(blocks), READ_BYTES)


def copy_out(cursor: CopyCursor, query: str) -> memoryview:
    """The binary rows of a query (already rendered with its parameters), without header and trailer.

    Raises ValueError when what came does not begin and end as this format does.
    """
    sink = io.BytesIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", sink)
    data = sink.getbuffer()
    if len(data) < len(HEADER) + len(TRAILER) or data[: len(HEADER)] != HEADER or data[-len(TRAILER) :] != TRAILER:
        raise ValueError("This is not a whole answer in PostgreSQL's binary COPY format without flags.")
    return data[len(HEADER) : -len(TRAILER)]


def decode(data: memoryview, columns: Sequence[Column]) -> NDArray[np.void]:
    """Rows of scalars without NULLs as a structured array (big-endian; dates as days, times as µs, since 2000).

    Raises ValueError when a row has other columns than these, or a NULL.
    """
    fields: list[Any] = [("_fields", ">i2")]
    for column in columns:
        fields += [(f"{column.name}._size", ">i4"), (column.name, SCALARS[column.type])]
    layout = np.dtype(fields)
    if len(data) % layout.itemsize:
        raise ValueError(f"Rows of {layout.itemsize} bytes can't be {len(data)} bytes: there is a NULL, or a column.")
    rows = np.frombuffer(data, layout)
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        wrong = part["_fields"] != len(columns)
        for column in columns:
            wrong |= part[f"{column.name}._size"] != layout[column.name].itemsize
        if wrong.any():
            names = ", ".join(column.name for column in columns)
            raise ValueError(f"Row {start + int(wrong.argmax())} has a NULL, or other columns than {names}.")
    return rows


def decode_vectors(data: memoryview, vectors: int) -> list[NDArray[np.float32]]:
    """Ragged rows `(v1 real[], v2 real[], …)` without NULLs, joined along the rows: one float32 array a column.

    Loops over rows (a node's days), never over steps.
    """
    parts: list[list[NDArray[Any]]] = [[] for _ in range(vectors)]
    element = np.dtype([("size", ">i4"), ("value", ">f4")])
    position = 0
    while position < len(data):
        position += 2
        for column in range(vectors):
            (size,) = struct.unpack_from(">i", data, position)
            count = max(size - 20, 0) // 8
            if count:
                parts[column].append(np.frombuffer(data, element, count, position + 24)["value"])
            position += 4 + max(size, 0)
    return [np.concatenate(column).astype(np.float32) if column else np.zeros(0, np.float32) for column in parts]


def dates(days_since_2000: NDArray[Any]) -> NDArray[np.datetime64]:
    """A decoded date column as datetime64[D]."""
    return (days_since_2000.astype(np.int64) + EPOCH_DAYS).astype("datetime64[D]")


def timestamps(microseconds_since_2000: NDArray[Any]) -> NDArray[np.datetime64]:
    """A decoded timestamptz column as datetime64[us] in UTC."""
    return (microseconds_since_2000.astype(np.int64) + EPOCH_SECONDS * 1_000_000).astype("datetime64[us]")
