"""Everything behind the meter against its naive twin, and what must hold whatever the devices."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.kernel import (
    ENERGY_SUMS,
    Allocation,
    Devices,
    Memory,
    Outcome,
    Rules,
    State,
    StorageStrategy,
    Window,
    run_window,
)
from hygge_engine.kernel.devices import ThermalInput
from hygge_engine.kernel.types import Float64
from services.engine.tests.kernel.communities import Case, community_of, measure
from services.engine.tests.kernel.device_cases import SEEDS, device_cases, some_powers, with_devices
from services.engine.tests.kernel.naive_devices import run_naive_devices

COLUMN = {name: column for column, name in enumerate(ENERGY_SUMS)}
DEVICE_COLUMNS = ("driven_kwh", "ev_shortfall_kwh", "heat_kwh", "unmet_heat_kwh", "generator_kwh", "clipped_kwh")
TOLERANCE_KWH = 1e-6


def by_day(series: Float64, window: Window) -> Float64:
    result: Float64 = np.add.reduceat(series, window.day_offsets[:-1], axis=1)
    return result


@settings(max_examples=200)
@given(device_cases())
def test_every_house_does_what_its_twin_does(case: Case) -> None:
    outcome, after = run_window(case.community, case.rules, case.window, case.start)
    twin = run_naive_devices(case.community, case.rules, case.window, case.start)
    found = outcome.houses
    np.testing.assert_allclose(measure(found.values, "load_kw"), twin.series("load"), atol=5e-6, rtol=1e-6)
    np.testing.assert_allclose(after.car_kwh, twin.cars, atol=1e-7)
    np.testing.assert_allclose(after.heat_kwh, twin.stores, atol=1e-5)
    for name in DEVICE_COLUMNS if is_alone(case) else DEVICE_COLUMNS[:4]:
        expected = by_day(twin.series(name), case.window)
        np.testing.assert_allclose(found.sums[:, :, COLUMN[name]], expected, atol=1e-5, rtol=1e-6, err_msg=name)
    if case.rules.storage_strategy is not StorageStrategy.NONE and not case.community.devices.generators.count:
        np.testing.assert_allclose(after.reference_kwh, twin.batteries, atol=1e-5)
    if is_alone(case):
        for name, attribute in (("generation_kw", "generation"), ("storage_kw", "storage"), ("soc_kwh", "energy")):
            expected = twin.series(attribute)
            np.testing.assert_allclose(measure(found.values, name), expected, atol=5e-6, rtol=1e-6, err_msg=name)
        np.testing.assert_allclose(outcome.alone_kw, twin.series("alone"), atol=5e-6, rtol=1e-6)
        np.testing.assert_allclose(outcome.fuel_cost, by_day(twin.series("fuel_cost"), case.window), atol=1e-5)
        losses = by_day(twin.series("loss"), case.window)
        np.testing.assert_allclose(found.sums[:, :, COLUMN["storage_loss_kwh"]], losses, atol=1e-8)


def is_alone(case: Case) -> bool:
    """Whether batteries look at their own house only."""
    return case.rules.storage_strategy is not StorageStrategy.COMMUNITY


@settings(max_examples=200)
@given(device_cases())
def test_every_house_balances_with_every_device(case: Case) -> None:
    outcome, after = run_window(case.community, case.rules, case.window, case.start)
    values = outcome.houses.values
    supply = measure(values, "generation_kw") - measure(values, "curtailed_kw") + measure(values, "unserved_kw")
    for name in ("shared_local_kw", "shared_grid_kw", "grid_kw"):
        supply = supply + measure(values, name)
    use = measure(values, "load_kw") + measure(values, "storage_kw")
    assert np.abs(supply - use).max() * case.window.step_hours <= TOLERANCE_KWH
    assert outcome.residuals.soc_violation_kwh == 0.0
    assert outcome.houses.sums.min() >= 0.0
    sums = outcome.houses.sums.sum(axis=(0, 1))
    stored = after.car_kwh.sum() - case.start.car_kwh.sum()
    if case.rules.storage_strategy is not StorageStrategy.NONE:
        stored += after.battery_kwh.sum() - case.start.battery_kwh.sum()
    taken = sums[COLUMN["charge_kwh"]] - sums[COLUMN["discharge_kwh"]] - sums[COLUMN["driven_kwh"]]
    assert abs(taken - sums[COLUMN["storage_loss_kwh"]] - stored) < TOLERANCE_KWH * values[:, 0].size


@settings(max_examples=200)
@given(device_cases())
def test_devices_keep_their_bounds(case: Case) -> None:
    outcome, after = run_window(case.community, case.rules, case.window, case.start)
    cars, thermals = case.community.devices.cars, case.community.devices.thermals
    assert np.all(after.car_kwh >= cars.min_soc * cars.capacity_kwh)
    assert np.all(after.car_kwh <= cars.max_soc * cars.capacity_kwh)
    assert np.all((after.heat_kwh >= 0.0) & (after.heat_kwh <= thermals.store_kwh))
    fed_out = -measure(outcome.houses.values, "shared_local_kw") - measure(outcome.houses.values, "grid_kw")
    fed_out += measure(outcome.houses.values, "curtailed_kw") - measure(outcome.houses.values, "shared_grid_kw")
    assert np.all(fed_out <= case.community.inverter_kw[:, None] + 1e-5)
    total = (measure(outcome.houses.values, "generation_kw").sum() * case.window.step_hours) + 1e-5
    assert outcome.houses.sums[:, :, COLUMN["generator_kwh"]].sum() <= total


def some_days(window: Window, first_day: int, last_day: int) -> Window:
    days = window.day_offsets
    start, stop = int(days[first_day]), int(days[last_day])
    schedule = window.schedule_kw
    return replace(
        window,
        load_kw=np.ascontiguousarray(window.load_kw[:, start:stop]),
        generation_kw=np.ascontiguousarray(window.generation_kw[:, start:stop]),
        day_offsets=days[first_day : last_day + 1] - start,
        first_step=window.first_step + start,
        thermal=ThermalInput(
            np.ascontiguousarray(window.thermal.demand_kw[:, start:stop]),
            np.ascontiguousarray(window.thermal.cop[:, start:stop]),
        ),
        schedule_kw=None if schedule is None else np.ascontiguousarray(schedule[:, start:stop]),
    )


def arrays(outcome: Outcome) -> list[bytes]:
    found = [outcome.houses.values, outcome.houses.sums, outcome.alone_kw, outcome.fuel_cost]
    return [array.tobytes() for array in found]


@settings(max_examples=100)
@given(device_cases())
def test_resuming_between_days_is_never_interrupting(case: Case) -> None:
    whole, after = run_window(case.community, case.rules, case.window, case.start)
    state, parts = case.start, []
    for day in range(case.window.day_offsets.size - 1):
        part = some_days(case.window, day, day + 1)
        outcome, state = run_window(case.community, case.rules, part, State.from_bytes(state.to_bytes()))
        parts.append((outcome.houses.values, outcome.houses.sums, outcome.alone_kw, outcome.fuel_cost))
    values, sums, alone, fuel = zip(*parts, strict=True)
    joined = [np.concatenate(values, axis=2), np.concatenate(sums, axis=1)]
    joined += [np.concatenate(alone, axis=1), np.concatenate(fuel, axis=1)]
    assert [array.tobytes() for array in joined] == arrays(whole)
    assert state.to_bytes() == after.to_bytes()


@settings(max_examples=100)
@given(device_cases(), st.integers(1, 30))
def test_tiles_and_used_memory_leave_no_trace(case: Case, tile_steps: int) -> None:
    whole, after = run_window(case.community, case.rules, case.window, case.start)
    memory = Memory()
    run_window(case.community, case.rules, case.window, case.start, memory=memory)
    tiled, then = run_window(
        case.community, case.rules, case.window, case.start, tile_steps=tile_steps, memory=memory
    )  # fmt: skip
    assert arrays(tiled) == arrays(whole)
    assert then.to_bytes() == after.to_bytes()


@settings(max_examples=100)
@given(device_cases())
def test_houses_without_devices_do_not_notice_those_of_others(case: Case) -> None:
    """With all devices taken away nothing is different for a house that had none."""
    if not is_alone(case):
        return
    devices, count = case.community.devices, case.community.houses
    plain = replace(case.community, devices=Devices.none(count))
    bare = State.initial(plain)
    first, _ = run_window(case.community, case.rules, case.window, case.start)
    second, _ = run_window(plain, case.rules, case.window, bare)
    kinds = (devices.cars, devices.thermals, devices.generators)
    without = np.all([np.diff(kind.offsets) == 0 for kind in kinds], axis=0)
    assert first.alone_kw[without].tobytes() == second.alone_kw[without].tobytes()


@settings(max_examples=100)
@given(SEEDS, st.sampled_from([0.0, 4.0, 30.0]), st.sampled_from([0.0, 0.5]), st.floats(0.0, 6.0))
def test_heat_is_neither_made_nor_lost_on_the_way(
    random: np.random.Generator, store_kwh: float, loss_per_day: float, power_kw: float
) -> None:
    """Electricity · COP = heat given to the house + what the store gained + what it lost; met + unmet = demand."""
    steps, cop = 24, random.uniform(1.0, 5.0, (1, 24)).astype(np.float32)
    load, sun, demand = (some_powers(random, 1, steps, silent) for silent in (False, True, False))
    device = {"max_power_kw": power_kw, "store_kwh": store_kwh, "store_loss_per_day": loss_per_day,
              "initial_store": 0.5}  # fmt: skip
    community = with_devices(community_of(1), thermals=[[device]])
    window = Window(load, sun, 0.5, np.array([0, steps]), thermal=ThermalInput(demand, cop))
    outcome, after = run_window(
        community, Rules(Allocation.NONE, StorageStrategy.NONE), window, State.initial(community)
    )  # fmt: skip
    made = ((measure(outcome.houses.values, "load_kw") - load) * cop).sum() * 0.5
    sums = outcome.houses.sums[0, 0]
    lost = made - sums[COLUMN["heat_kwh"]] - (after.heat_kwh[0] - 0.5 * store_kwh)
    assert -1e-4 < lost < loss_per_day / 48 * steps * store_kwh + 1e-4
    wanted = demand.astype(np.float64).sum() * 0.5
    assert abs(sums[COLUMN["heat_kwh"]] + sums[COLUMN["unmet_heat_kwh"]] - wanted) < 1e-9
