"""What goes in and out over HTTP for assignments."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from hygge_profiles.fields import Id, Strict

MAX_ASSIGNMENTS = 200_000
# As the largest capacity of a device; beyond it products with values leave the range of float32.
MAX_SCALE = 1e9
SCALE = "Factor on the profile's values, > 0; for a profile in pu it is the nominal power in kW"


class AssignmentIn(Strict):
    """A house follows a profile. A house may follow several, and one profile more than once: they add up."""

    model_config = ConfigDict(json_schema_extra={"example": {"house_id": 12, "profile_id": 7, "scale": 4.5}})

    house_id: Id
    profile_id: Id = Field(
        description="A profile of type load, heat, ev (consumption), solar, wind (generation) or schedule (battery)"
    )
    scale: float = Field(1.0, gt=0, le=MAX_SCALE, description=SCALE)


def _without_answers(value: Any) -> Any:
    """What only an answer has (id, grid_id) may be sent back and is ignored."""
    return {name: v for name, v in value.items() if name not in ("id", "grid_id")} if isinstance(value, dict) else value


def _items(value: Any) -> Any:
    """The list itself, or as GET answers it: `{items, next_cursor}`; only a whole list may be sent back."""
    if isinstance(value, dict) and value.keys() <= {"items", "next_cursor"} and value.get("next_cursor") is None:
        return value.get("items")
    return value


AssignmentList = Annotated[
    list[Annotated[AssignmentIn, BeforeValidator(_without_answers)]],
    Field(max_length=MAX_ASSIGNMENTS),
    BeforeValidator(_items),
]


class AssignmentPatch(Strict):
    """What changes; what is left out stays."""

    house_id: Id | None = None
    profile_id: Id | None = None
    scale: float | None = Field(None, gt=0, le=MAX_SCALE, description=SCALE)


class AssignmentOut(BaseModel):
    """An assignment as stored."""

    id: int
    grid_id: int
    house_id: int
    profile_id: int
    scale: float = Field(description=SCALE)
