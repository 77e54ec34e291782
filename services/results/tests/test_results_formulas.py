"""Indicators as pure formulas: published numbers, a plain twin, and what must hold for any input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hygge_core.node_days import SUM_NAMES
from hygge_results.indicators import formulas
from hygge_results.indicators.fairness import gini, jain, lifted
from hygge_results.indicators.formulas import NodeFacts, derived

HOUSE = NodeFacts(np.array([True]), np.array([False]), np.array([np.nan]), np.array([np.nan]))
GRID = NodeFacts(np.array([False]), np.array([True]), np.array([np.nan]), np.array([np.nan]))
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
    assert found["self_consumption_rate"] <= 1.0
    assert formulas.kept_generation_kwh(drained) == pytest.approx(0.7)


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


def test_every_indicator_is_explained_in_the_docs():
    from pathlib import Path

    from hygge_results.indicators.catalog import FAIRNESS_UNITS, UNITS

    text = (Path(__file__).parents[3] / "docs" / "indicators.md").read_text()
    assert [name for name in UNITS | FAIRNESS_UNITS if f"`{name}`" not in text] == []
