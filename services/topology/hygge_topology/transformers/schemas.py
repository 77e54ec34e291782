"""What clients send and get for transformers."""

from pydantic import Field

from hygge_topology.fields import Amount, Label, Strict


class TransformerFields(Strict):
    """Houses that share first among themselves. Without a capacity it carries whatever flows."""

    name: Label = Field(examples=["North"])
    capacity_kw: Amount | None = Field(
        None, description="Most that may flow through it, either way, kW", examples=[250]
    )


class Transformer(TransformerFields):
    """A stored transformer."""

    id: int
    grid_id: int
