"""The check of a run: solves window after window and keeps extremes, hours beyond the limits, and losses."""

import io
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from hygge_core.node_days import MEASURE_NAMES
from hygge_engine.network.model import Bool, Float64, Int64, Network
from hygge_engine.network.solver import Solution, Solver

FULL_PERCENT = 100.0
POSITION = tuple(MEASURE_NAMES.index(name) for name in ("shared_local_kw", "shared_grid_kw", "grid_kw"))
STEPS_TO_TELL = 20


def net_position_kw(values: NDArray[np.floating[Any]]) -> Float64:
    """What each house draws at its meter (export < 0), float64[H, T], from its measures [H, 9, T]."""
    position: Float64 = values[:, POSITION, :].sum(axis=1, dtype=np.float64)
    return position


@dataclass(frozen=True, slots=True)
class NetworkResult:
    """What a network went through. Houses [H] in the document's order, branches [L+K]: lines, then transformers.

    Voltages in pu with the step of the first extreme, steps outside the band; loadings in % with their step and steps
    above 100 %; loss_kwh: energy lost. steps: solved ones. unsolved: int64, steps without a result, counted nowhere
    else. balance_residual_kw: worst of |source − houses − losses|, the proof of all steps.
    """

    steps: int
    unsolved: Int64
    min_pu: Float64
    min_step: Int64
    max_pu: Float64
    max_step: Int64
    below: Int64
    above: Int64
    max_percent: Float64
    max_percent_step: Int64
    overloaded: Int64
    loss_kwh: Float64
    balance_residual_kw: float

    @property
    def losses_kwh(self) -> float:
        """Of the whole network."""
        return math.fsum(self.loss_kwh)


class NetworkCheck:
    """Takes a run's windows in their order and adds them up.

    power_factor: of what a house imports, inductive; what it exports is at 1. threads: processors for the power flow,
    0 for all; the result does not depend on it.
    """

    def __init__(self, network: Network, step_hours: float, power_factor: float = 1.0, threads: int = 1) -> None:
        if not 0.0 < power_factor <= 1.0:
            raise ValueError(f"a power factor of {power_factor} is not in (0, 1]")
        self.network = network
        self._hours = step_hours
        self._tangent = math.tan(math.acos(power_factor))
        self._solver = Solver(network, threads)
        self._kept = _nothing(network.houses, network.branches)

    def add(self, p_kw: NDArray[np.floating[Any]], first_step: int, q_kvar: Float64 | None = None) -> None:
        """Solve a window. p_kw: [H, T], what each house draws (export < 0); first_step: its first step in the run.

        q_kvar: [H, T]; without it the power factor says it. Raises ValueError for steps that were there already.
        """
        if first_step < self._kept["next_step"]:
            raise ValueError(f"step {first_step} is in the check already, up to {int(self._kept['next_step']) - 1}")
        size = self._solver.chunk_steps
        for start in range(0, p_kw.shape[1], size):
            p = p_kw[:, start : start + size].astype(np.float64)
            q = np.maximum(p, 0.0) * self._tangent if q_kvar is None else q_kvar[:, start : start + size]
            self._keep(self._solver.solve(p, q), p.sum(axis=0), first_step + start)
        self._kept["next_step"] = np.int64(first_step + p_kw.shape[1])

    def result(self) -> NetworkResult:
        """All windows so far. Raises ValueError where not one step could be solved."""
        kept = {name: value for name, value in self._kept.items() if name != "next_step"}
        if not kept["steps"]:
            raise ValueError("no step could be solved")
        steps, residual = int(kept.pop("steps")), float(kept.pop("balance_residual_kw"))
        loss_kwh = kept.pop("loss_kw") * self._hours
        return NetworkResult(steps=steps, loss_kwh=loss_kwh, balance_residual_kw=residual, **kept)

    def body(self, start: datetime) -> dict[str, Any]:
        """What the results service stores of a run that began at `start` (UTC).

        A loss that rounding brought below nothing (unloaded lines) is nothing.
        """
        network, found = self.network, self.result()
        return {
            "band": {"low_pu": network.low_pu, "high_pu": network.high_pu},
            "houses": [self._house(found, place, start) for place in range(network.houses)],
            "lines": [self._branch(found, place, start) for place in range(network.branches)],
            "losses_kwh": max(found.losses_kwh, 0.0),
        }

    def _house(self, found: NetworkResult, place: int, start: datetime) -> dict[str, Any]:
        return {
            "node_id": int(self.network.house_ids[place]),
            "min_voltage_pu": float(found.min_pu[place]),
            "max_voltage_pu": float(found.max_pu[place]),
            "hours_below": int(found.below[place]) * self._hours,
            "hours_above": int(found.above[place]) * self._hours,
            "min_at": self._moment(start, found.min_step[place]),
            "max_at": self._moment(start, found.max_step[place]),
        }

    def _branch(self, found: NetworkResult, place: int, start: datetime) -> dict[str, Any]:
        lines, transformers = self.network.lines.names, self.network.transformers.names
        return {
            "name": (lines + transformers)[place],
            "kind": "line" if place < len(lines) else "transformer",
            "max_loading_percent": float(found.max_percent[place]),
            "max_at": self._moment(start, found.max_percent_step[place]),
            "hours_above_100_percent": int(found.overloaded[place]) * self._hours,
            "energy_loss_kwh": max(float(found.loss_kwh[place]), 0.0),
        }

    def _moment(self, start: datetime, step: Any) -> str:
        return (start + timedelta(hours=int(step) * self._hours)).isoformat().replace("+00:00", "Z")

    def unsolved_message(self, start: datetime) -> str | None:
        """Names the steps that could not be solved (the first ones, if there are many); None where all could."""
        steps = self._kept["unsolved"]
        if not steps.size:
            return None
        named = [self._moment(start, step) for step in steps[:STEPS_TO_TELL]]
        more = ", …" if steps.size > STEPS_TO_TELL else ""
        return f"The power flow of {steps.size} step(s) did not converge: {', '.join(named)}{more}"

    def to_bytes(self) -> bytes:
        """The checkpoint."""
        sink = io.BytesIO()
        np.savez(sink, **self._kept)
        return sink.getvalue()

    def restore(self, data: bytes) -> Self:
        """Go on from a checkpoint; ValueError where it is that of another network."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            kept = {name: arrays[name] for name in arrays.files}
        shapes = {name: value.shape for name, value in self._kept.items() if name != "unsolved"}
        if {name: value.shape for name, value in kept.items() if name != "unsolved"} != shapes:
            raise ValueError("this is not a checkpoint of this network's check")
        self._kept = kept
        return self

    def _keep(self, solution: Solution, drawn_kw: Float64, first: int) -> None:
        """Add a chunk whose first step is `first` and whose houses draw `drawn_kw` in sum."""
        kept, network = self._kept, self.network
        unsolved = np.flatnonzero(~solution.solved)
        kept["unsolved"] = np.concatenate([kept["unsolved"], unsolved + first])
        steps = np.flatnonzero(solution.solved)
        kept["steps"] += steps.size
        if not steps.size:
            return
        chosen: slice | Int64 = steps if unsolved.size else slice(None)
        voltage = solution.voltage_pu[chosen][:, network.house_bus]
        loading, loss = solution.loading_percent[chosen], solution.loss_kw[chosen]
        _take(kept, "min_pu", "min_step", voltage, steps + first, np.less)
        _take(kept, "max_pu", "max_step", voltage, steps + first, np.greater)
        _take(kept, "max_percent", "max_percent_step", loading, steps + first, np.greater)
        kept["below"] += _count(voltage < network.low_pu)
        kept["above"] += _count(voltage > network.high_pu)
        kept["overloaded"] += _count(loading > FULL_PERCENT)
        kept["loss_kw"] += loss.sum(axis=0)
        residual = np.abs(solution.source_kw[chosen] - drawn_kw[chosen] - loss.sum(axis=1)).max()
        kept["balance_residual_kw"] = np.maximum(kept["balance_residual_kw"], residual)


def _nothing(houses: int, branches: int) -> dict[str, Any]:
    """The sums before the first window."""
    return {
        "next_step": np.int64(0),
        "steps": np.int64(0),
        "unsolved": np.zeros(0, np.int64),
        "min_pu": np.full(houses, np.inf),
        "min_step": np.zeros(houses, np.int64),
        "max_pu": np.full(houses, -np.inf),
        "max_step": np.zeros(houses, np.int64),
        "below": np.zeros(houses, np.int64),
        "above": np.zeros(houses, np.int64),
        "max_percent": np.full(branches, -np.inf),
        "max_percent_step": np.zeros(branches, np.int64),
        "overloaded": np.zeros(branches, np.int64),
        "loss_kw": np.zeros(branches),
        "balance_residual_kw": np.float64(0.0),
    }


def _take(kept: dict[str, Any], value: str, step: str, values: Float64, steps: Int64, beats: np.ufunc) -> None:
    """Keep the extreme of each column of [T, N] and its step; the first of equals stays."""
    places = (values.argmin if beats is np.less else values.argmax)(axis=0)
    found = values[places, np.arange(values.shape[1])]
    better = beats(found, kept[value])
    kept[value] = np.where(better, found, kept[value])
    kept[step] = np.where(better, steps[places], kept[step])


def _count(beyond: Bool) -> Int64:
    """How many steps of each column."""
    steps: Int64 = beyond.sum(axis=0, dtype=np.int64)
    return steps


def check_network(
    network: Network,
    p_kw: NDArray[np.floating[Any]],
    step_hours: float,
    power_factor: float = 1.0,
    q_kvar: Float64 | None = None,
    threads: int = 1,
) -> NetworkResult:
    """The check of one stretch of steps. p_kw, q_kvar: [H, T] in kW and kvar, what each house draws (export < 0)."""
    check = NetworkCheck(network, step_hours, power_factor, threads)
    check.add(p_kw, 0, q_kvar)
    return check.result()
