"""From the community's document and the bundle to the arrays of the core. Trusts what `validate` let through."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.timeaxis import TimeAxis
from hygge_engine import tariffs
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.inputs.validate import CONSUMPTION_TYPES, GENERATION_TYPES
from hygge_engine.kernel import Batteries, Community, Rules, compose, resolve_sharing_keys
from hygge_engine.kernel.types import BATTERY_FIELDS
from hygge_engine.markets import PriceRule, Rates
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.simulation import Parameters, Period, WindowInput

GENERATING = ("solar_panel", "wind_turbine")


@dataclass(frozen=True, slots=True)
class Window:
    """One stretch of a run: the core's period, its local days and when each begins (UTC, datetime64[s]), the step."""

    period: Period
    days: tuple[date, ...]
    step_hours: float
    day_starts: NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Problem:
    """All that is simulated and the ids of the nodes in the arrays' order."""

    community: Community
    parameters: Parameters
    windows: tuple[Window, ...]
    provide: Callable[[Period], WindowInput]
    grid_id: int
    transformer_ids: NDArray[np.int64]
    house_ids: NDArray[np.int64]

    @property
    def periods(self) -> list[Period]:
        return [window.period for window in self.windows]


def assemble(
    document: dict[str, Any], request: RunRequest, bundle: Bundle, axis: TimeAxis, max_window_house_steps: int
) -> Problem:
    """The arrays of a run whose inputs have been validated."""
    community = community_of(document, request)
    houses = [house for transformer in document["transformers"] for house in transformer["houses"]]
    return Problem(
        community=community,
        parameters=_parameters(request, axis),
        windows=tuple(windows(axis, max(1, max_window_house_steps // max(1, len(houses))))),
        provide=Inputs(houses, request, bundle, axis),
        grid_id=int(document["id"]),
        transformer_ids=np.asarray([t["id"] for t in document["transformers"]], np.int64),
        house_ids=np.asarray([house["id"] for house in houses], np.int64),
    )


def community_of(document: dict[str, Any], request: RunRequest) -> Community:
    """The grid, its transformers and houses in the document's order."""
    transformers = document["transformers"]
    houses = [house for transformer in transformers for house in transformer["houses"]]
    offsets = np.cumsum([0, *(len(transformer["houses"]) for transformer in transformers)], dtype=np.int64)
    keys = np.asarray([_number(house.get("sharing_key"), np.nan) for house in houses], np.float64)
    ranks, count = house_ranks(houses, _priority_list(document, request.priority_list_id))
    return Community(
        transformer_offsets=offsets,
        transformer_capacity_kw=_column(transformers, "capacity_kw", np.inf),
        inverter_kw=np.asarray([house_limit_kw(house["devices"]) for house in houses], np.float64),
        rank=ranks,
        sharing_key=resolve_sharing_keys(keys, offsets),
        batteries=batteries_of(houses),
        import_limit_kw=_number(document.get("import_limit_kw"), np.inf),
        export_limit_kw=_number(document.get("export_limit_kw"), np.inf),
        ranks=count,
    )


def batteries_of(houses: list[dict[str, Any]]) -> Batteries:
    """All batteries in declared order. A battery's own inverter limits its power in both directions."""
    per_house = [[d for d in house["devices"] if d["kind"] == "battery"] for house in houses]
    devices = [device for group in per_house for device in group]
    columns = {name: _column(devices, name, np.nan) for name in BATTERY_FIELDS}
    inverter = _column(devices, "inverter_kw", np.inf)
    for name in ("max_charge_kw", "max_discharge_kw"):
        columns[name] = np.minimum(columns[name], inverter)
    return Batteries(offsets=np.cumsum([0, *map(len, per_house)], dtype=np.int64), **columns)


def generation_limit_kw(devices: list[dict[str, Any]]) -> float:
    """What the inverters of panels and turbines let through together; no limit if one of them names none."""
    limits = [_number(device.get("inverter_kw"), np.inf) for device in devices if device["kind"] in GENERATING]
    return sum(limits) if limits else np.inf


def house_limit_kw(devices: list[dict[str, Any]]) -> float:
    """What a house can feed out: its generation's inverters and those of batteries that have their own."""
    own = [_number(d.get("inverter_kw"), 0.0) for d in devices if d["kind"] == "battery"]
    return generation_limit_kw(devices) + sum(own)


def house_ranks(houses: list[dict[str, Any]], ranks: list[dict[str, Any]]) -> tuple[NDArray[np.int64], int]:
    """Each house's place in a priority list, int64[H], and the number of ranks. First match counts, unlisted last."""
    by_house: dict[int, int] = {}
    by_flag: dict[str, int] = {}
    for place, rank in enumerate(ranks):
        for house_id in rank["houses"]:
            by_house.setdefault(house_id, place)
        for flag in rank["flags"]:
            by_flag.setdefault(flag, place)
    last = len(ranks)
    places = [
        min([by_house.get(house["id"], last), *(by_flag.get(flag, last) for flag in house["flags"])])
        for house in houses
    ]
    return np.asarray(places, np.int64), last + 1


def windows(axis: TimeAxis, max_steps: int) -> Iterator[Window]:
    """Local months, cut between days where a month has more than `max_steps` steps. Depends on the inputs alone."""
    days, offsets = axis.days()
    starts = axis.timestamps()[offsets[:-1]]
    first = count = 0
    for last in range(1, len(days) + 1):
        ends = last == len(days) or (days[last].year, days[last].month) != (days[first].year, days[first].month)
        if not ends and offsets[last + 1] - offsets[first] <= max_steps:
            continue
        period = Period(count, int(offsets[first]), offsets[first : last + 1] - offsets[first])
        yield Window(period, tuple(days[first:last]), axis.step_hours, starts[first:last])
        first, count = last, count + 1


class Inputs:
    """Provides the series of a window: house loads and generation composed from profiles, and what a kWh costs."""

    def __init__(self, houses: list[dict[str, Any]], request: RunRequest, bundle: Bundle, axis: TimeAxis) -> None:
        self._bundle = bundle
        self._houses = len(houses)
        place = {house["id"]: index for index, house in enumerate(houses)}
        # A fixed order: sums of floats depend on it, and equal inputs must give equal bits.
        known = [a for a in bundle.assignments if a.house_id in place]
        known.sort(key=lambda a: (place[a.house_id], bundle.profile_ids[a.row], a.scale))
        self._load = _terms([a for a in known if bundle.profile_types[a.row] in CONSUMPTION_TYPES], place)
        self._generation = _terms([a for a in known if bundle.profile_types[a.row] in GENERATION_TYPES], place)
        limits = np.asarray([generation_limit_kw(house["devices"]) for house in houses], np.float32)
        self._limited = np.flatnonzero(np.isfinite(limits))
        self._limits = limits[self._limited, None]
        self._prices = tariffs.prices(request.tariff, axis)
        self._fees = request.fees
        self._carbon = request.carbon

    def __call__(self, period: Period) -> WindowInput:
        first, last = period.start_step, period.start_step + period.steps
        profiles = self._bundle.window(first, last)
        generation = compose(profiles, *self._generation, self._houses)
        generation[self._limited] = np.minimum(generation[self._limited], self._limits)
        return WindowInput(
            load_kw=compose(profiles, *self._load, self._houses),
            generation_kw=generation,
            rates=self._rates(first, last, profiles),
        )

    def _rates(self, first: int, last: int, profiles: NDArray[np.float32]) -> Rates:
        steps = last - first
        fees = self._fees
        return Rates(
            retail=np.ascontiguousarray(self._prices.retail[first:last]),
            feed_in=np.ascontiguousarray(self._prices.feed_in[first:last]),
            grid_fee=np.full(steps, fees.grid_fee_eur_per_kwh),
            taxes=np.full(steps, fees.taxes_eur_per_kwh),
            platform_fee=np.full(steps, fees.platform_fee_eur_per_kwh),
            local_grid_fee=np.full(steps, fees.local_grid_fee_eur_per_kwh),
            co2_kg_per_kwh=self._intensity(profiles, steps),
        )

    def _intensity(self, profiles: NDArray[np.float32], steps: int) -> NDArray[np.float64]:
        if self._carbon is None:
            return np.zeros(steps)
        if self._carbon.profile_id is None:
            return np.full(steps, self._carbon.kg_per_kwh or 0.0)
        row = self._bundle.row_of(self._carbon.profile_id)
        return profiles[row].astype(np.float64)


def _terms(
    assignments: list[Assignment], place: dict[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """House, row and scale of each assignment."""
    return (
        np.asarray([place[a.house_id] for a in assignments], np.int64),
        np.asarray([a.row for a in assignments], np.int64),
        np.asarray([a.scale for a in assignments], np.float64),
    )


def _parameters(request: RunRequest, axis: TimeAxis) -> Parameters:
    return Parameters(
        step_hours=axis.step_hours,
        rules=Rules(request.allocation, request.storage_strategy, request.minimum_trade_kwh),
        price_rule=PriceRule(
            request.pricing,
            request.fixed_price_eur_per_kwh or 0.0,
            request.price_floor_eur_per_kwh,
            request.price_cap_eur_per_kwh,
        ),
    )


def _priority_list(document: dict[str, Any], list_id: int | None) -> list[dict[str, Any]]:
    lists = {entry["id"]: entry["configuration"] for entry in document.get("priority_lists", [])}
    return lists[list_id] if list_id is not None else []


def _number(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)


def _column(rows: list[dict[str, Any]], name: str, otherwise: float) -> NDArray[np.float64]:
    return np.asarray([_number(row.get(name), otherwise) for row in rows], np.float64)
