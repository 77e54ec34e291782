"""What a simulation gives: arrays, tables, files, a summary and its proof."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from hygge_engine.kernel import MEASURES
from hygge_engine.simulation import DAY_SUMS

Float32 = NDArray[np.float32]
Float64 = NDArray[np.float64]

KINDS = ("house", "transformer", "grid")
PRICE = "local_price_eur_per_kwh"
PEAKS = ("import_peak_kw", "export_peak_kw")
# Rows of a table that are made at once.
ROWS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class NodeResults:
    """Results of the N houses, transformers or the grid.

    names: in the arrays' order. values: float32[N, 9, T], power in kW and stored energy in kWh, by MEASURES. day_sums:
    float64[N, D, 31] by DAY_SUMS. price: float32[N, T] per kWh of local trades, nan without one; None for houses.
    `results["grid_kw"]` is float32[N, T], `results["imported_kwh"]` float64[N, D].
    """

    kind: str
    names: list[str]
    values: Float32
    day_sums: Float64
    price: Float32 | None = None

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name in MEASURES:
            return self.values[:, MEASURES.index(name)]
        if name in DAY_SUMS:
            return self.day_sums[:, :, DAY_SUMS.index(name)]
        if name == PRICE and self.price is not None:
            return self.price
        raise KeyError(name)

    def total(self, name: str) -> Float64:
        """A day sum over the whole run (of peaks: the highest), float64[N]."""
        days = self[name]
        return np.asarray(days.max(axis=1) if name in PEAKS else days.sum(axis=1), np.float64)

    def totals(self) -> dict[str, Float64]:
        """All day sums over the whole run."""
        return {name: self.total(name) for name in DAY_SUMS}

    def rows(self, order: NDArray[np.int64]) -> "NodeResults":
        """The nodes in another order, int64[N]."""
        if np.array_equal(order, np.arange(len(self.names))):
            return self
        names = [self.names[place] for place in order.tolist()]
        price = None if self.price is None else self.price[order]
        return NodeResults(self.kind, names, self.values[order], self.day_sums[order], price)


@dataclass(frozen=True, slots=True)
class Result:
    """A simulated run.

    summary: main indicators of the grid. times: UTC starts of the stored steps, datetime64[s], shape [T] (empty with
    detail `day`). days: local days, shape [D]. digest: SHA-256 of all results; the same run through the services has
    the same. proof: worst residuals of the balances over the run. parameters: what was simulated with.
    """

    summary: dict[str, float | None]
    times: NDArray[np.datetime64]
    days: list[date]
    houses: NodeResults
    transformers: NodeResults
    grid: NodeResults
    digest: str
    proof: dict[str, float]
    parameters: dict[str, Any]
    timezone: str
    currency: str

    def to_table(self, kinds: Iterable[str] = KINDS) -> Any:
        """A tidy pyarrow Table: node, kind, time (UTC), one column a measure, and the price of local trades."""
        return pa.Table.from_batches(list(self._batches(kinds)), self._schema())

    def to_day_table(self, kinds: Iterable[str] = KINDS) -> Any:
        """A tidy pyarrow Table of the day sums: node, kind, day (local), one column a sum."""
        parts = [_day_part(nodes, self.days) for nodes in self._nodes(kinds)]
        return pa.concat_tables(parts) if parts else pa.table({})

    def to_parquet(self, path: str | Path, kinds: Iterable[str] = KINDS) -> None:
        """Write the table of steps, or with detail `day` that of days, without ever holding all of it."""
        if not self.times.size:
            pyarrow.parquet.write_table(self.to_day_table(kinds), path, compression="zstd")
            return
        with pyarrow.parquet.ParquetWriter(path, self._schema(), compression="zstd") as writer:
            for batch in self._batches(kinds):
                writer.write_batch(batch)

    def to_csv(self, path: str | Path, kinds: Iterable[str] = KINDS) -> None:
        """As `to_parquet`, as CSV."""
        if not self.times.size:
            pyarrow.csv.write_csv(self.to_day_table(kinds), path)
            return
        with pyarrow.csv.CSVWriter(path, self._schema()) as writer:
            for batch in self._batches(kinds):
                writer.write_batch(batch)

    def without_steps(self) -> "Result":
        """The same with nothing but days, as detail `day` gives it."""
        none = np.zeros(0, np.int64)

        def bare(nodes: NodeResults) -> NodeResults:
            price = None if nodes.price is None else nodes.price[:, none]
            return replace(nodes, values=nodes.values[:, :, none], price=price)

        parts = (bare(nodes) for nodes in (self.houses, self.transformers, self.grid))
        houses, transformers, grid = parts
        return replace(self, times=self.times[none], houses=houses, transformers=transformers, grid=grid)

    def _nodes(self, kinds: Iterable[str]) -> list[NodeResults]:
        known = dict(zip(KINDS, (self.houses, self.transformers, self.grid), strict=True))
        return [known[kind] for kind in kinds]

    def _schema(self) -> Any:
        text = pa.dictionary(pa.int32(), pa.string())
        columns = [("node", text), ("kind", text), ("time", pa.timestamp("s", "UTC"))]
        measures = [(name, pa.float32()) for name in (*MEASURES, PRICE)]
        notes: dict[bytes | str, bytes | str] = {
            "digest": self.digest,
            "timezone": self.timezone,
            "currency": self.currency,
        }
        return pa.schema([*columns, *measures], metadata=notes)

    def _batches(self, kinds: Iterable[str]) -> Iterator[Any]:
        """A few nodes at once."""
        steps = self.times.size
        at_once = max(1, ROWS_AT_ONCE // max(steps, 1))
        for nodes in self._nodes(kinds):
            for first in range(0, len(nodes.names) if steps else 0, at_once):
                yield self._batch(nodes, first, min(first + at_once, len(nodes.names)))

    def _batch(self, nodes: NodeResults, first: int, last: int) -> Any:
        steps, count = self.times.size, last - first
        price = np.full((count, steps), np.nan, np.float32) if nodes.price is None else nodes.price[first:last]
        columns = [
            _texts(nodes.names[first:last], np.repeat(np.arange(count), steps)),
            _texts([nodes.kind], np.zeros(count * steps, np.int64)),
            pa.array(np.tile(self.times, count)).cast(pa.timestamp("s", "UTC")),
            *(pa.array(np.ascontiguousarray(nodes.values[first:last, m]).reshape(-1)) for m in range(len(MEASURES))),
            pa.array(np.ascontiguousarray(price).reshape(-1), from_pandas=True),
        ]
        return pa.record_batch(columns, schema=self._schema())


def _texts(texts: list[str], places: NDArray[np.int64]) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(places, pa.int32()), pa.array(texts, pa.string()))


def _day_part(nodes: NodeResults, days: list[date]) -> Any:
    count = len(nodes.names)
    sums = {name: nodes.day_sums[:, :, index].reshape(-1) for index, name in enumerate(DAY_SUMS)}
    return pa.table(
        {
            "node": pa.array(np.repeat(np.asarray(nodes.names, object), len(days)), pa.string()),
            "kind": pa.array([nodes.kind] * (count * len(days)), pa.string()),
            "day": pa.array(days * count, pa.date32()),
            **sums,
        }
    )
