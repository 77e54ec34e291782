"""Blocks of node-days against a naive twin, and the totals of flows."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hygge_core import node_days
from hygge_core.pgcopy import dates, timestamps
from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.assemble import Window, windows
from hygge_engine.runs.schemas import Detail
from hygge_engine.simulation import DAY_SUMS, GridResult, NodeResult, Period, WindowResult
from hygge_engine.writer import SUM_COLUMNS, Totals, day_blocks

# Over the change of clocks, cut at both ends: days of 92, 96 and fewer steps.
AXIS = TimeAxis(
    datetime(2026, 3, 27, 9, 30, tzinfo=UTC), datetime(2026, 3, 31, 20, 15, tzinfo=UTC), 15, "Europe/Berlin"
)
IDS = np.asarray([70, 50, 60])


def window() -> Window:
    return next(iter(windows(AXIS, 10**9)))


def some_nodes(seed: int, nodes: int = 3) -> NodeResult:
    """Sparse measures: many are zero all day."""
    random = np.random.default_rng(seed)
    found = window()
    days = len(found.days)
    values = random.normal(size=(nodes, 9, found.period.steps)).astype(np.float32)
    for node, measure, day in zip(*np.nonzero(random.random((nodes, 9, days)) < 0.5), strict=True):
        values[node, measure, found.period.day_offsets[day] : found.period.day_offsets[day + 1]] = 0
    return NodeResult(values, random.normal(size=(nodes, days, len(DAY_SUMS))))


def stored(blocks: Any) -> dict[tuple[int, Any], dict[str, Any]]:
    """Decoded rows by node and day; vectors that are NULL are missing."""
    rows: dict[tuple[int, Any], dict[str, Any]] = {}
    for block in blocks:
        names = [name for name in block.dtype.names if not name.startswith("_") and "._" not in name]
        for row in block:
            values = {name: row[name]["value"].tolist() if row[name].ndim else row[name] for name in names}
            key = (int(row["node_id"]), dates(np.asarray([row["day"]]))[0].item())
            assert key not in rows
            rows[key] = values
    return rows


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.booleans())
def test_blocks_hold_each_node_and_day_once_as_a_loop_would(seed: int, priced: bool) -> None:
    found, nodes = window(), some_nodes(seed)
    price = np.abs(nodes.values[:, 0]) if priced else None
    rows = stored(day_blocks(run_id=8, ids=IDS, nodes=nodes, price=price, window=found, detail=Detail.STEP))
    assert len(rows) == 3 * len(found.days)
    for n, node_id in enumerate(IDS):
        for d, day in enumerate(found.days):
            row = rows[int(node_id), day]
            first, last = found.period.day_offsets[d], found.period.day_offsets[d + 1]
            assert (row["run_id"], row["steps"]) == (8, last - first)
            starts = timestamps(np.asarray([row["starts_at"]]))[0]
            assert starts == np.datetime64(AXIS.at(int(first)).replace(tzinfo=None))
            assert [row[name] for name in SUM_COLUMNS] == nodes.day_sums[n, d].tolist()
            vectors: list[NDArray[np.float32]] = [*nodes.values[n], *([price[n]] if price is not None else [])]
            for name, vector in zip(node_days.MEASURE_NAMES, vectors, strict=False):
                part = vector[first:last]
                assert row.get(name) == (part.tolist() if part.any() else None)


def test_the_sums_have_the_table_s_names() -> None:
    assert SUM_COLUMNS == node_days.SUM_NAMES


@pytest.mark.parametrize("seed", range(3))
def test_hours_are_means_and_stored_energy_is_the_last_value(seed: int) -> None:
    found, nodes = window(), some_nodes(seed)
    rows = stored(day_blocks(run_id=8, ids=IDS, nodes=nodes, price=None, window=found, detail=Detail.HOUR))
    for n, node_id in enumerate(IDS):
        for d, day in enumerate(found.days):
            row = rows[int(node_id), day]
            first, last = found.period.day_offsets[d], found.period.day_offsets[d + 1]
            hours = [slice(at, min(at + 4, last)) for at in range(first, last, 4)]
            assert row["steps"] == len(hours)
            load = [float(nodes.values[n, 0, hour].astype(float).mean()) for hour in hours]
            assert row.get("load_kw", [0.0] * len(hours)) == pytest.approx(load, abs=1e-6)
            energy = [float(nodes.values[n, 3, hour][-1]) for hour in hours]
            assert row.get("soc_kwh", [0.0] * len(hours)) == energy


def test_days_alone_have_sums_and_no_vectors() -> None:
    found, nodes = window(), some_nodes(1)
    rows = stored(day_blocks(run_id=8, ids=IDS, nodes=nodes, price=None, window=found, detail=Detail.DAY))
    assert {row["steps"] for row in rows.values()} == {0}
    assert not any(name in row for row in rows.values() for name in node_days.MEASURE_NAMES)


def result(seed: int, shard: bool = False) -> WindowResult:
    random = np.random.default_rng(seed)
    nodes = some_nodes(seed)
    empty: Any = None
    grid = GridResult(nodes, empty, random.random((2, 2)), 0.0, 0.0, b"")
    return WindowResult(
        period=Period(0, 0, np.asarray([0, 1])), houses=nodes, transformers=nodes, transformer_price=empty,
        house_flows_kwh=(random.random((2, 2)), None), grid_units=empty, state=empty, proof=empty, digests=(),
        grid=None if shard else grid,
    )  # fmt: skip


def test_totals_survive_a_checkpoint_to_the_last_bit() -> None:
    whole = halved = Totals()
    for seed in range(5):
        whole = whole.plus(result(seed))
        halved = Totals.from_bytes(halved.plus(result(seed)).to_bytes())
    assert whole.houses[1] is None
    assert halved.houses[1] is None
    first, again = whole.houses[0], halved.houses[0]
    assert first is not None
    assert again is not None
    for a, b in ((first, again), (whole.transformers, halved.transformers), (whole.imported, halved.imported)):
        assert a.tobytes() == b.tobytes()


def test_the_totals_of_shards_make_those_of_the_run() -> None:
    parts = [Totals().plus(result(seed, shard=True)) for seed in range(3)]
    between = np.ones((6, 6))
    joined = Totals.joined(parts, between)
    assert joined.transformers is between
    assert len(joined.houses) == 6
    assert joined.imported.tobytes() == np.concatenate([part.imported for part in parts]).tobytes()
    assert joined.size == sum(part.size for part in parts) + between.nbytes
