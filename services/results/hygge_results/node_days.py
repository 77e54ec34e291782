"""Reads of `results.node_days`, the table that the engine writes: binary COPY out, decoded by NumPy.

Every query names the range of days, so that only the partitions (or chunks) of those months are touched.
"""

import struct
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.database import reading
from hygge_core.errors import Unavailable
from hygge_core.node_days import LOAD_PEAK, SUM_NAMES
from hygge_core.pgcopy import Column, copy_out, dates, decode, timestamps
from hygge_results.base import database

Array = NDArray[np.float64]
# In a COPY row: NULL's length word, and what an array's header takes before its first element.
NULL_SIZE = -1
ARRAY_HEADER_BYTES = 20
ELEMENT = np.dtype([("size", ">i4"), ("value", ">f4")])
# Rows are turned into columns in pieces that stay in the processor's cache.
ROWS_AT_ONCE = 2048
SUM_COLUMNS = (*SUM_NAMES, LOAD_PEAK.name)


@dataclass(frozen=True, slots=True)
class DaySums:
    """Day sums of nodes over consecutive days. `steps`: stored vector lengths, −1 where the row is missing."""

    days: NDArray[np.datetime64]
    steps: NDArray[np.int64]
    values: dict[str, Array]


@dataclass(frozen=True, slots=True)
class NodeVectors:
    """One node's vectors joined along the days: `timestamps` [steps] (UTC starts), `values` {measure: [steps]}."""

    timestamps: NDArray[np.datetime64]
    values: dict[str, NDArray[np.float32]]


def _copy_out(sql: str, parameters: dict[str, Any]) -> memoryview:
    with database.cursor() as cursor:
        return copy_out(cursor, cursor.mogrify(sql, parameters).decode())


def day_expressions(
    run_id: int, node_ids: Sequence[int], first: date, last: date, expressions: dict[str, str]
) -> tuple[NDArray[np.int64], dict[str, Array]]:
    """Scalar SQL expressions of day rows as arrays [nodes, days] in the order of `node_ids`; NaN where there is no row.

    The first array is each row's number of stored steps (−1: no row). Expressions are our own SQL, never a caller's.
    """
    data = _scalar_rows(run_id, node_ids, first, last, list(expressions.values()))
    return _arranged(data, node_ids, first, last, list(expressions))


def _scalar_rows(run_id: int, node_ids: Sequence[int], first: date, last: date, listed: Sequence[str]) -> memoryview:
    """Rows of `_scalar_columns`, in any order."""
    fours, rest = _in_fours(listed)
    packed = "".join(f", lseg(point({a}, {b}), point({c}, {d}))" for a, b, c, d in fours)
    packed += "".join(f", ({sql})::double precision" for sql in rest)
    return _copy_out(
        f"SELECT node_id, day, steps{packed} FROM node_days"
        " WHERE run_id = %(run)s AND day BETWEEN %(first)s AND %(last)s AND node_id = ANY(%(nodes)s::bigint[])",
        # As text: PostgreSQL reads a long list much faster than an expression with as many constants.
        {"run": run_id, "first": first, "last": last, "nodes": f"{{{','.join(map(str, node_ids))}}}"},
    )


def _in_fours(names: Sequence[str]) -> tuple[list[Sequence[str]], Sequence[str]]:
    """Names that travel four in a value (see pgcopy), and what is left."""
    packed = len(names) // 4 * 4
    return [names[index : index + 4] for index in range(0, packed, 4)], names[packed:]


def _scalar_columns(fours: int, rest: int) -> list[Column]:
    columns = [Column("node_id", "bigint"), Column("day", "date"), Column("steps", "smallint")]
    columns += [Column(f"four{index}", "lseg") for index in range(fours)]
    return columns + [Column(f"one{index}", "double precision") for index in range(rest)]


def _arranged(
    data: memoryview, node_ids: Sequence[int], first: date, last: date, names: Sequence[str]
) -> tuple[NDArray[np.int64], dict[str, Array]]:
    """Decoded rows as steps and values by name, each [nodes, days]."""
    fours, rest = _in_fours(names)
    rows = decode(data, _scalar_columns(len(fours), len(rest)))
    shape = (len(node_ids), (last - first).days + 1)
    cells = _cells(rows, node_ids, first, shape[1])
    steps = np.full(shape, -1, np.int64)
    steps.reshape(-1)[cells] = rows["steps"]
    values = {name: np.full(shape, np.nan) for name in names}
    flat = {name: array.reshape(-1) for name, array in values.items()}
    order = np.argsort(cells, kind="stable")
    for start in range(0, len(rows), ROWS_AT_ONCE):
        chosen = order[start : start + ROWS_AT_ONCE]
        # The key is unique, so as many rows as cells fill them all, one after the other.
        target = slice(start, start + len(chosen)) if len(rows) == steps.size else cells[chosen]
        part = rows[chosen]
        for index, four in enumerate(fours):
            for place, name in enumerate(four):
                flat[name][target] = part[f"four{index}"][:, place]
        for index, name in enumerate(rest):
            flat[name][target] = part[f"one{index}"]
    return steps, values


def _cells(rows: NDArray[np.void], node_ids: Sequence[int], first: date, days: int) -> NDArray[np.int64]:
    """Index of each row in a flat [nodes, days]."""
    ids = np.asarray(node_ids, np.int64)
    order = np.argsort(ids)
    node = order[np.searchsorted(ids[order], rows["node_id"].astype(np.int64))]
    return np.asarray(node * days + (dates(rows["day"]) - np.datetime64(first)).astype(np.int64))


def day_sums(run_id: int, node_ids: Sequence[int], first: date, last: date) -> DaySums:
    """All day sums and the largest load, each float64 of shape [nodes, days]."""
    return _day_sums(_scalar_rows(run_id, node_ids, first, last, SUM_COLUMNS), node_ids, first, last)


def _day_sums(data: memoryview, node_ids: Sequence[int], first: date, last: date) -> DaySums:
    steps, values = _arranged(data, node_ids, first, last, SUM_COLUMNS)
    return DaySums(np.datetime64(first) + np.arange(steps.shape[1]), steps, values)


def day_sums_ahead(
    run_id: int, node_ids: Sequence[int], spans: Sequence[tuple[date, date]]
) -> Generator[DaySums, None, None]:
    """`day_sums` of each span in turn. While the caller works on one, the rows of the next are fetched already.

    They come over a connection of their own, so they must be committed; where the pool has none to spare, spans are
    read one after the other. In memory: one span's arrays and one span's rows, when the caller keeps no array.
    """

    def fetch(span: tuple[date, date]) -> memoryview:
        with reading(database):
            return _scalar_rows(run_id, node_ids, *span, SUM_COLUMNS)

    with ThreadPoolExecutor(1) as reader:
        ahead: Future[memoryview] | None = None
        spare = True
        for index, span in enumerate(spans):
            try:
                data = ahead.result() if ahead else fetch(span)
            except Unavailable:
                if ahead is None:
                    raise
                data, spare = fetch(span), False
            sums, ahead = _day_sums(data, node_ids, *span), None
            del data
            if spare and index + 1 < len(spans):
                ahead = reader.submit(fetch, spans[index + 1])
            yield sums
            del sums


def whole_vectors(
    run_id: int, pairs: tuple[Sequence[int], Sequence[date]], steps: int, names: Sequence[str]
) -> NDArray[np.void]:
    """Vectors of the (node, day) pairs that have `steps` elements: `node_id`, `day`, `starts_at` (µs since 2000) and
    each measure as [rows, steps], NULL as zeros. Rows come in no order.
    """
    zeros = "array_fill(0::real, ARRAY[%(steps)s])"
    listed = "".join(f", coalesce({name}, {zeros})" for name in names)
    nodes, days = pairs
    # LIMIT 1 keeps the planner to one look into the primary key per pair, whatever it knows of a fresh table.
    data = _copy_out(
        "SELECT wanted.node_id, wanted.day, found.*"
        " FROM unnest(%(nodes)s::bigint[], %(days)s::date[]) AS wanted(node_id, day) CROSS JOIN LATERAL ("
        f"SELECT starts_at{listed} FROM node_days d WHERE d.run_id = %(run)s AND d.steps = %(steps)s"
        " AND d.day BETWEEN %(first)s AND %(last)s AND d.node_id = wanted.node_id AND d.day = wanted.day LIMIT 1"
        ") AS found",
        {"run": run_id, "nodes": list(nodes), "days": list(days), "steps": steps,
         "first": min(days), "last": max(days)},
    )  # fmt: skip
    return np.frombuffer(data, _uniform_dtype(names, steps))


def trading_days(
    run_id: int, node_ids: Sequence[int], first: date, last: date
) -> tuple[NDArray[np.int64], NDArray[np.datetime64], NDArray[np.int64]]:
    """Node, day and number of steps of the rows in the range that have steps and bought or sold anything; by day."""
    data = _copy_out(
        "SELECT node_id, day, steps FROM node_days WHERE run_id = %(run)s AND steps > 0"
        " AND day BETWEEN %(first)s AND %(last)s AND node_id = ANY(%(nodes)s)"
        " AND (bought_local_kwh > 0 OR sold_local_kwh > 0 OR bought_grid_kwh > 0 OR sold_grid_kwh > 0) ORDER BY day",
        {"run": run_id, "nodes": list(node_ids), "first": first, "last": last},
    )
    rows = decode(data, [Column("node_id", "bigint"), Column("day", "date"), Column("steps", "smallint")])
    return rows["node_id"].astype(np.int64), dates(rows["day"]), rows["steps"].astype(np.int64)


def _uniform_dtype(names: Sequence[str], steps: int) -> np.dtype[np.void]:
    fields: list[Any] = [("_fields", ">i2"), ("_s0", ">i4"), ("node_id", ">i8"), ("_s1", ">i4"), ("day", ">i4")]
    fields += [("_s2", ">i4"), ("starts_at", ">i8")]
    for name in names:
        fields += [(f"{name}._head", f"V{4 + ARRAY_HEADER_BYTES}"), (name, ELEMENT, (steps,))]
    return np.dtype(fields)


def node_vectors(
    run_id: int, node_id: int, days: tuple[date, date], names: Sequence[str], step_minutes: int, *, is_house: bool
) -> NodeVectors:
    """The stored vectors of one node from the first to the last of `days`; NULL as zeros, of a house's price as NaN."""
    listed = "".join(f", {name}" for name in names)
    data = _copy_out(
        f"SELECT starts_at, steps{listed} FROM node_days WHERE run_id = %(run)s AND node_id = %(node)s"
        " AND day BETWEEN %(first)s AND %(last)s AND steps > 0 ORDER BY day",
        {"run": run_id, "node": node_id, "first": days[0], "last": days[1]},
    )
    rows = list(_ragged_rows(data, len(names)))
    starts = timestamps(np.asarray([row[0] for row in rows], np.int64))
    lengths = np.asarray([row[1] for row in rows], np.int64)
    total = int(lengths.sum())
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    within = np.arange(total) - np.repeat(offsets[:-1], lengths)
    stamps = np.repeat(starts, lengths) + within * np.timedelta64(step_minutes * 60, "s")
    values = {}
    for column, name in enumerate(names):
        series = np.full(total, np.nan if is_house and name.startswith("local_price") else 0, np.float32)
        for row, offset in zip(rows, offsets[:-1], strict=True):
            vector = row[2][column]
            if vector is not None:
                series[offset : offset + row[1]] = vector
        values[name] = series
    return NodeVectors(stamps, values)


def _ragged_rows(data: memoryview, vectors: int) -> Iterator[tuple[int, int, list[NDArray[Any] | None]]]:
    """Rows `(starts_at, steps, vectors…)`: microseconds since 2000, the number of steps, arrays or None for NULL."""
    position = 0
    scalars = struct.Struct(">hiqih")
    while position < len(data):
        _, _, start, _, steps = scalars.unpack_from(data, position)
        position += scalars.size
        row: list[NDArray[Any] | None] = []
        for _ in range(vectors):
            (size,) = struct.unpack_from(">i", data, position)
            position += 4
            if size == NULL_SIZE:
                row.append(None)
                continue
            count = (size - ARRAY_HEADER_BYTES) // ELEMENT.itemsize
            row.append(np.frombuffer(data, ELEMENT, count, position + ARRAY_HEADER_BYTES)["value"])
            position += size
        yield start, steps, row


def values_of(rows: NDArray[np.void], name: str) -> Array:
    """A measure of `whole_vectors` as float64 [rows, steps]."""
    return np.asarray(rows[name]["value"], np.float64)
