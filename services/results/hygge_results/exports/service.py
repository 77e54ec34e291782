"""Whole tables of a run as a stream of parts, so that a year of a large community never stands in memory.

Each part is read in its own short transaction: a slow reader holds no connection.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hygge_core.auth import Principal
from hygge_core.database import reading
from hygge_core.node_days import SUM_NAMES
from hygge_core.paging import decode_cursor
from hygge_results import node_days
from hygge_results.base import database
from hygge_results.bills.service import AMOUNTS, amounts_of
from hygge_results.exports import writers
from hygge_results.flows import repository as flows
from hygge_results.indicators import repository as periods
from hygge_results.indicators.closing import months_of
from hygge_results.indicators.service import indicator_columns, stored_period
from hygge_results.network.service import require_check, whole_check
from hygge_results.runs.service import Sight, require_closed, whole_sight
from hygge_results.runs.tables import Node
from hygge_results.series.measures import DEFAULT, NOT_OF_HOUSES
from hygge_results.trades.rows import by_day, joined
from hygge_results.trades.service import as_table as trades_table
from hygge_results.trades.service import pools_of, require_steps

CLOSED_ONLY = ("nodes", "bills", "flows")
# Rows that one transaction reads.
ROWS_A_PART = 50_000


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be: its name and its bytes part by part."""

    filename: str
    parts: Iterator[bytes]


def export(principal: Principal, run_id: int, table: str, form: str) -> Export:
    """A table of the whole run; Conflict while the run goes on (series, days and trades: as far as it has come).

    Raises NotFound for the network of a run without a check, Conflict for trades of a run that keeps days only.
    """
    with reading(database):
        seen = whole_sight(principal, run_id)
        if table in CLOSED_ONLY:
            require_closed(seen.run)
        if table == "trades":
            require_steps(seen.run)
        if table == "network":
            require_check(run_id)
    tables = _TABLES[table](seen)
    write = writers.parquet if form == "parquet" else writers.csv
    return Export(f"hygge-run-{run_id}-{table}.{form}", write(tables))


def _series(seen: Sight) -> Iterator[pa.Table]:
    """Every stored step of every node, node by node: (node_id, timestamp, measures…); none where only days are kept."""
    names = (*DEFAULT, *NOT_OF_HOUSES)
    days, _ = seen.run.axis.days()
    fields: list[Any] = [("node_id", pa.int64()), ("timestamp", pa.timestamp("s", "UTC"))]
    schema = pa.schema(fields + [(name, pa.float32()) for name in names])
    if not seen.run.has_vectors:
        yield schema.empty_table()  # a file needs its columns, also without rows
        return
    for node in _nodes_of(seen):
        with reading(database):
            found = node_days.node_vectors(
                seen.run.run_id, node.node_id, (days[0], days[-1]), names, seen.run.stored_step_minutes,
                is_house=node.kind == "house",
            )  # fmt: skip
        columns = [np.full(len(found.timestamps), node.node_id), found.timestamps.astype("datetime64[s]")]
        columns += [found.values[name] for name in names]
        arrays = [pa.array(c, f.type, from_pandas=True) for c, f in zip(columns, schema, strict=True)]
        yield pa.table(arrays, schema=schema)


def _days(seen: Sight) -> Iterator[pa.Table]:
    """Day sums of every node, month by month."""
    days, _ = seen.run.axis.days()
    ids = np.asarray([node.node_id for node in _nodes_of(seen)], np.int64)
    for _, members in groupby(days, lambda day: (day.year, day.month)):
        month = list(members)
        with reading(database):
            sums = node_days.day_sums(seen.run.run_id, ids.tolist(), month[0], month[-1])
        node, day = np.nonzero(sums.steps >= 0)
        columns = {"node_id": pa.array(ids[node]), "day": pa.array(sums.days[day], pa.date32())}
        yield pa.table(columns | {name: pa.array(sums.values[name][node, day]) for name in SUM_NAMES})


def _nodes(seen: Sight) -> Iterator[pa.Table]:
    """Indicators of every node for the run and each month."""
    run_id, nodes = seen.run.run_id, _nodes_of(seen)
    for label in [periods.RUN, *months_of(seen.run)]:
        with reading(database):
            found = indicator_columns(nodes, stored_period(run_id, label, nodes))
        yield pa.table(_who(nodes, label) | {name: _column(values) for name, values in found.items()})


def _bills(seen: Sight) -> Iterator[pa.Table]:
    """Bills of every house for the run and each month."""
    houses = _nodes_of(seen, "house")
    for label in [periods.RUN, *months_of(seen.run)] if houses else []:
        with reading(database):
            amounts = amounts_of(seen.run.run_id, label, houses)
        yield pa.table(_who(houses, label) | {name: pa.array(amounts[name]) for name in AMOUNTS})


def _flows(seen: Sight) -> Iterator[pa.Table]:
    fields: list[Any] = [("source_id", pa.int64()), ("target_id", pa.int64()), ("energy_kwh", pa.float64())]
    schema = pa.schema(fields)
    offset = 0
    while True:
        with reading(database):
            rows = flows.page(seen.run.run_id, None, 0.0, offset, ROWS_A_PART)
        columns = zip(*rows, strict=True) if rows else ((), (), ())
        yield pa.table([pa.array(list(c), f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
        offset += len(rows)
        if len(rows) < ROWS_A_PART:
            return


def _trades(seen: Sight) -> Iterator[pa.Table]:
    """Every trade, day by day."""
    with reading(database):
        pools = pools_of(seen)
    for first in seen.run.axis.days()[0]:
        with reading(database):
            found = [trades for _, trades in by_day(pools, first, first)]
        yield trades_table(joined(found))


def _network(seen: Sight) -> Iterator[pa.Table]:
    """Houses and lines of the network check in one table; columns of the other kind are empty."""
    after = 0
    while True:
        with reading(database):
            page = whole_check(seen, after=after, limit=ROWS_A_PART)
        rows = [
            *({"kind": "house"} | house.model_dump() for house in page.houses),
            *(line.model_dump() for line in page.lines),
        ]
        yield pa.Table.from_pylist(rows, schema=_NETWORK)
        if page.next_cursor is None:
            return
        after = decode_cursor(page.next_cursor)


_TIME = pa.timestamp("s", "UTC")
_NETWORK_FIELDS: list[Any] = [
    ("kind", pa.string()), ("node_id", pa.int64()), ("name", pa.string()), ("min_voltage_pu", pa.float64()),
    ("max_voltage_pu", pa.float64()), ("hours_below", pa.float64()), ("hours_above", pa.float64()), ("min_at", _TIME),
    ("max_at", _TIME), ("max_loading_percent", pa.float64()), ("hours_above_100_percent", pa.float64()),
    ("energy_loss_kwh", pa.float64()), ("violation", pa.bool_()),
]  # fmt: skip
_NETWORK = pa.schema(_NETWORK_FIELDS)
_TABLES = {
    "series": _series, "days": _days, "nodes": _nodes, "bills": _bills, "flows": _flows, "trades": _trades,
    "network": _network,
}  # fmt: skip


def _nodes_of(seen: Sight, kind: str | None = None) -> list[Node]:
    with reading(database):
        return seen.nodes(kind)


def _who(nodes: list[Node], label: str) -> dict[str, Any]:
    return {
        "node_id": pa.array([node.node_id for node in nodes], pa.int64()),
        "kind": pa.array([node.kind for node in nodes], pa.string()),
        "name": pa.array([node.name for node in nodes], pa.string()),
        "owner": pa.array([node.owner for node in nodes], pa.string()),
        "period": pa.array([label] * len(nodes), pa.string()),
    }


def _column(values: NDArray[Any]) -> Any:
    if values.dtype.kind == "M":
        return pa.array(values.astype("datetime64[s]"), pa.timestamp("s", "UTC"))
    return pa.array(values, from_pandas=True)
