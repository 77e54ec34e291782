"""How a preset is stored and shown."""

from typing import Annotated, Literal

from pydantic import Field

from hygge_engine.kernel import Allocation, LeftOver
from hygge_engine.markets import Pricing
from hygge_engine.runs.money import Model, Part


class GridFeeRule(Model):
    """What part of the grid fee a shared kWh pays."""

    inside: Part = Field(description="Of a purchase inside a transformer: local_grid_fee = inside · grid_fee")
    between: Part = Field(description="Of a purchase from another transformer: between_grid_fee = between · grid_fee")


class Source(Model):
    """Where something was read. `from_memory`: cited, but not opened when the preset was written."""

    text: str = Field(min_length=1)
    from_memory: bool = False


class Preset(Model):
    """The rules of one kind of energy community. What is null is free, or not said by the law."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1")]
    title: str
    law: str
    step_minutes: int = Field(description="Settlement step; a run with the preset must have it")
    allocation: Allocation | None = Field(description="Sharing key; a run with the preset must have it")
    left_over: LeftOver | None = Field(description="Whose is what the holder of a static key cannot use")
    pricing: Pricing | None = Field(description="Given by law only where shared energy is billed by the supplier")
    rounding_decimals: int | None = Field(description="Energies are truncated to so many decimals of a kWh")
    grid_fees: GridFeeRule | None = Field(description="Applies to local grid fees that a run does not give itself")
    incentive: Literal["it_cer"] | None = Field(description="Kind of incentive that the state pays per shared kWh")
    notes: list[str]
    sources: list[Source] = Field(min_length=1)
