"""What a sweep is asked for with, and how it is shown."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from hygge_engine.runs.money import Model
from hygge_engine.runs.schemas import RunName, RunRequest, Status, UtcTime

Path = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z_0-9]+)*$", max_length=100)]
Values = Annotated[list[Any], Field(min_length=1, max_length=500)]


class Mode(StrEnum):
    """product: every value with every other; zip: the first of each list, then the second of each, and so on."""

    PRODUCT = "product"
    ZIP = "zip"


class SweepRequest(Model):
    """One base run and what is varied in it."""

    name: RunName | None = None
    base: RunRequest
    vary: dict[Path, Values] = Field(
        min_length=1,
        max_length=10,
        description="Values by the place in the request, with dots: allocation, tariff.retail_eur_per_kwh, …",
        examples=[{"allocation": ["greedy", "proportional"], "tariff.retail_eur_per_kwh": [0.25, 0.35]}],
    )
    mode: Mode = Mode.PRODUCT


class SweptRun(BaseModel):
    """One run of a sweep."""

    id: int
    place: int = Field(description="0 is the first combination")
    varied: dict[str, Any]
    status: Status
    progress: float


class SweepBody(BaseModel):
    """A sweep. status: running while a run is not finished, then failed or cancelled where some run is."""

    id: int
    grid_id: int
    name: str | None
    base: RunRequest
    vary: dict[str, list[Any]]
    mode: Mode
    created_at: UtcTime
    created_by: int
    status: Status
    progress: float = Field(description="0 to 1, over all runs")
    counts: dict[Status, int] = Field(description="Runs by state")


class SweepWithRuns(SweepBody):
    """A sweep with its runs in their order."""

    runs: list[SweptRun]


class OutcomeRow(BaseModel):
    """One run's row in the table: what was varied, and what came out of it (null while it has not succeeded)."""

    run_id: int
    status: Status
    varied: dict[str, Any]
    indicators: dict[str, Any] | None
    digest: str | None
    error: str | None


class Outcomes(BaseModel):
    """The table of outcomes."""

    sweep_id: int
    name: str | None
    indicators: list[str] = Field(description="Names of the columns, see docs/indicators.md")
    items: list[OutcomeRow]
