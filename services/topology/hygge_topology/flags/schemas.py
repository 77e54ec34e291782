"""What clients send and get for flags."""

from pydantic import Field

from hygge_topology.fields import Label, Strict, Text


class FlagDescription(Strict):
    """What may change about a flag; its name is how houses and lists call it, so it stays."""

    description: Text = Field("", description="What it means to you", examples=["Oxygen concentrator at home"])


class FlagFields(FlagDescription):
    """A word that houses are marked with and priority lists rank."""

    name: Label = Field(examples=["medical"])


class Flag(FlagFields):
    """A stored flag."""

    id: int
    created_by: int | None = Field(description="Whose vocabulary it is in; null: built in")
