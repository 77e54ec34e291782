"""Named cases of one hour: limits, islands, priority lists, storage for the community."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hygge_engine.kernel import Allocation, Rules, State, StorageStrategy, run_window
from services.engine.tests.kernel.communities import community_of, measure, window_of

DATA = Path(__file__).parent / "data"
TOLERANCE = 1e-6


def load(name: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in json.loads((DATA / name).read_text())]


def check(case: dict[str, Any], strategy: StorageStrategy) -> None:
    sizes = case.get("transformers", [len(case["load"])])
    options = ("batteries", "capacity_kw", "inverter_kw", "rank", "key", "import_limit_kw", "export_limit_kw")
    community = community_of(sizes, **{name: case[name] for name in options if name in case})
    window = window_of([[power] for power in case["load"]], [[power] for power in case["generation"]])
    rules = Rules(Allocation(case["allocation"]), strategy)
    outcome, _ = run_window(community, rules, window, State.initial(community))
    for name, expected in case["expected"].items():
        found = measure(outcome.houses.values, name)[:, 0]
        np.testing.assert_allclose(found, expected, atol=TOLERANCE, err_msg=name)


@pytest.mark.parametrize("case", load("limits.json"))
def test_limits(case: dict[str, Any]) -> None:
    check(case, StorageStrategy.NONE)


@pytest.mark.parametrize("case", load("community_storage.json"))
def test_community_storage(case: dict[str, Any]) -> None:
    check(case, StorageStrategy.COMMUNITY)
