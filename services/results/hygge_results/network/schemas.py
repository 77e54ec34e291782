"""What the engine sends of a network check, and what a reader gets."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from hygge_results.runs.schemas import Id

NonNegative = Annotated[float, Field(ge=0)]
LineKind = Literal["line", "transformer"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Band(_Strict):
    """The voltages that are fine, in per unit of the nominal voltage."""

    low_pu: NonNegative = Field(description="Such as 0.9 (EN 50160)")
    high_pu: NonNegative = Field(description="Such as 1.1")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.low_pu >= self.high_pu:
            raise ValueError("low_pu must be below high_pu")
        return self


class HouseIn(_Strict):
    """Voltages at one house over the run."""

    node_id: Id
    min_voltage_pu: NonNegative
    max_voltage_pu: NonNegative
    hours_below: NonNegative = Field(description="Hours with a voltage below the band")
    hours_above: NonNegative = Field(description="Hours with a voltage above the band")
    min_at: AwareDatetime | None = Field(None, description="UTC start of the step with the lowest voltage")
    max_at: AwareDatetime | None = None


class LineIn(_Strict):
    """Loading of one line or transformer over the run."""

    name: str = Field(min_length=1, max_length=200)
    kind: LineKind
    max_loading_percent: NonNegative
    max_at: AwareDatetime | None = None
    hours_above_100_percent: NonNegative
    energy_loss_kwh: NonNegative


class NetworkIn(_Strict):
    """A run's network check."""

    band: Band
    houses: list[HouseIn]
    lines: list[LineIn]
    losses_kwh: NonNegative = Field(description="Energy lost in all lines and transformers over the run")


class StoredOut(BaseModel):
    """What is stored of a check."""

    run_id: int
    houses: int
    lines: int


class HouseOut(BaseModel):
    """Voltages at one house over the run, in per unit of the nominal voltage."""

    node_id: int
    name: str
    min_voltage_pu: float
    max_voltage_pu: float
    hours_below: float
    hours_above: float
    min_at: datetime | None
    max_at: datetime | None
    violation: bool = Field(description="Below or above the band in at least one step")


class LineOut(BaseModel):
    """Loading of one line or transformer over the run."""

    name: str
    kind: str
    max_loading_percent: float
    max_at: datetime | None
    hours_above_100_percent: float
    energy_loss_kwh: float
    violation: bool = Field(description="Loaded above 100 % in at least one step")


class Counts(BaseModel):
    """How many there are in the whole run."""

    houses: int
    lines: int


class NetworkOut(BaseModel):
    """A page of a run's network check: houses first, then lines."""

    run_id: int
    band: Band
    losses_kwh: float
    checked: Counts
    violations: Counts
    houses: list[HouseOut]
    lines: list[LineOut]
    next_cursor: str | None = None
