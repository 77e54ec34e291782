"""Shapes, shards, sharing keys and checkpoints."""

import numpy as np
import pytest

from hygge_engine.kernel import (
    Allocation,
    Batteries,
    Community,
    GridPool,
    Handdown,
    Left,
    Rules,
    Signals,
    State,
    StorageStrategy,
    Window,
    resolve_sharing_keys,
    run_window,
    settle_grid,
)
from services.engine.tests.kernel.communities import community_of, window_of


def state_of(batteries: int) -> State:
    return State(np.ones(batteries), np.ones(batteries), np.zeros(0), np.zeros(0))


def pool_of(steps: int) -> GridPool:
    return GridPool(*(np.zeros(steps) for _ in range(6)), np.zeros(0), np.zeros((0, 0)), 0.0)


def left_of(transformers: int, units: int, steps: int) -> Left:
    books = (np.zeros((transformers, steps)) for _ in range(3))
    return Left(np.zeros((transformers, units, steps)), *books, np.zeros((0, steps)), np.zeros((0, steps)))


RULES = Rules(Allocation.PROPORTIONAL, StorageStrategy.SELF_CONSUMPTION)


def test_checkpoint_round_trip() -> None:
    state = State(np.array([1.5, 0.0, -0.0]), np.array([2.5, 1e-300, 3.0]), np.array([7.0]), np.array([0.1, 0.2]))
    again = State.from_bytes(state.to_bytes())
    assert again.battery_kwh.tobytes() == state.battery_kwh.tobytes()
    assert again.reference_kwh.tobytes() == state.reference_kwh.tobytes()
    assert again.car_kwh.tobytes() == state.car_kwh.tobytes()
    assert again.heat_kwh.tobytes() == state.heat_kwh.tobytes()


def test_checkpoint_without_batteries() -> None:
    assert State.from_bytes(state_of(0).to_bytes()).battery_kwh.size == 0


@pytest.mark.parametrize("data", [b"", b"HYG2", b"HYG1" + bytes(16), state_of(2).to_bytes()[:-1]])
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
    start = State.initial(community)
    with pytest.raises(ValueError, match="1 houses, the community 2"):
        run_window(community, RULES, window_of([[1.0]], [[0.0]]), start)
    with pytest.raises(ValueError, match="1 batteries, the community 0"):
        run_window(community, RULES, window_of([[1.0]] * 2, [[0.0]] * 2), state_of(1))


def test_parts_must_fit_their_shard() -> None:
    community = community_of(1)
    start = State.initial(community)
    parts = Handdown(np.zeros((1, 2, 3, 5)), np.zeros((0, 0, 5)), np.zeros((0, 5)), np.zeros((0, 0, 0)), pool_of(5))
    with pytest.raises(ValueError, match="parts has shape"):
        run_window(community, RULES, window_of([[1.0]], [[0.0]]), start, handdown=parts)
    with pytest.raises(ValueError, match="left has shape"):
        settle_grid(
            community, RULES, left_of(2, 2, 1), step_hours=1.0, first_step=0, signals=Signals.none(1),
            day_offsets=np.array([0, 1]),
        )  # fmt: skip


def test_a_grid_without_houses_is_silent() -> None:
    community = community_of([0, 0])
    window = Window(np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32), 1.0, np.array([0, 2]))
    outcome, _ = run_window(community, RULES, window, State.initial(community))
    assert outcome.houses.values.shape == (0, 9, 2)
    assert not outcome.grid.values.any()
    assert not outcome.transformers.sums.any()
