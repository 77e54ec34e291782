"""Published and independently computed numbers; every case names its source in the data."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hygge_engine.kernel import ENERGY_SUMS, Allocation, LeftOver, Outcome, Rules, State, StorageStrategy, run_window
from services.engine.tests.kernel.communities import community_of, measure, window_of

DATA = Path(__file__).parent / "data"
ALLOCATIONS: list[dict[str, Any]] = json.loads((DATA / "allocations.json").read_text())
BATTERIES: dict[str, Any] = json.loads((DATA / "batteries.json").read_text())


def named(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", ALLOCATIONS, ids=named)
def test_allocations(case: dict[str, Any]) -> None:
    """One house with the surplus, the others with the deficits, for an hour."""
    deficits, count = case["deficits"], len(case["deficits"])
    keys = case.get("keys", [1 / count] * count)
    community = community_of(count + 1, rank=[*case.get("ranks", [0] * count), 0], key=[*keys, 0.0])
    window = window_of([[d] for d in deficits] + [[0.0]], [[0.0]] * count + [[case["surplus"]]])
    rules = Rules(
        Allocation(case["allocation"]),
        StorageStrategy.NONE,
        case.get("minimum_trade_kwh", 0.0),
        LeftOver(case.get("left_over", "seller")),
        case.get("rounding_decimals"),
    )

    outcome, _ = run_window(community, rules, window, State.initial(community))

    bought = measure(outcome.houses.values, "shared_local_kw")[:-1, 0]
    np.testing.assert_allclose(bought, case["bought"], atol=case["tolerance"] + 5e-7)
    grid = measure(outcome.houses.values, "grid_kw")[:, 0]
    np.testing.assert_allclose(-grid[-1], case["left"], atol=case["tolerance"] + 5e-7)
    np.testing.assert_allclose(grid[:-1], np.array(deficits) - bought, atol=1e-6)
    if "own_surplus" in case:
        np.testing.assert_allclose(np.maximum(-grid[:-1], 0), case["own_surplus"], atol=case["tolerance"] + 5e-7)


def run_battery(case: dict[str, Any]) -> Outcome:
    batteries: list[list[dict[str, float]]] = [[]]
    if case["efficiencies"] is not None:
        charge, discharge = case["efficiencies"]
        batteries = [[{"capacity_kwh": 0.5, "max_charge_kw": 2.0, "max_discharge_kw": 2.0,
                       "charge_efficiency": charge, "discharge_efficiency": discharge}]]  # fmt: skip
    community = community_of(1, batteries=batteries)
    window = window_of([BATTERIES["load_kw"]], [BATTERIES["generation_kw"]], BATTERIES["step_minutes"])
    rules = Rules(Allocation.PROPORTIONAL, StorageStrategy.SELF_CONSUMPTION)
    return run_window(community, rules, window, State.initial(community))[0]


@pytest.mark.parametrize("case", BATTERIES["cases"], ids=named)
def test_batteries(case: dict[str, Any]) -> None:
    outcome = run_battery(case)
    sums = dict(zip(ENERGY_SUMS, outcome.houses.sums[0, 0], strict=True))
    expected = {"imported_kwh": "imported", "exported_kwh": "exported", "storage_loss_kwh": "loss"}
    for column, name in expected.items():
        assert sums[column] == pytest.approx(case[name], abs=BATTERIES["tolerance"]), column
    assert sums["load_kwh"] == BATTERIES["load_kwh"]
    assert sums["generation_kwh"] == BATTERIES["generation_kwh"]
    soc = case["soc"] or [0.0] * 8
    np.testing.assert_allclose(measure(outcome.houses.values, "soc_kwh")[0], soc, atol=BATTERIES["tolerance"])
    balance = sums["generation_kwh"] + sums["imported_kwh"] - sums["load_kwh"] - sums["exported_kwh"]
    assert balance == pytest.approx(sums["storage_loss_kwh"] + soc[-1], abs=BATTERIES["tolerance"])
    self_sufficiency = {"no battery": 0.68, "1, 1": 0.92, "0.9, 1": 0.92, "1, 0.9": 0.904, "0.95, 0.95": 0.912}
    if case["name"] in self_sufficiency:
        assert 1 - sums["imported_kwh"] / sums["load_kwh"] == pytest.approx(self_sufficiency[case["name"]], abs=1e-6)


def test_canonical_case() -> None:
    """Oracles 4.3: matched energy and peaks of the house without a battery."""
    outcome = run_battery(BATTERIES["cases"][0])
    sums = dict(zip(ENERGY_SUMS, outcome.houses.sums[0, 0], strict=True))
    for column in ("own_use_kwh", "import_peak_kw", "export_peak_kw"):
        assert sums[column] == pytest.approx(BATTERIES[column], abs=1e-12)
    assert sums["own_use_kwh"] / sums["generation_kwh"] == pytest.approx(0.607143, abs=1e-6)
    assert sums["own_use_kwh"] / sums["load_kwh"] == pytest.approx(0.68, abs=1e-9)


def test_hourly_sharing_never_moves_less_than_quarter_hourly() -> None:
    """Oracles 5.6, item 11: minima of hourly sums are at least the sums of quarter-hourly minima (Italy, Germany)."""
    random = np.random.default_rng(11)
    load, generation = random.gamma(1.0, 1.0, (5, 96)), np.maximum(random.normal(0, 2, (5, 96)), 0)
    community = community_of(5)
    rules = Rules(Allocation.PROPORTIONAL, StorageStrategy.NONE)
    shared = []
    for minutes in (15, 60):
        step = minutes // 15
        means = [array.reshape(5, -1, step).mean(axis=2).tolist() for array in (load, generation)]
        window = window_of(means[0], means[1], minutes)
        outcome, _ = run_window(community, rules, window, State.initial(community))
        sums = outcome.grid.sums[0, 0]
        shared.append(sums[ENERGY_SUMS.index("bought_local_kwh")] + sums[ENERGY_SUMS.index("own_use_kwh")])
    assert shared[1] >= shared[0] - 1e-6
