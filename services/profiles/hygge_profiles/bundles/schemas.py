"""What goes in over HTTP for bundles; the answer is an Arrow stream."""

from typing import Self

from pydantic import ConfigDict, Field, model_validator

from hygge_core.timeaxis import STEP_MINUTES
from hygge_profiles.fields import AwareMoment, Id, Strict

MAX_STEPS = 2_000_000


class BundleRequest(Strict):
    """All series that a run of a grid needs, on one time axis."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "grid_id": 3,
                "profile_ids": [41],
                "start": "2026-01-01T00:00:00Z",
                "end": "2027-01-01T00:00:00Z",
                "step_minutes": 15,
            }
        }
    )

    grid_id: Id
    house_ids: list[Id] | None = Field(None, description="Only profiles of these houses; default: all of the grid")
    profile_ids: list[Id] = Field(
        default_factory=list, description="Profiles beside those of the houses: price, carbon"
    )
    start: AwareMoment = Field(description="Start of the first step")
    end: AwareMoment = Field(description="End of the last step, a whole number of steps after start")
    step_minutes: int = Field(15, description="Length of a step in minutes: 5, 15, 30 or 60")

    @model_validator(mode="after")
    def _is_an_axis(self) -> Self:
        if self.step_minutes not in STEP_MINUTES:
            raise ValueError(f"step_minutes must be one of {', '.join(map(str, STEP_MINUTES))}")
        minutes = (self.end - self.start).total_seconds() / 60
        if minutes <= 0:
            raise ValueError("end must be after start")
        if minutes % self.step_minutes or self.start.timestamp() % 60:
            raise ValueError("start and end must be whole minutes and a whole number of steps apart")
        if minutes / self.step_minutes > MAX_STEPS:
            raise ValueError(f"more than {MAX_STEPS} steps")
        return self
