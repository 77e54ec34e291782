"""Answers with flows."""

from pydantic import BaseModel, Field


class FlowOut(BaseModel):
    """Energy from one node to another over the whole run."""

    source_id: int
    target_id: int
    energy_kwh: float


class FlowsOut(BaseModel):
    """A page of flows. Houses to each other, transformers to each other, house → grid: export, grid → house: import."""

    run_id: int
    unit: str = "kWh"
    items: list[FlowOut]
    next_cursor: str | None = Field(None, description="For the next page")
