"""What clients send and get for priority lists."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from hygge_topology.fields import Id, Label, Labels, Strict, wrong

# One flag or house of a rank, as a reader of "ranks of flags and houses" may well send it.
SINGULAR = {"flag": "flags", "house": "houses", "house_id": "houses"}


def canonical(rank: Any) -> Any:
    """A rank as {"flags": […], "houses": […]}: it may be sent as a flag's name, a house's id, or a list of those.

    `flag` and `house` (or `house_id`) may stand for a list of one.
    """
    if isinstance(rank, dict):
        # Next to its list the singular stays, and is refused: one of the two would be lost.
        single = {name: plural for name, plural in SINGULAR.items() if name in rank and plural not in rank}
        return {single.get(name, name): [value] if name in single else value for name, value in rank.items()}
    items = rank if isinstance(rank, list) else [rank]
    flags = [item for item in items if isinstance(item, str)]
    houses = [item for item in items if isinstance(item, int) and not isinstance(item, bool)]
    if len(flags) + len(houses) < len(items):
        raise wrong('a rank is a flag, a house id, a list of those, or {"flags": […], "houses": […]}')
    return {"flags": flags, "houses": houses}


def _distinct(houses: list[Any]) -> list[Any]:
    if len(set(houses)) < len(houses):
        raise wrong("must not name the same house twice")
    return houses


class Rank(Strict):
    """Houses that are served alike: all that bear one of the flags, and those named. Pro rata inside."""

    flags: Labels = Field([], examples=[["medical"]])
    houses: Annotated[list[Id], AfterValidator(_distinct)] = Field([], description="House ids", examples=[[12]])


Ranks = Annotated[list[Annotated[Rank, BeforeValidator(canonical)]], Field(max_length=1000)]


class PriorityListFields(Strict):
    """Who is served first when there is not enough: the first rank, then the next; houses in no rank come last."""

    name: Label = Field(examples=["Medical first"])
    grid_id: Id | None = Field(None, description="Its grid; absent: that of the houses it names, or none")
    configuration: Ranks = Field(
        description="Ranks, first served first; a rank may also be sent as a flag, a house id, or a list of those"
    )


class PriorityList(PriorityListFields):
    """A stored priority list."""

    id: int
    created_by: int = Field(description="Id of the user who made it")
