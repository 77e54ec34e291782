"""Shapes, shards, sharing keys and checkpoints."""

import numpy as np
import pytest

from hygge_engine.kernel import (
    Allocation,
    Batteries,
    Community,
    Handdown,
    Rules,
    State,
    StorageStrategy,
    Window,
    resolve_sharing_keys,
    run_window,
    settle_grid,
)
from services.engine.tests.kernel.communities import community_of, window_of

RULES = Rules(Allocation.PROPORTIONAL, StorageStrategy.SELF_CONSUMPTION)


def test_checkpoint_round_trip() -> None:
    state = State(np.array([1.5, 0.0, -0.0]), np.array([2.5, 1e-300, 3.0]))
    again = State.from_bytes(state.to_bytes())
    assert again.energy_kwh.tobytes() == state.energy_kwh.tobytes()
    assert again.reference_energy_kwh.tobytes() == state.reference_energy_kwh.tobytes()


def test_checkpoint_without_batteries() -> None:
    assert State.from_bytes(State(np.zeros(0), np.zeros(0)).to_bytes()).energy_kwh.size == 0


@pytest.mark.parametrize("data", [b"", b"HYG1", b"ABCD\x00\x00\x00\x00", State(np.ones(2), np.ones(2)).to_bytes()[:-1]])
def test_what_is_no_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="checkpoint"):
        State.from_bytes(data)


def test_keys_where_nobody_has_one_are_equal() -> None:
    keys = resolve_sharing_keys(np.full(3, np.nan), np.array([0, 1, 1, 3]))
    np.testing.assert_array_equal(keys, [1.0, 0.5, 0.5])


def test_a_house_without_a_key_has_none_where_others_have() -> None:
    keys = resolve_sharing_keys(np.array([0.4, np.nan, np.nan]), np.array([0, 1, 3]))
    np.testing.assert_array_equal(keys, [0.4, 0.0, 0.0])


def test_a_shard_keeps_limits_and_ranks_of_the_grid() -> None:
    battery = {"capacity_kwh": 4.0}
    community = community_of([1, 2], batteries=[[battery], [], [battery, battery]], rank=[3, 0, 1], import_limit_kw=7.0)
    shard = community.select(1, 2)
    assert (shard.houses, shard.transformers, shard.ranks, shard.import_limit_kw) == (2, 1, 4, 7.0)
    np.testing.assert_array_equal(shard.batteries.offsets, [0, 0, 2])


def test_an_island_has_no_connection_at_all() -> None:
    assert community_of(1, import_limit_kw=0.0, export_limit_kw=0.0).is_island
    assert not community_of(1, import_limit_kw=0.0).is_island


def broken_community(**changes: object) -> Community:
    community = community_of(2)
    fields = {name: getattr(community, name) for name in Community.__slots__}
    return Community(**{**fields, "ranks": 0, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"inverter_kw": np.ones(3)},
        {"inverter_kw": np.ones(2, np.float32)},
        {"rank": np.array([0, -1])},
        {"rank": np.array([0, 4]), "ranks": 4},
        {"transformer_offsets": np.array([1, 2])},
        {"transformer_offsets": np.array([0, 3, 2])},
        {"transformer_capacity_kw": np.ones(2)},
        {"batteries": Batteries.none(3)},
        {"sharing_key": np.ones(4)[::2]},
    ],
)
def test_wrong_shapes_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        broken_community(**changes)


@pytest.mark.parametrize("days", [[0], [1, 2], [0, 1], [0, 2, 2], [0, 3]])
def test_days_must_cover_the_window(days: list[int]) -> None:
    with pytest.raises(ValueError, match="day_offsets"):
        window_of([[1.0, 2.0]], [[0.0, 0.0]], days=days)


def test_loads_are_float32() -> None:
    with pytest.raises(ValueError, match="load_kw"):
        Window(np.zeros((1, 1)), np.zeros((1, 1), np.float32), 1.0, np.array([0, 1]))  # type: ignore[arg-type]


def test_a_window_must_fit_its_community() -> None:
    community = community_of(2)
    start = State.initial(community.batteries)
    with pytest.raises(ValueError, match="1 houses, the community 2"):
        run_window(community, RULES, window_of([[1.0]], [[0.0]]), start)
    with pytest.raises(ValueError, match="1 batteries, the community 0"):
        run_window(community, RULES, window_of([[1.0]] * 2, [[0.0]] * 2), State(np.zeros(1), np.zeros(1)))


def test_parts_must_fit_their_shard() -> None:
    community = community_of(1)
    start = State.initial(community.batteries)
    parts = Handdown(np.zeros((1, 2, 3, 5)), np.zeros((1, 1)), 0.0)
    with pytest.raises(ValueError, match="parts has shape"):
        run_window(community, RULES, window_of([[1.0]], [[0.0]]), start, handdown=parts)
    with pytest.raises(ValueError, match="left has shape"):
        settle_grid(community, RULES, np.zeros((2, 2, 1)), 1.0)


def test_a_grid_without_houses_is_silent() -> None:
    community = community_of([0, 0])
    window = Window(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32), 1.0, np.array([0, 2]))
    outcome, _ = run_window(community, RULES, window, State.initial(community.batteries))
    assert outcome.houses.values.shape == (0, 9, 2)
    assert not outcome.grid.values.any()
    assert not outcome.transformers.sums.any()
