"""What the engine sends at registration and close, and what a reader gets of a run."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from hygge_core.errors import Finding

Kind = Literal["grid", "transformer", "house"]
# Ids are PostgreSQL bigints; a larger number is refused at the door.
MAX_ID = 2**63 - 1
RunId = Annotated[int, Path(ge=1, le=MAX_ID)]
Id = Annotated[int, Field(ge=0, le=MAX_ID)]
NonNegative = Annotated[float, Field(ge=0)]


class NodeIn(BaseModel):
    """A node of the community as it was when the run started."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    id: Id
    parent_id: Id | None = None
    kind: Kind
    name: str = Field(min_length=1, max_length=200)
    owner: str | None = Field(None, description="Username of the household")
    capacity_kw: NonNegative | None = Field(None, description="Rated power of a transformer; absent: unlimited")
    storage_capacity_kwh: NonNegative | None = Field(
        None, description="Usable battery capacity in the node, Σ capacity · (max_soc − min_soc); for full cycles"
    )
    flags: list[str] = []
    house_type: str | None = None


class RunIn(BaseModel):
    """A run to register."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    grid_id: Id
    grid_created_by: Id
    created_by: Id
    name: str | None = None
    timezone: str
    currency: str = Field(pattern="^[A-Z]{3}$")
    start: AwareDatetime
    end: AwareDatetime
    step_minutes: Literal[5, 15, 30, 60]
    stored_step_minutes: Literal[5, 15, 30, 60, 1440] = Field(description="1440: day sums only")
    parameters: dict[str, Any] = {}
    nodes: list[NodeIn] = Field(min_length=1)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not an IANA time zone") from error
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.start >= self.end:
            raise ValueError("end must be after start")
        if self.stored_step_minutes < self.step_minutes:
            raise ValueError("stored_step_minutes can't be finer than step_minutes")
        return self

    def findings(self) -> list[Finding]:
        """What is wrong with the tree of nodes; one grid, transformers below it, houses below transformers."""
        found = []
        kinds = {node.id: node.kind for node in self.nodes}
        if [node.kind for node in self.nodes].count("grid") != 1:
            found.append(Finding("nodes", "exactly one node must be the grid"))
        seen: set[int] = set()
        above = {"grid": None, "transformer": "grid", "house": "transformer"}
        for index, node in enumerate(self.nodes):
            if node.id in seen:
                found.append(Finding(f"nodes.{index}.id", f"node {node.id} is listed twice"))
            seen.add(node.id)
            expected = above[node.kind]
            actual = kinds.get(node.parent_id) if node.parent_id is not None else None
            if actual != expected:
                wanted = f"a {expected} of this run" if expected else "absent"
                found.append(Finding(f"nodes.{index}.parent_id", f"the parent of a {node.kind} must be {wanted}"))
        return found


class CloseIn(BaseModel):
    """The end of a run."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    digest: str = Field(min_length=1, description="Hash over all results")
    proof: dict[str, Any] | None = Field(None, description="What the engine checked: balances and tolerances")


class RunOut(BaseModel):
    """A run's header."""

    run_id: int
    grid_id: int
    name: str | None
    timezone: str
    currency: str
    start: datetime
    end: datetime
    step_minutes: int
    stored_step_minutes: int
    created_by: int
    registered_at: datetime
    closed_at: datetime | None = Field(description="Null while the run goes on")
    digest: str | None
    proof: dict[str, Any] | None
    parameters: dict[str, Any]
