"""Devices of a single house in some hours, computed by hand or from published numbers."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hygge_engine.kernel import ENERGY_SUMS, Allocation, Rules, State, StorageControl, StorageStrategy, run_window
from services.engine.tests.kernel.communities import community_of, measure, window_of
from services.engine.tests.kernel.device_cases import heat_of, signals_of, with_devices

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "devices.json").read_text())
TOLERANCE = 2e-6


@pytest.mark.parametrize("case", CASES, ids=[str(case["name"]) for case in CASES])
def test_devices(case: dict[str, Any]) -> None:
    steps, limit = len(case["load"]), 0.0 if case.get("island") else np.inf
    plain = community_of(
        1,
        batteries=[case.get("batteries", [])],
        inverter_kw=case.get("inverter_kw", np.inf),
        import_limit_kw=limit,
        export_limit_kw=limit,
    )
    devices = ([case.get(kind, [])] for kind in ("cars", "thermals", "generators"))
    community = with_devices(plain, *devices)
    window = replace(
        window_of([case["load"]], [case["generation"]]),
        signals=signals_of(case.get("import_price", [0.3] * steps), case.get("export_price")),
        thermal=heat_of(case.get("demand", [[0.0] * steps]), case.get("cop", [[1.0] * steps])),
        schedule_kw=np.array([case["schedule"]], np.float32) if "schedule" in case else None,
    )
    strategy, control = StorageStrategy(case.get("strategy", "none")), StorageControl(**case.get("control", {}))

    outcome, _ = run_window(
        community, Rules(Allocation.NONE, strategy, storage=control), window, State.initial(community)
    )  # fmt: skip

    for name, expected in case["expected"].items():
        found = measure(outcome.houses.values, name)[0, : len(expected)]
        np.testing.assert_allclose(found, expected, atol=TOLERANCE, err_msg=name)
    for name, expected in case.get("sums", {}).items():
        assert outcome.houses.sums[0, 0, ENERGY_SUMS.index(name)] == pytest.approx(expected, abs=TOLERANCE), name
    assert outcome.fuel_cost[0, 0] == pytest.approx(case.get("fuel_cost", 0.0), abs=1e-9)
