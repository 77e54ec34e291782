"""Answers with series. `values` is written straight from arrays, so these models document and never validate."""

from datetime import datetime

from pydantic import BaseModel, Field

Numbers = list[float | None]


class SeriesOut(BaseModel):
    """Series of one node. Power is the mean over the interval, the state of charge the one at its end."""

    run_id: int
    node_id: int
    kind: str
    resolution: str
    timezone: str
    start: datetime | None = Field(description="UTC start of the first interval; null when there is nothing")
    step_minutes: int | None = Field(description="Null for days and months, which differ in length")
    timestamps: list[datetime] | None = Field(description="UTC starts of days and months; null for equal steps")
    units: dict[str, str]
    values: dict[str, Numbers]


class MatrixOut(BaseModel):
    """Series of all nodes of a kind: values[measure][i] belongs to node_ids[i]; null where a day is not there yet."""

    run_id: int
    kind: str
    resolution: str
    timezone: str
    start: datetime | None
    step_minutes: None = None
    timestamps: list[datetime]
    units: dict[str, str]
    node_ids: list[int]
    values: dict[str, list[Numbers]]


class DurationOut(BaseModel):
    """A duration curve: in hours[i] hours of the period the measure was at least values[i]."""

    run_id: int
    node_id: int
    measure: str
    unit: str
    step_minutes: int
    hours: list[float]
    values: list[float]
