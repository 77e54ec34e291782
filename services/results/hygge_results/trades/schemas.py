"""Answers with trades."""

from datetime import datetime

from pydantic import BaseModel, Field


class TradeOut(BaseModel):
    """What one house bought or sold in one pool in one step."""

    start: datetime = Field(description="UTC start of the step")
    house_id: int
    side: str = Field(description="buy or sell")
    pool_id: int = Field(description="The house's transformer, or the grid for trades between transformers")
    energy_kwh: float
    price_eur_per_kwh: float | None = Field(description="Without fees; in the run's currency")
    amount: float | None = Field(description="Energy times price: paid by a buyer, received by a seller, without fees")


class TradesOut(BaseModel):
    """A page of trades in the order of step, house and pool. Written straight from arrays."""

    run_id: int
    currency: str
    timezone: str
    start: datetime = Field(alias="from", description="UTC start of the period that was looked at")
    end: datetime = Field(alias="to", description="UTC end of it")
    step_minutes: int = Field(description="The stored step; where a run stores hours, an hour's trades are netted")
    price_is_mean: bool = Field(
        description="The price is the pool's mean price of the step, not that of each trade: with the allocation"
        " price_time, whose trades have prices of their own, and where the run stores hours"
    )
    items: list[TradeOut]
    next_cursor: str | None = None
