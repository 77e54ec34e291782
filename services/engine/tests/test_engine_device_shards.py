"""A run with every kind of device, cut into shards that compose only their own houses: the same bits."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from hygge_core.timeaxis import TimeAxis
from hygge_engine.inputs.assemble import Problem, assemble
from hygge_engine.inputs.collect import Assignment, Bundle
from hygge_engine.kernel import Left, State
from hygge_engine.runs.schemas import RunRequest
from hygge_engine.simulation import WindowResult, close_window, first_pass, second_pass, settle, simulate
from services.engine.tests.neighbours import battery, community, house

START = datetime(2026, 3, 25, tzinfo=UTC)
DAYS = 9
STEPS = DAYS * 24
TYPES = ("load", "solar", "heat", "schedule", "price", "weather")
TRIP = {"departs": "07:30", "returns": "17:45", "energy_kwh": 9.0, "weekdays": [0, 1, 2, 3, 4]}


def car(**changes: Any) -> dict[str, Any]:
    body = {"kind": "electric_vehicle", "capacity_kwh": 40.0, "max_charge_kw": 11.0, "schedule": [TRIP]}
    return {**body, "initial_soc": 0.5, **changes}


def houses() -> list[list[dict[str, Any]]]:
    pump = {"kind": "heat_pump", "max_power_kw": 1.0, "cop_model": "air", "heat_loss_kw_per_k": 0.2, "store_kwh": 4}
    chiller = {"kind": "air_conditioner", "max_power_kw": 2.0, "eer": 3, "cooling_gain_kw_per_k": 0.3,
               "cooling_limit_c": 12.0}  # fmt: skip
    panel = {"kind": "solar_panel", "capacity_kwp": 6.0, "inverter_kw": 3.0}
    generator = {"kind": "generator", "capacity_kw": 2.0, "fuel_cost_per_kwh": 0.35}
    return [
        [house(1, devices=[panel, battery(inverter_kw=2.0)]), house(2, devices=[car(charge_strategy="by_departure")])],
        [house(3, devices=[pump, {"kind": "heater", "max_power_kw": 0.2}]), house(4, devices=[generator, car()])],
        [
            house(5, devices=[chiller, battery()]),
            house(6),
            house(7, devices=[car(max_discharge_kw=5.0, charge_strategy="solar_surplus"), panel]),
        ],
    ]


def problem(**changes: Any) -> Problem:
    body = {
        "grid_id": 1, "start": START, "end": START + timedelta(days=DAYS), "step_minutes": 60,
        "temperature_profile_id": 6, "tariff": {"kind": "series", "profile_id": 5, "surcharge": 0.3}, **changes,
    }  # fmt: skip
    request = RunRequest.model_validate(body)
    random = np.random.default_rng(11)
    rows = random.gamma(2.0, 0.3, (len(TYPES), STEPS)).astype(np.float32)
    rows[1] = np.clip(np.sin((np.arange(STEPS) % 24 - 6) / 12 * np.pi), 0, None) * random.uniform(0.3, 1, STEPS)
    rows[3] -= 0.6
    rows[4] = random.normal(0.05, 0.08, STEPS)
    rows[5] = random.uniform(-5, 25, STEPS)
    follows = [(1, 1, 7.0), (7, 1, 5.0), (3, 2, 1.5), (5, 3, 1.0), *((number, 0, 0.8) for number in range(1, 8))]
    assigned = tuple(Assignment(number, row, scale) for number, row, scale in follows)
    bundle = Bundle(np.arange(1, 7), TYPES, (rows,), assigned, "h", STEPS, {6: "degC"})
    axis = TimeAxis(request.start, request.end, request.step_minutes, "Europe/Berlin")
    return assemble(community(1, houses()), request, bundle, axis, 10**9)


def sharded(whole: Problem, cuts: list[int]) -> list[tuple[list[WindowResult], Any]]:
    """Both passes over all shards, window by window."""
    shards = [whole.shard(first, last) for first, last in pairwise(cuts)]
    states = [State.initial(shard.community) for shard in shards]
    offsets = whole.community.transformer_offsets
    found = []
    for period in whole.periods:
        given = [shard.provide(period) for shard in shards]
        lefts = [
            first_pass(shard.community, period, one, whole.parameters, state)[0]
            for shard, one, state in zip(shards, given, states, strict=True)
        ]
        settled = settle(
            whole.community, period, whole.rates(period), whole.provide.signals, whole.parameters, Left.stack(lefts)
        )
        results = [
            second_pass(
                shard.community, period, one, whole.parameters, state,
                settled.select(slice(first, last), slice(int(offsets[first]), int(offsets[last]))),
            )
            for shard, one, state, (first, last) in zip(shards, given, states, pairwise(cuts), strict=True)
        ]  # fmt: skip
        states = [result.state for result in results]
        sums = np.concatenate([result.transformers.day_sums for result in results])
        grid = close_window(period, whole.parameters, settled, [result.grid_units for result in results], sums)
        found.append((results, grid))
    return found


@pytest.mark.parametrize("cuts", [[0, 1, 2, 3], [0, 2, 3]])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"storage_strategy": "community", "allocation": "greedy"},
        {"storage_strategy": "scheduled", "allocation": "equal", "pricing": "supply_demand_ratio"},
        {"charge_strategy": "cheapest_hours", "pricing": "bill_sharing"},
        {"allocation": "uniform_price", "seed": 3, "bidding": {"strategy": "zero_intelligence"}},
    ],
)
def test_shards_with_all_devices_give_the_bits_of_the_whole(changes: dict[str, Any], cuts: list[int]) -> None:
    whole = problem(**changes)
    expected = simulate(whole.community, whole.periods, whole.provide, whole.parameters)
    for one, (parts, grid) in zip(expected, sharded(whole, cuts), strict=True):
        assert one.grid is not None
        assert [digest for part in parts for digest in part.digests] == list(one.digests)
        assert grid.digest == one.grid.digest
        assert np.concatenate([part.houses.values for part in parts]).tobytes() == one.houses.values.tobytes()


def test_each_kind_of_device_does_something() -> None:
    whole = problem()
    result = next(simulate(whole.community, whole.periods, whole.provide, whole.parameters))
    assert result.grid is not None
    from hygge_engine.simulation import DAY_SUMS

    total = dict(zip(DAY_SUMS, result.grid.nodes.day_sums[0].sum(axis=0).tolist(), strict=True))
    for name in ("driven_kwh", "heat_kwh", "generator_kwh", "clipped_kwh", "fuel_cost_eur", "unmet_heat_kwh"):
        assert total[name] > 0, name
    # Behind panels of 3 kW no more than 3 kW comes from the sun, though its battery may feed out 2 kW besides.
    assert result.houses.values[0, 1].max() == pytest.approx(3.0)
    assert result.proof.energy_residual_kwh < 1e-6
