"""A run's money in arrays: from the request's tariff, fees and incentive to `Rates`, and what devices know of it.

wanted = profile_ids(request)                      # for the bundle, beside the assigned profiles
rates = run_rates(request, axis, series)           # the whole run
rates.window(first, last), signals(rates), price_rule(request)
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from hygge_core.timeaxis import TimeAxis
from hygge_engine import tariffs
from hygge_engine.kernel import Signals
from hygge_engine.markets import PriceRule, Rates, italian_premium_eur_per_mwh
from hygge_engine.runs.money import Carbon, FixedIncentive, ItalianIncentive
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.tariffs import Series

KWH_PER_MWH = 1000.0


def price_profile_ids(request: RunRequest) -> dict[str, int]:
    """Where the request names profiles that must be of type `price`, and their ids: {"tariff.profile_id": 3, …}."""
    named: dict[str, int | None] = {}
    for field in ("profile_id", "feed_in_profile_id"):
        named[f"tariff.{field}"] = getattr(request.tariff, field, None)
    named["incentive.zonal_price_profile_id"] = getattr(request.incentive, "zonal_price_profile_id", None)
    return {field: profile_id for field, profile_id in named.items() if profile_id is not None}


def profile_ids(request: RunRequest) -> tuple[int, ...]:
    """All profiles that `run_rates` needs, each once: prices and carbon intensity."""
    carbon = request.carbon.profile_id if request.carbon else None
    wanted = [*price_profile_ids(request).values(), *([] if carbon is None else [carbon])]
    return tuple(dict.fromkeys(wanted))


def run_rates(request: RunRequest, axis: TimeAxis, series: Series) -> Rates:
    """What a kWh costs in each step of the whole run.

    series: values of the profiles in `profile_ids` by id, each [steps]: prices per kWh, carbon in kg per kWh.
    """
    prices, fees = tariffs.prices(request.tariff, axis, series), request.fees
    return Rates(
        retail=prices.retail,
        feed_in=prices.feed_in,
        grid_fee=np.full(axis.steps, fees.grid_fee_eur_per_kwh),
        taxes=np.full(axis.steps, fees.taxes_eur_per_kwh),
        platform_fee=np.full(axis.steps, fees.platform_fee_eur_per_kwh),
        local_grid_fee=np.full(axis.steps, fees.local_grid_fee_eur_per_kwh),
        co2_kg_per_kwh=_intensity(request.carbon, axis.steps, series),
        between_grid_fee=np.full(axis.steps, fees.between_grid_fee),
        incentive=incentive(request.incentive, axis.steps, series),
        incentive_to_sellers=request.incentive.to_sellers if request.incentive else 0.5,
    )


def signals(rates: Rates) -> Signals:
    """What devices and bidders know of a run's prices: what a kWh costs and earns them, fees and taxes included."""
    return Signals(
        import_price=rates.retail + rates.grid_fee + rates.taxes,
        export_price=rates.feed_in.copy(),
        local_fee=rates.platform_fee + rates.local_grid_fee,
        between_fee=rates.platform_fee + rates.between_grid_fee,
    )


def price_rule(request: RunRequest) -> PriceRule:
    """How the run prices local energy."""
    return PriceRule(
        request.pricing,
        request.fixed_price_eur_per_kwh or 0.0,
        request.price_floor_eur_per_kwh,
        request.price_cap_eur_per_kwh,
        request.compensation_eur_per_kwh or 0.0,
    )


def incentive(asked: FixedIncentive | ItalianIncentive | None, steps: int, series: Series) -> NDArray[np.float64]:
    """What is paid per shared kWh in each step, float64[steps]; none without an incentive."""
    if asked is None:
        return np.zeros(steps)
    if isinstance(asked, FixedIncentive):
        return np.full(steps, asked.eur_per_kwh)
    zonal = _zonal_price(asked, steps, series)
    premium = italian_premium_eur_per_mwh(zonal, asked.plant_class, asked.region)
    return premium / KWH_PER_MWH + asked.refund_eur_per_kwh


def _zonal_price(asked: ItalianIncentive, steps: int, series: Series) -> NDArray[np.float64]:
    """EUR per MWh, float64[steps]."""
    if asked.zonal_price_profile_id is None:
        return np.full(steps, asked.zonal_price_eur_per_mwh or 0.0)
    profile: NDArray[np.floating[Any]] = series[asked.zonal_price_profile_id]
    return profile.astype(np.float64) * KWH_PER_MWH


def _intensity(carbon: Carbon | None, steps: int, series: Series) -> NDArray[np.float64]:
    """Kilograms of CO2 per imported kWh, float64[steps]."""
    if carbon is None:
        return np.zeros(steps)
    if carbon.profile_id is None:
        return np.full(steps, carbon.kg_per_kwh or 0.0)
    return series[carbon.profile_id].astype(np.float64)
