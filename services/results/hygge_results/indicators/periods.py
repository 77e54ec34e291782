"""Sums, peaks and loading of nodes over a period: from the day sums, and from vectors only where sums don't suffice.

Vectors are read for: the time of a peak (the peak's day), the hours above a transformer's rating, and what a house's
storage gave to its own load when it may also have sold or exported (all strategies but `none` and `self_consumption`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from hygge_core.node_days import LOAD_PEAK, PEAK_NAMES, SUM_NAMES
from hygge_core.pgcopy import EPOCH_SECONDS, dates
from hygge_results import node_days
from hygge_results.indicators.formulas import NodeFacts, sold_kwh
from hygge_results.node_days import DaySums
from hygge_results.runs.tables import Node, Run

Array = NDArray[np.float64]
Times = NDArray[np.datetime64]

ADDED = (*(name for name in SUM_NAMES if name not in PEAK_NAMES), "own_discharge_kwh", "hours")
HOURS_ABOVE = {"hours_above_80_percent": 0.8, "hours_above_100_percent": 1.0}
PEAKS = {"load_peak_kw": "load_peak_at", "import_peak_kw": "import_peak_at", "export_peak_kw": "export_peak_at"}
VALUE_NAMES = (*ADDED, *PEAKS, *HOURS_ABOVE)
# A flow that a limit holds exactly at the rating may exceed it by the rounding of two float32 numbers.
ABOVE_TOLERANCE = 1e-6
# Strategies whose batteries (and cars) serve their own house only: all that they give is own supply.
OWN_STORAGE_STRATEGIES = ("none", "self_consumption")


@dataclass(frozen=True, slots=True)
class Period:
    """Arrays over nodes: `values` by name (VALUE_NAMES, NaN: unknown), `times` of the peaks (NaT: no peak)."""

    values: dict[str, Array]
    times: dict[str, Times]


@dataclass(frozen=True, slots=True)
class Community:
    """A run with its nodes in order, and what the formulas need of them."""

    run: Run
    nodes: list[Node]
    ids: NDArray[np.int64] = field(init=False)
    facts: NodeFacts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ids", np.asarray([node.node_id for node in self.nodes], np.int64))
        object.__setattr__(self, "facts", facts_of(self.nodes))


def facts_of(nodes: Sequence[Node]) -> NodeFacts:
    """The arrays that the formulas need of the nodes."""
    kinds = np.asarray([node.kind for node in nodes])
    return NodeFacts(
        is_house=kinds == "house",
        is_grid=kinds == "grid",
        capacity_kw=np.asarray([node.capacity_kw for node in nodes], np.float64),
        storage_capacity_kwh=np.asarray([node.storage_capacity_kwh for node in nodes], np.float64),
    )


def period_of(community: Community, sums: DaySums, day_hours: Array) -> Period:
    """One period from the day sums of its days. `day_hours`: simulated hours of each day, shape [days]."""
    nodes, present = len(community.ids), sums.steps >= 0
    added = {n: np.nansum(sums.values[n], axis=1) for n in SUM_NAMES if n not in PEAK_NAMES}
    values: dict[str, Array] = {**added, "hours": present @ day_hours}
    times: dict[str, Times] = {}
    values["own_discharge_kwh"] = _own_discharge(community, sums)
    _add_net_peaks(community, sums, values, times)
    _add_load_peaks(community, sums, values, times)
    values |= {name: np.full(nodes, np.nan) for name in HOURS_ABOVE}
    if community.run.has_vectors:
        values |= _hours_above(community, sums)
    return Period(values, times)


def combined(periods: Sequence[Period]) -> Period:
    """Consecutive periods as one: sums added, peaks the largest (the first of equals)."""
    values = {name: np.sum([p.values[name] for p in periods], axis=0) for name in (*ADDED, *HOURS_ABOVE)}
    times: dict[str, Times] = {}
    for name, time_name in PEAKS.items():
        stacked = np.stack([period.values[name] for period in periods])
        largest = np.argmax(np.where(np.isnan(stacked), -np.inf, stacked), axis=0)
        pick = (largest, np.arange(stacked.shape[1]))
        values[name] = stacked[pick]
        times[time_name] = np.stack([period.times[time_name] for period in periods])[pick]
    return Period(values, times)


def _stored_hours(community: Community) -> float:
    return float(community.run.stored_step_minutes) / 60


def _by_length(sums: DaySums, chosen: NDArray[np.bool_]) -> list[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """(vector length, node rows, day columns) of the chosen cells [nodes, days], grouped by length; 0 is left out."""
    lengths = np.unique(sums.steps[chosen])
    groups = []
    for length in lengths[lengths > 0].tolist():
        node, day = np.nonzero(chosen & (sums.steps == length))
        groups.append((length, node, day))
    return groups


def _read(
    community: Community, sums: DaySums, chosen: NDArray[np.bool_], names: Sequence[str]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.void]]]:
    """Vectors of the chosen cells, as (node rows, day columns, rows of `whole_vectors`) per vector length."""
    parts = []
    for length, node, day in _by_length(sums, chosen):
        wanted = (community.ids[node].tolist(), sums.days[day].astype(date).tolist())
        rows = node_days.whole_vectors(community.run.run_id, wanted, length, names)
        parts.append((_node_rows(community, rows), _day_columns(sums, rows), rows))
    return parts


def _node_rows(community: Community, rows: NDArray[np.void]) -> NDArray[np.int64]:
    order = np.argsort(community.ids)
    return np.asarray(order[np.searchsorted(community.ids[order], rows["node_id"].astype(np.int64))])


def _day_columns(sums: DaySums, rows: NDArray[np.void]) -> NDArray[np.int64]:
    return np.asarray((dates(rows["day"]) - sums.days[0]).astype(np.int64))


def _step_times(community: Community, rows: NDArray[np.void], step: NDArray[np.int64]) -> Times:
    """UTC start of one step in each row."""
    start = rows["starts_at"].astype(np.int64) // 1_000_000 + EPOCH_SECONDS
    return np.asarray((start + step * community.run.stored_step_minutes * 60).astype("datetime64[s]"))


def _own_discharge(community: Community, sums: DaySums) -> Array:
    """What storages gave to their own node's load, kWh [nodes].

    A battery serves its own house first, so per step it is min(discharge, load − own use). Without vectors the sums of
    the day bound it from below: discharge − sold − exported.
    """
    discharge = np.nan_to_num(sums.values["discharge_kwh"])
    strategy = community.run.parameters.get("storage_strategy", "self_consumption")
    if strategy in OWN_STORAGE_STRATEGIES:
        return np.asarray(discharge.sum(axis=1))
    given_away = np.nan_to_num(sold_kwh(sums.values) + sums.values["exported_kwh"])
    mixed = community.facts.is_house[:, None] & (discharge > 0) & (given_away > 0)
    own = np.where(mixed, np.maximum(discharge - given_away, 0), discharge)
    for node, day, rows in _read(community, sums, mixed, ["load_kw", "generation_kw", "storage_kw"]):
        need = np.maximum(node_days.values_of(rows, "load_kw") - node_days.values_of(rows, "generation_kw"), 0)
        given = np.minimum(np.maximum(-node_days.values_of(rows, "storage_kw"), 0), need)
        own[node, day] = np.minimum(given.sum(axis=1) * _stored_hours(community), discharge[node, day])
    return np.asarray(own.sum(axis=1))


def _add_net_peaks(community: Community, sums: DaySums, values: dict[str, Array], times: dict[str, Times]) -> None:
    """Import and export peaks from the sums, their times from the vectors of the peak's day."""
    count = np.arange(len(community.ids))
    names = ["grid_kw", "shared_grid_kw", "shared_local_kw"]
    for name, sign in (("import_peak_kw", 1.0), ("export_peak_kw", -1.0)):
        peaks = np.nan_to_num(sums.values[name])
        day = peaks.argmax(axis=1)
        values[name] = peaks[count, day]
        chosen = np.zeros(peaks.shape, bool)
        chosen[count, day] = values[name] > 0
        found = np.full(len(count), np.datetime64("NaT"), "datetime64[s]")
        for node, _, rows in _read(community, sums, chosen, names):
            local = np.where(community.facts.is_house[node][:, None], node_days.values_of(rows, names[2]), 0)
            net = node_days.values_of(rows, names[0]) + node_days.values_of(rows, names[1]) + local
            found[node] = _step_times(community, rows, (sign * net).argmax(axis=1))
        times[PEAKS[name]] = found


def _add_load_peaks(community: Community, sums: DaySums, values: dict[str, Array], times: dict[str, Times]) -> None:
    """The largest load of each node from the day rows (NaN: unknown), its time from the vectors of that day."""
    daily = np.where(sums.steps >= 0, sums.values[LOAD_PEAK.name], 0.0)
    count = np.arange(len(community.ids))
    day = np.where(np.isnan(daily), -1, daily).argmax(axis=1)
    peaks = np.asarray(daily[count, day])
    chosen = np.zeros(daily.shape, bool)
    chosen[count, day] = peaks > 0
    found = np.full(len(count), np.datetime64("NaT"), "datetime64[s]")
    for node, _, rows in _read(community, sums, chosen, ["load_kw"]):
        found[node] = _step_times(community, rows, node_days.values_of(rows, "load_kw").argmax(axis=1))
    values["load_peak_kw"], times["load_peak_at"] = peaks, found


def _hours_above(community: Community, sums: DaySums) -> dict[str, Array]:
    """Hours in which the flow through a node with a rating was above 80 and 100 % of it; NaN for other nodes."""
    rated = ~community.facts.is_house & (community.facts.capacity_kw > 0)
    hours = {name: np.where(rated, 0.0, np.nan) for name in HOURS_ABOVE}
    chosen = rated[:, None] & (sums.steps > 0)
    for node, _, rows in _read(community, sums, chosen, ["grid_kw", "shared_grid_kw"]):
        flow = np.abs(node_days.values_of(rows, "grid_kw") + node_days.values_of(rows, "shared_grid_kw"))
        for name, share in HOURS_ABOVE.items():
            limit = share * community.facts.capacity_kw[node][:, None] * (1 + ABOVE_TOLERANCE)
            np.add.at(hours[name], node, (flow > limit).sum(axis=1) * _stored_hours(community))
    return hours
