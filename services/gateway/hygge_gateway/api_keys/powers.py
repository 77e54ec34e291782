"""What a key may: what its owner may now, narrowed by the key. Pure functions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hygge_core.auth import Role

# Whose rights contain those of the roles before. A household's are of another kind.
_LADDER = (Role.VIEWER, Role.OPERATOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class Reach:
    """A role, and the grids that a token names."""

    role: Role
    operates: frozenset[int]
    views: frozenset[int]


def narrowed(owner: Role, asked: Role | None, *, bound: bool) -> Role | None:
    """The role behind a key; None if the owner's rights do not contain it. `bound` keys can't be an admin's."""
    if asked is None or asked is owner:
        role = owner
    elif asked in _LADDER and owner in _LADDER:
        role = min(asked, owner, key=_LADDER.index)
    else:
        return None
    if not bound:
        return role
    return None if role not in _LADDER else min(role, Role.OPERATOR, key=_LADDER.index)


def within(grids: Iterable[int], owner: Reach, role: Role, created: Callable[[int], bool]) -> Reach:
    """The reach of a key that is bound to `grids`: of them those that the owner may operate or view now.

    `created` says whether the owner created a grid; it is asked only when nothing else gives it to them.
    """
    operates, views = set(), set()
    for grid in grids:
        is_own = owner.role is Role.ADMIN or (owner.role is Role.OPERATOR and (grid in owner.operates or created(grid)))
        if is_own and role is Role.OPERATOR:
            operates.add(grid)
        elif is_own or grid in owner.views | owner.operates:
            views.add(grid)
    return Reach(role, frozenset(operates), frozenset(views))
