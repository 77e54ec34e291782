"""What goes in and out over HTTP for assignments."""

from pydantic import BaseModel, ConfigDict, Field

from hygge_profiles.fields import Id, Strict

MAX_ASSIGNMENTS = 200_000
SCALE = "Factor on the profile's values, > 0; for a profile in pu it is the nominal power in kW"


class AssignmentIn(Strict):
    """A house follows a profile. A house may follow several, and one profile more than once: they add up."""

    model_config = ConfigDict(json_schema_extra={"example": {"house_id": 12, "profile_id": 7, "scale": 4.5}})

    house_id: Id
    profile_id: Id = Field(description="A profile of type load, heat, ev (consumption) or solar, wind (generation)")
    scale: float = Field(1.0, gt=0, description=SCALE)


class AssignmentPatch(Strict):
    """What changes; what is left out stays."""

    house_id: Id | None = None
    profile_id: Id | None = None
    scale: float | None = Field(None, gt=0, description=SCALE)


class AssignmentOut(BaseModel):
    """An assignment as stored."""

    id: int
    grid_id: int
    house_id: int
    profile_id: int
    scale: float = Field(description=SCALE)
