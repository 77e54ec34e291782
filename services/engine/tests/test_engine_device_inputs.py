"""A run's inputs with all devices: what is refused, what reaches the core, and shards that compose only their own."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.assemble import Problem, assemble
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.inputs.devices import check_device
from hygge_engine.inputs.validate import check_parameters, check_profiles, check_topology, wanted_profiles
from hygge_engine.kernel import compose
from hygge_engine.runs.schemas import RunRequest
from services.engine.tests.neighbours import battery, community, house

START = datetime(2026, 1, 20, tzinfo=UTC)
CAR = {"kind": "electric_vehicle", "capacity_kwh": 50.0, "max_charge_kw": 11.0}
TRIP = {"departs": "07:30", "returns": "17:45", "energy_kwh": 6.5}
PUMP = {"kind": "heat_pump", "max_power_kw": 3.0}
CHILLER = {"kind": "air_conditioner", "max_power_kw": 1.0}
PANEL = {"kind": "solar_panel", "capacity_kwp": 6.0, "inverter_kw": 4.0}


def request(**changes: Any) -> RunRequest:
    body = {"grid_id": 1, "start": START, "end": START + timedelta(days=20), "step_minutes": 60, **changes}
    return RunRequest.model_validate(body)


def places(device: dict[str, Any], step: int = 15) -> list[str]:
    return [finding.field for finding in check_device(device, "d", step)]


@pytest.mark.parametrize(
    ("device", "found"),
    [
        ({"kind": "kettle"}, ["d.kind"]),
        ({"kind": "battery"}, ["d.capacity_kwh", "d.max_charge_kw", "d.max_discharge_kw"]),
        ({**CAR, "schedule": [TRIP]}, []),
        ({**CAR, "min_soc": 0.5, "target_soc": 0.2, "power_levels_kw": [3, 2]}, ["d.target_soc", "d.power_levels_kw"]),
        ({**CAR, "power_levels_kw": [22]}, ["d.power_levels_kw"]),
        ({**CAR, "charge_strategy": "never"}, ["d.charge_strategy"]),
        ({**CAR, "schedule": [{"departs": "25:00", "returns": "08:00"}]}, ["d.schedule.0.departs"]),
        ({**CAR, "schedule": [{"departs": "08:00", "returns": "08:00"}]}, ["d.schedule.0"]),
        ({**CAR, "schedule": [TRIP, {"departs": "17:30", "returns": "18:00"}]}, ["d.schedule.1"]),
        ({**CAR, "schedule": [TRIP, {"departs": "22:00", "returns": "08:00"}]}, ["d.schedule.1"]),
        (PUMP, []),
        ({**PUMP, "heat_loss_kw_per_k": 0.1}, ["d.heat_loss_kw_per_k"]),
        ({**PUMP, "cop": 3, "cop_model": "air"}, ["d.cop_model"]),
        ({**PUMP, "cop": 30, "store_kwh": 1, "store_litres": 1}, ["d.store_litres", "d.cop"]),
        ({**CHILLER, "cooling_gain_kw_per_k": 0.1}, ["d.cooling_gain_kw_per_k"]),
        ({**CHILLER, "eer": 3, "carnot_fraction": 0.3}, ["d.carnot_fraction"]),
        ({"kind": "generator", "capacity_kw": -1}, ["d.capacity_kw"]),
        ({**PANEL, "inverter_kw": -1}, ["d.inverter_kw"]),
    ],
)
def test_devices_are_checked_with_all_findings(device: dict[str, Any], found: list[str]) -> None:
    assert sorted(places(device)) == sorted(found)


def test_trips_must_be_apart_in_the_run_s_steps() -> None:
    device = {**CAR, "schedule": [TRIP, {"departs": "17:50", "returns": "18:30"}]}
    assert places(device, 15) == []
    assert places(device, 60) == ["d.schedule.1"]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"storage_strategy": "time_of_use"}, ["storage"]),
        ({"storage_strategy": "time_of_use", "storage": {"charge_below": 0.3, "discharge_above": 0.2}},
         ["storage.charge_below_eur_per_kwh"]),
        ({"storage_strategy": "time_of_use", "storage": {"charge_below": 0.1}}, []),
        ({"storage_strategy": "peak_shaving"}, ["storage.peak_limit_kw"]),
        ({"storage_strategy": "peak_shaving", "storage": {"peak_limit_kw": 2, "recharge_below_kw": 3}},
         ["storage.recharge_below_kw"]),
        ({"storage": {"peak_limit_kw": 2}}, []),
        ({"incentive": {"kind": "it_cer"}}, ["incentive"]),
        ({"incentive": {"kind": "it_cer", "zonal_price_eur_per_mwh": 90}}, []),
        ({"carbon": {}}, ["carbon"]),
    ],
)  # fmt: skip
def test_parameters_are_checked(changes: dict[str, Any], found: list[str]) -> None:
    assert [finding.field for finding in check_parameters(request(**changes), 1000)] == found


@pytest.mark.parametrize(
    ("devices", "needed"),
    [
        ([{**PUMP, "cop_model": "air"}], True),
        ([{**PUMP, "cop": 3}], False),
        ([{**PUMP, "cop": 3, "heat_loss_kw_per_k": 0.1}], True),
        ([{**CHILLER, "eer": 3, "cooling_gain_kw_per_k": 0.1}], True),
        ([{**CHILLER, "eer": 3}], False),
        ([PUMP, {"kind": "heater", "max_power_kw": 2, "heat_loss_kw_per_k": 0.1}], False),
    ],
)
def test_the_outdoor_temperature_is_asked_for_where_it_is_needed(devices: list[dict[str, Any]], needed: bool) -> None:
    document = community(1, [[house(1), house(2, devices=devices)]])
    found = [finding.field for finding in check_topology(document, request())]
    assert found == (["temperature_profile_id"] if needed else [])
    assert not check_topology(document, request(temperature_profile_id=9))


STEPS = 20 * 24
TYPES = ("load", "solar", "heat", "schedule", "price", "carbon", "weather", "ev")


def bundle(houses: list[int], seed: int = 3) -> Bundle:
    """One profile of each type, ids 1 to 8; every house follows the first four and the last."""
    random = np.random.default_rng(seed)
    rows = random.uniform(0, 2, (len(TYPES), STEPS)).astype(np.float32)
    rows[3] -= 1.0
    rows[4] -= 0.5
    rows[6] = rows[6] * 20 - 10
    assigned = [Assignment(number, row, 1.0 + 0.1 * number) for number in houses for row in (0, 1, 2, 3, 7)]
    blocks = (rows[:3], rows[3:])
    return Bundle(np.arange(1, 9), TYPES, blocks, tuple(assigned), "h", STEPS, {7: "degC", 5: "EUR/kWh"})


def test_profiles_that_parameters_name_are_of_the_right_type() -> None:
    wrong = request(temperature_profile_id=1, carbon={"profile_id": 5}, tariff={"kind": "series", "profile_id": 6})
    found = {finding.field for finding in check_profiles(bundle([1]), wrong, {1})}
    assert found == {"temperature_profile_id", "carbon.profile_id", "tariff.profile_id"}
    right = request(temperature_profile_id=7, carbon={"profile_id": 6}, tariff={"kind": "series", "profile_id": 5})
    assert check_profiles(bundle([1]), right, {1}) == []
    assert wanted_profiles(right) == (5, 6, 7)


def test_a_temperature_is_in_degrees_celsius_and_none_of_the_moon() -> None:
    kelvin = bundle([1])
    wanted = request(temperature_profile_id=7)
    object.__setattr__(kelvin, "units", {7: "hPa"})
    assert [finding.field for finding in check_profiles(kelvin, wanted, {1})] == ["temperature_profile_id"]
    hot = bundle([1])
    hot.blocks[1][3] += 250
    assert [finding.field for finding in check_profiles(hot, wanted, {1})] == ["temperature_profile_id"]


def test_only_what_may_be_negative_is() -> None:
    for row, allowed in enumerate([False, False, False, True, True, False, True, False]):
        given = bundle([1])
        given.blocks[row // 3 if row < 3 else 1][row if row < 3 else row - 3][5] = -1.0
        found = check_profiles(given, request(), {1})
        assert bool(found) != allowed, TYPES[row]


def test_scheduled_needs_a_schedule() -> None:
    given = bundle([1])
    without = Bundle(
        given.profile_ids, given.profile_types, given.blocks, given.assignments[:3], "h", STEPS, given.units
    )
    wanted = request(storage_strategy="scheduled")
    assert [finding.field for finding in check_profiles(without, wanted, {1})] == ["storage_strategy"]
    assert check_profiles(given, wanted, {1}) == []


def everything() -> dict[str, Any]:
    """Three stations; every kind of device somewhere."""
    heat = {**PUMP, "cop_model": "air", "heat_loss_kw_per_k": 0.1, "store_kwh": 3}
    stations = [
        [house(1, devices=[PANEL, battery(inverter_kw=2.0)]), house(2, devices=[{**CAR, "schedule": [TRIP]}])],
        [house(3, devices=[heat, {"kind": "heater", "max_power_kw": 4}]), house(4, devices=[PUMP]), house(5)],
        [
            house(6, devices=[{"kind": "generator", "capacity_kw": 3, "fuel_cost_per_kwh": 0.4}], min_sell_price=0.1),
            house(7, devices=[{**CHILLER, "eer": 3, "cooling_gain_kw_per_k": 0.2}, {**CAR, "schedule": [TRIP]}]),
        ],
    ]
    return community(1, stations)


def problem(**changes: Any) -> Problem:
    wanted = request(
        temperature_profile_id=7, storage_strategy="scheduled", tariff={"kind": "series", "profile_id": 5},
        carbon={"profile_id": 6}, **changes,
    )  # fmt: skip
    axis = TimeAxis(wanted.start, wanted.end, wanted.step_minutes, "Europe/Berlin")
    return assemble(everything(), wanted, bundle([1, 2, 3, 4, 5, 6, 7]), axis, 10**9)


def test_everything_reaches_the_core() -> None:
    whole = problem(fees={"taxes_eur_per_kwh": 0.1, "platform_fee_eur_per_kwh": 0.02}, seed=5)
    core, given = whole.community, whole.provide(whole.periods[0])
    steps = whole.periods[0].steps
    rows = bundle([1]).window(0, steps)
    assert (core.devices.cars.count, core.devices.thermals.count, core.devices.generators.count) == (2, 3, 1)
    assert core.inverter_kw.tolist()[0] == 6.0
    assert core.generation_limit_kw.tolist()[0] == 4.0
    assert core.min_sell_price.tolist()[5] == 0.1
    assert np.isnan(core.max_buy_price).all()
    # House 3's heat is heat; house 4's heat pump has no COP, so there it is load.
    np.testing.assert_allclose(given.load_kw[2], (rows[0] + rows[7]) * 1.3, rtol=1e-6)
    np.testing.assert_allclose(given.load_kw[3], (rows[0] + rows[2] + rows[7]) * 1.4, rtol=1e-6)
    np.testing.assert_allclose(given.generation_kw[0], rows[1] * 1.1, rtol=1e-6)
    assert given.thermal is not None
    expected = rows[2] * 1.3 + 0.1 * np.maximum(15 - rows[6], 0)
    np.testing.assert_allclose(given.thermal.demand_kw[0], expected, rtol=1e-5)
    assert given.schedule_kw is not None
    np.testing.assert_allclose(given.schedule_kw[1], rows[3] * 1.2, rtol=1e-6)
    np.testing.assert_array_equal(given.rates.retail, rows[4].astype(float))
    np.testing.assert_array_equal(given.signals.import_price[:steps], rows[4].astype(float) + 0.1)
    assert given.signals.import_price.size == STEPS
    assert set(given.signals.local_fee) == {0.02}
    assert whole.parameters.rules.bidding.seed == 5


def test_nobody_follows_a_schedule_under_another_strategy() -> None:
    wanted = request(temperature_profile_id=7)
    axis = TimeAxis(wanted.start, wanted.end, wanted.step_minutes, "Europe/Berlin")
    built = assemble(everything(), wanted, bundle([1, 2]), axis, 10**9)
    assert built.provide(built.periods[0]).schedule_kw is None


def test_bills_are_shared_over_whole_months_whatever_their_size() -> None:
    wanted = request(temperature_profile_id=7, pricing="bill_sharing")
    axis = TimeAxis(wanted.start, wanted.end, wanted.step_minutes, "Europe/Berlin")
    built = assemble(everything(), wanted, bundle([1, 2]), axis, 100)
    assert [window.days[0].month for window in built.windows] == [1, 2]


def arrays(part: Any) -> Iterator[tuple[str, np.ndarray[Any, Any]]]:
    """All arrays of nested dataclasses by path."""
    for field in fields(part):
        value = getattr(part, field.name)
        if is_dataclass(value) and not isinstance(value, type):
            yield from ((f"{field.name}.{path}", array) for path, array in arrays(value))
        elif isinstance(value, np.ndarray):
            yield field.name, value


@pytest.mark.parametrize("cuts", [[0, 1, 3], [0, 2, 3], [0, 1, 2, 3], [0, 3]])
def test_shards_have_the_same_floats_as_the_whole(cuts: list[int]) -> None:
    whole = problem()
    offsets = whole.community.transformer_offsets
    for period in whole.periods:
        given = whole.provide(period)
        for first, last in pairwise(cuts):
            houses = slice(int(offsets[first]), int(offsets[last]))
            shard = whole.shard(first, last)
            own = shard.provide(period)
            assert own.load_kw.tobytes() == given.load_kw[houses].tobytes()
            assert own.generation_kw.tobytes() == given.generation_kw[houses].tobytes()
            assert own.schedule_kw is not None and given.schedule_kw is not None
            assert own.schedule_kw.tobytes() == given.schedule_kw[houses].tobytes()
            _same_heat(shard, own, whole, given, houses)
            assert shard.windows == whole.windows
            assert shard.house_ids.tolist() == whole.house_ids[houses].tolist()
            assert shard.community.first_house == houses.start
            assert own.rates.retail.tobytes() == whole.rates(period).retail.tobytes()


def _same_heat(shard: Problem, own: Any, whole: Problem, given: Any, houses: slice) -> None:
    devices = whole.community.devices.thermals.select(houses.start, houses.stop)
    mine = shard.community.devices.thermals
    assert mine.offsets.tolist() == devices.offsets.tolist()
    for place in range(devices.count):
        row, all_row = int(mine.demand_row[place]), int(devices.demand_row[place])
        assert own.thermal.demand_kw[row].tobytes() == given.thermal.demand_kw[all_row].tobytes()
        row, all_row = int(mine.cop_row[place]), int(devices.cop_row[place])
        assert own.thermal.cop[row].tobytes() == given.thermal.cop[all_row].tobytes()


def test_a_shard_composes_only_its_own_houses(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[int] = []

    def counting(profiles: Any, target: Any, row: Any, scale: Any, targets: int) -> Any:
        composed.append(targets)
        return compose(profiles, target, row, scale, targets)

    whole = problem()
    monkeypatch.setattr("hygge_engine.inputs.terms.compose", counting)
    shard = whole.shard(0, 1)
    shard.provide(shard.periods[0])
    assert max(composed) == 2
    whole.rates(whole.periods[0])
    assert len(composed) == 3  # load, generation, schedule: these houses need no heat, and rates need no house


def test_a_shard_reads_only_the_profiles_that_its_houses_follow() -> None:
    wanted = request(temperature_profile_id=7)
    axis = TimeAxis(wanted.start, wanted.end, wanted.step_minutes, "Europe/Berlin")
    given = bundle([1, 2, 3, 4, 5, 6, 7])
    few = tuple(a for a in given.assignments if a.house_id > 2 or a.row == 0)
    built = assemble(everything(), wanted, Bundle(given.profile_ids, TYPES, given.blocks, few, "h", STEPS), axis, 10**9)
    assert built.provide.rows.tolist() == [0, 1, 2, 7]
    assert built.shard(0, 1).provide.rows.tolist() == [0]


def test_a_shard_of_a_shard_is_a_shard() -> None:
    whole = problem()
    twice = whole.shard(1, 3).shard(1, 2)
    once = whole.shard(2, 3)
    for (path, one), (_, other) in zip(arrays(once.community), arrays(twice.community), strict=True):
        np.testing.assert_array_equal(one, other, err_msg=path)
    period = whole.periods[0]
    assert twice.provide(period).load_kw.tobytes() == once.provide(period).load_kw.tobytes()
