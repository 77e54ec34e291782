"""Answers with indicators. Each indicator is a number, a UTC timestamp, or null where it is undefined."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

Indicators = dict[str, float | datetime | None]


class MonthOut(BaseModel):
    """One local month of a run."""

    month: str = Field(description="YYYY-MM in the run's time zone")
    indicators: Indicators


class ProofEntry(BaseModel):
    """One thing that the engine checked in every step: the worst it met, and what that is judged by."""

    value: Any
    unit: str | None = Field(description="Null for what this version does not know")
    limit: float | None = Field(description="`ok` means: value ≤ limit")
    ok: bool | None


class ProofOut(BaseModel):
    """What the engine checked while it computed the run, judged."""

    ok: bool | None = Field(description="All known entries are inside their limits; null when there are none")
    entries: dict[str, ProofEntry]


class SummaryOut(BaseModel):
    """The indicators of a closed run, of its grid as a whole."""

    run_id: int
    grid_id: int
    name: str | None
    timezone: str
    currency: str
    start: datetime
    end: datetime
    step_minutes: int
    digest: str | None
    houses: int
    transformers: int
    parameters: dict[str, Any]
    indicators: Indicators
    fairness: Indicators = Field(description="Over the houses: how evenly savings and service are spread")
    months: list[MonthOut]
    proof: ProofOut | None = Field(description="Null where the run was closed without one")
    units: dict[str, str]


class NodeOut(BaseModel):
    """One node with its indicators."""

    node_id: int
    parent_id: int | None
    kind: str
    name: str
    owner: str | None
    flags: list[str]
    house_type: str | None
    capacity_kw: float | None
    indicators: Indicators


class NodesOut(BaseModel):
    """A page of nodes; `units` holds for all."""

    run_id: int
    period: str = Field(description="run, a month (YYYY-MM) or a day (YYYY-MM-DD)")
    units: dict[str, str]
    items: list[NodeOut]
    next_cursor: str | None = None


class ComparedRun(BaseModel):
    """One column of a comparison."""

    run_id: int
    name: str | None
    grid_id: int
    currency: str
    start: datetime
    end: datetime
    step_minutes: int
    parameters: dict[str, Any]
    digest: str | None


class CompareOut(BaseModel):
    """Indicators side by side: the i-th value of each list belongs to the i-th run."""

    runs: list[ComparedRun]
    indicators: dict[str, list[float | datetime | None]]
    units: dict[str, str]
