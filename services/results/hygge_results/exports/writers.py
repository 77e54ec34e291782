"""Tables to bytes, part by part."""

import io
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from hygge_results.formats import csv_bytes


def csv(tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """One CSV file with a header."""
    header = True
    for table in tables:
        yield csv_bytes(table, header=header)
        header = False


class _Outbox(io.BytesIO):
    """What a writer has written and nobody has taken yet."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        part = bytes(data)  # type: ignore[call-overload]
        self._parts.append(part)
        self._position += len(part)
        return len(part)

    def tell(self) -> int:
        return self._position

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def parquet(tables: Iterable[pa.Table]) -> Iterator[bytes]:
    """One Parquet file (zstd), a row group or more for each table; without tables an empty one."""
    outbox = _Outbox()
    writer: pq.ParquetWriter | None = None
    schema = pa.schema([])
    for table in tables:
        if writer is None:
            schema = table.schema
            writer = pq.ParquetWriter(outbox, schema, compression="zstd")
        writer.write_table(table.cast(schema))
        yield outbox.take()
    if writer is None:
        writer = pq.ParquetWriter(outbox, schema)
    writer.close()
    yield outbox.take()
