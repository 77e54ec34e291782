"""The example on real data: its whole year, against the figures that SimBench publishes."""

import numpy as np
import pytest

import hygge_local.client
from hygge_local.examples import load_example, read_example, run_request
from hygge_local.runtime import Runtime
from tests.e2e.client import Api


def test_the_semi_urban_year_has_simbenchs_sums(suite: Runtime, admin: Api) -> None:
    """SimBench 1-LV-semiurb5--2-sw: load 525.0 MWh, PV 121.3 MWh, peak load 205.8 kW (Meinecke et al. 2020)."""
    example = read_example("simbench_semiurb")
    with hygge_local.client.Api(suite.url, suite.admin.username, suite.admin.password) as api:
        community = load_example(api, example)
    run = admin.run(**run_request(example, community))
    assert run["status"] == "succeeded", run
    summary = admin("GET", f"/results/{run['id']}/summary")["indicators"]
    assert summary["load_kwh"] == pytest.approx(525_000, rel=1e-3)
    assert summary["generation_kwh"] == pytest.approx(121_300, rel=1e-3)
    load = admin.series(run["id"], community.grid_id, measures="load_kw", resolution="15m")["values"]["load_kw"]
    assert len(load) == 35_136
    assert np.max(load) == pytest.approx(205.8, abs=0.1)
