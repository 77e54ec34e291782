"""No key is more than its owner."""

import pytest

from hygge_core.auth import Role
from hygge_gateway.api_keys.powers import Reach, narrowed, within

LADDER = [Role.VIEWER, Role.OPERATOR, Role.ADMIN]


@pytest.mark.parametrize("owner", [*LADDER, Role.PARTICIPANT])
@pytest.mark.parametrize("asked", [None, *LADDER, Role.PARTICIPANT])
@pytest.mark.parametrize("bound", [False, True])
def test_no_key_is_more_than_its_owner(owner: Role, asked: Role | None, bound: bool) -> None:
    role = narrowed(owner, asked, bound=bound)
    if role is None:
        assert Role.PARTICIPANT in (owner, asked)
        return
    assert role is owner or LADDER.index(role) <= LADDER.index(owner)
    assert asked is None or role is asked or LADDER.index(role) <= LADDER.index(asked)
    assert not (bound and role not in (Role.VIEWER, Role.OPERATOR))


def test_a_bound_key_reaches_what_the_owner_reaches() -> None:
    owner = Reach(Role.OPERATOR, frozenset({1}), frozenset({2}))
    assert within([1, 2, 3, 4], owner, Role.OPERATOR, {3}.__contains__) == Reach(
        Role.OPERATOR, frozenset({1, 3}), frozenset({2})
    )
    # A viewer who was an operator once does not operate, whatever they created.
    was = Reach(Role.VIEWER, frozenset({1}), frozenset({2}))
    assert within([1, 2, 3], was, Role.VIEWER, {3}.__contains__) == Reach(Role.VIEWER, frozenset(), frozenset({1, 2}))
