"""Indicators as pure formulas: published numbers, a plain twin, and what must hold for any input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygge_core.node_days import SUM_NAMES
from hygge_results.indicators import formulas
from hygge_results.indicators.fairness import gini, jain, lifted
from hygge_results.indicators.formulas import NodeFacts, derived
from hygge_results.indicators.proof import CHECKS, judged

HOUSE = NodeFacts(np.array([True]), np.array([False]), np.array([np.nan]), np.array([np.nan]))
GRID = NodeFacts(np.array([False]), np.array([True]), np.array([np.nan]), np.array([np.nan]))
TRANSFORMER = NodeFacts(np.array([False]), np.array([False]), np.array([np.nan]), np.array([np.nan]))
EXTRA = ("own_discharge_kwh", "load_peak_kw", "hours")
# shared/oracles.md 4.2 (computed there from the formulas of 4.1).
FAIRNESS = [
    ([1, 1, 1, 1], 0, 1),
    ([0, 0, 0, 1], 0.75, 0.25),
    ([0, 0, 1, 1], 0.5, 0.5),
    ([1, 2, 3, 4], 0.25, 0.833333),
    ([1, 1, 2, 4], 0.3125, 0.727273),
    ([10, 20, 30, 40, 50, 60], 0.277778, 0.807692),
]
positive = st.lists(st.floats(0, 1e6), min_size=1, max_size=30)


def sums(**values: float) -> dict[str, np.ndarray]:
    return {name: np.array([float(values.get(name, 0.0))]) for name in (*SUM_NAMES, *EXTRA)}


@pytest.mark.parametrize(("values", "expected_gini", "expected_jain"), FAIRNESS)
def test_fairness_hits_the_numbers_of_the_oracle(values, expected_gini, expected_jain):
    x = np.array(values, float)
    assert gini(x) == pytest.approx(expected_gini, abs=1e-6)
    assert gini(x) * len(x) / (len(x) - 1) == pytest.approx(expected_gini * len(x) / (len(x) - 1), abs=1e-6)
    assert jain(x) == pytest.approx(expected_jain, abs=1e-6)


def test_fairness_is_undefined_for_nothing_and_for_zeros():
    for empty in ([], [0, 0]):
        assert np.isnan(gini(np.array(empty, float)))
        assert np.isnan(jain(np.array(empty, float)))


def test_gini_refuses_negative_values_and_lifting_makes_them_fit():
    values = np.array([-2.0, 0.0, 4.0])
    with pytest.raises(ValueError, match="lift"):
        gini(values)
    assert lifted(values).tolist() == [0, 2, 6]
    assert lifted(np.array([1.0, 2.0])).tolist() == [1, 2]


@given(positive)
def test_gini_equals_the_double_sum_of_its_definition(values):
    x = np.array(values)
    if x.sum() < 1e-300:
        return
    plain = sum(abs(a - b) for a in values for b in values) / (2 * len(values) * sum(values))
    assert gini(x) == pytest.approx(plain, abs=1e-9)
    assert 0 <= gini(x) < 1


@given(positive, st.floats(0.001, 1000))
def test_jain_is_bounded_and_does_not_depend_on_the_unit(values, factor):
    x = np.array(values)
    if x.max() < 1e-290:
        return
    assert 1 / len(x) - 1e-12 <= jain(x) <= 1 + 1e-12
    assert jain(x * factor) == pytest.approx(jain(x), rel=1e-9)


def test_community_example_of_gsy_e():
    """shared/oracles.md 4.1, community example (gsy-e docs): house 1 self-sufficiency 3/3, self-consumption 3/10;
    the whole community 10/10 for both."""
    house_1 = sums(load_kwh=3, generation_kwh=10, own_use_kwh=1, charge_kwh=5, discharge_kwh=5, own_discharge_kwh=2,
                   sold_local_kwh=7)  # fmt: skip
    found = derived(house_1, HOUSE)
    assert found["own_self_consumption_rate"] == pytest.approx(0.3)
    assert found["own_self_sufficiency_rate"] == pytest.approx(1.0)
    assert found["self_consumption_rate"] == pytest.approx(1.0)
    community = sums(load_kwh=10, generation_kwh=10, own_use_kwh=1, charge_kwh=5, discharge_kwh=5, own_discharge_kwh=5,
                     bought_local_kwh=7, sold_local_kwh=7)  # fmt: skip
    found = derived(community, GRID)
    assert found["self_consumption_rate"] == pytest.approx(1.0)
    assert found["self_sufficiency_rate"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("load", "generation", "direct", "consumption", "sufficiency"),
    [(5000, 4000, 1500, 0.375, 0.30), (4500, 4500, 3375, 0.75, 0.75)],
)
def test_worked_examples(load, generation, direct, consumption, sufficiency):
    """shared/oracles.md 4.1, worked examples (solares-energy.de; HTW page)."""
    house = sums(load_kwh=load, generation_kwh=generation, own_use_kwh=direct, imported_kwh=load - direct,
                 exported_kwh=generation - direct)  # fmt: skip
    found = derived(house, HOUSE)
    assert found["self_consumption_rate"] == pytest.approx(consumption)
    assert found["self_sufficiency_rate"] == pytest.approx(sufficiency)


def test_nothing_consumed_or_generated_leaves_ratios_undefined():
    found = derived(sums(), HOUSE)
    for name in ("self_consumption_rate", "self_sufficiency_rate", "local_coverage_rate", "load_factor", "full_cycles",
                 "quality_of_service", "saving_rate", "mean_local_price_eur_per_kwh",
                 "loading_max_percent"):  # fmt: skip
        assert np.isnan(found[name]).all(), name
    assert found["bill_eur"] == 0


def test_energy_from_a_full_battery_is_not_the_generation_of_the_period():
    drained = sums(load_kwh=4, generation_kwh=1, own_use_kwh=1, discharge_kwh=3, own_discharge_kwh=3)
    drained["storage_loss_kwh"][:] = 0.3
    found = derived(drained, HOUSE)
    assert found["self_sufficiency_rate"] == pytest.approx(1.0)
    assert found["self_consumption_rate"] == pytest.approx(1.0)
    drained["own_use_kwh"][:] = 0.2
    assert formulas.kept_generation_kwh(drained) == pytest.approx(0.7)
    assert derived(drained, HOUSE)["self_consumption_rate"] == pytest.approx(0.7)


def test_a_battery_that_trades_with_the_supplier_does_not_undo_what_was_used_at_once():
    """All generation goes to the load at once; 5 kWh are imported into a battery, 4 exported from it, 1 is lost."""
    trader = sums(load_kwh=10, generation_kwh=10, own_use_kwh=10, charge_kwh=5, discharge_kwh=4, storage_loss_kwh=1,
                  imported_kwh=5, exported_kwh=4)  # fmt: skip
    for nodes in (HOUSE, GRID):
        found = derived(trader, nodes)
        assert found["self_consumption_rate"] == pytest.approx(1.0)
        assert found["own_self_consumption_rate"] == pytest.approx(1.0)
        # The sums can't tell that the import reached no consumer: the smallest share that they allow.
        assert found["self_sufficiency_rate"] == pytest.approx(0.5)
        assert found["own_self_sufficiency_rate"] == pytest.approx(0.5)


def test_a_car_is_consumption_like_a_load():
    """A car charges 4 kWh of solar and drives 3.6 kWh of it; 0.4 are lost; 2 of 4 kWh of load are imported."""
    car = sums(load_kwh=4, driven_kwh=3.6, generation_kwh=8, own_use_kwh=2, charge_kwh=4, storage_loss_kwh=0.4,
               imported_kwh=2, exported_kwh=2)  # fmt: skip
    for nodes in (HOUSE, GRID):
        found = derived(car, nodes)
        assert found["self_sufficiency_rate"] == pytest.approx(1 - 2 / 7.6)
        assert found["own_self_sufficiency_rate"] == pytest.approx(5.6 / 7.6)
        assert found["self_consumption_rate"] == pytest.approx(5.6 / 8)
        assert found["energy_balance_index"] == pytest.approx(1 - 4 / 15.6)
        assert found["quality_of_service"] == 1


def test_a_car_charged_from_the_grid_is_no_own_supply():
    car = sums(driven_kwh=9, charge_kwh=10, storage_loss_kwh=1, imported_kwh=10)
    found = derived(car, HOUSE)
    assert (found["self_sufficiency_rate"], found["own_self_sufficiency_rate"]) == (0, 0)
    assert np.isnan(found["self_consumption_rate"])


def test_the_bill_holds_fuel_and_incentive():
    house = sums(import_cost_eur=10, purchase_cost_eur=5, fees_eur=2, fuel_cost_eur=3, export_revenue_eur=4,
                 sale_revenue_eur=1, incentive_eur=6, reference_cost_eur=20)  # fmt: skip
    found = derived(house, HOUSE)
    assert (found["cost_eur"], found["revenue_eur"], found["bill_eur"]) == (20, 11, 9)
    assert (found["saving_eur"], found["saving_rate"]) == (11, 0.55)
    assert formulas.turnover_eur(house) == 31


def test_full_cycles_count_what_was_driven():
    nodes = NodeFacts(np.array([True]), np.array([False]), np.array([np.nan]), np.array([10.0]))
    assert derived(sums(discharge_kwh=15, driven_kwh=5), nodes)["full_cycles"] == 2


@given(*(st.floats(0, 1e4) for _ in range(6)))
def test_own_supply_is_never_more_than_the_community_s(load, driven, own_use, own_discharge, imported, unserved):
    node = sums(load_kwh=load, driven_kwh=driven, own_use_kwh=own_use, own_discharge_kwh=own_discharge,
                imported_kwh=imported, unserved_kwh=unserved)  # fmt: skip
    found = derived(node, HOUSE)
    if load + driven > 0 and not np.isnan(found["self_sufficiency_rate"]).any():
        assert found["own_self_sufficiency_rate"] <= found["self_sufficiency_rate"]


PROOF = {
    "energy_residual_kwh": 1e-9, "rounded_residual_kwh": 2e-7, "pool_residual_kwh": 1e-6, "money_residual": 1.5e-6,
    "soc_violation_kwh": 0.0, "need_violation_kwh": 0,
}  # fmt: skip


def test_a_proof_is_judged_entry_by_entry():
    found = judged(PROOF, "CHF", turnover=1.0)
    assert found is not None and found.ok
    assert set(found.entries) == set(PROOF) <= set(CHECKS)
    assert found.entries["money_residual"].model_dump() == {"value": 1.5e-6, "unit": "CHF", "limit": 2e-6, "ok": True}
    assert found.entries["soc_violation_kwh"].limit == 1e-6
    worse = judged(PROOF | {"soc_violation_kwh": 1.1e-6}, "CHF", turnover=1.0)
    assert worse is not None and worse.ok is False
    assert [name for name, entry in worse.entries.items() if not entry.ok] == ["soc_violation_kwh"]
    assert judged(PROOF, "CHF", turnover=0.0).entries["money_residual"].ok is False


def test_what_is_stored_is_as_exact_as_float32_can_be():
    """A house of 200 kW in steps of an hour: half a unit in the last place of 128 kW is 7.6e-6 kWh."""
    rounded = {"rounded_residual_kwh": 7.6e-6, "energy_residual_kwh": 0.0}
    assert judged(rounded, "EUR", 0.0, step_kwh=200.0).ok is True
    assert judged(rounded, "EUR", 0.0, step_kwh=20.0).ok is False
    assert judged({"energy_residual_kwh": 7.6e-6}, "EUR", 0.0, step_kwh=200.0).ok is False
    assert judged(rounded, "EUR", 0.0).entries["rounded_residual_kwh"].limit == 1e-6


@pytest.mark.parametrize("value", [None, "0", True, float("nan"), float("inf"), [0]])
def test_a_proof_that_is_no_number_is_no_proof(value):
    found = judged({"soc_violation_kwh": value}, "EUR", 0.0)
    assert found is not None and found.ok is False


def test_what_nobody_knows_is_shown_without_a_verdict():
    assert judged(None, "EUR", 0.0) is None
    found = judged({"surprise": 4, "words": "yes"}, "EUR", 0.0)
    assert found.ok is None
    assert [entry.model_dump() for entry in found.entries.values()] == [
        {"value": value, "unit": None, "limit": None, "ok": None}
        for value in (4, "yes")  # in the order of their names
    ]


@given(st.lists(st.floats(0, 1e5), min_size=len(SUM_NAMES) + len(EXTRA), max_size=len(SUM_NAMES) + len(EXTRA)))
def test_rates_are_shares_whatever_the_sums(values):
    given_sums = {name: np.array([value]) for name, value in zip((*SUM_NAMES, *EXTRA), values, strict=True)}
    for nodes in (HOUSE, GRID):
        for name, value in derived(given_sums, nodes).items():
            if name in ("saving_rate", "load_factor", "full_cycles") or not name.endswith(
                ("_rate", "index", "service")
            ):
                continue
            assert np.isnan(value).all() or ((value >= 0).all() and (value <= 1).all()), name


@given(st.lists(st.floats(0, 1e5), min_size=len(SUM_NAMES) + len(EXTRA), max_size=len(SUM_NAMES) + len(EXTRA)))
def test_what_is_used_inside_a_node_is_a_part_of_what_is_used(values):
    given_sums = {name: np.array([value]) for name, value in zip((*SUM_NAMES, *EXTRA), values, strict=True)}
    given_sums["own_use_kwh"] = np.minimum(given_sums["own_use_kwh"], given_sums["load_kwh"])
    for nodes in (HOUSE, GRID, TRANSFORMER):
        found = derived(given_sums, nodes)
        if not np.isnan(found["self_consumption_rate"]).any():
            assert found["own_self_consumption_rate"] <= found["self_consumption_rate"] + 1e-12
            least = np.minimum(given_sums["own_use_kwh"] / given_sums["generation_kwh"], 1)
            assert found["own_self_consumption_rate"] >= least - 1e-12


def test_every_indicator_is_explained_in_the_docs():
    from pathlib import Path

    from hygge_results.indicators.catalog import FAIRNESS_UNITS, UNITS

    text = (Path(__file__).parents[3] / "docs" / "indicators.md").read_text()
    assert [name for name in UNITS | FAIRNESS_UNITS if f"`{name}`" not in text] == []
