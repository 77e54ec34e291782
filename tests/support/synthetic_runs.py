"""Small consistent runs made without the engine: houses with solar and storage, proportional sharing, grid limits.

A plain simulation, one NumPy operation per step over all houses, so that the tests and benchmarks of `results`
depend on no other service. It follows docs/model.md for storage `self_consumption` and allocation `proportional`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg2
from numpy.typing import NDArray

from hygge_core.node_days import COLUMNS, FLOW_COLUMNS, FLOWS_TABLE, MEASURE_NAMES, SUM_NAMES, TABLE
from hygge_core.pgcopy import copy_in, encode
from hygge_core.timeaxis import TimeAxis

Array = NDArray[np.float64]
RETAIL, FEED_IN, LOCAL_PRICE, IMPORT_FEES, LOCAL_FEES, CO2_KG_PER_KWH = 0.30, 0.10, 0.20, 0.05, 0.01, 0.4
# Sums of devices that these runs do not have; a subclass may put rates per hour under these names into `house_rows`.
ADDED_SUMS = (
    "driven_kwh", "ev_shortfall_kwh", "heat_kwh", "unmet_heat_kwh", "generator_kwh", "clipped_kwh", "fuel_cost_eur",
    "incentive_eur",
)  # fmt: skip
GRID_ID = 1
EFFICIENCY = 0.95


@dataclass
class SyntheticRun:
    """Houses 100, 101, … under transformers 10, 11, … of grid 1; every second one has solar, every fourth storage."""

    run_id: int = 1
    houses: int = 4
    transformers: int = 2
    start: datetime = datetime(2016, 1, 1, tzinfo=UTC)
    end: datetime = datetime(2016, 1, 4, tzinfo=UTC)
    step_minutes: int = 15
    timezone: str = "UTC"
    seed: int = 0
    import_limit_kw: float = np.inf
    export_limit_kw: float = np.inf
    transformer_kw: float | None = 50.0
    measures: dict[str, Array] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.axis = TimeAxis(self.start, self.end, self.step_minutes, self.timezone)
        self.parent = np.arange(self.houses) % self.transformers
        self.battery_kwh = np.where(np.arange(self.houses) % 4 == 1, 5.0, 0.0)
        self.flows: dict[tuple[int, int], float] = {}
        self._sums: dict[str, Array] = {}
        self._simulate()

    @property
    def house_ids(self) -> NDArray[np.int64]:
        return 100 + np.arange(self.houses)

    @property
    def node_ids(self) -> NDArray[np.int64]:
        """Grid, transformers, houses: the row order of `measures` and of the sums."""
        return np.concatenate([[GRID_ID], 10 + np.arange(self.transformers), self.house_ids])

    def registration(self, **changes: Any) -> dict[str, Any]:
        """The body of PUT /results/{run_id}."""
        nodes: list[dict[str, Any]] = [{"id": GRID_ID, "parent_id": None, "kind": "grid", "name": "Grid"}]
        for k in range(self.transformers):
            storage = float(self.battery_kwh[self.parent == k].sum())
            nodes.append({"id": 10 + k, "parent_id": GRID_ID, "kind": "transformer", "name": f"T{k}",
                          "capacity_kw": self.transformer_kw, "storage_capacity_kwh": storage})  # fmt: skip
        for i in range(self.houses):
            nodes.append({"id": 100 + i, "parent_id": 10 + int(self.parent[i]), "kind": "house", "name": f"House {i}",
                          "owner": f"owner{i}", "storage_capacity_kwh": float(self.battery_kwh[i]),
                          "flags": ["prosumer"] if i % 2 else [], "house_type": "household"})  # fmt: skip
        return {
            "grid_id": GRID_ID, "grid_created_by": 7, "created_by": 7, "name": f"Run {self.run_id}",
            "timezone": self.timezone, "currency": "EUR", "start": self.start.isoformat(), "end": self.end.isoformat(),
            "step_minutes": self.step_minutes, "stored_step_minutes": self.step_minutes,
            "parameters": {"allocation": "proportional"}, "nodes": nodes, **changes,
        }  # fmt: skip

    def _simulate(self) -> None:
        steps, hours, houses = self.axis.steps, self.axis.step_hours, self.houses
        random = np.random.default_rng(self.seed)
        phase = (np.arange(steps) * hours) % 24
        load = 0.3 + random.gamma(2.0, 0.2, (steps, houses)) * (1 + np.exp(-((phase - 19) ** 2) / 6))[:, None]
        sun = np.clip(np.sin((phase - 6) / 12 * np.pi), 0, None)[:, None] * random.uniform(0.2, 1, (steps, 1))
        generation = sun * np.where(np.arange(houses) % 2 == 1, random.uniform(2, 8, houses), 0)
        rows: dict[str, Array] = {name: np.zeros((steps, houses)) for name in MEASURE_NAMES}
        rows["load_kw"], rows["generation_kw"] = load, generation
        stored = np.zeros(houses)
        for t in range(steps):
            stored = self._step(t, rows, stored, hours)
        self._gather(rows)

    def _step(self, t: int, rows: dict[str, Array], stored: Array, hours: float) -> Array:
        surplus = np.maximum(rows["generation_kw"][t] - rows["load_kw"][t], 0)
        deficit = np.maximum(rows["load_kw"][t] - rows["generation_kw"][t], 0)
        charge = np.minimum(np.minimum(surplus, 2.5), (self.battery_kwh - stored) / EFFICIENCY / hours)
        discharge = np.minimum(np.minimum(deficit, 2.5), stored * EFFICIENCY / hours)
        stored = np.clip(stored + (charge * EFFICIENCY - discharge / EFFICIENCY) * hours, 0, self.battery_kwh)
        surplus, deficit = surplus - charge, deficit - discharge
        rows["storage_kw"][t], rows["soc_kwh"][t] = charge - discharge, stored
        pool = self.parent
        bought, sold = _shared(deficit, surplus, pool, self.transformers)
        surplus, deficit = surplus - sold, deficit - bought
        rows["shared_local_kw"][t] = bought - sold
        self._count(bought, sold, pool, hours)
        bought, sold = _shared(deficit, surplus, np.zeros_like(pool), 1)
        rows["shared_grid_kw"][t] = bought - sold
        surplus, deficit = surplus - sold, deficit - bought
        served = min(1.0, self.import_limit_kw / max(deficit.sum(), 1e-12))
        taken = min(1.0, self.export_limit_kw / max(surplus.sum(), 1e-12))
        rows["grid_kw"][t] = deficit * served - surplus * taken
        rows["unserved_kw"][t], rows["curtailed_kw"][t] = deficit * (1 - served), surplus * (1 - taken)
        return stored

    def _count(self, bought: Array, sold: Array, pool: NDArray[np.int64], hours: float) -> None:
        if self.houses > 20:  # benchmarks need no flows of pairs
            return
        for k in range(self.transformers):
            total = sold[pool == k].sum()
            for j in np.flatnonzero((pool == k) & (sold > 0)):
                for i in np.flatnonzero((pool == k) & (bought > 0)):
                    pair = (100 + int(j), 100 + int(i))
                    self.flows[pair] = self.flows.get(pair, 0) + bought[i] * sold[j] / total * hours

    def _gather(self, rows: dict[str, Array]) -> None:
        """Rows for grid, transformers, houses: shape [nodes, steps], rounded to float32 as they are stored."""
        member = np.stack([np.ones(self.houses), *(self.parent == k for k in range(self.transformers))])
        for name, house in rows.items():
            if name == "local_price_eur_per_kwh":
                upper, lower = np.full((1 + self.transformers, len(house)), LOCAL_PRICE), house.T
            else:
                source = np.maximum(house, 0) if name == "shared_local_kw" else house
                upper, lower = member @ source.T, house.T
            self.measures[name] = np.concatenate([upper, lower]).astype(np.float32).astype(np.float64)
        self.house_rows = {name: house.T.copy() for name, house in rows.items()}

    def sums(self) -> dict[str, Array]:
        """Day sums, float64, shape [nodes, days]."""
        if self._sums:
            return self._sums
        hours = self.axis.step_hours
        _, offsets = self.axis.days()
        h = self.house_rows
        imported, exported = np.maximum(h["grid_kw"], 0), np.maximum(-h["grid_kw"], 0)
        charge, discharge = np.maximum(h["storage_kw"], 0), np.maximum(-h["storage_kw"], 0)
        bought, sold = np.maximum(h["shared_local_kw"], 0), np.maximum(-h["shared_local_kw"], 0)
        bought_grid, sold_grid = np.maximum(h["shared_grid_kw"], 0), np.maximum(-h["shared_grid_kw"], 0)
        before = np.concatenate([np.zeros((self.houses, 1)), h["soc_kwh"][:, :-1]], axis=1)
        nothing = np.zeros_like(h["load_kw"])
        net = h["load_kw"] - h["generation_kw"] + h["storage_kw"]
        series = {
            "load_kwh": h["load_kw"], "generation_kwh": h["generation_kw"],
            "own_use_kwh": np.minimum(h["load_kw"], h["generation_kw"]), "charge_kwh": charge,
            "discharge_kwh": discharge,
            "storage_loss_kwh": charge - discharge - h.get("driven_kwh", nothing) - (h["soc_kwh"] - before) / hours,
            "bought_local_kwh": bought, "sold_local_kwh": sold, "bought_grid_kwh": bought_grid,
            "sold_grid_kwh": sold_grid, "imported_kwh": imported, "exported_kwh": exported,
            "curtailed_kwh": h["curtailed_kw"], "unserved_kwh": h["unserved_kw"],
            **{name: h.get(name, nothing) for name in ADDED_SUMS[:6]}, "import_cost_eur": imported * RETAIL,
            "export_revenue_eur": exported * FEED_IN, "purchase_cost_eur": (bought + bought_grid) * LOCAL_PRICE,
            "sale_revenue_eur": (sold + sold_grid) * LOCAL_PRICE,
            "fees_eur": imported * IMPORT_FEES + (bought + bought_grid) * LOCAL_FEES,
            **{name: h.get(name, nothing) for name in ADDED_SUMS[6:]},
            "reference_cost_eur": np.maximum(net, 0) * (RETAIL + IMPORT_FEES) - np.maximum(-net, 0) * FEED_IN,
            "co2_kg": imported * CO2_KG_PER_KWH,
        }  # fmt: skip
        member = np.stack([np.ones(self.houses), *(self.parent == k for k in range(self.transformers))])
        result = {}
        for name, house in series.items():
            days = np.add.reduceat(house, offsets[:-1], axis=1) * hours
            result[name] = np.concatenate([member @ days, days])
        through = self.measures["grid_kw"] + self.measures["shared_grid_kw"]
        through[1 + self.transformers :] += self.measures["shared_local_kw"][1 + self.transformers :]
        result["import_peak_kw"] = np.maximum(np.maximum.reduceat(through, offsets[:-1], axis=1), 0)
        result["export_peak_kw"] = np.maximum(np.maximum.reduceat(-through, offsets[:-1], axis=1), 0)
        assert tuple(result) == SUM_NAMES
        self._sums = result
        return result

    def blocks(self, *, first_day: int = 0, last_day: int | None = None) -> Iterator[NDArray[np.void]]:
        """The run's rows as blocks for COPY, in groups of one vector length and one pattern of NULLs."""
        days, offsets = self.axis.days()
        last = len(days) if last_day is None else last_day
        sums, starts = self.sums(), self.axis.timestamps()[offsets[:-1]]
        for length in np.unique(np.diff(offsets[first_day : last + 1])):
            chosen = first_day + np.flatnonzero(np.diff(offsets[first_day : last + 1]) == length)
            index = offsets[chosen][:, None] + np.arange(length)
            vectors = {name: values[:, index] for name, values in self.measures.items()}
            pattern = np.zeros((len(self.node_ids), len(chosen)), np.int64)
            for bit, vector in enumerate(vectors.values()):
                pattern |= vector.any(axis=2).astype(np.int64) << bit
            for code in np.unique(pattern):
                node, day = np.nonzero(pattern == code)
                values: dict[str, NDArray[Any]] = {
                    "run_id": np.full(len(node), self.run_id), "node_id": self.node_ids[node],
                    "day": np.asarray(days, "datetime64[D]")[chosen[day]], "starts_at": starts[chosen[day]],
                    "steps": np.full(len(node), length),
                }  # fmt: skip
                values |= {name: total[node, chosen[day]] for name, total in sums.items()}
                values["load_peak_kw"] = vectors["load_kw"].max(axis=2)[node, day]
                values |= {n: v[node, day] for bit, (n, v) in enumerate(vectors.items()) if code >> bit & 1}
                yield encode(COLUMNS, values, rows=len(node))

    def store(self, engine_url: str) -> None:
        """Write the rows as the engine's worker does: its role, binary COPY, one transaction."""
        connection = psycopg2.connect(engine_url)
        try:
            with connection, connection.cursor() as cursor:
                copy_in(cursor, TABLE, COLUMNS, self.blocks())
                if self.flows:
                    pairs = np.asarray(list(self.flows))
                    values = {"run_id": np.full(len(pairs), self.run_id), "source_id": pairs[:, 0],
                              "target_id": pairs[:, 1],
                              "energy_kwh": np.asarray(list(self.flows.values()))}  # fmt: skip
                    copy_in(cursor, FLOWS_TABLE, FLOW_COLUMNS, [encode(FLOW_COLUMNS, values, rows=len(pairs))])
        finally:
            connection.close()


def _shared(deficit: Array, surplus: Array, pool: NDArray[np.int64], pools: int) -> tuple[Array, Array]:
    """Proportional sharing inside each pool: what each house buys and sells, kW."""
    demand, supply = np.bincount(pool, deficit, pools), np.bincount(pool, surplus, pools)
    volume = np.minimum(demand, supply)
    buying = np.divide(volume, demand, out=np.zeros(pools), where=demand > 0)
    selling = np.divide(volume, supply, out=np.zeros(pools), where=supply > 0)
    return deficit * buying[pool], surplus * selling[pool]
