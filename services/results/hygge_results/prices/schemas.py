"""Answers with prices. Written straight from arrays, so the model documents and never validates."""

from datetime import datetime

from pydantic import BaseModel, Field


class PricesOut(BaseModel):
    """Prices of local trades of a transformer or the grid, and the volume traded at them."""

    run_id: int
    node_id: int
    resolution: str
    timezone: str
    start: datetime | None
    step_minutes: int | None
    timestamps: list[datetime] | None
    unit: str
    prices: list[float | None] = Field(description="Null where there was none")
    traded_kw: list[float | None] = Field(description="Mean volume traded inside the node's transformers")
    mean_price: float | None = Field(description="Mean of the prices, weighted with the traded volume")
