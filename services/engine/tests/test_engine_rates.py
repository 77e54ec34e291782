"""From a request's tariff, fees and incentive to arrays."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from hygge_core.timeaxis import TimeAxis
from hygge_engine.markets import Pricing
from hygge_engine.rates import price_profile_ids, price_rule, profile_ids, run_rates, signals
from hygge_engine.runs.schemas import RunRequest

AXIS = TimeAxis(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 1, tzinfo=UTC), 15)
SERIES = {
    3: np.array([-0.1, 0.0, 0.05, 0.2], np.float32),
    4: np.array([0.06, 0.14, 0.15, 0.2], np.float32),
    5: np.array([0.4, 0.3, 0.2, 0.1], np.float32),
}
FEES = {"grid_fee": 0.1, "taxes": 0.02, "platform_fee": 0.01, "local_grid_fee": 0.04}


def request(**changes: Any) -> RunRequest:
    return RunRequest.model_validate({"grid_id": 1, "start": AXIS.start, "end": AXIS.end, **changes})


def test_defaults_are_a_flat_tariff_without_fees() -> None:
    rates = run_rates(request(), AXIS, {})
    np.testing.assert_array_equal(rates.retail, [0.3] * 4)
    for name in ("grid_fee", "taxes", "platform_fee", "local_grid_fee", "between_grid_fee", "incentive"):
        assert not getattr(rates, name).any()
    assert profile_ids(request()) == ()


def test_fees_are_constant_and_between_is_as_inside_unless_given() -> None:
    rates = run_rates(request(fees=FEES), AXIS, {})
    assert [rates.grid_fee[0], rates.taxes[1], rates.platform_fee[2], rates.local_grid_fee[3]] == [
        0.1,
        0.02,
        0.01,
        0.04,
    ]
    np.testing.assert_array_equal(rates.between_grid_fee, [0.04] * 4)
    apart = run_rates(request(fees=FEES | {"between_grid_fee": 0.0}), AXIS, {})
    np.testing.assert_array_equal(apart.between_grid_fee, [0.0] * 4)


def test_profiles_of_a_request_and_their_places() -> None:
    asked = request(
        tariff={"profile_id": 3, "feed_in_profile_id": 4}, carbon={"profile_id": 5},
        incentive={"kind": "it_cer", "zonal_price_profile_id": 4},
    )  # fmt: skip
    assert profile_ids(asked) == (3, 4, 5)
    assert price_profile_ids(asked) == {
        "tariff.profile_id": 3, "tariff.feed_in_profile_id": 4, "incentive.zonal_price_profile_id": 4,
    }  # fmt: skip
    rates = run_rates(asked, AXIS, SERIES)
    np.testing.assert_array_equal(rates.retail, SERIES[3].astype(float))
    np.testing.assert_array_equal(rates.feed_in, SERIES[4].astype(float))
    np.testing.assert_array_equal(rates.co2_kg_per_kwh, SERIES[5].astype(float))


def test_the_italian_incentive_is_premium_and_refund() -> None:
    """Oracles 2.3: up to 200 kW 120 at 60 to 140, 110 at 150, 80 from 180 on, each with 10 more in the north."""
    asked = {"kind": "it_cer", "zonal_price_profile_id": 4, "region": "north", "to_sellers": 0.3}
    rates = run_rates(request(incentive=asked), AXIS, SERIES)
    np.testing.assert_allclose(rates.incentive, np.array([130, 130, 120, 90]) / 1000 + 0.008, atol=1e-8)
    assert rates.incentive_to_sellers == 0.3
    number = {"kind": "it_cer", "zonal_price_eur_per_mwh": 150, "plant_class": "above_600_kw", "refund_eur_per_kwh": 0}
    np.testing.assert_allclose(run_rates(request(incentive=number), AXIS, {}).incentive, [0.09] * 4)


def test_a_fixed_incentive() -> None:
    rates = run_rates(request(incentive={"kind": "fixed", "eur_per_kwh": 0.05}), AXIS, {})
    np.testing.assert_array_equal(rates.incentive, [0.05] * 4)
    assert rates.incentive_to_sellers == 0.5


def test_signals_are_what_a_house_pays_and_gets() -> None:
    told = signals(run_rates(request(fees=FEES | {"between_grid_fee": 0.05}), AXIS, {}))
    for got, expected in (
        (told.import_price, 0.42), (told.export_price, 0.08), (told.local_fee, 0.05), (told.between_fee, 0.06),
    ):  # fmt: skip
        np.testing.assert_allclose(got, [expected] * 4)


@pytest.mark.parametrize("given", [None, 0.05])
def test_the_price_rule(given: float | None) -> None:
    rule = price_rule(request(pricing="supply_demand_ratio", compensation_eur_per_kwh=given, price_cap_eur_per_kwh=0.4))
    assert (rule.pricing, rule.compensation) == (Pricing.SUPPLY_DEMAND_RATIO, given or 0.0)
    assert (rule.price_floor, rule.price_cap) == (None, 0.4)
