"""A run from given powers of houses, and a plain computation of its indicators, step by step."""

from datetime import UTC, datetime, timedelta

import numpy as np

from hygge_core.node_days import MEASURE_NAMES
from hygge_core.timeaxis import TimeAxis
from tests.support.synthetic_runs import ADDED_SUMS, SyntheticRun

START = datetime(2016, 6, 1, tzinfo=UTC)


class GivenRun(SyntheticRun):
    """A run whose house measures [houses, steps] are given; all houses are under one transformer.

    Sums that no measure tells (`driven_kwh`, `fuel_cost_eur`, …) are given as rates per hour.
    """

    def __init__(self, run_id: int, measures: dict[str, list[list[float]]], step_minutes: int = 15) -> None:
        self.given = {name: np.asarray(rows, float) for name, rows in measures.items()}
        houses, steps = self.given["load_kw"].shape
        end = START + timedelta(minutes=step_minutes * steps)
        super().__init__(run_id, houses, transformers=1, start=START, end=end, step_minutes=step_minutes)

    def _simulate(self) -> None:
        shape = self.given["load_kw"].T.shape
        self._gather({name: self.given[name].T if name in self.given else np.zeros(shape) for name in MEASURE_NAMES})
        self.house_rows |= {name: self.given[name] for name in ADDED_SUMS if name in self.given}


class AuctionRun(SyntheticRun):
    """A run with a price of its own in each pool and step, NaN where nothing is traded, and none in a whole day."""

    def _simulate(self) -> None:
        self.quiet_day = self.axis.days()[0][1]
        super()._simulate()

    def _gather(self, rows: dict[str, np.ndarray]) -> None:
        days, offsets = self.axis.days()
        quiet = slice(*offsets[days.index(self.quiet_day) :][:2])
        for name in ("shared_local_kw", "shared_grid_kw"):
            rows["grid_kw"][quiet] += rows[name][quiet]
            rows[name][quiet] = 0
        super()._gather(rows)
        pools, steps = 1 + self.transformers, self.axis.steps
        price = 0.15 + 0.02 * np.arange(pools)[:, None] + 0.05 * np.sin(np.arange(steps) / 7)
        volume = self.measures["shared_local_kw"][:pools].copy()
        volume[0] = np.maximum(self.house_rows["shared_grid_kw"], 0).sum(axis=0)
        self.price = np.where(volume > 0, price, np.nan).astype(np.float32).astype(np.float64)
        self.measures["local_price_eur_per_kwh"][:pools] = self.price

    def sums(self) -> dict[str, np.ndarray]:
        if self._sums:
            return self._sums
        sums = super().sums()
        _, offsets = self.axis.days()
        inside, between = np.nan_to_num(self.price[1 + self.parent]), np.nan_to_num(self.price[:1])
        member = np.stack([np.ones(self.houses), *(self.parent == k for k in range(self.transformers))])
        for name, sign in (("purchase_cost_eur", 1), ("sale_revenue_eur", -1)):
            local, grid = (np.maximum(sign * self.house_rows[m], 0) for m in ("shared_local_kw", "shared_grid_kw"))
            money = np.add.reduceat(local * inside + grid * between, offsets[:-1], axis=1) * self.axis.step_hours
            sums[name] = np.concatenate([member @ money, money])
        return sums


class PlainIndicators:
    """Indicators of one node straight from the steps of its houses, by loops; the twin of the fast path."""

    def __init__(self, run: SyntheticRun, node: int, first: int = 0, last: int | None = None) -> None:
        row = run.node_ids.tolist().index(node)
        last = run.axis.steps if last is None else last
        self.hours = run.axis.step_hours
        if row == 0:
            self.houses = list(range(run.houses))
        elif row <= run.transformers:
            self.houses = [i for i in range(run.houses) if run.parent[i] == row - 1]
        else:
            self.houses = [row - 1 - run.transformers]
        self.kind = "grid" if row == 0 else "transformer" if row <= run.transformers else "house"
        self.steps = range(first, last)
        self.h = run.house_rows
        self.axis: TimeAxis = run.axis
        self.capacity = run.transformer_kw

    def total(self, name: str, sign: int = 1) -> float:
        return sum(max(sign * float(self.h[name][i, t]), 0.0) for i in self.houses for t in self.steps) * self.hours

    def self_sufficiency(self) -> float:
        return (self.total("load_kw") - self.total("grid_kw") - self.total("unserved_kw")) / self.total("load_kw")

    def local_coverage(self) -> float:
        bought = self.total("shared_local_kw") + self.total("shared_grid_kw")
        return bought / (bought + self.total("grid_kw") + self.total("unserved_kw"))

    def net(self, t: int) -> float:
        parts = ("grid_kw", "shared_grid_kw", *(("shared_local_kw",) if self.kind == "house" else ()))
        return sum(float(self.h[name][i, t]) for name in parts for i in self.houses)

    def peak(self, sign: int) -> tuple[float, datetime | None]:
        best, at = 0.0, None
        for t in self.steps:
            if sign * self.net(t) > best:
                best, at = sign * self.net(t), self.axis.at(t)
        return best, at

    def load_peak(self) -> float:
        return max(sum(float(self.h["load_kw"][i, t]) for i in self.houses) for t in self.steps)

    def hours_above(self, share: float) -> float:
        assert self.capacity is not None
        return sum(self.hours for t in self.steps if abs(self.net(t)) > share * self.capacity)

    def storage_loss(self) -> float:
        soc = self.h["soc_kwh"]
        start = sum(float(soc[i, self.steps[0] - 1]) if self.steps[0] else 0.0 for i in self.houses)
        end = sum(float(soc[i, self.steps[-1]]) for i in self.houses)
        return self.total("storage_kw") - self.total("storage_kw", -1) - (end - start)

    def self_consumption(self) -> float:
        generation = self.total("generation_kw")
        stays = generation - self.total("grid_kw", -1) - self.total("curtailed_kw") - self.storage_loss()
        at_once = sum(
            min(float(self.h["load_kw"][i, t]), float(self.h["generation_kw"][i, t]))
            for i in self.houses
            for t in self.steps
        )
        at_once *= self.hours
        if self.kind == "house":
            used = at_once + self.total("storage_kw", -1)
            used += self.total("shared_local_kw", -1) + self.total("shared_grid_kw", -1)
        else:
            used = self.total("load_kw") - self.total("grid_kw") - self.total("unserved_kw")
        return min(max(used, at_once), max(stays, at_once)) / generation
