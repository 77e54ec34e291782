"""What clients send and get for houses."""

from pydantic import Field

from hygge_topology.fields import Id, Label, Labels, Price, Share, Strict

# Keys such as three times 1/3 may exceed 1 by rounding.
KEY_TOLERANCE = 1e-9


class HouseFields(Strict):
    """A household, business or public building behind one meter."""

    name: Label = Field(examples=["No. 7"])
    house_type: Label = Field("residential", description="A word of your own", examples=["residential", "business"])
    flags: Labels = Field(
        [], description="What it is marked with; a new word joins the vocabulary", examples=[["prosumer"]]
    )
    min_sell_price: Price | None = Field(None, description="Asks at least this, currency/kWh", examples=[0.09])
    max_buy_price: Price | None = Field(None, description="Bids at most this, currency/kWh", examples=[0.31])
    sharing_key: Share | None = Field(
        None, description="Its fixed share of the transformer's surplus, 0 to 1; at most 1 in sum", examples=[0.05]
    )
    owner: Label | None = Field(
        None, description="Username of the household, who may read this house", examples=["ada"]
    )


class HouseChange(HouseFields):
    """A house may move to another transformer of its grid."""

    transformer_id: Id = Field(description="The transformer it hangs on")


class House(HouseFields):
    """A stored house."""

    id: int
    transformer_id: int
    grid_id: int
