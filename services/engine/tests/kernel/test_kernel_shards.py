"""The outcome does not depend on how a run is cut: into windows, tiles or shards of transformers. Bit by bit."""

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hygge_engine.kernel import Memory, Outcome, State, Window, run_window, settle_grid, window_left
from hygge_engine.kernel.types import Float32, Float64
from services.engine.tests.kernel.communities import Case, cases


def same(first: Float32 | Float64, second: Float32 | Float64) -> bool:
    return first.shape == second.shape and first.tobytes() == second.tobytes()


def same_outcome(first: Outcome, second: Outcome) -> bool:
    return all(
        same(getattr(getattr(first, nodes), part), getattr(getattr(second, nodes), part))
        for nodes in ("houses", "transformers", "grid")
        for part in ("values", "sums")
    ) and same(first.alone_kw, second.alone_kw)


def part_of_window(window: Window, first_day: int, last_day: int) -> Window:
    days = window.day_offsets
    steps = slice(int(days[first_day]), int(days[last_day]))
    return Window(
        np.ascontiguousarray(window.load_kw[:, steps]),
        np.ascontiguousarray(window.generation_kw[:, steps]),
        window.step_hours,
        days[first_day : last_day + 1] - days[first_day],
    )


@settings(max_examples=200, deadline=None)
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


@settings(max_examples=200, deadline=None)
@given(cases(), st.integers(1, 8))
def test_tiles_leave_no_trace(case: Case, tile_steps: int) -> None:
    whole, after = run_window(case.community, case.rules, case.window, case.start)
    tiled, then = run_window(case.community, case.rules, case.window, case.start, tile_steps=tile_steps)
    assert same_outcome(whole, tiled)
    assert then.to_bytes() == after.to_bytes()


@settings(max_examples=300, deadline=None)
@given(cases(), st.data())
def test_shards_of_transformers_give_the_same_bits(case: Case, data: st.DataObject) -> None:
    """Pass one over shards, the grid's stage, pass two over shards."""
    community, window = case.community, case.window
    count = community.transformers
    cuts = sorted({0, count, *data.draw(st.lists(st.integers(0, count), max_size=2))})
    whole, after = run_window(community, case.rules, window, case.start)
    shards = []
    for first, last in itertools.pairwise(cuts):
        shard = community.select(first, last)
        houses = slice(int(community.transformer_offsets[first]), int(community.transformer_offsets[last]))
        stored = slice(int(community.batteries.offsets[houses.start]), int(community.batteries.offsets[houses.stop]))
        shards.append(
            (
                shard,
                replace(window, load_kw=window.load_kw[houses], generation_kw=window.generation_kw[houses]),
                State(case.start.energy_kwh[stored], case.start.reference_energy_kwh[stored]),
            )
        )
    left = np.concatenate([window_left(shard, case.rules, part, state)[0] for shard, part, state in shards])
    handdown = settle_grid(community, case.rules, left, window.step_hours)
    outcomes, states = [], []
    for (first, last), (shard, part, state) in zip(itertools.pairwise(cuts), shards, strict=True):
        outcome, then = run_window(shard, case.rules, part, state, handdown=handdown.select(first, last))
        assert then.to_bytes() == window_left(shard, case.rules, part, state)[1].to_bytes()
        outcomes.append(outcome)
        states.append(then)
    assert same(np.concatenate([outcome.houses.values for outcome in outcomes]), whole.houses.values)
    assert same(np.concatenate([outcome.houses.sums for outcome in outcomes]), whole.houses.sums)
    assert same(np.concatenate([outcome.transformers.values for outcome in outcomes]), whole.transformers.values)
    assert same(np.concatenate([outcome.transformers.sums for outcome in outcomes]), whole.transformers.sums)
    assert same(np.concatenate([state.energy_kwh for state in states]), after.energy_kwh)
    assert same(handdown.flows_kwh, whole.grid_flows_kwh)


@settings(max_examples=50, deadline=None)
@given(cases(), cases())
def test_memory_used_again_leaves_no_trace(first: Case, second: Case) -> None:
    memory = Memory()
    run_window(first.community, first.rules, first.window, first.start, memory=memory)
    again, _ = run_window(second.community, second.rules, second.window, second.start, memory=memory)
    fresh, _ = run_window(second.community, second.rules, second.window, second.start)
    assert same_outcome(again, fresh)


@settings(max_examples=50, deadline=None)
@given(cases())
def test_two_runs_are_bit_identical(case: Case) -> None:
    first, _ = run_window(case.community, case.rules, case.window, case.start)
    second, _ = run_window(case.community, case.rules, case.window, case.start)
    assert same_outcome(first, second)
    assert all(same(a, b) for a, b in zip(first.house_flows_kwh, second.house_flows_kwh, strict=True))
