"""SQL for the sums of periods: written by COPY at close, read as arrays."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.node_days import SUM_NAMES
from hygge_core.pgcopy import Column, copy_in, encode
from hygge_results.base import database
from hygge_results.indicators.periods import HOURS_ABOVE, PEAKS, VALUE_NAMES, Period

RUN = "run"
# Columns that are NULL where a value is unknown or there was no peak.
NULLABLE = ("load_peak_kw", *PEAKS.values(), *HOURS_ABOVE)
_READ = (*VALUE_NAMES, *PEAKS.values())
COLUMNS = (
    Column("run_id", "bigint"), Column("node_id", "bigint"), Column("period", "text"),
    *(Column(name, "double precision") for name in ("hours", *SUM_NAMES, "own_discharge_kwh", "load_peak_kw")),
    *(Column(name, "timestamptz") for name in PEAKS.values()),
    *(Column(name, "double precision") for name in HOURS_ABOVE),
)  # fmt: skip


def insert_periods(run_id: int, node_ids: NDArray[np.int64], periods: Mapping[str, Period]) -> None:
    """Store periods by their label (`run`, or a month such as 2016-01)."""
    blocks = (
        block
        for label, period in periods.items()
        for block in _blocks({"run_id": np.full(len(node_ids), run_id), "node_id": node_ids}, label, period)
    )
    with database.cursor() as cursor:
        copy_in(cursor, "period_sums", COLUMNS, blocks)


def _blocks(keys: Mapping[str, NDArray[np.int64]], label: str, period: Period) -> Iterator[NDArray[np.void]]:
    """A period's rows, grouped by their pattern of NULLs (unknown values, peaks that there were not)."""
    values: dict[str, NDArray[Any]] = {**keys, **period.values, **period.times}
    values["period"] = np.full(len(keys["node_id"]), label.encode())
    unknown = {name: np.isnat(values[name]) if name in period.times else np.isnan(values[name]) for name in NULLABLE}
    pattern = sum(missing.astype(np.int64) << bit for bit, missing in enumerate(unknown.values()))
    for code in np.unique(pattern):
        rows = np.flatnonzero(pattern == code)
        absent = {name for bit, name in enumerate(NULLABLE) if code >> bit & 1}
        chosen = {column.name: values[column.name][rows] for column in COLUMNS if column.name not in absent}
        yield encode(COLUMNS, chosen, rows=len(rows))


def find_periods(run_id: int, labels: Sequence[str], node_ids: NDArray[np.int64]) -> dict[str, Period]:
    """Stored periods for the given nodes, in their order, by label; without those that the run does not have."""
    rows = database.execute_sql(
        f"SELECT period, node_id, {', '.join(_READ)} FROM period_sums"
        " WHERE run_id = %s AND period = ANY(%s) AND node_id = ANY(%s)",
        (run_id, list(labels), node_ids.tolist()),
    ).fetchall()
    found: dict[str, dict[int, Any]] = {}
    for label, node, *values in rows:
        found.setdefault(label, {})[node] = values
    return {label: _period([by_node[node] for node in node_ids.tolist()]) for label, by_node in found.items()}


def _period(rows: Sequence[Any]) -> Period:
    columns = dict(zip(_READ, zip(*rows, strict=True), strict=True))
    return Period(
        {name: np.asarray(columns[name], np.float64) for name in VALUE_NAMES},
        {name: _times(columns[name]) for name in PEAKS.values()},
    )


def _times(column: Any) -> NDArray[np.datetime64]:
    return np.asarray([None if value is None else value.replace(tzinfo=None) for value in column], "datetime64[s]")
