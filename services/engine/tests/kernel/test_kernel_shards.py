"""The outcome does not depend on how a run is cut: into windows, tiles or shards of transformers. Bit by bit."""

import itertools
from dataclasses import dataclass, fields, replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.kernel import (
    Community,
    GridPool,
    Handdown,
    Left,
    Memory,
    Outcome,
    State,
    Window,
    close_grid,
    run_window,
    settle_grid,
    window_left,
)
from hygge_engine.kernel.types import Float32, Float64
from services.engine.tests.kernel.communities import Case, cases


def same(first: Float32 | Float64, second: Float32 | Float64) -> bool:
    return first.shape == second.shape and first.tobytes() == second.tobytes()


def same_outcome(first: Outcome, second: Outcome) -> bool:
    return all(
        same(getattr(getattr(first, nodes), part), getattr(getattr(second, nodes), part))
        for nodes in ("houses", "transformers", "grid")
        for part in ("values", "sums")
    ) and (
        all(same(getattr(first, name), getattr(second, name)) for name in ("alone_kw", "pool_price", "payments"))
        and all(same(a, b) for a, b in zip(first.house_flows_kwh, second.house_flows_kwh, strict=True))
        and same_pool(first.pool, second.pool)
    )


def same_pool(first: GridPool, second: GridPool) -> bool:
    names = [field.name for field in fields(GridPool)][:-1]
    return all(same(getattr(first, name), getattr(second, name)) for name in names) and (
        first.residual_kwh == second.residual_kwh
    )


def part_of_window(window: Window, first_day: int, last_day: int) -> Window:
    days = window.day_offsets
    steps = slice(int(days[first_day]), int(days[last_day]))
    return Window(
        np.ascontiguousarray(window.load_kw[:, steps]),
        np.ascontiguousarray(window.generation_kw[:, steps]),
        window.step_hours,
        days[first_day : last_day + 1] - days[first_day],
        window.first_step + steps.start,
        window.signals,
    )


@settings(max_examples=200)
@given(cases())
def test_resuming_from_a_stored_state_is_never_interrupting(case: Case) -> None:
    whole, after = run_window(case.community, case.rules, case.window, case.start)
    state, values, sums = case.start, [], []
    for day in range(case.window.day_offsets.size - 1):
        part = part_of_window(case.window, day, day + 1)
        outcome, state = run_window(case.community, case.rules, part, State.from_bytes(state.to_bytes()))
        values.append(outcome.houses.values)
        sums.append(outcome.houses.sums)
    assert same(np.concatenate(values, axis=2), whole.houses.values)
    assert same(np.concatenate(sums, axis=1), whole.houses.sums)
    assert state.to_bytes() == after.to_bytes()


@settings(max_examples=200)
@given(cases(), st.integers(1, 8))
def test_tiles_leave_no_trace(case: Case, tile_steps: int) -> None:
    whole, after = run_window(case.community, case.rules, case.window, case.start)
    tiled, then = run_window(case.community, case.rules, case.window, case.start, tile_steps=tile_steps)
    assert same_outcome(whole, tiled)
    assert then.to_bytes() == after.to_bytes()


@dataclass(frozen=True)
class Shard:
    """Some transformers of a case, with their houses' input and state."""

    transformers: slice
    houses: slice
    community: Community
    window: Window
    start: State


def shard_of(case: Case, first: int, last: int) -> Shard:
    community, window = case.community, case.window
    offsets, start = community.transformer_offsets, case.start
    houses = slice(int(offsets[first]), int(offsets[last]))
    stored = slice(int(community.batteries.offsets[houses.start]), int(community.batteries.offsets[houses.stop]))
    return Shard(
        slice(first, last),
        houses,
        community.select(first, last),
        replace(window, load_kw=window.load_kw[houses], generation_kw=window.generation_kw[houses]),
        replace(start, battery_kwh=start.battery_kwh[stored], reference_kwh=start.reference_kwh[stored]),
    )


def settle(case: Case, left: Left) -> Handdown:
    window = case.window
    return settle_grid(
        case.community,
        case.rules,
        left,
        step_hours=window.step_hours,
        first_step=window.first_step,
        signals=window.signals,
        day_offsets=window.day_offsets,
    )


def second_pass(case: Case, shards: list[Shard], left: list[Left]) -> tuple[list[Outcome], list[State], Handdown]:
    """What shards make of the grid's answer, which travels as bytes."""
    handdown = settle(case, Left.stack([Left.from_bytes(part.to_bytes()) for part in left]))
    done = [
        run_window(
            shard.community, case.rules, shard.window, shard.start,
            handdown=handdown.select(shard.transformers, shard.houses),
        )
        for shard in shards
    ]  # fmt: skip
    return [outcome for outcome, _ in done], [state for _, state in done], handdown


@settings(max_examples=300)
@given(cases(), st.data())
def test_shards_of_transformers_give_the_same_bits(case: Case, data: st.DataObject) -> None:
    """Pass one over shards, the grid's stage, pass two over shards."""
    count = case.community.transformers
    cuts = sorted({0, count, *data.draw(st.lists(st.integers(0, count), max_size=2))})
    shards = [shard_of(case, first, last) for first, last in itertools.pairwise(cuts)]
    whole, after = run_window(case.community, case.rules, case.window, case.start)
    firsts = [window_left(shard.community, case.rules, shard.window, shard.start) for shard in shards]
    outcomes, states, handdown = second_pass(case, shards, [left for left, _ in firsts])
    for (_, first), second in zip(firsts, states, strict=True):
        assert first.to_bytes() == second.to_bytes()
    for nodes, part in itertools.product(("houses", "transformers"), ("values", "sums")):
        found = np.concatenate([getattr(getattr(outcome, nodes), part) for outcome in outcomes])
        assert same(found, getattr(getattr(whole, nodes), part)), (nodes, part)
    for name in ("alone_kw", "pool_demand_kw", "pool_supply_kw", "pool_price", "payments"):
        assert same(np.concatenate([getattr(outcome, name) for outcome in outcomes]), getattr(whole, name)), name
    assert same(np.concatenate([state.battery_kwh for state in states]), after.battery_kwh)
    assert same_pool(handdown.pool, whole.pool)
    grid = close_grid(
        [outcome.grid_units for outcome in outcomes],
        np.concatenate([outcome.transformers.sums for outcome in outcomes]),
        case.window.day_offsets,
    )
    assert same(grid.values, whole.grid.values)
    assert same(grid.sums, whole.grid.sums)
    pairs = [pairs for outcome in outcomes for pairs in outcome.house_flows_kwh]
    assert all(same(a, b) for a, b in zip(pairs, whole.house_flows_kwh, strict=True))


@settings(max_examples=50)
@given(cases(), cases())
def test_memory_used_again_leaves_no_trace(first: Case, second: Case) -> None:
    memory = Memory()
    run_window(first.community, first.rules, first.window, first.start, memory=memory)
    again, _ = run_window(second.community, second.rules, second.window, second.start, memory=memory)
    fresh, _ = run_window(second.community, second.rules, second.window, second.start)
    assert same_outcome(again, fresh)


@settings(max_examples=50)
@given(cases())
def test_two_runs_are_bit_identical(case: Case) -> None:
    first, _ = run_window(case.community, case.rules, case.window, case.start)
    second, _ = run_window(case.community, case.rules, case.window, case.start)
    assert same_outcome(first, second)
    assert all(same(a, b) for a, b in zip(first.house_flows_kwh, second.house_flows_kwh, strict=True))
