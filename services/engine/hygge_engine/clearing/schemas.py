"""One book of orders, the rules to clear it by, and what came out."""

from typing import Annotated

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

from hygge_engine.auctions import ClearingPrice, Mechanism

# Larger numbers are no price and no energy.
MAX_NUMBER = 1e9
MAX_ORDERS = 200_000

_SIDES = {"bid": "buy", "ask": "sell", "offer": "sell"}


def _side(value: object) -> object:
    """The market's own words are understood too."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    return _SIDES.get(word, word)


Price = Annotated[float, Field(ge=-MAX_NUMBER, le=MAX_NUMBER)]
Name = Annotated[str, Field(min_length=1, max_length=200)] | int


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)


class OrderRequest(_Model):
    """A limit order: so much energy at no worse a price than this."""

    side: Annotated[str, BeforeValidator(_side), Field(pattern="^(buy|sell)$")] = Field(
        description="`buy` or `sell`; `bid`, `ask` and `offer` are understood"
    )
    quantity_kwh: float = Field(
        gt=0, le=MAX_NUMBER, validation_alias=AliasChoices("quantity_kwh", "quantity", "energy_kwh", "energy")
    )
    price: Price = Field(
        validation_alias=AliasChoices("price", "price_eur_per_kwh", "price_per_kwh"),
        description="Per kWh, any currency",
    )
    participant: Name | None = Field(
        None,
        validation_alias=AliasChoices("participant", "participant_id"),
        description="Whose order it is; without it, the order is somebody else's than all others",
    )
    id: Name | None = Field(None, description="How the answer names the order; without it, its index from 0")


class ClearingRequest(_Model):
    """A book and the rules of its market. Orders stand in the order of their arrival."""

    mechanism: Mechanism
    price_rule: ClearingPrice = Field(
        ClearingPrice.MID, description="Which price `uniform_price` takes where more than one clears the book"
    )
    k: float = Field(
        0.5, ge=0, le=1, description="Weight of the bid in a pair's price, and of the interval's upper end in `mid`"
    )
    minimum_quantum_kwh: float = Field(
        0.0,
        ge=0,
        le=MAX_NUMBER,
        validation_alias=AliasChoices("minimum_quantum_kwh", "minimum_quantum"),
        description="Smaller trades are not made",
    )
    price_floor: Price | None = Field(None, validation_alias=AliasChoices("price_floor", "price_floor_eur_per_kwh"))
    price_cap: Price | None = Field(None, validation_alias=AliasChoices("price_cap", "price_cap_eur_per_kwh"))
    self_trade_ban: StrictBool = Field(False, description="No trade between two orders of one participant")
    orders: list[OrderRequest] = Field(max_length=MAX_ORDERS)


class EquilibriumInterval(BaseModel):
    """All prices at which nobody who gains is left out; null where no order bounds it."""

    low: float | None
    high: float | None


class TradeBody(BaseModel):
    """`price` is what the buyer pays, `seller_price` what the seller gets: the same but under `huang`."""

    buy: Name = Field(description="The order's id, or its index")
    sell: Name
    quantity_kwh: float
    price: float
    seller_price: float


class OrderBody(BaseModel):
    """What became of an order."""

    id: Name
    side: str
    quantity_kwh: float
    filled_kwh: float
    average_price: float | None = Field(description="Paid or got per kWh, over all trades; null without one")


class ClearingBody(BaseModel):
    """The outcome of one book."""

    mechanism: Mechanism
    price_rule: ClearingPrice | None = Field(description="null where the mechanism has none")
    price: float | None = Field(description="The one price of all trades; null where there is none")
    equilibrium_interval: EquilibriumInterval
    volume_kwh: float
    welfare: float = Field(description="Sum of quantity · (bid − ask), prices counted within floor and cap")
    market_maker: float = Field(description="What buyers pay and no seller gets; only `huang` leaves some")
    trades: list[TradeBody]
    orders: list[OrderBody] = Field(description="In the order of the request")
