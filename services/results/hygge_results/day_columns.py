"""Day sums of a closed run by column: what `node_days` holds by row, for reads of many nodes.

A row of `node_days` is as wide as its vectors, so reading one sum of a thousand nodes reads the whole run. At close the
sums are written once more, one array a month and sum over all nodes in the order of their positions. A sum that is 0 of
all nodes in the whole month (no cars, no generators, …) has an array without elements.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hygge_core.node_days import SUM_NAMES
from hygge_core.pgcopy import EPOCH_DAYS, copy_out, send_blocks
from hygge_results.base import database
from hygge_results.node_days import ARRAY_HEADER_BYTES, DaySums

Array = NDArray[np.float64]
FLOAT8_OID = 701
# In a COPY row: what an array without elements takes (number of dimensions, has NULLs, type).
EMPTY_ARRAY_BYTES = 12
ELEMENT = np.dtype([("size", ">i4"), ("value", ">f8")])
COLUMNS = ("run_id", "name", "first_day", "days", "values")


def store(run_id: int, sums: DaySums) -> None:
    """Write the sums of consecutive days, inside the caller's transaction. sums.values: float64[nodes, days]."""
    rows = (_row(run_id, name, sums.days[0], sums.values[name]) for name in SUM_NAMES)
    with database.cursor() as cursor:
        send_blocks(cursor, "day_columns", ", ".join(COLUMNS), rows)


def _row(run_id: int, name: str, first_day: np.datetime64, values: Array) -> NDArray[np.uint8]:
    """One row as COPY's binary format has it; an array of zeros goes without its elements."""
    days = values.shape[1]
    text = name.encode()
    day = int(first_day.astype("datetime64[D]").astype(np.int64)) - EPOCH_DAYS
    head = struct.pack(">hiqi", len(COLUMNS), 8, run_id, len(text)) + text
    head += struct.pack(">iiih", 4, day, 2, days)
    if not values.any():
        return np.frombuffer(head + struct.pack(">iiii", EMPTY_ARRAY_BYTES, 0, 0, FLOAT8_OID), np.uint8)
    size = ELEMENT.itemsize * values.size
    head += struct.pack(">iiiiii", ARRAY_HEADER_BYTES + size, 1, 0, FLOAT8_OID, values.size, 1)
    row = np.empty(len(head) + size, np.uint8)
    row[: len(head)] = np.frombuffer(head, np.uint8)
    elements = row[len(head) :].view(ELEMENT)
    elements["size"], elements["value"] = 8, values.reshape(-1)
    return row


def read(
    run_id: int, positions: Sequence[int], first: date, last: date, expressions: Mapping[str, str]
) -> dict[str, Array] | None:
    """Expressions over sums (such as `charge_kwh - discharge_kwh`), float64[nodes, days], for the nodes at `positions`.

    None where the run has no such columns: not closed, or closed before there were any.
    """
    terms = {name: list(_terms(expression)) for name, expression in expressions.items()}
    wanted = sorted({column for parts in terms.values() for _, column in parts})
    nodes, count = np.asarray(positions, np.int64), (last - first).days + 1
    columns = {name: np.full((len(nodes), count), np.nan) for name in wanted}
    found = 0
    for name, first_day, values in _rows(run_id, first, last, wanted):
        offset = int((first_day - np.datetime64(first)).astype(np.int64))
        low, high = max(offset, 0), min(offset + values.shape[1], count)
        columns[name][:, low:high] = values[nodes, low - offset : high - offset] if len(values) else 0.0
        found += high - low
    if found != count * len(wanted):
        return None
    return {name: sum(sign * columns[column] for sign, column in parts) for name, parts in terms.items()}  # type: ignore[misc]


def _terms(expression: str) -> Iterator[tuple[float, str]]:
    """`a - b + c` as (1, a), (−1, b), (1, c)."""
    words = ["+", *expression.split()]
    for sign, name in zip(words[::2], words[1::2], strict=True):
        yield {"+": 1.0, "-": -1.0}[sign], name


def _rows(run_id: int, first: date, last: date, names: Sequence[str]) -> Iterator[tuple[str, np.datetime64, Array]]:
    """Name, first day and values of each stored array that touches the days: [nodes, days], or [0, days] of zeros."""
    sql = (
        "SELECT name, first_day, days, values FROM day_columns WHERE run_id = %(run)s AND name = ANY(%(names)s)"
        " AND first_day <= %(last)s AND first_day + days > %(first)s"
    )
    with database.cursor() as cursor:
        parameters = {"run": run_id, "names": list(names), "first": first, "last": last}
        data = copy_out(cursor, cursor.mogrify(sql, parameters).decode())
    position = 0
    while position < len(data):
        _, length = struct.unpack_from(">hi", data, position)
        position += 6
        name = bytes(data[position : position + length]).decode()
        position += length
        _, day, _, days, size = struct.unpack_from(">iiihi", data, position)
        position += struct.calcsize(">iiihi")
        if size == EMPTY_ARRAY_BYTES:
            values = np.zeros((0, days))
        else:
            count = (size - ARRAY_HEADER_BYTES) // ELEMENT.itemsize
            values = np.frombuffer(data, ELEMENT, count, position + ARRAY_HEADER_BYTES)["value"].reshape(-1, days)
        position += size
        yield name, np.datetime64(day + EPOCH_DAYS, "D"), values
