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
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and PostgreSQL type, `real[]` for a day vector."""

    name: str
    type: str


class CopyCursor(Protocol):
    def copy_expert(self, sql: str, file: Any) -> None: ...


def encode(columns: Sequence[Column], values: Mapping[str, NDArray[Any]], *, rows: int) -> NDArray[np.void]:
    """A block of rows as one structured array; columns that `values` lacks are NULL in all of them.

    Scalars: shape [rows] (date and timestamptz as datetime64); `real[]`: shape [rows, n].
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
            block[f"{column.name}._size"] = np.dtype(SCALARS[column.type]).itemsize
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
            fields.append((column.name, SCALARS[column.type]))
    return np.dtype(fields)


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
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)", BlockReader(blocks))


def copy_out(cursor: CopyCursor, query: str) -> memoryview:
    """The binary rows of a query (already rendered with its parameters), without header and trailer."""
    sink = io.BytesIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", sink)
    return sink.getbuffer()[len(HEADER) : -len(TRAILER)]


def decode(data: memoryview, columns: Sequence[Column]) -> NDArray[np.void]:
    """Rows of scalars without NULLs as a structured array (big-endian; dates as days, times as µs, since 2000)."""
    fields: list[Any] = [("_fields", ">i2")]
    for column in columns:
        fields += [(f"{column.name}._size", ">i4"), (column.name, SCALARS[column.type])]
    return np.frombuffer(data, np.dtype(fields))


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
