"""From the community's document and the bundle to the arrays of the core. Trusts what `validate` let through."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.inputs.community import community_of, devices_of, houses_of
from hygge_engine.inputs.heat import heat_of, heated
from hygge_engine.inputs.provide import Inputs
from hygge_engine.inputs.terms import Terms
from hygge_engine.inputs.trips import cars_of
from hygge_engine.inputs.validate import CONSUMPTION_TYPES, GENERATION_TYPES, HEAT_TYPE, SCHEDULE_TYPE
from hygge_engine.inputs.windows import Window, windows
from hygge_engine.kernel import Bidding, Community, Rules, StorageControl, StorageStrategy
from hygge_engine.markets import Pricing, Rates
from hygge_engine.rates import price_rule, profile_ids, run_rates, signals
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.simulation import Parameters, Period

__all__ = ["Problem", "Window", "assemble", "parameters_of"]


@dataclass(frozen=True, slots=True)
class Problem:
    """All that is simulated and the ids of the nodes in the arrays' order: of a whole grid, or of a shard of it."""

    community: Community
    parameters: Parameters
    windows: tuple[Window, ...]
    provide: Inputs
    grid_id: int
    transformer_ids: NDArray[np.int64]
    house_ids: NDArray[np.int64]

    @property
    def periods(self) -> list[Period]:
        return [window.period for window in self.windows]

    def rates(self, period: Period) -> Rates:
        """What a kWh costs in a window, without composing any house."""
        return self.provide.rates(period)

    def shard(self, first: int, last: int) -> "Problem":
        """The part with transformers `first` to `last - 1`; only its own houses are composed, to the same floats."""
        start, stop = self.community.transformer_offsets[[first, last]].tolist()
        community = self.community.select(first, last)
        provide, thermals = self.provide.select(start, stop, community.devices.thermals)
        return replace(
            self,
            community=replace(community, devices=replace(community.devices, thermals=thermals)),
            provide=provide,
            transformer_ids=self.transformer_ids[first:last],
            house_ids=self.house_ids[start:stop],
        )


def assemble(
    document: dict[str, Any], request: RunRequest, bundle: Bundle, axis: TimeAxis, max_window_house_steps: int
) -> Problem:
    """The arrays of a run whose inputs have been validated."""
    houses, devices = houses_of(document), devices_of(document)
    terms = _terms_by_type(houses, bundle)
    warm = np.asarray([heated(own) for own in devices], bool)
    is_heat = terms.of(HEAT_TYPE) & warm[terms.all.target]
    demand, thermals = heat_of(devices, terms.all.where(is_heat))
    rates = run_rates(request, axis, {number: bundle.series(number) for number in profile_ids(request)})
    outdoor = request.temperature_profile_id
    scheduled = request.storage_strategy is StorageStrategy.SCHEDULED
    # Bills are shared over months, so no month may be cut under `bill_sharing`.
    whole_months = request.pricing is Pricing.BILL_SHARING
    most = axis.steps if whole_months else max(1, max_window_house_steps // max(1, len(houses)))
    return Problem(
        community=community_of(
            document,
            request.priority_list_id,
            devices,
            cars=cars_of(devices, axis, request.charge_strategy),
            thermals=thermals,
        ),
        parameters=parameters_of(request, axis.step_hours),
        windows=tuple(windows(axis, most)),
        provide=Inputs(
            bundle=bundle,
            rows=np.arange(len(bundle.profile_ids)),
            load=terms.all.where(terms.of(*CONSUMPTION_TYPES) & ~is_heat),
            generation=terms.all.where(terms.of(*GENERATION_TYPES)),
            schedule=terms.all.where(terms.of(SCHEDULE_TYPE)) if scheduled else None,
            demand=demand,
            outdoor_c=None if outdoor is None else bundle.series(outdoor),
            whole_rates=rates,
            signals=signals(rates),
        ).compact(),
        grid_id=int(document["id"]),
        transformer_ids=np.asarray([t["id"] for t in document["transformers"]], np.int64),
        house_ids=np.asarray([house["id"] for house in houses], np.int64),
    )


def parameters_of(request: RunRequest, step_hours: float) -> Parameters:
    """The rules and prices that a request chooses."""
    bidding, storage = request.bidding, request.storage
    return Parameters(
        step_hours=step_hours,
        rules=Rules(
            request.allocation,
            request.storage_strategy,
            request.minimum_trade_kwh,
            request.left_over,
            request.rounding_decimals,
            Bidding(
                bidding.strategy,
                bidding.price_rule,
                bidding.k,
                request.seed,
                request.price_floor_eur_per_kwh,
                request.price_cap_eur_per_kwh,
            ),
            StorageControl(
                _or(storage.charge_below_eur_per_kwh, -np.inf),
                _or(storage.discharge_above_eur_per_kwh, np.inf),
                _or(storage.peak_limit_kw, np.inf),
                _or(storage.recharge_below_kw, 0.0),
            ),
        ),
        price_rule=price_rule(request),
    )


@dataclass(frozen=True, slots=True)
class _Typed:
    """All assignments of the houses as terms, and the type of each one's profile."""

    all: Terms
    types: NDArray[np.str_]

    def of(self, *types: str) -> NDArray[np.bool_]:
        """Which terms have one of these types."""
        return np.isin(self.types, _texts(types))


def _terms_by_type(houses: Sequence[dict[str, Any]], bundle: Bundle) -> _Typed:
    """In a fixed order: sums of floats depend on it, and equal inputs must give equal bits."""
    place = {house["id"]: index for index, house in enumerate(houses)}
    ids, types = bundle.profile_ids.tolist(), bundle.profile_types
    known = [a for a in bundle.assignments if a.house_id in place]

    def order(assignment: Assignment) -> tuple[int, int, float]:
        return place[assignment.house_id], ids[assignment.row], assignment.scale

    known.sort(key=order)
    terms = Terms.of(((place[a.house_id], a.row, a.scale) for a in known), len(houses))
    return _Typed(terms, _texts([types[a.row] for a in known]))


def _texts(texts: Collection[str]) -> NDArray[np.str_]:
    return np.asarray(list(texts), np.str_)


def _or(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else value
