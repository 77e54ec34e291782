"""SQL for the sums of periods: written by COPY at close, read as arrays."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from hygge_core.node_days import SUM_NAMES
from hygge_results.base import database
from hygge_results.indicators.periods import HOURS_ABOVE, PEAKS, VALUE_NAMES, Period

RUN = "run"
COLUMNS = (
    "run_id", "node_id", "period", "hours", *SUM_NAMES, "own_discharge_kwh", "load_peak_kw", *PEAKS.values(),
    *HOURS_ABOVE,
)  # fmt: skip


def insert_periods(run_id: int, node_ids: NDArray[np.int64], periods: Mapping[str, Period]) -> None:
    """Store periods by their label (`run`, or a month such as 2016-01)."""
    sink = io.BytesIO()
    options = pyarrow.csv.WriteOptions(include_header=False)
    for label, period in periods.items():
        count = len(node_ids)
        columns: dict[str, Any] = {
            "run_id": np.full(count, run_id),
            "node_id": node_ids,
            "period": [label] * count,
            **{name: pa.array(values, from_pandas=True) for name, values in period.values.items()},
            **{name: pa.array(values, pa.timestamp("s", "UTC")) for name, values in period.times.items()},
        }
        pyarrow.csv.write_csv(pa.table({name: columns[name] for name in COLUMNS}), sink, options)
    sink.seek(0)
    with database.cursor() as cursor:
        cursor.copy_expert(f"COPY period_sums ({', '.join(COLUMNS)}) FROM STDIN (FORMAT csv)", sink)


def find_period(run_id: int, label: str, node_ids: NDArray[np.int64]) -> Period | None:
    """A stored period for the given nodes, in their order; None when the run has no such period."""
    names = (*VALUE_NAMES, *PEAKS.values())
    rows = database.execute_sql(
        f"SELECT node_id, {', '.join(names)} FROM period_sums WHERE run_id = %s AND period = %s AND node_id = ANY(%s)",
        (run_id, label, node_ids.tolist()),
    ).fetchall()
    by_node = {row[0]: row[1:] for row in rows}
    if not by_node:
        return None
    ordered = list(zip(*(by_node[node] for node in node_ids.tolist()), strict=True))
    columns = dict(zip(names, ordered, strict=True))
    return Period(
        {name: np.asarray(columns[name], np.float64) for name in VALUE_NAMES},
        {name: _times(columns[name]) for name in PEAKS.values()},
    )


def _times(column: Any) -> NDArray[np.datetime64]:
    return np.asarray([None if value is None else value.replace(tzinfo=None) for value in column], "datetime64[s]")
