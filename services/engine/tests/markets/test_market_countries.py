"""Small communities through the whole core under each country's preset, with bills by hand.

Every hour a plant P gives 6 kWh, A needs 2 and B needs 8; retail 0.30, feed-in 0.10, local price 0.20.
"""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.assemble import assemble
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.simulation import DAY_SUMS, simulate
from services.engine.tests.markets.twin import bills
from services.engine.tests.neighbours import community, house

HOURS = 24
MONEY = slice(DAY_SUMS.index("import_cost_eur"), DAY_SUMS.index("co2_kg") + 1)
TARIFF = {"retail": 0.30, "feed_in": 0.10}
A, B, P = 11, 12, 13
HALVES = {A: 0.5, B: 0.5, P: 0.0}
TOGETHER, APART = ((A, B, P),), ((A, P), (B,))


def daily_bills(
    preset: str, keys: dict[int, float], stations: tuple[tuple[int, ...], ...] = TOGETHER, **changes: Any
) -> dict[int, float]:
    """Each house's bill of an hour, from a simulated day."""
    body = {"grid_id": 1, "start": datetime(2026, 1, 5, tzinfo=UTC), "end": datetime(2026, 1, 6, tzinfo=UTC)}
    request = RunRequest.model_validate({**body, "tariff": TARIFF, "preset": preset, **changes})
    lists = [{"id": 7, "name": "B first", "configuration": [{"flags": [], "houses": [B]}]}]
    document = community(
        1, [[house(i, sharing_key=keys.get(i)) for i in group] for group in stations], timezone="UTC",
        priority_lists=lists,
    )  # fmt: skip
    axis = TimeAxis(request.start, request.end, request.step_minutes)
    bundle = Bundle(
        np.array([1, 2]), ("load", "solar"), (np.ones((2, axis.steps), np.float32),),
        (Assignment(A, 0, 2.0), Assignment(B, 0, 8.0), Assignment(P, 1, 6.0)), "", axis.steps,
    )  # fmt: skip
    problem = assemble(document, request, bundle, axis, 10**9)
    (result,) = simulate(problem.community, problem.periods, problem.provide, problem.parameters)
    paid = bills(result.houses.day_sums[:, 0, MONEY]) / HOURS
    return dict(zip(problem.house_ids.tolist(), paid.tolist(), strict=True))


STATIC = {A: 2 * 0.2, B: 3 * 0.2 + 5 * 0.3, P: -5 * 0.2 - 1 * 0.1}
BY_NEED = {A: 1.2 * 0.2 + 0.8 * 0.3, B: 4.8 * 0.2 + 3.2 * 0.3, P: -6 * 0.2}


@pytest.mark.parametrize(
    "preset", ["de_42b_static", "at_eeg_static", "fr_static", "be_flanders_fixed", "be_wallonia_fixed", "pt_fixed",
               "lu_percentage"],
)  # fmt: skip
def test_fixed_shares_and_the_plant_sells_what_is_not_used(preset: str) -> None:
    """Half of 6 is 3 for each: A uses 2 of its 3, B all 3, and the plant exports 1."""
    assert daily_bills(preset, HALVES) == pytest.approx(STATIC, abs=1e-6)


@pytest.mark.parametrize(
    "preset", ["de_42b_dynamic", "at_eeg_dynamic", "fr_dynamic", "be_flanders_relative", "be_wallonia_dynamic",
               "pt_proportional", "lu_pro_rata"],
)  # fmt: skip
def test_shares_by_consumption(preset: str) -> None:
    """6 of 10 kWh are there: everybody gets 60 %."""
    assert daily_bills(preset, {}) == pytest.approx(BY_NEED, abs=1e-6)


def test_spain_gives_the_participant_its_own_surplus() -> None:
    """A is given 3, uses 2 and is paid for 1 by the grid; the plant sells all 6."""
    expected = {A: 3 * 0.2 - 1 * 0.1, B: 3 * 0.2 + 5 * 0.3, P: -6 * 0.2}
    assert daily_bills("es_static", HALVES) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("zonal", "premium"), [(100, 0.120), (150, 0.110), (200, 0.080)])
def test_italy_pays_for_what_is_shared_and_leaves_bills_as_they_were(zonal: float, premium: float) -> None:
    """All 6 kWh are shared; half of premium and refund goes to the plant, half to A and B by what they take."""
    incentive = {"kind": "it_cer", "zonal_price_eur_per_mwh": zonal}
    half = (premium + 0.008) / 2
    expected = {A: 2 * 0.3 - 1.2 * half, B: 8 * 0.3 - 4.8 * half, P: -6 * 0.1 - 6 * half}
    assert daily_bills("it_cer", {}, incentive=incentive) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("preset", "inside"), [("ch_leg_same_transformer", 0.06), ("ch_leg_wider", 0.08)])
def test_switzerland_lowers_the_grid_fee(preset: str, inside: float) -> None:
    """A grid fee of 0.10: 0.06 or 0.08 below the same transformer, 0.08 beyond. A gets 2 there, B gets 4 from there."""
    expected = {A: 2 * (0.2 + inside), B: 4 * (0.2 + 0.08) + 4 * (0.3 + 0.1), P: -6 * 0.2}
    assert daily_bills(preset, {}, APART, fees={"grid_fee": 0.1}) == pytest.approx(expected, abs=1e-6)


def test_luxembourg_by_priority() -> None:
    """B comes first and takes all."""
    expected = {A: 2 * 0.3, B: 6 * 0.2 + 2 * 0.3, P: -6 * 0.2}
    assert daily_bills("lu_priority", {}, priority_list_id=7) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("decimals", "each"), [(None, 0.225), (6, 0.225), (2, 0.22), (1, 0.2), (0, 0.0)])
def test_germany_truncates_and_the_dust_is_the_plants(decimals: int | None, each: float) -> None:
    """Keys of 0.15 are 0.225 of the 1.5 kWh in a quarter-hour; fewer decimals than the guide's 6 show the dust."""
    shared = 4 * each
    expected = {
        A: shared * 0.2 + (2 - shared) * 0.3,
        B: shared * 0.2 + (8 - shared) * 0.3,
        P: -2 * shared * 0.2 - (6 - 2 * shared) * 0.1,
    }
    got = daily_bills("de_42b_static", {A: 0.15, B: 0.15, P: 0.0}, rounding_decimals=decimals)
    assert got == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("pricing", "expected"),
    [
        # r = 0.6: 0.1·0.3/(0.2·0.6 + 0.1) = 3/22 a local kWh.
        ("supply_demand_ratio", {A: 1.2 * 3 / 22 + 0.24, B: 4.8 * 3 / 22 + 0.96, P: -6 * 3 / 22}),
        # 4 kWh from the grid cost 1.2: 0.12 for each of 10 kWh; nothing is exported.
        ("bill_sharing", {A: 0.24, B: 0.96, P: 0.0}),
    ],
)
def test_other_pricings(pricing: str, expected: dict[int, float]) -> None:
    assert daily_bills("fr_dynamic", {}, pricing=pricing) == pytest.approx(expected, abs=1e-6)
