"""Shards cover all transformers once, in order, none empty, balanced by houses."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hygge_engine.shards.planning import cut, largest


@given(st.lists(st.integers(0, 400), min_size=1, max_size=120), st.integers(1, 256))
def test_every_transformer_is_in_one_shard_in_order(houses: list[int], shards: int) -> None:
    found = cut(houses, shards)
    assert len(found) == min(shards, len(houses))
    assert found[0][0] == 0
    assert found[-1][1] == len(houses)
    assert all(first < last for first, last in found)
    assert all(before[1] == after[0] for before, after in pairwise(found))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=120), st.integers(1, 30))
def test_a_shard_is_near_its_share(houses: list[int], shards: int) -> None:
    if shards > len(houses):
        return
    fair = sum(houses) / shards
    assert largest(houses, shards) <= fair + 2 * max(houses) or shards > len(houses) // 2


def test_known_cuts() -> None:
    assert cut([10, 10, 10, 10], 2) == [(0, 2), (2, 4)]
    assert cut([30, 1, 1, 1, 1, 1], 2) == [(0, 1), (1, 6)]
    assert cut([5, 5], 8) == [(0, 1), (1, 2)]
    assert cut([0, 0, 7], 2) in ([(0, 1), (1, 3)], [(0, 2), (2, 3)])
