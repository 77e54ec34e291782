"""Reads of `results.node_days`, the table that the engine writes: binary COPY out, decoded by NumPy.

Every query names the range of days, so that only the partitions (or chunks) of those months are touched.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.node_days import LOAD_PEAK, SUM_NAMES
from hygge_core.pgcopy import Column, copy_out, dates, decode, timestamps
from hygge_results.base import database

Array = NDArray[np.float64]
# In a COPY row: NULL's length word, and what an array's header takes before its first element.
NULL_SIZE = -1
ARRAY_HEADER_BYTES = 20
ELEMENT = np.dtype([("size", ">i4"), ("value", ">f4")])


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
    columns = [Column("node_id", "bigint"), Column("day", "date"), Column("steps", "smallint")]
    columns += [Column(f"x{index}", "double precision") for index in range(len(expressions))]
    listed = "".join(f", ({sql})::double precision" for sql in expressions.values())
    data = _copy_out(
        f"SELECT node_id, day, steps{listed} FROM node_days"
        " WHERE run_id = %(run)s AND day BETWEEN %(first)s AND %(last)s AND node_id = ANY(%(nodes)s)",
        {"run": run_id, "first": first, "last": last, "nodes": list(node_ids)},
    )
    rows = decode(data, columns)
    ids = np.asarray(node_ids, np.int64)
    order = np.argsort(ids)
    node = order[np.searchsorted(ids[order], rows["node_id"].astype(np.int64))]
    day = (dates(rows["day"]) - np.datetime64(first)).astype(np.int64)
    shape = (len(ids), (last - first).days + 1)
    steps = np.full(shape, -1, np.int64)
    steps[node, day] = rows["steps"]
    values = {}
    for index, name in enumerate(expressions):
        values[name] = np.full(shape, np.nan)
        values[name][node, day] = rows[f"x{index}"]
    return steps, values


def day_sums(run_id: int, node_ids: Sequence[int], first: date, last: date) -> DaySums:
    """All day sums and the largest load, each float64 of shape [nodes, days]."""
    names = (*SUM_NAMES, LOAD_PEAK.name)
    steps, values = day_expressions(run_id, node_ids, first, last, {name: name for name in names})
    days = np.datetime64(first) + np.arange(steps.shape[1])
    return DaySums(days, steps, values)


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
