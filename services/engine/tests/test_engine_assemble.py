"""From document and bundle to arrays: order, limits, ranks, keys, batteries, windows, composed series."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from hygge_core.errors import HyggeError
from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.assemble import assemble
from hygge_engine.inputs.collect import Bundle, BundleRequest, read_bundle
from hygge_engine.inputs.community import (
    batteries_of,
    community_of,
    devices_of,
    generation_limit_kw,
    house_limit_kw,
    house_ranks,
)
from hygge_engine.inputs.devices import read_devices
from hygge_engine.inputs.windows import windows
from hygge_engine.runs.schemas import RunRequest
from services.engine.tests.neighbours import battery, community, house, small_world

START = datetime(2026, 3, 1, tzinfo=UTC)


def request(**changes: Any) -> RunRequest:
    body = {"grid_id": 1, "start": START, "end": START + timedelta(days=45), **changes}
    return RunRequest.model_validate(body)


def bundle_of(request: RunRequest, *profile_ids: int) -> Bundle:
    world = small_world("")
    body = BundleRequest(1, request.start, request.end, request.step_minutes, profile_ids).as_json()
    return read_bundle(world.bundle(body).body)


def axis_of(request: RunRequest, zone: str = "Europe/Berlin") -> TimeAxis:
    return TimeAxis(request.start, request.end, request.step_minutes, zone)


def test_the_community_keeps_the_document_s_order() -> None:
    document = community(1, [[house(13), house(11)], [], [house(12)]], import_limit_kw=50.0)
    document["transformers"][0]["capacity_kw"] = 0.0
    built = community_of(document, None, devices_of(document))
    assert built.transformer_offsets.tolist() == [0, 2, 2, 3]
    assert built.transformer_capacity_kw.tolist() == [0.0, np.inf, np.inf]
    assert (built.import_limit_kw, built.export_limit_kw) == (50.0, np.inf)
    assert built.sharing_key.tolist() == [0.5, 0.5, 1.0]
    assert (built.rank.tolist(), built.ranks) == ([0, 0, 0], 1)


def test_ranks_come_from_the_first_place_that_names_the_house_or_its_flag() -> None:
    houses = [house(1), house(2, flags=["medical"]), house(3, flags=["essential"]), house(4, flags=["essential"])]
    ranks = [
        {"flags": ["medical"], "houses": []},
        {"flags": [], "houses": [4]},
        {"flags": ["essential"], "houses": [2]},
    ]
    places, count = house_ranks(houses, ranks)
    assert (places.tolist(), count) == ([3, 0, 2, 1], 4)


def panel(inverter_kw: float | None) -> dict[str, Any]:
    return {"id": 1, "kind": "solar_panel", "capacity_kwp": 8.0, "inverter_kw": inverter_kw}


@pytest.mark.parametrize(
    ("devices", "generation", "whole"),
    [
        ([], np.inf, np.inf),
        ([panel(5.0)], 5.0, 5.0),
        ([panel(5.0), panel(3.0)], 8.0, 8.0),
        ([panel(5.0), panel(None)], np.inf, np.inf),
        ([panel(5.0), battery()], 5.0, 5.0),
        ([panel(5.0), battery(inverter_kw=2.0)], 5.0, 7.0),
        ([battery(inverter_kw=2.0)], np.inf, np.inf),
        ([panel(5.0), {"kind": "generator", "capacity_kw": 3, "fuel_cost_per_kwh": 0.4}], 5.0, 8.0),
        ([panel(5.0), {"kind": "generator", "capacity_kw": 3}], 5.0, 5.0),
    ],
)
def test_what_the_inverters_let_through(devices: list[dict[str, Any]], generation: float, whole: float) -> None:
    read = read_devices({"devices": devices})
    assert generation_limit_kw(read) == generation
    assert house_limit_kw(read) == whole


def test_batteries_are_in_declared_order_and_limited_by_their_inverter() -> None:
    houses = [house(1, devices=[battery(capacity_kwh=3.0), battery(capacity_kwh=4.0, inverter_kw=1.0)]), house(2)]
    built = batteries_of([read_devices(house) for house in houses])
    assert built.offsets.tolist() == [0, 2, 2]
    assert built.capacity_kwh.tolist() == [3.0, 4.0]
    assert built.max_charge_kw.tolist() == built.max_discharge_kw.tolist() == [2.5, 1.0]


def test_series_are_composed_per_house_in_any_order_of_assignments() -> None:
    document = small_world("").documents[1]
    wanted = request()
    bundle = bundle_of(wanted)
    problem = assemble(document, wanted, bundle, axis_of(wanted), 10**9)
    shuffled = Bundle(
        bundle.profile_ids, bundle.profile_types, bundle.blocks, bundle.assignments[::-1], bundle.hash, bundle.steps
    )
    again = assemble(document, wanted, shuffled, axis_of(wanted), 10**9)
    period = problem.windows[1].period
    given, same = problem.provide(period), again.provide(period)
    np.testing.assert_array_equal(given.load_kw, same.load_kw)
    world = small_world("")
    first = period.start_step + 48 + 59 * 96  # 1 March is day 59 of the year; profiles begin 12 hours before it
    solar = world.series[4].values[first : first + period.steps]
    np.testing.assert_allclose(given.generation_kw[1], solar * 6, rtol=1e-6)
    np.testing.assert_allclose(given.load_kw[3], world.series[1].values[first : first + period.steps] * 2, rtol=1e-6)
    assert not given.generation_kw[0].any()


def test_generation_is_given_whole_and_the_core_knows_the_inverters() -> None:
    document = small_world("").documents[1]
    document["transformers"][0]["houses"][1]["devices"] = [panel(2.0), battery(inverter_kw=2.0)]
    wanted = request()
    problem = assemble(document, wanted, bundle_of(wanted), axis_of(wanted), 10**9)
    assert problem.provide(problem.periods[0]).generation_kw[1].max() > 2.0
    assert problem.community.generation_limit_kw.tolist()[:2] == [np.inf, 2.0]
    assert problem.community.inverter_kw.tolist()[:2] == [np.inf, 4.0]


def test_carbon_comes_from_a_number_or_a_profile() -> None:
    document = small_world("").documents[1]
    for carbon, expected in ((None, 0.0), ({"kg_per_kwh": 0.3}, 0.3), ({"profile_id": 5}, np.float32(0.4))):
        wanted = request(carbon=carbon)
        bundle = bundle_of(wanted, *([5] if carbon and "profile_id" in carbon else []))
        problem = assemble(document, wanted, bundle, axis_of(wanted), 10**9)
        assert set(problem.provide(problem.periods[0]).rates.co2_kg_per_kwh) == {expected}


def test_assignments_to_houses_outside_the_snapshot_are_left_out() -> None:
    wanted = request()
    bundle = bundle_of(wanted)
    document = community(1, [[house(11)]])
    problem = assemble(document, wanted, bundle, axis_of(wanted), 10**9)
    assert problem.provide(problem.periods[0]).load_kw.shape[0] == 1


def test_windows_are_local_months() -> None:
    wanted = request(start="2026-03-10T00:00:00Z", end="2026-05-02T12:00:00Z")
    found = list(windows(axis_of(wanted), 10**9))
    assert [(w.days[0], w.days[-1]) for w in found] == [
        (date(2026, 3, 10), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 4, 30)),
        (date(2026, 5, 1), date(2026, 5, 2)),
    ]  # fmt: skip
    assert [w.period.index for w in found] == [0, 1, 2]
    assert sum(w.period.steps for w in found) == axis_of(wanted).steps
    assert found[1].day_starts[0] == np.datetime64("2026-03-31T22:00:00")


@pytest.mark.parametrize("max_steps", [1, 96, 500, 10**9])
def test_large_communities_months_are_cut_between_days(max_steps: int) -> None:
    axis = axis_of(request())
    found = list(windows(axis, max_steps))
    assert [w.period.start_step for w in found] == np.cumsum([0, *(w.period.steps for w in found)])[:-1].tolist()
    assert sum(w.period.steps for w in found) == axis.steps
    assert all(w.period.steps <= max_steps or len(w.days) == 1 for w in found)
    assert [day for w in found for day in w.days] == axis.days()[0]


def test_a_broken_bundle_is_named() -> None:
    with pytest.raises(HyggeError, match="can't be read"):
        read_bundle(b"not arrow")


def test_a_bundle_is_read_whole_or_in_windows() -> None:
    wanted = request()
    bundle = bundle_of(wanted, 5)
    assert bundle.profile_ids.tolist() == [1, 2, 3, 4, 5]
    assert len(bundle.blocks) == 5
    whole = bundle.window(0, bundle.steps)
    np.testing.assert_array_equal(bundle.window(100, 200), whole[:, 100:200])
    assert (bundle.row_of(4), bundle.row_of(99)) == (3, None)
